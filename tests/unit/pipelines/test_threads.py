"""Polars asks once how many threads it may have: before any part of the program has imported it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from pipelines import THREADS


@pytest.mark.parametrize(
    ("module", "asked", "threads"),
    [
        ("pipelines.cli", None, "1"),
        ("pipelines.cli", "3", "3"),
        ("pipelines.definitions", None, "1"),
        ("benchmarks.contestants.hulian", None, "1"),
    ],
)
def test_threads_of_a_process(module: str, asked: str | None, threads: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != THREADS} | ({THREADS: asked} if asked else {})
    code = f"import {module}, polars; print(polars.thread_pool_size())"
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.split() == [threads]
