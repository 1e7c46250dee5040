"""The review queue 待复核 as a workbook: what the bureau wrote, below it the people whom it may mean, and one decision for each of them.

A record is one pale line and its candidates stand under it in the same columns, so that a digit is compared with the digit above it. Green
agrees, amber nearly, red does not. The workbook comes back as it is (`returned`): hidden columns say what each line is about, so that
sorted, filtered or moved lines are understood, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
from xlsxwriter.worksheet import Worksheet

from contracts.county import County
from contracts.month import Month
from delivery.book import GREEN, GREY, PALE_AMBER, PALE_GREEN, PALE_RED, RED, WRITE, Book, choose, height_of, merge, protect, put
from delivery.county.sides import AGREES, DIFFERS, NEAR, pairs
from delivery.tables import ReleaseTables
from delivery.words import COUNTY_ONLY, REVIEW_CHOICES

SHEET = "待复核"
RECORD = "部门记录"
# Both sides: heading, column of the frame, width.
COMPARED = (
    ("姓名", "name", 9.5), ("性别", "sex", 5.5), ("出生", "birth", 11.5), ("证件号（脱敏）", "id_masked", 20.5),
    ("乡镇、村", "place", 15.0),
    ("组", "group", 7.0), ("电话（脱敏）", "phone", 13.0), ("户主、监护人、家人、同行", "family", 21.0), ("与户主关系", "relation", 9.5),
)  # fmt: skip
# What the reader of the returned workbook looks for, by these headings.
DECISION, MONTH, FEED, ROW, HOUSEHOLD, PERSON = "决定", "期次", "清单代码", "来源行", "户编号", "人编号"
BEFORE = (("序号", 5.5), ("清单", 13.0), ("候选", 9.0))
AFTER = (("把握", 6.5), ("逐项依据（强弱）", 31.0), (DECISION, 11.0), ("备注（自留）", 13.0))
HIDDEN = (MONTH, FEED, ROW, HOUSEHOLD, PERSON)
HEADINGS = (*(name for name, _ in BEFORE), *(name for name, _, _ in COMPARED), *(name for name, _ in AFTER), *HIDDEN)
WIDTHS = (*(width for _, width in BEFORE), *(width for _, _, width in COMPARED), *(width for _, width in AFTER))
VISIBLE = len(WIDTHS)
ANSWER = HEADINGS.index(DECISION)
TOP = 6  # first line of the list
LOOKS: Mapping[str, dict[str, Any]] = {
    AGREES: {"font_color": GREEN, "bg_color": "#F1F7F4"},
    NEAR: {"font_color": "#7A5200", "bg_color": PALE_AMBER, "bold": True},
    DIFFERS: {"font_color": RED, "bg_color": PALE_RED, "bold": True},
}
NOTES = (
    (
        "怎么填：每条浅绿色的部门记录下面是底册里可能的人；在“决定”栏为候选选一项。同一人＝就是此人；同户他人＝不是此人，但是这一户的；"
        "不是＝不是这一户；无法判断＝看了材料也定不下来。一条记录最多一个“同一人”或“同户他人”，定了以后其余候选可不填。"
    ),
    "先后：能形成预警线索的清单在前，其中越紧急、把握越大的越靠前；只作比对提示的清单在后。时间不够时，从上往下做即可。",
    "颜色：绿＝相符，黄＝相近（同音、形近、笔误等），红＝不符，无色＝没有可比的。强弱：很强＝这一项碰巧相同的机会不到千分之一；较强＝不到三十分之一；一般＝不到二分之一；相反＝这一项说的是不同的人。",
    "填好后另存，运行 hulian review 本文件，再运行当月，决定即生效；以后各月内容相同的记录不再询问。改主意时改选，或选“撤销”，再交一次。",
)


def write_review(path: Path, tables: ReleaseTables, month: Month, county: County) -> int:
    """Write the review workbook; returns its number of records."""
    rows = pairs(tables)
    count = rows.select("feed", "row_id").n_unique() if rows.height else 0
    waiting = tables.links.filter(pl.col("status") == "review").height
    with Book(path, f"{county.name}{month} 待复核", county.office) as book:
        sheet = book.sheet(SHEET, landscape=True, colour=GREEN)
        _head(book, sheet, f"{county.name}{month.year}年{month.number}月待复核记录  {count} 条", waiting - count)
        line = TOP
        for row in rows.iter_rows(named=True):
            if row["rank"] == 1:
                _line(book, sheet, line, _record(row, month), pale=True)
                line += 1
            _line(book, sheet, line, _candidate(row, month), pale=False)
            line += 1
        if rows.height:
            choose(sheet, (TOP, ANSWER, line - 1, ANSWER), REVIEW_CHOICES)
            sheet.autofilter(TOP - 1, 0, line - 1, len(HEADINGS) - 1)
        sheet.print_area(0, 0, max(TOP, line - 1), VISIBLE - 1)
        sheet.freeze_panes(TOP, len(BEFORE) + 1)
        sheet.repeat_rows(TOP - 1)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{COUNTY_ONLY}&R第 &P 页 共 &N 页")
        protect(sheet)
    return count


def _head(book: Book, sheet: Worksheet, title: str, seen: int) -> None:
    """Title, how to fill it in, what the colours say, and the headings."""
    merge(sheet, 0, 0, VISIBLE - 1, title, book.style(font_size=16, bold=True, font_color=GREEN))
    sheet.set_row(0, 28)
    notes = list(NOTES)
    if seen:
        notes[1] += f"另有 {seen} 条以前判为“无法判断”，内容未变，本表不再列出。"
    for at, note in enumerate(notes, start=1):
        merge(sheet, at, 0, VISIBLE - 1, note, book.style(font_size=10, font_color=GREY))
        sheet.set_row(at, height_of([(note, sum(WIDTHS))], size=10, least=16))
    for index, heading in enumerate(HEADINGS):
        hidden = index >= VISIBLE
        sheet.set_column(index, index, 20 if hidden else WIDTHS[index], None, {"hidden": hidden})
        put(sheet, TOP - 1, index, heading, book.boxed(bold=True, align="center", bg_color=GREEN, font_color="#FFFFFF"))
    sheet.set_row(TOP - 1, 32)


Cell = tuple[object, dict[str, Any]]
CENTRE: dict[str, Any] = {"align": "center"}
QUIET: dict[str, Any] = {"font_color": GREY, "font_size": 9}


def _record(row: dict[str, Any], month: Month) -> list[Cell]:
    """The bureau's line."""
    cells: list[Cell] = [(row["number"], {**CENTRE, "bold": True}), (row["title"], {"indent": 1}), (RECORD, {**CENTRE, "bold": True})]
    cells += [(row[f"l_{name}"], CENTRE) for _, name, _ in COMPARED]
    cells += [(None, {}), (row["source"], {"font_size": 10, "indent": 1}), (None, {}), (None, {})]
    return cells + [(value, QUIET) for value in (str(month), row["feed"], row["row_id"], None, None)]


def _candidate(row: dict[str, Any], month: Month) -> list[Cell]:
    """One candidate's line."""
    cells: list[Cell] = [
        (row["number"], {**CENTRE, "font_color": GREY}),
        (row["title"], {"font_color": GREY, "indent": 1}),
        (f"候选 {row['rank']}", CENTRE),
    ]
    cells += [(row[f"r_{name}"], {**CENTRE, **LOOKS.get(row[f"a_{name}"], {})}) for _, name, _ in COMPARED]
    probability = row["probability"]
    cells.append((f"{probability:.0%}" if isinstance(probability, float) else None, CENTRE))
    cells.append((row["told"], {"font_size": 10, "indent": 1}))
    fill = {**CENTRE, "bg_color": WRITE, "locked": False}
    cells += [(None, {**fill, "bold": True}), (None, {**fill, "font_size": 10})]
    return cells + [(value, QUIET) for value in (str(month), row["feed"], row["row_id"], row["household_id"], row["person_id"])]


def _line(book: Book, sheet: Worksheet, line: int, cells: list[Cell], *, pale: bool) -> None:
    """Write one line as high as its fullest cell needs."""
    edge = {"top": 2, "top_color": GREEN, "bg_color": PALE_GREEN} if pale else {}
    for index, (value, properties) in enumerate(cells):
        put(sheet, line, index, value, book.boxed(**{**edge, **properties}))
    texts = [(str(value), WIDTHS[index]) for index, (value, _) in enumerate(cells[:VISIBLE]) if isinstance(value, str)]
    sheet.set_row(line, height_of(texts, size=10.5))
