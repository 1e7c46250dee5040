"""How alike two birth dates are, and a date and a mere age. Levels, best first, in `LEVELS` and `AGES`.

Day and month exchanged, and the day of the lunar calendar written as if it were of the solar, are what people do to dates; a `slip` is
what a hand does: one digit wrong, or the day beside it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from standards.lunar import lunar_date

LEVELS = ("equal", "exchanged", "lunar", "slip", "year", "near_age", "other")
AGES = ("same", "near", "far")
EARLIER = 60  # days by which the date of a day in the lunar calendar is earlier than its own, at most (55 in two hundred years)


def birth_levels(said: pl.Series, listed: pl.Series) -> npt.NDArray[np.int8]:
    """Codes of `LEVELS`; -1 where a date is missing. What is not equal is worked out once per distinct pair."""
    pairs = pl.DataFrame({"a": said, "b": listed})
    levels = pairs.select(pl.when(pl.col("a") == pl.col("b")).then(0).otherwise(-1).cast(pl.Int8)).to_series().to_numpy(writable=True)
    asked = pairs.with_row_index("at").filter((pl.col("a") != pl.col("b")).fill_null(value=False))
    if asked.height:
        once = asked.select("a", "b").unique()
        once = once.with_columns(level=_levels(once))
        levels[asked["at"].to_numpy()] = asked.join(once, on=["a", "b"], how="left", maintain_order="left")["level"].to_numpy()
    return levels


def _levels(once: pl.DataFrame) -> pl.Series:
    """Levels of pairs of different dates."""
    a, b = pl.col("a"), pl.col("b")
    exchanged = (a.dt.year() == b.dt.year()) & (a.dt.month() == b.dt.day()) & (a.dt.day() == b.dt.month())
    one, other = once.select(day.dt.year() * 10000 + day.dt.month().cast(pl.Int32) * 100 + day.dt.day() for day in (a, b))
    wrong = sum((one.to_numpy() // 10**place % 10 != other.to_numpy() // 10**place % 10).astype(np.int8) for place in range(8))
    apart = once.select((a - b).dt.total_days().abs()).to_series()
    near = np.flatnonzero(apart <= EARLIER)
    lunar = np.zeros(once.height, dtype=bool)
    for dates, number in ((once["b"], one), (once["a"], other)):
        lunar[near] |= (lunar_date(dates[near]).cast(pl.Int32) == number[near]).fill_null(value=False).to_numpy()
    level = (
        pl.when(exchanged)
        .then(1)
        .when("lunar")
        .then(2)
        .when((pl.col("wrong") == 1) | (apart == 1))
        .then(3)
        .when(a.dt.year() == b.dt.year())
        .then(4)
        .when((a.dt.year() - b.dt.year()).abs() <= 2)
        .then(5)
        .otherwise(6)
    )
    return once.with_columns(lunar=pl.Series(lunar), wrong=pl.Series(wrong)).select(level=level.cast(pl.Int8))["level"]


def age_levels(said_year: pl.Series, listed_year: pl.Series) -> npt.NDArray[np.int8]:
    """Codes of `AGES`: 0 same (a year apart is still the same age), 1 near (up to three), 2 far; -1 where one is missing."""
    apart = (said_year.cast(pl.Int32) - listed_year.cast(pl.Int32)).abs()
    level = pl.when(apart <= 1).then(0).when(apart <= 3).then(1).when(apart > 3).then(2).otherwise(-1)
    return pl.select(level.cast(pl.Int8)).to_series().to_numpy()
