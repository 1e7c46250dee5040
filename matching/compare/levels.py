"""What comparisons of many pairs have in common: codes of levels, best first, and flags, one row a place and one column a pair."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.int8]


def graded(chosen: Sequence[tuple[Bools, int]], far: Levels) -> Levels:
    """The first level whose condition is true of each pair; `far` where none is."""
    levels = far.copy()
    for condition, level in reversed(chosen):
        levels[condition] = level
    return levels


def count(flags: Bools) -> Levels:
    """In how many places of each pair (fewer than 128) the flag is set."""
    counted: Levels = np.add.reduce(flags.view(np.int8), axis=0, dtype=np.int8)
    return counted
