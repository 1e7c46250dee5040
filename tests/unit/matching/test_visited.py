"""A door at which nobody knows the person is not offered again for the same row, and only for that."""

from __future__ import annotations

import polars as pl

from contracts.month import Month
from contracts.tables import ACCEPTED, HOUSEHOLD, LINK, conform
from matching.decide.remember import apply, recall
from matching.decide.visited import refusals

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
HOUSEHOLDS = conform(pl.DataFrame({"household_id": ["A", "B"], "village_code": ["V", "V"]}), HOUSEHOLD)
SENT = pl.DataFrame({"feed": ["calls"], "row_id": ["october.csv#!4"], "household_id": ["A"], "person_id": ["A1"]})


def said(row_id: str, name: str | None = "杨昌明", village: str | None = "上坪村") -> pl.DataFrame:
    row = pl.DataFrame({"row_id": [row_id], "person_name": [name], "village": [village]}, schema_overrides={"person_name": pl.String})
    return conform(row, ACCEPTED).select(pl.lit("calls").alias("feed"), pl.all())


def linked_again(row: pl.DataFrame, household: str, month: Month) -> str:
    """Status of a link that was worked out for `row` of `month`, after October's visit."""
    decided = recall(refusals(SENT, said("october.csv#!4"), OCTOBER), row, str(month))
    link = pl.DataFrame({"feed": ["calls"], "row_id": row["row_id"], "status": ["linked"], "household_id": [household]})
    return str(apply(conform(link, LINK), decided, HOUSEHOLDS)["status"].item())


def test_the_same_row_is_not_sent_to_that_door_again():
    assert linked_again(said("november.csv#!9"), "A", NOVEMBER) == "absent"


def test_another_door_and_another_person_are_still_possible():
    assert linked_again(said("november.csv#!9"), "B", NOVEMBER) == "linked"
    assert linked_again(said("november.csv#!9", village="下坪村"), "A", NOVEMBER) == "linked"


def test_the_month_of_the_lead_itself_stays_as_it_was():
    assert linked_again(said("october.csv#!4"), "A", OCTOBER) == "linked"


def test_a_row_that_says_nothing_refuses_nobody():
    assert refusals(SENT, said("october.csv#!4", name=None, village=None), OCTOBER).is_empty()


def test_rows_of_months_before_refuse_nobody():
    assert refusals(SENT, said("another.csv#!1"), OCTOBER).is_empty()
