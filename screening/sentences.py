"""Sentences of rules: a template of the rule pack becomes one Polars expression.

A part in [square brackets] is left out where something in it is unknown (or a number in it is zero); elsewhere what is unknown reads
（未填）. Dates, amounts and texts are written as county people write them.
"""

from __future__ import annotations

import polars as pl

from contracts.rule import PART, PLACEHOLDER

LONG_NUMBER = r"(?<first>[0-9]{3})[0-9*]{5,13}(?<last>[0-9]{2}[0-9Xx])"  # ID numbers, phones, accounts: masked within texts
UNKNOWN = "（未填）"
LONGEST_TEXT = 100  # characters of a free text within a sentence


def number_text(number: pl.Expr) -> pl.Expr:
    """A number as people write it: at most two decimals, none when it is whole."""
    return number.cast(pl.Float64).round(2).cast(pl.String).str.strip_suffix(".0")


def date_text(day: pl.Expr) -> pl.Expr:
    """A date as 2026年11月5日."""
    return day.dt.strftime("%Y年%-m月%-d日")


def cell_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column as text for a sentence; null where there is nothing to say."""
    cell = pl.col(name)
    if dtype == pl.Date:
        return date_text(cell)
    if dtype.is_numeric():
        return number_text(cell)
    text = cell.cast(pl.String).str.replace_all(LONG_NUMBER, "${first}****${last}")
    short = pl.when(text.str.len_chars() > LONGEST_TEXT).then(text.str.head(LONGEST_TEXT) + "…").otherwise(text)
    return pl.when(short != "").then(short)


def sentence(template: str, schema: pl.Schema) -> pl.Expr:
    """The sentence of `template` for rows of `schema`; every placeholder is a column of it (see `contracts.rule.PLACEHOLDER`)."""
    parts = [
        _part(optional, schema, may_go=True) if optional else _part(plain, schema, may_go=False)
        for optional, plain in PART.findall(template)
    ]
    return pl.concat_str(parts) if parts else pl.lit("")


def _part(text: str, schema: pl.Schema, *, may_go: bool) -> pl.Expr:
    """One part: text and placeholders. Null placeholders make it empty (`may_go`) or are said to be unknown."""
    pieces: list[pl.Expr] = []
    position = 0
    for found in PLACEHOLDER.finditer(text):
        pieces.append(pl.lit(text[position : found.start()]))
        cell = cell_text(found[1], schema[found[1]])
        if not may_go:
            cell = cell.fill_null(UNKNOWN)
        elif schema[found[1]].is_numeric():
            cell = pl.when(pl.col(found[1]) != 0).then(cell)
        pieces.append(cell)
        position = found.end()
    pieces.append(pl.lit(text[position:]))
    return pl.concat_str(pieces).fill_null("")
