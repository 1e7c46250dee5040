"""Decoded text (.csv, .tsv, .txt) cut into cells by Polars, every cell as text.

Quotation marks are where such files break: one that stands alone in free text swallows the lines behind it. A file in which that
happens is looked at line by line, and marks that do not go together are taken as text.
"""

from __future__ import annotations

import io
import re

import numpy as np
import polars as pl

from connectors.encoding import Text
from connectors.limits import CELLS
from connectors.sheet import Remark, Sheet, Unreadable, text_cells

SEPARATORS = (",", "\t", ";", "|")
FULL_WIDTH = "，"  # typed by hand with a Chinese keyboard
LOOK_AT = 200  # lines from which the separator is told
ENOUGH = 1 << 20  # bytes in which they are looked for
MANY_LINES = 20  # lines that one quoted cell may have
MARK = b"\x00"  # stands for a quotation mark that is text; no decoded text has it
_SEP_LINE = re.compile(rb"^sep=([,;|\t])\n", re.IGNORECASE)
_NO_NUMBER = r'^="(.*)"$'  # how systems keep spreadsheets from ruining IDs: ="5226…"


def read_sheet(text: Text) -> Sheet:
    """The text as one sheet without a name. Raises `Unreadable`."""
    content = text.content
    if not content.strip():
        raise Unreadable("文件是空的。", "请重新导出后再报送。")
    named = _SEP_LINE.match(content)
    separator = named[1].decode() if named else _separator(content)
    if separator == FULL_WIDTH:
        content, separator = content.replace(FULL_WIDTH.encode(), b","), ","
    if f'{separator} "'.encode() in content:
        content = content.replace(f'{separator} "'.encode(), f'{separator}"'.encode())
    cells = text_cells(_cut(content, separator))
    if b'="' in content:
        marked = [column for column in cells.iter_columns() if column.str.starts_with('="').any()]
        cells = cells.with_columns(column.str.replace(_NO_NUMBER, "${1}") for column in marked)
    remarks = (*text.remarks, *_cut_off(content, separator, cells.height))
    return Sheet("", cells, remarks=remarks)


def _separator(content: bytes) -> str:
    """The separator that occurs most in the first lines; the full-width comma only where there is no other."""
    head = b"\n".join(content[:ENOUGH].split(b"\n", LOOK_AT)[:LOOK_AT])
    best = max(SEPARATORS, key=lambda separator: head.count(separator.encode()))
    if head.count(best.encode()) == 0 and head.count(FULL_WIDTH.encode()) > 0:
        return FULL_WIDTH
    return best


def _cut(content: bytes, separator: str) -> pl.DataFrame:
    """Every line of `content` as a row of text, empty lines included, as wide as the widest line."""
    widths = _widths(content, separator)
    widest = int(widths.max())
    if widest * len(widths) > CELLS:
        line = int(widths.argmax()) + 1
        raise Unreadable(
            f"共 {len(widths)} 行，第 {line} 行有 {widest} 列，超过一张表的上限（{CELLS:,} 格）。",
            "请检查该行；确实有这么多数据的，请按乡镇拆开报送。",
        )
    lead = separator.encode() * max(widest - 1, 1) + b"\n"
    if b'"' not in content:
        return _parsed(lead + content, separator, quoted=False)
    usual = int(np.bincount(widths).argmax())
    try:
        frame = _parsed(lead + content, separator, quoted=True)
        if not _swallowed(frame, separator, usual):
            return frame
    except pl.exceptions.PolarsError:
        pass
    mended = _mended(content, separator, usual)
    for times in (1, 2, MANY_LINES):  # a record of several lines is wider than each of them
        try:
            frame = _parsed(lead[:-1] * times + b"\n" + mended, separator, quoted=True)
        except pl.exceptions.PolarsError:
            continue
        return frame.with_columns(pl.all().str.replace_all(MARK.decode(), '"', literal=True))
    raise Unreadable("文件里的引号和换行不成对，分不清各列。", "请用表格软件打开核对后另存为 .xlsx 报送。")


def _parsed(content: bytes, separator: str, *, quoted: bool) -> pl.DataFrame:
    """The lines of `content` less the first, which only says how wide they are. Raises `PolarsError`, for quoted text only."""
    quote = '"' if quoted else None
    return pl.read_csv(io.BytesIO(content), has_header=False, separator=separator, quote_char=quote, infer_schema=False).slice(1)


def _widths(content: bytes, separator: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Cells of each line; separators inside quotation marks count as well, which only gives empty columns."""
    others = bytes(byte for byte in range(256) if byte not in {ord(separator), ord("\n")})
    kept = content.translate(None, others) + (b"" if content.endswith(b"\n") else b"\n")
    line_ends = np.flatnonzero(np.frombuffer(kept, dtype=np.uint8) == ord("\n"))
    return np.diff(line_ends, prepend=-1).astype(np.int64)


def _swallowed(frame: pl.DataFrame, separator: str, usual: int) -> bool:
    """Whether quotation marks swallowed lines: a cell that holds a line's worth of separators, or very many lines."""
    several = frame.select(pl.all().str.contains("\n", literal=True).any())
    names = [column.name for column in several if column.item()]
    inside = [pl.col(name).filter(pl.col(name).str.contains("\n", literal=True)) for name in names]
    for cells in inside:
        looked_at = frame.select(
            separators=cells.str.count_matches(separator, literal=True).max(), lines=cells.str.count_matches("\n", literal=True).max()
        )
        separators, lines = looked_at.row(0)
        if separators >= max(usual - 1, 1) or lines >= MANY_LINES:
            return True
    return False


def _mended(content: bytes, separator: str, usual: int) -> bytes:
    """`content` with every quotation mark that is text replaced by `MARK`.

    A line is left alone when its marks go together, and so are lines that only together make a line of the usual width.
    """
    cell = rf'(?:[^"{re.escape(separator)}\n]*|"(?:[^"]|"")*")'
    sound = re.compile(rf"{cell}(?:{re.escape(separator)}{cell})*\Z")
    lines = content.decode("utf-8").split("\n")
    odd = pl.Series(lines).str.contains('"', literal=True).arg_true().to_list()
    done = -1
    for start in odd:
        if start <= done or sound.match(lines[start]):
            continue
        end = _end_of_record(lines, start, sound, separator, usual)
        if end is None:
            lines[start] = lines[start].replace('"', MARK.decode())
        else:
            done = end
    return "\n".join(lines).encode("utf-8")


def _end_of_record(lines: list[str], start: int, sound: re.Pattern[str], separator: str, usual: int) -> int | None:
    """The last line of the record that begins at `start` and has a cell of several lines; none when it is no such record."""
    if lines[start].count(separator) + 1 == usual:
        return None
    record = lines[start]
    for end in range(start + 1, min(start + MANY_LINES, len(lines))):
        record += "\n" + lines[end]
        if '"' in lines[end] and sound.match(record):
            return end if lines[end].count(separator) + 1 != usual else None
    return None


def _cut_off(content: bytes, separator: str, lines: int) -> tuple[Remark, ...]:
    """A remark when the file ends in the middle of a line: no line end, and fewer cells than the line before, but more than one."""
    before, last = (b"\n\n" + content[-(1 << 16) :]).rsplit(b"\n", 2)[1:]
    if not last or not 0 < last.count(separator.encode()) < before.count(separator.encode()):
        return ()
    return (Remark("cut_off", "warn", f"文件在第 {lines} 行中间结束，可能没有传完整。", "请与原系统核对行数，不一致的请重新导出。"),)
