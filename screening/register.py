"""The register as one more list: its households as rows that rules can measure."""

from __future__ import annotations

import polars as pl

from contracts.month import Month


def register_rows(households: pl.LazyFrame, persons: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """One row per household of the register of `month`: HOUSEHOLD columns and those that linked rows have; row_id is its head's."""
    heads = (
        persons.filter(pl.col("row_id").is_not_null())
        .sort("household_id", pl.col("is_head").fill_null(value=False), "person_id", descending=[False, True, False])
        .group_by("household_id", maintain_order=True)
        .agg(pl.col("row_id").first())
    )
    return households.join(heads, on="household_id", how="left").with_columns(
        row_id=pl.coalesce("row_id", pl.format("{}#{}", pl.lit("register"), "household_id")),
        month=pl.lit(str(month)),
        person_id=pl.lit(None, dtype=pl.String),
        person_name=pl.col("head_name"),
        identity=pl.lit("证件一致"),
    )
