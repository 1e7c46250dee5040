"""The hidden-ID test: rows that their ID links for certain, matched again as if they had none, and what came of it, list by list."""

from __future__ import annotations

import numpy as np
import polars as pl

from contracts.tables import QUALITY, conform
from matching.measure.trial import BORROWED, DAMAGED, OUTSIDE

Z = 1.959964  # 95 %
OUTLYING = 0.025  # share of cases on either side of a 95 % interval
JEFFREYS = 0.5  # of right and of wrong ones that are assumed before anything is seen
EDGES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.0)  # steps of probability: the doubtful ones count most, and are few


def quality(tested: pl.DataFrame, records: pl.DataFrame, limits: pl.DataFrame) -> pl.DataFrame:
    """`QUALITY`.

    Args:
        tested: feed, trial, status, household (probability) and right (whether the household is the right one) of every copy; those that
            stand for people outside the register are not counted here.
        records: feed, records, sure, numberless.
        limits: feed, threshold, hard, expected_share, is_cut (`decide.limits`).
    """
    linked, damaged = pl.col("status") == "linked", pl.col("trial") == DAMAGED
    right, wrong = linked & pl.col("right"), linked & ~pl.col("right")
    counts = (
        tested.filter(pl.col("trial") != OUTSIDE)
        .group_by("feed")
        .agg(
            tested=(~damaged).sum(),
            right=(right & ~damaged).sum(),
            wrong=(wrong & ~damaged).sum(),
            undecided=(~linked & ~damaged).sum(),
            expected_wrong=(1 - pl.col("household")).filter(linked & ~damaged).sum(),
            is_borrowed=(pl.col("trial") == BORROWED).any(),
            damaged_tested=damaged.sum(),
            damaged_right=(right & damaged).sum(),
            damaged_wrong=(wrong & damaged).sum(),
        )
    )
    whole = ("tested", "right", "wrong", "undecided", "damaged_tested", "damaged_right", "damaged_wrong")
    frame = (
        records.join(counts, on="feed", how="left")
        .join(limits, on="feed", how="left")
        .with_columns(pl.col(*whole).fill_null(0), pl.col("is_borrowed").fill_null(value=False))
    )
    made = (pl.col("right") + pl.col("wrong")).cast(pl.Float64)
    frame = frame.with_columns(
        recall=pl.when(pl.col("tested") > 0).then(pl.col("right") / pl.col("tested")),
        precision=pl.when(made > 0).then(pl.col("right") / made),
    )
    # Of those without a number as many are people of the register as of all records.
    asked = (pl.col("numberless") * (pl.col("sure") + pl.col("hard")) / pl.col("records").clip(1)).ceil()
    figures = {"recall": frame.select("right", of="tested", rows=asked), "precision": frame.select("right", of=made, rows="hard")}
    bounds = [
        pl.Series(f"{figure}_{end}", values)
        for figure, counts in figures.items()
        for end, values in zip(("low", "high"), foreseen(*(column.to_numpy() for column in counts)), strict=True)
    ]
    return conform(frame.with_columns(bounds).with_columns(pl.col("^.*_(low|high)$").fill_nan(None)), QUALITY).sort("feed")


def calibration(tested: pl.DataFrame) -> pl.DataFrame:
    """How often the likeliest household of the rows matched again was the right one, by step of its probability.

    Columns low, high (of the step), rows, expected, right (shares), right_low, right_high (Wilson). Steps without rows are left out.
    """
    edges = pl.DataFrame({"step": range(len(EDGES) - 1), "low": EDGES[:-1], "high": EDGES[1:]}, schema_overrides={"step": pl.Int64})
    placed = tested.filter(pl.col("household") > 0)
    placed = placed.with_columns(step=pl.Series(np.digitize(placed["household"].to_numpy(), EDGES[1:-1])))
    counted = placed.group_by("step", maintain_order=True).agg(
        rows=pl.len(), expected=pl.col("household").mean(), found=pl.col("right").sum()
    )
    low, high = wilson(counted["found"].to_numpy(), counted["rows"].to_numpy())
    shares = counted.with_columns(right=pl.col("found") / pl.col("rows"), right_low=pl.Series(low), right_high=pl.Series(high))
    return edges.join(shares, on="step").sort("low").drop("step", "found")


def wilson(right: np.ndarray, made: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The 95 % interval of a share (Wilson 1927), which stays honest near 1 and for few rows."""
    n = np.maximum(made.astype(float), 1e-9)
    share = right / n
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * np.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def foreseen(right: np.ndarray, tested: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bounds between which the share of right ones among `rows` others lies in 19 of 20 cases, when `right` of `tested` were right.

    Beta-binomial with Jeffreys' prior (Brown, Cai and DasGupta 2001): few rows may do better or worse than a list's habit by chance
    alone. NaN where nothing was tested, or there are no others.
    """
    bounds = [_foreseen(*counts) for counts in zip(right.tolist(), tested.tolist(), rows.tolist(), strict=True)]
    low, high = np.array(bounds).reshape(-1, 2).T
    return low, high


def _foreseen(right: float, tested: float, rows: float) -> tuple[float, float]:
    if not tested or not rows:
        return np.nan, np.nan
    good, bad, found = right + JEFFREYS, tested - right + JEFFREYS, np.arange(rows)
    # From each number of right ones to the next, its chance grows by this factor.
    growth = np.log((rows - found) * (good + found)) - np.log((found + 1) * (bad + rows - found - 1))
    chance = np.cumsum(np.concatenate([[0.0], growth]))
    below = np.cumsum(np.exp(chance - chance.max()))
    low, high = np.searchsorted(below, np.array([OUTLYING, 1 - OUTLYING]) * below[-1])
    return low / rows, high / rows
