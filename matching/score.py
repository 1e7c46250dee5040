"""From candidates to probabilities: each pair compared and weighed, then all candidates of a row against each other and against nobody.

A row is about one person of the register or about somebody outside it, so the candidates of a row share one probability with `absent`:
P(j) = (c/N) w_j / ((1 - c) + sum over k of (c/N) w_k), with w the product of the ratios m/u, N the people of the register and c the
share of the list's rows that are about people of the register, learned from the list itself.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.compare.vector import compare
from matching.prepare import Mentions, Register
from matching.settings import MatchingSettings
from matching.weights import Floats, Frequencies, log_ratios

ROUNDS = 4


def weigh(
    pairs: pl.DataFrame,
    mentions: Mentions,
    register: Register,
    frequencies: Frequencies,
    measured: dict[str, Floats],
    settings: MatchingSettings,
) -> pl.DataFrame:
    """The comparison vector of each pair (m, p, spoken), with `weight` (sum of natural logarithms) and `feed` as its number."""
    vectors = compare(pairs, mentions, register)
    attributes = pl.DataFrame(
        {
            "feed": mentions.rows["feed_number"][vectors["m"]],
            "id_kind": mentions.rows["id_kind"][vectors["m"]],
            "r_valid": register.persons["valid"][vectors["p"]],
            "company_u": mentions.rows["company_u"][vectors["m"]],
        }
    )
    weights = log_ratios(vectors, attributes, frequencies, measured, settings.prior)
    return vectors.with_columns(attributes["feed"], weight=weights.sum_horizontal())


def probabilities(
    scored: pl.DataFrame, sure: npt.NDArray[np.float64], rows: pl.DataFrame, people: int, settings: MatchingSettings
) -> pl.DataFrame:
    """`scored` with `probability` of each pair. `sure`: rows linked for certain by feed; `rows`: m, feed and `counts` of the other rows.

    The share of a list that is in the register is found by repetition: it starts at the prior and is what the probabilities add up to.
    """
    prior = settings.prior.in_register
    feeds = len(sure)
    counted = rows.filter("counts")
    others = np.bincount(counted["feed"].to_numpy(), minlength=feeds)
    counting = scored["m"].is_in(counted["m"].implode()).to_numpy()
    feed, m = scored["feed"].to_numpy(), scored["m"].to_numpy()
    weight = np.exp(np.minimum(scored["weight"].to_numpy(), 60.0)) / people
    share = np.full(feeds, prior)
    size = int(rows["m"].max() or 0) + 1  # type: ignore[arg-type]
    for _ in range(ROUNDS):
        odds = weight * (share / (1 - share))[feed]
        total = 1.0 + np.bincount(m, weights=odds, minlength=size)
        probability = odds / total[m]
        found = np.bincount(feed[counting], weights=probability[counting], minlength=feeds)
        share = (sure + found + settings.prior_rows * prior) / (sure + others + settings.prior_rows)
        share = np.clip(share, 0.05, 0.995)
    return scored.with_columns(probability=pl.Series(probability))
