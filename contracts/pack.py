"""Rule packs: files of rules, what a county changes in them, the indices that their values name, and a schema for editors.

A pack is `config/rules/<name>.yml`. A county names the packs it follows in county.yml and may change single values there, so that
the pack itself stays what its documents say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from contracts.errors import ConfigError
from contracts.expression import Named, parse
from contracts.faults import check_rule
from contracts.load import Strict, check, read_yaml
from contracts.month import Month
from contracts.rule import Document, Rule

LINE = "监测线"  # the index that is the county's own monitoring line of the month


class Override(Strict):
    """What a county sets otherwise in one rule of a pack, and by which document."""

    value: float | str | None = None
    operator: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    off: bool = False
    document: Document

    @property
    def changes(self) -> dict[str, Any]:
        """The fields of the rule that change."""
        named = {name: getattr(self, name) for name in ("value", "operator", "valid_from", "valid_to")}
        return {name: value for name, value in named.items() if value is not None}


class IndexValue(Strict):
    """The index of one year and place, with its source."""

    year: int
    place: str
    value: float
    document: str


class Index(Strict):
    """A figure that is published every year, such as 农村居民人均可支配收入; rules name it in `value`."""

    name: str
    unit: str = "元"
    values: list[IndexValue]

    def of(self, year: int, places: list[str]) -> IndexValue | None:
        """The figure of `year` for the first of `places` that has one."""
        found = {entry.place: entry for entry in self.values if entry.year == year}
        return next((found[place] for place in places if place in found), None)


class Indices(Strict):
    """`config/indices.yml`."""

    indices: list[Index]


def load_rules(paths: list[Path]) -> dict[str, Rule]:
    """All rules of the given packs by name, in the order of the packs. Raises `ConfigError` for doubles and broken fields."""
    rules: dict[str, Rule] = {}
    for path in paths:
        content = read_yaml(path)
        if not isinstance(content, dict) or not isinstance(content.get("rules"), list):
            raise ConfigError(f"{path}：规则文件里要有一列 rules，每条规则前加“- ”。写法见 docs/write-a-rule.md。")
        for number, entry in enumerate(content["rules"], start=1):
            name = entry.get("rule", "?") if isinstance(entry, dict) else "?"
            rule = check_rule(Rule, _with_document(entry, content.get("documents", {})), f"{path}，第 {number} 条规则（{name}）")
            if rule.rule in rules:
                raise ConfigError(f"{path}，第 {number} 条规则：名称 {rule.rule} 已经用过。请给其中一条换一个名称。")
            rules[rule.rule] = rule
    return rules


def _with_document(entry: Any, documents: dict[str, Any]) -> Any:
    """`document: {of: key, …}` filled from the pack's `documents`, so that a title is written once."""
    if not isinstance(entry, dict) or not isinstance(entry.get("document"), dict) or "of" not in entry["document"]:
        return entry
    document = {**documents.get(entry["document"]["of"], {}), **entry["document"]}
    del document["of"]
    return {**entry, "document": document}


def overridden(rules: Mapping[str, Rule], overrides: Mapping[str, Override], where: str) -> dict[str, Rule]:
    """`rules` as the county wants them; a rule that is `off` is left out. Raises `ConfigError` for a rule that no pack has."""
    unknown = sorted(set(overrides) - set(rules))
    if unknown:
        raise ConfigError(f"{where}，overrides：没有规则 {'、'.join(unknown)}。`hulian rules list` 列出全部规则名称。")
    changed: dict[str, Rule] = {}
    for name, rule in rules.items():
        override = overrides.get(name)
        if override is None:
            changed[name] = rule
        elif not override.off:
            changed[name] = with_changes(rule, {**override.changes, "document": override.document}, f"{where}，overrides → {name}")
    return changed


def with_changes(rule: Rule, changes: Mapping[str, Any], where: str) -> Rule:
    """`rule` with some fields changed and checked again. Raises `ConfigError` where the result is no rule."""
    return check_rule(Rule, {**rule.model_dump(), **changes}, where)


def load_indices(path: Path) -> dict[str, Index]:
    """The indices of `config/indices.yml` by name; none where there is no such file."""
    if not path.exists():
        return {}
    return {index.name: index for index in check(Indices, read_yaml(path), str(path)).indices}


def threshold(rule: Rule, month: Month, indices: Mapping[str, Index], places: list[str], line: float) -> float:
    """The number that `rule` compares with in `month`. Raises `ConfigError` where an index has no figure for the year."""

    def meaning(named: Named) -> float:
        if named.name == LINE:
            return line
        year = month.year + named.years
        found = indices[named.name].of(year, places) if named.name in indices else None
        if found is None:
            raise ConfigError(
                f"规则 {rule.rule} 在 {month} 要用 {'或'.join(places)} {year} 年的“{named.name}”，config/indices.yml 里没有。"
                "请按公布的数补上一行（写明出处），或在 county.yml 的 overrides 里改用固定数额。"
            )
        return found.value

    if isinstance(rule.value, str):
        return round(float(parse(rule.value).evaluate(meaning)), 2)
    return rule.value


def schema() -> dict[str, Any]:
    """A JSON schema of a rule pack, for editors that check while one types."""
    rule = Rule.model_json_schema(ref_template="#/$defs/{model}")
    definitions = rule.pop("$defs")
    definitions["Document"]["properties"]["of"] = {"type": "string", "description": "key of the pack's `documents`, which gives the title"}
    definitions["Document"]["required"] = []
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Hulian rule pack",
        "type": "object",
        "required": ["rules"],
        "additionalProperties": False,
        "properties": {
            "pack": {"type": "string"},
            "documents": {"type": "object", "additionalProperties": {"type": "object"}},
            "rules": {"type": "array", "items": {"$ref": "#/$defs/Rule"}},
        },
        "$defs": {**definitions, "Rule": rule},
    }
