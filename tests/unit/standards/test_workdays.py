"""Working days against the State Council's calendar of 2026 and beyond what is known of it."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from standards.workdays import add_workdays, add_workdays_to, covers, is_workday

CASES = [
    # from, working days, until
    (date(2026, 11, 6), 1, date(2026, 11, 9)),  # Friday -> Monday
    (date(2026, 11, 6), 5, date(2026, 11, 13)),
    (date(2026, 12, 6), 2, date(2026, 12, 8)),  # from a Sunday
    (date(2026, 9, 30), 1, date(2026, 10, 8)),  # National Day, 1 to 7 October
    (date(2026, 10, 8), 2, date(2026, 10, 10)),  # Saturday 10 October is worked (调休)
    (date(2026, 2, 13), 2, date(2026, 2, 24)),  # Saturday 14 February is worked, then the Spring Festival until the 23rd
]


@pytest.mark.parametrize(("day", "count", "until"), CASES)
def test_add_workdays(day, count, until) -> None:
    assert add_workdays(day, count) == until


def test_many_days_at_once_keep_their_order_and_nulls() -> None:
    days = pl.Series("due", [CASES[3][0], None, CASES[0][0]])
    assert add_workdays_to(days, 1).to_list() == [CASES[3][2], None, CASES[0][2]]
    assert add_workdays_to(pl.Series("due", [None], dtype=pl.Date), 1).to_list() == [None]


def test_beyond_the_published_calendar_monday_to_friday_work() -> None:
    assert covers(2026)
    assert not covers(2100)
    assert is_workday(date(2100, 1, 1))  # a Friday
    assert add_workdays(date(2100, 1, 1), 1) == date(2100, 1, 4)


def test_no_working_day_is_no_deadline() -> None:
    with pytest.raises(ValueError, match="at least one"):
        add_workdays(date(2026, 11, 6), 0)
