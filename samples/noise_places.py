"""What bureaus write for a village: the name it had, the village that was merged into it, a hamlet, another way to say village."""

from __future__ import annotations

import numpy as np
import polars as pl

from samples.seeds import Bools, Rng, weighted

LABELS = ("place_former", "place_merged", "place_natural", "place_style", "place_wrong", "place_missing")
_KINDS = {"place_former": ("former",), "place_merged": ("merged",), "place_natural": ("natural", "settlement")}


def other_names(places: pl.DataFrame) -> pl.DataFrame:
    """One row per village (code, town, village): place_former, place_merged, place_natural (lists of names), neighbours (villages)."""
    villages = places.filter(level="village")
    names = villages.group_by("code", maintain_order=True).agg(
        pl.col("name").filter(pl.col("kind").is_in(kinds)).sort().alias(label) for label, kinds in _KINDS.items()
    )
    current = villages.filter(kind="current").select("code", "town", "village").sort("code")
    around = current.group_by("town", maintain_order=True).agg(neighbours=pl.col("village"))
    return current.join(names, on="code").join(around, on="town").drop("town", "village")


def with_options(rng: Rng, rows: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """For each row (village_code, village) one text per label that it might bear instead; null where there is none."""
    luck = pl.Series("luck", rng.integers(0, 1000, rows.height))
    style = pl.Series("style", weighted(rng, (34, 26, 12, 16, 12), rows.height))
    frame = rows.select("village_code", "village").with_columns(luck, style)
    frame = frame.join(other_names(places), left_on="village_code", right_on="code", how="left", maintain_order="left")
    chosen = [
        pl.when(pl.col(label).list.len() > 0)
        .then(pl.col(label).list.get(pl.col("luck") % pl.col(label).list.len(), null_on_oob=True))
        .alias(label)
        for label in (*_KINDS, "neighbours")
    ]
    stem = pl.col("village").str.replace("(村|社区)$", "")
    styled = (
        pl.when(pl.col("style") == 0)
        .then(pl.col("village").str.replace("村$", "村委会"))
        .when(pl.col("style") == 1)
        .then(pl.col("village").str.replace("村$", "村民委员会").str.replace("社区$", "社区居委会"))
        .when(pl.col("style") == 2)
        .then(pl.col("village").str.replace("村$", "村村委会"))
        .when((pl.col("style") == 3) & (stem.str.len_chars() > 1))
        .then(stem)
        .otherwise(pl.col("town") + pl.col("village"))
    )
    frame = frame.with_columns(rows["town"] if "town" in rows.columns else pl.lit("").alias("town"))
    return frame.with_columns(*chosen, place_style=styled, place_missing=pl.lit(None, dtype=pl.String)).rename(
        {"neighbours": "place_wrong"}
    )


def applicable(rows: pl.DataFrame, options: pl.DataFrame) -> dict[str, Bools]:
    """Label -> for which rows it can happen."""
    here = rows["village"].is_not_null()
    fits = {label: (options[label] != rows["village"]).fill_null(value=False).to_numpy() for label in LABELS}
    return {**fits, "place_missing": here.to_numpy()}


def apply(label: str, options: pl.DataFrame) -> pl.Series:
    """The text that stands for the village instead."""
    return options[label]


def shift_group(rng: Rng, groups: pl.Series) -> pl.Series:
    """Another group of the village."""
    number = groups.str.extract(r"(\d+)").cast(pl.Int64, strict=False)
    step = pl.Series(np.where(rng.random(len(groups)) < 0.5, 1, 2))
    return ((number + step).cast(pl.String) + "组").zip_with(number.is_not_null(), groups)
