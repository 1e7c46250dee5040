"""Every name of a month once, numbered, in the form in which names are compared: letters, syllables, and keys to join on.

Names of rows and of the register are brought to their normal form here, without dots, and get a number `n`; everything else about a name
is looked up by that number. So a name that stands in ten thousand rows is read, and compared with another, once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from standards import names
from standards import pinyin as readings

WIDTH = 12  # characters that count; longer names are cut
HOLE = ord(names.HOLE)
CODES = 0x30000  # code points of the planes that have Han characters
UNREAD = 4096  # added to the code point of what has no reading, beyond all syllables
STEP = np.uint64(0x9E3779B97F4A7C15)  # an odd number with bits everywhere, so that keys of different names differ

Letters = npt.NDArray[np.uint32]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Vocabulary:
    """Names by number.

    Attributes:
        raws: `raw`, `n`: what was written, and the name that it is; null where it is none.
        names: `n`, `name`, `length`, `sound`, `heard` (keys of the whole name by toneless syllable, and as dialects merge them),
            `surname` (heard syllable of the first character), `given`, `heard_given` (keys of what follows the surname).
        letters: code points, one row per name, 0 beyond its end.
        sounds: numbers of toneless syllables, one row per name.
        heards: numbers of syllables as dialects merge them, one row per name.
        length: characters of each name.
        surname_length: characters of each surname.
    """

    raws: pl.DataFrame
    names: pl.DataFrame
    letters: Letters
    sounds: Letters
    heards: Letters
    length: npt.NDArray[np.int8]
    surname_length: npt.NDArray[np.int8]

    def number(self, raw: pl.Series) -> pl.Series:
        """Number of the name of each cell; null for null and for cells without a name."""
        return raw.alias("raw").to_frame().join(self.raws, on="raw", how="left", maintain_order="left")["n"]

    def keys(self, numbers: pl.Series, *wanted: str) -> pl.DataFrame:
        """The columns `wanted` of the names with these numbers, in their order; null for null."""
        return self.names.select(wanted)[numbers.fill_null(0)].select(
            pl.when(numbers.is_not_null()).then(pl.col(name)).alias(name) for name in wanted
        )


def build(cells: Iterable[pl.Series]) -> Vocabulary:
    """The vocabulary of all names in `cells` (text columns as they came)."""
    written = pl.concat([cell.alias("raw").to_frame() for cell in cells], rechunk=False)["raw"].unique().drop_nulls()
    normal = written.to_frame().with_columns(name=_normalise(written))
    known = normal["name"].drop_nulls().unique().sort()
    raws = normal.join(known.to_frame().with_row_index("n"), on="name", how="left").select("raw", "n")
    letters = spell(known)
    sounds, heards = syllables(letters)
    length = (letters != 0).sum(axis=1).astype(np.int8)
    compound = known.str.slice(0, 2).is_in(names.COMPOUND).to_numpy() & (length > 2)
    first = np.where(compound, 2, 1).astype(np.int8)
    keyed = {
        "sound": key(sounds),
        "heard": key(heards),
        "surname": heards[:, 0].astype(np.int64),
        "given": key(_rest(letters, compound)),
        "heard_given": key(_rest(heards, compound)),
    }
    table = pl.DataFrame({"name": known, "length": length, **keyed}).with_row_index("n")
    alone = pl.col("length") <= pl.Series(first)
    return Vocabulary(
        raws,
        table.with_columns(pl.when(alone).then(None).otherwise(pl.col(name)).alias(name) for name in ("given", "heard_given")),
        letters, sounds, heards, length, first,
    )  # fmt: skip


def _normalise(written: pl.Series) -> pl.Series:
    """`standards.names.normalise` of each distinct cell, without dots."""
    return written.to_frame("raw").select(name=names.normalise(pl.col("raw")).str.replace_all("·", "", literal=True))["name"]


def spell(words: pl.Series) -> Letters:
    """Code points of each word, one row a word, zeros beyond its end; at most `WIDTH`."""
    return np.array(words.to_list(), dtype=f"U{WIDTH}").view(np.uint32).reshape(len(words), WIDTH)


def key(codes: Letters) -> Integers:
    """One number for each row of codes; equal rows have equal ones, and different rows different ones but once in 2^64 pairs."""
    total = np.zeros(len(codes), dtype=np.uint64)
    for column in codes.T:
        total = (total ^ column.astype(np.uint64)) * STEP
        total ^= total >> np.uint64(29)
    return total.view(np.int64)


def _rest(codes: Letters, compound: npt.NDArray[np.bool_]) -> Letters:
    """Codes after the surname."""
    rest = np.zeros_like(codes)
    rest[:, :-1] = codes[:, 1:]
    rest[compound, :-2] = codes[compound, 2:]
    rest[compound, -2:] = 0
    return rest


def syllables(letters: Letters) -> tuple[Letters, Letters]:
    """Numbers of the toneless syllable of each letter, and of the syllable as dialects merge it; surnames as they are read as such."""
    readings_of = _readings()
    codes = np.minimum(letters, CODES - 1)
    readings_of.learn(codes)
    sounds = readings_of.plain[codes]
    sounds[:, 0] = readings_of.surnames[codes[:, 0]]
    for (one, two), (sound_one, sound_two) in readings_of.compounds.items():
        at = (letters[:, 0] == one) & (letters[:, 1] == two)
        sounds[at, 0], sounds[at, 1] = sound_one, sound_two
    heards = np.where(sounds < UNREAD, readings_of.merged[np.minimum(sounds, UNREAD - 1)], sounds)
    return sounds, heards


class _Readings:
    """Tables of readings, filled as characters are met: of 42,000 that have one, a county's names use some thousands."""

    def __init__(self) -> None:
        self.plain = np.arange(CODES, dtype=np.uint32) + UNREAD  # by code point: syllable
        self.plain[0] = 0
        self.surnames = self.plain.copy()  # the same at the head of a name
        self.merged = np.zeros(UNREAD, dtype=np.uint32)  # by syllable: as dialects merge it
        self._met = np.zeros(CODES, dtype=bool)
        self._met[0] = True
        self._syllables: dict[str, int] = {}
        self._heard: dict[str, int] = {}
        self._take(sound for sounds in readings.SURNAMES.values() for sound in sounds.split(" "))
        heads = {head: [self._syllables[sound] for sound in sounds.split(" ")] for head, sounds in readings.SURNAMES.items()}
        self._heads = {ord(head): numbers[0] for head, numbers in heads.items() if len(head) == 1}
        self.compounds = {(ord(head[0]), ord(head[1])): (numbers[0], numbers[1]) for head, numbers in heads.items() if len(head) > 1}

    def learn(self, codes: Letters) -> None:
        """Look up the characters that were not met before."""
        met = np.zeros(CODES, dtype=bool)
        met[codes] = True
        fresh = np.flatnonzero(met & ~self._met).tolist()
        read = {code: sound for code in fresh if (sound := readings.syllable(code)) is not None}
        self._take(read.values())
        for code in fresh:
            if code in read:
                self.plain[code] = self.surnames[code] = self._syllables[read[code]]
            self.surnames[code] = self._heads.get(code, self.surnames[code])
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
