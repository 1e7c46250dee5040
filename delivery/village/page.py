"""A page of a village's papers, described once: lines of cells with what stands in them and what they are for.

`on_sheet` makes a worksheet of it, `paper` a printed page. How a look is drawn is theirs; which words stand where, what is written by hand
and what may be chosen stands in the description only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from delivery.book import height_of

# look -> font size in points, and whether its words are drawn whole over several lines where they need it
LOOKS: dict[str, tuple[float, bool]] = {
    "plain": (12, True),  # whose list this is, in grey
    "headline": (26, True),
    "place": (20, True),
    "title": (18, True),
    "alarm": (13, True),  # the sentence that a lead is not a verdict, on the cover
    "warning": (10.5, True),  # and on a form
    "section": (12, False),
    "chapter": (13, False),  # a section of the cover
    "hint": (9.5, False),
    "label": (10.5, False),
    "head": (11, False),
    "known": (11, True),
    "count": (12, True),
    "words": (11, True),
    "step": (12, True),
    "options": (10.5, True),
    "red": (13, True),  # a grade
    "amber": (13, True),
    "due": (11, True),
    "figure.green": (28, True),
    "figure.red": (28, True),
    "figure.amber": (28, True),
    "under.green": (11, True),
    "under.red": (11, True),
    "under.amber": (11, True),
    "fill": (11, True),  # to be written by hand or chosen
    "long_fill": (11, True),
    "answer": (12, True),
    "care": (10, True),
    # of the lead list on paper
    "column": (11, True),
    "item": (11, True),
    "told": (11, True),
    "number.red": (11, True),
    "number.amber": (11, True),
    "name": (11, True),
    "doubt": (11, True),
    "note": (10, True),
    # of a public notice
    "notice": (14, True),
    "signed": (14, True),
}
MOST_STRETCH = 1.45


class Cell(NamedTuple):
    """One box: how many columns of the grid it spans, its words or number, its look, and what may be chosen in it."""

    span: int
    value: object
    look: str
    choices: Sequence[str] = ()

    @property
    def text(self) -> str:
        """What it says."""
        return "" if self.value is None else str(self.value)


class Line(NamedTuple):
    """Cells from the left, at least so many points high, more where words wrap."""

    cells: tuple[Cell, ...] = ()
    least: float = 23.4


@lru_cache(maxsize=4096)  # most lines of a form stand on every form
def _height(line: Line, widths: tuple[float, ...]) -> float:
    """Points that show every cell whole; `widths`: of the grid's columns, in column units."""
    first, most = 0, line.least
    for cell in line.cells:
        size, wraps = LOOKS[cell.look]
        if wraps and cell.value is not None:
            most = max(most, height_of([(cell.text, sum(widths[first : first + cell.span]))], size=size, least=0))
        first += cell.span
    return most


@dataclass(frozen=True)
class Page:
    """Parts of lines on a grid. `points`: what they are stretched to fill, all alike within what looks well; 0 leaves them alone."""

    widths: Sequence[float]
    parts: Sequence[Sequence[Line]]
    points: float = 0

    @cached_property
    def lines(self) -> list[Line]:
        """All lines from the top."""
        return [line for part in self.parts for line in part]

    @cached_property
    def heights(self) -> list[float]:
        """The height of every line in points; a page that is too long stays so."""
        widths = tuple(self.widths)
        heights = [_height(line, widths) for line in self.lines]
        stretch = min(MOST_STRETCH, max(1.0, self.points / sum(heights)))
        return [min(409.0, height * stretch) for height in heights]
