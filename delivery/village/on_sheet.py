"""A described page as a worksheet: white cells are locked, cream cells are for writing, choices are drop-downs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from delivery.book import (
    AMBER,
    GREEN,
    GREY,
    INK,
    PALE,
    PALE_AMBER,
    PALE_GREEN,
    PALE_RED,
    RED,
    WRITE,
    Book,
    Cells,
    choose,
    merge,
    protect,
)
from delivery.village.page import LOOKS, Page

CENTRE: Mapping[str, Any] = {"align": "center"}
STRONG: Mapping[str, Any] = {"align": "center", "bold": True}
FILL: Mapping[str, Any] = {"bg_color": WRITE, "locked": False}
UNBOXED: Mapping[str, Mapping[str, Any]] = {
    "plain": {**CENTRE, "font_color": GREY},
    "headline": {**STRONG, "font_color": GREEN},
    "place": STRONG,
    "title": {**STRONG, "font_color": GREEN},
    "alarm": {**STRONG, "font_color": RED, "bg_color": PALE_RED, "border": 1, "border_color": RED},
    "section": {"bold": True, "font_color": GREEN},
    "chapter": {"bold": True, "font_color": GREEN, "bottom": 2, "bottom_color": GREEN},
    "hint": {"font_color": GREY, "align": "right"},
    "step": {},
    "care": {**CENTRE, "font_color": GREY, "top": 1, "top_color": GREY},
}
BOXED: Mapping[str, Mapping[str, Any]] = {
    "warning": {**STRONG, "font_color": RED, "bg_color": PALE_RED},
    "label": {**STRONG, "bg_color": PALE},
    "head": {**STRONG, "bg_color": PALE},
    "known": CENTRE,
    "count": CENTRE,
    "words": {"indent": 1},
    "options": {"indent": 1},
    "red": {**STRONG, "bg_color": RED, "font_color": "#FFFFFF"},
    "amber": {**STRONG, "bg_color": AMBER, "font_color": INK},
    "due": {**STRONG, "font_color": RED},
    "figure.green": {**STRONG, "font_color": GREEN, "bg_color": PALE_GREEN},
    "figure.red": {**STRONG, "font_color": RED, "bg_color": PALE_RED},
    "figure.amber": {**STRONG, "font_color": INK, "bg_color": PALE_AMBER},
    "under.green": {**CENTRE, "bg_color": PALE_GREEN},
    "under.red": {**CENTRE, "bg_color": PALE_RED},
    "under.amber": {**CENTRE, "bg_color": PALE_AMBER},
    "fill": {**CENTRE, **FILL},
    "long_fill": {"indent": 1, **FILL},
    "answer": {**STRONG, **FILL},
}


def styles_of(book: Book) -> dict[str, Format]:
    """How each look is drawn in `book`."""
    styles = {look: book.style(font_size=LOOKS[look][0], **how) for look, how in UNBOXED.items()}
    return styles | {look: book.boxed(font_size=LOOKS[look][0], **how) for look, how in BOXED.items()}


def write_page(sheet: Worksheet, page: Page, styles: Mapping[str, Format]) -> None:
    """Write `page` to `sheet`, to be printed on one sheet of paper."""
    for column, width in enumerate(page.widths):
        sheet.set_column(column, column, width)
    choices: dict[tuple[int, Sequence[str]], list[int]] = {}
    for row, (line, height) in enumerate(zip(page.lines, page.heights, strict=True)):
        first = 0
        for cell in line.cells:
            merge(sheet, row, first, first + cell.span - 1, cell.value, styles[cell.look])
            if cell.choices:
                choices.setdefault((first, cell.choices), []).append(row)
            first += cell.span
        sheet.set_row(row, height)
    blocks: dict[Sequence[str], list[Cells]] = {}
    for (column, words), rows in choices.items():
        blocks.setdefault(words, []).extend((top, column, bottom, column) for top, bottom in _runs(rows))
    for words, (first_block, *others) in blocks.items():
        choose(sheet, first_block, words, others=others)
    sheet.print_area(0, 0, len(page.lines) - 1, len(page.widths) - 1)
    sheet.fit_to_pages(1, 1)
    protect(sheet)


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each run of rows that follow each other."""
    runs = [[row for _, row in run] for _, run in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0])]
    return [(run[0], run[-1]) for run in runs]
