"""Small files as bureaus really send them, and the feeds that read them."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter
import xlwt

from contracts.feed import Feed

COLUMNS = [
    {"name": "town", "headers": ["乡镇"], "type": "place"},
    {"name": "village", "headers": ["村", "行政村"], "type": "place"},
    {"name": "person_name", "headers": ["姓名", "患者姓名"], "type": "name", "required": True},
    {"name": "id_number", "headers": ["身份证号", "证件号码"], "type": "id_number"},
    {"name": "event_date", "headers": ["出院日期"], "type": "date"},
    {"name": "self_paid", "headers": ["个人自付", "本次自付"], "type": "money", "unit": "元", "required": True},
]


def feed(**changes):
    """A feed of hospital stays; `changes` replace fields of the contract."""
    contract = {
        "feed": "stays",
        "title": "住院名单",
        "bureau": "医保局",
        "role": "risk",
        "source": {"files": ["*住院*"]},
        "columns": COLUMNS,
        "ignore": ["序号", "备注"],
    }
    return Feed.model_validate(contract | changes)


def xlsx(path: Path, lines, *, merges=(), sheet="Sheet1", more=None):
    """A workbook with one sheet of `lines` (lists of cells), or several with `more` {name: lines}; `merges` as (r1, c1, r2, c2, text)."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        for name, content in {sheet: lines, **(more or {})}.items():
            page = book.add_worksheet(name)
            for row, line in enumerate(content):
                for column, cell in enumerate(line):
                    if cell is not None:
                        page.write(row, column, cell)
            for top, left, bottom, right, text in merges if name == sheet else ():
                page.merge_range(top, left, bottom, right, text)
    return path


def xls(path: Path, lines, *, sheet="Sheet1"):
    """A real .xls (BIFF8) with one sheet."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet)
    for row, line in enumerate(lines):
        for column, cell in enumerate(line):
            if cell is not None:
                page.write(row, column, cell)
    book.save(str(path))
    return path


def text(path: Path, content: str, encoding: str):
    """A text file in `encoding`."""
    path.write_bytes(content.encode(encoding))
    return path
