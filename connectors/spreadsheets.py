"""Spreadsheets (.xlsx, .xlsm, .xls, .et) through calamine, every cell as text.

Numbers need care: a spreadsheet keeps 15 digits of a number, and what lies behind them in the file is noise of the double. An ID
that was typed as a number is therefore written as its 15 true digits and zeros, never with the plausible tail of the double.
"""

from __future__ import annotations

from pathlib import Path

import fastexcel
import polars as pl

from connectors.sheet import Sheet, Unreadable, text_cells

OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
TRUE_DIGITS = 15


def is_spreadsheet(head: bytes) -> bool:
    """Whether a file that begins with `head` is a workbook (of either kind), whatever its name says."""
    return head.startswith((OLE, ZIP))


def read_sheets(path: Path) -> list[Sheet]:
    """All sheets of a workbook in order, empty ones included. Raises `Unreadable`."""
    try:
        book = fastexcel.read_excel(path)
        return [Sheet(name, _cells(book, name)) for name in book.sheet_names]
    except fastexcel.FastExcelError as broken:
        raise _explained(path, str(broken)) from None


def _cells(book: fastexcel.ExcelReader, name: str) -> pl.DataFrame:
    # header_row=None with skip_rows=0 keeps empty lines at the top; without skip_rows calamine drops them and row numbers shift
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    if sheet.width == 0 or sheet.total_height == 0:
        return pl.DataFrame()
    frame = sheet.to_polars()
    long = [number for number, column in enumerate(frame.iter_columns()) if column.str.contains(r"^\d{16,22}$").any()]
    if long:
        frame = _true_digits(book, name, frame, long)
    return text_cells(frame)


def _true_digits(book: fastexcel.ExcelReader, name: str, frame: pl.DataFrame, columns: list[int]) -> pl.DataFrame:
    """`frame` with long numbers cut to their true digits, where the cell holds a number; text cells keep all that they have."""
    # calamine makes booleans of numbers and not of text: that tells them apart
    kinds = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="boolean", use_columns=columns).to_polars()
    fixed = []
    for column, kind in zip(columns, kinds.iter_columns(), strict=True):
        text = frame.to_series(column)
        if kind.len() == text.len() and kind.is_not_null().any():
            fixed.append(pl.when(kind.is_not_null()).then(_rounded(pl.lit(text))).otherwise(pl.lit(text)).alias(text.name))
    return frame.with_columns(fixed)


def _rounded(text: pl.Expr) -> pl.Expr:
    """Whole numbers of 16 digits and more with all behind the fifteenth digit set to zero; other texts as they are."""
    whole = text.str.contains(r"^\d{16,22}$")
    length = text.str.len_chars()
    head = (pl.when(whole).then(text).cast(pl.Float64, strict=False) / 10.0 ** (length - TRUE_DIGITS).cast(pl.Float64)).round(0)
    digits = head.cast(pl.Int64, strict=False).cast(pl.String)
    padded = pl.concat_str(digits, pl.lit("0" * 7).str.slice(0, length - TRUE_DIGITS))
    return pl.when(whole).then(padded).otherwise(text)


def _explained(path: Path, message: str) -> Unreadable:
    content = path.read_bytes()
    if not content:
        return Unreadable("文件是空的（0字节）。", "请重新导出后再报送。")
    if "assword" in message or ENCRYPTED in content:
        return Unreadable("文件设了打开密码，读不出来。", "请取消密码后重新报送；确需加密传输的，请改用内网目录。")
    if is_spreadsheet(content[:8]):
        return Unreadable("文件不完整或已损坏，读不出来。", "请在表格软件里打开另存一份后重新报送；打不开的请重新导出。")
    return Unreadable("文件内容不是表格（扩展名与内容不符）。", "请用表格软件另存为 .xlsx 后重新报送。")
