"""Decisions of people win."""

from __future__ import annotations

import polars as pl

from contracts.tables import HOUSEHOLD, LINK, conform
from matching.remember import apply

LINKS = conform(
    pl.DataFrame(
        {
            "feed": ["list"] * 4,
            "row_id": ["r1", "r2", "r3", "r4"],
            "status": ["review", "linked", "linked", "review"],
            "household_id": [None, "H1", "H1", None],
            "person_id": [None, "P1", "P1", None],
            "method": ["none", "candidates", "candidates", "none"],
        }
    ),
    LINK,
)
HOUSEHOLDS = conform(pl.DataFrame({"household_id": ["H1", "H2"], "village_code": ["V1", "V2"]}), HOUSEHOLD)


def test_decisions() -> None:
    decisions = pl.DataFrame(
        [
            ("list", "r1", "H2", "P7", "同一人"),
            ("list", "r2", "H1", "P1", "不是"),
            ("list", "r3", "H2", "P8", "不是"),  # about another household: says nothing about the link
            ("list", "r4", "H2", "P9", "同户他人"),
            ("list", "r9", "H2", "P9", "同一人"),  # a row that is not there
        ],
        schema=["feed", "row_id", "household_id", "person_id", "decision"],
        orient="row",
    )
    decided = apply(LINKS, decisions, HOUSEHOLDS)
    assert decided.select("row_id", "status", "household_id", "person_id", "village_code").rows() == [
        ("r1", "linked", "H2", "P7", "V2"),
        ("r2", "absent", None, None, None),
        ("r3", "linked", "H1", "P1", None),
        ("r4", "linked", "H2", None, "V2"),
    ]


def test_no_decisions_change_nothing() -> None:
    assert apply(LINKS, None, HOUSEHOLDS).equals(LINKS)
