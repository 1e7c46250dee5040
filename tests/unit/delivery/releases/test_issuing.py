"""Screening proposes, a person releases: numbered, whole, never changed, and everything that was ever released is kept."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from contracts.home import Home
from contracts.month import Month
from delivery.desk import Desk, open_desk
from delivery.desk.issues import STANDS, SUPERSEDED, WITHDRAWN, taken
from delivery.errors import ReleaseError
from delivery.releases import issuing
from delivery.releases.issuing import handed_out, release, releases, withdraw
from tests.handing_out import leads, propose

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
DOORS = [{"lead_id": f"2026-10-522699100200-00{number}", "household_id": f"H{number}"} for number in (1, 2)]
ONE, TWO = leads(*DOORS[:1]), leads(*DOORS)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def desk(home: Home) -> Desk:
    return open_desk(home.desk_url)


def states(home: Home, desk: Desk) -> list[tuple[str, str, str, str]]:
    return [(str(each.issue), each.issue.state, each.issue.by, each.issue.why) for each in releases(home, desk)]


def test_a_second_release_supersedes_the_first_and_both_are_kept(home: Home, desk: Desk) -> None:
    propose(home, OCTOBER, ONE)
    first, _ = release(home, desk, OCTOBER, by="王科长")
    propose(home, OCTOBER, TWO)
    second, _ = release(home, desk, OCTOBER, by="李主任", why="医保局补报")
    assert states(home, desk) == [
        ("2026-10-1", SUPERSEDED, "王科长", ""),
        ("2026-10-2", STANDS, "李主任", "医保局补报"),
    ]
    assert [each.table("leads").height for each in (first, second)] == [1, 2]
    assert second.manifest()["supersedes"] == 1
    assert handed_out(home, desk)[OCTOBER] == second


def test_what_is_withdrawn_does_not_bring_back_what_it_superseded(home: Home, desk: Desk) -> None:
    for proposed in (ONE, TWO):
        propose(home, OCTOBER, proposed)
        release(home, desk, OCTOBER, by="王科长", why="补报")
    withdraw(home, desk, OCTOBER, by="王科长", why="规则有误")
    assert [state for _, state, _, _ in states(home, desk)] == [SUPERSEDED, WITHDRAWN]
    assert states(home, desk)[-1][-1] == "规则有误"
    assert handed_out(home, desk) == {}
    third, is_new = release(home, desk, OCTOBER, by="王科长", why="规则已改")
    assert (third.issue.number, is_new, third.table("leads").height) == (3, True, 2)


def test_the_same_proposal_is_released_once(home: Home, desk: Desk) -> None:
    propose(home, OCTOBER, ONE)
    made = [release(home, desk, OCTOBER, by="王科长") for _ in range(2)]
    assert [is_new for _, is_new in made] == [True, False]
    assert made[0][0] == made[1][0]


def test_a_new_proposal_leaves_what_was_released_alone(home: Home, desk: Desk) -> None:
    propose(home, OCTOBER, ONE)
    first, _ = release(home, desk, OCTOBER, by="王科长")
    before = {path: path.read_bytes() for path in first.folder.rglob("*") if path.is_file()}
    propose(home, OCTOBER, TWO)
    assert {path: path.read_bytes() for path in first.folder.rglob("*") if path.is_file()} == before
    assert all(path.stat().st_mode & 0o222 == 0 for path in before)


REFUSED = [
    ("没有草稿", lambda home, desk: release(home, desk, NOVEMBER, by="王科长"), "hulian run --month 2026-11"),
    ("没有经办人", lambda home, desk: release(home, desk, OCTOBER, by=" "), "--by"),
    ("再次发布没有原因", lambda home, desk: release(home, desk, OCTOBER, by="王科长"), "--reason"),
    ("撤回没有原因", lambda home, desk: withdraw(home, desk, OCTOBER, by="王科长", why=""), "--reason"),
    ("没有可撤回的", lambda home, desk: withdraw(home, desk, NOVEMBER, by="王科长", why="误发"), "hulian releases"),
]


@pytest.mark.parametrize(("_", "attempt", "way_out"), REFUSED, ids=[name for name, _, _ in REFUSED])
def test_what_is_refused_says_the_way_out_and_changes_nothing(_, attempt, way_out: str, home: Home, desk: Desk) -> None:
    propose(home, OCTOBER, ONE)
    release(home, desk, OCTOBER, by="王科长")
    propose(home, OCTOBER, TWO)
    before = states(home, desk)
    with pytest.raises(ReleaseError, match=way_out):
        attempt(home, desk)
    assert states(home, desk) == before
    assert not [path for path in home.releases(OCTOBER).iterdir() if path.name != "1"]


def test_a_proposal_whose_files_are_not_its_manifests_is_not_released(home: Home, desk: Desk) -> None:
    propose(home, OCTOBER, ONE)
    TWO.write_parquet(home.proposal(OCTOBER) / "tables" / "leads.parquet")
    with pytest.raises(ReleaseError, match="与清单不一致"):
        release(home, desk, OCTOBER, by="王科长")
    assert releases(home, desk) == []


def test_what_was_changed_after_its_release_is_noticed_and_not_read(home: Home, desk: Desk) -> None:
    propose(home, OCTOBER, ONE)
    released, _ = release(home, desk, OCTOBER, by="王科长")
    table = released.folder / "tables" / "leads.parquet"
    table.chmod(0o644)
    TWO.write_parquet(table)
    (released.folder / "tables" / "signals.parquet").unlink()
    (released.folder / "笔记.txt").touch()
    assert released.faults() == {"missing": 1, "changed": 1, "unknown": 1}
    with pytest.raises(ReleaseError, match=r"leads\.parquet"):
        released.table("leads")
    manifest = released.folder / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"release": 1', '"release": 2'), encoding="utf-8")
    assert released.faults() == {"manifest": 1}


def test_a_folder_that_the_desk_does_not_know_is_never_overwritten(home: Home, desk: Desk) -> None:
    propose(home, OCTOBER, ONE)
    released, _ = release(home, desk, OCTOBER, by="王科长")
    older = open_desk(f"sqlite:///{home.root}/older.sqlite")  # as from a backup of the day before
    with pytest.raises(ReleaseError, match="备份"):
        release(home, older, OCTOBER, by="王科长")
    assert released.faults() == {}


def test_two_who_release_at_once_make_one_release(home: Home, desk: Desk) -> None:
    propose(home, OCTOBER, ONE)
    with ThreadPoolExecutor(4) as pool:
        attempts = [pool.submit(release, home, open_desk(home.desk_url), OCTOBER, by=f"科员{number}") for number in range(4)]
        looks = [pool.submit(releases, home, open_desk(home.desk_url)) for _ in range(8)]
    assert all(each.faults() == {} for look in looks for each in look.result())
    refused = [attempt.exception() for attempt in attempts if attempt.exception()]
    assert all(isinstance(error, ReleaseError) for error in refused), refused
    assert [(each.issue.number, each.faults()) for each in releases(home, desk)] == [(1, {})]


def test_what_one_discards_nobody_puts_into_its_place(home: Home, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two released the same at once. While the slower one takes its files away, somebody looks: he finds those of the other."""
    propose(home, OCTOBER, ONE)
    record, remove = issuing.record_release, shutil.rmtree

    def too_late(*attempt: Any, **words: str) -> None:
        (mine,) = home.releases(OCTOBER).glob(".1.*.part")
        shutil.copytree(mine, mine.with_name(".1.of_the_other.part"))
        record(*attempt, **words)
        raise taken(OCTOBER)

    def remove_slowly(path: Path, **how: bool) -> None:
        inside = os.open(path, os.O_RDONLY)
        assert len(releases(home, desk)) == 1
        for name in [entry.name for entry in os.scandir(inside)]:
            remove(name, dir_fd=inside, **how) if name == "tables" else os.unlink(name, dir_fd=inside)

    monkeypatch.setattr(issuing, "record_release", too_late)
    monkeypatch.setattr(issuing.shutil, "rmtree", remove_slowly)
    with pytest.raises(ReleaseError):
        release(home, desk, OCTOBER, by="王科长")
    monkeypatch.undo()
    assert [each.faults() for each in releases(home, desk)] == [{}]
