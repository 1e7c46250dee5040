"""Rows as a bureau sent them, fit to be handed back: under its own headings, the cells at fault marked, masked where they must be.

A sheet of such rows begins with columns of ours (where the row stands, what is wrong, what to do); the bureau's own follow.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from contracts.feed import Feed
from contracts.tables import ARRIVAL
from delivery.book import GREEN, KINDS, PALE_GREEN, PALE_RED, RED, Book, Column, height_of, merge, put
from delivery.privacy import HIDDEN, mask_id, mask_ids_in_text, mask_phone
from delivery.words import CARE
from standards.headers import Headings

REFUSED = "退回"
PART = r"/\d+$"  # of the row_id of the second person of a row and later


def as_sent(feed: Feed, told: pl.DataFrame, arrivals: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """`told` (one row per row_id of `arrivals`, with `at_fault`: headings or meanings) beside the cells, masked; and their headings.

    By file, sheet, row_number. Columns that are empty in all of these rows are left out.
    """
    rows = told.join(arrivals, on="row_id", how="left", maintain_order="left")
    headers = [name for name in arrivals.columns if name not in ARRIVAL and rows[name].null_count() < rows.height]
    ours = [name for name in told.columns if name not in {"row_id", "at_fault"}]
    meant = meanings(feed, headers)
    shown = rows.select(*ARRIVAL, *ours, "at_fault", *(_shown(feed, header, meant.get(header)) for header in headers))
    return shown.sort("file", "sheet", "row_number"), headers


def write_rows(book: Book, name: str, title: str, ours: Sequence[Column], rows: pl.DataFrame, headers: Sequence[str], feed: Feed) -> None:
    """A sheet called `name` of rows from `as_sent`: columns `ours` of the frame first, then the bureau's own."""
    sheet = book.sheet(name, landscape=True)
    meant = meanings(feed, headers)
    last = len(ours) + len(headers) - 1
    merge(sheet, 0, 0, last, title, book.style(font_size=16, bold=True, font_color=GREEN, text_wrap=False))
    sheet.set_row(0, 28)
    head = book.boxed(bold=True, bg_color=GREEN, font_color="#FFFFFF", align="center")
    theirs = book.boxed(bold=True, bg_color=PALE_GREEN, align="center")
    for index, column in enumerate(ours):
        sheet.set_column(index, index, column.width)
        put(sheet, 1, index, column.heading, head)
    for index, header in enumerate(headers, start=len(ours)):
        sheet.set_column(index, index, 20 if _is_id(feed, header, meant.get(header)) else 13)
        put(sheet, 1, index, header, theirs)
    sheet.set_row(1, height_of([(header, 13) for header in headers], least=26))
    plain, refused = book.boxed(), book.boxed(align="center", bold=True, font_color=RED)
    at_fault = book.boxed(bg_color=PALE_RED, font_color=RED, bold=True)
    styles = [plain if column.kind == "text" else book.boxed(**KINDS[column.kind]) for column in ours]
    wanted = rows.select("at_fault", *(column.name for column in ours), *headers)
    for line, (marked, *cells) in enumerate(wanted.iter_rows(), start=2):
        for index, (value, style) in enumerate(zip(cells, styles, strict=False)):
            put(sheet, line, index, value, refused if value == REFUSED else style)
        for index, (header, value) in enumerate(zip(headers, cells[len(ours) :], strict=True), start=len(ours)):
            put(sheet, line, index, value, at_fault if header in marked or meant.get(header) in marked else plain)
        sheet.set_row(line, height_of([(str(value or ""), column.width) for value, column in zip(cells, ours, strict=False)]))
    sheet.freeze_panes(2, [column.name for column in ours].index("row_number") + 1)
    sheet.repeat_rows(1)
    sheet.fit_to_pages(1, 0)
    sheet.autofilter(1, 0, rows.height + 1, last)
    sheet.set_footer(f"&L{CARE}&R第 &P 页 共 &N 页")


def meanings(feed: Feed, headers: Sequence[str]) -> dict[str, str]:
    """The column of the contract that each heading as sent means, taken by itself, for files of a month may differ in their headings."""
    known = Headings(feed)
    found = {header: known.match([header]) for header in headers}
    named = {header: [*match.columns, *(name for name, _ in match.wide)] for header, match in found.items()}
    return {header: names[0] for header, names in named.items() if names}


def _is_id(feed: Feed, header: str, meaning: str | None) -> bool:
    """Whether cells under this heading hold ID numbers, as the heading reads or by the contract."""
    looks = any(word in header for word in ("证件号", "身份证", "公民身份", "残疾证", "残疾人证"))
    return looks or any(column.type in {"id_number", "ids"} and column.name == meaning for column in feed.columns)


def _shown(feed: Feed, header: str, meaning: str | None) -> pl.Expr:
    cell = pl.col(header)
    if any(column.sensitive and column.name == meaning for column in feed.columns):
        return pl.when(cell.is_not_null()).then(pl.lit(HIDDEN)).alias(header)
    if _is_id(feed, header, meaning):
        several = cell.str.contains(r"[、，,;；/]")
        return pl.when(several).then(mask_ids_in_text(cell)).otherwise(mask_id(cell)).alias(header)
    return mask_phone(mask_ids_in_text(cell)).alias(header)
