"""Which of many keys may be among some others: one look at a table of bits each, where a join would have to find them all."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

BITS = 20  # a million places: several times as many as there are keys to be found
STEP = np.uint64(0x9E3779B97F4A7C15)  # an odd number with bits everywhere

Bools = npt.NDArray[np.bool_]
Keys = npt.NDArray[np.int64] | npt.NDArray[np.uint32]


def may_be(keys: Keys, among: Keys) -> Bools:
    """All of `keys` that are in `among`, and few of those that are not."""
    if not len(among):
        return np.zeros(len(keys), dtype=bool)
    there = np.zeros(1 << BITS, dtype=bool)
    there[_place(among)] = True
    found: Bools = there.take(_place(keys))
    return found


def sieved(keys: pl.Series, among: pl.Series) -> pl.Series:
    """`may_be` of columns of integers; null is nobody's key."""
    found = pl.Series("sieved", may_be(keys.fill_null(0).to_numpy(), among.drop_nulls().to_numpy()))
    return found & keys.is_not_null() if keys.has_nulls() else found


def _place(keys: Keys) -> npt.NDArray[np.int64]:
    """The first bits of each key, once all of its bits have been mixed."""
    mixed = (keys.view(np.uint64) if keys.dtype == np.int64 else keys.astype(np.uint64)) * STEP
    mixed >>= np.uint64(64 - BITS)
    return mixed.view(np.int64)
