"""The hidden-ID test: rows that their ID links for certain, matched again as if they had none, and what came of it, list by list."""

from __future__ import annotations

import numpy as np
import polars as pl

from contracts.tables import QUALITY, conform
from matching.compare.numbers import NONE
from matching.prepare import Mentions

Z = 1.959964  # 95 %


def hide(mentions: Mentions, sure: pl.DataFrame, per_feed: int) -> tuple[Mentions, pl.DataFrame]:
    """`mentions` followed by copies of up to `per_feed` surely linked rows of each list without number; and m, source, h of the copies.

    Which rows are tested follows from their row_id, so that the same rows give the same test.
    """
    chosen = (
        sure.join(mentions.rows.select("m", "feed", "row_id"), on="m")
        .sort("feed", pl.col("row_id").hash(17), "row_id")
        .filter(pl.int_range(pl.len()).over("feed") < per_feed)
    )
    first = mentions.rows.height
    copies = chosen.select(pl.int_range(first, first + pl.len(), dtype=pl.UInt32).alias("m"), source="m", h="h", p="p")
    hidden = mentions.rows[copies["source"]].with_columns(
        copies["m"],
        number=pl.lit(None, pl.String),
        id18=pl.lit(None, pl.String),
        key=pl.lit(None, pl.Int64),
        kind=pl.lit(NONE, pl.Int8),
        valid=pl.lit(value=False),
        born=pl.col("birth"),
    )
    company = mentions.company.join(copies.select(new="m", m="source"), on="m").with_columns(m="new").drop("new")
    return Mentions(pl.concat([mentions.rows, hidden]), pl.concat([mentions.company, company])), copies


def quality(tested: pl.DataFrame, records: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """`QUALITY`. `tested`: feed, status, right (whether the household is the right one); `records`: feed, records, sure."""
    linked = pl.col("status") == "linked"
    counts = tested.group_by("feed").agg(
        tested=pl.len(), right=(linked & pl.col("right")).sum(), wrong=(linked & ~pl.col("right")).sum(), undecided=(~linked).sum()
    )
    frame = records.join(counts, on="feed", how="left").with_columns(pl.col("tested", "right", "wrong", "undecided").fill_null(0))
    made = (pl.col("right") + pl.col("wrong")).cast(pl.Float64)
    frame = frame.with_columns(
        recall=pl.when(pl.col("tested") > 0).then(pl.col("right") / pl.col("tested")),
        precision=pl.when(made > 0).then(pl.col("right") / made),
        threshold=pl.lit(threshold),
    )
    low, high = wilson(frame["right"].to_numpy(), made_of(frame))
    bounds = [
        pl.when(made > 0).then(pl.Series(name, values)).alias(name) for name, values in (("precision_low", low), ("precision_high", high))
    ]
    return conform(frame.with_columns(bounds), QUALITY).sort("feed")


def made_of(frame: pl.DataFrame) -> np.ndarray:
    """Links made in the test."""
    made: np.ndarray = (frame["right"] + frame["wrong"]).to_numpy()
    return made


def wilson(right: np.ndarray, made: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The 95 % interval of a share (Wilson 1927), which stays honest near 1 and for few rows."""
    n = np.maximum(made.astype(float), 1e-9)
    share = right / n
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * np.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
