"""What a rule is: a row of data that turns linked rows of one feed into signals.

No threshold lives in code: value, operator, window, group and dates are read from `config/rules/*.yml`, each rule beside the
document that says so. In Chinese usage 以上 includes the number (`>=`) and 超过 excludes it (`>`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from contracts.expression import Expression, parse
from contracts.load import Strict
from contracts.month import Month

RiskType = Literal[
    "因病",
    "因学",
    "因残",
    "因灾",
    "因意外事故",
    "因产业项目失败",
    "因务工就业不稳",
    "缺劳动力",
    "因疫情",
    "因安全住房",
    "因安全饮水",
    "其他",
]
RISK_TYPES: tuple[str, ...] = get_args(RiskType)
Group = Literal["registered", "general", "monitored", "cleared", "low_income"]
WINDOW = r"^(single|listed_12|month|year_to_date|rolling_([1-9]|1[0-2])|since_event)$"

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
PART = re.compile(r"\[([^\[\]]*)\]|([^\[\]]+|[\[\]])")  # an optional part in square brackets, or plain text
STANDARD_PLACEHOLDERS = {"name", "relation", "value", "threshold", "date"}  # {relation} is 与户主关系, {date} dates the fact


def placeholders(template: str) -> set[str]:
    """Columns of the feed that stand in a sentence, without the standard ones."""
    return set(PLACEHOLDER.findall(template)) - STANDARD_PLACEHOLDERS


class Where(Strict):
    """A condition on a row: the cell of `column` (of one of `any_of`) is one of `values`, has one of `contains` in it, or is in [min, max].

    An empty cell does not meet a condition; `negate` turns the whole round, so that an empty cell then passes.
    """

    column: str | None = None
    any_of: list[str] = []
    values: list[str] = []
    contains: list[str] = []
    min: float | None = None
    max: float | None = None
    negate: bool = False

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if bool(self.column) == bool(self.any_of):
            raise ValueError("column（一列）和 any_of（几列之一）要填一个，也只填一个")
        if [bool(self.values), bool(self.contains), self.min is not None or self.max is not None].count(True) != 1:
            raise ValueError("values（等于）、contains（含有）、min 和 max（范围）要填一种，也只填一种")
        return self

    @property
    def columns(self) -> list[str]:
        """The columns looked at."""
        return [self.column] if self.column else self.any_of


class Measure(Strict):
    """What is measured: `rows` counts rows, `any` is 1 when a row exists, `sum` and `max` aggregate `column` over the window.

    `days_since` and `months_since` count from a date column to the last day of the month; a month is complete on the same day of the
    next one, or on its last day where it is shorter (民法典 202). `change` is `column` on this month's list less `column` on the list
    `months_back` earlier (`relative`: as a share of the earlier one). `newly_listed` is 1 for who is on this month's list and was on none
    of the `months_back` lists before it.
    """

    aggregate: Literal["any", "rows", "sum", "max", "days_since", "months_since", "change", "newly_listed"] = "any"
    column: str | None = Field(
        default=None, description="a column of the feed, or a small sum of columns such as `self_paid + relief_paid`"
    )
    unit: str = ""
    net_by: str | None = Field(
        default=None, description="column that names the event, such as an admission number: its amounts add up, so that reversals cancel"
    )
    months_back: int = Field(default=1, ge=1, le=11, description="for change and newly_listed: how many months earlier")
    relative: bool = Field(default=False, description="for change: as a share of the earlier value, -0.3 is 30 % less")

    @model_validator(mode="after")
    def _column_needed(self) -> Self:
        if (self.column is None) != (self.aggregate in {"any", "rows", "newly_listed"}):
            raise ValueError("aggregate 为 sum、max、change、days_since、months_since 时要填 column；any、rows、newly_listed 不填")
        if self.net_by is not None and self.aggregate != "sum":
            raise ValueError("net_by（冲销按什么号码相抵）只能和 aggregate: sum 一起用")
        if self.relative and self.aggregate != "change":
            raise ValueError("relative（按比例）只能和 aggregate: change 一起用")
        self.expression  # noqa: B018 - a broken sum is told here
        return self

    @property
    def expression(self) -> Expression | None:
        """`column` parsed."""
        return None if self.column is None else parse(self.column)

    @property
    def columns(self) -> list[str]:
        """The columns of the feed that are measured."""
        return [] if self.expression is None else [each.name for each in self.expression.names]


CARE: Mapping[str, list[str]] = {"住院": ["住院"], "门诊": ["门诊"], "门特": ["门特"], "住院和门诊": ["住院", "门诊", "门特"]}
TIERS: Mapping[str, str] = {
    "基本医保": "self_paid + relief_paid + serious_paid",
    "大病保险": "self_paid + relief_paid",
    "医疗救助": "self_paid",
}


class Scope(Strict):
    """Which medical bills count and what is left after which tier of insurance; `self_paid` of the list is what remains after all three."""

    care: Literal["住院", "门诊", "门特", "住院和门诊"]
    after: Literal["基本医保", "大病保险", "医疗救助"] = "医疗救助"


class Since(Strict):
    """The event from which a `since_event` window counts: the newest row of another list, of the same person or household."""

    feed: str
    where: list[Where] = []
    event_date: str = "event_date"

    @property
    def columns(self) -> list[str]:
        """The columns of the list that it looks at."""
        return [self.event_date, *(name for where in self.where for name in where.columns)]


class Document(Strict):
    """Where the rule is written: title, paragraph, and the words themselves."""

    title: str
    paragraph: str
    text: str = ""


class Rule(Strict):
    """One rule. It holds for facts of months whose last day lies in [valid_from, valid_to]."""

    rule: str = Field(pattern=r"^[a-z][a-z0-9_.]*$")
    title: str
    feed: str
    kind: Literal["risk", "flag", "colour"] = Field(
        default="risk", description="risk sends a visitor; flag argues against a lead; colour paints the household and sends nobody"
    )
    scope: Scope | None = Field(
        default=None, description="for medical bills: writes `where` and `measure.column` in the words of the field"
    )
    measure: Measure = Measure()
    where: list[Where] = []
    window: str = Field(
        default="single",
        pattern=WINDOW,
        description="single: events of this month's list; listed_12: of any list of 12 months; the others add up by date: month, "
        "year_to_date, rolling_3 (or 1 to 12), since_event",
    )
    since: Since | None = Field(default=None, description="for the window since_event: the event")
    per: Literal["person", "household"] = "person"
    groups: list[Group] = Field(default=[], description="population groups; empty means every household")
    operator: Literal[">=", ">", "<", "<=", "="] = Field(default=">=", description="以上、以下 include the number, 超过、不满、低于 do not")
    value: float | str = Field(default=1.0, description="a number, or k × an index: `0.5 × 农村居民人均可支配收入（上年）`, `监测线`")
    valid_from: date
    valid_to: date | None = None
    risk_type: RiskType | None = None
    risk_type_column: str | None = Field(default=None, description="column whose value, where it is a risk type, stands before `risk_type`")
    event: str | None = Field(
        default=None,
        description="kind of event; rules of one kind on different feeds may tell of the same event (the rule itself when absent)",
    )
    urgency: Literal["sudden", "normal"] = "normal"
    grade: Literal["red", "yellow", "green"] = Field(default="yellow", description="red: sudden, irreversible; green is for colours only")
    event_date: str | None = Field(default=None, description="column that dates the fact; the month's last day when absent")
    cumulative: bool = Field(default=False, description="the measure stays above its threshold once crossed: repeats need a new step")
    fact: str = Field(
        description="one Chinese sentence for the county; {name} {value} {threshold} {date} and columns of the feed may stand in it; "
        "a part in [square brackets] is left out where something in it is unknown"
    )
    village_fact: str = Field(description="the same for the village, without health details, petition text or assets")
    ask: list[str] = Field(default=[], description="what to ask at the door")
    document: Document

    @model_validator(mode="before")
    @classmethod
    def _scope_written_out(cls, content: Any) -> Any:
        """`scope` in words becomes a condition and a column, once."""
        if not isinstance(content, dict) or not isinstance(content.get("scope"), dict):
            return content
        scope, measure = content["scope"], content.get("measure") or {}
        kinds = CARE.get(str(scope.get("care")))
        column = TIERS.get(str(scope.get("after", "医疗救助")))
        if kinds is None or column is None or not isinstance(measure, dict):
            return content
        condition = {"column": "visit_kind", "values": kinds}
        written = any(isinstance(where, dict) and where.get("column") == "visit_kind" for where in content.get("where") or [])
        where = content.get("where") or [] if written else [condition, *(content.get("where") or [])]
        return {**content, "where": where, "measure": {"aggregate": "sum", "unit": "元", "column": column, **measure}}

    @field_validator("value")
    @classmethod
    def _value_readable(cls, value: float | str) -> float | str:
        if isinstance(value, str):
            parse(value)
        return value

    @model_validator(mode="after")
    def _risk_type_needed(self) -> Self:
        if (self.kind == "risk") != (self.risk_type is not None):
            raise ValueError("kind: risk 的规则要填 risk_type（风险类型）；flag 和 colour 不填")
        if (self.grade == "green") and self.kind != "colour":
            raise ValueError("grade: green 只用于 kind: colour；线索只有红、黄两级")
        if (self.window == "since_event") != (self.since is not None):
            raise ValueError("window: since_event 要填 since（从哪件事起算），其他时间范围不填")
        if self.measure.aggregate in {"change", "newly_listed"} and self.window != "single":
            raise ValueError("change 和 newly_listed 比的是两个月的名单，window 不填")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to（截止日）早于 valid_from（起始日），请对调或改正")
        return self

    @model_validator(mode="after")
    def _templates(self) -> Self:
        for template in (self.fact, self.village_fact):
            parts = PART.findall(template)
            if any(mark in PLACEHOLDER.sub("", text) for pair in parts for text in pair for mark in "[]{}"):
                raise ValueError(f"“{template}”里的括号没有配对")
        return self

    @property
    def columns(self) -> set[str]:
        """Columns of the feed that the rule cannot do without."""
        named = (*self.measure.columns, self.measure.net_by, self.event_date, self.risk_type_column)
        wanted = {name for where in self.where for name in where.columns} | {name for name in named if name}
        return wanted | placeholders(self.fact) | self.village_columns

    @property
    def village_columns(self) -> set[str]:
        """Columns of the feed whose cells appear in what the village reads."""
        return placeholders(self.village_fact)

    @property
    def event_kind(self) -> str:
        """The kind of event that this rule tells of."""
        return self.event or self.rule

    @property
    def feeds(self) -> list[str]:
        """The lists that it looks at."""
        return [self.feed] if self.since is None else [self.feed, self.since.feed]

    @property
    def looks_back(self) -> frozenset[int]:
        """Which lists it needs, in months back: 0 is this month's. Sums, standing facts and reversals may lie on any of 12."""
        match self.measure.aggregate:
            case "change":
                return frozenset({0, self.measure.months_back})
            case "newly_listed":
                return frozenset(range(self.measure.months_back + 1))
        return frozenset({0}) if self.window == "single" and self.measure.net_by is None else frozenset(range(12))

    @property
    def measured_as(self) -> str:
        """All that decides what is measured: rules of which it is the same differ in groups, value, dates and words only."""
        measure = {"feed", "kind", "measure", "where", "window", "since", "per", "event_date", "risk_type_column"}
        return self.model_dump_json(include=measure, exclude={"measure": {"unit"}})

    @property
    def index_names(self) -> list[str]:
        """The indices that stand in its value."""
        return [each.name for each in parse(self.value).names] if isinstance(self.value, str) else []

    def holds_in(self, month: Month) -> bool:
        """Whether the rule is in force on the last day of `month`."""
        return self.valid_from <= month.end and (self.valid_to is None or month.end <= self.valid_to)
