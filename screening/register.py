"""The register as one more list: its households as rows that rules can measure."""

from __future__ import annotations

import polars as pl

from contracts.month import Month


def register_rows(households: pl.LazyFrame, persons: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """One row per household of the register of `month`: HOUSEHOLD columns and those that linked rows have; row_id is its head's.

    Where nobody is its head, it is that of the first of its `persons`.
    """
    is_head = pl.col("is_head").fill_null(value=False)
    heads_first = pl.concat([persons.filter(is_head), persons.filter(~is_head)]).filter(pl.col("row_id").is_not_null())
    rows = heads_first.select("household_id", "row_id").unique("household_id", keep="first", maintain_order=True)
    return households.join(rows, on="household_id", how="left").with_columns(
        row_id=pl.coalesce("row_id", pl.format("{}#{}", pl.lit("register"), "household_id")),
        listed=pl.lit(month.end),
        person_id=pl.lit(None, dtype=pl.String),
        person_name=pl.col("head_name"),
        identity=pl.lit("证件一致"),
    )
