"""From candidates to probabilities: each pair compared and weighed, then all candidates of a row against each other and against nobody.

A row is about one person of the register or about somebody outside it, so the candidates of a row share one probability with `absent`:
P(j) = (c/N) w_j / ((1 - c) + sum over k of (c/N) w_k), with w the product of the ratios m/u, N the people of the register and c the
share of the list's rows that are about people of the register, learned from the list itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from matching.compare.names import EQUAL, ONE, PART
from matching.compare.numbers import EQUAL as OWN
from matching.compare.vector import FIELDS
from matching.frequencies import Frequencies
from matching.namesakes import Floats
from matching.pairs import joint
from matching.prepare import Mentions, Register
from matching.settings import MatchingSettings
from matching.vocabulary import Vocabulary
from matching.weights import Measured, Strangers, log_ratios, strangers

ROUNDS = 4
BORROWED = 7.0  # a thousand to one, in natural logarithms
SELDOMER = 2.3  # ten to one: a relative's number is given more often than a relative's name
CEILING = 60.0  # of a logarithm of odds; beyond it nothing changes but the rounding
WEIGHTS = tuple(f"w_{field}" for field in FIELDS)


@dataclass(frozen=True)
class Pairs:
    """Compared pairs: `vectors`, and parallel to them what weights depend on (`attributes`) and what chance does (`by_chance`).

    `attributes`: feed (its number), kind, r_valid, who and lives (of the person).
    """

    vectors: pl.DataFrame
    attributes: pl.DataFrame
    by_chance: Strangers


def with_chance(vectors: pl.DataFrame, mentions: Mentions, register: Register, frequencies: Frequencies, vocabulary: Vocabulary) -> Pairs:
    """`vectors` with all that is the same for them whatever is measured."""
    rows = mentions.rows.select("number", "company_u", "n", "kind", feed="feed_number")[vectors["m"]]
    attributes = pl.concat([rows, register.persons.select("who", "lives", r_valid="valid", r_n="n")[vectors["p"]]], how="horizontal")
    by_chance = strangers(vectors, attributes, frequencies, vocabulary)
    return Pairs(vectors, attributes.select("feed", "kind", "r_valid", "who", "lives"), by_chance)


def weigh(pairs: Pairs, frequencies: Frequencies, measured: Measured) -> pl.DataFrame:
    """The vectors with their attributes, one weight per field (`WEIGHTS`, natural logarithms), and `weight`, their sum.

    `named`: whether the name was weighed as the person's own; what another member is called says nothing about how names are written.
    """
    vectors = pairs.vectors
    weights = log_ratios(vectors, pairs.attributes, pairs.by_chance, frequencies, measured)
    weights.columns = list(WEIGHTS)
    told = pl.concat([vectors, pairs.attributes, weights], how="horizontal")
    # Nobody is called by chance as another member of his own household is.
    called_so = vectors.filter(pl.col("name") == EQUAL).select(joint("m", "h"))["pair"].implode()
    borrowed = (pl.col("name") >= PART) & joint("m", "h").is_in(called_so)
    told = told.with_columns(w_name=pl.when(borrowed).then(pl.col("w_name") - BORROWED).otherwise("w_name").cast(pl.Float32))
    at, weight = _member_named(told)
    told = told.with_columns(told["w_name"].clone().scatter(at, weight), named=pl.repeat(True, told.height, eager=True).scatter(at, False))
    total = np.zeros(told.height)
    for field in WEIGHTS:
        total += told[field].to_numpy()
    return told.with_columns(weight=pl.Series(total))


def _member_named(told: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Where in `told` the number is the person's and the name exactly another member's of his household, and `w_name` there.

    Either the number is wrong or the name: it is one row of this household all the same. Whose it is, what else it says must tell.
    """
    owners = told.with_row_index("at").filter((pl.col("id") == OWN) & (pl.col("name") >= ONE)).select("at", "m", "h", "w_id")
    named = told.filter(pl.col("name") == EQUAL).join(owners.select("m", "h"), on=["m", "h"], how="semi")
    named = named.group_by("m", "h").agg(both=(pl.col("w_id") + pl.col("w_name")).max())
    met = owners.join(named, on=["m", "h"])
    return met["at"], (met["both"] - met["w_id"] - SELDOMER).cast(pl.Float32)


def probabilities(
    scored: pl.DataFrame, sure: Floats, rows: pl.DataFrame, people: int, settings: MatchingSettings, *, weight: str = "weight"
) -> tuple[pl.Series, Floats]:
    """Probability of each pair of `scored`, and the share of each list that is in the register.

    `sure`: rows linked for certain by feed; `rows`: m, feed and `counts` of the other rows. The share is found by repetition: it starts at
    the prior and is what the probabilities add up to.
    """
    prior = settings.prior.in_register
    feeds = len(sure)
    counted = rows.filter("counts")
    others = np.bincount(counted["feed"].to_numpy(), minlength=feeds)
    size = int(rows["m"].max() or 0) + 1  # type: ignore[arg-type]
    counts = np.zeros(size, dtype=bool)
    counts[counted["m"].to_numpy()] = True
    feed, m = scored["feed"].to_numpy(), scored["m"].to_numpy()
    counting = counts[m]
    odds_of_one = np.exp(np.minimum(scored[weight].to_numpy(), CEILING)) / people
    share = np.full(feeds, prior)
    probability = odds_of_one
    for _ in range(ROUNDS):
        odds = odds_of_one * (share / (1 - share))[feed]
        total = 1.0 + np.bincount(m, weights=odds, minlength=size)
        probability = odds / total[m]
        found = np.bincount(feed[counting], weights=probability[counting], minlength=feeds)
        share = (sure + found + settings.prior_rows * prior) / (sure + others + settings.prior_rows)
        share = np.clip(share, 0.05, 0.995)
    return pl.Series("probability", probability), share


def log_prior(share: Floats, people: int) -> Floats:
    """Logarithm of the odds of one person of the register against nobody, before anything is compared, by feed."""
    odds: Floats = np.log(share / (1 - share) / people)
    return odds
