"""What every reader gives: sheets of cells, all text, every line in its place.

A sheet's first line is the first line of the file, also when it is empty, so that position + 1 is the row number that a person sees.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file. `cells`: text columns c0, c1, …, one row per line of the file, null for an empty cell."""

    name: str  # empty for text files
    cells: pl.DataFrame


class Unreadable(Exception):
    """A file cannot be read; the text says in Chinese what is wrong and what to do, without any value of a cell."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


def text_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` as cells: columns renamed c0, c1, …, blank cells null, text otherwise untouched."""
    frame = frame.rename({name: f"c{number}" for number, name in enumerate(frame.columns)})
    return frame.with_columns(pl.when(pl.all().str.contains(r"[^\s\p{Cc}\p{Cf}]")).then(pl.all()))
