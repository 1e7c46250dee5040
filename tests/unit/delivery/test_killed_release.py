"""Killed at any moment of a release, nothing is half done: no release or a whole one, on the desk as in the folder."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.home import Home
from delivery.desk import open_desk
from delivery.issuing import release, releases
from delivery.release import write
from tests.unit.delivery import frames

KILLS = 20
# Releases, and kills itself before the so-manieth thing that it does to a file or to the desk; prints how many there were at the end.
RELEASER = """
import os, pathlib, signal, sys
from sqlalchemy import event
from contracts.home import Home
from contracts.month import Month
from delivery.desk import open_desk
from delivery.issuing import release

home, last, moments = Home(pathlib.Path(sys.argv[1])), int(sys.argv[2]), 0
desk = open_desk(home.desk_url)

def moment(*_):
    global moments
    moments += 1
    if moments == last:
        os.kill(os.getpid(), signal.SIGKILL)

for name in ("begin", "before_cursor_execute", "after_cursor_execute", "commit"):
    event.listen(desk.engine, name, moment)
sys.addaudithook(lambda name, _: moment() if name == "open" or name.startswith(("os.", "shutil.")) else None)
release(home, desk, Month(2026, 11), by="样例办公室", why="补报")
print(moments)
"""


@pytest.fixture(scope="module")
def proposed(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A month that was released once, and a new proposal of it."""
    home = Home(tmp_path_factory.mktemp("proposed") / "home")
    write(frames.MONTH, frames.tables(villages=1), home.proposal(frames.MONTH), frames.COUNTY, "one")
    release(home, open_desk(home.desk_url), frames.MONTH, by="样例办公室")
    write(frames.MONTH, frames.tables(villages=2), home.proposal(frames.MONTH), frames.COUNTY, "two")
    return home


def released_until(home: Home, moment: int) -> subprocess.CompletedProcess[str]:
    """A process that releases the proposal and is killed before the `moment`th thing it does; 0: never."""
    return subprocess.run([sys.executable, "-c", RELEASER, str(home.root), str(moment)], capture_output=True, text=True, check=False)


def test_killed_at_twenty_moments(proposed: Home, tmp_path: Path) -> None:
    undisturbed = Home(tmp_path / "undisturbed")
    shutil.copytree(proposed.root, undisturbed.root)
    moments = int(released_until(undisturbed, 0).stdout)
    assert moments > 2 * KILLS
    stood = set()
    for moment in (1 + at * (moments - 1) // (KILLS - 1) for at in range(KILLS)):  # the first, the last, and evenly between
        home = Home(tmp_path / str(moment))
        shutil.copytree(proposed.root, home.root)
        assert released_until(home, moment).returncode == -signal.SIGKILL

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
