"""The warehouse holds what the lake holds, whatever has changed there since it was written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest

from contracts.home import Home
from delivery.warehouse import build

LINKS = pl.DataFrame({"row_id": ["a", "b"], "codes": [["x"], []]}, schema_overrides={"codes": pl.List(pl.String)})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    put(home, "links", "2026-10", LINKS)
    put(home, "leads", "2026-10", pl.DataFrame({"lead_id": ["1"], "month": ["2026-10"]}))
    put(home, "accepted/water", "2026-10", pl.DataFrame({"row_id": ["w"], "litres": [3]}))
    put(home, "accepted/register", "2026-10", pl.DataFrame({"row_id": ["r"]}))
    put(home, "arrivals/water", "2026-10", pl.DataFrame({"水": ["w"]}))
    return home


def put(home: Home, table: str, month: str, rows: pl.DataFrame) -> None:
    path = home.lake / table / f"{month}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.write_parquet(path)


def contents(home: Home) -> dict[str, list[dict[str, object]]]:
    """Every table that an analyst finds, its rows in no order."""
    with duckdb.connect(home.warehouse, read_only=True) as engine:
        names = engine.sql("SELECT table_schema || '.' || table_name FROM information_schema.tables").fetchall()
        tables = {name: engine.table(name).pl().to_dicts() for (name,) in names if name != "main.lake_files"}
    return {name: sorted(rows, key=str) for name, rows in tables.items()}


def test_tables_carry_their_month_and_arrivals_stay_in_the_lake(home: Home) -> None:
    built = build(home, "register")
    assert built.rows() == [("accepted", "water", 1), ("main", "leads", 1), ("main", "links", 2)]
    assert contents(home) == {
        "accepted.water": [{"month": "2026-10", "row_id": "w", "litres": 3}],
        "main.leads": [{"lead_id": "1", "month": "2026-10"}],
        "main.links": [{"month": "2026-10", "row_id": "a", "codes": ["x"]}, {"month": "2026-10", "row_id": "b", "codes": []}],
    }


CHANGES: dict[str, Callable[[Home], None]] = {
    "nothing": lambda _: None,
    "the next month": lambda home: put(home, "links", "2026-11", LINKS),
    "a month again": lambda home: put(home, "links", "2026-10", LINKS.head(1)),
    "a month without rows": lambda home: put(home, "links", "2026-10", LINKS.clear()),
    "a column more": lambda home: put(home, "leads", "2026-11", pl.DataFrame({"lead_id": ["2"], "month": ["2026-11"], "grade": ["red"]})),
    "a column of another type": lambda home: put(home, "accepted/water", "2026-11", pl.DataFrame({"row_id": ["v"], "litres": [2.5]})),
    "a new list": lambda home: put(home, "accepted/courts", "2026-11", pl.DataFrame({"row_id": ["c"]})),
    "a month gone": lambda home: (home.lake / "links" / "2026-11.parquet").unlink(),
    "a list gone": lambda home: (home.lake / "accepted" / "courts" / "2026-11.parquet").unlink(),
    "a list back": lambda home: put(home, "accepted/courts", "2026-11", pl.DataFrame({"row_id": ["d"]})),
}


def test_after_every_change_it_is_as_if_made_anew(home: Home) -> None:
    for what, change in CHANGES.items():
        change(home)
        build(home, "register")
        kept = contents(home)
        aside = home.warehouse.rename(home.root / "aside")
        build(home, "register")
        assert kept == contents(home), what
        aside.replace(home.warehouse)


@pytest.mark.parametrize("bytes_there", [b"", b"no database", b"\0" * 40_000])
def test_a_damaged_one_is_made_anew(home: Home, bytes_there: bytes) -> None:
    home.warehouse.write_bytes(bytes_there)
    assert build(home, "register").height == 3


def test_one_of_an_earlier_version_is_made_anew(home: Home) -> None:
    with duckdb.connect(home.warehouse) as engine:
        engine.sql("CREATE TABLE links AS SELECT 'old' AS row_id; CREATE TABLE forgotten AS SELECT 1 AS one")
    build(home, "register")
    assert set(contents(home)) == {"accepted.water", "main.leads", "main.links"}


def test_what_a_killed_run_left_is_cleared_away(home: Home) -> None:
    (home.root / ".warehouse.duckdb.77.part").write_bytes(b"half")
    (home.root / ".warehouse.duckdb.77.part.tmp").mkdir()
    build(home, "register")
    assert not list(home.root.glob(".warehouse.duckdb.*"))


def test_who_reads_keeps_what_he_opened(home: Home) -> None:
    build(home, "register")
    with duckdb.connect(home.warehouse, read_only=True) as reader:
        put(home, "links", "2026-11", LINKS)
        build(home, "register")
        assert reader.sql("SELECT count(*) FROM links").fetchall() == [(2,)]
    assert len(contents(home)["main.links"]) == 4
    assert not list(home.root.glob(".*.part"))
