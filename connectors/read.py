"""Files of a feed -> rows as text with their place of origin, and a finding for every line that is no row.

Each file is read by what it is, not by its extension. A file or sheet that cannot be read becomes a finding of severity `hold`, and
the others are read all the same; only when nothing can be read is the feed held.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import polars as pl

from connectors import delimited, spreadsheets
from connectors.layout import Table, find_table
from connectors.lines import DATA, KINDS, kinds
from connectors.sheet import Sheet, Unreadable
from contracts.errors import HeldFeed
from contracts.feed import Feed
from contracts.tables import ARRIVAL, FINDING, conform, empty
from standards.headers import Headings

AT_ONCE = min(4, os.cpu_count() or 1)  # files read side by side


@dataclass(frozen=True)
class Arrived:
    """What came in: `rows` (ARRIVAL, then every column under its own header, all text) and `findings` (FINDING)."""

    rows: pl.DataFrame
    findings: pl.DataFrame


def read_feed(feed: Feed, files: Sequence[Path], *, root: Path) -> Arrived:
    """All rows of `files`, which lie below `root`. No files give no rows. Raises `HeldFeed` when none of them can be read."""
    headings = Headings(feed)
    with ThreadPoolExecutor(AT_ONCE) as readers:  # calamine and Polars work outside Python's lock
        read = readers.map(lambda path: _file(path, path.relative_to(root).as_posix(), headings), files)
        parts = [part for of_file in read for part in of_file]
    frames = [part.rows for part in parts if not part.rows.is_empty() or part.rows.width > len(ARRIVAL)]
    findings = pl.concat([empty(FINDING), *(part.findings for part in parts)])
    if files and not frames:
        held = (
            findings.filter(pl.col("severity") == "hold").select(pl.concat_str("reason", "advice")).to_series().unique(maintain_order=True)
        )
        raise HeldFeed("\n".join(held) or f"{feed.title}：文件里没有找到数据。")
    rows = pl.concat(frames, how="diagonal") if frames else empty(ARRIVAL)
    return Arrived(conform(rows, ARRIVAL, keep_others=True), findings)


def _file(path: Path, name: str, headings: Headings) -> list[Arrived]:
    """What each sheet of one file gives."""
    feed = headings.feed
    try:
        with path.open("rb") as file:
            head = file.read(8)
        sheets = spreadsheets.read_sheets(path) if spreadsheets.is_spreadsheet(head) or not head else delimited.read_sheets(path)
    except Unreadable as why:
        return [_only(_about(feed, name, "", "unreadable_file", "hold", f"文件 {name}：{why.reason}", why.advice))]
    wanted = [sheet for sheet in sheets if not sheet.name or any(fnmatch(sheet.name, pattern) for pattern in feed.source.sheets)]
    others = [sheet for sheet in sheets if sheet not in wanted and sheet.cells.height]
    passed = [
        _only(_about(feed, name, sheet.name, "sheet_not_wanted", "note", f"工作表“{sheet.name}”不在本清单范围内，未读。", ""))
        for sheet in others
    ]
    read = [_sheet(sheet, name, headings) for sheet in wanted]
    tables = [part for part, is_table in read if is_table]
    rest = [part for part, is_table in read if not is_table]
    if tables:  # a sheet of explanations beside the tables is no reason to hold a file
        rest = [Arrived(part.rows, part.findings.with_columns(severity=pl.lit("warn"))) for part in rest]
    return [*tables, *rest, *passed]


def _sheet(sheet: Sheet, name: str, headings: Headings) -> tuple[Arrived, bool]:
    """The rows of one sheet, and whether it holds a table of this feed."""
    feed = headings.feed
    place = f"文件 {name}" + (f" 工作表“{sheet.name}”" if sheet.name else "")
    if sheet.cells.select(pl.all().is_not_null().any()).row(0, named=False).count(True) == 0 if sheet.cells.width else True:
        return _only(
            _about(feed, name, sheet.name, "empty_sheet", "hold", f"{place}：没有内容。", "请补上数据后重新报送；空表请删除。")
        ), False
    table = find_table(sheet, headings)
    if table is None:
        wanted = "、".join(column.headers[0] for column in feed.columns if column.headers)
        reason = f"{place}：没有找到表头（要找的列：{wanted}）。"
        advice = f"请检查是否发错了表；列名变了的，请把新列名加到 config/feeds/{feed.feed}.yml 的 headers 里。"
        return _only(_about(feed, name, sheet.name, "no_header", "hold", reason, advice)), False
    missing = headings.missing(table.found)
    if missing:
        return _only(_about(feed, name, sheet.name, "missing_column", "hold", *_missing(feed, place, table, missing))), False
    return _rows(sheet, name, table, feed), True


def _missing(feed: Feed, place: str, table: Table, missing: list[str]) -> tuple[str, str]:
    """Reason and advice for a sheet that lacks required columns."""
    looked_for = "；".join(f"{name}（找过：{'、'.join(feed.column(name).headers)}）" for name in missing)
    seen = "、".join(table.headers.values())
    return (
        f"{place}：缺少必需的列 {looked_for}。第{table.last + 1}行表头里有：{seen}。",
        f"请补上该列；列名变了的，请把新列名加到 config/feeds/{feed.feed}.yml 的 headers 里。",
    )


def _rows(sheet: Sheet, name: str, table: Table, feed: Feed) -> Arrived:
    """The data rows of a sheet's table, and a finding for each of its other lines."""
    kind = kinds(feed, sheet, table)
    body = sheet.cells.slice(table.last + 1).select(pl.col(cell).alias(header) for cell, header in table.headers.items())
    where = [
        pl.concat_str(pl.lit(f"{name}#{sheet.name}!"), pl.col("row_number").cast(pl.String)).alias("row_id"),
        pl.lit(name).alias("file"),
        pl.lit(sheet.name).alias("sheet"),
    ]
    numbered = body.with_row_index("row_number", offset=table.last + 2).with_columns(pl.col("row_number").cast(pl.Int32), kind)
    rows = numbered.filter(pl.col("kind") == DATA).with_columns(where).drop("kind").select(*ARRIVAL, *table.headers.values())
    last = numbered.filter(pl.col("kind") != "blank_line")["row_number"].max() or 0  # blank lines below the last one are no lines
    above = [("header_line" if line >= table.first else "title_line", line + 1) for line in range(table.last + 1)]
    lines = pl.concat(
        [
            pl.DataFrame(above, schema={"code": pl.String, "row_number": pl.Int32}, orient="row"),
            numbered.filter((pl.col("kind") != DATA) & (pl.col("row_number") <= last)).select(pl.col("kind").alias("code"), "row_number"),
        ]
    ).with_columns(
        feed=pl.lit(feed.feed),
        file=pl.lit(name),
        sheet=pl.lit(sheet.name),
        severity=pl.lit("note"),
        reason=pl.col("code").replace_strict(KINDS),
        advice=pl.lit(""),
    )
    return Arrived(rows, conform(lines, FINDING))


def _about(feed: Feed, file: str, sheet: str, code: str, severity: str, reason: str, advice: str) -> pl.DataFrame:
    """A finding about a file or sheet."""
    row = {"feed": feed.feed, "file": file, "sheet": sheet, "code": code, "severity": severity, "reason": reason, "advice": advice}
    return conform(pl.DataFrame([row]), FINDING)


def _only(findings: pl.DataFrame) -> Arrived:
    return Arrived(empty(ARRIVAL), findings)
