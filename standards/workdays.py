"""Working days of the Chinese calendar, with 调休 (weekends worked in exchange for holidays).

The State Council publishes a year's holidays in the autumn before it, so `chinesecalendar` ends with some year. Beyond it working
days are Monday to Friday, and `covers` says so.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar
import polars as pl

SPARE_DAYS = 40  # longest stretch that may hold no working day at all, generously


def covers(year: int) -> bool:
    """Whether the holidays of `year` are known; if not, working days of that year are taken as Monday to Friday."""
    try:
        chinese_calendar.is_workday(date(year, 6, 1))
    except NotImplementedError:
        return False
    return True


def is_workday(day: date) -> bool:
    """Whether people work on `day`: 调休 weekends are working days, holidays are not."""
    return bool(chinese_calendar.is_workday(day)) if covers(day.year) else day.weekday() < 5


def workday_from(day: date) -> date:
    """`day`, or the next working day where nobody works on it."""
    return day if is_workday(day) else add_workdays(day, 1)


def add_workdays(day: date, count: int) -> date:
    """The `count`-th working day after `day` (the first one counted is the day after it); raises `ValueError` unless `count` >= 1."""
    return add_workdays_to(pl.Series([day]), count).item()  # type: ignore[no-any-return]


def add_workdays_to(days: pl.Series, count: int) -> pl.Series:
    """`add_workdays` for a series of dates; null stays null. Raises `ValueError` unless `count` >= 1."""
    if count < 1:
        raise ValueError("count at least one working day")
    first, last = days.min(), days.max()
    if not isinstance(first, date) or not isinstance(last, date):
        return days.cast(pl.Date)
    workdays = _workdays(first.year, (last + timedelta(days=2 * count + SPARE_DAYS)).year)
    positions = workdays.search_sorted(days.fill_null(first), side="right") + (count - 1)
    return workdays.gather(positions).set(days.is_null(), None).alias(days.name)


@lru_cache(maxsize=8)
def _workdays(first_year: int, last_year: int) -> pl.Series:
    """All working days of the years, in order."""
    days = pl.date_range(date(first_year, 1, 1), date(last_year, 12, 31), eager=True)
    return days.filter(pl.Series([is_workday(day) for day in days.to_list()]))
