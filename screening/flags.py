"""Flags: what argues against a lead, and never deletes it.

Asset and credit facts are taken up only for households whose 承诺授权 is on record (篇八 部门职责·银保监管部门; 政务数据 by law).
"""

from __future__ import annotations

from datetime import date

import polars as pl

from contracts.tables import FLAG, conform


def authorised_only(signals: pl.DataFrame, authorised: pl.DataFrame, on: date) -> pl.DataFrame:
    """`signals` without the flags of households that had not signed an authorisation by the day `on`."""
    signed = authorised.filter(pl.col("signed_on") <= on).select("household_id").unique()
    is_allowed = (pl.col("kind") == "risk") | pl.col("household_id").is_in(signed["household_id"].implode())
    return signals.filter(is_allowed)


def flags_of(signals: pl.DataFrame) -> pl.DataFrame:
    """FLAG rows of the flag signals, sorted by household and rule."""
    return conform(signals.filter(pl.col("kind") == "flag").sort("household_id", "rule", "signal_id"), FLAG)


def flag_texts(flags: pl.DataFrame) -> pl.DataFrame:
    """One row per flagged household: household_id and `flags`, its facts with their bureaus in one Chinese text."""
    said = pl.concat_str("fact", pl.lit("（"), "bureau", pl.lit("）"))
    return flags.sort("household_id", "rule", "fact").group_by("household_id", maintain_order=True).agg(flags=said.str.join("；"))
