"""The month on one screen: what came, what became of every row, how many doors, and where the workbooks lie."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table

from assets.lake import read
from contracts.home import Home
from contracts.month import Month
from contracts.tables import AREA_ALARM, CONSERVATION, INBOX, LEAD, OVERDUE, QUALITY, SIGNAL, SUPPRESSED
from delivery.releases.issuing import Release

COUNTS = ("rows_read", "records", "linked", "review", "absent", "set_aside")
HEADINGS = ("读入行", "人次", "= 已关联", "+ 待复核", "+ 不在册", "+ 退回")


def proposed_months(home: Home) -> list[Month]:
    """Months that have been run to their proposal, oldest first."""
    return sorted(Month.parse(path.parent.name) for path in home.root.glob("proposals/[0-9]*/manifest.json"))


def show_feeds(console: Console, home: Home, months: list[Month]) -> None:
    """One line per feed, over `months`: rows read and what became of the persons named in them."""
    balance = pl.concat([read(home, "conservation", month, CONSERVATION) for month in months])
    feeds = balance.group_by("feed", "bureau", "title", maintain_order=True).agg(
        pl.col(*COUNTS).sum(), pl.col("state").filter(pl.col("state") != "已收").unique().sort()
    )
    table = Table(box=box.SIMPLE_HEAD, title=f"{'、'.join(str(month) for month in months)}  各清单去向")
    for heading in ("部门", "清单"):
        table.add_column(heading, no_wrap=True)
    for heading in HEADINGS:
        table.add_column(heading, justify="right")
    table.add_column("备注")
    for row in feeds.sort("bureau", "feed").iter_rows(named=True):
        table.add_row(row["bureau"], row["title"], *(f"{row[name]:,}" for name in COUNTS), "、".join(row["state"]))
    table.add_section()
    table.add_row("合计", "", *(f"{feeds[name].sum():,}" for name in COUNTS), style="bold")
    console.print(table)


def show_months(console: Console, home: Home, months: list[Month], released: Mapping[Month, Release]) -> None:
    """One line per month: signals, leads, suppressed, villages, alarms, accuracy, and which release of it stands."""
    table = Table(box=box.SIMPLE_HEAD)
    headings = ("期次", "未识别文件", "信号", "线索(户)", "其中红色", "重复抑制", "涉及村", "区域预警", "遮证自测准确率", "超期", "发布")
    for heading in headings:
        table.add_column(heading, justify="right")
    for month in months:
        leads = read(home, "leads", month, LEAD)
        quality = read(home, "matching_quality", month, QUALITY)
        right, wrong = int(quality["right"].sum()), int(quality["wrong"].sum())
        table.add_row(
            str(month),
            f"{(read(home, 'inbox', month, INBOX)['status'] == 'unknown').sum():,}",
            f"{read(home, 'signals', month, SIGNAL).height:,}",
            f"{leads.height:,}",
            f"{(leads['grade'] == 'red').sum():,}",
            f"{read(home, 'suppressed', month, SUPPRESSED).height:,}",
            f"{leads['village_code'].n_unique():,}",
            f"{read(home, 'area_alarms', month, AREA_ALARM).height:,}",
            f"{right / (right + wrong):.3%}" if right + wrong else "—",
            f"{read(home, 'overdue', month, OVERDUE).height:,}",
            f"{released[month].issue.number} 号" if month in released else "未发布",
        )
    console.print(table)


def show_places(console: Console, home: Home, months: list[Month], released: Mapping[Month, Release]) -> None:
    """Where the files lie and how to look further."""
    for month in months:
        console.print(f"{month} 草稿: {home.proposal(month)}", soft_wrap=True)
        if month in released:
            console.print(f"{month} 发布: {released[month].folder}", soft_wrap=True)
    console.print(f"数据仓库: {home.warehouse}", soft_wrap=True)
