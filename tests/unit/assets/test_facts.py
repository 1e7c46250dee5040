"""Lists that only flags look at are read of the households that signed, all others whole."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from assets.facts import facts
from assets.lake import read
from contracts.county import Configuration
from contracts.home import Home
from contracts.month import Month
from contracts.tables import empty
from pipelines.defaults import SAMPLE_COUNTY

NOVEMBER = Month(2026, 11)
VEHICLES, STAYS = "police_vehicle", "medical_inpatient"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A lake in which one vehicle and one hospital stay are linked to each of two households."""
    home = Home(tmp_path)
    rows = {feed: [f"{feed}1", f"{feed}2"] for feed in (VEHICLES, STAYS)}
    tables = {f"accepted/{feed}": pl.DataFrame({"row_id": ids, "person_name": ["张三", "李四"]}) for feed, ids in rows.items()}
    tables["links"] = pl.DataFrame(
        [
            {
                "feed": feed,
                "row_id": row,
                "status": "linked",
                "household_id": f"H{row[-1]}",
                "person_id": f"P{row[-1]}",
                "identity": "证件一致",
            }
            for feed, ids in rows.items()
            for row in ids
        ]
    )
    for key, table in tables.items():
        path = home.table(key, NOVEMBER)
        path.parent.mkdir(parents=True, exist_ok=True)
        table.write_parquet(path)
    return home


@pytest.mark.parametrize(("signed", "seen"), [(None, ["H1", "H2"]), (["H2"], ["H2"]), ([], [])])
def test_assets_are_read_of_those_who_signed(home, signed, seen):
    households = None if signed is None else pl.DataFrame({"household_id": signed}, schema={"household_id": pl.String})
    carried = empty({"feed": pl.String, "month": pl.String, "source": pl.String})
    found = facts(home, Configuration.load(SAMPLE_COUNTY), NOVEMBER, carried, signed=households)
    assert found[VEHICLES].collect()["household_id"].to_list() == seen
    assert found[STAYS].collect()["household_id"].to_list() == ["H1", "H2"]


def test_a_table_is_read_with_only_the_columns_that_are_asked_for(home):
    schema = {"household_id": pl.String, "note": pl.String}
    assert read(home, "links", NOVEMBER, schema, only=True).columns == ["household_id", "note"]
    assert read(home, "links", NOVEMBER, schema).columns[:3] == ["household_id", "note", "feed"]
    assert read(home, "links", NOVEMBER.plus(1), schema, only=True).is_empty()
