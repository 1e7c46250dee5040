"""A small sample county, run once for all integration tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.home import Home
from contracts.month import Month
from delivery.desk import open_desk
from delivery.issuing import release
from pipelines.defaults import SAMPLE_COUNTY
from pipelines.run_month import run_month
from pipelines.sample_county import make_sample

MONTHS = [Month(2026, 10), Month(2026, 11)]
HOUSEHOLDS = 300
OFFICE = "样例办公室"


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
    """The sample county after both months, each released. Tests only read it."""
    home = copy_of("county")
    for month in MONTHS:
        assert run_month(SAMPLE_COUNTY, home, month, show_progress=False)
        release(home, open_desk(home.desk_url), month, by=OFFICE)
    return home


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file of a proposal or a release by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
