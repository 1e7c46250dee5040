"""The visit form 入户核查表: one household on one A4 page, what is known filled in, the rest to be written at the door.

White cells are locked, cream cells are for writing; the same page serves pen and screen. The grid has the eight columns of the member
table, so that most rows need no merged cells: three thousand forms are written in seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.worksheet import Worksheet

from contracts.county import County
from delivery.book import AMBER, GREEN, GREY, INK, PALE, PALE_RED, RED, WRITE, Book, choose, height_of, merge, protect
from delivery.words import (
    CARE,
    GRADES,
    NOT_A_VERDICT,
    NUMBERED_CONCLUSIONS,
    PROPOSALS,
    SECURED,
    SIGNED,
    UNSIGNED,
    YES_NO,
    YES_NO_PARTLY,
)

WIDTHS = (13.0, 13.0, 22.0, 12.0, 10.0, 10.0, 10.0, 10.5)
LAST = len(WIDTHS) - 1
PAGE_POINTS = 805  # height of A4 less margins and footer
MOST_STRETCH = 1.45
LEAST_MEMBER_ROWS = 5
MEMBER = ("姓名", "与户主关系", "证件号（脱敏）", "年龄", "劳动力", "在校", "在家", "务工")
INCOME = ("工资性收入", "生产经营收入", "财产性收入", "转移性收入", "经营支出", "理赔赔付", "自付支出", "人均纯收入")
LABOUR = {"普通劳动力": "普通", "技能劳动力": "技能", "弱劳动力或半劳动力": "弱或半", "丧失劳动力": "丧失", "无劳动力": "无"}
ANY_QUESTION = "近一年家里有没有大的支出，收入有没有明显减少？"

Cell = tuple[int, object, Any]  # grid columns it spans, value, style


@dataclass(frozen=True)
class FormData:
    """One household's form: its lead (the village view), the facts to verify, its members, the county."""

    lead: Mapping[str, Any]
    facts: Sequence[Mapping[str, Any]]
    members: Sequence[Mapping[str, Any]]
    county: County


class Form:
    """A page that grows downwards; its rows are stretched to fill the paper when it is finished."""

    def __init__(self, book: Book, sheet: Worksheet) -> None:
        self.book = book
        self.sheet = sheet
        self._heights: list[float] = []
        self.label = book.boxed(bold=True, align="center", bg_color=PALE, font_size=10.5)
        self.known = book.boxed(align="center")
        self.words = book.boxed(indent=1)
        self.fill = book.boxed(align="center", bg_color=WRITE, locked=False)
        self.long_fill = book.boxed(indent=1, bg_color=WRITE, locked=False)
        self._section = book.style(bold=True, font_size=12, font_color=GREEN)
        self._hint = book.style(font_size=9.5, font_color=GREY, align="right")

    def line(self, *cells: Cell, height: float = 20.5) -> int:
        """One row of cells from the left, taller where text wraps; returns its row number."""
        row, first, wrapped = len(self._heights), 0, []
        for span, value, style in cells:
            merge(self.sheet, row, first, first + span - 1, value, style)
            if isinstance(value, str) and style is not self.label:
                wrapped.append((value, sum(WIDTHS[first : first + span])))
            first += span
        self._heights.append(height_of(wrapped, least=height))
        return row

    def heading(self, words: str, hint: str = "") -> None:
        """The title of a section, with a hint in grey at its right."""
        row = len(self._heights)
        merge(self.sheet, row, 0, 2, words, self._section)
        merge(self.sheet, row, 3, LAST, hint, self._hint)
        self._heights.append(22)

    def choice(self, first: int, column: int, choices: Sequence[str], *, rows: int = 1) -> None:
        """A drop-down on `rows` cells of a column from row `first` on."""
        choose(self.sheet, (first, column, first + rows - 1, column), choices)

    def finish(self) -> None:
        """Set the row heights, all stretched alike so that a short form fills its page; a long one is fitted by the printer."""
        stretch = min(MOST_STRETCH, max(1.0, PAGE_POINTS / sum(self._heights)))
        for row, height in enumerate(self._heights):
            self.sheet.set_row(row, min(409.0, height * stretch))
        self.sheet.print_area(0, 0, len(self._heights) - 1, LAST)
        self.sheet.fit_to_pages(1, 1)


def write_form(book: Book, sheet: Worksheet, data: FormData) -> None:
    """Fill `sheet` with the visit form of one lead."""
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    form = Form(book, sheet)
    _head(form, data)
    _household(form, data)
    _members(form, data)
    _facts(form, data)
    _questions(form, data)
    _income(form, data)
    _conclusion(form, data)
    form.finish()
    sheet.set_margins(left=0.35, right=0.35, top=0.4, bottom=0.6)
    sheet.set_footer(f"&L&9 {CARE}&R&9 {data.lead['lead_id']}")
    protect(sheet)


def _head(form: Form, data: FormData) -> None:
    lead, book = data.lead, form.book
    red = lead["grade_word"] == GRADES["red"]
    title = book.style(bold=True, font_size=18, font_color=GREEN, align="center")
    form.line((8, f"{data.county.name}防返贫监测预警线索入户核查表", title), height=34)
    grade = book.boxed(bold=True, align="center", font_size=13, bg_color=RED if red else AMBER, font_color="#FFFFFF" if red else INK)
    strong = book.boxed(bold=True, align="center", font_color=RED)
    assigned, due = (*lead["deadline"].split("\n"), "")[:2]
    form.line(
        (1, "线索编号", form.label),
        (2, lead["lead_id"], form.known),
        (1, lead["grade_word"], grade),
        (1, "交办", form.label),
        (1, assigned, form.known),
        (1, "办结时限", form.label),
        (1, due, strong),
        height=24,
    )
    if lead["grade_reason"]:
        form.line((1, "定级理由", form.label), (7, lead["grade_reason"], form.words))
    warning = book.boxed(bold=True, font_color=RED, bg_color=PALE_RED, align="center", font_size=10.5)
    form.line((8, NOT_A_VERDICT, warning), height=22)


def _household(form: Form, data: FormData) -> None:
    lead = data.lead
    address = " ".join(part for part in (lead["town"], lead["village"], lead["group"]) if part)
    income = None if lead["income_per_capita"] is None else f"{lead['income_per_capita']:,.0f} 元"
    members = None if lead["members"] is None else f"{lead['members']} 人"
    form.heading("一、农户情况（册上信息）", "与实际不符的，写在“核查情况”里")
    form.line(
        (1, "户主、证件号", form.label),
        (1, lead["head_name"], form.known),
        (1, lead["head_masked"], form.known),
        (1, "联系电话", form.label),
        (4, lead["phone"], form.known),
    )
    form.line((1, "住址", form.label), (2, address, form.known), (1, "户编号", form.label), (4, lead["household_id"], form.known))
    form.line(
        (1, "人口、身份", form.label),
        (1, members, form.known),
        (1, (lead["status"] or "").replace("\n", "、"), form.known),
        (2, "册上人均纯收入", form.label),
        (3, income, form.known),
    )


def _members(form: Form, data: FormData) -> None:
    at_risk = {fact["person_id"] for fact in data.facts if fact["person_id"]}
    form.heading("二、家庭成员", "※ 部门数据涉及的人；空行补填册上没有的人")
    form.line(*((1, head, form.label) for head in MEMBER))
    first = 0
    count = max(LEAST_MEMBER_ROWS, len(data.members) + 1)
    for index in range(count):
        if index < len(data.members):
            row = form.line(*_member(form, data.members[index], at_risk))
        else:
            row = form.line(*((1, None, form.fill) for _ in MEMBER))
        first = first or row
    for column in (6, 7):
        form.choice(first, column, YES_NO, rows=count)


def _member(form: Form, member: Mapping[str, Any], at_risk: set[object]) -> list[Cell]:
    name = f"※{member['person_name']}" if member["person_id"] in at_risk else member["person_name"]
    labour = LABOUR.get(member["labour"] or "", (member["labour"] or "")[:4])
    known = (name, member["relation"], member["id_masked"], member["age"], labour, member["is_student"])
    return [*((1, value, form.known) for value in known), (1, None, form.fill), (1, None, form.fill)]


def _facts(form: Form, data: FormData) -> None:
    form.heading("三、逐条核实", "属实的写实际数额和日期，不属实的写真实情况")
    form.line((3, "部门数据说的", form.label), (1, "来源、日期", form.label), (1, "属实？", form.label), (3, "核查情况", form.label))
    first = 0
    for number, fact in enumerate(data.facts, start=1):
        source = "\n".join(str(part) for part in (fact["bureau"], fact["event_date"]) if part)
        basis = f"\n依据：{fact['basis']}" if fact["basis"] else ""
        told = f"{number}. {fact['village_fact']}{basis}"
        row = form.line((3, told, form.words), (1, source, form.known), (1, None, form.fill), (3, None, form.long_fill), height=32)
        first = first or row
    if first:
        form.choice(first, 4, YES_NO_PARTLY, rows=len(data.facts))


def _questions(form: Form, data: FormData) -> None:
    questions = [question for question in data.lead["ask"] or () if question]
    if data.lead["is_doubtful"]:
        questions.insert(0, f"【{data.lead['identity']}】先看证件，核对是不是本人、本户。")
    form.heading("四、入户要问")
    for question in questions or [ANY_QUESTION]:
        form.line((3, question, form.words), (5, None, form.long_fill), height=25)


def _income(form: Form, data: FormData) -> None:
    line = data.lead["monitoring_line"]
    form.heading("五、近12个月收支（元，全家）", f"监测线 {line:,.0f} 元（每人每年），仅作参考" if line else "")
    form.line(*((1, name, form.label) for name in INCOME))
    form.line(*((1, None, form.fill) for _ in INCOME), height=26)
    form.heading("六、三保障和饮水", "已享受政策和应对能力由农户自报")
    securities: tuple[Cell, ...] = tuple((1, name, form.label) for name in ("义务教育", "基本医疗", "住房安全", "饮水安全"))
    form.line(*securities, (2, "已享受政策", form.label), (2, "自主应对能力", form.label))
    row = form.line(*((1, None, form.fill) for _ in securities), (2, None, form.long_fill), (2, None, form.long_fill), height=32)
    for column in range(4):
        form.choice(row, column, SECURED)


def _conclusion(form: Form, data: FormData) -> None:
    proposed = data.lead["proposed_category"]
    hint = f"如纳入，可能类别：{proposed}（按册上推算，仅供参考）" if proposed else ""
    if data.lead["is_enrichment"]:
        hint = f"已在监测（{proposed}），不重复纳入；有变化的写在“理由和措施”里"
    form.heading("七、核查结论（九选一）", hint)
    options = form.book.boxed(font_size=10.5, indent=1)
    halves = (NUMBERED_CONCLUSIONS[:5], NUMBERED_CONCLUSIONS[5:])
    form.line((8, "\n".join("   ".join(f"□{words}" for words in half) for half in halves), options), height=38)
    strong = form.book.boxed(align="center", bg_color=WRITE, locked=False, bold=True, font_size=12)
    row = form.line(
        (1, "结论", form.label),
        (2, None, strong),
        (1, "建议", form.label),
        (2, None, strong),
        (1, "当面宣读", form.label),
        (1, None, form.fill),
        height=28,
    )
    form.choice(row, 1, NUMBERED_CONCLUSIONS)
    form.choice(row, 4, PROPOSALS)
    form.choice(row, 7, YES_NO)
    form.line((1, "理由和措施", form.label), (7, None, form.long_fill), height=46)
    signatures = ((2, "核查人（一）签字"), (1, "核查人（二）签字"), (2, "农户签字"), (1, "承诺授权"), (2, "核查日期"))
    form.line(*((span, words, form.label) for span, words in signatures))
    row = form.line(*((span, None, form.fill) for span, _ in signatures), height=34)
    form.choice(row, 5, (SIGNED[0], UNSIGNED[0]))
