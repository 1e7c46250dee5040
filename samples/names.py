"""Names of people, drawn for many at once: surname, generation character of the lineage, given name by time of birth and sex."""

from __future__ import annotations

import numpy as np

from samples import name_tables as tables
from samples.seeds import Bools, Floats, Ints, Texts, weighted

_PERIODS = sorted({year for year, _ in tables.GIVEN})
_SINGLE = dict(zip(_PERIODS, (0.05, 0.06, 0.16, 0.24, 0.24, 0.14, 0.09), strict=True))  # share of names with one given character
_WHOLE_SHARE = 0.03


def surname_weights() -> tuple[Texts, Floats]:
    """All surnames of the county and their weights."""
    words = tables.SURNAMES.split()
    return np.array(words[::2], dtype=object), np.array(words[1::2], dtype=np.float64)


def surnames(rng: np.random.Generator, count: int) -> Texts:
    """Surnames of people who may come from anywhere around; one in 400 is rare."""
    words, weights = surname_weights()
    drawn = words[weighted(rng, weights, count)]
    rare = np.array(tables.RARE_SURNAMES.split(), dtype=object)
    return np.where(rng.random(count) < 1 / 400, rare[rng.integers(0, len(rare), count)], drawn)


def given_names(rng: np.random.Generator, male: Bools, birth_year: Ints, shared: Texts) -> Texts:
    """Given names. `shared` is the generation character that a person must carry, or empty.

    It stands first in nine of ten names and last in the others. One name in 150 has a rare character.
    """
    names = np.empty(len(male), dtype=object)
    period = np.asarray(_PERIODS)[np.clip(np.searchsorted(_PERIODS, birth_year, side="right") - 1, 0, None)]
    for year in _PERIODS:
        for sex in ("男", "女"):
            mine = np.flatnonzero((period == year) & (male == (sex == "男")))
            names[mine] = _drawn(rng, year, sex, shared[mine])
    return names


def _drawn(rng: np.random.Generator, year: int, sex: str, shared: Texts) -> Texts:
    count = len(shared)
    characters = np.array(tables.GIVEN[year, sex].split(), dtype=object)
    rare = np.array(tables.RARE_GIVEN.split(), dtype=object)
    weights = 1.0 / (np.arange(len(characters)) + 22.0)
    one, two = (characters[weighted(rng, weights, count)] for _ in range(2))
    two = np.where(rng.random(count) < 1 / 150, rare[rng.integers(0, len(rare), count)], two)
    has_shared = shared != ""
    first = np.where(has_shared & (rng.random(count) < 0.9), shared, one)
    second = np.where(has_shared & (first != shared), shared, two)
    names = np.where((rng.random(count) < _SINGLE[year]) & ~has_shared, second, first + second)
    whole = np.array(tables.WHOLE[year, sex].split(), dtype=object)
    return np.where((rng.random(count) < _WHOLE_SHARE) & ~has_shared, whole[rng.integers(0, len(whole), count)], names)


def dotted_names(rng: np.random.Generator, count: int) -> Texts:
    """Names of two parts with the middle dot `·`, as peoples of the south-west and north-west write them."""
    first, second = (np.array(words.split(), dtype=object) for words in (tables.DOTTED_FIRST, tables.DOTTED_SECOND))
    joined: Texts = first[rng.integers(0, len(first), count)] + "·" + second[rng.integers(0, len(second), count)]
    return joined


def generation_characters(lineage: Ints, generation: Ints) -> Texts:
    """The character that the poem of a lineage (a number) gives to a generation (counted from about 1900)."""
    poems = np.array([(poem * 4)[:40] for poem in tables.GENERATIONS], dtype="U40").view("U1").reshape(len(tables.GENERATIONS), 40)
    start = lineage // len(tables.GENERATIONS) % 7
    drawn: Texts = poems[lineage % len(tables.GENERATIONS), np.clip(start + generation, 0, 39)].astype(object)
    return drawn
