"""One file read and judged as a month would do it, on the terminal: what was found, accepted, set aside and why. Nothing is written.

Whatever is printed may stand in a log: of people, only the form of what was read (a name is stars, an ID number its length).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from assets.lake import read
from connectors.lines import KINDS
from connectors.read import Arrived, read_feed
from contracts.county import Configuration
from contracts.errors import ConfigError, HeldFeed
from contracts.feed import Feed
from contracts.home import Home
from contracts.load import check as checked
from contracts.load import read_yaml
from contracts.month import Month
from contracts.tables import ARRIVAL, HOUSEHOLD
from expectations.accept import Accepted, accept
from expectations.canonical import columns_of
from standards import ids
from standards.headers import Assignment, Headings

SHOWN_ROWS, SHOWN_FINDINGS, SHOWN_PLACES = 5, 20, 5
HIDDEN = "（不显示）"
NOTES = (*KINDS, "sheet_not_wanted")  # kinds of lines that are counted and not listed
SEVERITY = {"hold": "暂缓", "set_aside": "退回", "warn": "提醒", "note": "说明"}
_MONTH = re.compile(r"(20\d{2})[年.\-_]?(1[0-2]|0?[1-9])(?:月|\D|$)")


def contract(name: str, county_file: Path) -> Feed:
    """The feed of the county called `name`, or the contract in the file `name`. Raises `ConfigError`."""
    if name.endswith((".yml", ".yaml")):
        return checked(Feed, read_yaml(Path(name)), name)
    feeds = Configuration.load(county_file).feeds
    if name not in feeds:
        raise ConfigError(f"没有清单 {name}。现有：{'、'.join(feeds)}；也可以给出 .yml 文件的路径。")
    return feeds[name]


def month_of(file: Path) -> Month:
    """The month that a file's name says, else the one before today's."""
    if match := _MONTH.search(file.stem):
        return Month(int(match[1]), int(match[2]))
    today = datetime.now(tz=UTC).astimezone()
    return Month(today.year, today.month).plus(-1)


def check(console: Console, file: Path, feed: Feed, month: Month, home_folder: Path) -> bool:
    """Read and judge `file` as a list of `feed` for `month`; prints what came of it. Returns whether it is accepted."""
    console.print(Text(f"{feed.title}（{feed.feed}）{month}：{file.name}", style="bold"))
    if not any(fnmatch(file.name.lower(), pattern.lower()) for pattern in feed.source.files):
        console.print(f"注意: 文件名不符合 source.files（{'、'.join(feed.source.files)}），放进收件夹时不会当作这份清单。", markup=False)
    try:
        arrived = read_feed(feed, [file], root=file.parent)
        households = read(Home(home_folder), "register/households", month.plus(-1), HOUSEHOLD).height or None
        accepted = accept(feed, arrived.rows, month, households=households)
    except HeldFeed as why:
        console.print(Text(f"暂缓: {why}", style="red"), soft_wrap=True)
        return False
    _show_tables(console, feed, arrived)
    _show_balance(console, arrived, accepted)
    _show_findings(console, pl.concat([arrived.findings, accepted.findings]))
    _show_sample(console, feed, accepted.rows)
    is_held = not arrived.findings.filter(severity="hold").is_empty() or arrived.rows.is_empty()
    console.print("结论: 暂缓，有表没有读出，见上。" if is_held else "结论: 可以接收。没有写入任何数据。")
    return not is_held


def _show_tables(console: Console, feed: Feed, arrived: Arrived) -> None:
    """One line per sheet that was read, and what its columns are taken for."""
    table = Table(box=box.SIMPLE_HEAD, title="读到的表")
    for heading in ("工作表", "表头行", "数据行", "其他行"):
        table.add_column(heading, overflow="fold")
    lines = arrived.findings.filter(pl.col("code").is_in(list(KINDS)))
    for file, sheet in arrived.rows.select("file", "sheet").unique(maintain_order=True).iter_rows():
        here = lines.filter(file=file, sheet=sheet)
        header = "、".join(str(row) for row in here.filter(code="header_line")["row_number"].sort())
        others = here.filter(~pl.col("code").is_in(["header_line", "title_line"])).group_by("code").len().sort("code")
        said = "；".join(f"{KINDS[code].split('，')[0]} {number}" for code, number in others.iter_rows())
        first, last, count = (
            arrived.rows.filter(file=file, sheet=sheet)
            .select(first=pl.col("row_number").min(), last=pl.col("row_number").max(), count=pl.len())
            .row(0)
        )
        table.add_row(sheet or "—", header, f"{count} 行（第{first}至{last}行）", said)
    console.print(table)
    headers = [name for name in arrived.rows.columns if name not in ARRIVAL]
    found = Headings(feed).match(headers)
    _show_columns(console, feed, found)


def _show_columns(console: Console, feed: Feed, found: Assignment) -> None:
    """The columns found, known and not needed, unknown, and missing."""
    table = Table(box=box.SIMPLE_HEAD, title="列")
    for heading in ("表头", "登记为", "类型"):
        table.add_column(heading, overflow="fold")
    for column in feed.columns:
        if header := found.columns.get(column.name):
            table.add_row(Text(header), column.name, column.type + (f"（{column.unit}）" if column.unit else ""))
    for (name, number), header in sorted(found.wide.items(), key=lambda item: (item[0][1], item[0][0])):
        table.add_row(Text(header), f"{name} 第{number}人", "")
    console.print(table)
    absent = [f"{c.name}（找过 {'、'.join(c.headers)}）" for c in feed.columns if c.name not in found.columns]
    known = {"不用的列": found.ignored, "不认识的列": found.unknown, "意思重复、没有用的列": found.doubled, "没有找到的列": absent}
    for word, names in known.items():
        if names:
            console.print(f"{word}: {'、'.join(names)}", soft_wrap=True, markup=False)


def _show_balance(console: Console, arrived: Arrived, accepted: Accepted) -> None:
    """Rows read = accepted + set aside, and the reasons."""
    back = accepted.set_aside.height
    people = accepted.rows.height
    console.print(f"读入 {arrived.rows.height} 行 = 接收 {arrived.rows.height - back} 行（{people} 人次） + 退回 {back} 行")
    if not back:
        return
    table = Table(box=box.SIMPLE_HEAD, title="退回的原因")
    for heading in ("行数", "原因", "办法", "在哪里"):
        table.add_column(heading, overflow="fold")
    why = accepted.set_aside.select("sheet", "row_number", "reasons", "advice").explode("reasons", "advice", empty_as_null=True)
    places = pl.concat_str(pl.col("sheet"), pl.lit("!"), pl.col("row_number").cast(pl.String))
    by_reason = why.group_by("reasons", "advice", maintain_order=True).agg(pl.len(), places.head(SHOWN_PLACES).str.join("、"))
    for reason, advice, count, at in by_reason.sort("len", descending=True, maintain_order=True).iter_rows():
        table.add_row(str(count), reason, advice, Text(at + ("…" if count > SHOWN_PLACES else "")))
    console.print(table)


def _show_findings(console: Console, findings: pl.DataFrame) -> None:
    """What the bureau is told, by kind, with the first places."""
    told = findings.filter(~pl.col("code").is_in(NOTES), pl.col("severity") != "set_aside")
    if told.is_empty():
        return
    table = Table(box=box.SIMPLE_HEAD, title="其他发现")
    for heading in ("程度", "处数", "列", "说明", "办法", "在哪里"):
        table.add_column(heading, overflow="fold")
    places = pl.concat_str("sheet", pl.lit("!"), pl.col("row_number").cast(pl.String)).drop_nulls()
    grouped = told.group_by("severity", "column", "reason", "advice", maintain_order=True).agg(
        pl.len(), places.head(SHOWN_PLACES).str.join("、")
    )
    for severity, column, reason, advice, count, at in grouped.head(SHOWN_FINDINGS).iter_rows():
        table.add_row(SEVERITY.get(severity, severity), str(count), Text(column or ""), Text(reason), Text(advice or ""), Text(at or ""))
    console.print(table)
    if grouped.height > SHOWN_FINDINGS:
        console.print(f"另有 {grouped.height - SHOWN_FINDINGS} 种没有列出。")


def _show_sample(console: Console, feed: Feed, rows: pl.DataFrame) -> None:
    """The first rows, of people only the form."""
    shown = [column for column in columns_of(feed) if column.name in rows.columns and not rows[column.name].is_null().all()]
    if not shown or rows.is_empty():
        return
    table = Table(box=box.SIMPLE_HEAD, title="样例（已隐去个人信息，只看格式，可以留在日志里）")
    table.add_column("行")
    for column in shown:
        table.add_column(column.name, overflow="fold")
    masked = rows.head(SHOWN_ROWS).select(
        pl.col("row_number").cast(pl.String), *(_form(column.name, HIDDEN if column.sensitive else column.type) for column in shown)
    )
    for cells in masked.iter_rows():
        table.add_row(*(Text(cell or "") for cell in cells))
    console.print(table)


def _form(name: str, kind: str) -> pl.Expr:
    """What may be shown of a column of type `kind`, as text."""
    value = pl.col(name)
    text = value.cast(pl.String)
    match kind:
        case "money" | "number" | "integer" | "code" | "sex" | "relation":
            form = text
        case "date":
            form = value.dt.strftime("%Y-%m-**")
        case "id_number" | "ids":
            proof = pl.when(ids.is_valid(text)).then(pl.lit("，校验通过")).otherwise(pl.lit("，校验不符"))
            form = pl.concat_str(text.str.len_chars().cast(pl.String), pl.lit("位"), proof)
        case "phone":
            form = pl.concat_str(text.str.len_chars().cast(pl.String), pl.lit("位"))
        case "name" | "names":
            form = pl.when(value.is_not_null()).then(pl.lit("***"))
        case _:
            form = pl.concat_str(pl.lit("文字"), text.str.len_chars().cast(pl.String), pl.lit("字"))
    return pl.when(value.is_not_null()).then(pl.lit(HIDDEN) if kind == HIDDEN else form).alias(name)
