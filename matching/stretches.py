"""Stretches of texts that are, or may be, names of people of the register.

A text is cut into every stretch of two to twelve characters; stretches are joined with the names of the village that the text names (or of
its town, or of those whose telephone it gives) as they are written, as they are heard, with one character otherwise, in another order,
and as nicknames. Which of these is meant is for `matching.spoken` to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import polars as pl

from matching.compare.names import DIMINUTIVES
from matching.sieve import Bools, may_be, sieved
from matching.vocabulary import CODES, HOLE, WIDTH, Integers, Letters, Signs, Vocabulary, key, syllables, without

LENGTHS = tuple(range(2, WIDTH + 1))
HIT = ("m", "s", "p", "n", "start", "length")
COUNTY_LENGTH = 3  # characters of a name that is looked for where no place is known: two-character stretches are names everywhere
AROUND = 24  # characters before and behind a stretch that are looked at: a village, a telephone in brackets
LONG_NAME = 8  # characters of names that are looked for with one of them otherwise
MANY = 10_000  # people who are more than this are sieved by their names


def stretches_of(texts: pl.DataFrame) -> tuple[pl.DataFrame, Letters]:
    """Every stretch of Han and lost characters (`HOLE`): at (of the text), start, length; and their letters, one row a stretch."""
    width = int(texts["text"].str.len_chars().max() or 0)  # type: ignore[arg-type]
    codes = np.array(texts["text"].to_list(), dtype=f"U{max(width, 1)}").view(np.uint32).reshape(texts.height, -1)
    codes = np.concatenate([codes, np.zeros((len(codes), WIDTH), dtype=np.uint32)], axis=1)
    han = are_han(codes) | (codes == HOLE)
    parts, letters = [], []
    for length in LENGTHS:
        inside = np.logical_and.reduce([han[:, at : han.shape[1] - WIDTH + at] for at in range(length)])
        text, start = np.nonzero(inside)
        taken = np.zeros((len(text), WIDTH), dtype=np.uint32)
        for at in range(length):
            taken[:, at] = codes[text, start + at]
        parts.append(pl.DataFrame({"at": text, "start": start, "length": np.full(len(text), length, dtype=np.int8)}))
        letters.append(taken)
    return pl.concat(parts), np.concatenate(letters)


def are_han(codes: Letters) -> Bools:
    """Which code points are Han characters."""
    han: Bools = (codes >= 0x3400) & (codes < CODES)
    return han


def found_in(texts: pl.DataFrame, people: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """m, p, n, stretch, start, length: people whose names, or what they may be called, stand in the texts."""
    stretches, letters = stretches_of(texts)
    told = stretches.with_columns(spelt=key(letters), heard=syllables(Signs.of(letters))[1].keys()).with_row_index("s")
    told = pl.concat([told, texts.select("m", "village", "town", "phone", "phone_told")[told["at"]]], how="horizontal")
    spelt, heard = (vocabulary.names[keys] for keys in ("spelt", "heard"))
    long = told.filter(pl.col("length") >= COUNTY_LENGTH)
    in_county = long.join(_bearers(people.select("p", "n", "town"), spelt, long["spelt"]), on="spelt", suffix="_p")
    in_county = in_county.filter(pl.col("town").is_null() | (pl.col("town") == pl.col("town_p")))
    county = Scope(people, "village")
    exact_here = _met(told.filter(pl.col("village").is_not_null()), [county], spelt)
    exact_town = _met(told.filter(pl.col("village").is_null() & (pl.col("length") < COUNTY_LENGTH)), [Scope(people, "town")], spelt)
    sounding = _met(told, [county], heard)
    scopes = [county, Scope(called_by_phone(texts.select("m", "phone", "phone_told"), people), "m")]
    fuzzy = [ways(told, letters, scopes, vocabulary) for ways in (_one_otherwise, _swapped, _nicknames)]
    hits = pl.concat([in_county.select(HIT), exact_here, exact_town, sounding, *fuzzy]).unique()
    text = texts.select("m", "text").join(hits, on="m")
    return text.with_columns(
        name=vocabulary.names["name"][text["n"]],
        stretch=pl.col("text").str.slice(pl.col("start"), pl.col("length")),
        before=pl.col("text").str.slice((pl.col("start") - AROUND).clip(0), pl.min_horizontal("start", AROUND)),
        behind=pl.col("text").str.slice(pl.col("start") + pl.col("length"), AROUND),
    ).drop("text", "s")


class Scope(NamedTuple):
    """People (p, n and others) among whom a stretch is looked for, and by what: those of its village or town, or of its own row (m)."""

    people: pl.DataFrame
    where: str


def _met(told: pl.DataFrame, scopes: Iterable[Scope], keys: pl.Series, names: Integers | None = None) -> pl.DataFrame:
    """The stretches of `told` (`HIT`) with the people of each scope whose name has the key of the stretch.

    `keys`: of every name of the vocabulary, under the name that they have in `told`; `names`: those that come into question, if not all.
    """
    found = []
    for people, where in scopes:
        bearers = _bearers(people.select("p", "n", where), keys, told[keys.name], names)
        asked = told.select("m", "s", "start", "length", keys.name, *{where} - {"m"})
        asked = asked.filter(
            pl.Series(may_be(told[keys.name].to_numpy(), bearers[keys.name].to_numpy()))
        )  # by one key first: few stretches are left
        found.append(asked.join(bearers, on=[where, keys.name]).select(HIT))
    return pl.concat(found)


def _bearers(people: pl.DataFrame, keys: pl.Series, asked: pl.Series, names: Integers | None = None) -> pl.DataFrame:
    """Those of `people` whose name has one of the keys asked for, and few others, with the key. For `keys` and `names` see `_met`."""
    n = people["n"].to_numpy()
    some = slice(None) if names is None else names
    named = np.zeros(len(keys), dtype=bool)
    named[some] = may_be(keys.to_numpy()[some], asked.to_numpy()) if len(n) > MANY else True
    at = np.flatnonzero(named.take(n))
    return people[at].with_columns(keys.gather(n[at]))


def _one_otherwise(told: pl.DataFrame, letters: Letters, scopes: list[Scope], vocabulary: Vocabulary) -> pl.DataFrame:
    """Stretches of three characters and more that are a name of a scope but for one character."""
    found = []
    spelt = vocabulary.names["spelt"].to_numpy()
    for blank in range(LONG_NAME):
        if blank == COUNTY_LENGTH:  # few have a name that is longer
            told, scopes = told.filter(pl.col("length") > blank), [_longer(scope, blank, vocabulary) for scope in scopes]
        lengths = (max(COUNTY_LENGTH, blank + 1), LONG_NAME)
        asked = told.filter(pl.col("length").is_between(*lengths))
        asked = asked.with_columns(open=pl.Series(without(asked["spelt"].to_numpy(), letters[asked["s"].to_numpy(), blank], blank)))
        fits = np.flatnonzero((vocabulary.length >= lengths[0]) & (vocabulary.length <= lengths[1]))
        at_place = vocabulary.letters.at(blank)
        if blank < COUNTY_LENGTH:
            opened = without(spelt, at_place, blank)
        else:
            opened = spelt.copy()
            opened[fits] = without(spelt[fits], at_place[fits], blank)
        found.append(_met(asked, scopes, pl.Series("open", opened), fits))
    return pl.concat(found)


def _longer(scope: Scope, length: int, vocabulary: Vocabulary) -> Scope:
    """Those of the scope whose name has more characters."""
    return Scope(scope.people.filter(pl.Series(vocabulary.length[scope.people["n"].to_numpy()] > length)), scope.where)


def _swapped(told: pl.DataFrame, letters: Letters, scopes: list[Scope], vocabulary: Vocabulary) -> pl.DataFrame:
    """Stretches of three characters that are those of a name of a scope in another order."""
    asked = told.filter(pl.col("length") == COUNTY_LENGTH)
    asked = asked.with_columns(bag=_bags(letters.take(asked["s"].to_numpy(), axis=0)))
    return _met(asked, scopes, _bags(vocabulary.letters.first).alias("bag"), np.flatnonzero(vocabulary.length == COUNTY_LENGTH))


def _bags(letters: Letters) -> pl.Series:
    """Keys of names of three characters, whatever their order."""
    one, two, three = (letters[:, at] for at in range(COUNTY_LENGTH))
    least, most = np.minimum(np.minimum(one, two), three), np.maximum(np.maximum(one, two), three)
    return pl.Series(key(np.stack([least, one + two + three - least - most, most], axis=1)))


def _nicknames(told: pl.DataFrame, letters: Letters, scopes: list[Scope], vocabulary: Vocabulary) -> pl.DataFrame:
    """Stretches such as 小明, 明明 and 建国 with the people of a scope who have the character, or these two, in their given names."""
    two = told.filter(pl.col("length") == COUNTY_LENGTH - 1)
    pair = letters.take(two["s"].to_numpy(), axis=0)
    fits = np.isin(pair[:, 0], DIMINUTIVES) | (pair[:, 0] == pair[:, 1])
    called = two.with_columns(letter=pl.Series(pair[:, 1])).filter(pl.Series(fits))
    found = [_met(called, scopes, pl.Series("letter", vocabulary.letters.at(at))) for at in (1, 2)]
    given = pl.Series("spelt", key(vocabulary.letters.first[:, 1:COUNTY_LENGTH]))
    return pl.concat([*found, _met(two, scopes, given, np.flatnonzero(vocabulary.length == COUNTY_LENGTH))])


def called_by_phone(texts: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """`texts` (m, phone, phone_told and others) with p, n of those who have one of the telephone numbers."""
    given = texts.with_columns(phone=pl.concat_list("phone", "phone_told")).explode("phone").drop_nulls("phone")
    owners = (people.select("p", "n", phone=name).filter(sieved(people[name], given["phone"])) for name in ("phone", "household_phone"))
    return given.join(pl.concat(owners), on="phone").drop("phone", "phone_told")
