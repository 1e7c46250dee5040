"""Amounts and numbers as bureaus write them.

An amount that names its unit in the cell (`1.2万`) keeps it, whatever the column says. Money is 元 with two decimals. What is no
number stays null; nothing is guessed out of words.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import polars as pl

FACTORS: Final = {"元": 1.0, "千元": 1e3, "万元": 1e4, "亿元": 1e8}

_NUMBER = r"([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)"
_DIGITS = r"^-?[0-9]{1,300}(?:\.[0-9]+)?$"
_MONEY = rf"^{_NUMBER}(千|万|[wW]|亿)?(?:元|圆|块)?整?$"
_GROUPED = r"^\D*(?:\d{1,3}(?:,\d{3})+|\d{1,4}(?:,\d{4})+)(?:\.\d*)?[^\d,]*$"  # in thousands, or as one speaks, in tens of thousands
_COUNT = rf"^{_NUMBER}(?:人|户|口|岁|亩|间|㎡|m2|平方米|平米|个|次|天|年|月|个月|公里|米|%)?$"


def parse_money(expr: pl.Expr, factor: float = 1.0) -> pl.Expr:
    """元 of a text such as `12,345.00`, `1.2万元`, `￥350`, `-350.00`, `(350)`; `factor` is the column's unit in 元.

    A unit inside the cell (元, 千, 万, 亿) goes before `factor`. Rounded to 分. Null when it is no amount.
    """
    read = partial(_amounts, factor=factor)
    return expr.cast(pl.String).map_batches(read, return_dtype=pl.Float64, is_elementwise=True)


def _amounts(cells: pl.Series, factor: float) -> pl.Series:
    """`parse_money` of a series."""
    return _numbers(cells, lambda plain: (plain * factor).round(2), partial(_written_amount, factor=factor))


def _numbers(cells: pl.Series, read: Callable[[pl.Series], pl.Series], written: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """`read` of the cells that are digits and a point, and what is `written` in the others; null when it is not finite."""
    plain = cells.str.contains(_DIGITS)
    numbers = read(cells.set(~plain, None).cast(pl.Float64))
    numbers = numbers.set(~numbers.is_finite(), None)
    odd = (~plain.fill_null(value=True)).arg_true()
    if not len(odd):
        return numbers
    return numbers.scatter(odd, cells.gather(odd).to_frame("cell").select(written(pl.col("cell")))["cell"])


def _written_amount(cell: pl.Expr, factor: float) -> pl.Expr:
    """The amount in a cell that holds more than digits and a point."""
    text = _plain(cell)
    found = text.str.extract_groups(_MONEY)
    number = found.struct.field("1").cast(pl.Float64, strict=False)
    unit = found.struct.field("2").replace_strict(
        {"千": 1e3, "万": 1e4, "w": 1e4, "W": 1e4, "亿": 1e8}, default=None, return_dtype=pl.Float64
    )
    in_yuan = pl.when(text.str.contains("[元圆块]")).then(pl.lit(1.0)).otherwise(pl.lit(factor))
    amount = number * pl.coalesce(unit, in_yuan)
    return pl.when(amount.is_finite()).then(amount.round(2)).name.keep()


def parse_number(expr: pl.Expr) -> pl.Expr:
    """Float64 of a text such as `1,200`, `86.5㎡` or `3人`; null when it is no number."""
    read = partial(_numbers, read=lambda plain: plain, written=_written_number)
    return expr.cast(pl.String).map_batches(read, return_dtype=pl.Float64, is_elementwise=True)


def _written_number(cell: pl.Expr) -> pl.Expr:
    """The number in a cell that holds more than digits and a point."""
    number = _plain(cell).str.extract(_COUNT, 1).cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number).name.keep()


def _plain(expr: pl.Expr) -> pl.Expr:
    """Without separators and currency signs; a number in brackets is a negative one, as accountants write it.

    Null where a comma parts other than thousands (`3,5`): it may be a point.
    """
    text = expr.cast(pl.String).str.normalize("NFKC").str.replace_all(r"[\s\p{Cf}'￥¥$]|人民币|RMB|CNY", "")
    text = pl.when(~text.str.contains(",", literal=True) | text.str.contains(_GROUPED)).then(text.str.replace_all(",", "", literal=True))
    return text.str.replace(r"^[−–—-]+", "-").str.replace(r"^\(-?(.*)\)$", "-${1}")
