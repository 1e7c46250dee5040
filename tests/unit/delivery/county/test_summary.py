"""The summary counts twice and believes neither count alone."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from delivery.county.summary import CrossTable, Summary
from delivery.errors import ReleaseError
from tests.unit.delivery import frames

# household, town, person, risk type
TOUCHED = [
    ("H1", "甲镇", "张", "因病"),
    ("H1", "甲镇", "李", "因病"),
    ("H1", "甲镇", "李", "因学"),
    ("H2", "甲镇", "王", "因病"),
    ("H3", "乙镇", "户", "因灾"),
]


@pytest.fixture
def table() -> CrossTable:
    touched = pl.DataFrame(TOUCHED, schema=["household_id", "row", "person", "risk_type"], orient="row")
    return CrossTable.of("乡镇×风险类型", touched.with_columns(village_code=pl.lit("1")), "risk_type")


def test_households_and_persons_are_counted_once_per_cell(table):
    assert table.cells.sort("row", "column").rows() == [("乙镇", "因灾", 1, 1), ("甲镇", "因学", 1, 1), ("甲镇", "因病", 2, 3)]
    assert table.by_row.rows() == [("乙镇", 1, 1), ("甲镇", 3, 4)]
    assert table.by_column.sort("column").rows() == [("因学", 1, 1), ("因灾", 1, 1), ("因病", 2, 3)]
    assert table.distinct.rows() == [("乙镇", 1, 1), ("甲镇", 2, 3)]
    assert table.columns[0] == "因病"
    table.check(households=3)


@pytest.mark.parametrize("broken", ["cells", "by_row", "by_column"])
def test_a_figure_that_was_changed_is_noticed(table, broken):
    frame = getattr(table, broken)
    wrong = replace(table, **{broken: frame.with_columns(persons=pl.col("persons") + (pl.int_range(pl.len()) == 0))})
    with pytest.raises(ReleaseError, match="do not agree"):
        wrong.check(households=3)


def test_a_lost_household_is_noticed(table):
    with pytest.raises(ReleaseError, match="3 households, leads are 4"):
        table.check(households=4)


def test_rows_unaccounted_for_stop_the_summary():
    tables = frames.tables()
    leaky = tables.conservation.with_columns(linked=pl.col("linked") - 1)
    with pytest.raises(ReleaseError, match="housing_danger"):
        Summary.of(replace(tables, conservation=leaky))


def test_towns_add_up():
    towns = Summary.of(frames.tables(25, 3)).towns.select(
        "town", "villages", "leads", "members", "red", "yellow", "enrichment", "suppressed"
    )
    assert towns.rows() == [
        ("城关镇", 21, 63, 252, 21, 42, 21, 1),
        ("大坪乡", 4, 12, 48, 4, 8, 4, 0),
        ("合计", 25, 75, 300, 25, 50, 25, 1),
    ]
