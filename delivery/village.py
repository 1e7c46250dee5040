"""The village workbook 村级预警线索: a cover, the lead list, and one visit form a household.

It knows only what a visitor needs. The columns that enter are named one by one below, so that nothing else can slip in: no
disease, no petition text, no assets, no full ID number; a phone stands on the household's own visit form only.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl
from xlsxwriter.worksheet import Worksheet

from contracts.county import County
from contracts.month import Month
from delivery.book import (
    AMBER,
    GREEN,
    GREY,
    INK,
    PALE,
    PALE_AMBER,
    PALE_GREEN,
    PALE_RED,
    RED,
    Book,
    height_of,
    merge,
    protect,
    put,
    write_list,
)
from delivery.book import Column as ListColumn
from delivery.form import FormData, write_form
from delivery.privacy import mask_id
from delivery.tables import ReleaseTables
from delivery.words import CARE, GRADES, NOT_A_VERDICT, NUMBERED_CONCLUSIONS

COLUMNS = (
    ListColumn("编号", "number", 5, "centre"),
    ListColumn("等级", "grade_word", 5, "centre"),
    ListColumn("户主\n证件号（脱敏）", "household", 19.5),
    ListColumn("村民组\n人口", "group_members", 8, "centre"),
    ListColumn("户类型\n现有身份", "status", 10, "centre"),
    ListColumn("风险类型\n涉险人", "risk", 12.5),
    ListColumn("风险情况（部门数据，待核实）", "village_facts", 29),
    ListColumn("线索来源\n发生日期", "source", 12, "centre"),
    ListColumn("入户问什么", "ask_text", 21),
    ListColumn("身份核对\n以往线索", "certainty", 12, "centre"),
    ListColumn("交办日\n办结时限", "deadline", 8, "centre"),
    ListColumn("责任人", "responsible", 7, "fill"),
)
BESIDE = (ListColumn("线索编号", "lead_id", 24, "centre"), ListColumn("户编号", "household_id", 20, "centre"))


@dataclass(frozen=True)
class Place:
    """A village that is handed a workbook; without a code for households whose village is not known."""

    code: str | None
    town: str
    village: str


@dataclass(frozen=True)
class VillageData:
    """Everything that the villages' workbooks show, prepared once for the whole county. By lead."""

    leads: dict[tuple[str | None, str], pl.DataFrame]
    facts: dict[str, list[dict[str, object]]]
    members: dict[str, list[dict[str, object]]]

    @classmethod
    def prepare(cls, tables: ReleaseTables, month: Month) -> VillageData:
        """The village columns of leads, of their signals and of their households' members; masks stand before anything is written."""
        leads = _lead_view(tables)
        signals = tables.lead_signals.filter(pl.col("kind") == "risk")
        facts = signals.select("lead_id", "person_id", "village_fact", "bureau", "event_date").sort("lead_id", "event_date", "village_fact")
        members = (
            tables.persons.join(tables.leads.select("household_id").unique(), on="household_id", how="semi")
            .sort("household_id", pl.col("is_head").fill_null(value=False), "person_id", descending=[False, True, False])
            .select(
                "household_id",
                "person_id",
                "person_name",
                "relation",
                "sex",
                "labour",
                "is_student",
                id_masked=mask_id(pl.col("id_number")),
                age=pl.lit(month.year) - pl.col("birth_date").dt.year() - (pl.col("birth_date").dt.month() > month.number).cast(pl.Int32),
            )
        )
        return cls(
            leads=_by(leads, ["village_code", "town"]),  # type: ignore[arg-type]
            facts=_rows(facts, "lead_id"),
            members=_rows(members, "household_id"),
        )

    @property
    def places(self) -> list[Place]:
        """The villages with leads, in the order of their codes."""
        found = [Place(code, town, frame["village"][0] or "未定行政村") for (code, town), frame in self.leads.items()]
        return sorted(found, key=lambda place: (place.code or "~", place.town))


def _by(frame: pl.DataFrame, keys: list[str]) -> dict[tuple[object, ...], pl.DataFrame]:
    return frame.partition_by(keys, as_dict=True, maintain_order=True)


def _rows(frame: pl.DataFrame, key: str) -> dict[str, list[dict[str, object]]]:
    return {str(name[0]): part.to_dicts() for name, part in _by(frame, [key]).items()}


def _lines(*parts: pl.Expr) -> pl.Expr:
    """The parts that are there, one below the other."""
    return pl.concat_str([part.replace("", None) for part in parts], separator="\n", ignore_nulls=True)


def _day(name: str) -> pl.Expr:
    return pl.col(name).dt.strftime("%-m月%-d日")


def _lead_view(tables: ReleaseTables) -> pl.DataFrame:
    """One row per lead, red first, with the texts of the list's cells and what its visit form needs."""
    households = tables.households.select("household_id", "head_id", "phone", "tags")
    tags = pl.col("tags").list.eval(pl.element().filter(pl.element().is_not_null())).list.join("、")
    standing = pl.when(pl.col("is_enrichment")).then(pl.col("monitored_kind")).otherwise(pl.lit(None, pl.String))
    earlier = pl.when(pl.col("leads_last_12_months") > 0).then(
        pl.concat_str(pl.lit("近12月"), pl.col("leads_last_12_months").cast(pl.String), pl.lit("次"))
    )
    last = pl.when(pl.col("last_conclusion").is_not_null()).then(
        pl.concat_str(
            pl.lit("上次："), pl.col("last_conclusion"), pl.lit(" "), pl.col("last_conclusion_date").dt.strftime("%Y-%m").fill_null("")
        )
    )
    return (
        tables.leads.join(households, on="household_id", how="left")
        .with_columns(
            number=pl.col("lead_id").str.extract(r"([^-]+)$"),
            grade_word=pl.col("grade").replace(GRADES),
            head_masked=mask_id(pl.col("head_id")),
            responsible=pl.lit(None, pl.String),
            is_red=pl.col("grade") == "red",
        )
        .with_columns(
            household=_lines(pl.col("head_name"), pl.col("head_masked")),
            group_members=_lines(pl.col("group"), pl.concat_str(pl.col("members").cast(pl.String), pl.lit("人"))),
            status=_lines(pl.col("household_type"), standing, tags),
            risk=_lines(pl.col("risk_types").list.join("、"), pl.col("persons")),
            source=_lines(pl.col("bureaus").list.join("、"), pl.col("latest_fact_date").dt.strftime("%Y-%m-%d")),
            ask_text=pl.col("ask").list.join("\n"),
            certainty=_lines(pl.col("identity"), earlier, last),
            deadline=_lines(_day("assigned_on"), pl.concat_str(_day("due_on"), pl.lit("前"))),
        )
        .sort(pl.col("village_code").fill_null("~"), "town", ~pl.col("is_red"), "due_on", "lead_id")
    )


def write_village(path: Path, place: Place, data: VillageData, month: Month, county: County) -> int:
    """Write the workbook of one village to `path`; returns its number of leads."""
    leads = data.leads[place.code, place.town]
    with Book(path, f"{place.town}{place.village} {month} 预警线索", county.office) as book:
        _cover(book, place, leads, data, month, county)
        _lead_list(book, place, leads, month)
        for lead in leads.iter_rows(named=True):
            sheet = book.sheet(f"{lead['number']} {lead['head_name'] or ''}", landscape=False, colour=RED if lead["is_red"] else AMBER)
            members = data.members.get(lead["household_id"], [])
            write_form(book, sheet, FormData(lead, data.facts.get(lead["lead_id"], []), members, county))
    return leads.height


def _lead_list(book: Book, place: Place, leads: pl.DataFrame, month: Month) -> None:
    sheet = book.sheet("线索清单", landscape=True, colour=GREEN)
    title = f"{place.town}{place.village}  {month.year}年{month.number}月防返贫监测预警线索清单"
    prefix = leads["lead_id"][0].rpartition("-")[0]
    note = f"共 {leads.height} 户，红色优先。{NOT_A_VERDICT}  完整线索编号＝{prefix}-编号。核查结论填在各户核查表上。"
    end = write_list(book, sheet, title, note, COLUMNS, leads)
    head = book.style(font_size=9, font_color=GREY, align="center")
    for offset, column in enumerate(BESIDE, start=len(COLUMNS) + 1):
        sheet.set_column(offset, offset, column.width)
        put(sheet, 2, offset, column.heading, head)
        for row, value in enumerate(leads[column.name], start=3):
            put(sheet, row, offset, value, head)
    sheet.set_column(len(COLUMNS), len(COLUMNS), 2)
    for row, (number, grade, head_name) in enumerate(leads.select("number", "grade_word", "head_name").iter_rows(), start=3):
        _colour(book, sheet, row, number, grade)
    sheet.print_area(0, 0, end - 1, len(COLUMNS) - 1)
    sheet.set_footer(f"&L{CARE}&R第 &P 页 共 &N 页")
    protect(sheet)


def _colour(book: Book, sheet: Worksheet, row: int, number: str, grade: str) -> None:
    """The grade in its colour; red rows carry a pale tint behind their number."""
    strong, ink, pale = (RED, "#FFFFFF", PALE_RED) if grade == GRADES["red"] else (AMBER, INK, PALE_AMBER)
    put(sheet, row, 0, number, book.boxed(align="center", bold=True, bg_color=pale))
    put(sheet, row, 1, grade, book.boxed(align="center", bold=True, bg_color=strong, font_color=ink, font_size=13))


def _cover(book: Book, place: Place, leads: pl.DataFrame, data: VillageData, month: Month, county: County) -> None:
    sheet = book.sheet("封面", landscape=False, colour=GREEN)
    sheet.set_column(0, 7, 11.4)
    plain = book.style(align="center", font_color=GREY, font_size=12)
    merge(sheet, 0, 0, 7, f"{county.province}{county.name}  {county.office}", plain)
    merge(sheet, 1, 0, 7, "防返贫动态监测预警线索", book.style(align="center", bold=True, font_size=26, font_color=GREEN))
    merge(sheet, 2, 0, 7, f"{place.town}  {place.village}", book.style(align="center", bold=True, font_size=20))
    merge(sheet, 3, 0, 7, f"{month.year}年{month.number}月    行政村代码 {place.code or '未定'}", plain)
    for row, height in enumerate((30, 48, 40, 28, 10)):
        sheet.set_row(row, height)
    warning = book.style(align="center", bold=True, font_size=13, font_color=RED, bg_color=PALE_RED, border=1, border_color=RED)
    merge(sheet, 5, 0, 7, NOT_A_VERDICT, warning)
    sheet.set_row(5, 44)
    sheet.set_row(6, 10)
    row = _figures(book, sheet, 7, leads, data)
    row = _deadlines(book, sheet, row + 1, leads)
    row = _risk_counts(book, sheet, row + 1, leads)
    row = _how_to(book, sheet, row + 1)
    merge(sheet, row + 1, 0, 7, CARE, book.style(align="center", font_size=10, font_color=GREY, top=1, top_color=GREY))
    sheet.set_row(row + 1, 34)
    sheet.print_area(0, 0, row + 1, 7)
    sheet.fit_to_pages(1, 1)
    protect(sheet)


def _figures(book: Book, sheet: Worksheet, row: int, leads: pl.DataFrame, data: VillageData) -> int:
    red = leads["is_red"].sum()
    touched = {(fact["person_id"], lead) for lead in leads["lead_id"] for fact in data.facts.get(lead, [])}
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
    sheet.set_row(row, 52)
    sheet.set_row(row + 1, 24)
    return row + 2


def _heading(book: Book, sheet: Worksheet, row: int, words: str) -> int:
    merge(sheet, row, 0, 7, words, book.style(bold=True, font_size=13, font_color=GREEN, bottom=2, bottom_color=GREEN))
    sheet.set_row(row, 26)
    return row + 1


def _deadlines(book: Book, sheet: Worksheet, row: int, leads: pl.DataFrame) -> int:
    row = _heading(book, sheet, row, "办理时限")
    groups = leads.group_by("assigned_on", "due_on", "grade_word").len().sort("due_on", "grade_word")
    head, cell = book.boxed(bold=True, align="center", bg_color=PALE), book.boxed(align="center", font_size=12)
    for first, words in ((0, "等级"), (2, "户数"), (4, "交办日期"), (6, "办结时限（工作日计）")):
        merge(sheet, row, first, first + 1, words, head)
    for offset, (assigned, due, grade, count) in enumerate(groups.iter_rows(), start=1):
        for first, value in ((0, grade), (2, count), (4, assigned), (6, due)):
            merge(sheet, row + offset, first, first + 1, value, cell)
        sheet.set_row(row + offset, 22)
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
        sheet.set_row(row + line, 24)
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
        sheet.set_row(row, height_of([(step, 91)], size=12, least=24))
        row += 1
    return row
