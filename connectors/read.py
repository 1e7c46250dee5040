"""Files of a feed -> rows as text with their place of origin, and a finding for every line that is no row.

Each file is read by what it is, not by its extension. A file or sheet that cannot be read becomes a finding of severity `hold`, and
the others are read all the same; only when nothing can be read is the feed held.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import polars as pl

from connectors.archives import is_archive, members, read_file
from connectors.contents import read_sheets
from connectors.layout import Table, continued, find_table
from connectors.lines import DATA, KINDS, kinds, kinds_of_merged
from connectors.merged import amounts, filled_down, tall_merges
from connectors.sheet import Merge, Remark, Sheet, Unreadable
from connectors.stacked import pieces
from connectors.totals import wrong_totals
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
    rows = pl.concat(frames, how="diagonal", rechunk=True) if frames else empty(ARRIVAL)
    return Arrived(conform(rows, ARRIVAL, keep_others=True), findings)


def _file(path: Path, name: str, headings: Headings) -> list[Arrived]:
    """What each sheet of one file gives; an archive gives what its files give."""
    parts: list[Arrived] = []
    try:
        content = read_file(path)
        if not is_archive(content):
            return _contents(content, name, headings)
        for member in members(content):
            within = f"{name}/{member.name}"
            if is_archive(member.content):
                reason = f"文件 {within}：压缩包里还有压缩包，没有打开。"
                parts.append(_only(_about(headings.feed, within, "", "unreadable_file", "hold", reason, "请只压缩一层。")))
            else:
                parts += _contents(member.content, within, headings)
    except Unreadable as why:
        parts.append(_unreadable(headings.feed, name, why))
    except Exception as failure:  # noqa: BLE001 - a mistake of ours in one file must not stop the month
        parts.append(_failed(headings.feed, name, failure))
    return parts


def _failed(feed: Feed, name: str, failure: Exception) -> Arrived:
    """The finding for a file at which the reader itself fails: where, so that it can be mended, and nothing of what the file holds."""
    last = traceback.extract_tb(failure.__traceback__)[-1]
    reason = f"文件 {name}：读取程序出错（{type(failure).__name__}，{Path(last.filename).name} 第 {last.lineno} 行），没有读。"
    advice = "请在表格软件里另存为 .xlsx 再试；仍不行的，请把这条说明告诉系统维护人员。"
    return _only(_about(feed, name, "", "reader_failed", "hold", reason, advice))


def _unreadable(feed: Feed, name: str, why: Unreadable) -> Arrived:
    return _only(_about(feed, name, "", "unreadable_file", "hold", f"文件 {name}：{why.reason}", why.advice))


def _contents(content: bytes, name: str, headings: Headings) -> list[Arrived]:
    """What each sheet of the file called `name` gives."""
    feed = headings.feed
    try:
        sheets, remarks = read_sheets(content, name)
    except Unreadable as why:
        return [_unreadable(feed, name, why)]
    if not sheets:
        return [_unreadable(feed, name, Unreadable("文件里没有工作表或数据表。", "请检查是否发错了文件，重新导出后再报送。"))]
    wanted = [sheet for sheet in sheets if not sheet.name or any(fnmatch(sheet.name, pattern) for pattern in feed.source.sheets)]
    others = [sheet for sheet in sheets if sheet not in wanted and sheet.cells.height]
    passed = [
        _only(_about(feed, name, sheet.name, "sheet_not_wanted", "note", f"工作表“{sheet.name}”不在本清单范围内，未读。", ""))
        for sheet in others
    ]
    tables: list[Arrived] = []
    rest: list[Arrived] = []
    above: Table | None = None  # a list of more than 60,000 rows goes on in the next sheet, often without its header
    for sheet in (piece for whole in wanted for piece in pieces(whole, headings)):
        part, table = _sheet(sheet, name, headings, above)
        (tables if table else rest).append(part)
        above = table or above
    if tables:  # a sheet of explanations beside the tables is no reason to hold a file
        rest = [Arrived(part.rows, part.findings.with_columns(severity=pl.lit("warn"))) for part in rest]
    said = [_only(_remarked(feed, name, "", remark)) for remark in remarks]
    return [*tables, *rest, *passed, *said]


def _remarked(feed: Feed, name: str, sheet: str, remark: Remark) -> pl.DataFrame:
    return _about(feed, name, sheet, remark.code, remark.severity, _place(name, sheet) + "：" + remark.reason, remark.advice)


def _place(name: str, sheet: str) -> str:
    return f"文件 {name}" + (f" 工作表“{sheet}”" if sheet else "")


def _sheet(sheet: Sheet, name: str, headings: Headings, above: Table | None) -> tuple[Arrived, Table | None]:
    """The rows of one sheet, and the table of this feed that it holds; `above` is the table of the sheet before it."""
    feed = headings.feed
    place = _place(name, sheet.name)
    if sheet.cells.select(pl.all().is_not_null().any()).row(0, named=False).count(True) == 0 if sheet.cells.width else True:
        return _only(
            _about(feed, name, sheet.name, "empty_sheet", "hold", f"{place}：没有内容。", "请补上数据后重新报送；空表请删除。")
        ), None
    table = find_table(sheet, headings)
    remarks = list(sheet.remarks)
    if table is None and above is not None and (table := continued(sheet, headings, above)) is not None:
        reason = "没有表头，各列与前一张工作表相同，已按前一张的表头读取。"
        remarks.append(Remark("continued_sheet", "warn", reason, "请核对；拆成几张表时请每张都带表头。"))
    if table is None:
        wanted = "、".join(column.headers[0] for column in feed.columns if column.headers)
        reason = f"{place}：没有找到表头（要找的列：{wanted}）。"
        advice = f"请检查是否发错了表；列名变了的，请把新列名加到 config/feeds/{feed.feed}.yml 的 headers 里。"
        return _only(_about(feed, name, sheet.name, "no_header", "hold", reason, advice)), None
    missing = headings.missing(table.found)
    if missing:
        return _only(_about(feed, name, sheet.name, "missing_column", "hold", *_missing(headings, place, sheet, table, missing))), None
    merges = tall_merges(sheet, table)
    read = _rows(sheet, name, table, merges, feed)
    said = [_remarked(feed, name, sheet.name, remark) for remark in (*remarks, *amounts(merges, feed, table))]
    return Arrived(read.rows, pl.concat([read.findings, *said])), table


def _missing(headings: Headings, place: str, sheet: Sheet, table: Table, missing: list[str]) -> tuple[str, str]:
    """Reason and advice for a sheet that lacks required columns."""
    seen = "、".join(table.headers.values())
    return (
        f"{place}：缺少必需的列：{headings.as_bureaus_know(missing)}。第{sheet.first + table.last}行表头里有：{seen}。",
        f"请补上该列；列名变了的，请把新列名加到 config/feeds/{headings.feed.feed}.yml 的 headers 里。",
    )


def _rows(sheet: Sheet, name: str, table: Table, merges: list[Merge], feed: Feed) -> Arrived:
    """The data rows of a sheet's table, and a finding for each of its other lines."""
    below = sheet.first + table.last + 1  # row number of the first line below the header
    cells = sheet.cells.slice(table.last + 1).select(list(table.headers))
    if merges:
        filled = filled_down(cells, merges, feed, table)
        kind = kinds_of_merged(feed, sheet, table, cells, filled)
        cells = filled
    else:
        kind = kinds(feed, sheet, table, cells)
    body = cells.rename(table.headers)
    where = [
        pl.concat_str(pl.lit(f"{name}#{sheet.name}!"), pl.col("row_number").cast(pl.String)).alias("row_id"),
        pl.lit(name).alias("file"),
        pl.lit(sheet.name).alias("sheet"),
    ]
    numbered = body.with_row_index("row_number", offset=below).with_columns(pl.col("row_number").cast(pl.Int32), kind)
    rows = numbered.filter(pl.col("kind") == DATA).with_columns(where).drop("kind").select(*ARRIVAL, *table.headers.values())
    counted = numbered if sheet.goes_on else numbered.filter(pl.col("kind") != "blank_line")
    last = counted["row_number"].max() or 0  # blank lines below the last one are no lines
    above = [("header_line" if line >= table.first else "title_line", sheet.first + line) for line in range(table.last + 1)]
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
    wrong = wrong_totals(feed, table, numbered).with_columns(
        feed=pl.lit(feed.feed),
        file=pl.lit(name),
        sheet=pl.lit(sheet.name),
        code=pl.lit("total_differs"),
        severity=pl.lit("warn"),
        reason=pl.format("第{}行“{}”的合计（小计）与各行相加不符。", "row_number", "column"),
        advice=pl.lit("请核对是否漏行、改数后没有重算。"),
    )
    return Arrived(rows, pl.concat([conform(lines, FINDING), conform(wrong.drop("row_number"), FINDING)]))  # each line is told of once


def _about(feed: Feed, file: str, sheet: str, code: str, severity: str, reason: str, advice: str) -> pl.DataFrame:
    """A finding about a file or sheet."""
    row = {"feed": feed.feed, "file": file, "sheet": sheet, "code": code, "severity": severity, "reason": reason, "advice": advice}
    return conform(pl.DataFrame([row]), FINDING)


def _only(findings: pl.DataFrame) -> Arrived:
    return Arrived(empty(ARRIVAL), findings)
