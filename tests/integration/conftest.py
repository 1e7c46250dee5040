"""A small sample county, run once for all integration tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assets.lake import only_writer
from contracts.home import Home
from contracts.month import Month
from delivery.desk import open_desk
from delivery.releases.issuing import release
from pipelines.defaults import SAMPLE_COUNTY
from pipelines.run_month import run_month
from pipelines.sample_county import make_sample

MONTHS = [Month(2026, 10), Month(2026, 11)]
HOUSEHOLDS = 300
OFFICE = "样例办公室"


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of a test run have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def inputs(shared: Path) -> Path:
    """A home folder with inbox, databases and truth, and nothing run."""
    home = shared / "inputs"
    with only_writer(shared / "making inputs"):
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
def county(shared: Path, inputs: Path) -> Home:
    """The sample county after both months, each released. Made by the first worker that needs it; tests only read it."""
    home = Home(shared / "county")
    with only_writer(shared / "making county"):
        if not home.root.exists():
            made = Home(shared / "county in the making" / "home")
            shutil.copytree(inputs, made.root)
            for month in MONTHS:
                assert run_month(SAMPLE_COUNTY, made, month, show_progress=False)
                release(made, open_desk(made.desk_url), month, by=OFFICE)
            made.root.rename(home.root)
    return home


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file of a proposal or a release by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
