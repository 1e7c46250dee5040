"""Dates of the lunar calendar, for birthdays that were given by the old calendar and written down as if by the new one."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import polars as pl


@cache
def month_starts() -> pl.DataFrame:
    """First day of every lunar month from 1901: first, year, month. A leap month bears the number of the month before it.

    From the year codes of cnlunar (MIT): twelve bits of long and short months, four of the leap month, one of its length.
    """
    from cnlunar.config import LEAPMONTH_NUM_BIT, MONTH_DAY_BIT, START_YEAR, lunarMonthData, lunarNewYearList  # noqa: PLC0415 wanted once

    starts: list[tuple[date, int, int]] = []
    for year, (months, new_year) in enumerate(zip(lunarMonthData, lunarNewYearList, strict=False), START_YEAR):
        first = date(year, new_year >> 5 & 3, new_year & 31)
        leap = months >> LEAPMONTH_NUM_BIT & 15
        for month in range(1, 13):
            lengths = [months >> month - 1 & 1, *([months >> MONTH_DAY_BIT & 1] if month == leap else [])]
            for long in lengths:
                starts.append((first, year, month))
                first += timedelta(29 + long)
    return pl.DataFrame(starts, schema={"first": pl.Date, "year": pl.Int32, "month": pl.Int32}, orient="row")


def lunar_date(days: pl.Series) -> pl.Series:
    """The lunar date of each day as eight digits, YYYYMMDD; null before 1901."""
    frame = pl.DataFrame({"day": days}).with_row_index("at").sort("day")
    dated = frame.join_asof(month_starts(), left_on="day", right_on="first", strategy="backward")
    number = (pl.col("day") - pl.col("first")).dt.total_days() + 1
    text = pl.format("{}{}{}", "year", pl.col("month").cast(pl.String).str.zfill(2), number.cast(pl.String).str.zfill(2))
    return dated.sort("at").select(lunar=pl.when(number <= 30).then(text))["lunar"]
