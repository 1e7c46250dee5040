"""Every name of a month once, numbered, in the form in which names are compared: letters, syllables, and keys to join on.

Names of rows and of the register are brought to their normal form here, without dots, and get a number `n`; everything else about a name
is looked up by that number. So a name that stands in ten thousand rows is read, and compared with another, once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import count
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.pairs import order_of
from standards import names
from standards import pinyin as readings
from standards.text import unless

WIDTH = 12  # characters that count; longer names are cut
SHORT = 4  # characters of most names
HOLE = ord(names.HOLE)
CODES = 0x30000  # code points of the planes that have Han characters
UNREAD = 4096  # from here on what has no reading is numbered, beyond all syllables
NAMELESS = (1 << 32) - 1  # beyond the number of any name
RAW = 11  # seed of fingerprints of what was written
STEP = np.uint64(0x9E3779B97F4A7C15)  # an odd number with bits everywhere, so that keys of different names differ
BACK = np.uint64(pow(int(STEP), -1, 1 << 64))  # what undoes it
PLACES = np.cumprod(np.full(WIDTH, STEP))  # what a code counts for in a key, by its place in the name

Letters = npt.NDArray[np.uint32]
Sounds = npt.NDArray[np.uint16]
Prints = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.uint32]
Integers = npt.NDArray[np.int64]
Kind = TypeVar("Kind", np.uint32, np.uint16)


@dataclass(frozen=True)
class Signs(Generic[Kind]):
    """What stands at each place of names, 0 beyond their end: few names have more than `SHORT` places, so only theirs are kept.

    Attributes:
        first: the first `SHORT` places, one row per name.
        long: numbers of the longer names, in order.
        rest: their other places, one row each.
    """

    first: npt.NDArray[Kind]
    long: Integers
    rest: npt.NDArray[Kind]

    @classmethod
    def of(cls, rows: npt.NDArray[Kind]) -> Signs[Kind]:
        """What stands in whole rows."""
        long = np.flatnonzero(rows[:, SHORT])
        return cls(np.ascontiguousarray(rows[:, :SHORT]), long, rows[long, SHORT:])

    def __getitem__(self, names: npt.NDArray[np.integer]) -> npt.NDArray[Kind]:
        """The rows of these names, as wide as the longest may be."""
        first: npt.NDArray[Kind] = self.first.take(names, axis=0)
        if not self.rest.shape[1]:
            return first
        rows = np.concatenate([first, np.zeros((len(first), self.rest.shape[1]), dtype=first.dtype)], axis=1)
        if len(self.long):
            place = np.minimum(np.searchsorted(self.long, names), len(self.long) - 1)
            met = np.flatnonzero(self.long[place] == names)
            rows[met, SHORT:] = self.rest[place[met]]
        return rows

    def taken(self, names: Integers) -> Signs[Kind]:
        """The signs of these names, in their order."""
        is_long = np.zeros(len(self.first), dtype=bool)
        is_long[self.long] = True
        long = np.flatnonzero(is_long[names])
        return Signs(self.first.take(names, axis=0), long, self.rest[np.searchsorted(self.long, names[long])])

    def at(self, place: int) -> npt.NDArray[Kind]:
        """What stands at one place of every name."""
        if place < SHORT:
            return np.ascontiguousarray(self.first[:, place])
        column = np.zeros(len(self.first), dtype=self.first.dtype)
        column[self.long] = self.rest[:, place - SHORT]
        return column

    def keys(self) -> Integers:
        """One number for each name (`key`)."""
        keys = key(self.first)
        keys[self.long] += (self.rest * PLACES[SHORT:]).sum(axis=1).view(np.int64)
        return keys

    @property
    def cut(self) -> Signs[Kind]:
        """The same of names cut to `SHORT` characters."""
        return Signs(self.first, self.long[:0], self.rest[:0, :0])


@dataclass(frozen=True)
class Raws:
    """What was written, by fingerprint: where one stands in their order follows nearly from its first bits.

    Attributes:
        prints: fingerprints in order, and one behind all others.
        n: the name that each is; `NAMELESS` behind them, and for what is no name.
        begins: by first bits of a fingerprint, place of the first that has these or greater ones.
        shift: the other bits.
    """

    prints: Prints
    n: Numbers
    begins: Integers
    shift: np.uint64

    @classmethod
    def of(cls, prints: Prints, n: pl.Series) -> Raws:
        """Those of different `prints`."""
        order, bits = order_of(prints), len(prints).bit_length()
        ordered, shift = prints[order], np.uint64(64 - bits)
        times = np.bincount((ordered >> shift).view(np.int64), minlength=1 << bits)
        numbers = n.gather(order).extend_constant(None, 1).fill_null(NAMELESS).to_numpy()
        return cls(np.append(ordered, ~np.uint64(0)), numbers, np.cumsum(times) - times, shift)

    def number(self, prints: Prints) -> pl.Series:
        """The name of each of these fingerprints; null for those that are none."""
        at = self.begins.take((prints >> self.shift).view(np.int64))
        short = np.flatnonzero(self.prints.take(at) < prints)
        while len(short):
            at[short] += 1
            short = short[self.prints[at[short]] < prints[short]]
        at[self.prints.take(at) != prints] = len(self.n) - 1
        named = pl.Series("n", self.n.take(at))
        return named.set(named == NAMELESS, None) if (named == NAMELESS).any() else named


@dataclass(frozen=True)
class Vocabulary:
    """Names by number.

    Attributes:
        raws: what was written, and the names that it is.
        names: `name`, `length`, `spelt`, `heard` (keys of the whole name as it is written, and by syllable as dialects merge them),
            `surname` (heard syllable of the first character), `given`, `heard_given` (of what follows the surname); rows are numbers.
        letters: code points.
        sounds: numbers of toneless syllables.
        heards: numbers of syllables as dialects merge them.
        length: characters of each name.
        surname_length: characters of each surname.
        said: code points of names that only texts say, numbered behind all others (`spelt`).
    """

    raws: Raws
    names: pl.DataFrame
    letters: Signs[np.uint32]
    sounds: Signs[np.uint16]
    heards: Signs[np.uint16]
    length: npt.NDArray[np.int8]
    surname_length: npt.NDArray[np.int8]
    said: Letters | None = None

    def spelt(self, numbers: npt.NDArray[np.integer]) -> Letters:
        """Code points of the names with these numbers, one row each."""
        if self.said is None:
            return self.letters[numbers]
        known = len(self.length)
        beyond = np.flatnonzero(numbers >= known)
        letters = self.letters[np.minimum(numbers, known - 1)]
        letters[beyond] = self.said[numbers[beyond] - known]
        return letters

    def read(self) -> Vocabulary:
        """The same when all cells have been read: without what was written."""
        return replace(self, raws=Raws.of(self.raws.prints[:0], pl.Series(self.raws.n[:0])))

    @cached_property
    def holed(self) -> npt.NDArray[np.bool_]:
        """Which names have lost one of their first characters."""
        holed: npt.NDArray[np.bool_] = (self.letters.first == HOLE).any(axis=1)
        return holed

    @property
    def narrow(self) -> Vocabulary:
        """The same names cut to `SHORT` characters, which few are longer than: what compares those need not look at blanks."""
        return replace(self, letters=self.letters.cut, sounds=self.sounds.cut, heards=self.heards.cut)

    def beside(self, other: Vocabulary, numbers: Integers) -> Vocabulary:
        """What is compared of all names, and behind them of those that have these numbers in `other`."""
        every = np.arange(len(self.length))
        letters, sounds, heards = (
            Signs.of(np.concatenate([ours[every], theirs[numbers]]))
            for ours, theirs in ((self.letters, other.letters), (self.sounds, other.sounds), (self.heards, other.heards))
        )
        length, surname_length = (
            np.concatenate([ours, theirs[numbers]])
            for ours, theirs in ((self.length, other.length), (self.surname_length, other.surname_length))
        )
        return replace(self, letters=letters, sounds=sounds, heards=heards, length=length, surname_length=surname_length)

    def number(self, raw: pl.Series) -> pl.Series:
        """Number of the name of each cell; null for null and for cells without a name."""
        there = raw.is_not_null().arg_true()
        named = self.raws.number(raw.drop_nulls().hash(RAW).to_numpy())
        return pl.repeat(None, len(raw), dtype=pl.UInt32, eager=True).alias("n").scatter(there, named) if raw.has_nulls() else named

    def keys(self, numbers: pl.Series, *wanted: str) -> pl.DataFrame:
        """The columns `wanted` of the names with these numbers, in their order; null for null."""
        return self.names.select(pl.col(wanted).gather(numbers))


def build(cells: Iterable[pl.Series]) -> Vocabulary:
    """The vocabulary of all names in `cells` (text columns as they came)."""
    every = pl.concat([cell.alias("raw").drop_nulls() for cell in cells], rechunk=True)
    raw = every.hash(RAW)
    once = raw.arg_unique()
    written, raw = every.gather(once), raw.gather(once)
    letters = spell(written)
    plain = names.are_plain(letters.first)
    plain[letters.long] = False
    name = unless(pl.Series(plain), written, _normalise)
    odd = np.flatnonzero(~plain)
    read = spell(name.gather(odd))
    letters.first[odd] = read.first
    letters = Signs(letters.first, odd[read.long], read.rest)
    spelt = letters.keys()
    order = _in_order(name, spelt)
    raw, name = raw.gather(order), name.gather(order)
    fresh = name.ne_missing(name.shift())
    raws = Raws.of(raw.to_numpy(), (fresh.cum_sum() - 1).cast(pl.UInt32).alias("n"))
    order = order[fresh.to_numpy()]
    known, letters, spelt = name.filter(fresh), letters.taken(order), spelt[order]
    sounds, heards = syllables(letters)
    length = known.str.len_chars().clip(upper_bound=WIDTH).cast(pl.Int8).to_numpy()
    compound = _starts(letters.first, names.COMPOUND) & (length > 2)
    first = np.where(compound, 2, 1).astype(np.int8)
    heard = heards.keys()
    keyed = {
        "spelt": spelt,
        "heard": heard,
        "surname": np.ascontiguousarray(heards.first[:, 0]),
        "given": _rest(spelt, letters.first, compound),
        "heard_given": _rest(heard, heards.first, compound),
    }
    table = pl.DataFrame({"name": known, "length": length, **keyed})
    alone = pl.col("length") <= pl.Series(first)
    table = table.with_columns(pl.when(alone).then(None).otherwise(pl.col(name)).alias(name) for name in ("given", "heard_given"))
    return Vocabulary(raws, table, letters, sounds, heards, length, first)


def _normalise(written: pl.Series) -> pl.Series:
    """`standards.names.normalise` of each distinct cell, without dots."""
    return written.to_frame("raw").select(name=names.normalise(pl.col("raw")).str.replace_all("·", "", literal=True))["name"]


def _in_order(name: pl.Series, spelt: Integers) -> Integers:
    """Where names stand in their order, by key and, where different names share one, by letters; nulls left out."""
    there = np.flatnonzero(name.is_not_null())
    order = there[order_of(spelt[there])]
    again = np.concatenate([[False], np.diff(spelt[order]) == 0])
    tied = np.flatnonzero(again | np.append(again[1:], False))
    told = pl.DataFrame({"at": order[tied], "spelt": spelt[order[tied]], "name": name.gather(order[tied])})
    order[tied] = told.sort("spelt", "name")["at"]
    return order


def _starts(letters: Letters, pairs: Iterable[str]) -> npt.NDArray[np.bool_]:
    """Which names start with one of these pairs of characters."""
    starts = np.zeros(len(letters), dtype=bool)
    at = np.flatnonzero(np.isin(letters[:, 0], [ord(pair[0]) for pair in pairs]))
    starts[at] = np.isin(letters[at, :2].astype(np.int64) @ (CODES, 1), [ord(pair[0]) * CODES + ord(pair[1]) for pair in pairs])
    return starts


def spell(words: pl.Series) -> Signs[np.uint32]:
    """Code points of each word; at most `WIDTH`."""
    codes = np.frombuffer(words.str.join("").item().encode("utf-32-le"), dtype=np.uint32)
    length = words.str.len_chars().fill_null(0).cast(pl.Int64).to_numpy()
    start, long = np.cumsum(length) - length, np.flatnonzero(length > SHORT)
    return Signs(_rows(codes, start, length, SHORT), long, _rows(codes, start[long] + SHORT, length[long] - SHORT, WIDTH - SHORT))


def _rows(codes: Letters, start: Integers, length: Integers, width: int) -> Letters:
    """So many of `codes` from these places on, one row each, zeros beyond their end; at most `width`."""
    rows = np.zeros((len(start), width), dtype=np.uint32)
    for at in range(width):
        there = np.flatnonzero(length > at)
        rows[there, at] = codes[start[there] + at]
    return rows


def key(codes: Letters | Sounds) -> Integers:
    """One number for each row of codes, a sum over its places; equal rows have equal ones, others differ but once in 2^64 pairs."""
    total = np.zeros(len(codes), dtype=np.uint64)
    for at, column in enumerate(codes.T):
        there = slice(None) if at < SHORT else np.flatnonzero(column)  # few names are longer
        total[there] += column[there] * PLACES[at]
    return total.view(np.int64)


def without(keys: Integers, codes: Letters | Sounds, at: int) -> Integers:
    """The keys of rows without the codes that stand at this place, which is left open."""
    left: Integers = (keys.view(np.uint64) - codes * PLACES[at]).view(np.int64)
    return left


def _rest(keys: Integers, codes: Letters | Sounds, compound: npt.NDArray[np.bool_]) -> Integers:
    """The keys of what follows the surname."""
    rest = without(keys, codes[:, 0], 0).view(np.uint64) * BACK
    rest[compound] = (rest[compound] - codes[compound, 1] * PLACES[0]) * BACK
    return rest.view(np.int64)


def syllables(letters: Signs[np.uint32]) -> tuple[Signs[np.uint16], Signs[np.uint16]]:
    """Numbers of the toneless syllable of each letter, and of the syllable as dialects merge it; surnames as they are read as such."""
    readings_of = _readings()
    codes, rest_codes = (np.minimum(part, CODES - 1) for part in (letters.first, letters.rest))
    readings_of.learn(codes, rest_codes)
    first, rest = readings_of.plain[codes], readings_of.plain[rest_codes]
    first[:, 0] = readings_of.surnames[codes[:, 0]]
    compound = np.flatnonzero(_starts(codes, names.COMPOUND))
    for (one, two), read_so in readings_of.compounds.items():
        first[compound[(codes[compound, :2] == (one, two)).all(axis=1)], :2] = read_so
    merged = readings_of.merged
    return Signs(first, letters.long, rest), Signs(merged[first], letters.long, merged[rest])


def read_alike(one: Letters, other: Letters) -> npt.NDArray[np.bool_]:
    """Whether characters of names that were met share a syllable in any way in which they are read: 茜 is xi and qian."""
    tables = _readings()
    one, other = np.minimum(one, CODES - 1), np.minimum(other, CODES - 1)
    first, second = tables.plain[one], tables.second[one]
    alike: npt.NDArray[np.bool_] = np.zeros(one.shape, dtype=bool)
    for theirs in (tables.plain[other], tables.second[other]):
        alike |= (theirs > 0) & ((first == theirs) | (second == theirs))
    return alike


class _Readings:
    """Tables of readings, filled as characters are met: of 42,000 that have one, a county's names use some thousands."""

    def __init__(self) -> None:
        self.plain = np.zeros(CODES, dtype=np.uint16)  # by code point: syllable
        self.surnames = self.plain.copy()  # the same at the head of a name
        self.second = self.plain.copy()  # the other syllable of those that are read in two ways
        self.merged = np.arange(1 << 16, dtype=np.uint16)  # by syllable: as dialects merge it; what is no syllable stays
        self._unread = count(UNREAD)
        self._met = np.zeros(CODES, dtype=bool)
        self._met[0] = True
        self._syllables: dict[str, int] = {}
        self._heard: dict[str, int] = {}
        self._take(sound for sounds in readings.SURNAMES.values() for sound in sounds.split(" "))
        heads = {head: [self._syllables[sound] for sound in sounds.split(" ")] for head, sounds in readings.SURNAMES.items()}
        self._heads = {ord(head): numbers[0] for head, numbers in heads.items() if len(head) == 1}
        self.compounds = {(ord(head[0]), ord(head[1])): (numbers[0], numbers[1]) for head, numbers in heads.items() if len(head) > 1}

    def learn(self, *codes: Letters) -> None:
        """Look up the characters that were not met before."""
        met = np.zeros(CODES, dtype=bool)
        for some in codes:
            met[some] = True
        fresh = np.flatnonzero(met & ~self._met).tolist()
        read = {code: sound for code in fresh if (sound := readings.syllable(code)) is not None}
        others = {code: sound for code in read if (sound := readings.second(code)) is not None}
        self._take([*read.values(), *others.values()])
        for code, sound in others.items():
            self.second[code] = self._syllables[sound]
        for code in fresh:
            self.plain[code] = self._syllables[read[code]] if code in read else next(self._unread)
            self.surnames[code] = self._heads.get(code, self.plain[code])
        self._met |= met

    def _take(self, sounds: Iterable[str]) -> None:
        """Number the syllables that were not met before."""
        fresh = list(dict.fromkeys(sound for sound in sounds if sound not in self._syllables))
        for sound, heard in zip(
            fresh, pl.Series("sound", fresh, pl.String).to_frame().select(readings.dialect(pl.col("sound"))).to_series(), strict=True
        ):
            number = self._syllables[sound] = len(self._syllables) + 1
            self.merged[number] = self._heard.setdefault(heard, len(self._heard) + 1)


@cache
def _readings() -> _Readings:
    """The readings met so far in this process."""
    return _Readings()
