"""The correction lists 纠错清单: to each bureau its own refused and doubtful rows, as it sent them, with what is wrong and what to do.

Each list of the bureau is one sheet: where the row stands in its file, what is wrong, how to put it right, then the row under its own
headings, the cells at fault marked. ID numbers and phones are masked and sensitive cells hidden: file, sheet and row number lead
to the original, which the bureau has.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
from xlsxwriter.worksheet import Worksheet

from contracts.county import County
from contracts.feed import Feed
from contracts.month import Month
from contracts.tables import ARRIVAL
from delivery.book import GREEN, PALE_GREEN, PALE_RED, RED, Book, Column, height_of, merge, put, write_list
from delivery.privacy import HIDDEN, mask_id, mask_ids_in_text, mask_phone
from delivery.tables import ReleaseTables
from delivery.words import CARE

SEVERITIES = {"set_aside": "退回", "warn": "存疑", "hold": "整表暂缓"}
PLACE = (("处理", 7.0), ("文件", 24.0), ("工作表", 12.0), ("行号", 7.0), ("问题", 34.0), ("怎么改", 34.0))
SUMMARY = (
    Column("清单", "title", 26),
    Column("处理", "severity_word", 10, "centre"),
    Column("问题", "reason", 46),
    Column("怎么改", "advice", 46),
    Column("行数", "rows", 9, "integer"),
)


def bureaus_to_correct(tables: ReleaseTables) -> list[str]:
    """The bureaus that have something to correct, in alphabetical order."""
    return sorted({feed.bureau for name, feed in tables.feeds.items() if faults(tables, name).height})


def faults(tables: ReleaseTables, feed: str) -> pl.DataFrame:
    """What is wrong with a feed's rows: `FINDING` of the severities that a bureau must act on, by file, sheet, row number.

    A refused row without a finding of its own is listed by the reasons it was set aside for, so that none goes missing.
    """
    findings = tables.findings[feed].filter(pl.col("severity").is_in(list(SEVERITIES)))
    aside = tables.set_aside[feed]
    told = findings.filter(pl.col("severity") == "set_aside").select("row_id")
    untold = (
        aside.join(told, on="row_id", how="anti")
        .select("file", "sheet", "row_number", "row_id", code="codes", column="columns", reason="reasons", advice="advice")
        .explode("code", "column", "reason", "advice")
        .with_columns(pl.lit(feed).alias("feed"), pl.lit("set_aside").alias("severity"))
    )
    return pl.concat([findings, untold.select(findings.columns)]).sort("file", "sheet", "row_number", "code", nulls_last=False)


def write_corrections(path: Path, bureau: str, tables: ReleaseTables, month: Month, county: County) -> int:
    """Write the correction list of one bureau; returns its number of rows at fault."""
    own = {
        name: (feed, found)
        for name, feed in sorted(tables.feeds.items())
        if feed.bureau == bureau and (found := faults(tables, name)).height
    }
    total = 0
    with Book(path, f"{bureau} {month} 纠错清单", county.office) as book:
        _summary(book, bureau, own, month, county)
        for name, (feed, found) in own.items():
            rows = found.drop_nulls("row_id")
            if rows.height:
                total += _feed_sheet(book, feed, rows, tables.arrivals[name], month)
    return total


def _summary(book: Book, bureau: str, own: dict[str, tuple[Feed, pl.DataFrame]], month: Month, county: County) -> None:
    counted = pl.concat(
        found.group_by("severity", "reason", "advice")
        .agg(rows=pl.col("row_id").n_unique())
        .with_columns(title=pl.lit(feed.title), severity_word=pl.col("severity").replace(SEVERITIES))
        .sort("severity", "rows", "reason", descending=[False, True, False])
        for feed, found in own.values()
    )
    sheet = book.sheet("汇总", landscape=True, colour=GREEN)
    note = (
        f"{county.office}：请在下月报送前更正。“退回”的行本月没有使用；“存疑”的行已使用，但请核对；“整表暂缓”的清单请重报。"
        "后面各表是原表行，红底是有问题的格子，按文件、工作表、行号可在贵单位原文件中找到。"
    )
    write_list(book, sheet, f"{bureau}{month.year}年{month.number}月数据纠错清单", note, SUMMARY, counted)
    sheet.set_footer(f"&L{CARE}&R第 &P 页 共 &N 页")


def _feed_sheet(book: Book, feed: Feed, found: pl.DataFrame, arrivals: pl.DataFrame, month: Month) -> int:
    sheet = book.sheet(feed.title, landscape=True)
    rows = _rows_as_sent(feed, found, arrivals)
    headers = [name for name in rows.columns if name not in {*ARRIVAL, "severity", "reasons", "advice", "at_fault"}]
    last = len(PLACE) + len(headers) - 1
    merge(
        sheet,
        0,
        0,
        last,
        f"{feed.title}  {month.year}年{month.number}月  {rows.height} 行",
        book.style(font_size=16, bold=True, font_color=GREEN, text_wrap=False),
    )
    sheet.set_row(0, 28)
    ours = book.boxed(bold=True, bg_color=GREEN, font_color="#FFFFFF", align="center")
    theirs = book.boxed(bold=True, bg_color=PALE_GREEN, align="center")
    for index, (heading, width) in enumerate(PLACE):
        sheet.set_column(index, index, width)
        put(sheet, 1, index, heading, ours)
    for index, header in enumerate(headers, start=len(PLACE)):
        sheet.set_column(index, index, 20 if _is_id(feed, header) else 13)
        put(sheet, 1, index, header, theirs)
    sheet.set_row(1, height_of([(header, 13) for header in headers], least=26))
    _fill(book, sheet, rows, headers)
    sheet.freeze_panes(2, 4)
    sheet.repeat_rows(1)
    sheet.fit_to_pages(1, 0)
    sheet.autofilter(1, 0, rows.height + 1, last)
    sheet.set_footer(f"&L{CARE}&R第 &P 页 共 &N 页")
    return rows.height


def _fill(book: Book, sheet: Worksheet, rows: pl.DataFrame, headers: list[str]) -> None:
    plain, centre = book.boxed(), book.boxed(align="center")
    refused = book.boxed(align="center", bold=True, font_color=RED)
    at_fault = book.boxed(bg_color=PALE_RED, font_color=RED, bold=True)
    wanted = rows.select("severity", "file", "sheet", "row_number", "reasons", "advice", "at_fault", *headers)
    for line, (severity, file, name, number, reasons, advice, marked, *cells) in enumerate(wanted.iter_rows(), start=2):
        put(sheet, line, 0, severity, refused if severity == SEVERITIES["set_aside"] else centre)
        for index, (value, style) in enumerate(
            ((file, plain), (name, centre), (number, centre), (reasons, plain), (advice, plain)), start=1
        ):
            put(sheet, line, index, value, style)
        for index, (header, value) in enumerate(zip(headers, cells, strict=True), start=len(PLACE)):
            put(sheet, line, index, value, at_fault if header in marked else plain)
        sheet.set_row(line, height_of([(reasons, PLACE[4][1]), (advice, PLACE[5][1]), (file, PLACE[1][1])]))


def _rows_as_sent(feed: Feed, found: pl.DataFrame, arrivals: pl.DataFrame) -> pl.DataFrame:
    """One row per input row at fault: its place, what is wrong, `at_fault` headers, then its cells, masked; no empty columns."""
    per_row = (
        found.with_columns(row_id=pl.col("row_id").str.replace(r"/\d+$", ""))
        .group_by("row_id", maintain_order=True)
        .agg(
            severity=pl.when((pl.col("severity") == "set_aside").any()).then(pl.lit("退回")).otherwise(pl.lit("存疑")),
            reasons=pl.col("reason").drop_nulls().unique(maintain_order=True).str.join("\n"),
            advice=pl.col("advice").drop_nulls().filter(pl.col("advice") != "").unique(maintain_order=True).str.join("\n"),
            at_fault=pl.col("column").drop_nulls().unique(maintain_order=True),
        )
    )
    rows = per_row.join(arrivals, on="row_id", how="left", maintain_order="left")
    headers = [name for name in arrivals.columns if name not in ARRIVAL and rows[name].null_count() < rows.height]
    return rows.select(
        *ARRIVAL, "severity", "reasons", "advice", _headers_at_fault(feed, headers), *(_shown(feed, header) for header in headers)
    ).sort("file", "sheet", "row_number")


def _headers_at_fault(feed: Feed, headers: list[str]) -> pl.Expr:
    """`at_fault` in the headers as sent: a finding may name the heading or the meaning of a column."""
    meanings = {column.name: header for column in feed.columns for header in headers if _is_column(column.headers, header)}
    return pl.col("at_fault").list.eval(pl.element().replace(meanings))


def _bare(header: str) -> str:
    return header.split("（", maxsplit=1)[0].split("(", maxsplit=1)[0].replace(" ", "").split("_")[0]


def _is_column(known: list[str], header: str) -> bool:
    return _bare(header) in {_bare(name) for name in known}


def _is_id(feed: Feed, header: str) -> bool:
    looks = any(word in header for word in ("证件号", "身份证", "公民身份", "残疾证", "残疾人证"))
    return looks or any(column.type in {"id_number", "ids"} and _is_column(column.headers, header) for column in feed.columns)


def _shown(feed: Feed, header: str) -> pl.Expr:
    cell = pl.col(header)
    if any(column.sensitive and _is_column(column.headers, header) for column in feed.columns):
        return pl.when(cell.is_not_null()).then(pl.lit(HIDDEN)).alias(header)
    if _is_id(feed, header):
        several = cell.str.contains(r"[、，,;；/]")
        return pl.when(several).then(mask_ids_in_text(cell)).otherwise(mask_id(cell)).alias(header)
    return mask_phone(mask_ids_in_text(cell)).alias(header)
