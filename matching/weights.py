"""What each level of each field is worth: log of its share among true pairs over its share among strangers (Fellegi and Sunter 1969).

The shares among true pairs (m) are counted, list by list, on the rows whose ID number links them for certain; a list with few such rows
leans on all lists, and all lists on the prior of `matching.yml`. The shares among strangers (u) are counted on the register itself:
exactly for names (within their village), places and telephones, on sampled pairs for levels in between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.compare.names import EQUAL, HOMOPHONE, name_levels
from matching.compare.vector import ID
from matching.prepare import Register
from matching.settings import LEVELS, MatchingSettings, Prior

Floats = npt.NDArray[np.float64]

SAMPLE = 100_000
VILLAGE_PRIOR = 1000.0  # people that the share expected from surname and given name counts for, beside the village's own
MISTAKEN = 0.003  # share of rows with the number of somebody who has nothing to do with them: a line slipped, a neighbour's form
TWO_NUMBERS = 1e-6  # share of people known under two numbers that agree in nothing but the birth date: numbers are for life
REISSUED = 2e-4  # share of people known under two numbers of one place and birth date: numbers given twice were replaced
HOUSEHOLD = 3.0  # other members of a household, about


@dataclass(frozen=True)
class Frequencies:
    """Shares among strangers: per person for names and places, one number per level for the rest."""

    name_here: Floats  # share of the village's other people with this person's name
    name_county: Floats
    sound_here: Floats
    sound_county: Floats
    village: Floats
    town: Floats
    levels: dict[str, Floats]  # u by level; for `name` outside the village
    name_in_village: Floats  # u of name levels between people of one village
    identity: Floats  # u of the levels of ID
    people: int


def count_frequencies(register: Register) -> Frequencies:
    """Everything that the register says about strangers."""
    persons = register.persons
    total = persons.height
    shares = persons.select(
        name_here=_expected("name"),
        name_county=(pl.len().over("name") - 0.5) / total,
        sound_here=_expected("sound"),
        sound_county=(pl.len().over("sound") - 0.5) / total,
        village=pl.len().over("village_code") / total,
        town=pl.len().over("town_code") / total,
        group=1 / pl.col("group").n_unique().over("village_code"),
    )
    birth = _collisions(persons["birth"])
    heads = _mean(persons["is_head"])
    county, village = _sampled_names(persons, within=False), _sampled_names(persons, within=True)
    year = _collisions(persons["birth"].dt.year())
    men = _mean(persons["sex"] == "男")
    same_sex = men * men + (1 - men) * (1 - men)
    levels = {
        "name": county,
        "birth": np.array([birth, 40 * birth, year, 4 * year, 1.0]),
        "age": np.array([3 * year, 4 * year, 1.0]),
        "sex": np.array([same_sex, 1 - same_sex]),
        "place": np.array([1.0, 1.0, 1.0]),
        "town": np.array([1.0, 1.0]),
        "group": np.array([_mean(shares["group"]), 1 - _mean(shares["group"])]),
        "phone": np.array([1 / total, HOUSEHOLD / total, 1.0]),
        "company": np.array([HOUSEHOLD / total, 1.0, 1.0]),
        "head": np.array([heads, 1 - heads]),
    }
    stem = 2 * _collisions(persons["id18"].str.slice(0, 15))  # two stems are tried
    born_here = _collisions(persons["id18"].str.slice(0, 14))
    masked = _collisions(persons["id18"].str.slice(0, 6) + persons["id18"].str.slice(14, 4))
    identity = np.array([MISTAKEN / total, 40 * MISTAKEN / total, stem, masked, HOUSEHOLD / total, birth / 2, born_here, birth, 1.0])
    arrays = {name: shares[name].to_numpy() for name in ("name_here", "name_county", "sound_here", "sound_county", "village", "town")}
    return Frequencies(**arrays, levels=levels, name_in_village=village, identity=identity, people=total)


def _mean(values: pl.Series) -> float:
    mean = values.cast(pl.Float64).mean()
    return min(max(mean, 1e-3), 1 - 1e-3) if isinstance(mean, float) else 0.5


def _expected(name: str) -> pl.Expr:
    """Share of other people of the village with this name: those there are, and as many as surname and given name let expect."""
    here = pl.len().over("village_code")
    first, rest = ("surname", "given") if name == "name" else ("heard", "heard_given")
    heard = pl.col("sound").str.split_exact(" ", 1)
    keys = {"surname": pl.col("surname"), "given": pl.col("given"), "heard": heard.struct.field("field_0")}
    keys["heard_given"] = pl.col("sound").str.replace(r"^\S+ ?", "")
    surname = (keys[first].count().over(keys[first], "village_code")) / here
    given = (keys[rest].count().over(keys[rest]) - 0.5).clip(lower_bound=0.5) / pl.len()
    same = pl.len().over(name, "village_code") - 1
    return (same + VILLAGE_PRIOR * surname * given) / (here - 1 + VILLAGE_PRIOR)


def _collisions(values: pl.Series) -> float:
    """Probability that two people drawn at random have the same value."""
    counts = values.drop_nulls().value_counts()["count"].to_numpy().astype(np.float64)
    total = counts.sum()
    return float((counts * (counts - 1)).sum() + 1) / float(total * (total - 1) + 1) if total > 1 else 1e-3


def _sampled_names(persons: pl.DataFrame, *, within: bool) -> Floats:
    """Shares of name levels among pairs of different people, of one village or of the county; a level never seen counts half a pair."""
    people = persons.select("p", "h", "name", "sound", "village_code").drop_nulls("name")
    order = people.sort(pl.col("p").hash(7)) if not within else people.drop_nulls("village_code").sort("village_code", pl.col("p").hash(7))
    step = max(1, SAMPLE // max(order.height, 1))
    pairs = [_shifted(order, shift, within=within) for shift in range(1, min(step, 50) + 1)]
    sampled = pl.concat(pairs).head(SAMPLE)
    counts = np.bincount(name_levels(sampled).to_numpy() + 1, minlength=len(LEVELS["name"]) + 1)[1:].astype(float)
    shares: Floats = (counts + 0.5) / (counts.sum() + 0.5 * len(counts))
    return shares


def _shifted(order: pl.DataFrame, shift: int, *, within: bool) -> pl.DataFrame:
    """Each person beside the one `shift` places further on, if of another household."""
    beside = order.select(pl.all().shift(-shift).name.prefix("o_"))
    pairs = pl.concat([order, beside], how="horizontal").filter(pl.col("o_h").is_not_null() & (pl.col("h") != pl.col("o_h")))
    if within:
        pairs = pairs.filter(pl.col("village_code") == pl.col("o_village_code"))
    return pairs.select(left="name", right="o_name", left_sound="sound", right_sound="o_sound")


def measure(vectors: pl.DataFrame, feeds: list[str], settings: MatchingSettings) -> dict[str, Floats]:
    """M by field: one row per feed, one column per level. `vectors` are comparisons of true pairs, with `feed` as its number."""
    measured: dict[str, Floats] = {}
    for field, levels in LEVELS.items():
        prior = np.array(list(settings.prior.shares(field).values()))
        counts = np.zeros((len(feeds), len(levels)))
        seen = vectors.filter(pl.col(field) >= 0)
        np.add.at(counts, (seen["feed"].to_numpy(), seen[field].to_numpy()), 1.0)
        everywhere = counts.sum(axis=0) + settings.prior_rows * prior
        everywhere /= everywhere.sum()
        listed = counts + settings.prior_rows * everywhere
        measured[field] = listed / listed.sum(axis=1, keepdims=True)
    return measured


def identity_shares(prior: Prior) -> dict[str, Floats]:
    """M of the levels of ID by what the row's number is worth: what agrees, a relative's, the same birth date only, another."""
    relative = prior.id_relative
    shares: dict[str, Floats] = {}
    agreeing = {"valid": (0, 1), "wrong": (1, 0), "tail": (2, 1), "masked": (3, 0)}
    for kind, (first, second) in agreeing.items():
        rest = max(1 - prior.id[kind], 1e-4)
        m = np.full(len(ID), TWO_NUMBERS)
        m[first] += prior.id[kind] * 0.98
        m[second] += prior.id[kind] * 0.02
        m[4] = relative
        m[5] += 0.0 if kind == "valid" else rest * 0.5
        m[6] += REISSUED
        m[8] += rest * 0.5
        shares[kind] = m / m.sum()
    return shares


def log_ratios(
    vectors: pl.DataFrame, attributes: pl.DataFrame, frequencies: Frequencies, measured: dict[str, Floats], prior: Prior
) -> pl.DataFrame:
    """Weight of each field for each pair (natural logarithms), 0 where it cannot be compared.

    `attributes`, parallel to `vectors`: feed (its number), id_kind, r_valid, company_u (share of households with such company).
    """
    feed = attributes["feed"].to_numpy()
    person = vectors["p"].to_numpy()
    weights: dict[str, Floats] = {}
    for field in LEVELS:
        level = vectors[field].to_numpy()
        u = frequencies.levels[field][level]
        m = measured[field][feed, level]
        if field == "name":
            u = _name_u(level, vectors["place"].to_numpy(), person, frequencies)
        elif field == "place":
            here, town = frequencies.village[person], frequencies.town[person]
            u = np.choose(np.clip(level, 0, 2), [here, np.maximum(town - here, 1e-4), np.maximum(1 - town, 1e-4)])
        elif field == "town":
            u = np.choose(np.clip(level, 0, 1), [frequencies.town[person], 1 - frequencies.town[person] + 1e-4])
        elif field == "company":
            u = np.where(level == 1, np.minimum(attributes["company_u"].to_numpy(), 0.5), u)
        weights[field] = np.where(level >= 0, np.log(m / u), 0.0)
    weights["id"] = _identity_weight(vectors["id"].to_numpy(), attributes, frequencies, prior)
    return pl.DataFrame(weights)


def _name_u(level: npt.NDArray[np.int8], place: npt.NDArray[np.int8], person: npt.NDArray[np.uint32], frequencies: Frequencies) -> Floats:
    """Share of strangers with this level of name: by the person's own name where equal or heard alike, sampled otherwise."""
    here = place == 0
    u = np.where(here, frequencies.name_in_village[level], frequencies.levels["name"][level])
    equal = np.where(here, frequencies.name_here[person], frequencies.name_county[person])
    heard = np.where(here, frequencies.sound_here[person], frequencies.sound_county[person])
    u = np.where(level == EQUAL, equal, u)
    chosen: Floats = np.where(level == HOMOPHONE, np.maximum(heard, 1e-9), u)
    floor: Floats = np.maximum(chosen, 1e-9)
    return floor


def _identity_weight(level: npt.NDArray[np.int8], attributes: pl.DataFrame, frequencies: Frequencies, prior: Prior) -> Floats:
    """Weight of the ID; a register number that is itself broken is compared as if the row's were."""
    shares = identity_shares(prior)
    kinds = list(shares)
    kind = attributes["id_kind"].fill_null("wrong")
    kind = pl.select(pl.when((kind == "valid") & ~attributes["r_valid"]).then(pl.lit("wrong")).otherwise(kind)).to_series()
    code = kind.replace_strict(kinds, range(len(kinds)), return_dtype=pl.Int8).to_numpy()
    m = np.stack([shares[name] for name in kinds])[code, level]
    weight: Floats = np.where(level >= 0, np.log(m / frequencies.identity[level]), 0.0)
    return weight
