"""Flags: what argues against a lead, and never deletes it.

Asset and credit facts are taken up only for households whose 承诺授权 is on record (篇八 部门职责·银保监管部门; 政务数据 by law).
"""

from __future__ import annotations

from datetime import date

import polars as pl

from contracts.tables import FLAG, conform


def signed_by(authorised: pl.DataFrame, day: date) -> pl.DataFrame:
    """One row (household_id) per household that had signed an authorisation by `day`."""
    return authorised.filter(pl.col("signed_on") <= day).select("household_id").unique()


def flags_of(signals: pl.DataFrame) -> pl.DataFrame:
    """FLAG rows of the flag signals, sorted by household and rule."""
    return conform(signals.filter(pl.col("kind") == "flag").sort("household_id", "rule", "signal_id"), FLAG)


def flag_texts(flags: pl.DataFrame) -> pl.DataFrame:
    """One row per flagged household: household_id and `flags`, its facts with their bureaus in one Chinese text."""
    said = pl.concat_str("fact", pl.lit("（"), "bureau", pl.lit("）"))
    return flags.sort("household_id", "rule", "fact").group_by("household_id", maintain_order=True).agg(flags=said.str.join("；"))
