"""Records of an older list that stands in are linked, and are not counted as read twice."""

from __future__ import annotations

import polars as pl
import pytest

from contracts.feed import Feed
from contracts.tables import ACCEPTED, ARRIVAL, LINK, SET_ASIDE, conform, empty
from matching.measure.conservation import count

FEED = Feed.model_validate(
    {"feed": "low", "title": "低保", "bureau": "民政局", "role": "verify", "source": {"files": ["*.xlsx"]}, "columns": []}
)
ACCEPTED_ROWS = conform(pl.DataFrame({"row_id": ["a#!2", "a#!3"]}), ACCEPTED)


@pytest.mark.parametrize(("linked", "lost"), [(["a#!2", "a#!3"], 0), (["a#!2"], 1), (["a#!2", "a#!3", "a#!3"], 1)])
def test_carried_records_are_counted_apart_and_must_be_linked_once(linked: list[str], lost: int) -> None:
    links = conform(pl.DataFrame({"row_id": linked, "feed": "low", "status": "linked"}), LINK)
    row = count(FEED, empty(ARRIVAL), ACCEPTED_ROWS, empty(SET_ASIDE), links, "沿用", "2026-10").row(0, named=True)
    assert [row[name] for name in ("rows_read", "records", "linked", "carried", "lost")] == [0, 0, 0, 2, lost]
