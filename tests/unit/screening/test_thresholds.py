"""Every rule of every pack, on three households each: just below its value, at it, and just above; across a year's end; on its days.

The facts are made from the rule alone, so that a new rule is tested by being written.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from contracts.month import Month
from contracts.pack import load_rules
from contracts.rule import Rule, Where
from pipelines.defaults import SAMPLE_COUNTY

RULES = load_rules(sorted((SAMPLE_COUNTY.parent / "rules").glob("*.yml")))
SUMS = [name for name, rule in RULES.items() if rule.measure.aggregate == "sum"]
SIDES = ("below", "at", "above")
COMPARED = {">=": operator.ge, ">": operator.gt, "<": operator.lt, "<=": operator.le, "=": operator.eq}
REGISTER = {"income_per_capita": 20_000.0, "monitored_kind": None, "is_monitored": False, "is_cleared": False}


def last_month(rule: Rule) -> Month:
    """A month in which the rule is in force: its last, or November 2026."""
    usual = Month(2026, 11)
    return usual if rule.holds_in(usual) else Month(rule.valid_to.year, rule.valid_to.month)


def home_of(rule: Rule) -> str:
    """The kind of household that the rule is for."""
    return next((kind for kind in ("registered", "general", "monitored") if kind in rule.groups), "general")


def meeting(conditions: list[Where]) -> dict[str, Any]:
    """Cells of a row that meets all conditions; an empty cell meets a negated one."""
    cells: dict[str, Any] = {}
    for where in conditions:
        if not where.negate:
            found = [*where.values, *where.contains, where.min, where.max]
            cells[where.columns[0]] = next(value for value in found if value is not None)
    return cells


def cells_of(rule: Rule, side: str, value: float, month: Month) -> dict[str, Any]:
    """What is measured in a row whose measure is just below `value`, at it, or just above."""
    step = SIDES.index(side) - 1
    match rule.measure.aggregate:
        case "sum" | "max":
            first, *others = rule.measure.columns
            return {first: round(value + step * 0.01 - 100.0 * len(others), 2), **dict.fromkeys(others, 100.0)}
        case "months_since":
            begun = month.plus(-int(value) - step)
            return {rule.measure.column: begun.start if side == "below" else begun.end}
        case "days_since":
            return {rule.measure.column: month.end - timedelta(days=int(value) + step)}
    return {}


class Played:
    """One rule alone on households of its kind, one for each side."""

    def __init__(self, county: Any, rule: Rule, homes: tuple[str, ...] = SIDES) -> None:
        self.county, self.rule = county, rule
        county.with_rules(rule)
        kind = county.households.filter(pl.col("household_id") == home_of(rule))
        county.households = pl.concat([kind.with_columns(household_id=pl.lit(home)) for home in homes])
        county.rows.clear()

    def value(self, month: Month) -> float:
        value = self.county.configuration.rules_of(month)[self.rule.rule].value
        assert isinstance(value, float)
        return value

    def row(self, month: Month, home: str, day: date, cells: Mapping[str, Any]) -> None:
        """A row of the rule's list, or the household itself where the rule is about the register."""
        known = {**meeting(self.rule.where), **cells}
        if self.rule.feed != "register":
            dated = {self.rule.event_date: day} if self.rule.event_date else {}
            self.county.row(str(month), self.rule.feed, home, **{**dated, **known})
            return
        said = {name: value == "是" if isinstance(REGISTER.get(name), bool) else value for name, value in {**REGISTER, **known}.items()}
        own = pl.col("household_id") == home
        self.county.households = self.county.households.with_columns(
            pl.when(own).then(pl.lit(value, dtype=self.county.households.schema[name])).otherwise(name).alias(name)
            for name, value in said.items()
            if name in {*self.rule.columns, "income_per_capita"} and not (name in REGISTER and value == REGISTER[name])
        )

    def hit(self, month: Month) -> set[str]:
        """Households of which the rule says something in `month`."""
        return set(self.county.found(str(month))["household_id"])


def put_sides(played: Played, month: Month, value: float) -> set[str]:
    """One household just below `value`, one at it, one above; returns those that the rule hits by its own words."""
    rule, day = played.rule, month.start + timedelta(days=9)
    aggregate = rule.measure.aggregate
    if aggregate in {"any", "newly_listed"}:  # the row is there or not, and twice is as good as once
        before = month.plus(-1)
        for side, months in {"below": [], "at": [month], "above": [month, month]}.items():
            for each in months:
                played.row(each, side, day, {})
        if aggregate == "newly_listed":
            for each in (before, month):
                played.row(each, "below", day, {})
        return {"at", "above"}
    if aggregate == "change":
        return put_changes(played, month, value)
    for side in SIDES:
        if rule.since is not None:
            played.county.row(str(month), rule.since.feed, side, **{rule.since.event_date: month.start})
        played.row(month, side, day, cells_of(rule, side, value, month))
    return {side for at, side in enumerate(SIDES) if COMPARED[rule.operator](value + 0.01 * (at - 1), value)}


def put_changes(played: Played, month: Month, value: float) -> set[str]:
    """The register of so many months ago has 10,000 元 for each; now it is just less than the change asks for, as much, and just more."""
    then = month.plus(-played.rule.measure.months_back)
    county, column = played.county, str(played.rule.measure.column)
    county.row(str(then), "water_unsafe", "at")
    county.register_of[str(then)] = county.households.with_columns(pl.lit(10_000.0).alias(column))
    now = {side: round(10_000 * (1 + value) + at - 1, 2) for at, side in enumerate(SIDES)}
    county.households = county.households.with_columns(pl.col("household_id").replace_strict(now).alias(column))
    return {side for at, side in enumerate(SIDES) if COMPARED[played.rule.operator](at - 1, 0)}


@pytest.mark.parametrize("name", RULES)
def test_at_below_and_above_its_value(county, name) -> None:
    played = Played(county, RULES[name])
    month = last_month(played.rule)
    expected = put_sides(played, month, played.value(month))
    assert expected
    assert expected != set(SIDES)
    assert played.hit(month) == expected


DECEMBER, JANUARY = Month(2025, 12), Month(2026, 1)
ACROSS = {"single": False, "month": False, "year_to_date": False, "rolling_3": True, "since_event": True}


@pytest.mark.parametrize("name", SUMS)
def test_two_halves_on_both_sides_of_new_year(county, name) -> None:
    """Each half alone is too little; only windows that reach over the year's end add them up. In one year every sum over time does."""
    played = Played(county, RULES[name], ("across", "within"))
    half = played.value(JANUARY) / 2 + 0.01
    measured = played.rule.measure.columns[0]
    for home, first in (("across", date(2025, 12, 31)), ("within", date(2026, 1, 1))):
        for number, day in enumerate((first, date(2026, 1, 10))):
            if number == 0 and played.rule.since is not None:
                county.row(str(DECEMBER), played.rule.since.feed, home, **{played.rule.since.event_date: date(2025, 12, 30)})
            event = {played.rule.measure.net_by: f"{home}{number}"} if played.rule.measure.net_by else {}
            played.row(DECEMBER if day.year == 2025 else JANUARY, home, day, {measured: half, **event})
    adds_up = {"within"} if played.rule.window != "single" else set()
    assert played.hit(JANUARY) == adds_up | ({"across"} if ACROSS[played.rule.window] else set())


@pytest.mark.parametrize("name", RULES)
def test_in_force_from_its_first_day_to_its_last(county, name) -> None:
    """A month counts by its last day: a rule that begins on the 27th holds for that whole month, one that ends on the 27th does not."""
    rule = RULES[name]
    first = Month(rule.valid_from.year, rule.valid_from.month)
    last = None if rule.valid_to is None else Month(rule.valid_to.year, rule.valid_to.month)
    if last is not None and rule.valid_to < last.end:
        last = last.plus(-1)
    kinds = county.households
    for month, is_in_force in [(first.plus(-1), False), (first, True), *([(last, True), (last.plus(1), False)] if last else [])]:
        county.households = kinds
        played = Played(county, rule)
        sides = put_sides(played, month, played.value(first))
        assert played.hit(month) == (sides if is_in_force else set()), month
