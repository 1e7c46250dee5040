"""Where a lead comes from and what became of a row, on the terminal. Numbers, documents and places of origin; nobody is named."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from assets.county import CountyResource
from assets.lake import read
from assets.trace import BECAME, links_until
from contracts.county import Configuration
from contracts.errors import ConfigError, HulianError
from contracts.home import Home
from contracts.month import Month
from contracts.tables import LEAD, SIGNAL, SUPPRESSED
from contracts.traced import FATE
from delivery.desk import open_desk
from delivery.releases.issuing import handed_out
from delivery.words import GRADES
from pipelines.rows import latest, named
from screening.trace import origins

MANY = 40  # rows that are listed
OPERATORS = {">=": "≥", "<=": "≤"}


def trace_lead(console: Console, home: Home, county_file: Path, lead_id: str) -> None:
    """A lead's rules, each with its document and the rows that it rests on: as it was handed out, else as it is proposed.

    Raises `HulianError` where there is no such lead.
    """
    month = _month_of(lead_id)
    resource = CountyResource(home_folder=str(home.root), county_file=str(county_file))
    released = handed_out(home, open_desk(resource.desk_url)).get(month)
    found, signals = read(home, "leads", month, LEAD).filter(lead_id=lead_id), read(home, "signals", month, SIGNAL)
    if released is not None and not (stands := released.table("leads").filter(lead_id=lead_id)).is_empty():
        found, signals = stands, released.table("signals")
    if found.is_empty():
        raise HulianError(f"{month} 没有线索 {lead_id}。线索编号见村级工作簿，如 {month}-522699100200-001。")
    configuration, lead = resource.configuration, found.row(0, named=True)
    console.print(
        Text(lead_id, style="bold") + f"  {lead['town'] or ''}{lead['village'] or ''}  {GRADES[lead['grade']]}：{lead['grade_reason']}"
    )
    for signal in origins(found, signals, links_until(home, month)).partition_by("signal_id", maintain_order=True):
        first = signal.row(0, named=True)
        rule = configuration.rules.get(first["rule"])
        console.print(Text(f"\n{rule.title if rule else first['rule']}（{first['risk_type']}）", style="bold"))
        console.print(f"  依据 {first['document']}", soft_wrap=True, markup=False, highlight=False)
        values = (first["measure"], first["threshold"])
        if None not in values and values != (1, 1):  # something that is there or not has no measure worth a line
            operator = OPERATORS.get(first["operator"], first["operator"])
            compared = f"  实际 {first['measure']:,g} {operator} 标准 {first['threshold']:,g}"
            console.print(compared, soft_wrap=True, markup=False, highlight=False)
        _rows(console, signal, configuration)
    others = read(home, "suppressed", month, SUPPRESSED).filter(pl.col("household_id") == lead["household_id"])
    for code, reason in others.select("code", "reason").unique().sort("code").iter_rows():
        console.print(f"\n同户另有信号本月不再派人（{code}）：{reason}", soft_wrap=True, markup=False, highlight=False)


def trace_row(console: Console, home: Home, county_file: Path, feed: str, row: str, month: Month | None) -> None:
    """What became of a row, for each person that it names. Raises `HulianError` where there is no such row."""
    month = latest(home, month)
    feeds = Configuration.load(county_file).feeds
    title = feeds[feed].title if feed in feeds else feed
    found = read(home, "fates", month, FATE).filter(pl.col("feed") == feed, named(row))
    if found.is_empty():
        raise HulianError(f"{title} {month} 没有这一行。写法: 行号（如 9）、文件名:行号，或 row_id 全文；其他月份请加 --month。")
    for number, fate in enumerate(found.head(MANY).iter_rows(named=True)):
        origin = f"{fate['file']} {fate['sheet'] or ''} 第 {fate['row_number']} 行"
        console.print(Text(f"{chr(10) if number else ''}{title} {month}  {origin}  → {BECAME[fate['became']]}", style="bold"))
        for reason in fate["reasons"] or []:
            console.print(f"  退回原因：{reason}", markup=False, highlight=False, soft_wrap=True)
        if fate["household_id"]:
            console.print(f"  户 {fate['household_id']}", markup=False, highlight=False)
        for lead_id in fate["lead_ids"] or []:
            console.print(f"  进入线索 {lead_id}（hulian trace {lead_id}）", markup=False, highlight=False)
        for code in fate["suppressed"] or []:
            console.print(f"  有信号，本月不再派人（{code}）", markup=False, highlight=False)
        if fate["became"] == "linked" and not fate["signal_ids"]:
            console.print("  没有规则命中，本月没有线索。", markup=False, highlight=False)
    if found.height > MANY:
        console.print(f"… 另有 {found.height - MANY} 条，请写出文件名:行号。")


def _month_of(lead_id: str) -> Month:
    try:
        return Month.parse(lead_id[:7])
    except (ConfigError, ValueError) as unusable:
        raise HulianError(f"“{lead_id}”不像线索编号。线索编号以期次开头，如 2026-11-522699100200-001，见村级工作簿。") from unusable


def _rows(console: Console, rows: pl.DataFrame, configuration: Configuration) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("清单", "期次", "文件", "工作表", "行号", "把握", "关联依据"):
        table.add_column(heading, overflow="fold")
    for each in rows.head(MANY).iter_rows(named=True):
        feed = configuration.feeds.get(each["feed"])
        sure = "" if each["probability"] is None else f"{each['probability']:.1%}"
        cells = (feed.title if feed else each["feed"], each["row_month"], each["file"], each["sheet"], each["row_number"], sure)
        table.add_row(*(Text(str(cell or "")) for cell in cells), Text(each["explanation"] or "底册本身"))
    console.print(table)
