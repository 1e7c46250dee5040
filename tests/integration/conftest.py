"""A small sample county, run once for all integration tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.home import Home
from contracts.month import Month
from pipelines.defaults import SAMPLE_COUNTY
from pipelines.run_month import run_month
from pipelines.sample_county import make_sample

MONTHS = [Month(2026, 10), Month(2026, 11)]
HOUSEHOLDS = 300


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with inbox, databases and truth, and nothing run."""
    home = tmp_path_factory.mktemp("inputs") / "home"
    make_sample(Home(home), households=HOUSEHOLDS, months=MONTHS, seed=7, noise="normal")
    return home


@pytest.fixture(scope="session")
def copy_of(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Home]:
    """Gives a fresh copy of the inputs under a name."""

    def make(name: str) -> Home:
        root = tmp_path_factory.mktemp(name) / "home"
        shutil.copytree(inputs, root)
        return Home(root)

    return make


@pytest.fixture(scope="session")
def county(copy_of: Callable[[str], Home]) -> Home:
    """The sample county after both months. Tests only read it."""
    home = copy_of("county")
    for month in MONTHS:
        assert run_month(SAMPLE_COUNTY, home, month, show_progress=False)
    return home


def released(home: Home, month: Month) -> dict[str, bytes]:
    """Every file of a release by its path."""
    folder = home.release(month)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
