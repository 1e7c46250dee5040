"""Text files (.csv, .tsv, .txt): encoding found strictly, then cut into cells by Polars, every cell as text.

An encoding is right when the whole file decodes without a single error; nothing is replaced. GB18030 stands for GB2312 and GBK, too:
a GBK decoder fails on rare names, and a lenient one loses them silently.
"""

from __future__ import annotations

import codecs
import io
from pathlib import Path

import numpy as np
import polars as pl

from connectors.sheet import Sheet, Unreadable, text_cells

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SEPARATORS = (",", "\t", ";", "|")
LOOK_AT = 200  # lines from which the separator is told


def read_sheets(path: Path) -> list[Sheet]:
    """The file as one sheet without a name. Raises `Unreadable`."""
    content = decode(path.read_bytes())
    if not content.strip():
        raise Unreadable("文件是空的。", "请重新导出后再报送。")
    if content.lstrip()[:200].lower().startswith((b"<html", b"<!doctype", b"<?xml", b"<table", b"<meta")):
        raise Unreadable("文件是网页，不是表格（从系统“导出”时常见）。", "请用表格软件打开，另存为 .xlsx 后重新报送。")
    return [Sheet("", text_cells(_cut(content)))]


def decode(content: bytes) -> bytes:
    """`content` in UTF-8 without byte order mark and with plain line ends. Raises `Unreadable` when no encoding fits."""
    known = next((name for bom, name in BOMS if content.startswith(bom)), None)
    if known is None and b"\x00" in content:  # UTF-16 without mark: separators and line ends have a zero byte, before or behind
        known = "utf-16-le" if content[1::2].count(0) >= content[::2].count(0) else "utf-16-be"
    for encoding in (known,) if known else ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8")
    raise Unreadable("文字编码无法识别（不是 GB18030、UTF-8 或 UTF-16），或文件传输中损坏。", "请用表格软件另存为 .xlsx 后重新报送。")


def _cut(content: bytes) -> pl.DataFrame:
    """Every line of `content` as a row of text, empty lines included, as wide as the widest line."""
    separator = _separator(content)
    as_wide_as_the_widest = separator.encode() * max(_widest(content, separator) - 1, 1) + b"\n"
    for quote in ('"', None):  # a stray quotation mark in free text swallows lines: then marks are taken as text
        try:
            frame = pl.read_csv(
                io.BytesIO(as_wide_as_the_widest + content), has_header=False, separator=separator, quote_char=quote, infer_schema=False
            ).slice(1)
        except pl.exceptions.PolarsError:
            continue
        if quote is None or _balanced(content, frame):
            return frame
    raise Unreadable("文件不是规整的分隔文本，各行列数对不上。", "请用表格软件另存为 .xlsx 后重新报送。")


def _separator(content: bytes) -> str:
    """The separator that occurs most in the first lines."""
    head = b"\n".join(content.split(b"\n", LOOK_AT)[:LOOK_AT])
    return max(SEPARATORS, key=lambda separator: head.count(separator.encode()))


def _widest(content: bytes, separator: str) -> int:
    """Cells of the widest line; separators inside quotation marks count as well, which only gives empty columns."""
    codes = np.frombuffer(content, dtype=np.uint8)
    line_ends = np.flatnonzero(codes == ord("\n"))
    cells = np.flatnonzero(codes == ord(separator))
    per_line = np.bincount(np.searchsorted(line_ends, cells), minlength=1)
    return int(per_line.max()) + 1


def _balanced(content: bytes, frame: pl.DataFrame) -> bool:
    """Whether quotation marks did not swallow lines: a cell of many lines is a mark that was never closed."""
    if b'"' not in content:
        return True
    breaks = frame.select(pl.all().str.count_matches("\n").max()).max_horizontal().item()
    return breaks is None or breaks < 20
