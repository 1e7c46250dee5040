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


@cache
def _pairs() -> npt.NDArray[np.uint64]:
    """Every pair as one number, smaller code point first, in order."""
    lines = np.array(TABLE.read_text(encoding="utf-8").split())
    codes = lines.view(np.uint32).reshape(len(lines), -1).astype(np.uint64)
    return np.sort((codes[:, :1] << SHIFT | codes[:, 1:])[codes[:, 1:] > 0])


def look_alike(one: npt.NDArray[np.uint32], other: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Whether two characters (arrays of code points of one shape) look alike; a character does not look like itself."""
    low, high = np.minimum(one, other).astype(np.uint64), np.maximum(one, other).astype(np.uint64)
    asked = low << SHIFT | high
    known = _pairs()
    at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    alike: npt.NDArray[np.bool_] = known[at] == asked
    return alike
