"""Several lists below each other in one sheet, each under a header of its own: cut apart, because their columns may stand otherwise.

A header that only comes again, column for column, is no new list; `lines` knows it for what it is.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from connectors.layout import Table, find_table, header_rows, is_group_row
from connectors.sheet import Merge, Sheet
from standards.headers import Headings, key_of

NEVER_WORDS = {"id_number", "ids", "date", "money", "number", "integer", "phone", "sex"}  # columns in whose cells no header word stands
LOOKED_AT = 1_000  # lines with such a word in such a column


def pieces(sheet: Sheet, headings: Headings) -> list[Sheet]:
    """The sheet, or its parts from one header to the next; all but the first are named with the row that they begin at."""
    found = []
    name = sheet.name
    while (table := find_table(sheet, headings)) is not None and (line := _next_header(sheet, table, headings)) is not None:
        found.append(replace(_part(sheet, 0, line), goes_on=True))
        row = sheet.first + line
        sheet = replace(_part(sheet, line, sheet.cells.height), name=f"{name}（第{row}行起）" if name else f"第{row}行起")
    return [*found, sheet]


def _next_header(sheet: Sheet, table: Table, headings: Headings) -> int | None:
    """The line of the sheet in which the header of another list begins."""
    feed = headings.feed
    own = [{key_of(cell) for cell in column if cell} for column in header_rows(sheet, table).iter_columns()]
    words = {word for column in feed.columns for word in (*column.headers, column.name)} | set(feed.ignore) | set().union(*own)
    cell_of = {header: cell for cell, header in table.headers.items()}
    typed = [
        cell_of[table.found.columns[column.name]]
        for column in feed.columns
        if column.type in NEVER_WORDS and column.name in table.found.columns
    ]
    if not typed:
        return None
    body = sheet.cells.slice(table.last + 1)
    hits = body.select(pl.any_horizontal(pl.col(typed).is_in(sorted(words)).fill_null(value=False))).to_series().arg_true()
    for line in hits.head(LOOKED_AT):
        keys = [key_of(cell) if cell else None for cell in body.row(line)]
        known = [place for place, key in enumerate(keys) if key in headings.keys]
        filled = sum(key is not None for key in keys)
        if len(known) >= 3 and len(known) * 2 >= filled and any(keys[place] not in own[place] for place in known):
            is_below_groups = line > 0 and is_group_row(list(body.row(line - 1))) and not any(map(_has_digit, body.row(line - 1)))
            return int(table.last + 1 + line - is_below_groups)
    return None


def _has_digit(cell: str | None) -> bool:
    return cell is not None and any(letter.isdigit() for letter in cell)


def _part(sheet: Sheet, start: int, end: int) -> Sheet:
    """The lines from `start` to before `end`."""
    merges = tuple(
        Merge(max(merge.top, start) - start, merge.left, min(merge.bottom, end - 1) - start, merge.right)
        for merge in sheet.merges
        if merge.bottom >= start and merge.top < end
    )
    cells = sheet.cells.slice(start, end - start)
    return replace(sheet, cells=cells, first=sheet.first + start, merges=merges, remarks=sheet.remarks if start == 0 else ())
