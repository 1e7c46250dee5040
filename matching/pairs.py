"""Two numbers in one: joining, grouping and sorting by one integer costs a third of doing it by two columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

HALF = 1 << 32

Codes = npt.NDArray[np.int64]


def joint(one: str, other: str) -> pl.Expr:
    """`pair`: two columns of numbers below 2^32 as one integer, ordered as they are; null where one is."""
    return (pl.col(one).cast(pl.UInt64) * HALF + pl.col(other).cast(pl.UInt64)).alias("pair")


def parted(one: str, other: str) -> tuple[pl.Expr, pl.Expr]:
    """The two columns of `pair`."""
    return (pl.col("pair") // HALF).cast(pl.UInt32).alias(one), (pl.col("pair") % HALF).cast(pl.UInt32).alias(other)


def houses(pairs: pl.DataFrame) -> Codes:
    """Numbers from 0 of what `pairs` (m, h) are about, a row and a household; those of one must follow each other."""
    m, h = pairs["m"].to_numpy(), pairs["h"].to_numpy()
    fresh = np.ones(len(m), dtype=bool)
    fresh[1:] = (m[1:] != m[:-1]) | (h[1:] != h[:-1])
    return np.cumsum(fresh) - 1


def having(groups: Codes, at: Codes) -> npt.NDArray[np.bool_]:
    """Which of `groups` (numbers from 0, in order) are those of any of the places `at`."""
    there = np.zeros(int(groups[-1]) + 1 if len(groups) else 0, dtype=bool)
    there[groups[at]] = True
    having: npt.NDArray[np.bool_] = there[groups]
    return having


def together(groups: Codes, asked: Codes) -> tuple[Codes, Codes]:
    """What is of one group with each of `asked` (numbers from 0): places in `asked`, and those in `groups` (the same numbers, in order)."""
    times = np.bincount(groups, minlength=int(asked.max(initial=0)) + 1)
    many = times[asked]
    which = np.repeat(np.arange(len(asked)), many)
    first = (np.cumsum(times) - times)[asked] - (np.cumsum(many) - many)
    return which, np.arange(len(which)) + np.repeat(first, many)
