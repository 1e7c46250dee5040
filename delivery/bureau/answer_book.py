"""The feedback to a bureau on its own leads (部门反馈), and nothing that others told.

One workbook a bureau: how many of its lists' leads proved true, led to inclusion or to a single measure, each rate apart; then, lead by
lead, what the visits since the last release found, and what is still open. Corrections of rows stand in its 纠错清单.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from contracts.county import County
from contracts.month import Month
from delivery.book import GREEN, Book, Column, write_list
from delivery.bureau.answered import DONE
from delivery.outcome import told
from delivery.tables import ReleaseTables
from delivery.words import CARE, NOT_A_VERDICT

YIELDS = (
    Column("线索", "leads", 9, "integer"),
    Column("已核查", "verified", 9, "integer"),
    Column("属实", "true", 9, "integer"),
    Column("不属实、重复等", "untrue", 10, "integer"),
    Column("拟纳入", "included", 9, "integer"),
    Column("单项帮扶", "helped", 9, "integer"),
    Column("未办结", "open", 9, "integer"),
    Column("其中超期", "overdue", 9, "integer"),
    Column("属实率", "true_rate", 9, "share"),
    Column("纳入率", "included_rate", 9, "share"),
    Column("单项帮扶率", "helped_rate", 10, "share"),
)
LISTS = (Column("清单", "title", 30), *YIELDS)
ANSWERS = (
    Column("线索编号", "lead_id", 25, "centre"),
    Column("清单", "title", 22),
    Column("姓名", "person_name", 11, "centre"),
    Column("贵单位所报", "fact", 40),
    Column("数据日期", "event_date", 12, "date"),
    Column("原表行", "rows", 26),
    Column("办理情况", "state", 12, "centre"),
    Column("核查结论", "conclusion", 18, "centre"),
    Column("核查日期", "visited_on", 12, "date"),
    Column("拟纳入类别", "category", 14, "centre"),
    Column("办理时限", "due_on", 12, "date"),
)


def bureaus_to_tell(tables: ReleaseTables) -> list[str]:
    """The bureaus whose leads have been answered or are open, in alphabetical order."""
    return sorted(tables.told.answered.filter(pl.col("is_told"))["bureau"].unique())


def write_answers(path: Path, bureau: str, tables: ReleaseTables, month: Month, county: County) -> int:
    """Write what one bureau is told of its leads to `path`; returns the number of lines in detail."""
    titles = {name: feed.title for name, feed in tables.feeds.items()}
    own = tables.told.answered.filter(pl.col("bureau") == bureau).with_columns(
        title=pl.col("feed").replace(titles), rows=pl.col("row_ids").list.join("\n")
    )
    lines = own.filter(pl.col("is_told")).sort(pl.col("state") != DONE, "month", "lead_id", "title", "event_date")
    heading = f"{bureau}{month.year}年{month.number}月预警线索核查结果反馈"
    with Book(path, heading, county.office) as book:
        sheet = book.sheet("汇总", landscape=True, colour=GREEN)
        note = (
            f"{county.office}：近12个月由贵单位数据产生的线索和入户核查结果。{NOT_A_VERDICT}"
            "属实率、纳入率、单项帮扶率都以已核查线索为分母，分别计算；“合计”一条线索只计一次。"
        )
        write_list(book, sheet, heading, note, LISTS, told(own, "title", county.assigned_on(month)))
        sheet.set_footer(f"&L{CARE}&R第 &P 页 共 &N 页")
        sheet = book.sheet("逐条反馈", landscape=True)
        note = "上次反馈以来办结的线索和仍未办结的线索。所报有误的，请看同期《纠错清单》的“入户反馈”。"
        write_list(book, sheet, f"{heading}（逐条）", note, ANSWERS, lines)
        sheet.set_footer(f"&L{CARE}&R第 &P 页 共 &N 页")
    return lines.height
