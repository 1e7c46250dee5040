"""A described page as what is drawn on paper: rules, coloured boxes and texts at their places, in points.

Everything is placed here, so that the typesetter only has to set the words: three thousand forms are drawn in seconds. Boxes for writing
are ruled with dotted lines; of a few choices, each is printed with a box to tick. A page that is too long goes on on a next sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from delivery.book import text_units
from delivery.page import LOOKS, Cell, Line, Page
from delivery.words import TICK

OPEN = frozenset({"plain", "headline", "place", "title", "section", "chapter", "hint", "step", "care", "note"})  # without a box
SIDES = dict.fromkeys(("section", "chapter", "words", "step", "options", "name", "note"), "left") | {"hint": "right"}  # else centred
PAPERS = {
    "alarm": "pale-red", "warning": "pale-red", "label": "pale", "head": "pale", "red": "red", "amber": "amber", "column": "green",
    "figure.green": "pale-green", "figure.red": "pale-red", "figure.amber": "pale-amber",
    "under.green": "pale-green", "under.red": "pale-red", "under.amber": "pale-amber",
    "number.red": "pale-red", "number.amber": "pale-amber",
}  # fmt: skip
MOST_SHOWN = 3  # choices, that is; more of them are printed above the box, or written
CLOSEST = 0.74  # lines are drawn closer, down to this share of their height on the screen, before a second sheet is begun
INDENT = 4.0
RULED = 20.0  # points between dotted lines, at least
NAME_ABOVE, REST_BELOW = -6.0, 7.0  # of a name with words below it, from the middle of their box

Placed = list[tuple[Line, float]]  # lines with their heights


def draw(page: Page, high: float, unit: float, *, repeated: int = 0) -> list[dict[str, Any]]:
    """The sheets of a page, each `high` points; `unit`: points of a column unit; the first `repeated` lines stand on every sheet.

    A sheet holds, in points from its upper left: `rules` (from x, y to x, y), `dots` (x, y, to x), `papers` by colour (x, y to x, y); and `texts`: look, side, and for each its words, x from that side, y from the middle, width where it wraps or 0.
    """
    heights = page.heights
    share = min(1.0, max(CLOSEST, high / sum(heights)))
    lines = [(line, round(height * share, 2)) for line, height in zip(page.lines, heights, strict=True)]
    lefts = [0.0, *(round(left, 2) for left in accumulate(width * unit for width in page.widths))]
    return [_Sheet(lefts, high, unit).of(here) for here in _sheets(lines, high, repeated)]


def _sheets(lines: Placed, high: float, repeated: int) -> Iterator[Placed]:
    top = lines[:repeated]
    here, used = list(top), sum(height for _, height in top)
    for line, height in lines[repeated:]:
        if used + height > high + 0.5 and len(here) > repeated:
            yield here
            here, used = list(top), sum(height for _, height in top)
        here.append((line, height))
        used += height
    yield here


class _Sheet:
    """Collects what one sheet shows while its lines go down the paper."""

    def __init__(self, lefts: Sequence[float], high: float, unit: float) -> None:
        self._lefts, self._high, self._unit = lefts, high, unit
        self._level: set[tuple[float, float, float]] = set()  # y, x, to x
        self._upright: set[tuple[float, float, float]] = set()  # x, y, to y
        self._dots: list[tuple[float, float, float]] = []
        self._papers: dict[str, list[tuple[float, float, float, float]]] = {}
        self._texts: dict[tuple[str, str], list[tuple[str, float, float, float]]] = {}

    def of(self, lines: Placed) -> dict[str, Any]:
        y = 0.0
        for line, height in lines:
            column = 0
            for cell in line.cells:
                left, right = self._lefts[column], self._lefts[column + cell.span]
                self._box(cell, left, right, y, y + height)
                self._write(cell, left, right, y, y + height)
                column += cell.span
            y = round(y + height, 2)
        level = [(left, y, right, y) for y, left, right in _joined(self._level)]
        upright = [(x, top, x, bottom) for x, top, bottom in _joined(self._upright)]
        texts = [(look, side, texts) for (look, side), texts in self._texts.items()]
        return {"rules": [*level, *upright], "dots": self._dots, "papers": self._papers, "texts": texts}

    def _box(self, cell: Cell, left: float, right: float, top: float, bottom: float) -> None:
        if cell.look == "chapter":
            self._level.add((bottom, left, right))
        if cell.look in OPEN:
            return
        self._level |= {(top, left, right), (bottom, left, right)}
        self._upright |= {(left, top, bottom), (right, top, bottom)}
        if cell.look in PAPERS:
            self._papers.setdefault(PAPERS[cell.look], []).append((left, top, right, bottom))
        if cell.look == "long_fill":
            count = int((bottom - top) // RULED)
            rows = (top + (bottom - top) * row / count for row in range(1, count))
            self._dots += [(left + INDENT, round(y, 2), right - INDENT) for y in rows]

    def _write(self, cell: Cell, left: float, right: float, top: float, bottom: float) -> None:
        middle = (top + bottom) / 2
        if 0 < len(cell.choices) <= MOST_SHOWN:
            joint = "\n" if len(cell.choices) == MOST_SHOWN else " "
            self._say(joint.join(f"{TICK}{choice}" for choice in cell.choices), "ticks", left, right, middle)
        elif cell.look == "name" and "\n" in cell.text:
            name, rest = cell.text.split("\n", 1)
            self._say(name, "name", left, right, middle + NAME_ABOVE)
            self._say(rest, "below", left, right, middle + REST_BELOW)
        elif cell.text:
            self._say(cell.text, cell.look, left, right, middle)

    def _say(self, words: str, look: str, left: float, right: float, middle: float) -> None:
        side = "left" if look == "below" else SIDES.get(look, "center")
        inset = 0.0 if look in OPEN else INDENT
        size, may_wrap = LOOKS.get(look, (0, False))
        room = right - left - 2 * inset
        wraps = may_wrap and any(text_units(each, size) * self._unit > room for each in words.split("\n"))
        wide = self._lefts[-1]
        x = {"left": left + inset, "right": right - wide, "center": (left + right - wide) / 2}[side]
        self._texts.setdefault((look, side), []).append((words, round(x, 2), round(middle - self._high / 2, 2), round(room, 2) if wraps else 0))


def _joined(rules: set[tuple[float, float, float]]) -> Iterator[tuple[float, float, float]]:
    """Rules (where they lie, from, to) with those that touch each other made one."""
    lies = first = last = -1.0
    for at, begin, end in sorted(rules):
        if (at, begin) > (lies, last) or at != lies:
            if last > first:
                yield lies, first, last
            lies, first, last = at, begin, end
        last = max(last, end)
    if last > first:
        yield lies, first, last
