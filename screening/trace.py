"""Proof in both directions: from a lead back to rule, document, file, sheet and row, and from a row forward to what became of it."""

from __future__ import annotations

import polars as pl

from contracts.tables import conform
from contracts.traced import FATE, LEAD_ORIGIN

ROW_ID = r"^(?<file>.*)#(?<sheet>[^#]*)!(?<row_number>\d+)(?:/\d+)?$"  # contracts.tables.ORIGIN


def origins(leads: pl.DataFrame, signals: pl.DataFrame, links: pl.LazyFrame) -> pl.DataFrame:
    """`LEAD_ORIGIN` of all `leads`.

    `links`: `LINK` and `month`, of this month and of those that a rule looks back to. A row that stood in several months under the same
    name is told with the last of them in which it was the household's: the rows of a database are numbered anew every month.
    """
    row = ["feed", "row_id", "household_id"]
    rests_on = (
        leads.select("lead_id", signal_id="signal_ids")
        .explode("signal_id", empty_as_null=False)
        .join(signals, on="signal_id")
        .rename({"row_ids": "row_id"})
        .explode("row_id", empty_as_null=False)
    )
    few = (
        links.select(*row, "probability", "explanation", row_month="month").join(rests_on.lazy().select(row), on=row, how="semi").collect()
    )
    known = few.sort("row_month", descending=True).unique(row, keep="first", maintain_order=True)
    placed = rests_on.join(known, on=row, how="left").with_columns(_place())
    return conform(placed, LEAD_ORIGIN).sort("lead_id", "signal_id", "row_id")


def fates(
    links: pl.DataFrame, set_aside: pl.DataFrame, signals: pl.DataFrame, leads: pl.DataFrame, suppressed: pl.DataFrame
) -> pl.DataFrame:
    """`FATE` of every record that was linked or not (`links`) and of every row of `set_aside` (`SET_ASIDE` and `feed`)."""
    sent = leads.select("lead_id", signal_id="signal_ids").explode("signal_id", empty_as_null=False)
    rests_on_it = (
        signals.select("signal_id", "feed", row_id="row_ids")
        .explode("row_id", empty_as_null=False)
        .join(sent, on="signal_id", how="left")
        .join(suppressed.select("signal_id", "code"), on="signal_id", how="left")
        .group_by("feed", "row_id")
        .agg(
            signal_ids=pl.col("signal_id").unique().sort(),
            lead_ids=pl.col("lead_id").drop_nulls().unique().sort(),
            suppressed=pl.col("code").drop_nulls().unique().sort(),
        )
    )
    judged = links.select("feed", "row_id", "household_id", became="status").join(rests_on_it, on=["feed", "row_id"], how="left")
    refused = set_aside.select("feed", "row_id", "reasons", became=pl.lit("set_aside"))
    return conform(pl.concat([judged, refused], how="diagonal").with_columns(_place()), FATE).sort("feed", "row_id")


def _place() -> list[pl.Expr]:
    """File, sheet and row number of a `row_id`."""
    return [pl.col("row_id").str.extract_groups(ROW_ID).struct.field(name) for name in ("file", "sheet", "row_number")]
