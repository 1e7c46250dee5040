"""Our worksheet writes the same cells as xlsxwriter's own."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from delivery.sheet import LONGEST, Sheet

TEXTS = ("张三", 'a < b & "c"', "  blanks at both ends ", "two\nlines", "\x07 rung", "=1+1", "同", "同", "长" * (LONGEST + 1))
NUMBERS = (0, -3, 12_345.67, 1e21, 0.1 + 0.2)


def written(path: Path, kind: type[Worksheet]) -> dict[str, str]:
    """The parts of a workbook with every kind of cell; `spans`, which only say how wide a row is, left out."""
    with xlsxwriter.Workbook(path) as book:
        plain, red = book.add_format({"border": 1}), book.add_format({"font_color": "red"})
        sheet = book.add_worksheet("表", kind)
        sheet.write_string(0, 0, "formats are numbered as they come: ours when written, theirs by row and column", plain)
        sheet.write_blank(0, 1, None, red)
        for row, text in enumerate(TEXTS, start=2):
            sheet.write_string(row, row % 3, text, red)
        for row, number in enumerate(NUMBERS, start=4):
            sheet.write_number(row, 30, number, plain)
            sheet.write_blank(row, 29, None, red)
        sheet.write_string(2, 2, "over what was there", plain)
        sheet.write_rich_string(3, 5, plain, "bold", red, "red", plain)
        sheet.set_row(1, 40)
        sheet.set_row(4, 30)
        sheet.merge_range(20, 0, 21, 3, "over four", plain)
    with zipfile.ZipFile(path) as parts:
        return {name: re.sub(r' spans="\d+:\d+"', "", parts.read(name).decode()) for name in parts.namelist() if "docProps" not in name}


def test_the_same_parts(tmp_path: Path) -> None:
    ours, theirs = (written(tmp_path / f"{kind.__name__}.xlsx", kind) for kind in (Sheet, Worksheet))
    assert ours.keys() == theirs.keys()
    for name, part in theirs.items():
        assert ours[name] == part, name


def test_what_is_no_number_raises(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        sheet = book.add_worksheet("表", Sheet)
        with pytest.raises(TypeError):
            sheet.write_number(0, 0, float("nan"), book.add_format())


def test_an_empty_sheet(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("表", Sheet)
    with zipfile.ZipFile(path) as parts:
        assert b"<sheetData/>" in parts.read("xl/worksheets/sheet1.xml")
