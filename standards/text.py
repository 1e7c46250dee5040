"""Text of cells and headers, brought to one form.

What belongs here: width, blanks and invisible characters. No meaning of a column. Characters of the private use area are kept:
in the names of real people they stand for rare characters that the sending system could not show.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import polars as pl

# blanks of all kinds, controls and format characters (zero-width blanks, byte order marks); Co, the private use area, is not among them
INVISIBLE = r"[\s\p{Cc}\p{Cf}]"

# characters that are their own NFKC; among the unified ideographs all are
_PLAIN = r"^[0-9A-Za-z\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}]+$"

# what people write to say that there is nothing to write
NOTHING = ("-", "--", "---", "—", "——", "/", "\\", "无", "没有", "空", "N/A", "NA", "#N/A", "NULL", "null", "None", "none", "nan", "NaN")

UNITS = ("亿元", "万元", "千元", "元", "人民币", "人", "户", "岁", "亩", "间", "㎡", "m2", "平方米", "%", "公里", "米", "个月", "天", "次")
_UNIT = re.compile(r"[(\[](?:单位:?)?(?:" + "|".join(re.escape(unicodedata.normalize("NFKC", unit)) for unit in UNITS) + r")[)\]]")
_BLANK = re.compile(r"[\s\u200b-\u200f\u2060\ufeff*]+")


def clean(expr: pl.Expr) -> pl.Expr:
    """Text in NFKC, without blanks and invisible characters at its ends; null when nothing is left."""
    return expr.cast(pl.String).map_batches(_clean, return_dtype=pl.String, is_elementwise=True)


def _clean(cells: pl.Series) -> pl.Series:
    """`clean` of a series."""
    return unless(cells.str.contains(_PLAIN), cells, lambda odd: odd.to_frame("cell").select(_cleaned(pl.col("cell")))["cell"])


def _cleaned(cell: pl.Expr) -> pl.Expr:
    """The text of a cell that holds more than plain characters."""
    text = cell.str.normalize("NFKC").str.replace_all(rf"^{INVISIBLE}+|{INVISIBLE}+$", "")
    return pl.when(text != "").then(text).name.keep()


def compact(expr: pl.Expr) -> pl.Expr:
    """Like `clean`, and without any blank or invisible character inside."""
    text = expr.cast(pl.String).str.normalize("NFKC").str.replace_all(rf"{INVISIBLE}+", "").str.normalize("NFKC")
    return pl.when(text != "").then(text).name.keep()


def something(expr: pl.Expr) -> pl.Expr:
    """`clean`, and null as well where the cell only says that there is nothing (`-`, `/`, 无)."""
    text = clean(expr)
    return pl.when(~text.is_in(NOTHING)).then(text).name.keep()


def unless(plain: pl.Series, cells: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`cells` where they are `plain` or null, and `read` of them elsewhere: nearly all cells are as they should be."""
    odd = (~plain.fill_null(value=True)).arg_true()
    return cells.clone().scatter(odd, read(cells.gather(odd))) if len(odd) else cells


def header_key(header: str) -> str:
    """A header as it is compared: NFKC, no blanks, no asterisks, no unit in brackets; `联系 电话*` and `联系电话` are one header."""
    return _UNIT.sub("", _BLANK.sub("", unicodedata.normalize("NFKC", header))).rstrip(":").lower()
