r"""PostgreSQL dumps in text form: every COPY block is a sheet named after its table, its column list the header.

The text format of COPY: cells between tabs, `\N` for null, a backslash before everything special (PostgreSQL documentation, COPY).
"""

from __future__ import annotations

import io
import re

import polars as pl

from connectors.encoding import Text
from connectors.limits import CELLS
from connectors.sheet import Sheet, Unreadable, text_cells

_COPY = re.compile(rb"^COPY ([^\n(;]+?) *(?:\(([^\n]*)\))? *FROM stdin([^\n;]*);\n", re.MULTILINE | re.IGNORECASE)
_IDENTIFIER = re.compile(r'"((?:[^"]|"")*)"|([^\s,"]+)')
_END = b"\n\\.\n"
# what a backslash says; octal and hexadecimal codes are written by no dump
_ESCAPES = (("\\t", "\t"), ("\\n", "\n"), ("\\r", "\r"), ("\\b", "\b"), ("\\f", "\f"), ("\\v", "\v"))
_BACKSLASH = "\x00"


def has_rows(text: Text) -> bool:
    """Whether there is a COPY block, however far down."""
    return _COPY.search(text.content) is not None


def read_sheets(text: Text) -> list[Sheet]:
    """One sheet per COPY block, row numbers being lines of the dump. Raises `Unreadable` when a block does not end."""
    content = text.content if text.content.endswith(b"\n") else text.content + b"\n"
    sheets: list[Sheet] = []
    place, line = 0, 1
    while (copy := _COPY.search(content, place)) is not None:
        first = line + content.count(b"\n", place, copy.start())  # the line of COPY itself
        table = _shown(copy[1].decode("utf-8"))
        if copy[3].strip():
            raise Unreadable(f"备份第 {first} 行：表 {table} 的 COPY 带有选项，读不出来。", "请用 pg_dump 的默认格式重新导出。")
        end = copy.end() - 1 if content.startswith(_END[1:], copy.end()) else content.find(_END, copy.end())
        if end < 0:
            raise Unreadable(f"备份不完整：第 {first} 行起的表 {table} 没有结束符。", "请重新导出后再报送。")
        columns = [_name(found) for found in _IDENTIFIER.finditer((copy[2] or b"").decode("utf-8"))]
        rows = content[copy.end() : end + 1]
        again = sum(sheet.name.startswith(table) for sheet in sheets)
        sheets.append(Sheet(f"{table} ({again + 1})" if again else table, _cells(columns, rows, table), first=first, remarks=text.remarks))
        place = end + len(_END)
        line = first + 1 + rows.count(b"\n") + 1
    return sheets


def _cells(columns: list[str], rows: bytes, table: str) -> pl.DataFrame:
    """Header and rows of a block."""
    width = max(len(columns), rows.split(b"\n", 1)[0].count(b"\t") + 1)
    if width * rows.count(b"\n") > CELLS:
        raise Unreadable(f"备份里的表 {table} 超过一张表的上限（{CELLS:,} 格）。", "请只导出需要的列和本月的行。")
    head = pl.DataFrame({f"c{number}": [name] for number, name in enumerate(columns)}, schema=[f"c{n}" for n in range(len(columns))])
    if not rows:
        return text_cells(head)
    names = [f"c{number}" for number in range(width)]
    try:
        frame = pl.read_csv(
            io.BytesIO(b"\t".join([b"x"] * width) + b"\n" + rows),
            has_header=False,
            new_columns=names,
            separator="\t",
            quote_char=None,
            infer_schema=False,
            null_values=["\\N"],
        ).slice(1)
    except pl.exceptions.PolarsError:
        raise Unreadable(f"备份里的表 {table} 各行列数对不上。", "请重新导出后再报送。") from None
    frame = frame.with_columns(_unescaped(column) for column in frame.iter_columns() if column.str.contains("\\", literal=True).any())
    return text_cells(pl.concat([head.cast(pl.String), frame], how="diagonal"))


def _unescaped(column: pl.Series) -> pl.Series:
    """A column without its backslashes; a doubled one is put aside first and put back last."""
    column = column.str.replace_all("\\\\", _BACKSLASH, literal=True)
    for code, letter in _ESCAPES:
        column = column.str.replace_all(code, letter, literal=True)
    return column.str.replace_all("\\", "", literal=True).str.replace_all(_BACKSLASH, "\\", literal=True)


def _name(found: re.Match[str]) -> str:
    return found[1].replace('""', '"') if found[1] is not None else found[2]


def _shown(table: str) -> str:
    """A table's name as it reads: without quotation marks."""
    return ".".join(_name(found) for found in _IDENTIFIER.finditer(table.replace(".", " "))) if '"' in table else table.strip()
