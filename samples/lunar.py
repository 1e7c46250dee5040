"""The lunar calendar, for birthdays that somebody gave by the old calendar and a clerk wrote down as they were."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from cnlunar.config import LEAPMONTH_NUM_BIT, MONTH_DAY_BIT, START_YEAR, lunarMonthData, lunarNewYearList

from samples.seeds import Ints


def months() -> pl.DataFrame:
    """One row per lunar month from 1901 on: first_day (Date), year, month (a leap month bears the number of the one before it)."""
    rows: list[tuple[date, int, int]] = []
    for nth, (sizes, new_year) in enumerate(zip(lunarMonthData, lunarNewYearList, strict=False)):
        year = START_YEAR + nth
        first = date(year, new_year >> 5 & 3, new_year & 31).toordinal()
        leap = sizes >> LEAPMONTH_NUM_BIT & 15
        for month in range(1, 13):
            rows.append((date.fromordinal(first), year, month))
            first += 29 + (sizes >> month - 1 & 1)
            if month == leap:
                rows.append((date.fromordinal(first), year, month))
                first += 29 + (sizes >> MONTH_DAY_BIT & 1)
    return pl.DataFrame(rows, schema={"first_day": pl.Date, "year": pl.Int32, "month": pl.Int32}, orient="row")


def written_as_solar(born: pl.Series) -> pl.Series:
    """The lunar date of each day, read as if it were a solar one; null where there is no such day (30 February)."""
    table = months()
    starts: Ints = table["first_day"].to_physical().to_numpy()
    days: Ints = born.to_physical().fill_null(0).to_numpy()
    at = np.clip(np.searchsorted(starts, days, side="right") - 1, 0, len(starts) - 1)
    frame = table[at.tolist()].with_columns(day=pl.Series(days - starts[at] + 1).cast(pl.Int32), born=born)
    month, day = (pl.col(name).cast(pl.String).str.zfill(2) for name in ("month", "day"))
    read = pl.format("{}-{}-{}", "year", month, day).str.to_date("%Y-%m-%d", strict=False)
    written: pl.Series = frame.select(pl.when(pl.col("born").is_not_null()).then(read)).to_series()
    return written
