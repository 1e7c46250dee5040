"""From which probability a list's rows are linked without a person: so that no more of its links are wrong than the county allows.

How wrong a probability may be expected to be is measured on the month's own test. What is only expected of the rows themselves, because no
test can show it (people outside the register), stays in.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from matching.settings import MatchingSettings

STEPS = (0.9, 0.95, 0.98, 0.99, 0.999)  # of probabilities that are judged together
LEANING = 3.0  # wrong links that the model's own expectation counts for beside those of the test
SMALL = 100  # links for which a list of fewer is judged: a fraction of a door is none
NEVER = 1.01  # above every probability


def calibrate(answers: pl.DataFrame) -> np.ndarray:
    """By step of probability, how many times as many links of the test were wrong as their probabilities let expect.

    `answers`: household (probability) and right of every link of the test.
    """
    steps = np.digitize(answers["household"].to_numpy(), STEPS)
    expected = np.bincount(steps, weights=1 - answers["household"].to_numpy(), minlength=len(STEPS) + 1)
    wrong = np.bincount(steps, weights=(~answers["right"]).to_numpy().astype(float), minlength=len(STEPS) + 1)
    factor: np.ndarray = (wrong + LEANING) / (expected + LEANING)
    return factor


def errors(probability: pl.Series, factor: np.ndarray) -> pl.Series:
    """Expected share of wrong among links of each probability."""
    steps = np.digitize(probability.to_numpy(), STEPS)
    return pl.Series("error", np.clip((1 - probability.to_numpy()) * factor[steps], 0.0, 1.0))


def thresholds(linked: pl.DataFrame, sure: pl.DataFrame, settings: MatchingSettings) -> pl.DataFrame:
    """`feed`, `threshold`, `hard`, `expected_share`: one row per list.

    `linked`: feed, household (probability) and error of every row that would be linked; `sure`: feed, records, sure. The threshold is the
    lowest for which the expected share of wrong among all links of the list stays within `max_wrong_links`; never below `link_from`.
    """
    ranked = linked.sort("feed", "household", descending=[False, True]).join(
        sure.select("feed", "sure"), on="feed", how="left", maintain_order="left"
    )
    ranked = ranked.with_columns(
        so_far=pl.col("error").cum_sum().over("feed"), links=pl.int_range(1, pl.len() + 1).over("feed") + pl.col("sure")
    )
    # Rows of one probability stand or fall together.
    ranked = ranked.with_columns(share=(pl.col("so_far") / pl.col("links").clip(SMALL)).last().over("feed", "household"))
    within = ranked.filter(pl.col("share") <= settings.max_wrong_links)
    kept = within.group_by("feed", maintain_order=True).agg(
        threshold=pl.col("household").min(), hard=pl.len(), expected_share=pl.col("share").last()
    )
    cut = ranked.select("feed").unique().join(kept, on="feed", how="left").with_columns(pl.col("threshold").fill_null(NEVER))
    missed = ranked.group_by("feed").len("would").join(kept.select("feed", "hard"), on="feed", how="left")
    whole = missed.filter(pl.col("would") == pl.col("hard")).select("feed", whole=True)
    told = sure.select("feed").join(cut, on="feed", how="left").join(whole, on="feed", how="left")
    lowest = pl.col("whole").fill_null(value=False) | pl.col("threshold").is_null()
    return told.select(
        "feed",
        threshold=pl.when(lowest).then(settings.link_from).otherwise("threshold"),
        hard=pl.col("hard").fill_null(0),
        expected_share=pl.col("expected_share").fill_null(0.0),
        is_cut=~lowest,
    )
