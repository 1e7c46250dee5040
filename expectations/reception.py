"""What came of every list this month: received, not sent though due, held, or an earlier month's list in its place."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from contracts.feed import Feed
from contracts.month import Month
from contracts.observed import RECEPTION
from contracts.tables import conform
from expectations.profile import counted

NUMBERS = ("rows", "records", "accepted", "set_aside", "warned")


def reception(feeds: Mapping[str, Feed], month: Month, observed: pl.DataFrame) -> pl.DataFrame:
    """`RECEPTION` of all `feeds`, from what was `OBSERVED` of them this month."""
    profile = observed.filter((pl.col("kind") == "profile") & pl.col("column").is_null())
    numbers = {(feed, code): value for feed, code, value in profile.select("feed", "code", "value").iter_rows()}
    rows = [_row(feed, month, {code: value for (name, code), value in numbers.items() if name == feed.feed}) for feed in feeds.values()]
    return conform(pl.DataFrame(rows, infer_schema_length=None), RECEPTION).sort("bureau", "feed")


def came(feed: Feed, *, arrived: bool, age: int | None) -> pl.DataFrame:
    """`OBSERVED`: whether anything of `feed` came, and the age in months of the list that stands in for it."""
    return counted(feed, {"came": arrived, **({"carried": age} if age is not None else {})})


def _row(feed: Feed, month: Month, numbers: Mapping[str, float]) -> dict[str, object]:
    age = int(numbers["carried"]) if "carried" in numbers else None
    return {
        "feed": feed.feed,
        "title": feed.title,
        "bureau": feed.bureau,
        "role": feed.role,
        "state": _state(feed, month, numbers),
        "due_on": feed.cadence.due_on(month) if feed.cadence.expects(month) else None,
        "carried_from": str(month.plus(-age)) if age is not None else None,
        "carried_months": age,
        **{name: int(numbers.get(name, 0)) for name in NUMBERS},
    }


def _state(feed: Feed, month: Month, numbers: Mapping[str, float]) -> str:
    if "carried" in numbers:
        return "沿用"
    if numbers.get("held") and not numbers.get("rows"):
        return "暂缓"
    if numbers.get("came"):
        return "已收"
    return "未报" if feed.cadence.expects(month) else "不需报"
