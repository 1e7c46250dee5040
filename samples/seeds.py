"""Random numbers that stay the same: one generator for each seed and purpose, whatever else is drawn."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[Any]
Rng = np.random.Generator


def generator(seed: int, *labels: str) -> np.random.Generator:
    """A generator of its own for each use, so that a change in one place leaves the draws of all others as they were."""
    return np.random.default_rng([seed, *(zlib.crc32(label.encode()) for label in labels)])


def weighted(rng: np.random.Generator, weights: Sequence[float] | Texts, count: int) -> Ints:
    """`count` positions drawn by weight."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn: Ints = np.searchsorted(edges, rng.random(count) * edges[-1], side="right").astype(np.int64)
    return drawn


def by_age(age: Ints, edges: Sequence[int], values: Sequence[float]) -> Floats:
    """A value for each age: `values[i]` from `edges[i]` on, `edges` beginning with the lowest age."""
    return np.asarray(values, dtype=np.float64)[np.clip(np.searchsorted(np.asarray(edges), age, side="right") - 1, 0, None)]


def texts(values: Texts, where: Bools | None = None) -> pl.Series:
    """An array of Python strings as a Polars column, null except `where`."""
    column = pl.Series(values.tolist(), dtype=pl.String)
    return column if where is None else column.zip_with(pl.Series(where), pl.Series([None], dtype=pl.String).new_from_index(0, len(column)))
