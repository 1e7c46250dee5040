"""Numbers that a spreadsheet keeps: fifteen digits are true, what lies behind them in the file is noise of the double.

An ID that was typed as a number is therefore written as its 15 true digits and zeros, never with the plausible tail of the double.
"""

from __future__ import annotations

import polars as pl

TRUE_DIGITS = 15
LONGEST = 22  # digits of the longest number that people are known by (disability certificates)
_WHOLE = rf"^\d{{16,{LONGEST}}}$"
_SCIENTIFIC = r"^\d(?:\.\d+)?[eE]\+?(?:1[5-9]|2[01])$"


def true_digits(text: pl.Series, typed: pl.Series) -> pl.Series:
    """`text` with long whole numbers cut to their true digits where the cell is `typed` as a number; other cells keep what they have."""
    frame = pl.DataFrame({"text": text, "typed": typed})
    cell = pl.col("text")
    long = pl.col("typed").fill_null(value=False) & (cell.str.contains(_WHOLE) | cell.str.contains(_SCIENTIFIC))
    value = pl.when(long).then(cell).cast(pl.Float64, strict=False).cast(pl.Int128, strict=False)
    length = value.cast(pl.String).str.len_chars().cast(pl.Int64)
    step = pl.lit(10).cast(pl.Int128).pow(length - TRUE_DIGITS)
    whole = ((value + step // 2) // step * step).cast(pl.String)
    return frame.select(pl.coalesce(pl.when(long).then(whole), cell).alias(text.name)).to_series()
