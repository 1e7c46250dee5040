"""From candidates to probabilities: each pair compared and weighed, then all candidates of a row against each other and against nobody.

A row is about one person of the register or about somebody outside it, so the candidates of a row share one probability with `absent`:
P(j) = (c/N) w_j / ((1 - c) + sum over k of (c/N) w_k), with w the product of the ratios m/u, N the people of the register and c the
share of the list's rows that are about people of the register, learned from the list itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.compare.names import EQUAL, ONE, PART
from matching.compare.numbers import EQUAL as OWN
from matching.compare.vector import FIELDS
from matching.pairs import Codes, fresh, gathered, having, houses, joint
from matching.prepare.tables import Mentions, Register
from matching.prepare.vocabulary import Vocabulary
from matching.settings import MatchingSettings
from matching.weigh.frequencies import Frequencies
from matching.weigh.namesakes import Floats
from matching.weigh.weights import Measured, Strangers, log_ratios, strangers

ROUNDS = 4
BORROWED = 7.0  # a thousand to one, in natural logarithms
SELDOMER = 2.3  # ten to one: a relative's number is given more often than a relative's name
CEILING = 60.0  # of a logarithm of odds; beyond it nothing changes but the rounding
WEIGHTS = tuple(f"w_{field}" for field in FIELDS)

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Pairs:
    """Compared pairs: `vectors`, and parallel to them what weights depend on (`attributes`) and what chance does (`by_chance`).

    `attributes`: feed (its number), kind, r_valid, who and lives (of the person).
    """

    vectors: pl.DataFrame
    attributes: pl.DataFrame
    by_chance: Strangers


def with_chance(
    vectors: pl.DataFrame,
    mentions: Mentions,
    register: Register,
    frequencies: Frequencies,
    vocabulary: Vocabulary,
    spoken: pl.DataFrame | None = None,
) -> Pairs:
    """`vectors` with all that is the same for them whatever is measured.

    `spoken`: m, p, n of what texts call people by (`Spoken.pairs`), all of them among `vectors`, which are in order of m and p then.
    """
    said = gathered(mentions.rows, vectors["m"], company_u="company_u", n="n", kind="kind", feed="feed_number")
    if spoken is not None:
        named = spoken.drop_nulls("n")
        at = np.searchsorted(vectors.select(joint("m", "p"))["pair"], named.select(joint("m", "p"))["pair"])
        said = said.with_columns(said["n"].scatter(at, named["n"]))
    listed = gathered(register.persons, vectors["p"], who="who", lives="lives", r_valid="valid", r_n="n")
    attributes = pl.concat([said, listed], how="horizontal")
    by_chance = strangers(vectors, attributes, mentions.rows["number"], frequencies, vocabulary)
    return Pairs(vectors, attributes[["feed", "kind", "r_valid", "who", "lives"]], by_chance)


def weigh(pairs: Pairs, frequencies: Frequencies, measured: Measured) -> pl.DataFrame:
    """The vectors with their attributes, one weight per field (`WEIGHTS`, natural logarithms), and `weight`, their sum.

    `named`: whether the name was weighed as the person's own; what another member is called says nothing about how names are written.
    Pairs of one row and household must follow each other.
    """
    vectors = pairs.vectors
    weights = log_ratios(vectors, pairs.attributes, pairs.by_chance, frequencies, measured)
    weights.columns = list(WEIGHTS)
    name = weights["w_name"].to_numpy(writable=True)
    level, house = vectors["name"].to_numpy(), houses(vectors)
    # Nobody is called by chance as another member of his own household is.
    called_so = having(house, np.flatnonzero(level == EQUAL))
    name[(level >= PART) & called_so] -= BORROWED
    # Where the number is the person's and the name exactly another member's, either is wrong. It is one row of this household all the same:
    # whose it is, what else it says must tell.
    owner = np.flatnonzero(called_so & (level >= ONE) & (vectors["id"].to_numpy() == OWN))
    number = weights["w_id"].to_numpy()
    name[owner] = _both(house, owner, level == EQUAL, number + name) - number[owner] - np.float32(SELDOMER)
    named = np.ones(len(name), dtype=bool)
    named[owner] = False
    weights = weights.with_columns(w_name=pl.Series(name))
    total = np.zeros(len(name))
    for field in WEIGHTS:
        total += weights[field].to_numpy()
    sums = pl.DataFrame({"named": named, "weight": total})
    return pl.concat([vectors, pairs.attributes, weights, sums], how="horizontal")


def _both(house: npt.NDArray[np.int32], asked: Codes, among: Bools, weight: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The greatest `weight` of those `among` the pairs that are of the same household (`house`) as each of the pairs `asked`."""
    others = np.flatnonzero(among & having(house, asked))
    first = np.flatnonzero(fresh(house[others]))
    greatest = np.maximum.reduceat(weight[others], first) if len(first) else weight[:0]
    found: npt.NDArray[np.float32] = greatest[np.searchsorted(house[others[first]], house[asked])]
    return found


def probabilities(
    scored: pl.DataFrame, sure: Floats, rows: pl.DataFrame, people: int, settings: MatchingSettings, *, weight: str = "weight"
) -> tuple[pl.Series, Floats]:
    """Probability of each pair of `scored`, in order of m, and the share of each list that is in the register.

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
    odds_of_one = np.exp(np.minimum(scored[weight].to_numpy(), CEILING)) / people
    # The candidates of a row follow each other, and it is their sum that the share turns on.
    m = scored["m"].to_numpy()
    first = np.flatnonzero(fresh(m))
    feed, counting = scored["feed"].to_numpy()[first], np.flatnonzero(counts[m[first]])
    odds_of_any = np.add.reduceat(odds_of_one, first) if len(first) else odds_of_one
    share = np.full(feeds, prior)
    each = odds_of_any
    for _ in range(ROUNDS):
        ratio = (share / (1 - share))[feed]
        each = ratio / (1.0 + ratio * odds_of_any)
        found = np.bincount(feed[counting], weights=(each * odds_of_any)[counting], minlength=feeds)
        share = (sure + found + settings.prior_rows * prior) / (sure + others + settings.prior_rows)
        share = np.clip(share, 0.05, 0.995)
    return pl.Series("probability", odds_of_one * np.repeat(each, np.diff(first, append=len(m)))), share


def log_prior(share: Floats, people: int) -> Floats:
    """Logarithm of the odds of one person of the register against nobody, before anything is compared, by feed."""
    odds: Floats = np.log(share / (1 - share) / people)
    return odds
