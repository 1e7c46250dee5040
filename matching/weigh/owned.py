"""About whom each list has a certain row: kept as bits, so that a county's people and all its lists fit into little memory."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.pairs import fresh, joint, parted
from matching.weigh.namesakes import Codes, Floats

Bits = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Owned:
    """About whom the lists have a certain row (`once`), about whom several (`again`), and the share of the register's people per list.

    One row a person, one bit a list.
    """

    once: Bits
    again: Bits
    shares: Floats

    def judge(self, vectors: pl.DataFrame) -> pl.DataFrame:
        """`vectors` (feed, p, and `own`: whether the row itself is the certain one) with `again`: 0 free, 1 taken by another row."""
        feed, person = vectors["feed"].to_numpy(), vectors["p"].to_numpy()
        own = vectors["own"].fill_null(value=False).to_numpy()
        taken = _read(self.once, feed, person)
        taken[own] = _read(self.again, feed[own], person[own])
        return vectors.with_columns(again=pl.Series(taken.view(np.int8)))


def owned(sure: pl.DataFrame, feeds: int, people: int) -> Owned:
    """From the certain rows: feed (its number), p."""
    pairs = sure.select(joint("feed", "p")).to_series().sort()
    first = fresh(pairs.to_numpy())
    once, again = (pairs.filter(pl.Series(some)).to_frame().select(*parted("feed", "p")) for some in (first, ~first))
    covered = np.bincount(once["feed"].to_numpy(), minlength=feeds)
    shares = np.clip((covered + 0.5) / (people + 1), 1e-9, 0.999)
    return Owned(_written(once, feeds, people), _written(again, feeds, people), shares)


def _written(pairs: pl.DataFrame, feeds: int, people: int) -> Bits:
    """The bits of these pairs (feed, p), in order of feeds."""
    bits = np.zeros((people, feeds // 8 + 1), dtype=np.uint8)
    person = pairs["p"].to_numpy()
    ends = np.searchsorted(pairs["feed"].to_numpy(), np.arange(feeds + 1))
    for feed, (start, end) in enumerate(pairwise(ends)):
        bits[person[start:end], feed >> 3] |= np.uint8(1 << (feed & 7))
    return bits


def _read(bits: Bits, feed: Codes, person: Codes) -> npt.NDArray[np.bool_]:
    """The bits of these feeds and persons."""
    read: npt.NDArray[np.bool_] = (bits[person, feed >> 3] >> (feed & 7).astype(np.uint8) & np.uint8(1)).view(np.bool_)
    return read
