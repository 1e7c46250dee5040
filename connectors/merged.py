"""Merged cells in a table's body: a village over the rows of its people is meant for each of them.

What identifies is filled down. Amounts are not: one amount over three rows is one amount, and three of it would be counted thrice.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from connectors.layout import Table
from connectors.sheet import Merge, Remark, Sheet
from contracts.feed import Feed

COUNTED = {"money", "number", "integer"}


def tall_merges(sheet: Sheet, table: Table) -> list[Merge]:
    """The ranges below the header that go over several lines, counted from the first line below it."""
    start = table.last + 1
    return [Merge(m.top - start, m.left, m.bottom - start, m.right) for m in sheet.merges if m.top >= start and m.bottom > m.top]


def filled_down(body: pl.DataFrame, merges: list[Merge], feed: Feed, table: Table) -> pl.DataFrame:
    """`body` (cell columns) with the first column of each range filled down, but for columns that are counted."""
    filled = []
    for cell in sorted({f"c{merge.left}" for merge in merges}.intersection(body.columns) - _counted(feed, table)):
        source = np.arange(body.height)
        for merge in merges:
            if f"c{merge.left}" == cell:
                source[merge.top + 1 : merge.bottom + 1] = merge.top
        column = body[cell]
        filled.append(column.fill_null(column.gather(pl.Series(source))).alias(cell))
    return body.with_columns(filled)


def amounts(merges: list[Merge], feed: Feed, table: Table) -> tuple[Remark, ...]:
    """A remark when amounts stand over several lines."""
    counted = _counted(feed, table)
    over = sum(f"c{merge.left}" in counted for merge in merges)
    if not over:
        return ()
    reason = f"有 {over} 处金额或数量合并了几行，只算在第一行，其余行按空格读取。"
    return (Remark("merged_amount", "warn", reason, "请取消合并，在每行填上该行的数。"),)


def _counted(feed: Feed, table: Table) -> set[str]:
    """The cell columns whose values are added up."""
    cell_of = {header: cell for cell, header in table.headers.items()}
    found = table.found.columns
    return {cell_of[found[column.name]] for column in feed.columns if column.type in COUNTED and column.name in found}
