"""What became of each bureau's own leads: one row per lead and risk signal, beside what the visit found. Domain.md 8.4."""

from __future__ import annotations

from datetime import date

import polars as pl

from contracts.tables import conform
from contracts.told import ANSWERED
from delivery.words import INCLUDED, OPEN_CONCLUSION

DONE, UNMET, LATE, RUNNING = "已办结", "暂未联系上", "超期未办结", "办理中"


def answered(leads: pl.DataFrame, signals: pl.DataFrame, verifications: pl.DataFrame, since: date, on: date) -> pl.DataFrame:
    """`ANSWERED` of one month's leads: each with the risk signals of every bureau, and what the visits found until now.

    leads, signals: of the month. verifications: `VERIFICATION` of visits before `on`. `is_told` marks what the next workbook lists: answers
    of visits from `since` on, and leads that are still open.
    """
    said = verifications.select("lead_id", "conclusion", "visited_on")
    is_open = pl.col("conclusion").is_null() | (pl.col("conclusion") == OPEN_CONCLUSION)
    return conform(
        leads.select("lead_id", "month", "due_on", "proposed_category", signal_id="signal_ids")
        .explode("signal_id")
        .join(signals.filter(pl.col("kind") == "risk").drop("month", strict=False), on="signal_id")
        .join(said, on="lead_id", how="left")
        .with_columns(
            fact=pl.col("village_fact"),
            category=pl.when(pl.col("conclusion") == INCLUDED).then(pl.col("proposed_category")),
            state=pl.when(~is_open)
            .then(pl.lit(DONE))
            .when(pl.col("conclusion") == OPEN_CONCLUSION)
            .then(pl.lit(UNMET))
            .when(pl.col("due_on") < on)
            .then(pl.lit(LATE))
            .otherwise(pl.lit(RUNNING)),
            is_told=is_open | (pl.col("visited_on") >= since),
        ),
        ANSWERED,
    ).sort("bureau", "lead_id", "feed", "event_date", "fact")
