"""From which certainty a list's rows are linked without a person: so that no more of its links are wrong than the county allows.

How wrong a probability may be expected to be is measured on the month's own test, on people of the register and on people outside it. Links
that rest on the name alone, or that an age speaks against, are judged apart and list by list: how many namesakes come from outside differs
between the lists.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from matching.pairs import fresh
from matching.settings import MatchingSettings

STEPS = (0.8, 0.9, 0.95, 0.98, 0.99, 0.999)  # of probabilities that are judged together
LEANING = 3.0  # wrong links that the model's own expectation counts for beside those of the test
NEVER = 1.01  # above every certainty


@dataclass(frozen=True)
class Calibration:
    """How many times as many links of the test were wrong as their probabilities let expect.

    `by_step`: by step of probability. `alone`: feed, factor, for links that rest on the name alone; `everywhere`: the same of all lists.
    """

    by_step: np.ndarray
    alone: pl.DataFrame
    everywhere: float


def calibrate(answers: pl.DataFrame) -> Calibration:
    """The factors. `answers`: feed, household (probability), alone, times and right of every link of the test."""
    expected, wrong = 1 - pl.col("household"), (~pl.col("right")).cast(pl.Float64)
    told = answers.select("feed", "household", "alone", expected=expected * pl.col("times"), wrong=wrong * pl.col("times"))
    beside, alone = told.filter(~pl.col("alone")), told.filter("alone")
    steps = np.digitize(beside["household"].to_numpy(), STEPS)
    counted = {name: np.bincount(steps, weights=beside[name].to_numpy(), minlength=len(STEPS) + 1) for name in ("expected", "wrong")}
    everywhere = (float(alone["wrong"].sum()) + LEANING) / (float(alone["expected"].sum()) + LEANING)
    by_feed = alone.group_by("feed").agg(factor=(pl.col("wrong").sum() + LEANING * everywhere) / (pl.col("expected").sum() + LEANING))
    return Calibration((counted["wrong"] + LEANING) / (counted["expected"] + LEANING), by_feed, everywhere)


def errors(links: pl.DataFrame, calibration: Calibration) -> pl.Series:
    """Expected share of wrong among links like each of `links` (feed, household, alone)."""
    probability = links["household"].to_numpy()
    lists = _of_list(links["feed"], calibration.alone, "factor")
    factor = np.where(links["alone"], lists.fill_null(calibration.everywhere), calibration.by_step[np.digitize(probability, STEPS)])
    return pl.Series("error", np.clip((1 - probability) * factor, 0.0, 1.0))


def thresholds(linked: pl.DataFrame, sure: pl.DataFrame, settings: MatchingSettings) -> pl.DataFrame:
    """`feed`, `threshold`, `hard`, `expected_share`, `is_cut`: one row per list.

    `linked`: feed and error of every row that may be linked; `sure`: feed, records, sure. The threshold is of certainty, 1 - error: the
    lowest for which the expected share of wrong among all links of the list stays within `max_wrong_links`; never below `link_from`. No
    list is cut for less than one wrong link: a fraction of a door is none.
    """
    certain = linked.filter(1 - pl.col("error") >= settings.link_from)
    ranked = certain.sort("feed", "error").join(sure[["feed", "sure"]], on="feed", how="left", maintain_order="left")
    ranked = ranked.with_columns(
        so_far=pl.col("error").cum_sum().over("feed"), links=pl.int_range(1, pl.len() + 1).over("feed") + pl.col("sure")
    )
    # Rows of one certainty stand or fall together.
    one_door = 1 / settings.max_wrong_links
    ranked = ranked.with_columns(share=(pl.col("so_far") / pl.col("links").clip(one_door)).last().over("feed", "error"))
    within = ranked.filter(pl.col("share") <= settings.max_wrong_links)
    kept = within.group_by("feed", maintain_order=True).agg(
        threshold=1 - pl.col("error").max(), hard=pl.len(), expected_share=pl.col("share").last()
    )
    cut = ranked[["feed"]].unique().join(kept, on="feed", how="left").with_columns(pl.col("threshold").fill_null(NEVER))
    missed = ranked.group_by("feed").len("would").join(kept[["feed", "hard"]], on="feed", how="left")
    whole = missed.filter(pl.col("would") == pl.col("hard")).select("feed", whole=True)
    told = sure[["feed"]].join(cut, on="feed", how="left").join(whole, on="feed", how="left")
    lowest = pl.col("whole").fill_null(value=False) | pl.col("threshold").is_null()
    return told.select(
        "feed",
        threshold=pl.when(lowest).then(settings.link_from).otherwise("threshold"),
        hard=pl.col("hard").fill_null(0),
        expected_share=pl.col("expected_share").fill_null(0.0),
        is_cut=~lowest,
    )


def kept(answers: pl.DataFrame, calibration: Calibration, limits: pl.DataFrame) -> pl.DataFrame:
    """`answers` (feed, status, household, alone, and others) in which links less certain than their list's threshold are for review."""
    limit = _of_list(answers["feed"], limits, "threshold")
    below = (answers["status"] == "linked") & (1 - errors(answers, calibration) < limit)
    return answers.with_columns(status=pl.when(below).then(pl.lit("review")).otherwise("status"))


def _of_list(feed: pl.Series, lists: pl.DataFrame, column: str) -> pl.Series:
    """What the `column` of `lists` (feed, and others) says of the list of each row; rows of one mostly follow each other."""
    run = feed.rle_id().to_numpy()
    once = feed[np.flatnonzero(fresh(run))].to_frame().join(lists, on="feed", how="left", maintain_order="left")
    return once[column][run]
