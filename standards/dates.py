"""Dates as bureaus write them, read into dates.

A date is read only when it can be read in one way: year first, a month by its name, a day beyond the twelfth, or an Excel serial
number. `11/5/2026` and `26.11.5` are left unread, for the bureau to write again, and so is a period. A month without a day stands for
its first day.
"""

from __future__ import annotations

import polars as pl

from standards.text import clean

EXCEL_EPOCH = pl.date(1899, 12, 30)  # serial 1 is 1900-01-01, and Excel believes in a 29 February 1900
FIRST_SERIAL, LAST_SERIAL = 5_000, 73_050  # 1913 to 2099: whoever is alive, and no year such as 2026
PIVOT = 30  # a year of two digits behind a month's name is of 2000 below it (Excel's rule), else of 1900

_YEAR = r"(?:18[89]|19\d|2[01]\d)\d"  # 1880 to 2199
_PLAIN = rf"^{_YEAR}-\d{{2}}-\d{{2}}$"
_SIGN = r" ?[-/\\.、。年 ] ?"
_BEHIND = r" ?(?:\((?:周|星期).\)|(?:周|星期).)? ?(?:上午|下午|中午|凌晨|早上|晚上?)?(?:[T ,]*\d{1,2}[:时点].*)?"  # a weekday, a time
_DAY = rf"^(?P<y>{_YEAR}){_SIGN}(?P<m>\d{{1,2}})(?:{_SIGN}| ?月 ?)(?P<d>\d{{1,2}}) ?[日号]?{_BEHIND}$"
_PLAIN_DAY = rf"^(?P<y>{_YEAR})(?P<m>\d{{2}})(?P<d>\d{{2}})(?:\.0+|\d{{6}})?$"
_DAY_FIRST = rf"^(?P<d>1[3-9]|2\d|3[01])[-/.](?P<m>\d{{1,2}})[-/.](?P<y>{_YEAR})$"  # 13 and more is no month
_MONTH_FIRST = rf"^(?P<m>\d{{1,2}})[-/.](?P<d>1[3-9]|2\d|3[01])[-/.](?P<y>{_YEAR})$"
_MONTH = rf"^(?P<y>{_YEAR}) ?[-/.年] ?(?P<m>\d{{1,2}}) ?(?:月份?|[-/.])?$"
_PLAIN_MONTH = rf"^(?P<y>{_YEAR})(?P<m>\d{{2}})(?:\.0+)?$"
_SERIAL = r"^(\d{4,5})(?:\.\d+)?$"
_IN_WORDS = r"^([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月(?:份|([一二三四五六七八九十]{1,3})[日号]?)?$"
_DIGITS = dict(zip("〇零○一二三四五六七八九", "000123456789", strict=True))
_UP_TO_TEN = ["", *"一二三四五六七八九"]
_NUMERALS = {f"{tens}{ones}": str(10 * at + n) for at, tens in enumerate(("", "十", "二十", "三十")) for n, ones in enumerate(_UP_TO_TEN)}
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: str(at) for at, name in enumerate(_NAMES, start=1)}
_ENGLISH = rf"(?i)^(\d{{1,2}})[- ]({'|'.join(_NAMES)})[a-z]*[- ,]+(\d{{4}}|\d{{2}})$"


def parse_date(expr: pl.Expr) -> pl.Expr:
    """Date of a text; null when it is none or cannot be told.

    Reads `2026-11-05`, `2026/11/5`, `2026.11.5`, `2026、11、5`, `2026年11月5日`, `20261105`, the same with weekday or time behind,
    `二〇二六年十一月五日`, `25/11/2026`, `5-Nov-26`, `2026-11`, `202611`, `2026年11月` and Excel serial numbers (`46331`, `46331.0`).
    """
    return expr.map_batches(_dates, return_dtype=pl.Date, is_elementwise=True)


def _dates(cells: pl.Series) -> pl.Series:
    """`parse_date` of a series: nearly all cells are as they should be, and only the others are looked at in every way."""
    text = cells.cast(pl.String)
    plain = text.str.contains(_PLAIN)
    dates = text.set(~plain, None).str.to_date("%Y-%m-%d", strict=False)
    odd = (~plain.fill_null(value=True)).arg_true()
    if not len(odd):
        return dates
    once = text.gather(odd).alias("cell").to_frame()
    different = once.unique()
    read = different.with_columns(date=_read(pl.col("cell")))
    return dates.scatter(odd, once.join(read, on="cell", how="left", maintain_order="left", nulls_equal=True)["date"])


def _read(cell: pl.Expr) -> pl.Expr:
    """The date in a cell that holds more than an ISO date."""
    text = clean(cell)
    serial = text.str.extract(_SERIAL, 1).cast(pl.Int32)
    from_serial = pl.when(serial.is_between(FIRST_SERIAL, LAST_SERIAL)).then(EXCEL_EPOCH + pl.duration(days=serial))
    days = [_written(text, pattern) for pattern in (_DAY, _PLAIN_DAY, _DAY_FIRST, _MONTH_FIRST, _MONTH, _PLAIN_MONTH)]
    return pl.coalesce(*days, from_serial, _in_words(text), _in_english(text)).cast(pl.Date)


def _written(text: pl.Expr, pattern: str) -> pl.Expr:
    """The date that the groups `y`, `m`, `d` of `pattern` give; the first of the month where there is no `d`."""
    found = text.str.extract_groups(pattern).struct
    return _day(found.field("y"), found.field("m"), found.field("d") if "<d>" in pattern else pl.lit("1"))


def _in_words(text: pl.Expr) -> pl.Expr:
    year = text.str.extract(_IN_WORDS, 1).str.replace_many(list(_DIGITS), list(_DIGITS.values()))
    month, day = (text.str.extract(_IN_WORDS, group).replace_strict(_NUMERALS, default=None) for group in (2, 3))
    said = text.str.extract(_IN_WORDS, 3).is_not_null()
    return pl.when(year.str.contains(f"^{_YEAR}$")).then(_day(year, month, pl.when(said).then(day).otherwise(pl.lit("1"))))


def _in_english(text: pl.Expr) -> pl.Expr:
    year = text.str.extract(_ENGLISH, 3)
    century = pl.when(year.cast(pl.Int32) < PIVOT).then(pl.lit("20")).otherwise(pl.lit("19"))
    full = pl.when(year.str.len_chars() == len("26")).then(pl.concat_str(century, year)).otherwise(year)
    month = text.str.extract(_ENGLISH, 2).str.to_lowercase().replace_strict(_MONTHS, default=None)
    return pl.when(full.str.contains(f"^{_YEAR}$")).then(_day(full, month, text.str.extract(_ENGLISH, 1)))


def _day(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """The date of digits; null for no such day."""
    return pl.concat_str(year, month.str.zfill(2), day.str.zfill(2), separator="-").str.to_date("%Y-%m-%d", strict=False)
