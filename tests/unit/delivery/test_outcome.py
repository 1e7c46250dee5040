"""Yields count visits, not hopes; a lead is late until somebody was met."""

from __future__ import annotations

from datetime import date

import polars as pl

from contracts.tables import LEAD, VERIFICATION, conform
from delivery.outcome import overdue, yields

# lead, rules, due
LEADS = [
    ("L1", ["medical"], date(2026, 12, 11)),
    ("L2", ["medical", "housing"], date(2026, 12, 8)),
    ("L3", ["medical"], date(2026, 12, 11)),
    ("L4", ["medical"], date(2026, 12, 11)),
    ("L5", ["water"], date(2026, 12, 20)),
]
FOUND = [("L1", "属实-拟纳入"), ("L2", "属实-单项帮扶"), ("L3", "不属实-数据有误"), ("L4", "暂未联系上")]


def leads() -> pl.DataFrame:
    return conform(pl.DataFrame(LEADS, schema={"lead_id": pl.String, "rules": pl.List(pl.String), "due_on": pl.Date}, orient="row"), LEAD)


def verifications() -> pl.DataFrame:
    return conform(pl.DataFrame(FOUND, schema=["lead_id", "conclusion"], orient="row"), VERIFICATION)


def test_yields_per_rule():
    assert yields(leads(), verifications()).rows() == [
        # rule, leads, verified, true, included, true rate, included rate
        ("housing", 1, 1, 1, 0, 1.0, 0.0),
        ("medical", 4, 3, 2, 1, 2 / 3, 1 / 3),
        ("water", 1, 0, 0, 0, None, None),
    ]


def test_overdue_leads_are_those_without_a_conclusion_past_their_day():
    late = overdue(leads(), verifications(), date(2026, 12, 16))
    assert late.select("lead_id", "due_on", "days_overdue").rows() == [("L4", date(2026, 12, 11), 5)]


def test_the_day_itself_is_in_time():
    assert overdue(leads(), verifications().clear(), date(2026, 12, 8)).is_empty()


def test_nothing_handed_out_nothing_learnt():
    assert yields(leads().clear(), verifications()).is_empty()
    assert overdue(leads().clear(), verifications(), date(2026, 12, 8)).is_empty()
