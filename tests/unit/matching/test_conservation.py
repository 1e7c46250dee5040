"""The balance of rows is taken from the tables; whatever is missing or double shows as lost."""

from __future__ import annotations

import polars as pl
import pytest

from contracts.feed import Column, Feed, Source
from contracts.tables import ACCEPTED, ARRIVAL, LINK, SET_ASIDE, conform
from matching.measure.conservation import count

FEED = Feed(
    feed="f", title="名单", bureau="某局", role="risk", source=Source(files=["*"]), columns=[Column(name="person_name", headers=["姓名"])]
)


def rows(*ids: str) -> pl.DataFrame:
    return pl.DataFrame({"row_id": ids}, schema={"row_id": pl.String})


def links(**statuses: str) -> pl.DataFrame:
    return conform(pl.DataFrame({"feed": ["f"] * len(statuses), "row_id": list(statuses), "status": list(statuses.values())}), LINK)


@pytest.mark.parametrize(
    ("case", "arrived", "accepted", "set_aside", "linked", "lost"),
    [
        ("all accounted for", ["a", "b", "c", "d"], ["a", "b", "c"], ["d"], {"a": "linked", "b": "review", "c": "absent"}, 0),
        ("a row with two persons", ["a"], ["a", "a/2"], [], {"a": "linked", "a/2": "absent"}, 0),
        ("a row in neither table", ["a", "b"], ["a"], [], {"a": "linked"}, 1),
        ("a row in both tables", ["a"], ["a"], ["a"], {"a": "linked"}, 1),
        ("a record without link", ["a", "b"], ["a", "b"], [], {"a": "linked"}, 1),
        ("a row read twice", ["a", "a"], ["a"], [], {"a": "linked"}, 1),
        ("an empty list", [], [], [], {}, 0),
    ],
)
def test_lost_rows_are_counted(
    case: str, arrived: list[str], accepted: list[str], set_aside: list[str], linked: dict[str, str], lost: int
) -> None:
    balance = count(
        FEED,
        conform(rows(*arrived), ARRIVAL),
        conform(rows(*accepted), ACCEPTED),
        conform(rows(*set_aside), SET_ASIDE),
        links(**linked),
        "已收",
    )
    assert balance["lost"].to_list() == [lost], case


def test_the_equation_of_the_balance_holds() -> None:
    balance = count(
        FEED,
        conform(rows("a", "b", "c", "d"), ARRIVAL),
        conform(rows("a", "a/2", "b", "c"), ACCEPTED),
        conform(rows("d"), SET_ASIDE),
        links(**{"a": "linked", "a/2": "linked", "b": "review", "c": "absent"}),
        "已收",
    ).row(0, named=True)
    assert (balance["rows_read"], balance["records"]) == (4, 5)
    assert balance["records"] == balance["linked"] + balance["review"] + balance["absent"] + balance["set_aside"]
