"""A described page as what is drawn on paper: rules, coloured boxes and texts at their places, in points.

Everything is placed here, so that the typesetter only has to set the words: three thousand forms are drawn in seconds. Boxes for writing
are ruled with dotted lines; of a few choices, each is printed with a box to tick. A page that is too long goes on on a next sheet.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise

from delivery.book import AMBER, GREEN, LINE, PALE, PALE_AMBER, PALE_GREEN, PALE_RED, RED, text_units
from delivery.village.page import LOOKS, Cell, Line, Page
from delivery.words import TICK

OPEN = frozenset(
    {"plain", "headline", "place", "title", "section", "chapter", "hint", "step", "care", "note", "notice", "signed"}
)  # without a box
LEFT = (
    "section",
    "chapter",
    "words",
    "told",
    "step",
    "options",
    "name",
    "below",
    "note",
    "notice",
)  # begin at the left; others are centred
SIDES = {**dict.fromkeys(LEFT, "left"), "hint": "right"}
PRINTED = frozenset(
    {"title", "section", "chapter", "hint", "label", "head", "column", "warning", "options", "ticks", "care"}
)  # on all forms
PAPERS = {
    "alarm": PALE_RED, "warning": PALE_RED, "label": PALE, "head": PALE, "red": RED, "amber": AMBER, "column": GREEN,
    "figure.green": PALE_GREEN, "figure.red": PALE_RED, "figure.amber": PALE_AMBER,
    "under.green": PALE_GREEN, "under.red": PALE_RED, "under.amber": PALE_AMBER,
    "number.red": PALE_RED, "number.amber": PALE_AMBER,
}  # fmt: skip
RULES, DOTS = f'stroke="{LINE}" stroke-width=".5"', 'stroke="#AEB8C0" stroke-width=".6" stroke-dasharray=".6 2.2"'
TICKS = 9.0  # their size, as the screen would have it
MOST_SHOWN = 3  # choices, that is; more of them are printed above the box, or written
INDENT, NARROW = 4.0, 1.5  # points left free at the sides of a box, and of one whose words stand in the middle
STEP = 0.02  # of that share: forms that differ little are drawn alike
BLEED = 1  # point around the ruling of a part, so that the rules at its edges are drawn in their whole width
SAME = 0.05  # points by which distances of lines may differ
RULED = 14.5  # points between dotted lines, at least
NAME_ABOVE, REST_BELOW = -6.0, 7.0  # of a name with words below it, from the middle of their box

LEAD_ID = re.compile(r"-(?=\d{6})")  # where the number of a lead may be broken in a narrow column

Text = tuple[str, float, float, float, float]  # words, x, y, width, distance of lines
Placed = list[tuple[Line, float]]  # lines with their heights


def draw(page: Page, high: float, unit: float, *, closest: float, loose: float, repeated: int = 0) -> list[list[tuple[float, str]]]:
    """The sheets of a page, each `high` points; `unit`: points of a column unit; the first `repeated` parts stand on every sheet.

    Lines come closer, down to the share `closest` of their height on the screen, before a second sheet is begun, and then have the share
    `loose`; a part is not cut where a sheet can hold it. A sheet holds its parts with how far down they stand: of each part first what is
    printed on every form, then what is known of a household. What is drawn alike on several sheets need be set only once.

    A part is a text of JSON that holds, in points: `high`; `ruling`, an SVG picture of its boxes and rules, `BLEED` wider all round; and
    `texts`: look, side, and for each its words, x from that side, y from the middle, width where it wraps or 0, and the distance of its
    lines where they stand in several boxes below each other, or 0.
    """
    heights = page.heights
    needed = high / sum(heights)
    share = min(1.0, needed - needed % STEP) if needed > closest else loose
    lefts = (0.0, *(round(left, 2) for left in accumulate(width * unit for width in page.widths)))
    placed = iter([round(height * share, 2) for height in heights])
    parts = [list(zip(part, placed, strict=False)) for part in page.parts]
    return [list(_drawn(sheet, lefts, unit)) for sheet in _sheets(parts, high, repeated)]


def _sheets(parts: Sequence[Placed], high: float, repeated: int) -> Iterator[list[Placed]]:
    top = list(parts[:repeated])
    begun = sum(height for part in top for _, height in part)
    here, used = [*top], begun
    for part in parts[repeated:]:
        whole = sum(height for _, height in part)
        if begun < used and begun + whole <= high < used + whole:
            yield here
            here, used = [*top], begun
        here.append([])
        for line, height in part:
            if used + height > high + 0.5 and used > begun:
                yield here
                here, used = [*top, []], begun
            here[-1].append((line, height))
            used += height
    yield here


def _drawn(sheet: Sequence[Placed], lefts: tuple[float, ...], unit: float) -> Iterator[tuple[float, str]]:
    y = 0.0
    for part in sheet:
        if part:
            yield from ((y, layer) for layer in _layers(part, lefts, unit))
        y = round(y + sum(height for _, height in part), 2)


def _layers(lines: Placed, lefts: tuple[float, ...], unit: float) -> Iterator[str]:
    printed = _printed(tuple((_blank(line), height) for line, height in lines), lefts, unit)
    filled_in = _Part(lefts, lines, unit).filled_in()
    yield from (layer for layer in (printed, filled_in) if layer)


def _blank(line: Line) -> Line:
    """The line as it stands on every form."""
    if all(cell.value is None or cell.look in PRINTED for cell in line.cells):
        return line
    return Line(tuple(cell if cell.look in PRINTED else cell._replace(value=None) for cell in line.cells))


@lru_cache(maxsize=2048)
def _printed(lines: tuple[tuple[Line, float], ...], lefts: tuple[float, ...], unit: float) -> str:
    return _Part(lefts, lines, unit).printed()


class _Part:
    """What lines show that go down the paper: `printed` on every form, and `filled_in` from what is known. Empty where there is nothing."""

    def __init__(self, lefts: Sequence[float], lines: Sequence[tuple[Line, float]], unit: float) -> None:
        self._lefts, self._lines, self._unit = lefts, lines, unit
        self._high = round(sum(height for _, height in lines), 2)
        self._level: set[tuple[float, float, float]] = set()  # y, x, to x
        self._upright: set[tuple[float, float, float]] = set()  # x, y, to y
        self._dots: list[tuple[float, float, float]] = []
        self._papers: dict[str, list[tuple[float, float, float, float]]] = {}
        self._texts: dict[tuple[str, str], list[Text]] = {}

    def printed(self) -> str:
        for cell, *box in self._cells():
            self._box(cell, *box)
            if 0 < len(cell.choices) <= MOST_SHOWN:
                self._tick(cell.choices, *box)
            elif cell.value is not None and cell.look in PRINTED:
                self._write(cell, *box)
        return self._layer(self._ruling())

    def filled_in(self) -> str:
        for cell, *box in self._cells():
            if cell.value is not None and cell.look not in PRINTED and not cell.choices:
                self._write(cell, *box)
        return self._layer("")

    def _layer(self, ruling: str) -> str:
        texts = [(look, side, _stacked(texts)) for (look, side), texts in self._texts.items()]
        return json.dumps({"high": self._high, "ruling": ruling, "texts": texts}, ensure_ascii=False) if ruling or texts else ""

    def _cells(self) -> Iterator[tuple[Cell, float, float, float, float]]:
        """Every cell with its left, right, top and bottom."""
        y = 0.0
        for line, height in self._lines:
            column = 0
            for cell in line.cells:
                yield cell, self._lefts[column], self._lefts[column + cell.span], y, y + height
                column += cell.span
            y = round(y + height, 2)

    def _ruling(self) -> str:
        wide, high = self._lefts[-1] + 2 * BLEED, self._high + 2 * BLEED
        size = f'viewBox="{-BLEED} {-BLEED} {wide} {high}" width="{wide}" height="{high}"'
        boxes = (
            (f'fill="{colour}"', "".join(f"M{left} {top}H{right}V{bottom}H{left}z" for left, top, right, bottom in boxes))
            for colour, boxes in self._papers.items()
        )
        level = "".join(f"M{left} {y}H{right}" for y, left, right in _joined(self._level))
        upright = "".join(f"M{x} {top}V{bottom}" for x, top, bottom in _joined(self._upright))
        dots = "".join(f"M{left} {y}H{right}" for left, y, right in self._dots)
        paths = [f'<path {look} d="{way}"/>' for look, way in (*boxes, (RULES, level + upright), (DOTS, dots)) if way]
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(paths)}</svg>' if paths else ""

    def _box(self, cell: Cell, left: float, right: float, top: float, bottom: float) -> None:
        if cell.look == "chapter":
            self._level.add((bottom, left, right))
        if cell.look in OPEN:
            return
        self._level |= {(top, left, right), (bottom, left, right)}
        self._upright |= {(left, top, bottom), (right, top, bottom)}
        if cell.look in PAPERS:
            papers = self._papers.setdefault(PAPERS[cell.look], [])
            if papers and papers[-1][1:] == (top, left, bottom):  # one box for those beside each other
                left = papers.pop()[0]
            papers.append((left, top, right, bottom))
        if cell.look == "long_fill":
            count = int((bottom - top) // RULED)
            rows = (top + (bottom - top) * row / count for row in range(1, count))
            self._dots += [(left + INDENT, round(y, 2), right - INDENT) for y in rows]

    def _tick(self, choices: Sequence[str], left: float, right: float, top: float, bottom: float) -> None:
        beside, below = (joint.join(f"{TICK}{choice}" for choice in choices) for joint in (" ", "\n"))
        self._say(beside if self._fits(beside, "ticks", right - left) else below, "ticks", left, right, (top + bottom) / 2)

    def _write(self, cell: Cell, left: float, right: float, top: float, bottom: float) -> None:
        middle = (top + bottom) / 2
        if cell.look == "name" and "\n" in cell.text:
            name, rest = cell.text.split("\n", 1)
            self._say(name, "name", left, right, middle + NAME_ABOVE)
            self._say(rest, "below", left, right, middle + REST_BELOW)
        elif cell.text:
            words = LEAD_ID.sub("-\u200b", cell.text) if cell.look == "told" else cell.text
            self._say(words, cell.look, left, right, middle)

    def _say(self, words: str, look: str, left: float, right: float, middle: float) -> None:
        side = SIDES.get(look, "center")
        inset = 0.0 if look in OPEN else NARROW if side == "center" else INDENT
        room = right - left - 2 * inset
        wraps = LOOKS.get(look, (0, False))[1] and not self._fits(words, look, room)
        wide = self._lefts[-1]
        x = {"left": left + inset, "right": right - wide, "center": (left + right - wide) / 2}[side]
        text = (words, round(x, 2), round(middle - self._high / 2, 2), round(room, 2) if wraps else 0.0, 0.0)
        self._texts.setdefault((look, side), []).append(text)

    def _fits(self, words: str, look: str, room: float) -> bool:
        size, _ = LOOKS.get(look, (TICKS, False))
        return all(text_units(each, size) * self._unit <= room for each in words.split("\n"))


def _stacked(texts: Sequence[Text]) -> list[Text]:
    """The texts; words of one line each that stand below each other at equal distances become one text of several lines."""
    stacks: list[list[Text]] = []
    for text in sorted(texts, key=lambda text: text[1:3]):
        stack = stacks[-1] if stacks else []
        is_line = bool(stack) and not any(each[3] or "\n" in each[0] for each in (stack[-1], text))
        steps = [lower[2] - upper[2] for upper, lower in pairwise([*stack[-2:], text])]
        if is_line and stack[-1][1] == text[1] and max(steps) - min(steps) < SAME:
            stack.append(text)
        else:
            stacks.append([text])
    return [
        ("\n".join(each[0] for each in stack), stack[0][1], round((stack[0][2] + stack[-1][2]) / 2, 2), stack[0][3], _distance(stack))
        for stack in stacks
    ]


def _distance(stack: Sequence[Text]) -> float:
    return round((stack[-1][2] - stack[0][2]) / (len(stack) - 1), 3) if len(stack) > 1 else 0.0


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
