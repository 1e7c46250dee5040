"""The cover of a village workbook: how many doors, how urgent, until when, and how to use what follows."""

from __future__ import annotations

import polars as pl
from xlsxwriter.worksheet import Worksheet

from contracts.county import County
from contracts.month import Month
from delivery.book import GREEN, GREY, INK, PALE, PALE_AMBER, PALE_GREEN, PALE_RED, RED, WRITE, Book, height_of, merge, protect, put
from delivery.handout import Village
from delivery.words import CARE, NOT_A_VERDICT, NUMBERED_CONCLUSIONS


def write_cover(book: Book, village: Village, month: Month, county: County) -> None:
    """The first sheet of a village workbook."""
    leads = village.leads
    sheet = book.sheet("封面", landscape=False, colour=GREEN)
    sheet.set_column(0, 7, 12.8)
    plain = book.style(align="center", font_color=GREY, font_size=12)
    merge(sheet, 0, 0, 7, f"{county.province}{county.name}  {county.office}", plain)
    merge(sheet, 1, 0, 7, "防返贫动态监测预警线索", book.style(align="center", bold=True, font_size=26, font_color=GREEN))
    merge(sheet, 2, 0, 7, f"{village.town}  {village.name}", book.style(align="center", bold=True, font_size=20))
    merge(sheet, 3, 0, 7, f"{month.year}年{month.number}月    行政村代码 {village.code or '未定'}", plain)
    for row, height in enumerate((40, 56, 46, 34, 12)):
        sheet.set_row(row, height)
    warning = book.style(align="center", bold=True, font_size=13, font_color=RED, bg_color=PALE_RED, border=1, border_color=RED)
    merge(sheet, 5, 0, 7, NOT_A_VERDICT, warning)
    sheet.set_row(5, 44)
    sheet.set_row(6, 10)
    row = _figures(book, sheet, 7, village)
    row = _deadlines(book, sheet, row + 1, leads)
    row = _risk_counts(book, sheet, row + 1, leads)
    row = _how_to(book, sheet, row + 1)
    row = _receipt(book, sheet, row + 1)
    merge(sheet, row + 1, 0, 7, CARE, book.style(align="center", font_size=10, font_color=GREY, top=1, top_color=GREY))
    sheet.set_row(row + 1, 34)
    sheet.print_area(0, 0, row + 1, 7)
    sheet.fit_to_pages(1, 1)
    protect(sheet)


def _figures(book: Book, sheet: Worksheet, row: int, village: Village) -> int:
    leads = village.leads
    red = leads["is_red"].sum()
    touched = {(lead, fact["person"]) for lead, facts in village.facts.items() for fact in facts}
    figures = (
        ("线索户数", leads.height, GREEN, PALE_GREEN),
        ("红色（突发、严重）", red, RED, PALE_RED),
        ("黄色", leads.height - red, INK, PALE_AMBER),
        ("涉险人数", len(touched), GREEN, PALE_GREEN),
    )
    for index, (label, value, ink, paper) in enumerate(figures):
        merge(
            sheet, row, 2 * index, 2 * index + 1, value, book.boxed(align="center", bold=True, font_size=28, font_color=ink, bg_color=paper)
        )
        merge(sheet, row + 1, 2 * index, 2 * index + 1, label, book.boxed(align="center", bg_color=paper))
    sheet.set_row(row, 64)
    sheet.set_row(row + 1, 26)
    return row + 2


def _heading(book: Book, sheet: Worksheet, row: int, words: str) -> int:
    merge(sheet, row, 0, 7, words, book.style(bold=True, font_size=13, font_color=GREEN, bottom=2, bottom_color=GREEN))
    sheet.set_row(row, 32)
    return row + 1


def _deadlines(book: Book, sheet: Worksheet, row: int, leads: pl.DataFrame) -> int:
    row = _heading(book, sheet, row, "办理时限")
    groups = leads.group_by("assigned_on", "due_on", "grade_word").len().sort("due_on", "grade_word")
    head, cell = book.boxed(bold=True, align="center", bg_color=PALE), book.boxed(align="center", font_size=12)
    for first, words in ((0, "等级"), (2, "户数"), (4, "交办日期"), (6, "办结时限（工作日计）")):
        merge(sheet, row, first, first + 1, words, head)
    sheet.set_row(row, 24)
    for offset, (assigned, due, grade, count) in enumerate(groups.iter_rows(), start=1):
        for first, value in ((0, grade), (2, count), (4, assigned), (6, due)):
            merge(sheet, row + offset, first, first + 1, value, cell)
        sheet.set_row(row + offset, 26)
    return row + groups.height + 1


def _risk_counts(book: Book, sheet: Worksheet, row: int, leads: pl.DataFrame) -> int:
    row = _heading(book, sheet, row, "风险类型（一户可有几种）")
    counts = (
        leads.select(pl.col("risk_types").explode())
        .to_series()
        .drop_nulls()
        .value_counts(sort=False)
        .sort("count", "risk_types", descending=[True, False])
    )
    for index, (risk, count) in enumerate(counts.iter_rows()):
        line, place = divmod(index, 4)
        put(sheet, row + line, 2 * place, risk, book.boxed(align="center", bg_color=PALE))
        put(sheet, row + line, 2 * place + 1, f"{count} 户", book.boxed(align="center", font_size=12))
        sheet.set_row(row + line, 36)
    return row + (counts.height + 3) // 4


def _how_to(book: Book, sheet: Worksheet, row: int) -> int:
    row = _heading(book, sheet, row, "怎么用这本表")
    steps = (
        "1. 先看“线索清单”，红色户在前，先去红色户；在清单上填责任人。",
        "2. 每户一张“核查表”，打印后两人一同入户，逐条核实，当面念给农户听，三方签字。",
        f"3. 核查结论只填九种之一：{'；'.join(NUMBERED_CONCLUSIONS)}。",
        "4. 身份核对写“姓名异”“需核身份”的，先核对是不是这个人、这一户，再问事情。",
        "5. 突发严重困难可先帮扶、后补手续；填好的表在办结时限前交回乡镇。",
    )
    style = book.style(font_size=12)
    for step in steps:
        merge(sheet, row, 0, 7, step, style)
        sheet.set_row(row, height_of([(step, 102)], size=12, least=30))
        row += 1
    return row


def _receipt(book: Book, sheet: Worksheet, row: int) -> int:
    row = _heading(book, sheet, row, "交接签收")
    label, fill = book.boxed(bold=True, align="center", bg_color=PALE), book.boxed(align="center", bg_color=WRITE, locked=False)
    for offset, words in enumerate((("乡镇交办人", "村级接收人"), ("交办日期", "交回日期"))):
        for half, word in enumerate(words):
            merge(sheet, row + offset, 4 * half, 4 * half + 1, word, label)
            merge(sheet, row + offset, 4 * half + 2, 4 * half + 3, None, fill)
        sheet.set_row(row + offset, 36)
    return row + 2
