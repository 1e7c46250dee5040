"""How alike two birth dates are: equal, a slip, the same year, nearly the same age, other; and a date beside a mere age.

A slip is day and month exchanged, one digit wrong, one day off, or the day of the lunar calendar written as if it were of the solar.
"""

from __future__ import annotations

import polars as pl

from standards.lunar import lunar_date


def birth_levels(said: pl.Series, listed: pl.Series) -> pl.Series:
    """Codes 0 equal, 1 slip, 2 year, 3 near_age, 4 other; -1 where a date is missing. Worked out once per distinct pair."""
    pairs = pl.DataFrame({"a": said, "b": listed})
    once = pairs.unique().drop_nulls()
    a, b = pl.col("a"), pl.col("b")
    exchanged = (a.dt.year() == b.dt.year()) & (a.dt.month() == b.dt.day()) & (a.dt.day() == b.dt.month())
    digits = (a.dt.strftime("%Y%m%d"), b.dt.strftime("%Y%m%d"))
    wrong = pl.sum_horizontal((digits[0].str.slice(n, 1) != digits[1].str.slice(n, 1)).cast(pl.Int8) for n in range(8))
    next_day = (a - b).dt.total_days().abs() == 1
    once = once.with_columns(lunar=is_lunar_of(once["a"], once["b"]))
    level = (
        pl.when(a == b)
        .then(0)
        .when(exchanged | (wrong == 1) | next_day | pl.col("lunar"))
        .then(1)
        .when(a.dt.year() == b.dt.year())
        .then(2)
        .when((a.dt.year() - b.dt.year()).abs() <= 2)
        .then(3)
        .otherwise(4)
    )
    once = once.with_columns(level=level.cast(pl.Int8))
    return pairs.join(once, on=["a", "b"], how="left", maintain_order="left")["level"].fill_null(-1).alias("birth")


def age_levels(said_year: pl.Series, listed_year: pl.Series) -> pl.Series:
    """Codes 0 same (a year apart is still the same age), 1 near (up to three), 2 far; -1 where one is missing."""
    apart = (said_year.cast(pl.Int32) - listed_year.cast(pl.Int32)).abs()
    frame = pl.DataFrame({"apart": apart})
    level = pl.when(pl.col("apart") <= 1).then(0).when(pl.col("apart") <= 3).then(1).when(pl.col("apart") > 3).then(2).otherwise(-1)
    return frame.select(age=level.cast(pl.Int8))["age"]


def is_lunar_of(said: pl.Series, listed: pl.Series) -> pl.Series:
    """Whether one of two dates is the other's day of the lunar calendar, read as if it were solar."""
    return (lunar_date(listed) == said.dt.strftime("%Y%m%d")).fill_null(value=False) | (
        lunar_date(said) == listed.dt.strftime("%Y%m%d")
    ).fill_null(value=False)
