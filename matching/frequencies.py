"""How often strangers agree by chance: the u of each level of each field, counted on the register itself.

For names it is a share of its own for each person: how many others of his village (and of the county) have the name, sound like it, or are
one character away from it. Brothers and cousins share a generation character, so that one wrong character parts them from each other
as often as a slip of the pen does, but only in the families that do so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.compare.names import DIALECT, DROPPED, EQUAL, HOMOPHONE, LOOKALIKE, NEAR, ONE, OTHER, PART, SURNAME, name_levels
from matching.compare.names import LEVELS as NAMES
from matching.compare.numbers import digits
from matching.prepare import Register
from matching.vocabulary import CODES, Vocabulary

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

SAMPLE = 100_000  # pairs of strangers
COMMON = (1, 3, 10, 50)  # people of one name elsewhere in the county, from which on it is a commoner name
SELDOM = 5  # people of one name in a place up to whom the next one is worth a count of its own
UNSEEN = 0.25  # of a person, for what nobody in the county is
GAPS = 3  # first characters of a name of which one may be open
HOUSEHOLD = 3.0  # other members of a household, about
ALIKE = 4.0  # names that pass for one name, about, beside itself
MISTAKEN = 0.003  # share of rows with the number of somebody who has nothing to do with them: a line slipped, a neighbour's form
ONE_SLIP = 170  # numbers one slip of the hand away from a number: seventeen places, nine other digits each, and the exchanges
ONE_DAY = 40  # dates one digit or one day away from a date, about


@dataclass(frozen=True)
class Frequencies:
    """Shares among strangers.

    Attributes:
        name_here: u of each level of a name (columns) for strangers of the person's village (one row per person).
        name_county: the same for strangers of the county.
        close_here: how many of the person's village have his name but for its first, second or third character (in this order).
        close_county: the same of the county.
        village: share of people in the person's village; `town` likewise.
        levels: u by level for fields that are alike for all.
        identity: u of the levels of `id`; for masked numbers it is `masked_u`.
        places: probability that two people have the same digit at each of eighteen places, the first six as one share per person in `area`.
        area: share of people whose number begins like the person's.
        surnames, letters: by code point, its share of surnames, and of the characters of given names.
        given: by name, the share of people of whose name it is the given part.
        spelt: by name, the chance of its given part for somebody of its surname, from its length and characters alone.
        heard: by key of sound, share of people with it; for the others named in a row.
        people: how many there are.
    """

    name_here: npt.NDArray[np.float32]
    name_county: npt.NDArray[np.float32]
    close_here: tuple[Codes, ...]
    close_county: tuple[Codes, ...]
    village: Floats
    town: Floats
    levels: dict[str, Floats]
    identity: Floats
    places: Floats
    area: Floats
    surnames: npt.NDArray[np.float32]
    letters: npt.NDArray[np.float32]
    given: Floats
    spelt: Floats
    heard: pl.DataFrame
    people: int


def count_frequencies(register: Register, vocabulary: Vocabulary) -> Frequencies:
    """Everything that the register says about strangers."""
    persons = register.persons
    total = persons.height
    village = _dense(persons["village"])
    names = _name_keys(persons, vocabulary)
    sampled = [_sampled_names(persons, vocabulary, place) for place in (village, None)]
    birth, year = _collisions(persons["birth"]), _collisions(persons["birth"].dt.year())
    men = _mean(persons["sex"] == 1)
    same_sex = men * men + (1 - men) * (1 - men)
    groups = persons.select("village", "group").drop_nulls().group_by("village").agg(pl.col("group").n_unique())
    same_group = _mean(1 / groups["group"]) if groups.height else 0.2
    heads = _mean(persons["is_head"])
    levels = {
        "birth": np.array([birth, birth, 2 * birth, ONE_DAY * birth, year, 4 * year, 1.0]),
        "age": np.array([3 * year, 4 * year, 1.0]),
        "sex": np.array([same_sex, 1 - same_sex]),
        "group": np.array([same_group, 1 - same_group]),
        "phone": np.array([1 / total, HOUSEHOLD / total, 1.0]),
        "company": np.array([HOUSEHOLD / total, 1.0, 1.0, 1.0]),
        "head": np.array([heads, 1 - heads]),
    }
    places, area = _places(persons)
    stem = 2 * _collisions(persons["key"] // 100)  # two stems are tried
    born_here = _collisions(persons["key"] // 1000)
    identity = np.array(
        [MISTAKEN / total, ONE_SLIP * MISTAKEN / total, stem, 1.0, HOUSEHOLD / total, birth / 2, born_here, birth, MISTAKEN, 1.0]
    )
    close = [tuple(_counts(place, codes) for codes in names.close) for place in (village, None)]
    counted = persons["heard"].drop_nulls().value_counts(name="count").select("heard", share=pl.col("count") / total)
    return Frequencies(
        name_here=_name_shares(names, village, sampled[0], close[0]),
        name_county=_name_shares(names, None, sampled[1], close[1]),
        close_here=close[0],
        close_county=close[1],
        village=_share(village),
        town=_share(_dense(persons["town"])),
        levels=levels,
        identity=identity,
        places=places,
        area=area,
        surnames=_letter_shares(persons, vocabulary, first=True),
        letters=_letter_shares(persons, vocabulary, first=False),
        given=_given_shares(persons, vocabulary),
        spelt=_spelt(persons, vocabulary),
        heard=counted,
        people=total,
    )


def _mean(values: pl.Series) -> float:
    mean = values.cast(pl.Float64).mean()
    return min(max(mean, 1e-3), 1 - 1e-3) if isinstance(mean, float) else 0.5


def _dense(values: pl.Series) -> Codes:
    """Values as numbers from 0; nulls are one value of their own."""
    return np.unique(values.fill_null(-1).to_numpy(), return_inverse=True)[1].astype(np.int64)


def _share(codes: Codes) -> Floats:
    """Share of people with each person's value."""
    return np.bincount(codes)[codes] / max(len(codes), 1)


def _collisions(values: pl.Series) -> float:
    """Probability that two people drawn at random have the same value."""
    counts = np.unique(values.drop_nulls().to_numpy(), return_counts=True)[1].astype(np.float64)
    total = counts.sum()
    return float((counts * (counts - 1)).sum() + 1) / float(total * (total - 1) + 1) if total > 1 else 1e-3


@dataclass(frozen=True)
class _NameKeys:
    """Dense codes of what people's names share, one per person."""

    name: Codes
    sound: Codes
    heard: Codes
    surname: Codes
    spelt: Floats  # chance of the given name from its length and characters alone
    close: tuple[Codes, ...]  # the name without one of its characters, for each of the first three (`GAPS`)


def _name_keys(persons: pl.DataFrame, vocabulary: Vocabulary) -> _NameKeys:
    """Codes of names; who has none shares one that is nobody else's business."""
    if not len(vocabulary.names):
        nothing = np.zeros(persons.height, dtype=np.int64)
        return _NameKeys(nothing, nothing, nothing, nothing, np.full(persons.height, UNSEEN), (nothing,) * GAPS)
    by_name = {
        "sound": vocabulary.names["sound"].to_numpy(),
        "heard": vocabulary.names["heard"].to_numpy(),
        "surname": vocabulary.letters[:, 0].astype(np.int64),
    }
    coded = {name: np.unique(values, return_inverse=True)[1].astype(np.int64) for name, values in by_name.items()}
    letters = vocabulary.letters[:, :3].astype(np.int64)
    n = persons["n"].fill_null(0).to_numpy().astype(np.int64)
    without = [
        np.unique(letters[:, one] << 20 | letters[:, other], return_inverse=True)[1].astype(np.int64)[n]
        for one, other in ((1, 2), (0, 2), (0, 1))
    ]
    sound, heard, surname = (coded[name][n] for name in ("sound", "heard", "surname"))
    return _NameKeys(n, sound, heard, surname, _spelt(persons, vocabulary)[n], tuple(without))


def _spelt(persons: pl.DataFrame, vocabulary: Vocabulary) -> Floats:
    """Chance of each name's given part for somebody of its surname, if its characters were drawn one by one."""
    lengths = vocabulary.length.astype(np.int64)
    times = np.bincount(persons["n"].drop_nulls().to_numpy(), minlength=len(lengths))
    of_length = np.bincount(lengths, weights=times) / max(times.sum(), 1)
    shares = _letter_shares(persons, vocabulary, first=False)
    chance: Floats = of_length[lengths]
    for at in range(1, vocabulary.letters.shape[1]):
        letter = np.minimum(vocabulary.letters[:, at], CODES - 1)
        chance = chance * np.where(letter > 0, shares[letter], 1.0)
    return chance


def _name_shares(names: _NameKeys, village: Codes | None, sampled: Floats, close_by: tuple[Codes, ...]) -> npt.NDArray[np.float32]:
    """Shares of strangers at each level of each person's name: of his village, or with no village of the county.

    `close_by`: `Frequencies.close_here` or `close_county`.
    """
    total = len(names.name)
    here = np.full(total, total) if village is None else np.bincount(village)[village]
    equal, sound, heard = (_next_one(village, codes) / here for codes in (names.name, names.sound, names.heard))

    def others(codes: Codes) -> Codes:
        """How many others of the place have the person's code."""
        return _counts(village, codes) - 1

    surname = (others(names.surname) + 1) / here
    equal = np.maximum(equal, surname * names.spelt)
    close = (sum(close_by) - len(close_by) + 1) / here
    resembling = sampled[LOOKALIKE] / (sampled[LOOKALIKE] + sampled[ONE])
    least = UNSEEN / total
    shares = np.empty((total, len(NAMES)), dtype=np.float32, order="F")
    for level, share in {
        EQUAL: equal,
        HOMOPHONE: sound - equal * 0.5,
        DIALECT: heard - equal * 0.5,
        LOOKALIKE: close * resembling,
        NEAR: close,
        DROPPED: close,
        PART: np.maximum(close, sampled[PART]),
        ONE: close,
        SURNAME: surname,
        OTHER: np.ones(total),
    }.items():
        shares[:, level] = np.clip(share, least, 1.0)
    return shares


def _next_one(village: Codes | None, codes: Codes) -> Floats:
    """How often the next person of a place may be expected to have each person's code, in persons (Good 1953).

    Of names that one person of the village has, few are ever met again in it; how few is counted over all villages, apart for names that
    are rare and for names that are common elsewhere in the county: of the county as a whole, the village itself would be counted twice.
    """
    here, county = _counts(village, codes), _counts(None, codes)
    common = np.zeros(len(codes), dtype=np.int64) if village is None else np.digitize(county - here, COMMON)
    times = np.minimum(here, SELDOM + 1)
    # every kind of name counts once, though each of its bearers is seen
    kinds = np.bincount(common * (SELDOM + 3) + times, weights=1.0 / here, minlength=(len(COMMON) + 1) * (SELDOM + 3))
    kinds = kinds.reshape(len(COMMON) + 1, SELDOM + 3)
    expected = np.arange(SELDOM + 2) + 1.0
    ratio = (kinds[:, 1:] + 0.5 * (kinds[:, 1:] == 0)) / np.maximum(kinds[:, :-1], 1.0)
    again = np.minimum(expected * ratio, np.arange(SELDOM + 2))
    found: Floats = np.where(here > SELDOM, here - 0.5, again[common, times])
    return found


def _given_shares(persons: pl.DataFrame, vocabulary: Vocabulary) -> Floats:
    """By name, the share of people of whose name it is what follows the surname."""
    times = np.bincount(persons["n"].drop_nulls().to_numpy(), minlength=vocabulary.names.height)
    called = vocabulary.names.select("given", times=pl.Series(times)).drop_nulls().group_by("given").agg(pl.col("times").sum())
    keyed = vocabulary.names.select(given="spelt").join(called, on="given", how="left", maintain_order="left")
    shares: Floats = keyed["times"].fill_null(0).to_numpy() / max(persons.height, 1)
    return shares


def _letter_shares(persons: pl.DataFrame, vocabulary: Vocabulary, *, first: bool) -> npt.NDArray[np.float32]:
    """By code point, how often the characters of surnames (`first`) or of given names are it; what nobody has, half as often as once."""
    n = persons["n"].drop_nulls().to_numpy()
    times = np.bincount(n, minlength=max(len(vocabulary.names), 1))[: len(vocabulary.names)]
    spelt = vocabulary.letters[:, :1] if first else vocabulary.letters[:, 1:4]
    counts = np.zeros(CODES)
    for column in spelt.T:
        counts += np.bincount(np.minimum(column, CODES - 1), weights=times, minlength=CODES)
    counts[0] = 0
    shares: npt.NDArray[np.float32] = (np.maximum(counts, 0.5) / max(counts.sum(), 1.0)).astype(np.float32)
    return shares


def _counts(village: Codes | None, codes: Codes) -> Codes:
    """How many people of each person's village, or of the county, have his code (a number from 0)."""
    if village is None:
        return np.bincount(codes)[codes]
    both = village * (codes.max() + 1) + codes
    order = np.argsort(both)
    alike = both[order]
    first = np.flatnonzero(np.concatenate([[True], alike[1:] != alike[:-1]]))
    times = np.diff(first, append=len(codes))
    counts = np.empty(len(codes), dtype=np.int64)
    counts[order] = np.repeat(times, times)
    return counts


def _sampled_names(persons: pl.DataFrame, vocabulary: Vocabulary, village: Codes | None) -> Floats:
    """Shares of name levels among pairs of different people, of one village or of the county; a level never seen counts half a pair."""
    by = pl.col("p").hash(7)
    if village is not None:
        by = pl.lit(pl.Series(village, dtype=pl.UInt64)) * (1 << 40) + by // (1 << 24)  # shuffled within villages
    people = persons.select("h", "n", "village", by=by).drop_nulls("n")
    order = people.bottom_k(SAMPLE, by="by").sort("by") if village is None else people.drop_nulls("village").sort("by")
    step = max(1, SAMPLE // max(order.height, 1))
    pairs = [_shifted(order, shift, within=village is not None) for shift in range(1, min(step, 50) + 1)]
    sampled = pl.concat(pairs)
    sampled = sampled.gather_every(max(1, sampled.height // SAMPLE))
    levels = name_levels(sampled["n"].cast(pl.Int64).to_numpy(), sampled["o_n"].cast(pl.Int64).to_numpy(), vocabulary)
    counts = np.bincount(levels, minlength=len(NAMES)).astype(float)
    shares: Floats = (counts + 0.5) / (counts.sum() + 0.5 * len(counts))
    return shares


def _shifted(order: pl.DataFrame, shift: int, *, within: bool) -> pl.DataFrame:
    """Each person beside the one `shift` places further on, if of another household."""
    beside = order.select(pl.all().shift(-shift).name.prefix("o_"))
    pairs = pl.concat([order, beside], how="horizontal").filter(pl.col("o_h").is_not_null() & (pl.col("h") != pl.col("o_h")))
    return pairs.filter(pl.col("village") == pl.col("o_village")) if within else pairs


def _places(persons: pl.DataFrame) -> tuple[Floats, Floats]:
    """Probability of equal digits at each place of a number among strangers, and the share of each person's first six digits."""
    valid = persons["id18"].filter(persons["valid"])
    sample = digits(valid.gather_every(max(1, valid.len() // SAMPLE)))[:, :18]
    same = [float(((np.bincount(sample[:, place], minlength=256) / max(len(sample), 1)) ** 2).sum()) for place in range(18)]
    area = (persons["key"] // 10**11).fill_null(0).to_numpy()
    return np.clip(np.array(same), 1e-3, 1.0), _share(area)
