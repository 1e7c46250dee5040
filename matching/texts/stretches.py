"""Stretches of texts that are, or may be, names of people of the register.

A text is cut into every stretch of two to twelve characters; stretches are joined with the names of the village that the text names (or of
its town, or of those whose telephone it gives) as they are written, as they are heard, with one character otherwise, in another order,
and as nicknames. Which of these is meant is for `texts.spoken` to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl

from matching.compare.names import DIMINUTIVES
from matching.pairs import distinct, joint, parted
from matching.prepare.heard import TELEPHONES
from matching.prepare.vocabulary import CODES, HOLE, PLACES, WIDTH, Integers, Letters, Signs, Sounds, Vocabulary, key, syllables, without
from matching.sieve import Bools, may_be, sieved

SHORT = 2  # characters of a name that may be a word
COUNTY_LENGTH = 3  # characters of a name that is looked for where no place is known: two-character stretches are names everywhere
LONG_NAME = 8  # characters of names that are looked for with one of them otherwise
MANY = 100_000  # people who are more than this are sieved by their names
NOWHERE = -1
APART = 0x2545F4914F6CDD1D  # an odd number with bits everywhere: keys of one name in two places differ


@dataclass(frozen=True)
class Stretches:
    """Every stretch of Han characters, lost ones (`HOLE`) among them, of some texts.

    `text`, `start`: where a Han character stands that another one follows, and `letters`: what stands from there on, one row each, zeros
    beyond the Han characters. `at`, `length`: of each stretch, the row where it begins, and its characters.
    """

    text: Integers
    start: Integers
    letters: Letters
    at: Integers
    length: Integers

    def keys(self, codes: Letters | Sounds) -> Integers:
        """The key of each stretch (`vocabulary.key`) by what stands in `codes`, parallel to `letters`."""
        keys: Integers = np.cumsum(codes * PLACES, axis=1).view(np.int64)[self.at, self.length - 1]
        return keys


def stretches_of(texts: pl.Series) -> Stretches:
    """The stretches of these texts."""
    width = int(texts.str.len_chars().max() or 0)  # type: ignore[arg-type]
    codes = np.array(texts.to_list(), dtype=f"U{max(width, 1)}").view(np.uint32).reshape(len(texts), -1)
    codes = np.concatenate([codes * (are_han(codes) | (codes == HOLE)), np.zeros((len(codes), WIDTH), dtype=np.uint32)], axis=1)
    text, start = np.nonzero((codes[:, :-1] > 0) & (codes[:, 1:] > 0))
    letters = np.lib.stride_tricks.sliding_window_view(codes, WIDTH, axis=1)[text, start]
    letters *= np.logical_and.accumulate(letters > 0, axis=1)
    at, beyond = np.nonzero(letters[:, 1:])
    return Stretches(text, start, letters, at, beyond + 2)


def are_han(codes: Letters) -> Bools:
    """Which code points are Han characters."""
    han: Bools = (codes >= 0x3400) & (codes < CODES)
    return han


class Scope(NamedTuple):
    """People (their number, their name) among whom stretches are looked for: those who are where the text of the stretch asks for them."""

    p: Integers
    n: Integers
    where: Integers
    asked: Integers  # of each stretch; or `NOWHERE`

    def longer(self, length: int, vocabulary: Vocabulary) -> Scope:
        """Those whose name has more characters."""
        longer = np.flatnonzero(vocabulary.length[self.n] > length)
        return self._replace(p=self.p[longer], n=self.n[longer], where=self.where[longer])


def found_in(texts: pl.DataFrame, people: pl.DataFrame, called: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """m, start, length, stretch, p: people whose names, or what they may be called, stand in the texts.

    `people`: p, n, village, town; `called`: m, p, n of those whose telephone a text gives.
    """
    stretches = stretches_of(texts["text"])
    text = stretches.text[stretches.at]
    village, town, m = (_places(texts[name])[text] for name in ("village", "town", "m"))
    p, n, home, home_town = (_places(people[name]) for name in ("p", "n", "village", "town"))
    long = stretches.length >= COUNTY_LENGTH
    owner, owner_n, by_whom = (_places(called[name]) for name in ("p", "n", "m"))
    here, owners = Scope(p, n, home, village), Scope(owner, owner_n, by_whom, m)
    around = Scope(p, n, home_town, np.where(long | (village == NOWHERE), town, NOWHERE))
    anywhere = Scope(p, n, np.zeros_like(p), np.where(long & (town == NOWHERE), 0, NOWHERE))
    heards = syllables(Signs.of(stretches.letters))[1][np.arange(len(stretches.letters))]
    spelt, heard = stretches.keys(stretches.letters), stretches.keys(heards)
    every = np.arange(len(text))
    found = [
        _met(every, spelt, vocabulary.names["spelt"].to_numpy(), [here, around, anywhere]),
        _met(every, heard, vocabulary.names["heard"].to_numpy(), [here]),
        _one_otherwise(stretches, spelt, [here, owners], vocabulary),
        _swapped(stretches, [here, owners], vocabulary),
        _nicknames(stretches, spelt, [here, owners], vocabulary),
    ]
    hits = pl.concat(found).select(joint("s", "p")).unique().select(*parted("s", "p"))
    once, which = distinct(hits["s"].cast(pl.Int64).to_numpy())
    said = texts.select("m", "text")[text[once]].with_columns(
        start=pl.Series(stretches.start[stretches.at[once]]), length=pl.Series(stretches.length[once]).cast(pl.Int8)
    )
    said = said.select("m", "start", "length", stretch=pl.col("text").str.slice("start", "length"))
    return said[which].with_columns(hits["p"])


def _places(numbers: pl.Series) -> Integers:
    """A column of numbers, `NOWHERE` for null."""
    return numbers.cast(pl.Int64).fill_null(NOWHERE).to_numpy()


def _met(which: Integers, keys: Integers, known: Integers, scopes: Iterable[Scope], names: Integers | None = None) -> pl.DataFrame:
    """The stretches `which` (s) with the people (p) of each scope whose name has the key of the stretch.

    `keys`: parallel to `which`; `known`: of every name of the vocabulary; `names`: those that come into question, if not all.
    """
    some = slice(None) if names is None else names
    found = []
    for scope in scopes:
        place = scope.asked.take(which)
        asked = np.flatnonzero(place != NOWHERE)
        named = np.zeros(len(known), dtype=bool)
        named[some] = may_be(known[some], keys.take(asked)) if len(scope.n) > MANY else True
        people = np.flatnonzero(named.take(scope.n))
        ours = keys.take(asked) + place.take(asked) * APART
        theirs = known.take(scope.n.take(people)) + scope.where.take(people) * APART
        met, meets = np.flatnonzero(may_be(ours, theirs)), np.flatnonzero(may_be(theirs, ours))
        stretches = pl.DataFrame({"key": ours[met], "s": which[asked[met]]})
        bearers = pl.DataFrame({"key": theirs[meets], "p": scope.p[people[meets]]})
        found.append(stretches.join(bearers, on="key").select("s", "p"))
    return pl.concat(found)


def _one_otherwise(stretches: Stretches, spelt: Integers, scopes: list[Scope], vocabulary: Vocabulary) -> pl.DataFrame:
    """Stretches of three characters and more that are a name of a scope but for one character."""
    found = []
    known = vocabulary.names["spelt"].to_numpy()
    for blank in range(LONG_NAME):
        if blank == COUNTY_LENGTH:  # few have a name that is longer
            scopes = [scope.longer(blank, vocabulary) for scope in scopes]
        least = max(COUNTY_LENGTH, blank + 1)
        asked, fits = (np.flatnonzero((length >= least) & (length <= LONG_NAME)) for length in (stretches.length, vocabulary.length))
        opened = known.copy()
        opened[fits] = without(known[fits], vocabulary.letters.at(blank)[fits], blank)
        ours = without(spelt[asked], stretches.letters[stretches.at[asked], blank], blank)
        found.append(_met(asked, ours, opened, scopes, fits))
    return pl.concat(found)


def _swapped(stretches: Stretches, scopes: list[Scope], vocabulary: Vocabulary) -> pl.DataFrame:
    """Stretches of three characters that are those of a name of a scope in another order."""
    asked, fits = (np.flatnonzero(length == COUNTY_LENGTH) for length in (stretches.length, vocabulary.length))
    return _met(asked, _bags(stretches.letters[stretches.at[asked]]), _bags(vocabulary.letters.first), scopes, fits)


def _bags(letters: Letters) -> Integers:
    """Keys of names of three characters, whatever their order."""
    one, two, three = (letters[:, at] for at in range(COUNTY_LENGTH))
    least, most = np.minimum(np.minimum(one, two), three), np.maximum(np.maximum(one, two), three)
    return key(np.stack([least, one + two + three - least - most, most], axis=1))


def _nicknames(stretches: Stretches, spelt: Integers, scopes: list[Scope], vocabulary: Vocabulary) -> pl.DataFrame:
    """Stretches such as 小明, 明明 and 建国 with the people of a scope who have the character, or these two, in their given names."""
    two = np.flatnonzero(stretches.length == COUNTY_LENGTH - 1)
    first, second = stretches.letters[stretches.at[two], :2].T
    called = np.flatnonzero(np.isin(first, DIMINUTIVES) | (first == second))
    letters = [vocabulary.letters.at(at).astype(np.int64) for at in (1, 2)]
    found = [_met(two[called], second[called].astype(np.int64), known, scopes) for known in letters]
    given = key(vocabulary.letters.first[:, 1:COUNTY_LENGTH])
    return pl.concat([*found, _met(two, spelt[two], given, scopes, np.flatnonzero(vocabulary.length == COUNTY_LENGTH))])


def called_by_phone(texts: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """m, p, n: people who have one of the telephone numbers that `texts` (m, phone, phone_told) give."""
    given = pl.concat(texts.select("m", phone=name).drop_nulls("phone") for name in ("phone", "phone_told"))
    owners = (people.select("p", "n", phone=name).filter(sieved(people[name], given["phone"])) for name in TELEPHONES)
    return given.join(pl.concat(owners), on="phone").drop("phone")
