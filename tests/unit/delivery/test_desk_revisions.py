"""A desk's tables through time: new, taken over, ahead of the program, opened by many at once."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from contracts.errors import HulianError
from delivery.desk import AUTHORISATION, open_desk
from delivery.desk.base import Base, writing
from delivery.desk.migrations import HEAD
from delivery.desk.opening import MIGRATIONS, revision_of

ENTRY = "number INTEGER NOT NULL PRIMARY KEY, recorded_at DATETIME NOT NULL"
OLD_DESK = f"""
CREATE TABLE authorisations ({ENTRY}, household_id VARCHAR(40) NOT NULL, signed_on DATE NOT NULL);
CREATE INDEX ix_authorisations_household_id ON authorisations (household_id);
CREATE TABLE review_decisions ({ENTRY}, month VARCHAR(7) NOT NULL, feed VARCHAR(80) NOT NULL, row_id VARCHAR(400) NOT NULL,
  household_id VARCHAR(40), person_id VARCHAR(40), decision VARCHAR(20) NOT NULL);
INSERT INTO authorisations VALUES (1, '2026-01-01 00:00:00', 'H1', '2026-01-01');
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/home/desk.sqlite"


def test_the_newest_revision_is_the_one_that_opening_looks_for():
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [HEAD]


@pytest.mark.parametrize("before", ["", OLD_DESK], ids=["new", "taken over"])
def test_the_tables_are_those_that_the_program_knows(before: str, url: str, tmp_path: Path):
    (tmp_path / "home").mkdir()
    with sqlite3.connect(tmp_path / "home" / "desk.sqlite") as old:
        old.executescript(before)
    old.close()
    desk = open_desk(url)
    with desk.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    assert revision_of(desk.engine) == HEAD
    assert desk.authorisations(date.max).height == (1 if before else 0)


def test_a_desk_of_a_newer_program_is_left_alone(url: str):
    with writing(open_desk(url).engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(HulianError, match="newer version"):
        open_desk(url)


def test_many_may_open_a_new_desk_at_once_and_add_the_same(url: str):
    entry = pl.DataFrame([("H1", date(2026, 1, 1))], schema=dict(AUTHORISATION), orient="row")
    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda _: open_desk(url).authorise(entry), range(8)))
    assert sorted(added) == [0] * 7 + [1]


def test_a_revision_that_fails_leaves_the_desk_as_it_was(url: str, tmp_path: Path):
    (tmp_path / "home").mkdir()
    path = tmp_path / "home" / "desk.sqlite"
    with sqlite3.connect(path) as old:
        old.executescript(f"{OLD_DESK} CREATE TABLE ix_tokens (a); CREATE VIEW accesses AS SELECT 1 AS a;")
    old.close()
    with pytest.raises(Exception, match="accesses"):
        open_desk(url)
    with sqlite3.connect(path) as left:
        tables = {name for (name,) in left.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    left.close()
    assert tables == {"authorisations", "review_decisions", "ix_tokens"}


def test_the_file_is_for_its_owner_only(url: str, tmp_path: Path):
    assert inspect(open_desk(url).engine).has_table("accesses")
    assert (tmp_path / "home" / "desk.sqlite").stat().st_mode & 0o077 == 0
