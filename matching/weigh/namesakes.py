"""How often strangers are called alike by chance: the u of each level of a name, a share of its own for each person and each name.

It is how many others of his village (and of the county) have the name, sound like it, or are one character away from it. Brothers and
cousins share a generation character, so that one wrong character parts them from each other as often as a slip of the pen does, but only in
the families that do so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.compare.names import DIALECT, DROPPED, EQUAL, HOMOPHONE, LOOKALIKE, NEAR, ONE, OTHER, PART, SURNAME, name_levels
from matching.compare.names import LEVELS as NAMES
from matching.pairs import fresh, in_order, order_of
from matching.prepare.vocabulary import CODES, Letters, Vocabulary

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SAMPLE = 50_000  # pairs of strangers
COMMON = (1, 3, 10, 50)  # people of one name elsewhere in the county, from which on it is a commoner name
SELDOM = 5  # people of one name in a place up to whom the next one is worth a count of its own
UNSEEN = 0.25  # of a person, for what nobody in the county is
KEPT = ((1, 2), (0, 2), (0, 1))  # of the first characters of a name, where one of them is open
GAPS = len(KEPT)
# By level, the row of `Namesakes.shares`. What is one character otherwise in whatever way shares a row; any will do for other names.
_ROWS = {EQUAL: 0, HOMOPHONE: 1, DIALECT: 2, LOOKALIKE: 3, NEAR: 3, DROPPED: 3, PART: 3, ONE: 3, SURNAME: 4, OTHER: 4}
_ROW = np.array([_ROWS[level] for level in range(len(NAMES))])
_COMMON = np.digitize(np.arange(COMMON[-1] + 1), COMMON)  # by how many have a name elsewhere


@dataclass(frozen=True)
class Namesakes:
    """Shares of strangers at the levels of people's names, put together where they are asked for.

    Attributes:
        shares: by kind of likeness (`_ROWS`), one column per person, of his village, then one per name, of the county.
        close: how many of the village or county have the name but for its first, second or third character (rows), columns as of `shares`.
        times: what the share at each level is multiplied by: of the county, of the village (rows).
        least: the share at each level at least, likewise.
        name: number of each person's name.
    """

    shares: npt.NDArray[np.float32]
    close: npt.NDArray[np.int32]
    times: Floats
    least: Floats
    name: npt.NDArray[np.uint32]

    def called(self, person: Codes, level: npt.NDArray[np.int8] | int, here: Bools) -> Floats:
        """Shares at these levels of the names of these persons among strangers of the village (where `here`) or of the county."""
        kind = here * len(NAMES) + level  # of the county, of the village: flat places cost half of those by row and column
        share = self.shares.ravel().take(_ROW[level] * self.shares.shape[1] + self._column(person, here)) * self.times.ravel().take(kind)
        found: Floats = np.clip(share, self.least.ravel().take(kind), 1.0)
        return found

    def but_for(self, place: Codes, person: Codes, here: Bools) -> Codes:
        """How many of the village or county have these persons' names but for the character at `place` (below three)."""
        found: Codes = self.close[place, self._column(person, here)].astype(np.int64)
        return found

    def _column(self, person: Codes, here: Bools) -> Codes:
        return np.where(here, person, len(self.name) + self.name[person])


@dataclass(frozen=True)
class _Kinds:
    """Things by their code: `order` of them, in it the first of each kind (`starts`), and of each kind its code and how many there are."""

    order: Codes
    starts: Codes
    codes: Codes
    times: Codes

    @classmethod
    def of(cls, codes: Codes) -> _Kinds:
        """The kinds in order of their codes, which leave room for a position in 63 bits: so one sort of plain numbers does it."""
        bits = len(codes).bit_length()
        both = codes << bits
        both |= np.arange(len(codes))
        both = in_order(both)
        order, both = both & ((1 << bits) - 1), both >> bits
        starts = np.flatnonzero(fresh(both))
        return cls(order, starts, both[starts], np.diff(starts, append=len(codes)))

    def joined(self, first: Codes) -> _Kinds:
        """The kinds that are made of these ones, from each of `first` up to the next."""
        return _Kinds(self.order, self.starts[first], self.codes[first], np.add.reduceat(self.times, first))

    def spread(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """What is known of each kind, for each thing."""
        spread = np.empty(len(self.order), dtype=values.dtype)
        spread[self.order] = np.repeat(values, self.times)
        return spread


def count_namesakes(persons: pl.DataFrame, village: Codes, alike: list[Codes], spelt: Floats, vocabulary: Vocabulary) -> Namesakes:
    """The shares of everybody's name.

    `village`: number of each person's village; by name, `alike`: numbers of what is called, sounds and is heard alike, each of which is
    made of those before, `spelt`: chance of its given part for somebody of its surname.
    """
    name = persons["n"].fill_null(0).to_numpy()  # who has none shares one that is nobody else's business
    people, bearers = len(name), np.bincount(name, minlength=len(spelt))
    letters = _dense_letters(vocabulary.letters.first[:, :GAPS])
    close = np.empty((GAPS, people + len(spelt)), dtype=np.int32)
    for gap, (one, other) in zip(close, KEPT, strict=True):
        kinds = _Kinds.of(letters[:, one] << 20 | letters[:, other])
        gap[people:] = kinds.spread(np.add.reduceat(bearers[kinds.order], kinds.starts))
        kinds = _Kinds.of(village * len(kinds.starts) + kinds.spread(np.arange(len(kinds.starts)))[name])
        gap[:people] = kinds.spread(kinds.times)
    heads = letters[:, 0].copy()
    del letters
    everywhere = [np.bincount(codes, weights=bearers).astype(np.int64) for codes in alike]
    shares = np.empty((max(_ROW[:OTHER]) + 1, people + len(spelt)), dtype=np.float32)
    in_village = village * (heads.max() + 1) + heads[name]
    here, clan = _expected_here(village, name, alike, everywhere), np.bincount(in_village)[in_village]
    _fill(shares[:, :people], here, clan, spelt[name], close[:, :people], np.bincount(village)[village])
    county = (_next_one(times, np.zeros_like(times))[codes] for codes, times in zip(alike, everywhere, strict=True))
    surnames = np.bincount(heads, weights=bearers).astype(np.int64)[heads]
    _fill(shares[:, people:], county, surnames, spelt, close[:, people:], people)
    sampled = [_sampled_names(persons, vocabulary, place) for place in (None, village)]
    times, least = np.ones((2, len(NAMES))), np.full((2, len(NAMES)), UNSEEN / people)
    for place, levels in enumerate(sampled):
        times[place, LOOKALIKE] = levels[LOOKALIKE] / (levels[LOOKALIKE] + levels[ONE])
        least[place, PART] = max(levels[PART], UNSEEN / people)
    least[:, OTHER] = 1.0
    return Namesakes(shares, close, times, least, name)


def _expected_here(village: Codes, name: npt.NDArray[np.uint32], alike: list[Codes], everywhere: list[Codes]) -> Iterator[Floats]:
    """How many of each person's village may be expected to be called, to sound, to be heard as he is. `everywhere`: so many of the county.

    Where names stand in a line by what is heard, then by what sounds alike, one sort of the people does it for all three.
    """
    line = _Kinds.of(alike[2] * len(everywhere[1]) + alike[1]).order
    place = np.empty_like(line)
    place[line] = np.arange(len(line))
    kinds = _Kinds.of(village * len(line) + place[name])
    lives, called = kinds.codes // len(line), line[kinds.codes % len(line)]
    for codes, times in zip(alike, everywhere, strict=True):
        own = codes[called]
        first = np.flatnonzero(fresh(lives) | fresh(own))
        here = kinds.joined(first)
        elsewhere = times[own[first]] - here.times
        yield here.spread(_next_one(here.times, _COMMON[np.minimum(elsewhere, COMMON[-1])]))


def _fill(
    shares: npt.NDArray[np.float32],
    alike: Iterable[Floats],
    surnames: Codes,
    spelt: Floats,
    close: npt.NDArray[np.int32],
    place: Codes | int,
) -> None:
    """Write `Namesakes.shares` of a place with `place` people. `alike`: how many may be expected to be called, to sound, to be heard so."""
    called = (times / place for times in alike)
    surname = surnames / place
    equal = np.maximum(next(called), surname * spelt)
    shares[0], shares[3], shares[4] = equal, (close.sum(axis=0) - len(close) + 1) / place, surname
    equal *= 0.5
    for row, share in zip(shares[1:3], called, strict=True):
        np.subtract(share, equal, out=row, casting="same_kind")


def _dense_letters(letters: Letters) -> Codes:
    """Characters as numbers from 0, of those that occur."""
    met = np.zeros(CODES, dtype=np.int64)
    codes = np.minimum(letters, CODES - 1)
    met[codes] = 1
    numbers: Codes = (np.cumsum(met) - 1)[codes]
    return numbers


def _next_one(here: Codes, common: Codes) -> Floats:
    """How often the next person of a place may be expected to be of each kind of name, in persons (Good 1953).

    Of names that one person of the village has (`here`), few are ever met again in it; how few is counted over all villages, apart for
    names that are rare and for names that are common elsewhere in the county (`common`): of the county as a whole, the village itself would
    be counted twice.
    """
    times = np.minimum(here, SELDOM + 1)
    kinds = np.bincount(common * (SELDOM + 3) + times, minlength=(len(COMMON) + 1) * (SELDOM + 3)).reshape(len(COMMON) + 1, SELDOM + 3)
    kinds[:, 0] = 0  # what nobody has is no kind
    expected = np.arange(SELDOM + 2) + 1.0
    ratio = (kinds[:, 1:] + 0.5 * (kinds[:, 1:] == 0)) / np.maximum(kinds[:, :-1], 1)
    again = np.minimum(expected * ratio, np.arange(SELDOM + 2))
    found: Floats = again.ravel().take(common * (SELDOM + 2) + times)
    many = np.flatnonzero(here > SELDOM)
    found[many] = here[many] - 0.5
    return found


def _sampled_names(persons: pl.DataFrame, vocabulary: Vocabulary, village: Codes | None) -> Floats:
    """Shares of name levels among pairs of different people, of one village or of the county; a level never seen counts half a pair."""
    levels = name_levels(*_strangers(persons, village), vocabulary)
    counts = np.bincount(levels, minlength=len(NAMES)).astype(float)
    shares: Floats = (counts + 0.5) / (counts.sum() + 0.5 * len(counts))
    return shares


def _strangers(persons: pl.DataFrame, village: Codes | None) -> tuple[Codes, Codes]:
    """Names of `SAMPLE` pairs of people of different households, of one village or of the county, about as many."""
    by = persons.select(pl.col("p").hash(7))["p"].to_numpy()
    asked = np.flatnonzero(persons["n"].is_not_null())
    if village is None:
        asked = asked[np.argpartition(by[asked], SAMPLE)[:SAMPLE]] if len(asked) > SAMPLE else asked
    else:
        asked = np.flatnonzero(persons.select(pl.all_horizontal(pl.col("n", "village").is_not_null())).to_series())
        low = np.uint64(len(village).bit_length())
        by = village.astype(np.uint64) << np.uint64(40) | by >> np.uint64(24) + low << low  # shuffled within villages
    order = asked[order_of(by[asked])]
    h, n = (persons[column].fill_null(0).to_numpy()[order] for column in ("h", "n"))
    place = np.zeros(len(order), dtype=np.int64) if village is None else village[order]
    step = min(max(1, SAMPLE // max(len(order), 1)), 50)
    shifts = range(1, step + 1)  # each person beside the one so many places further on, if of another household
    pairs = [np.flatnonzero((h[:-shift] != h[shift:]) & (place[:-shift] == place[shift:])) for shift in shifts]
    some = np.s_[:: max(1, sum(map(len, pairs)) // SAMPLE)]
    one, apart = np.concatenate(pairs)[some], np.repeat(shifts, [len(first) for first in pairs])[some]
    return n[one].astype(np.int64), n[one + apart].astype(np.int64)
