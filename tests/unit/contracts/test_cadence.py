"""When a list is due, which ones may be carried forward, and that every threshold of the shipped contracts has its reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from contracts.feed import Cadence, load_feeds
from contracts.month import Month

FEEDS = load_feeds(Path(__file__).resolve().parents[3] / "config" / "feeds")
BOUNDS = {"between", "one_of", "matches", "not_after_month", "not_before", "valid_id", "adds_up", "agrees_with_certificate"}


@pytest.mark.parametrize(
    ("every", "months", "expected_in"),
    [("month", [], {8, 9, 10}), ("ten_days", [], {8, 9, 10}), ("half_year", [3, 9], {9}), ("event", [], set())],
)
def test_a_list_is_expected_by_its_cadence(every: str, months: list[int], expected_in: set[int]) -> None:
    cadence = Cadence(every=every, months=months)
    assert {number for number in (8, 9, 10) if cadence.expects(Month(2026, number))} == expected_in


def test_a_list_is_due_in_the_following_month() -> None:
    assert Cadence(due_day=5).due_on(Month(2026, 12)) == date(2027, 1, 5)


@pytest.mark.parametrize(("every", "months"), [("half_year", []), ("month", [3]), ("half_year", [13])])
def test_months_belong_to_spring_and_autumn(every: str, months: list[int]) -> None:
    with pytest.raises(ValidationError, match="months"):
        Cadence(every=every, months=months)


def test_no_list_that_raises_leads_is_carried_forward() -> None:
    """An event of last month is no event of this one."""
    assert not [name for name, feed in FEEDS.items() if feed.role == "risk" and feed.cadence.carry]
    assert FEEDS["register"].cadence.carry is not None


def test_every_cadence_and_every_threshold_has_its_reason() -> None:
    assert not [name for name, feed in FEEDS.items() if not feed.cadence.why]
    assert not [
        (name, expect.column, expect.check)
        for name, feed in FEEDS.items()
        for expect in feed.expectations
        if not expect.why and (expect.on_failure == "set_aside" or expect.check in BOUNDS)
    ]


def test_what_is_odd_but_says_who_and_what_is_only_warned_about() -> None:
    """A row is set aside where nobody, no date or not the rule's own measure can be read; cross-checks between columns warn."""
    refusing = {(expect.check) for feed in FEEDS.values() for expect in feed.expectations if expect.on_failure == "set_aside"}
    assert refusing == {"any_present", "present", "readable", "between", "not_after_month"}
