"""What every contestant does besides linking: read the tables, time its steps, hand in its answer.

A contestant is a module that is run as a process of its own, `python -m benchmarks.contestants.NAME TABLES ANSWER`. It hands in
`links.parquet` (feed, row_id, status, household_id, score), what else it wants to show, and `laps.json` with seconds of each step.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

LINKED = ["feed", "row_id", "status", "household_id", "score"]


@dataclass(frozen=True)
class Tables:
    """Accepted records of all bureaus (feed, then ACCEPTED), and PERSON, HOUSEHOLD and PLACE of the register."""

    mentions: pl.DataFrame
    persons: pl.DataFrame
    households: pl.DataFrame
    places: pl.DataFrame


class Laps:
    """Wall and CPU seconds (user and system, all threads) of named steps."""

    def __init__(self) -> None:
        self.seconds: dict[str, dict[str, float]] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        wall, cpu = time.monotonic(), _cpu_seconds()
        yield
        self.seconds[name] = {"wall": time.monotonic() - wall, "cpu": _cpu_seconds() - cpu}


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def compete(link: Callable[[Tables, Laps], dict[str, pl.DataFrame]]) -> None:
    """Read the tables named on the command line, let `link` answer, hand in what it returns; one of its frames is `links`."""
    tables, answer = Path(sys.argv[1]), Path(sys.argv[2])
    laps = Laps()
    with laps("read"):
        read = Tables(**{name: pl.read_parquet(tables / f"{name}.parquet") for name in Tables.__dataclass_fields__})
    frames = link(read, laps)
    answer.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        frame.write_parquet(answer / f"{name}.parquet")
    (answer / "laps.json").write_text(json.dumps(laps.seconds, indent=1), encoding="utf-8")
