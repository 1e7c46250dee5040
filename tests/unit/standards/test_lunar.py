"""Days of the lunar calendar, against the almanac."""

from __future__ import annotations

from datetime import date

import polars as pl

from standards.lunar import lunar_date


def test_lunar_dates() -> None:
    days = [date(2026, 2, 17), date(2026, 2, 16), date(2023, 3, 22), date(1990, 1, 1), None]
    assert lunar_date(pl.Series(days)).to_list() == ["20260101", "20251229", "20230201", "19891205", None]
