"""What every reader gives: sheets of cells, all text, every line in its place.

A sheet's first line is the first line of the file, also when it is empty, so that position + `first` is the row number that a person
sees.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from contracts.errors import HulianError

BLANK = r"^[\s\p{Cc}\p{Cf}]*$"


@dataclass(frozen=True)
class Remark:
    """Something that a person should know about a file or sheet that could be read all the same; texts in Chinese."""

    code: str
    severity: str  # warn | note
    reason: str
    advice: str = ""


@dataclass(frozen=True)
class Merge:
    """A merged range by its corners, counted from 0 within `cells`, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet of a file. `cells`: text columns c0, c1, …, one row per line of the file, null for an empty cell."""

    name: str  # empty for text files
    cells: pl.DataFrame
    first: int = 1  # row number of the first line, more than 1 where a table stands in the middle of a file
    merges: tuple[Merge, ...] = ()  # ranges of more than one line
    remarks: tuple[Remark, ...] = ()
    goes_on: bool = False  # whether another part of the same sheet follows, so that blank lines at its end are lines


@dataclass
class Facts:
    """What a workbook's own records say of a sheet beside its cells. `rows`, `columns`: how far its cells reach."""

    rows: int = 0
    columns: int = 0
    merges: list[Merge] = field(default_factory=list)  # of more than one line
    hidden_rows: int = 0
    hidden_columns: int = 0
    uncomputed: int = 0  # formulas whose value was never worked out
    errors: int = 0  # cells that show #DIV/0!, #N/A, #REF!
    has_long_numbers: bool = True  # whether there may be numbers of 16 digits and more
    has_pictures: bool = False
    begins_at_a: bool = False  # whether column A is known to hold something


class Unreadable(HulianError):
    """A file cannot be read; the text says in Chinese what is wrong and what to do, without any value of a cell."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(f"{reason}{advice}")
        self.reason = reason
        self.advice = advice


def text_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` as cells: columns renamed c0, c1, …, blank cells null, text otherwise untouched."""
    frame = frame.rename({name: f"c{number}" for number, name in enumerate(frame.columns)})
    found = frame.select(pl.all().str.contains(BLANK).any()).row(0) if frame.width else ()
    blank = [name for name, is_blank in zip(frame.columns, found, strict=True) if is_blank]
    return frame.with_columns(pl.when(~pl.col(name).str.contains(BLANK)).then(pl.col(name)) for name in blank)
