"""Dates as bureaus write them, read into dates.

A date is read only when it can be read in one way: year first, or an Excel serial number. `11/5/2026` and two-digit years are left
unread, for the bureau to write again. A month without a day stands for its first day.
"""

from __future__ import annotations

import polars as pl

from standards.text import clean

EXCEL_EPOCH = pl.date(1899, 12, 30)  # serial 1 is 1900-01-01, and Excel believes in a 29 February 1900
FIRST_SERIAL, LAST_SERIAL = 5_000, 73_050  # 1913 to 2099: whoever is alive, and no year such as 2026

_YEAR = r"(?:18[89]|19\d|2[01]\d)\d"  # 1880 to 2199
_TIME = r"(?:[T ,]*\d{1,2}[:时点].*)?"
_DAY = rf"^(?P<y>{_YEAR}) ?[-/.年] ?(?P<m>\d{{1,2}}) ?[-/.月] ?(?P<d>\d{{1,2}}) ?[日号]?{_TIME}$"
_PLAIN_DAY = rf"^(?P<y>{_YEAR})(?P<m>\d{{2}})(?P<d>\d{{2}})(?:\.0+|\d{{6}})?$"
_MONTH = rf"^(?P<y>{_YEAR}) ?[-/.年] ?(?P<m>\d{{1,2}}) ?(?:月份?|[-/.])?$"
_PLAIN_MONTH = rf"^(?P<y>{_YEAR})(?P<m>\d{{2}})(?:\.0+)?$"
_SERIAL = r"^(\d{4,5})(?:\.\d+)?$"


def parse_date(expr: pl.Expr) -> pl.Expr:
    """Date of a text; null when it is none or cannot be told.

    Reads `2026-11-05`, `2026/11/5`, `2026.11.5`, `2026年11月5日`, `20261105`, the same with a time behind, `2026-11`, `202611`,
    `2026年11月` and Excel serial numbers (`46331`, `46331.0`).
    """
    text = clean(expr)
    serial = text.str.extract(_SERIAL, 1).cast(pl.Int32)
    from_serial = pl.when(serial.is_between(FIRST_SERIAL, LAST_SERIAL)).then(EXCEL_EPOCH + pl.duration(days=serial))
    days = [_written(text, pattern) for pattern in (_DAY, _PLAIN_DAY, _MONTH, _PLAIN_MONTH)]
    return pl.coalesce(*days, from_serial).cast(pl.Date).name.keep()


def _written(text: pl.Expr, pattern: str) -> pl.Expr:
    """The date that the groups `y`, `m`, `d` of `pattern` give; the first of the month where there is no `d`."""
    found = text.str.extract_groups(pattern).struct
    day = found.field("d").str.zfill(2) if "<d>" in pattern else pl.lit("01")
    iso = pl.concat_str(found.field("y"), found.field("m").str.zfill(2), day, separator="-")
    return iso.str.to_date("%Y-%m-%d", strict=False)
