"""Colours of households (篇十五: red, yellow, green): what a household is, as the grade of a lead says how pressing one visit is."""

from __future__ import annotations

import polars as pl

from contracts.tables import COLOUR, conform

WORST_FIRST = ("red", "yellow", "green")


def colours_of(signals: pl.DataFrame) -> pl.DataFrame:
    """COLOUR rows of the colour signals: the worst colour of each household and the facts that say so, by household_id."""
    place = pl.col("grade").replace_strict({colour: place for place, colour in enumerate(WORST_FIRST)}, return_dtype=pl.Int8)
    painted = signals.filter(pl.col("kind") == "colour").with_columns(place=place)
    worst = painted.filter(pl.col("place") == pl.col("place").min().over("household_id")).sort("household_id", "rule", "signal_id")
    return conform(
        worst.group_by("household_id", maintain_order=True).agg(
            pl.col("village_code").first(),
            colour=pl.col("grade").first(),
            rules=pl.col("rule").unique(maintain_order=True),
            reason=pl.col("fact").unique(maintain_order=True).str.join("；"),
        ),
        COLOUR,
    )
