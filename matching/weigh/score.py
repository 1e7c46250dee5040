"""From candidates to probabilities: each pair compared and weighed, then all candidates of a row against each other and against nobody.

A row is about one person of the register or about somebody outside it, so the candidates of a row share one probability with `absent`:
P(j) = (c/N) w_j / ((1 - c) + sum over k of (c/N) w_k), with w the product of the ratios m/u, N the people of the register and c the
share of the list's rows that are about people of the register, learned from the list itself: from those that say as much of the place.
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
PLACES = ("town", "village", "group")  # people of the register live in villages and their groups; who else is on a list, anywhere
STRATA = 1 << len(PLACES)

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


def strata(rows: pl.DataFrame) -> pl.Series:
    """`stratum`: the number of each row's list and, in it, of what the row says of where the person lives (`PLACES`)."""
    said = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int32) * (1 << at) for at, name in enumerate(PLACES))
    return rows.select(stratum=pl.col("feed_number") * STRATA + said).to_series()


def by_stratum(rows: pl.DataFrame, feeds: int) -> Floats:
    """How many of `rows` there are, by list and stratum."""
    return np.bincount(strata(rows).to_numpy(), minlength=feeds * STRATA).reshape(feeds, STRATA).astype(float)


def probabilities(
    scored: pl.DataFrame, sure: Floats, rows: pl.DataFrame, people: int, settings: MatchingSettings, *, weight: str = "weight"
) -> pl.DataFrame:
    """`probability` of each pair of `scored`, in order of m, and `prior`, its log-odds before anything was compared.

    `sure`: rows linked for certain by feed and stratum; `rows`: m, stratum and `counts` of the other rows. The share of a stratum in
    the register is found by repetition: it starts at the prior and is what the probabilities add up to.
    """
    counted = rows.filter("counts")
    others = np.bincount(counted["stratum"].to_numpy(), minlength=sure.size).reshape(sure.shape)
    size = int(rows["m"].max() or 0) + 1  # type: ignore[arg-type]
    counts, stratum_of = np.zeros(size, dtype=bool), np.zeros(size, dtype=np.int64)
    counts[counted["m"].to_numpy()] = True
    stratum_of[rows["m"].to_numpy()] = rows["stratum"].to_numpy()
    odds_of_one = np.exp(np.minimum(scored[weight].to_numpy(), CEILING)) / people
    # The candidates of a row follow each other, and it is their sum that the share turns on.
    m = scored["m"].to_numpy()
    first = np.flatnonzero(fresh(m))
    stratum, counting = stratum_of[m[first]], np.flatnonzero(counts[m[first]])
    odds_of_any = np.add.reduceat(odds_of_one, first) if len(first) else odds_of_one
    share = np.full(sure.shape, settings.prior.in_register)
    ratio = each = odds_of_any
    for _ in range(ROUNDS):
        ratio = (share / (1 - share)).ravel()[stratum]
        each = ratio / (1.0 + ratio * odds_of_any)
        found = np.bincount(stratum[counting], weights=(each * odds_of_any)[counting], minlength=sure.size).reshape(sure.shape)
        share = _share(sure + found, sure + others, settings)
    times = np.diff(first, append=len(m))
    prior = np.log(ratio / people)
    return pl.DataFrame({"probability": odds_of_one * np.repeat(each, times), "prior": np.repeat(prior, times)})


def _share(known: Floats, rows: Floats, settings: MatchingSettings) -> Floats:
    """The share of `rows` (by list and stratum) that are `known` to be in the register. Few of a stratum lean on the list's others."""
    few = settings.prior_rows
    elsewhere = known.sum(axis=1, keepdims=True) - known, rows.sum(axis=1, keepdims=True) - rows
    others = (elsewhere[0] + few * settings.prior.in_register) / (elsewhere[1] + few)
    share: Floats = np.clip((known + few * others) / (rows + few), 0.05, 0.995)
    return share


def log_prior(share: Floats, people: int) -> Floats:
    """Logarithm of the odds of one person of the register against nobody, before anything is compared, by feed."""
    odds: Floats = np.log(share / (1 - share) / people)
    return odds
