"""A file that came back, as grids of text: each sheet a list of lines, each line a list of cells, places as a person sees them.

Workbooks of any program, CSV in UTF-8 or GB18030, and JSON (a list of answers) all become grids, so that what is read in them is read
in one way. Nothing of a file is believed before it was measured.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass

import fastexcel

from contracts.errors import HulianError

MOST_BYTES = 20_000_000
MOST_UNPACKED = 200_000_000
WAY_OUT = "请交回填好的村级工作簿（.xlsx），或按“线索编号、核查结论、核查日期、核查人一、核查人二”列好的 CSV。"


@dataclass(frozen=True)
class Grid:
    """One sheet; `name` is empty for CSV and JSON. `cells[i][j]` is the cell of line i + 1 and column j + 1, null when it is blank."""

    name: str
    cells: list[list[str | None]]


def read_grids(content: bytes, name: str) -> list[Grid]:
    """All sheets of a file. Raises `HulianError` for what is too large or none of the forms that can be read."""
    if len(content) > MOST_BYTES:
        raise HulianError(f"{name}: 文件超过 {MOST_BYTES // 1_000_000} MB，没有读取。请去掉照片后再交。")
    if content[:4] in {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"}:
        return _workbook(content, name)
    text = _text(content)
    if text is None or not text.strip():
        raise HulianError(f"{name}: 读不出内容。{WAY_OUT}")
    if text.lstrip()[:1] in "[{":
        return [Grid("", _json(text, name))]
    return [Grid("", _csv(text))]


def _workbook(content: bytes, name: str) -> list[Grid]:
    try:
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                    raise HulianError(f"{name}: 展开后太大，没有读取。请在原来的工作簿里填写。")
        book = fastexcel.read_excel(content)
        frames = [(sheet, book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()) for sheet in book.sheet_names]
    except (fastexcel.FastExcelError, zipfile.BadZipFile, NotImplementedError) as broken:
        raise HulianError(f"{name}: 不是可以读的工作簿（可能加了密码、损坏或格式不对）。{WAY_OUT}") from broken
    return [Grid(sheet, [[_cell(value) for value in row] for row in frame.rows()]) for sheet, frame in frames]


def _cell(value: str | None) -> str | None:
    return value if value is not None and value.strip() else None


def _text(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def _csv(text: str) -> list[list[str | None]]:
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    return [[_cell(value) for value in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]


def _json(text: str, name: str) -> list[list[str | None]]:
    """A list of answers, or one under `answers`, as a heading line and a line for each."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as broken:
        raise HulianError(f"{name}: JSON 格式有误，没有读取。") from broken
    answers = content.get("answers") if isinstance(content, dict) else content
    if not isinstance(answers, list) or not all(isinstance(answer, dict) for answer in answers):
        raise HulianError(f"{name}: JSON 应为答复的列表，每条答复一个对象。")
    headings = list(dict.fromkeys(key for answer in answers for key in answer))
    lines = [[_cell(str(answer[key])) if answer.get(key) is not None else None for key in headings] for answer in answers]
    return [list(headings), *lines]
