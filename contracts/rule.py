"""What a rule is: a row of data that turns linked rows of one feed into signals.

No threshold lives in code: value, operator, window, group and dates are read from `config/rules/*.yml`, each rule beside the
document that says so. In Chinese usage 以上 includes the number (`>=`) and 超过 excludes it (`>`).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal, Self

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
Group = Literal["registered", "general", "monitored"]


class Where(Strict):
    """A condition on one column of the feed: the cell is one of `values`, or lies within [min, max]; `negate` turns it round."""

    column: str
    values: list[str] = []
    min: float | None = None
    max: float | None = None
    negate: bool = False


class Measure(Strict):
    """What is measured: `rows` counts rows, `any` is 1 when a row exists, the others aggregate `column` over the window."""

    aggregate: Literal["any", "rows", "sum", "max", "days_since"] = "any"
    column: str | None = None
    unit: str = ""

    @model_validator(mode="after")
    def _column_needed(self) -> Self:
        if (self.column is None) != (self.aggregate in {"any", "rows"}):
            raise ValueError("sum, max and days_since need `column`; any and rows take none")
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
    window: Literal["single", "month", "year_to_date", "rolling_12"] = "single"
    per: Literal["person", "household"] = "person"
    groups: list[Group] = Field(default=[], description="population groups; empty means every household")
    operator: Literal[">=", ">", "<", "<=", "="] = ">="
    value: float = 1.0
    valid_from: date
    valid_to: date | None = None
    risk_type: RiskType | None = None
    urgency: Literal["sudden", "normal"] = "normal"
    grade: Literal["red", "yellow"] = Field(default="yellow", description="red: sudden, irreversible")
    event_date: str | None = Field(default=None, description="column that dates the fact; the month's last day when absent")
    cumulative: bool = Field(default=False, description="the measure stays above its threshold once crossed: repeats need a new step")
    fact: str = Field(
        description="one Chinese sentence for the county; {name} {value} {threshold} {date} and columns of the feed may stand in it"
    )
    village_fact: str = Field(description="the same for the village, without health details, petition text or assets")
    ask: list[str] = Field(default=[], description="what to ask at the door")
    document: Document

    @model_validator(mode="after")
    def _risk_type_needed(self) -> Self:
        if (self.kind == "risk") != (self.risk_type is not None):
            raise ValueError("a risk rule needs `risk_type`; a flag has none")
        return self

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
