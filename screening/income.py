"""Income against the line: what the register says, and what is left of it after a year's medical bills.

参考收入 = 纯收入 − 合规自付支出, per person, over the window that the line names (domain.md 2.4): a household above the line may be below
it once its bills are paid. It is a reference for those who decide, never a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from contracts.county import MonitoringLine, Spending
from contracts.month import Month
from screening.measures import HOUSEHOLD, once
from screening.sentences import date_text, number_text


def incomes(
    month: Month, facts: Mapping[str, pl.LazyFrame], households: pl.DataFrame, line: MonitoringLine, spending: Spending
) -> pl.DataFrame:
    """One row per household of `households` with bills in the window: household_id, spent_12_months, reference_income, income_note."""
    first, last = line.income_window(month)
    if spending.feed not in facts:
        spent = pl.DataFrame(schema={"household_id": pl.String, "spent": pl.Float64})
    else:
        of_them = facts[spending.feed].join(households.lazy().select(HOUSEHOLD), on="household_id", how="semi")
        spent = _spent(of_them, spending, first, last)
    members = pl.col("members").cast(pl.Float64)
    left = (pl.col("income_per_capita") - pl.col("spent") / members).round(2)
    return (
        households.select("household_id", "income_per_capita", "members")
        .join(spent, on="household_id")
        .with_columns(reference_income=pl.when(members > 0).then(left))
        .select("household_id", pl.col("spent").alias("spent_12_months"), "reference_income", income_note=_note(line, first, last))
    )


def _spent(rows: pl.LazyFrame, spending: Spending, first: date, last: date) -> pl.DataFrame:
    """What each household paid itself between two days, repeats on later lists counted once."""
    bills = rows.filter(pl.col("listed") <= Month(last.year, last.month).end, pl.col(spending.event_date).is_between(first, last))
    paid = (pl.col(spending.column) * pl.col("times")).sum().round(2)
    total = once(["household_id", spending.event_date, spending.column], bills).group_by("household_id").agg(spent=paid)
    return total.filter(pl.col("spent") > 0).with_columns(pl.col("household_id").cast(pl.String)).collect()


def _note(line: MonitoringLine, first: date, last: date) -> pl.Expr:
    """What the figures say together, for the county."""
    against = pl.when(pl.col("reference_income") < line.value).then(pl.lit("低于")).otherwise(pl.lit("不低于"))
    return pl.concat_str(
        pl.lit(f"册上人均{line.indicator}"),
        number_text(pl.col("income_per_capita")),
        pl.lit("元，全家"),
        date_text(pl.lit(first)),
        pl.lit("至"),
        date_text(pl.lit(last)),
        pl.lit("医疗自付"),
        number_text(pl.col("spent")),
        pl.lit("元，扣除后人均约"),
        number_text(pl.col("reference_income")),
        pl.lit("元，"),
        against,
        pl.lit(f"监测线{line.value:g}元"),
    )
