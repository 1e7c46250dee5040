"""Workbooks (.xlsx, .xlsm, .xls, .et) through calamine, every cell as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import fastexcel
import polars as pl

from connectors import biff, ooxml
from connectors.numbers import true_digits
from connectors.recognise import REFUSED
from connectors.sheet import Facts, Merge, Remark, Sheet, Unreadable, text_cells

PICTURES = ("工作簿里只有图片（照片或截图），没有文字。", "请报送原表格；没有原表格的，请录入后报送。")


def read_xlsx(content: bytes) -> list[Sheet]:
    """All sheets of an .xlsx in order, empty ones included. Raises `Unreadable`."""
    book = ooxml.look_through(content)
    sheets = _read(content, book.sheets)
    if book.has_pictures and all(sheet.cells.height == 0 for sheet in sheets):
        raise Unreadable(*PICTURES)
    return sheets


def read_xls(content: bytes) -> list[Sheet]:
    """All sheets of an .xls or .et in order, empty ones included. Raises `Unreadable`."""
    facts = biff.look_through(content)
    sheets = _read(content, facts)
    if any(of_sheet.has_pictures for of_sheet in facts) and all(sheet.cells.height == 0 for sheet in sheets):
        raise Unreadable(*PICTURES)
    return sheets


def _read(content: bytes, facts: Mapping[str, Facts] | Sequence[Facts]) -> list[Sheet]:
    """The sheets of a workbook whose facts are known by name or in order."""
    try:
        book = fastexcel.read_excel(content)
        names = book.sheet_names
        if not isinstance(facts, Mapping):
            facts = dict(zip(names, facts, strict=True)) if len(facts) == len(names) else {}
        return [_sheet(book, name, facts.get(name, Facts())) for name in names]
    except BaseException as broken:  # noqa: BLE001 - a panic of Rust derives from BaseException on purpose
        raise _explained(broken) from None


def _explained(broken: BaseException) -> BaseException:
    """What to raise for an error of calamine; anything else goes on as it is."""
    if type(broken).__name__ != "PanicException" and not isinstance(broken, fastexcel.FastExcelError | OSError | ValueError):
        return broken
    return Unreadable(*REFUSED["password" if "assword" in str(broken) else "broken_xlsx"])


def _sheet(book: fastexcel.ExcelReader, name: str, facts: Facts) -> Sheet:
    frame, skipped = _frame(book, name, facts)
    if frame.is_empty():
        return Sheet(name, pl.DataFrame())
    if facts.has_long_numbers:
        frame = _true_digits(book, name, frame, skipped)
    cells = text_cells(frame.select(*(pl.lit(None, dtype=pl.String).alias(f"left {number}") for number in range(skipped)), pl.all()))
    within = (Merge(m.top, m.left, min(m.bottom, frame.height - 1), m.right) for m in facts.merges if m.left < cells.width)
    return Sheet(name, cells, merges=tuple(m for m in within if m.bottom > m.top), remarks=_remarks(facts))


def _frame(book: fastexcel.ExcelReader, name: str, facts: Facts) -> tuple[pl.DataFrame, int]:
    """The cells of a sheet, and how many columns were left out: calamine begins with the first column that holds anything."""
    # header_row=None with skip_rows=0 keeps empty lines at the top; without skip_rows calamine drops them and row numbers shift
    if facts.begins_at_a:  # the quick way, which does not tell where it begins
        return pl.DataFrame(book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string", eager=True)), 0
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    if sheet.width == 0 or sheet.total_height == 0:
        return pl.DataFrame(), 0
    return sheet.to_polars(), sheet.selected_columns[0].absolute_index


def _true_digits(book: fastexcel.ExcelReader, name: str, frame: pl.DataFrame, skipped: int) -> pl.DataFrame:
    """`frame` with long numbers cut to their true digits, where the cell holds a number; text cells keep all that they have."""
    long = [number for number, column in enumerate(frame.iter_columns()) if column.str.contains(r"^\d{16,22}$").any()]
    if not long:
        return frame
    # calamine makes booleans of numbers and not of text: that tells them apart
    there = [number + skipped for number in long]
    kinds = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="boolean", use_columns=there).to_polars()
    return frame.with_columns(
        true_digits(frame.to_series(number), kind.is_not_null()) for number, kind in zip(long, kinds.iter_columns(), strict=True)
    )


def _remarks(facts: Facts) -> tuple[Remark, ...]:
    remarks = []
    if facts.hidden_rows or facts.hidden_columns:
        hidden = "、".join(f"{count} {what}" for count, what in ((facts.hidden_rows, "行"), (facts.hidden_columns, "列")) if count)
        remarks.append(Remark("hidden", "note", f"有 {hidden}是隐藏的，已照样读取。", "不该报送的行请删除，而不是隐藏或筛选。"))
    if facts.uncomputed:
        remarks.append(
            Remark(
                "formula_without_value",
                "warn",
                f"有 {facts.uncomputed} 个公式格没有算出的值，按空格读取。",
                "请在表格软件里打开、保存后重新报送，或把公式粘贴为数值。",
            )
        )
    if facts.errors:
        remarks.append(
            Remark(
                "error_cells",
                "warn",
                f"有 {facts.errors} 格是公式错误（#DIV/0!、#N/A、#REF! 等），按空格读取。",
                "请改正公式，或填上正确的值。",
            )
        )
    return tuple(remarks)
