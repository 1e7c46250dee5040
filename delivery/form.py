"""The visit form 入户核查表: one household on one A4 page, what is known filled in, the rest to be written at the door.

Layout is a grid of 12 equal columns. White cells are locked, cream cells are for writing; the same page serves pen and screen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.worksheet import Worksheet

from contracts.county import County
from delivery.book import AMBER, GREEN, GREY, INK, PALE, RED, WRITE, Book, choose, height_of, merge, protect, texts
from delivery.words import (
    CARE,
    GRADES,
    NOT_A_VERDICT,
    NUMBERED_CONCLUSIONS,
    PROPOSALS,
    SECURED,
    YES_NO,
    YES_NO_PARTLY,
)

LAST = 11
UNIT = 8.1  # width of one grid column
LEAST_MEMBER_ROWS = 5
INCOME = ("工资性收入", "生产经营收入", "财产性收入", "转移性收入", "生产经营支出", "理赔赔付收入", "合规自付支出", "人均纯收入")
SECURITIES = ("义务教育", "基本医疗", "住房安全", "饮水安全")
CUTS = (1, 3, 6, 7, 8, 9, 10)  # first grid columns of the member table after the name


@dataclass(frozen=True)
class FormData:
    """One household's form: its lead (the village view), the facts to verify, its members, the county."""

    lead: Mapping[str, Any]
    facts: Sequence[Mapping[str, Any]]
    members: Sequence[Mapping[str, Any]]
    county: County


class Form:
    """A page that grows downwards: every method writes one block below the last."""

    def __init__(self, book: Book, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._row = 0
        self.label = book.boxed(bold=True, align="center", bg_color=PALE, font_size=10.5)
        self.known = book.boxed(align="center")
        self.words = book.boxed()
        self.fill = book.boxed(align="center", bg_color=WRITE, locked=False)
        self.long_fill = book.boxed(bg_color=WRITE, locked=False)
        self.section = book.style(bold=True, font_size=12, font_color=GREEN)
        self.small = book.style(font_size=9.5, font_color=GREY)

    def line(self, *cells: tuple[int, object, Any], height: float = 20.5) -> int:
        """One row of cells (grid columns, value, style), from the left; returns its row number. Taller where text wraps."""
        first, wrapped = 0, []
        for span, value, style in cells:
            merge(self._sheet, self._row, first, first + span - 1, value, style)
            if isinstance(value, str):
                wrapped.append((value, span * UNIT))
            first += span
        self._sheet.set_row(self._row, height_of(wrapped, least=height))
        self._row += 1
        return self._row - 1

    def heading(self, words: str, hint: str = "") -> None:
        """The title of a section, with a hint in grey at its right."""
        merge(self._sheet, self._row, 0, 4, words, self.section)
        merge(self._sheet, self._row, 5, LAST, hint, self.small)
        self._sheet.set_row(self._row, 21)
        self._row += 1

    def choice(self, row: int, column: int, choices: Sequence[str], prompt: str = "") -> None:
        """A drop-down on the cell at `row`, `column`."""
        choose(self._sheet, (row, column, row, column), choices, prompt=prompt)

    @property
    def rows(self) -> int:
        """How many rows are written."""
        return self._row


def write_form(book: Book, sheet: Worksheet, data: FormData) -> None:
    """Fill `sheet` with the visit form of one lead."""
    sheet.set_column(0, LAST, UNIT)
    form = Form(book, sheet)
    _head(book, form, data)
    _household(form, data)
    _members(form, data)
    _facts(form, data)
    _questions(form, data)
    _income(form, data)
    _securities(form)
    _conclusion(book, form, data)
    _signatures(form)
    sheet.print_area(0, 0, form.rows - 1, LAST)
    sheet.fit_to_pages(1, 1)
    sheet.set_margins(left=0.35, right=0.35, top=0.35, bottom=0.5)
    sheet.set_footer(f"&L&9{CARE}&R&9{data.lead['lead_id']}")
    protect(sheet)


def _head(book: Book, form: Form, data: FormData) -> None:
    lead = data.lead
    red = lead["grade_word"] == GRADES["red"]
    title = book.style(bold=True, font_size=18, font_color=GREEN, align="center")
    form.line((12, f"{data.county.name}防返贫监测预警线索入户核查表", title), height=32)
    grade = book.boxed(bold=True, align="center", font_size=13, bg_color=RED if red else AMBER, font_color="#FFFFFF" if red else INK)
    form.line(
        (2, "线索编号", form.label), (4, lead["lead_id"], form.known), (1, lead["grade_word"], grade),
        (1, "交办", form.label), (1, lead["deadline"].split("\n")[0], form.known), (1, "时限", form.label), (2, lead["due_on"], form.known),
        height=23,
    )  # fmt: skip
    form.line((12, NOT_A_VERDICT, book.boxed(bold=True, font_color=RED, align="center", font_size=10.5)), height=21)


def _household(form: Form, data: FormData) -> None:
    lead = data.lead
    address = "".join(part for part in (lead["town"], lead["village"], lead["group"]) if part)
    income = "" if lead["income_per_capita"] is None else f"{lead['income_per_capita']:,.0f} 元"
    form.heading("一、农户情况（册上信息）", "不符的在“核查情况”里写明")
    form.line(
        (1, "户主", form.label), (2, lead["head_name"], form.known), (1, "证件号", form.label), (3, lead["head_masked"], form.known),
        (1, "电话", form.label), (4, lead["phone"], form.known),
    )  # fmt: skip
    form.line((1, "住址", form.label), (6, address, form.known), (1, "户编号", form.label), (4, lead["household_id"], form.known))
    form.line(
        (1, "人口", form.label), (1, lead["members"], form.known), (1, "身份", form.label), (4, lead["status"].replace("\n", "、"), form.known),
        (2, "册上人均纯收入", form.label), (3, income, form.known),
    )  # fmt: skip


def _members(form: Form, data: FormData) -> None:
    at_risk = {fact["person_id"] for fact in data.facts if fact["person_id"]}
    form.heading("二、家庭成员", "※ 为部门数据涉及的人；证件号脱敏；奶黄色格子入户填写")
    spans = (2, 2, 3, 1, 1, 1, 1, 1)
    heads = ("姓名", "与户主关系", "证件号（脱敏）", "年龄", "劳力", "在校", "在家", "务工")
    form.line(*((span, head, form.label) for span, head in zip(spans, heads, strict=True)))
    for index in range(max(LEAST_MEMBER_ROWS, len(data.members))):
        member: Mapping[str, Any] = data.members[index] if index < len(data.members) else {}
        name = f"※{member['person_name']}" if member and member["person_id"] in at_risk else member.get("person_name")
        known: tuple[object, ...] = (
            name, member.get("relation"), member.get("id_masked"), member.get("age"), _labour(member.get("labour")), member.get("is_student"),
        )  # fmt: skip
        style = form.known if member else form.fill
        row = form.line(
            *((span, value, style) for span, value in zip(spans, known, strict=False)), (1, None, form.fill), (1, None, form.fill)
        )
        form.choice(row, 10, YES_NO)
        form.choice(row, 11, YES_NO)


def _labour(labour: str | None) -> str | None:
    """The register's word, short enough for a narrow cell."""
    if not labour:
        return None
    short = {"普通劳动力": "普通", "技能劳动力": "技能", "弱劳动力或半劳动力": "半", "丧失劳动力": "无", "无劳动力": "无"}
    return short.get(labour, labour[:3])


def _facts(form: Form, data: FormData) -> None:
    form.heading("三、逐条核实", "属实的写实际数额、日期；不属实的写真实情况")
    form.line(
        (1, "序", form.label),
        (5, "部门数据说的", form.label),
        (2, "来源／日期", form.label),
        (1, "属实", form.label),
        (3, "核查情况", form.label),
    )
    for number, fact in enumerate(data.facts, start=1):
        source = "\n".join(str(part) for part in (fact["bureau"], fact["event_date"]) if part)
        row = form.line(
            (1, number, form.known),
            (5, fact["village_fact"], form.words),
            (2, source, form.known),
            (1, None, form.fill),
            (3, None, form.long_fill),
        )
        form.choice(row, 8, YES_NO_PARTLY, "是 / 否 / 部分")


def _questions(form: Form, data: FormData) -> None:
    questions = [question for question in data.lead["ask"] or () if question]
    if data.lead["identity"] and data.lead["identity"] != "证件一致":
        questions.insert(0, f"身份：{data.lead['identity']}，先看证件核对是不是本人、本户。")
    form.heading("四、入户要问")
    for question in questions or ["近一年家里有没有大的支出、收入有没有减少？"]:
        form.line((6, question, form.words), (6, None, form.long_fill), height=24)


def _income(form: Form, data: FormData) -> None:
    line = data.lead["monitoring_line"]
    form.heading("五、近12个月收入与支出（元，全家）", f"监测线 {line:,.0f} 元／人·年，仅作参考" if line else "")
    for start in (0, 4):
        form.line(*(cell for name in INCOME[start : start + 4] for cell in ((2, name, form.label), (1, None, form.fill))), height=22)


def _securities(form: Form) -> None:
    form.heading("六、三保障和饮水", "已享受政策、自主应对能力由农户自报")
    cells = [cell for name in SECURITIES for cell in ((1, name, form.label), (2, None, form.fill))]
    row = form.line(*cells, height=30)
    for index in range(4):
        form.choice(row, 3 * index + 1, SECURED)
    form.line(
        (2, "已享受政策", form.label), (4, None, form.long_fill), (2, "自主应对能力", form.label), (4, None, form.long_fill), height=28
    )


def _conclusion(book: Book, form: Form, data: FormData) -> None:
    proposed = data.lead["proposed_category"]
    form.heading("七、核查结论（九选一）", f"如纳入，可能类别：{proposed}（按册上身份和收入推算，仅供参考）" if proposed else "")
    half = book.boxed(font_size=10.5)
    form.line((12, "    ".join(f"□{words}" for words in NUMBERED_CONCLUSIONS), half), height=36)
    strong = book.boxed(align="center", bg_color=WRITE, locked=False, bold=True, font_size=12)
    row = form.line(
        (1, "结论", form.label),
        (5, None, strong),
        (1, "建议", form.label),
        (2, None, strong),
        (1, "宣读", form.label),
        (2, None, form.fill),
        height=26,
    )
    form.choice(row, 1, NUMBERED_CONCLUSIONS, "九种结论之一")
    form.choice(row, 7, PROPOSALS)
    form.choice(row, 10, ("已向农户宣读", "未宣读"))
    form.line((1, "理由和措施", form.label), (11, None, form.long_fill), height=44)


def _signatures(form: Form) -> None:
    form.line(
        (2, "核查人（一）", form.label), (2, None, form.fill), (2, "核查人（二）", form.label), (2, None, form.fill),
        (1, "农户", form.label), (1, None, form.fill), (1, "日期", form.label), (1, None, form.fill), height=32,
    )  # fmt: skip


__all__ = ["FormData", "texts", "write_form"]
