"""What came of the leads: how often each rule was right, and which leads nobody has answered in time."""

from __future__ import annotations

from datetime import date

import polars as pl

from contracts.tables import OVERDUE, YIELD, conform
from delivery.errors import ReleaseError
from delivery.words import HELPED, INCLUDED, OPEN_CONCLUSION, TRUE_CONCLUSIONS, UNTRUE_CONCLUSIONS

YIELDS = ("true", "included", "helped")  # the three are told apart, for they answer different questions


def yields(leads: pl.DataFrame, verifications: pl.DataFrame) -> pl.DataFrame:
    """`YIELD` by rule: leads that the rule took part in, those verified, true (属实) and included (拟纳入).

    The rates are of the verified leads, null while there are none. 暂未联系上 does not verify. A lead of two rules counts for both.
    """
    found = verifications.filter(pl.col("conclusion") != OPEN_CONCLUSION).select("lead_id", "conclusion")
    hits = leads.select("lead_id", rule="rules").explode("rule").drop_nulls("rule").unique().join(found, on="lead_id", how="left")
    counted = hits.group_by("rule").agg(
        leads=pl.len(),
        verified=pl.col("conclusion").is_not_null().sum(),
        true=pl.col("conclusion").is_in(list(TRUE_CONCLUSIONS)).sum(),
        included=(pl.col("conclusion") == INCLUDED).sum(),
    )
    return conform(
        counted.with_columns(
            pl.when(pl.col("verified") > 0).then(pl.col(name) / pl.col("verified")).alias(f"{name}_rate") for name in ("true", "included")
        ),
        YIELD,
    ).sort("rule")


def overdue(leads: pl.DataFrame, verifications: pl.DataFrame, on: date) -> pl.DataFrame:
    """`OVERDUE` by lead_id: leads due before `on` without a conclusion, or with 暂未联系上 only, and the calendar days since.

    An open lead that has grown into a later one is chased as that one, once that is due as well.
    """
    closed = verifications.filter(pl.col("conclusion") != OPEN_CONCLUSION)
    late = leads.filter(pl.col("due_on") < on).join(closed, on="lead_id", how="anti")
    grown = late.select(lead_id="continues").drop_nulls()
    late = late.join(grown, on="lead_id", how="anti")
    return conform(late.with_columns(days_overdue=(pl.lit(on) - pl.col("due_on")).dt.total_days()), OVERDUE).sort("lead_id")


def told(leads: pl.DataFrame, by: str, on: date) -> pl.DataFrame:
    """Counts of leads by a column, and the three yields apart: 属实率, 纳入率 and 单项帮扶率, each of the verified leads.

    leads: one row per lead and value of `by`: lead_id, due_on, conclusion (null: none yet). Returns `by`, the counts and `true_rate`,
    `included_rate`, `helped_rate`, by `by`; the last row (`合计`) is the whole, in which every lead counts once. Raises `ReleaseError`
    when a row does not add up.
    """
    whole = leads.unique("lead_id").with_columns(pl.lit("合计").alias(by))
    counted = pl.concat([_counted(leads.unique([by, "lead_id"]), by, on).sort(by, nulls_last=True), _counted(whole, by, on)])
    sums = pl.col("true") + pl.col("untrue") != pl.col("verified"), pl.col("verified") + pl.col("open") != pl.col("leads")
    wrong = counted.filter(pl.any_horizontal(sums))
    if wrong.height:
        raise ReleaseError(f"yields by {by}: {wrong.height} rows do not add up. Nothing is written.")
    rates = [pl.when(pl.col("verified") > 0).then(pl.col(name) / pl.col("verified")).alias(f"{name}_rate") for name in YIELDS]
    return counted.with_columns(rates)


def _counted(leads: pl.DataFrame, by: str, on: date) -> pl.DataFrame:
    said = pl.col("conclusion")
    verified = said.is_not_null() & (said != OPEN_CONCLUSION)
    return leads.group_by(by).agg(
        leads=pl.len().cast(pl.Int64),
        verified=verified.sum().cast(pl.Int64),
        true=said.is_in(list(TRUE_CONCLUSIONS)).sum().cast(pl.Int64),
        untrue=said.is_in(list(UNTRUE_CONCLUSIONS)).sum().cast(pl.Int64),
        included=(said == INCLUDED).sum().cast(pl.Int64),
        helped=(said == HELPED).sum().cast(pl.Int64),
        open=(said.is_null() | (said == OPEN_CONCLUSION)).sum().cast(pl.Int64),
        overdue=(~verified.fill_null(value=False) & (pl.col("due_on") < on)).sum().cast(pl.Int64),
    )
