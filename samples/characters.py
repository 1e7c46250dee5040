"""Strings as tables of characters, so that many of them can be changed at once at places of their own."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from samples.seeds import Bools, Ints, Rng, Texts

WIDTH = 24


def split(values: pl.Series, width: int = WIDTH) -> Texts:
    """One row of single characters per value, padded with empty ones; nulls are all empty."""
    return values.fill_null("").to_numpy().astype(f"U{width}").view("U1").reshape(len(values), width)


def join(characters: Texts) -> pl.Series:
    """The values again; an empty row is null."""
    whole = np.ascontiguousarray(characters).view(f"U{characters.shape[1]}").ravel()
    return pl.Series(whole.tolist(), dtype=pl.String).replace("", None)


def pick(rng: Rng, allowed: Bools) -> Ints:
    """One of the allowed columns in each row, at random; -1 where none is."""
    luck = rng.random(allowed.shape) * allowed
    column: Ints = luck.argmax(axis=1)
    return np.where(allowed.any(axis=1), column, -1)


def replace_one(rng: Rng, values: pl.Series, variants: Mapping[str, str], *, keep_first: float = 0.5) -> pl.Series:
    """Each value with one character that has variants replaced by one of them; unchanged where no character has.

    The first character (the surname) is left alone in the share `keep_first` of the values whenever another one would do.
    """
    characters = split(values)
    keys = np.array(sorted(variants))
    longest = max(len(rest) for rest in variants.values())
    table = np.array([list(variants[key].ljust(longest)) for key in keys])
    sizes = np.array([len(variants[key]) for key in keys])
    at = np.clip(np.searchsorted(keys, characters), 0, len(keys) - 1)
    known = keys[at] == characters
    later = known.copy()
    later[:, 0] &= rng.random(len(known)) >= keep_first
    column = pick(rng, np.where(later.any(axis=1)[:, None], later, known))
    rows = np.flatnonzero(column >= 0)
    entry = at[rows, column[rows]]
    characters[rows, column[rows]] = table[entry, rng.integers(0, sizes[entry])]
    return join(characters)
