"""The cover of a village's papers: how many doors, how urgent, until when, and how to use what follows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import polars as pl

from contracts.county import County
from contracts.month import Month
from delivery.village.handout import Village
from delivery.village.page import Cell, Line, Page
from delivery.words import CARE, NOT_A_VERDICT, NUMBERED_CONCLUSIONS

WIDTHS = (12.8,) * 8
STEPS = (
    "1. 先看“线索清单”，红色户在前，先去红色户；在清单上填责任人。",
    "2. 每户一张“核查表”，打印后两人一同入户，逐条核实，当面念给农户听，三方签字。",
    f"3. 核查结论只填九种之一：{'；'.join(NUMBERED_CONCLUSIONS)}。",
    "4. 身份核对写“姓名异”“需核身份”的，先核对是不是这个人、这一户，再问事情。",
    "5. 突发严重困难可先帮扶、后补手续；填好的表在办结时限前交回乡镇。",
)


def cover_page(village: Village, month: Month, county: County) -> Page:
    """The first page of a village's papers."""
    head = [
        _whole(f"{county.province}{county.name}  {county.office}", "plain", 40),
        _whole("防返贫动态监测预警线索", "headline", 56),
        _whole(f"{village.town}  {village.name}", "place", 46),
        _whole(f"{month.year}年{month.number}月    行政村代码 {village.code or '未定'}", "plain", 34),
        Line(least=12),
        _whole(NOT_A_VERDICT, "alarm", 44),
        Line(least=10),
    ]
    parts = (_figures(village), _deadlines(village.leads), _risk_counts(village.leads), _how_to(), _receipt())
    return Page(WIDTHS, [head, *([*part, Line(least=15)] for part in parts), [_whole(CARE, "care", 34)]])


def _whole(words: str, look: str, least: float) -> Line:
    return Line((Cell(8, words, look),), least)


def _figures(village: Village) -> Iterator[Line]:
    leads = village.leads
    red = leads["is_red"].sum()
    touched = {(lead, fact["person"]) for lead, facts in village.facts.items() for fact in facts}
    figures = (
        ("线索户数", leads.height, "green"),
        ("红色（突发、严重）", red, "red"),
        ("黄色", leads.height - red, "amber"),
        ("涉险人数", len(touched), "green"),
    )
    yield Line(tuple(Cell(2, value, f"figure.{colour}") for _, value, colour in figures), 64)
    yield Line(tuple(Cell(2, label, f"under.{colour}") for label, _, colour in figures), 26)


def _deadlines(leads: pl.DataFrame) -> Iterator[Line]:
    yield _whole("办理时限", "chapter", 32)
    groups = leads.group_by("assigned_on", "due_on", "grade_word").len().sort("due_on", "grade_word")
    yield Line(tuple(Cell(2, words, "head") for words in ("等级", "户数", "交办日期", "办结时限（工作日计）")), 24)
    for assigned, due, grade, count in groups.iter_rows():
        yield Line(tuple(Cell(2, value, "count") for value in (grade, count, assigned, due)), 26)


def _risk_counts(leads: pl.DataFrame) -> Iterator[Line]:
    yield _whole("风险类型（一户可有几种）", "chapter", 32)
    counts = (
        leads.select(pl.col("risk_types").explode())
        .to_series()
        .drop_nulls()
        .value_counts(sort=False)
        .sort("count", "risk_types", descending=[True, False])
    )
    for four in counts.iter_slices(4):
        pairs = [(Cell(1, risk, "known"), Cell(1, f"{count} 户", "count")) for risk, count in four.iter_rows()]
        yield Line(tuple(chain.from_iterable(pairs)), 36)


def _how_to() -> Iterator[Line]:
    yield _whole("怎么用这本表", "chapter", 32)
    for step in STEPS:
        yield _whole(step, "step", 30)


def _receipt() -> Iterator[Line]:
    yield _whole("交接签收", "chapter", 32)
    for pair in (("乡镇交办人", "村级接收人"), ("交办日期", "交回日期")):
        yield Line(tuple(cell for word in pair for cell in (Cell(2, word, "head"), Cell(2, None, "fill"))), 36)
