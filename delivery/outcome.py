"""What came of the leads: how often each rule was right, and which leads nobody has answered in time."""

from __future__ import annotations

from datetime import date

import polars as pl

from contracts.tables import OVERDUE, YIELD, conform
from delivery.words import INCLUDED, OPEN_CONCLUSION, TRUE_CONCLUSIONS


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
