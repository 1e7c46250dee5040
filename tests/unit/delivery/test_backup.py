"""A backup is the desk: restored it says the same, also when somebody wrote meanwhile, and a damaged one changes nothing."""

from __future__ import annotations

import os
import shutil
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy.engine import make_url

from contracts.errors import HulianError
from delivery.desk import ANSWER, AUTHORISATION, Desk, open_desk
from delivery.desk.backup import backup, restore
from delivery.desk.opening import engine_of
from delivery.desk.visits import hand_in, visits


def filled(url: str) -> Desk:
    desk = open_desk(url)
    row = ("L1", "H1", "属实-拟纳入", date(2026, 12, 8), "石光明", "龙小妹", "住院\n属实", date(2026, 12, 8))
    hand_in(desk, pl.DataFrame([row], schema=dict(ANSWER), orient="row"), name="石寨村.xlsx", origin="a" * 64)
    return desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return filled(f"sqlite:///{tmp_path}/desk.sqlite")


def signed(household: str) -> pl.DataFrame:
    return pl.DataFrame([(household, date(2026, 1, 1))], schema=dict(AUTHORISATION), orient="row")


def test_a_restored_desk_says_the_same_and_goes_on(desk: Desk, tmp_path: Path):
    assert backup(desk.engine, tmp_path / "one.zip")["verifications"] == 1
    backup(desk.engine, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    (tmp_path / "new").mkdir()
    url = f"sqlite:///{tmp_path}/new/desk.sqlite"
    restore(engine_of(make_url(url)), tmp_path / "one.zip")
    shutil.copy(tmp_path / "desk.key", tmp_path / "new" / "desk.key")
    restored = open_desk(url)
    assert visits(restored).equals(visits(desk))
    assert restored.authorise(signed("H9")) == 1
    backup(restored.engine, tmp_path / "new.zip")
    restore(desk.engine, tmp_path / "new.zip", replace=True)
    assert desk.authorisations(date.max)["household_id"].to_list() == ["H1", "H9"]


def test_a_backup_holds_nothing_that_was_sealed_and_no_key(desk: Desk, tmp_path: Path):
    backup(desk.engine, tmp_path / "one.zip")
    key = (tmp_path / "desk.key").read_bytes().strip()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert not [text for text in ("石光明".encode(), "住院".encode(), key) if text in content]
    assert (tmp_path / "one.zip").stat().st_mode & 0o077 == 0


def test_it_is_of_one_moment_while_others_write(desk: Desk, tmp_path: Path):
    with desk.engine.connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM authorisations").scalar()
        assert desk.authorise(signed("H2")) == 1, "a reader keeps nobody from writing"
        assert reader.exec_driver_sql("SELECT count(*) FROM authorisations").scalar() == 1, "and sees one moment"
    assert backup(desk.engine, tmp_path / "later.zip")["authorisations"] == 2


def test_a_desk_with_entries_is_not_replaced_unasked(desk: Desk, tmp_path: Path):
    backup(desk.engine, tmp_path / "one.zip")
    with pytest.raises(HulianError, match="not empty"):
        restore(desk.engine, tmp_path / "one.zip")


def test_a_damaged_backup_changes_nothing(desk: Desk, tmp_path: Path):
    whole = tmp_path / "one.zip"
    backup(desk.engine, whole)
    (tmp_path / "cut.zip").write_bytes(whole.read_bytes()[:-40])
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(tmp_path / "changed.zip", "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"H1", b"H7"))
    for name in ("cut.zip", "changed.zip", "missing.zip"):
        with pytest.raises(HulianError, match=name):
            restore(desk.engine, tmp_path / name, replace=True)
    assert desk.authorisations(date.max)["household_id"].to_list() == ["H1"]


@pytest.fixture
def postgresql() -> str:
    """The URL of an empty PostgreSQL database, where the environment names one."""
    url = os.environ.get("HULIAN_TEST_POSTGRESQL")
    if not url:
        pytest.skip("HULIAN_TEST_POSTGRESQL names no empty database")
    return url


def test_a_desk_may_move_to_postgresql(desk: Desk, tmp_path: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch):
    backup(desk.engine, tmp_path / "one.zip")
    restore(engine_of(make_url(postgresql)), tmp_path / "one.zip")
    monkeypatch.setenv("HULIAN_DESK_KEY_FILE", str(tmp_path / "desk.key"))
    moved = open_desk(postgresql)
    assert visits(moved).equals(visits(desk))
    assert [moved.authorise(signed("H9")), moved.authorise(signed("H9"))] == [1, 0]
    backup(moved.engine, tmp_path / "back.zip")
    (tmp_path / "back").mkdir()
    assert restore(engine_of(make_url(f"sqlite:///{tmp_path}/back/desk.sqlite")), tmp_path / "back.zip")["authorisations"] == 2
