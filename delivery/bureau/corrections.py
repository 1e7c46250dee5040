"""The correction lists 纠错清单: to each bureau its own refused and doubtful rows, as it sent them, with what is wrong and what to do.

Each list of the bureau is one sheet: where the row stands in its file, what is wrong, how to put it right, then the row under its own
headings, the cells at fault marked; a second one (可更正) has the rows of which matching proves what was meant, and 入户反馈 those that
visitors found wrong. ID numbers and phones are masked and sensitive cells hidden: file, sheet and row number lead to the original.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from contracts.county import County
from contracts.feed import Feed
from contracts.month import Month
from delivery.book import GREEN, Book, Column, write_list
from delivery.bureau.as_sent import PART, REFUSED, as_sent, write_rows
from delivery.tables import ReleaseTables
from delivery.words import CARE

SEVERITIES = {"set_aside": REFUSED, "warn": "存疑", "hold": "整表暂缓"}
CORRECTABLE, VISITED = "可更正", "入户反馈"
PLACE = (Column("文件", "file", 24), Column("工作表", "sheet", 12, "centre"), Column("行号", "row_number", 7, "centre"))
FAULTS = (Column("处理", "severity", 7, "centre"), *PLACE, Column("问题", "reasons", 34), Column("怎么改", "advice", 34))
PROOFS = (
    *PLACE,
    Column("存疑的格子", "doubted", 14, "centre"),
    Column("推测应为", "proposed", 24),
    Column("依据", "reasons", 34),
    Column("怎么改", "advice", 28),
)
VISITS = (
    Column("清单", "title", 24),
    Column("所属月份", "month", 10, "centre"),
    *PLACE,
    Column("姓名", "person_name", 12),
    Column("证件号码", "id_number", 22, "centre"),
    Column("入户结论", "conclusion", 18),
    Column("核查日期", "visited_on", 12, "date"),
    Column("请办理", "advice", 40),
)
SUMMARY = (
    Column("清单", "title", 26),
    Column("处理", "severity_word", 10, "centre"),
    Column("问题", "reason", 46),
    Column("怎么改", "advice", 46),
    Column("行数", "rows", 9, "integer"),
)


def bureaus_to_correct(tables: ReleaseTables) -> list[str]:
    """The bureaus that have something to correct, or to be told of what they corrected, in alphabetical order."""
    told = {*tables.told.proven["feed"], *tables.told.feedback["feed"], *tables.told.resent["feed"]}
    return sorted({feed.bureau for name, feed in tables.feeds.items() if name in told or faults(tables, name).height})


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
    """Write the correction list of one bureau; returns its number of rows at fault: refused, doubtful, correctable, found wrong."""
    own = {name: feed for name, feed in sorted(tables.feeds.items()) if feed.bureau == bureau}
    found = {name: faults(tables, name) for name in own}
    proofs = {name: tables.told.proven.filter(pl.col("feed") == name) for name in own}
    visits = tables.told.feedback.filter(pl.col("feed").is_in(list(own))).with_columns(
        title=pl.col("feed").replace({name: feed.title for name, feed in own.items()})
    )
    total = visits.height
    with Book(path, f"{bureau} {month} 纠错清单", county.office) as book:
        counted = pl.concat([*(_counted(feed, found[name], proofs[name]) for name, feed in own.items()), _visits_counted(visits)])
        _summary(book, bureau, counted, tables.told.resent.filter(pl.col("bureau") == bureau), month, county)
        for name, feed in own.items():
            total += _sheet(book, feed, feed.title, FAULTS, _faults_by_row(found[name].drop_nulls("row_id")), tables.arrivals[name], month)
            named = f"{CORRECTABLE} {feed.title}"
            total += _sheet(book, feed, named, PROOFS, _proofs_by_row(feed, proofs[name]), tables.arrivals[name], month)
        if visits.height:
            sheet = book.sheet(VISITED, landscape=True)
            note = f"{county.office}：以下各行派人入户核查后，结论说明所报的行有误。请核对，更正后重报。"
            write_list(book, sheet, f"{bureau}{month.year}年{month.number}月{VISITED}", note, VISITS, visits)
            sheet.set_footer(f"&L{CARE}&R第 &P 页 共 &N 页")
    return total


def _counted(feed: Feed, found: pl.DataFrame, proofs: pl.DataFrame) -> pl.DataFrame:
    """Lines of the summary: rows by what is wrong with them, the refused first."""
    rows = pl.col("row_id").n_unique().cast(pl.Int64)
    wrong = (
        found.group_by("severity", "reason", "advice")
        .agg(rows=rows)
        .with_columns(title=pl.lit(feed.title), severity_word=pl.col("severity").replace(SEVERITIES))
        .sort("severity", "rows", "reason", "advice", descending=[False, True, False, False])
    )
    proven = (
        proofs.group_by("reason", "advice")
        .agg(rows=rows)
        .with_columns(title=pl.lit(feed.title), severity_word=pl.lit(CORRECTABLE))
        .sort("rows", "reason", "advice", descending=[True, False, False])
    )
    names = [column.name for column in SUMMARY]
    return pl.concat([wrong.select(names), proven.select(names)])


def _visits_counted(visits: pl.DataFrame) -> pl.DataFrame:
    counted = visits.group_by("title", "advice", reason="conclusion").agg(rows=pl.len().cast(pl.Int64)).sort("title", "reason")
    return counted.with_columns(severity_word=pl.lit(VISITED)).select(column.name for column in SUMMARY)


def _summary(book: Book, bureau: str, counted: pl.DataFrame, resent: pl.DataFrame, month: Month, county: County) -> None:
    sheet = book.sheet("汇总", landscape=True, colour=GREEN)
    note = (
        f"{county.office}：请在下月报送前更正。“退回”的行本月没有使用；“存疑”的行已使用，但请核对；“可更正”的行已使用，推测的正确写法请核对；"
        "“整表暂缓”的清单请重报。后面各表是原表行，红底是有问题的格子，按文件、工作表、行号可在贵单位原文件中找到。"
    )
    note = "\n".join([note, *_resent_told(resent)])
    write_list(book, sheet, f"{bureau}{month.year}年{month.number}月数据纠错清单", note, SUMMARY, counted)
    sheet.set_footer(f"&L{CARE}&R第 &P 页 共 &N 页")


def _resent_told(resent: pl.DataFrame) -> list[str]:
    """One sentence per list on what became of the rows given back last month."""
    gone = pl.when(pl.col("gone") > 0).then(pl.format("，另有{}行本月没有再报", "gone")).otherwise(pl.lit(""))
    told = pl.format("《{}》上月退回（含可更正）{} 行，本月改正 {} 行，仍未改正 {} 行{}。", "title", "asked", "corrected", "still", gone)
    return resent.select(told.alias("told"))["told"].to_list()


def _sheet(book: Book, feed: Feed, name: str, ours: tuple[Column, ...], told: pl.DataFrame, arrivals: pl.DataFrame, month: Month) -> int:
    """A sheet of the rows `told` of; none where there are none. Returns their number."""
    if told.height:
        rows, headers = as_sent(feed, told, arrivals)
        write_rows(book, name, f"{name}  {month.year}年{month.number}月  {rows.height} 行", ours, rows, headers, feed)
    return told.height


def _faults_by_row(found: pl.DataFrame) -> pl.DataFrame:
    """One row per input row at fault: how it was dealt with, what is wrong, what to do, and `at_fault`."""
    refused = (pl.col("severity") == "set_aside").any()
    return (
        found.with_columns(row_id=pl.col("row_id").str.replace(PART, ""))
        .group_by("row_id", maintain_order=True)
        .agg(
            severity=pl.when(refused).then(pl.lit(REFUSED)).otherwise(pl.lit(SEVERITIES["warn"])),
            reasons=_lines("reason"),
            advice=_lines("advice"),
            at_fault=pl.col("column").drop_nulls().unique(maintain_order=True),
        )
    )


def _proofs_by_row(feed: Feed, proofs: pl.DataFrame) -> pl.DataFrame:
    """One row per correctable input row: the cells in doubt, what they should presumably be, why, what to do, and `at_fault`."""
    usual = {column.name: column.headers[0] for column in feed.columns if column.headers}
    return (
        proofs.with_columns(word=pl.col("column").replace(usual))
        .group_by("row_id", maintain_order=True)
        .agg(
            doubted=_lines("word"),
            proposed=_lines("proposed"),
            reasons=_lines("reason"),
            advice=_lines("advice"),
            at_fault=pl.col("column").unique(maintain_order=True),
        )
    )


def _lines(name: str) -> pl.Expr:
    said = pl.col(name).drop_nulls()
    return said.filter(said != "").unique(maintain_order=True).str.join("\n")
