"""A village's workbook as a visitor fills it in by hand."""

from __future__ import annotations

import io

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

VISITORS = ("石光明", "龙小妹")


def label(sheet: Worksheet, words: str) -> tuple[int, int]:
    """Line and column of a label."""
    there = {str(cell.value).replace("（", "(").replace("）", ")"): (cell.row, cell.column) for row in sheet.iter_rows() for cell in row}
    return there[words]


def fill(sheet: Worksheet, said: object, day: object = "2026-12-08", visitors: tuple[object, object] = VISITORS, signed: object = None):
    """Write on a visit form as a visitor would."""
    row, column = label(sheet, "结论")
    sheet.cell(row, column + 1).value = said
    for words, value in zip(("核查人(一)签字", "核查人(二)签字", "核查日期", "承诺授权"), (*visitors, day, signed), strict=True):
        row, column = label(sheet, words)
        sheet.cell(row + 1, column).value = value


def saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def forms(book: Workbook) -> list[Worksheet]:
    return book.worksheets[2:]
