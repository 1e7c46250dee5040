"""How a list looks on paper, as data: columns with their headers and styles, titles, unit row, subtotals, notes, sheets, files.

`lay_out` turns clean typed rows into the lines of files and says at which row number each row stands. The rows carry their truth
in columns of their own (`person_uid`, `event_id`, `errors`, …) that never reach a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl

from samples.writers import Merge, Sheet

Style = Literal["text", "date", "day", "month", "money", "comma", "wan", "number", "as_number"]

DATE_STYLES = {
    "dash": "%Y-%m-%d",
    "slash": "%Y/%-m/%-d",
    "dot": "%Y.%-m.%-d",
    "chinese": "%Y年%-m月%-d日",
    "digits": "%Y%m%d",
    "serial": "",
    "time": "%Y-%m-%d 00:00:00",
}


@dataclass(frozen=True)
class Col:
    """One column: `header` (the levels of a merged header separated by `|`), the row column it shows, and how.

    `date` is text in one of the layout's styles, `day` a cell that the spreadsheet itself takes for a date.
    """

    header: str
    source: str
    style: Style = "text"


@dataclass(frozen=True)
class Layout:
    """The outer form of one bureau's list."""

    file: str  # may hold {month} (202611), {year}, {number}, {town}
    columns: tuple[Col, ...]
    titles: tuple[str, ...] = ()
    unit: str = ""  # a unit row between titles and header, such as 单位：万元
    kind: Literal["xlsx", "xls", "csv", "database"] = "xlsx"
    encoding: str = "utf-8"
    sheet: str = "Sheet1"
    files_by: str = ""  # a column: one file per value
    sheets_by: str = ""  # a column: one sheet per value
    subtotals_by: str = ""  # a column: a 小计 line after each value
    total: bool = False
    blank_every: int = 0  # an empty line after so many rows, or after each subtotal
    footer: tuple[str, ...] = ()
    dates: tuple[str, ...] = ("dash",)
    sums: tuple[str, ...] = ()  # row columns that subtotals add up


@dataclass(frozen=True)
class File:
    """One file to write: sheets for workbooks, one for text files."""

    name: str
    layout: Layout
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True)
class Laid:
    """The files of one list and where each of its rows stands: the rows with file, sheet, row_number."""

    files: list[File]
    rows: pl.DataFrame
    lines: pl.DataFrame = field(default_factory=pl.DataFrame)  # file, sheet, row_number of subtotals and totals


def lay_out(layout: Layout, rows: pl.DataFrame, names: dict[str, str], rng: np.random.Generator) -> Laid:
    """All files of one list. `names` fills the placeholders of file name and titles; one file or sheet per value where asked."""
    rows = rows.with_columns(date_style=pl.Series(rng.integers(0, len(layout.dates), rows.height), dtype=pl.Int64))
    files, placed, lines = [], [], []
    for town, part in _groups(rows, layout.files_by):
        file = layout.file.format(**names, town=town)
        sheets = []
        for value, page in _groups(part, layout.sheets_by):
            sheet, stands, extra = _sheet(layout, page, {**names, "town": town or value}, value or layout.sheet)
            where = {"file": pl.lit(file), "sheet": pl.lit("" if layout.kind in {"csv", "database"} else sheet.name)}
            sheets.append(sheet)
            placed.append(stands.with_columns(**where))
            lines.append(extra.with_columns(**where))
        files.append(File(file, layout, tuple(sheets)))
    return Laid(files, pl.concat(placed), pl.concat(lines))


def _groups(rows: pl.DataFrame, by: str) -> list[tuple[str, pl.DataFrame]]:
    """The rows by the values of a column, in the order in which they come; all of them when no column is named."""
    if not by:
        return [("", rows)]
    parts = rows.partition_by(by, as_dict=True, maintain_order=True)
    return [(str(key[0]), part) for key, part in parts.items()] or [("", rows)]


def _sheet(layout: Layout, rows: pl.DataFrame, names: dict[str, str], name: str) -> tuple[Sheet, pl.DataFrame, pl.DataFrame]:
    """One sheet, its rows with their row numbers, and the row numbers of subtotals and totals."""
    head, merges = _head(layout, names)
    body = _body(layout, rows)
    cells = [f"c{number}" for number in range(len(layout.columns))]
    tail = pl.DataFrame([_first(text, len(cells)) for text in layout.footer], schema=dict.fromkeys(cells, pl.String), orient="row")
    top = pl.DataFrame(head, schema=dict.fromkeys(cells, pl.String), orient="row")
    grid = pl.concat([top, body.select(cells), tail])
    numbered = body.with_row_index("row_number", offset=len(head) + 1).with_columns(pl.col("row_number").cast(pl.Int32))
    stands = numbered.filter(kind=0).sort("ordinal").get_column("row_number")
    numeric = frozenset(n for n, column in enumerate(layout.columns) if column.style in {"money", "wan", "number", "as_number"})
    days = frozenset(n for n, column in enumerate(layout.columns) if column.style == "day")
    extra = numbered.filter(pl.col("kind").is_in([1, 3])).select("row_number")
    titles = len(layout.titles) + bool(layout.unit)
    return Sheet(name, grid, len(head), titles, merges, numeric, days), rows.with_columns(row_number=stands), extra


def _first(text: str | None, width: int) -> list[str | None]:
    """A line with `text` in its first cell."""
    return [text, *[None] * (width - 1)]


def _head(layout: Layout, names: dict[str, str]) -> tuple[list[list[str | None]], tuple[Merge, ...]]:
    """Titles, unit row and header rows, with equal neighbours and single headers merged; a database table has none."""
    if layout.kind == "database":
        return [], ()
    width = len(layout.columns)
    lines = [_first(title.format(**names), width) for title in layout.titles]
    merges: list[Merge] = [(n, 0, n, width - 1) for n in range(len(lines)) if width > 1 and layout.kind != "csv"]
    if layout.unit:
        lines.append([*[None] * (width - 1), layout.unit])
    paths = [column.header.split("|") for column in layout.columns]
    depth, top = max(len(path) for path in paths), len(lines)
    for level in range(depth):
        line: list[str | None] = [path[level] if level < len(path) else None for path in paths]
        start = 0
        for n in range(1, width + 1):
            same = n < width and len(paths[n]) > level + 1 and paths[n][: level + 1] == paths[start][: level + 1]
            if not same:
                if n - start > 1:
                    merges.append((top + level, start, top + level, n - 1))
                    line[start + 1 : n] = [None] * (n - start - 1)
                start = n
        lines.append(line)
    if depth > 1:
        merges += [(top + len(path) - 1, n, top + depth - 1, n) for n, path in enumerate(paths) if len(path) < depth]
    return lines, tuple(merges)


def _body(layout: Layout, rows: pl.DataFrame) -> pl.DataFrame:
    """The lines below the header: c0, c1, …, kind (0 row, 1 subtotal, 2 blank, 3 total) and, for rows, their ordinal."""
    shown = rows.with_row_index("ordinal").select(
        "ordinal",
        *(_shown(column, layout, rows).alias(f"c{number}") for number, column in enumerate(layout.columns)),
        group=pl.col(layout.subtotals_by).rle_id() if layout.subtotals_by else pl.lit(0, dtype=pl.UInt32),
        kind=pl.lit(0, dtype=pl.Int32),
    )
    parts = [shown]
    if layout.subtotals_by and rows.height:
        sums = rows.with_columns(group=pl.col(layout.subtotals_by).rle_id()).group_by("group", maintain_order=True)
        added = sums.agg(pl.len().alias("count"), *(pl.col(name).sum() for name in layout.sums), pl.col(layout.subtotals_by).first())
        parts.append(_sum_line(layout, added, pl.col(layout.subtotals_by) + "小计", 1))
        if layout.blank_every:
            parts.append(added.select("group", kind=pl.lit(2, dtype=pl.Int32)))
    elif layout.blank_every and rows.height:
        after = shown.filter(pl.col("ordinal") % layout.blank_every == layout.blank_every - 1)
        parts.append(after.select("group", "ordinal", kind=pl.lit(2, dtype=pl.Int32)))
    if layout.total and rows.height:
        added = rows.select(pl.len().alias("count"), *(pl.col(name).sum() for name in layout.sums), group=pl.lit(2**31, dtype=pl.UInt32))
        parts.append(_sum_line(layout, added, pl.lit("合计"), 3))
    lines = pl.concat(parts, how="diagonal")
    order = ["group", "ordinal", "kind"] if layout.blank_every and not layout.subtotals_by else ["group", "kind", "ordinal"]
    return lines.sort(order, nulls_last=True)


def _sum_line(layout: Layout, added: pl.DataFrame, label: pl.Expr, kind: int) -> pl.DataFrame:
    """Subtotal lines: the label in the first column, sums under their columns."""
    cells = [label.alias("c0")]
    for number, column in enumerate(layout.columns):
        if number and column.source in layout.sums:
            cells.append(_cell(column, layout, added).cast(pl.String).alias(f"c{number}"))
    return added.select("group", *cells, kind=pl.lit(kind, dtype=pl.Int32))


def _shown(column: Col, layout: Layout, rows: pl.DataFrame) -> pl.Expr:
    """A column's cells, with broken ones (`_<source>`) in their stead, and 序号 counted."""
    if column.source == "#":
        return pl.int_range(1, pl.len() + 1).cast(pl.String)
    written = _cell(column, layout, rows).cast(pl.String)
    return pl.coalesce(f"_{column.source}", written) if f"_{column.source}" in rows.columns else written


def _cell(column: Col, layout: Layout, rows: pl.DataFrame) -> pl.Expr:
    """The text of one column's cells."""
    value = pl.col(column.source)
    ways = {
        "date": lambda: _dates(value, layout.dates),
        "month": lambda: value.dt.strftime("%Y%m"),
        "money": lambda: _plain(value),
        "comma": lambda: _thousands(value),
        "wan": lambda: _plain(value / 10_000),
    }
    if column.style in ways:
        return ways[column.style]()
    return value.dt.strftime("%Y-%m-%d") if rows.schema[column.source] == pl.Date else value.cast(pl.String)


def _plain(value: pl.Expr) -> pl.Expr:
    """Numbers without a useless `.0`."""
    return value.round(4).cast(pl.String).str.replace(r"\.0$", "")


def _thousands(value: pl.Expr) -> pl.Expr:
    """`-12,345.60`."""
    cents = (value.abs() * 100).round(0).cast(pl.Int64)
    whole, rest = cents // 100, (cents % 100).cast(pl.String).str.zfill(2)
    low = (whole % 1000).cast(pl.String)
    grouped = pl.when(whole >= 1000).then(pl.concat_str((whole // 1000).cast(pl.String), pl.lit(","), low.str.zfill(3))).otherwise(low)
    return pl.concat_str(pl.when(value < 0).then(pl.lit("-")).otherwise(pl.lit("")), grouped, pl.lit("."), rest)


def _dates(value: pl.Expr, styles: Sequence[str]) -> pl.Expr:
    """Each date in the style that its row has (`date_style`)."""
    written = pl.lit(None, dtype=pl.String)
    for number, style in enumerate(styles):
        text = (
            (value - pl.date(1899, 12, 30)).dt.total_days().cast(pl.String) if style == "serial" else value.dt.strftime(DATE_STYLES[style])
        )
        written = pl.when(pl.col("date_style") == number).then(text).otherwise(written)
    return written
