"""The door budget: no more new yellow doors a village and month than people can visit; the rest waits, first in line, and is never dropped.

A signal that waits is listed as suppressed (`carried_over`) and comes back by itself in the next month, whether or not a list names it
again. Red leads, the green channel and leads that join an open one are outside the budget.
"""

from __future__ import annotations

import polars as pl

from contracts.month import Month
from contracts.tables import SIGNAL, SUPPRESSED, conform
from screening.earlier import Earlier

CODE = "carried_over"


def waiting(month: Month, signals: pl.DataFrame, earlier: Earlier) -> pl.DataFrame:
    """SIGNAL rows that last month put off and that this month's `signals` do not hold themselves."""
    last = str(month.plus(-1))
    put_off = earlier.suppressed.filter(pl.col("month") == last, pl.col("code") == CODE)["signal_id"]
    held = earlier.signals.filter(pl.col("month") == last, pl.col("signal_id").is_in(put_off.implode()))
    return conform(held.join(signals, on="signal_id", how="anti"), SIGNAL).sort("signal_id")


def over_budget(leads: pl.DataFrame, month: Month, earlier: Earlier, budget: int | None) -> pl.DataFrame:
    """Households of `leads` that wait: household_id, village_code, place in the line. Who waited last month goes before all others."""
    if budget is None:
        return leads.clear().select("household_id", "village_code", place=pl.lit(0, dtype=pl.UInt32))
    waited = earlier.suppressed.filter(pl.col("month") == str(month.plus(-1)), pl.col("code") == CODE)["household_id"].unique()
    return (
        leads.filter(pl.col("grade") == "yellow", pl.col("continues").is_null())
        .with_columns(has_waited=pl.col("household_id").is_in(waited.implode()))
        .sort("village_code", "has_waited", "worth", "household_id", descending=[False, True, True, False])
        .with_columns(place=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over("village_code"))
        .filter(pl.col("place") > budget)
        .select("household_id", "village_code", "place")
    )


def carried_over(signals: pl.DataFrame, waiting_households: pl.DataFrame, month: Month, budget: int | None) -> pl.DataFrame:
    """SUPPRESSED rows of the signals whose household waits."""
    reason = pl.format("本村本月新增黄色线索名额{}户已满，按上门价值排在第{}位，顺延到下月优先交办，不会取消", pl.lit(budget), "place")
    put_off = signals.join(waiting_households.select("household_id", "place"), on="household_id")
    return conform(put_off.with_columns(month=pl.lit(str(month)), code=pl.lit(CODE), reason=reason), SUPPRESSED).sort("signal_id")
