"""Killed at any moment of a release, nothing is half done: no release or a whole one, on the desk as in the folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.home import Home
from delivery.desk import open_desk
from delivery.releases.issuing import release, releases
from delivery.releases.proposal import write
from tests.killing import killed
from tests.unit.delivery import frames

IMPORTS = """
from contracts.month import Month
from delivery.releases.issuing import release
"""
RELEASE = 'release(home, desk, Month(2026, 11), by="样例办公室", why="补报")'


@pytest.fixture(scope="module")
def proposed(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A month that was released once, and a new proposal of it."""
    home = Home(tmp_path_factory.mktemp("proposed") / "home")
    write(frames.MONTH, frames.tables(villages=1), home.proposal(frames.MONTH), frames.COUNTY, "one")
    release(home, open_desk(home.desk_url), frames.MONTH, by="样例办公室")
    write(frames.MONTH, frames.tables(villages=2), home.proposal(frames.MONTH), frames.COUNTY, "two")
    return home


def test_killed_at_twenty_moments(proposed: Home, tmp_path: Path) -> None:
    homes = killed(proposed, tmp_path, IMPORTS, RELEASE)
    _, undisturbed = next(homes)
    stood = set()
    for moment, home in homes:
        found = releases(home, open_desk(home.desk_url))  # the next command
        assert [each.issue.number for each in found] in ([1], [1, 2]), moment
        assert [each.faults() for each in found] == [{}] * len(found), moment
        stood.add(len(found))

        _, is_new = release(home, open_desk(home.desk_url), frames.MONTH, by="样例办公室", why="补报")  # the same again
        assert is_new == (len(found) == 1)
        assert sorted(path.name for path in home.releases(frames.MONTH).iterdir()) == ["1", "2"], moment
        assert files(home) == files(undisturbed), moment
    assert stood == {1, 2}


def files(home: Home) -> dict[str, bytes]:
    """Every file of every release."""
    folder = home.releases(frames.MONTH)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
