"""The visit form 入户核查表: one household on one A4 page, what is known filled in, the rest to be written at the door.

The same page serves pen and screen. The grid has the eight columns of the member table, so that most rows need no merged cells: three
thousand forms are written in seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.county import County
from delivery.village.page import Cell, Line, Page
from delivery.words import (
    GRADES,
    NOT_A_VERDICT,
    NUMBERED_CONCLUSIONS,
    PROPOSALS,
    SECURED,
    SIGNED,
    TICK,
    UNSIGNED,
    YES_NO,
    YES_NO_PARTLY,
)

WIDTHS = (13.0, 13.0, 22.0, 12.0, 10.0, 10.0, 10.0, 10.5)
PAGE_POINTS = 805  # height of A4 less margins and footer
LEAST_MEMBER_ROWS = 5
MEMBER = ("姓名", "与户主关系", "证件号（脱敏）", "年龄", "劳动力", "在校", "在家", "务工")
INCOME = ("工资性收入", "生产经营收入", "财产性收入", "转移性收入", "经营支出", "理赔赔付", "自付支出", "人均纯收入")
LABOUR = {"普通劳动力": "普通", "技能劳动力": "技能", "弱劳动力或半劳动力": "弱或半", "丧失劳动力": "丧失", "无劳动力": "无"}
SIGNATURES = ((2, "核查人（一）签字"), (1, "核查人（二）签字"), (2, "农户签字"), (1, "承诺授权"), (2, "核查日期"))
ANY_QUESTION = "近一年家里有没有大的支出，收入有没有明显减少？"


@dataclass(frozen=True)
class FormData:
    """One household's form: its lead (the village view), the facts to verify, its members, the county."""

    lead: Mapping[str, Any]
    facts: Sequence[Mapping[str, Any]]
    members: Sequence[Mapping[str, Any]]
    county: County


def form_page(data: FormData) -> Page:
    """The visit form of one lead."""
    parts = (_head, _household, _members, _facts, _questions, _income, _conclusion)
    return Page(WIDTHS, [list(part(data)) for part in parts], PAGE_POINTS)


def _line(*cells: tuple[int, object, str] | Cell, least: float = 23.4) -> Line:
    return Line(tuple(cell if isinstance(cell, Cell) else Cell(*cell) for cell in cells), least)


def _heading(words: str, hint: str = "") -> Line:
    """The title of a section, with a hint in grey at its right."""
    return _line((3, words, "section"), (5, hint, "hint"), least=22)


def _head(data: FormData) -> Iterator[Line]:
    lead = data.lead
    yield _line((8, f"{data.county.name}防返贫监测预警线索入户核查表", "title"), least=34)
    assigned, due = (*lead["deadline"].split("\n"), "")[:2]
    yield _line(
        (1, "线索编号", "label"),
        (2, lead["lead_id"], "known"),
        (1, lead["grade_word"], "red" if lead["grade_word"] == GRADES["red"] else "amber"),
        (1, "交办", "label"),
        (1, assigned, "known"),
        (1, "办结时限", "label"),
        (1, due, "due"),
        least=24,
    )
    if lead["grade_reason"]:
        yield _line((1, "定级理由", "label"), (7, lead["grade_reason"], "words"))
    yield _line((8, NOT_A_VERDICT, "warning"), least=22)


def _household(data: FormData) -> Iterator[Line]:
    lead = data.lead
    address = " ".join(part for part in (lead["town"], lead["village"], lead["group"]) if part)
    income = None if lead["income_per_capita"] is None else f"{lead['income_per_capita']:,.0f} 元"
    members = None if lead["members"] is None else f"{lead['members']} 人"
    yield _heading("一、农户情况（册上信息）", "与实际不符的，写在“核查情况”里")
    yield _line(
        (1, "户主、证件号", "label"),
        (1, lead["head_name"], "known"),
        (1, lead["head_masked"], "known"),
        (1, "联系电话", "label"),
        (4, lead["phone"], "known"),
    )
    yield _line((1, "住址", "label"), (2, address, "known"), (1, "户编号", "label"), (4, lead["household_id"], "known"))
    yield _line(
        (1, "人口、身份", "label"),
        (1, members, "known"),
        (1, (lead["status"] or "").replace("\n", "、"), "known"),
        (2, "册上人均纯收入", "label"),
        (3, income, "known"),
    )


def _members(data: FormData) -> Iterator[Line]:
    at_risk = {fact["person_id"] for fact in data.facts if fact["person_id"]}
    yield _heading("二、家庭成员", "※ 部门数据涉及的人；空行补填册上没有的人")
    yield _line(*((1, head, "label") for head in MEMBER))
    here = (Cell(1, None, "fill", YES_NO), Cell(1, None, "fill", YES_NO))
    for member in data.members:
        yield _line(*((1, value, "known") for value in _member(member, at_risk)), *here)
    for _ in range(max(LEAST_MEMBER_ROWS - len(data.members), 1)):
        yield _line(*((1, None, "fill") for _ in MEMBER[:-2]), *here)


def _member(member: Mapping[str, Any], at_risk: set[object]) -> tuple[object, ...]:
    name = f"※{member['person_name']}" if member["person_id"] in at_risk else member["person_name"]
    labour = LABOUR.get(member["labour"] or "", (member["labour"] or "")[:4])
    is_student = None if member["is_student"] is None else "是" if member["is_student"] else "否"
    return name, member["relation"], member["id_masked"], member["age"], labour, is_student


def _facts(data: FormData) -> Iterator[Line]:
    yield _heading("三、逐条核实", "属实的写实际数额和日期，不属实的写真实情况")
    yield _line((3, "部门数据说的", "label"), (1, "来源、日期", "label"), (1, "属实？", "label"), (3, "核查情况", "label"))
    for number, fact in enumerate(data.facts, start=1):
        source = "\n".join(str(part) for part in (fact["bureau"], fact["event_date"]) if part)
        basis = f"\n依据：{fact['basis']}" if fact["basis"] else ""
        told = f"{number}. {fact['village_fact']}{basis}"
        true = Cell(1, None, "fill", YES_NO_PARTLY)
        yield _line((3, told, "words"), (1, source, "known"), true, (3, None, "long_fill"), least=32)


def _questions(data: FormData) -> Iterator[Line]:
    questions = [question for question in data.lead["ask"] or () if question]
    if data.lead["is_doubtful"]:
        questions.insert(0, f"【{data.lead['identity']}】先看证件，核对是不是本人、本户。")
    yield _heading("四、入户要问")
    for question in questions or [ANY_QUESTION]:
        yield _line((3, question, "words"), (5, None, "long_fill"), least=25)


def _income(data: FormData) -> Iterator[Line]:
    line = data.lead["monitoring_line"]
    yield _heading("五、近12个月收支（元，全家）", f"监测线 {line:,.0f} 元（每人每年），仅作参考" if line else "")
    yield _line(*((1, name, "label") for name in INCOME))
    yield _line(*((1, None, "fill") for _ in INCOME), least=26)
    yield _heading("六、三保障和饮水", "已享受政策和应对能力由农户自报")
    securities = ("义务教育", "基本医疗", "住房安全", "饮水安全")
    yield _line(*((1, name, "label") for name in securities), (2, "已享受政策", "label"), (2, "自主应对能力", "label"))
    secured = (Cell(1, None, "fill", SECURED) for _ in securities)
    yield _line(*secured, (2, None, "long_fill"), (2, None, "long_fill"), least=41)


def _conclusion(data: FormData) -> Iterator[Line]:
    proposed = data.lead["proposed_category"]
    hint = f"如纳入，可能类别：{proposed}（按册上推算，仅供参考）" if proposed else ""
    if data.lead["is_enrichment"]:
        hint = f"已在监测（{proposed}），不重复纳入；有变化的写在“理由和措施”里"
    yield _heading("七、核查结论（九选一）", hint)
    halves = (NUMBERED_CONCLUSIONS[:5], NUMBERED_CONCLUSIONS[5:])
    yield _line((8, "\n".join("   ".join(f"{TICK}{words}" for words in half) for half in halves), "options"), least=38)
    yield _line(
        (1, "结论", "label"),
        Cell(2, None, "answer", NUMBERED_CONCLUSIONS),
        (1, "建议", "label"),
        Cell(2, None, "answer", PROPOSALS),
        (1, "当面宣读", "label"),
        Cell(1, None, "fill", YES_NO),
        least=28,
    )
    yield _line((1, "理由和措施", "label"), (7, None, "long_fill"), least=46)
    yield _line(*((span, words, "label") for span, words in SIGNATURES))
    signed = {"承诺授权": (SIGNED[0], UNSIGNED[0])}
    yield _line(*(Cell(span, None, "fill", signed.get(words, ())) for span, words in SIGNATURES), least=34)
