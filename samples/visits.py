"""What visitors find at the doors of the sample county: conclusions drawn from the truth, most of them in time, some never.

A door behind which something happened is true (属实), another is not; one in eight is not visited, a few find nobody at home.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from contracts.month import Month
from contracts.tables import VERIFICATION, conform
from samples.seeds import generator, weighted

VISITED = 0.88
TRUE = ("属实-拟纳入", "属实-单项帮扶", "属实-能自行应对", "暂未联系上")
TRUE_SHARES = (0.03, 0.22, 0.72, 0.03)
FALSE = ("查无此人或非本村", "不属实-数据有误")
MONITORED = "属实-已在监测或已享受"


def visit(leads: pl.DataFrame, events: pl.DataFrame, month: Month, seed: int) -> pl.DataFrame:
    """VERIFICATION rows for the visited ones of the `leads` of `month`, given `events` of the truth. By lead_id.

    Visits take place in the week after the leads are handed out.
    """
    struck = events.filter("should_alert", pl.col("month") <= str(month)).select("household_id", is_true=pl.lit(value=True)).unique()
    known = leads.sort("lead_id").join(struck, on="household_id", how="left", maintain_order="left")
    count, rng = known.height, generator(seed, "visits", str(month))
    said = known.with_columns(
        if_true=pl.Series(np.array(TRUE)[weighted(rng, TRUE_SHARES, count)], dtype=pl.String),
        if_false=pl.Series(np.array(FALSE)[rng.integers(0, len(FALSE), count)], dtype=pl.String),
        days=pl.Series(rng.integers(1, 8, count)),
        is_visited=pl.Series(rng.random(count) < VISITED),
    ).filter("is_visited")
    true = pl.when(pl.col("is_enrichment") & ~pl.col("if_true").str.contains("暂未")).then(pl.lit(MONITORED)).otherwise("if_true")
    return conform(
        said.with_columns(
            conclusion=pl.when(pl.col("is_true").fill_null(value=False)).then(true).otherwise("if_false"),
            visited_on=pl.col("assigned_on") + pl.duration(days="days"),
        ),
        VERIFICATION,
    )
