"""How often strangers agree by chance: the u of each level of each field, counted on the register itself.

For names it is a share of its own for each person (`weigh.namesakes`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.pairs import distinct, fresh
from matching.prepare.tables import Register
from matching.prepare.vocabulary import CODES, HOLE, WIDTH, Vocabulary, build
from matching.sieve import sieved
from matching.weigh.namesakes import SAMPLE, Codes, Floats, Namesakes, count_namesakes
from standards import ids

Counts = npt.NDArray[np.int32]

HOUSEHOLD = 3.0  # other members of a household, about
ALIKE = 4.0  # names that pass for one name, about, beside itself
MISTAKEN = 0.003  # share of rows with the number of somebody who has nothing to do with them: a line slipped, a neighbour's form
ONE_SLIP = 170  # numbers one slip of the hand away from a number: seventeen places, nine other digits each, and the exchanges
LEAST_GROUP = 0.02  # share of a village that lives in one of its groups, at least
FITTED = 10_000  # numbers of the register with which a few digits are compared, about
ONE_DAY = 40  # dates one digit or one day away from a date, about


@dataclass(frozen=True)
class Frequencies:
    """Shares among strangers.

    Attributes:
        names: u of the levels of names.
        village: number of each person's village.
        villagers, townspeople: by village, how many people live in it, and in its town.
        neighbours: of the people of each person's village whose group is known, the share that lives in his.
        levels: u by level for fields that are alike for all.
        identity: u of the levels of `id`; for masked numbers and hints it follows from what they show (`weights`).
        numbers: keys of valid numbers, as many as tell what share of the register a few digits fit.
        places: probability that two people have the same digit at each of eighteen places, the first six as one share per person in `area`.
        area: of how many people the number begins like the person's.
        surnames, letters: by code point, its share of surnames, and of the characters of given names.
        bearers: by name, how many people have it.
        spelt: by name, the chance of its given part for somebody of its surname, from its length and characters alone.
        heard: by key of sound, share of people with it; for the others named in a row.
        people: how many there are.
    """

    names: Namesakes
    village: Counts
    villagers: Counts
    townspeople: Counts
    neighbours: npt.NDArray[np.float32]
    levels: dict[str, Floats]
    identity: Floats
    numbers: Codes
    places: Floats
    area: Counts
    surnames: npt.NDArray[np.float32]
    letters: npt.NDArray[np.float32]
    bearers: Counts
    spelt: Floats
    heard: pl.DataFrame
    people: int

    def given(self, spelt: Codes, vocabulary: Vocabulary) -> Floats:
        """Share of people of whose names this (keys, `prepare.vocabulary.key`) is what follows the surname."""
        asked = pl.DataFrame({"given": spelt})
        called = pl.DataFrame({"given": vocabulary.names["given"], "times": self.bearers})
        called = called.filter(sieved(called["given"], asked["given"]))
        times = asked.join(called.group_by("given").agg(pl.col("times").sum()), on="given", how="left", maintain_order="left")["times"]
        shares: Floats = times.fill_null(0).to_numpy() / max(self.people, 1)
        return shares


def count_frequencies(register: Register, vocabulary: Vocabulary) -> Frequencies:
    """Everything that the register says about strangers."""
    persons = register.persons
    total = persons.height
    village, town = _dense(persons["village"]), _dense(persons["village"] // 1000)
    villagers = np.bincount(village)
    town_of = np.zeros_like(villagers)
    town_of[village] = town
    if not len(vocabulary.names):
        vocabulary = build([pl.Series([HOLE])])  # a name that is nobody else's business
    bearers = np.bincount(persons["n"].drop_nulls().to_numpy(), minlength=vocabulary.names.height).astype(np.int32)
    surnames, letters = _letter_shares(bearers, vocabulary)
    spelt = _spelt(bearers, letters, vocabulary)
    sound, heard = (distinct(signs.keys()) for signs in (vocabulary.sounds, vocabulary.heards))
    days = persons["birth"].drop_nulls().to_physical().to_numpy()
    born = np.bincount(days - days.min(initial=0))
    years = (np.arange(len(born)) + days.min(initial=0)).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    birth, year = _collisions(born), _collisions(np.bincount(years - years.min(initial=0), weights=born))
    men = _mean(persons["sex"] == 1)
    same_sex = men * men + (1 - men) * (1 - men)
    heads = _mean(persons["is_head"])
    levels = {
        "birth": np.array([birth, birth, 2 * birth, ONE_DAY * birth, year, 4 * year, 1.0]),
        "age": np.array([3 * year, 4 * year, 1.0]),
        "sex": np.array([same_sex, 1 - same_sex]),
        "phone": np.array([1 / total, HOUSEHOLD / total, 1.0]),
        "company": np.array([HOUSEHOLD / total, 1.0, 1.0, 1.0]),
        "head": np.array([heads, 1 - heads]),
    }
    valid = persons["key"].drop_nulls()
    places, area = (
        _places(valid.gather_every(max(1, valid.len() // SAMPLE)).to_numpy()),
        _times((persons["key"] // 10**11).fill_null(0).to_numpy()),
    )
    keys = valid.sort().to_numpy()
    stem, born_here = (_collisions(_runs(keys // digits)) for digits in (100, 1000))
    identity = np.array(
        [MISTAKEN / total, ONE_SLIP * MISTAKEN / total, 2 * stem, 1.0, HOUSEHOLD / total, 1.0, birth / 2, born_here, birth, MISTAKEN, 1.0]
    )
    share = np.bincount(heard[1], weights=bearers) / total
    return Frequencies(
        names=count_namesakes(persons, village, [np.arange(len(spelt)), sound[1], heard[1]], spelt, vocabulary),
        village=village.astype(np.int32),
        villagers=villagers.astype(np.int32),
        townspeople=np.bincount(town)[town_of].astype(np.int32),
        neighbours=_neighbours(village, persons["group"]),
        levels=levels,
        identity=identity,
        numbers=valid.gather_every(max(1, valid.len() // FITTED)).to_numpy(),
        places=places,
        area=area,
        surnames=surnames,
        letters=letters,
        bearers=bearers,
        spelt=spelt,
        heard=pl.DataFrame({"heard": heard[0], "share": share}).filter(pl.col("share") > 0),
        people=total,
    )


def _mean(values: pl.Series) -> float:
    mean = values.cast(pl.Float64).mean()
    return min(max(mean, 1e-3), 1 - 1e-3) if isinstance(mean, float) else 0.5


def _dense(values: pl.Series) -> Codes:
    """Values as numbers from 0; nulls are one value of their own. Equal ones mostly follow each other."""
    codes = values.fill_null(-1).to_numpy()
    first = np.flatnonzero(np.diff(codes, prepend=-2))
    numbers = np.unique(codes[first], return_inverse=True)[1].astype(np.int64)
    return np.repeat(numbers, np.diff(first, append=len(codes)))


def _neighbours(village: Codes, group: pl.Series) -> npt.NDArray[np.float32]:
    """`Frequencies.neighbours`; a quarter for those of whom no group is known, who are compared with nobody's."""
    known = np.flatnonzero(group.is_not_null())
    groups = group[known].to_physical().to_numpy().astype(np.int64)
    codes = village[known] * (groups.max(initial=0) + 1) + groups
    starts = np.flatnonzero(np.diff(codes, prepend=-1))  # the people of a household follow each other
    kind = np.unique(codes[starts], return_inverse=True)[1]
    runs = np.diff(starts, append=len(codes))
    together = np.repeat(np.bincount(kind, weights=runs)[kind], runs) if len(codes) else runs
    shares = np.full(len(village), 0.25, dtype=np.float32)
    shares[known] = np.clip(together / np.maximum(_times(village[known]), 1), LEAST_GROUP, 1 - LEAST_GROUP)
    return shares


def _times(codes: Codes) -> Counts:
    """How many people have each person's value."""
    return np.bincount(codes).astype(np.int32)[codes]


def _runs(values: Codes) -> Codes:
    """How often each of these values, which are in order, is there."""
    return np.diff(np.flatnonzero(fresh(values)), append=len(values))


def _collisions(times: Codes) -> float:
    """Probability that two people drawn at random have the same value. `times`: how many have each."""
    counts = times.astype(np.float64)
    total = counts.sum()
    return float((counts * (counts - 1)).sum() + 1) / float(total * (total - 1) + 1) if total > 1 else 1e-3


def _spelt(bearers: Counts, letters: npt.NDArray[np.float32], vocabulary: Vocabulary) -> Floats:
    """Chance of each name's given part for somebody of its surname, if its characters were drawn one by one."""
    lengths = vocabulary.length.astype(np.int64)
    of_length = np.bincount(lengths, weights=bearers) / max(bearers.sum(), 1)
    chance: Floats = of_length[lengths]
    for at in range(1, WIDTH):
        long = np.flatnonzero(lengths > at)
        chance[long] *= letters[np.minimum(vocabulary.letters.at(at)[long], CODES - 1)]
    return chance


def _letter_shares(bearers: Counts, vocabulary: Vocabulary) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """By code point, how often the characters of surnames and of given names are it; what nobody has, half as often as once."""
    codes = np.minimum(vocabulary.letters.first, CODES - 1)
    counts = [np.bincount(column, weights=bearers, minlength=CODES) for column in codes.T]
    surnames, letters = counts[0], np.add.reduce(counts[1:])
    letters[0] = 0
    shares = [(np.maximum(times, 0.5) / max(times.sum(), 1.0)).astype(np.float32) for times in (surnames, letters)]
    return shares[0], shares[1]


def _places(rest: Codes) -> Floats:
    """Probability of equal digits at each place of a number among strangers. `rest`: keys of numbers."""
    size, checks, same = max(len(rest), 1), np.zeros(len(rest), dtype=np.int64), []
    for weight in reversed(ids.WEIGHTS):  # from the last digit on
        rest, number = rest // 10, rest
        digit = number - 10 * rest
        checks += digit * weight
        same.append(float(((np.bincount(digit) / size) ** 2).sum()))
    same = [*reversed(same), float(((np.bincount(checks % len(ids.CHECK)) / size) ** 2).sum())]
    shares: Floats = np.clip(np.array(same), 1e-3, 1.0)
    return shares
