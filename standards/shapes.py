"""Characters that are taken for one another because they look alike.

The table `lookalikes.txt` was worked out once from glyphs, with no list of anybody's mistakes (docs/adr/0008): each line holds a character
and those of higher code point that look like it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

TABLE = Path(__file__).with_name("lookalikes.txt")
SHIFT = np.uint64(32)
STEP, BITS = np.uint64(0x9E3779B97F4A7C15), np.uint64(20)  # an odd number with bits everywhere; of what it makes of a pair, how many count


@cache
def _pairs() -> npt.NDArray[np.uint64]:
    """Every pair as one number, smaller code point first, in order."""
    lines = np.array(TABLE.read_text(encoding="utf-8").split())
    codes = lines.view(np.uint32).reshape(len(lines), -1).astype(np.uint64)
    return np.sort((codes[:, :1] << SHIFT | codes[:, 1:])[codes[:, 1:] > 0])


@cache
def _sieve() -> npt.NDArray[np.bool_]:
    """Which bits of a pair some known pair has, too: one in fourteen of the others."""
    there = np.zeros(1 << int(BITS), dtype=bool)
    there[_some_bits(_pairs())] = True
    return there


def _some_bits(pairs: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    bits: npt.NDArray[np.uint64] = (pairs * STEP) >> (np.uint64(64) - BITS)
    return bits


def look_alike(one: npt.NDArray[np.uint32], other: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Whether two characters (arrays of code points of one shape) look alike; a character does not look like itself."""
    low, high = np.minimum(one, other).astype(np.uint64), np.maximum(one, other).astype(np.uint64)
    asked = low << SHIFT | high
    known, alike = _pairs(), _sieve()[_some_bits(asked)]
    asked = asked[alike]
    at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    alike[alike] = known[at] == asked
    return alike
