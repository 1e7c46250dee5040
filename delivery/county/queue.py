"""In which order the review queue is worked through: what an answer is worth comes first.

An answer is worth the lead that may hang on it. Lists that rules make leads of come before lists that only enrich or flag; within them
the more urgent and the more probable first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from contracts.feed import Feed
from contracts.month import Month
from contracts.rule import Rule
from contracts.tables import REVIEW, conform

LEAD = 1_000  # points of a record that can become a lead, beside those of its urgency and probability
SUDDEN, NORMAL, NONE = (
    1_000,
    500,
    250,
)  # points at full probability: by the most urgent rule on the list, or where no rule makes leads of it


def by_worth(review: pl.DataFrame, feeds: Mapping[str, Feed], rules: Iterable[Rule], month: Month) -> pl.DataFrame:
    """`REVIEW` with `worth`, by it.

    Worth = 1,000 where a risk rule in force looks at the list, and its urgency (1,000 sudden, 500 normal, 250 none) × the probability
    that the person is among the candidates shown.
    """
    urgency = {
        (rule.feed, rule.urgency == "sudden") for rule in rules if rule.kind == "risk" and rule.holds_in(month) and rule.feed in feeds
    }
    points = {
        name: (LEAD, SUDDEN) if (name, True) in urgency else (LEAD, NORMAL) if (name, False) in urgency else (0, NONE) for name in feeds
    }
    stakes = pl.DataFrame(
        [(name, *pair) for name, pair in points.items()], schema={"feed": pl.String, "base": pl.Int32, "stake": pl.Int32}, orient="row"
    )
    among = pl.col("probability").fill_null(0.0).sum().over("feed", "row_id").clip(0.0, 1.0)
    valued = review.drop("worth", strict=False).join(stakes, on="feed", how="left")
    valued = valued.with_columns(worth=pl.col("base").fill_null(0) + (pl.col("stake").fill_null(NONE) * among).round().cast(pl.Int32))
    return conform(valued, REVIEW).sort("worth", "feed", "row_id", "rank", descending=[True, False, False, False])
