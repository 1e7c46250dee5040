"""The village workbook 村级预警线索: a cover, the lead list, and one visit form a household.

It shows what `delivery.village.handout` lets through and nothing else. A phone stands on the household's own visit form only.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xlsxwriter.worksheet import Worksheet

from delivery.book import (
    AMBER,
    GREEN,
    GREY,
    INK,
    PALE_AMBER,
    PALE_RED,
    RED,
    Book,
    protect,
    put,
    safe,
    write_list,
)
from delivery.book import Column as ListColumn
from delivery.village.handout import Village
from delivery.village.on_sheet import styles_of, write_page
from delivery.village.pages import Pages
from delivery.words import CARE, NOT_A_VERDICT

COLUMNS = (
    ListColumn("编号", "number", 5, "centre"),
    ListColumn("等级", "grade_word", 5, "centre"),
    ListColumn("户主\n证件号（脱敏）", "household", 19),
    ListColumn("村民组\n人口", "group_members", 7.5, "centre"),
    ListColumn("户类型\n现有身份", "status", 11, "centre"),
    ListColumn("风险类型\n涉险人", "risk", 15, "centre"),
    ListColumn("风险情况（部门数据，待核实）", "situation", 30),
    ListColumn("线索来源\n发生日期", "source", 12, "centre"),
    ListColumn("入户问什么", "ask_text", 22.5),
    ListColumn("身份核对\n以往线索", "certainty", 12, "centre"),
    ListColumn("交办日\n办结时限", "deadline", 8.5, "centre"),
    ListColumn("责任人", "responsible", 7, "fill"),
)
BESIDE = (ListColumn("线索编号", "lead_id", 24, "centre"), ListColumn("户编号", "household_id", 20, "centre"))


def write_village(path: Path, pages: Pages) -> int:
    """Write the workbook of one village to `path`; returns its number of leads."""
    leads = pages.village.leads
    with Book(path, pages.title, pages.county.office) as book:
        styles = styles_of(book)
        write_page(book.sheet("封面", landscape=False, colour=GREEN), pages.cover, styles)
        _lead_list(book, pages)
        for lead, form in zip(leads.iter_rows(named=True), pages.forms, strict=True):
            sheet = book.sheet(f"{lead['number']} {lead['head_name'] or ''}", landscape=False, colour=RED if lead["is_red"] else AMBER)
            write_page(sheet, form, styles)
            sheet.set_margins(left=0.35, right=0.35, top=0.4, bottom=0.6)
            sheet.set_header(f"&R&8{pages.told}", {"margin": 0.15})
            sheet.set_footer(f"&L&9 {CARE}&R&9 {lead['lead_id']}")
    return leads.height


def list_note(village: Village) -> str:
    """What a reader of the lead list must know first."""
    prefix = village.leads["lead_id"][0].rpartition("-")[0]
    number = f"完整线索编号＝{prefix}-编号。核查结论填在各户核查表上。"
    return f"共 {village.leads.height} 户，红色优先。{NOT_A_VERDICT}  {number}{village.absent}"


def _lead_list(book: Book, pages: Pages) -> None:
    leads = pages.village.leads
    sheet = book.sheet("线索清单", landscape=True, colour=GREEN)
    end = write_list(book, sheet, pages.list_title, list_note(pages.village), COLUMNS, leads)
    head = book.style(font_size=9, font_color=GREY, align="center")
    for offset, column in enumerate(BESIDE, start=len(COLUMNS) + 1):
        sheet.set_column(offset, offset, column.width)
        put(sheet, 2, offset, column.heading, head)
        for row, value in enumerate(leads[column.name], start=3):
            put(sheet, row, offset, value, head)
    sheet.set_column(len(COLUMNS), len(COLUMNS), 2)
    for row, lead in enumerate(leads.iter_rows(named=True), start=3):
        _colour(book, sheet, row, lead)
    sheet.print_area(0, 0, end - 1, len(COLUMNS) - 1)
    sheet.set_footer(f"&L{CARE}&R{pages.told}  第 &P 页 共 &N 页")
    protect(sheet)


def _colour(book: Book, sheet: Worksheet, row: int, lead: Mapping[str, Any]) -> None:
    """The grade in its colour, the name large above its number, and red words where it is doubtful who is meant."""
    strong, ink, pale = (RED, "#FFFFFF", PALE_RED) if lead["is_red"] else (AMBER, INK, PALE_AMBER)
    put(sheet, row, 0, lead["number"], book.boxed(align="center", bold=True, bg_color=pale))
    put(sheet, row, 1, lead["grade_word"], book.boxed(align="center", bold=True, bg_color=strong, font_color=ink, font_size=13))
    if lead["head_name"] and lead["head_masked"]:
        large, small = book.style(bold=True, font_size=13), book.style(font_size=10.5)
        sheet.write_rich_string(row, 2, large, safe(lead["head_name"]), small, f"\n{lead['head_masked']}", book.boxed(indent=1))
    if lead["is_doubtful"]:
        put(sheet, row, 9, lead["certainty"], book.boxed(align="center", bold=True, font_color=RED))
