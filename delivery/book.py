"""Workbooks: one way to open, style and fill them, so that every list looks and prints alike.

A cell is always written as text or as a number, never as a formula. Files are byte-equal for equal content: xlsxwriter dates the
zip entries 1980-01-01, and the creation date is fixed here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import ceil
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from delivery.sheet import Sheet

CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed mark in the file, not a moment
FONT = "等线"
INK, GREY, LINE = "#1F2933", "#7B8794", "#9AA5B1"
GREEN, PALE_GREEN, PALE = "#1F5C4A", "#E3EFEA", "#F5F7F6"
RED, PALE_RED, AMBER, PALE_AMBER, WRITE = "#C0392B", "#FBE9E7", "#F4C542", "#FFF7DB", "#FFFDF0"
LINE_POINTS, PADDING = 1.4, 8  # height of a line of text in font sizes; air above and below it in points
PAPER_A4, PAPER_A3 = 9, 8
WIDE = 240  # a list wider than this is for the screen and prints on two A3 sheets side by side
SIGNS = frozenset("=@+-＝＠＋－")
INVISIBLE = " \t\r\n\u00a0\u3000\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
SUSPICIOUS = SIGNS | frozenset(INVISIBLE)
HARMLESS = re.compile(r"[-+－＋]+|[-+][\d.,%]+")
Cells = tuple[int, int, int, int]  # first row, first column, last row, last column


def safe(text: str) -> str:
    """`text` that no spreadsheet takes for a formula, also after it was saved as CSV: a leading sign gets an apostrophe.

    Signs count in full width, too, and behind blanks and invisible characters, which some programs drop. Numbers and dashes stay.
    """
    if text[:1] not in SUSPICIOUS:
        return text
    if text[0] in "\t\r\n" or (text.lstrip(INVISIBLE)[:1] in SIGNS and not HARMLESS.fullmatch(text)):
        return f"'{text}"
    return text


class _Widths(dict[str, float]):
    """Width of a character in column units, looked up once for each."""

    def __missing__(self, character: str) -> float:
        self[character] = width = 2.06 if unicodedata.east_asian_width(character) in "WFA" else 1.05
        return width


_width = _Widths().__getitem__


def text_units(text: str, size: float = 11) -> float:
    """Width of one line of text in column units (digits of the 11-point default font)."""
    return sum(map(_width, text)) * size / 11


@lru_cache(maxsize=20_000)
def line_count(text: str, units: float, size: float = 11) -> int:
    """How many lines `text` takes in a wrapped cell that is `units` wide."""
    return sum(max(1, ceil(text_units(line, size) / max(units - 0.8, 1))) for line in text.split("\n"))


def height_of(cells: Sequence[tuple[str, float]], *, size: float = 11, least: float = 20) -> float:
    """Row height in points that shows every (text, column width) of `cells` whole; Excel allows at most 409."""
    lines = max((line_count(text, units, size) for text, units in cells), default=1)
    return min(409.0, max(least, lines * size * LINE_POINTS + PADDING))


@dataclass(frozen=True)
class Column:
    """One column of a list: its heading, the frame's column, its width, and how its cells are written."""

    heading: str
    name: str
    width: float = 12
    kind: str = "text"  # text | centre | integer | money | share | date | fill (left empty and unlocked)
    choices: Sequence[str] = ()


class Book:
    """One workbook, written when the `with` block ends."""

    def __init__(self, path: Path, title: str, author: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._workbook = xlsxwriter.Workbook(
            path, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
        )
        self._workbook.set_properties({"title": title, "author": author, "company": author, "created": CREATED})
        self._styles: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._names: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self._workbook.close()

    def style(self, **properties: Any) -> Format:
        """The cell format with `properties` over the house's own: font, ink, centred in height, locked."""
        key = tuple(sorted(properties.items()))
        if key not in self._styles:
            base = {"font_name": FONT, "font_size": 11, "font_color": INK, "valign": "vcenter", "text_wrap": True}
            self._styles[key] = self._workbook.add_format({**base, **properties})
        return self._styles[key]

    def boxed(self, **properties: Any) -> Format:
        """`style` with a thin border all round."""
        return self.style(border=1, border_color=LINE, **properties)

    def chart(self, kind: Mapping[str, str]) -> Any:
        """A new chart, to be filled and put on a sheet; `kind` as xlsxwriter names it."""
        return self._workbook.add_chart(dict(kind))

    def sheet(self, name: str, *, landscape: bool, colour: str | None = None) -> Worksheet:
        """A new sheet on A4 paper, one page wide. The name is cut and numbered where Excel would refuse it."""
        clean = re.sub(r"[\[\]:*?/\\']", " ", name).strip()[:28] or "表"
        unique, number = clean, 2
        while unique.lower() in self._names:
            unique, number = f"{clean[:25]}_{number}", number + 1
        self._names.add(unique.lower())
        sheet = self._workbook.add_worksheet(unique, Sheet)
        sheet.set_paper(PAPER_A4)
        sheet.hide_gridlines(2)
        sheet.set_margins(left=0.28, right=0.28, top=0.4, bottom=0.55)
        sheet.center_horizontally()
        if landscape:
            sheet.set_landscape()
        if colour:
            sheet.set_tab_color(colour)
        return sheet


def put(sheet: Worksheet, row: int, column: int, value: object, style: Format) -> None:
    """Write one cell as what it is: text, number, date as text, or blank."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否", style)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, style)
    elif isinstance(value, date):
        sheet.write_string(row, column, value.isoformat(), style)
    else:
        sheet.write_string(row, column, safe(str(value)), style)


def merge(sheet: Worksheet, row: int, first: int, last: int, value: object, style: Format) -> None:
    """Write `value` over the cells from column `first` to `last` of one row."""
    if first == last:
        put(sheet, row, first, value, style)
        return
    # What merge_range does, less its search for overlaps: forms have none, and there are a hundred thousand of these.
    sheet.merge.append([row, first, row, last])
    put(sheet, row, first, value, style)
    for column in range(first + 1, last + 1):
        sheet.write_blank(row, column, None, style)


def choose(sheet: Worksheet, cells: Cells, choices: Sequence[str], *, prompt: str = "", others: Sequence[Cells] = ()) -> None:
    """A drop-down over `cells`, and `others` if it is for several blocks, that refuses other words."""
    rule: dict[str, Any] = {
        "validate": "list",
        "source": list(choices),
        "error_title": "请从下拉框中选择",
        "error_message": "只能填下拉框里的选项。",
    }
    if others:
        rule["other_cells"] = others
    if prompt:
        rule |= {"input_title": "请选择", "input_message": prompt}
    sheet.data_validation(*cells, rule)


def protect(sheet: Worksheet) -> None:
    """Lock the sheet but for its unlocked cells, without password; widths, heights and filters stay free."""
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})


def texts(values: Sequence[str] | None, joint: str = "、") -> str:
    """The words of a list cell as one text."""
    return joint.join(value for value in values or () if value)


KINDS: Mapping[str, Mapping[str, Any]] = {
    "text": {"indent": 1},
    "centre": {"align": "center"},
    "date": {"align": "center"},
    "integer": {"align": "center", "num_format": "#,##0"},
    "money": {"align": "right", "num_format": "#,##0.00"},
    "share": {"align": "center", "num_format": "0.0%"},
    "fill": {"align": "center", "bg_color": WRITE, "locked": False},
}


def write_list(book: Book, sheet: Worksheet, title: str, note: str, columns: Sequence[Column], rows: pl.DataFrame, *, top: int = 0) -> int:
    """A titled list with headings that stay in view and repeat on every printed page; returns the row after its last."""
    last = len(columns) - 1
    merge(sheet, top, 0, last, title, book.style(font_size=16, bold=True, font_color=GREEN))
    sheet.set_row(top, 28)
    merge(sheet, top + 1, 0, last, note, book.style(font_color=GREY, font_size=10))
    sheet.set_row(top + 1, height_of([(note, sum(column.width for column in columns))], size=10))
    head = book.boxed(bold=True, bg_color=GREEN, font_color="#FFFFFF", align="center")
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
        put(sheet, top + 2, index, column.heading, head)
    sheet.set_row(top + 2, height_of([(column.heading, column.width) for column in columns], least=26))
    styles = [book.boxed(**KINDS[column.kind]) for column in columns]
    names = [column.name for column in columns]
    row = top + 3
    for record in rows.select(names).iter_rows():
        wrapped = []
        for index, (value, style) in enumerate(zip(record, styles, strict=True)):
            shown = texts(value) if isinstance(value, list) else value
            put(sheet, row, index, shown, style)
            if isinstance(shown, str):
                wrapped.append((shown, columns[index].width - (1.5 if columns[index].kind == "text" else 0)))
        sheet.set_row(row, height_of(wrapped))
        row += 1
    for index, column in enumerate(columns):
        if column.choices and row > top + 3:
            choose(sheet, (top + 3, index, row - 1, index), column.choices)
    sheet.freeze_panes(top + 3, 0)
    sheet.repeat_rows(top + 2)
    if sum(column.width for column in columns) > WIDE:
        sheet.set_paper(PAPER_A3)
        sheet.fit_to_pages(2, 0)
    else:
        sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页 共 &N 页")
    if row > top + 3:
        sheet.autofilter(top + 2, 0, row - 1, last)
    return row
