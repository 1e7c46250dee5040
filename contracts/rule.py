"""What a rule is: a row of data that turns linked rows of one feed into signals.

No threshold lives in code: value, operator, window, group and dates are read from `config/rules/*.yml`, each rule beside the
document that says so. In Chinese usage 以上 includes the number (`>=`) and 超过 excludes it (`>`).
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self, get_args

from pydantic import Field, model_validator

from contracts.errors import ConfigError
from contracts.load import Strict, check, read_yaml
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
Group = Literal["registered", "general", "monitored"]

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
PART = re.compile(r"\[([^\[\]]*)\]|([^\[\]]+|[\[\]])")  # an optional part in square brackets, or plain text
STANDARD_PLACEHOLDERS = {"name", "relation", "value", "threshold", "date"}  # {relation} is 与户主关系, {date} dates the fact


def placeholders(template: str) -> set[str]:
    """Columns of the feed that stand in a sentence, without the standard ones."""
    return set(PLACEHOLDER.findall(template)) - STANDARD_PLACEHOLDERS


class Where(Strict):
    """A condition on a row: the cell of `column` (of one of `any_of`) is one of `values`, or lies within [min, max].

    An empty cell does not meet a condition; `negate` turns the whole round, so that an empty cell then passes.
    """

    column: str | None = None
    any_of: list[str] = []
    values: list[str] = []
    min: float | None = None
    max: float | None = None
    negate: bool = False

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if bool(self.column) == bool(self.any_of):
            raise ValueError("give either `column` or `any_of`")
        if bool(self.values) == (self.min is not None or self.max is not None):
            raise ValueError("give either `values` or `min` and `max`")
        return self

    @property
    def columns(self) -> list[str]:
        """The columns looked at."""
        return [self.column] if self.column else self.any_of


class Measure(Strict):
    """What is measured: `rows` counts rows, `any` is 1 when a row exists, the others aggregate `column` over the window.

    `days_since` and `months_since` count from a date column to the last day of the month; a month is complete on the same day of the
    next one, or on its last day where it is shorter (民法典 202).
    """

    aggregate: Literal["any", "rows", "sum", "max", "days_since", "months_since"] = "any"
    column: str | None = None
    unit: str = ""
    net_by: str | None = Field(
        default=None, description="column that names the event, such as an admission number: its amounts add up, so that reversals cancel"
    )

    @model_validator(mode="after")
    def _column_needed(self) -> Self:
        if (self.column is None) != (self.aggregate in {"any", "rows"}):
            raise ValueError("sum, max, days_since and months_since need `column`; any and rows take none")
        if self.net_by is not None and self.aggregate != "sum":
            raise ValueError("`net_by` belongs to the aggregate sum")
        return self


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
    kind: Literal["risk", "flag"] = "risk"
    measure: Measure = Measure()
    where: list[Where] = []
    window: Literal["single", "listed_12", "month", "year_to_date", "rolling_12"] = Field(
        default="single", description="single: events of this month's list; listed_12: of any list of 12 months; the others add up by date"
    )
    per: Literal["person", "household"] = "person"
    groups: list[Group] = Field(default=[], description="population groups; empty means every household")
    operator: Literal[">=", ">", "<", "<=", "="] = ">="
    value: float = 1.0
    valid_from: date
    valid_to: date | None = None
    risk_type: RiskType | None = None
    risk_type_column: str | None = Field(default=None, description="column whose value, where it is a risk type, stands before `risk_type`")
    event: str | None = Field(
        default=None,
        description="kind of event; rules of one kind on different feeds may tell of the same event (the rule itself when absent)",
    )
    urgency: Literal["sudden", "normal"] = "normal"
    grade: Literal["red", "yellow"] = Field(default="yellow", description="red: sudden, irreversible")
    event_date: str | None = Field(default=None, description="column that dates the fact; the month's last day when absent")
    cumulative: bool = Field(default=False, description="the measure stays above its threshold once crossed: repeats need a new step")
    fact: str = Field(
        description="one Chinese sentence for the county; {name} {value} {threshold} {date} and columns of the feed may stand in it; "
        "a part in [square brackets] is left out where something in it is unknown"
    )
    village_fact: str = Field(description="the same for the village, without health details, petition text or assets")
    ask: list[str] = Field(default=[], description="what to ask at the door")
    document: Document

    @model_validator(mode="after")
    def _risk_type_needed(self) -> Self:
        if (self.kind == "risk") != (self.risk_type is not None):
            raise ValueError("a risk rule needs `risk_type`; a flag has none")
        return self

    @model_validator(mode="after")
    def _templates(self) -> Self:
        for template in (self.fact, self.village_fact):
            parts = PART.findall(template)
            if any(mark in PLACEHOLDER.sub("", text) for pair in parts for text in pair for mark in "[]{}"):
                raise ValueError(f"brackets do not pair in {template!r}")
        return self

    @property
    def columns(self) -> set[str]:
        """Columns of the feed that the rule cannot do without."""
        named = (self.measure.column, self.measure.net_by, self.event_date, self.risk_type_column)
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

    def holds_in(self, month: Month) -> bool:
        """Whether the rule is in force on the last day of `month`."""
        return self.valid_from <= month.end and (self.valid_to is None or month.end <= self.valid_to)


def load_rules(paths: list[Path]) -> dict[str, Rule]:
    """All rules of the given packs by name, in the order of the packs. Raises `ConfigError` for doubles and broken fields."""
    rules: dict[str, Rule] = {}
    for path in paths:
        content = read_yaml(path)
        if not isinstance(content, dict) or not isinstance(content.get("rules"), list):
            raise ConfigError(f"{path}: a rule pack is a mapping with a list `rules`.")
        for number, entry in enumerate(content["rules"], start=1):
            name = entry.get("rule", "?") if isinstance(entry, dict) else "?"
            rule = check(Rule, _with_document(entry, content.get("documents", {})), f"{path}, rule {number} ({name})")
            if rule.rule in rules:
                raise ConfigError(f"{path}: rule {rule.rule!r} is defined twice. Give one of them another name.")
            rules[rule.rule] = rule
    return rules


def _with_document(entry: Any, documents: dict[str, Any]) -> Any:
    """`document: {of: key, …}` filled from the pack's `documents`, so that a title is written once."""
    if not isinstance(entry, dict) or not isinstance(entry.get("document"), dict) or "of" not in entry["document"]:
        return entry
    document = {**documents.get(entry["document"]["of"], {}), **entry["document"]}
    del document["of"]
    return {**entry, "document": document}
