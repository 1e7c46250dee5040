"""Telephone numbers: one usable number out of whatever stands in the cell."""

from __future__ import annotations

import polars as pl

from standards.text import clean, unless

_PLAIN = r"^1[3-9]\d{9}$"
_MOBILE = r"(?:^|\D)(?:0086|86|0)?(1[3-9]\d{9})(?:\D|$)"
_FLOAT = r"^1\.[3-9]\d+[eE]\+?10$"
_LANDLINE = r"(?:^|\D)(0\d{2,3}\d{7,8}|[2-8]\d{6,7})(?:\D|$)"


def parse_phone(expr: pl.Expr) -> pl.Expr:
    """Digits of the first mobile number of a text, else of the first landline number; null when there is neither.

    Reads `139-1234-5678`, `+86 13912345678`, numbers that a spreadsheet made floats of, and several numbers joined by commas.
    """
    return expr.cast(pl.String).map_batches(_parse_phones, return_dtype=pl.String, is_elementwise=True)


def _parse_phones(cells: pl.Series) -> pl.Series:
    """`parse_phone` of a series."""
    return unless(cells.str.contains(_PLAIN), cells, lambda odd: odd.to_frame("cell").select(_parsed(pl.col("cell")))["cell"])


def _parsed(cell: pl.Expr) -> pl.Expr:
    """The number in a cell that holds more than that."""
    text = clean(cell).str.replace(r"\.0+$", "")
    rounded = pl.when(text.str.contains(_FLOAT)).then(text.cast(pl.Float64, strict=False).round(0).cast(pl.Int64, strict=False))
    text = pl.coalesce(rounded.cast(pl.String), text)
    joined = text.str.replace_all(r"[\s\-()]", "")
    return pl.coalesce(text.str.extract(_MOBILE, 1), joined.str.extract(_MOBILE, 1), joined.str.extract(_LANDLINE, 1)).name.keep()
