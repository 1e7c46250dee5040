"""Hits: the rows of a list, measured and compared with the value of a rule. Who it is and how it is said comes after (`signals`).

Each list is read once for all rules, and a sum is taken only over the bills of those who could reach the value at all: most of a year's
bills belong to people who never do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from contracts.month import Month
from contracts.rule import Group, Rule
from screening.measures import AMOUNT, amount, fact_date, measured, person_key

Facts = Mapping[str, pl.LazyFrame]

ROW = ("row_id", "month", "household_id", "person_id", "person_name", "identity")
CENT = 0.01  # sums are rounded to it


LOW_INCOME = ["低保", "特困", "低保边缘", "刚性支出"]  # classes of low-income people that the register tags (domain.md 7)
GROUPS: dict[Group, pl.Expr] = {
    "registered": pl.col("household_type") == "脱贫户",
    "monitored": pl.col("is_monitored"),
    "general": ~(pl.col("household_type").eq_missing("脱贫户") | pl.col("is_monitored").fill_null(value=False)),
    "cleared": pl.col("is_cleared"),
    "low_income": pl.col("tags").list.join("、", ignore_nulls=True).str.contains_any(LOW_INCOME),
}


def hits(rules: Sequence[Rule], facts: Facts, month: Month, households: pl.LazyFrame, signed: pl.LazyFrame) -> list[pl.DataFrame]:
    """For each of `rules` what `measured` gives of the `households` of its groups and its value meets; flags only of the `signed` ones."""
    lists = _read_once(rules, facts)
    most = _most(rules, lists)
    found = []
    for rule in rules:
        rows = lists[rule.feed].select(*ROW, *sorted(rule.columns - set(ROW)))
        if rule.kind == "flag":
            rows = rows.join(signed, on="household_id", how="semi")
        if rule.groups:
            of_group = households.filter(pl.any_horizontal([GROUPS[group] for group in rule.groups]))
            rows = rows.join(of_group, on="household_id", how="semi")
        if (bound := most.get(_bills(rule))) is not None:
            rows = _who_could_reach(rule, rows, bound)
        began = None if rule.since is None else lists[rule.since.feed]
        found.append(measured(rule, rows, month, began).filter(_compared(rule)))
    return pl.collect_all(found)


def number(rule: Rule) -> float:
    """The rule's value. Raises `TypeError` where it is still in words: `Configuration.rules_of` puts the month's number in."""
    if isinstance(rule.value, str):
        raise TypeError(f"rule {rule.rule}: the value is not resolved")
    return rule.value


def _read_once(rules: Sequence[Rule], facts: Facts) -> Facts:
    """`facts` with only the columns that any of `rules` looks at, empty where the lists never had them."""
    columns: dict[str, set[str]] = {}
    for rule in rules:
        columns.setdefault(rule.feed, set()).update(rule.columns)
        if rule.since is not None:
            columns.setdefault(rule.since.feed, set()).update(rule.since.columns)
    wanted = []
    for feed, names in columns.items():
        present = facts[feed].collect_schema()
        every = [*ROW, *sorted(names - set(ROW))]
        wanted.append(facts[feed].select(pl.col(n) if n in present else pl.lit(None, dtype=pl.String).alias(n) for n in every))
    return {feed: frame.lazy() for feed, frame in zip(columns, pl.collect_all(wanted), strict=True)}


def _compared(rule: Rule) -> pl.Expr:
    measure, value = pl.col("measure"), pl.lit(number(rule))
    match rule.operator:
        case ">=":
            return measure >= value
        case ">":
            return measure > value
        case "<":
            return measure < value
        case "<=":
            return measure <= value
        case "=":
            return measure == value


Bills = tuple[str, str, str | None]  # feed, what is summed, what dates it


def _bills(rule: Rule) -> Bills | None:
    """What a rule sums up, where only a large enough sum is a hit."""
    is_bounded = rule.measure.aggregate == "sum" and rule.operator in {">=", ">"} and number(rule) > 0
    return (rule.feed, str(rule.measure.column), rule.event_date) if is_bounded else None


def _most(rules: Sequence[Rule], lists: Facts) -> dict[Bills | None, pl.LazyFrame]:
    """For each kind of bills: household_id, person_key and the `most` that any rule could find there, whatever its window and conditions.

    A bill that stands on several lists counts as often as on the list that has it most often, as in `measures`; reversals are left out.
    """
    numbers = sorted({rule.measure.net_by for rule in rules} - {None}, key=str)
    bounds: dict[Bills | None, pl.LazyFrame] = {}
    for rule in rules:
        bills = _bills(rule)
        if bills is None or bills in bounds:
            continue
        rows, named = lists[rule.feed], [name for name in numbers if name in lists[rule.feed].collect_schema()]
        when = pl.coalesce(fact_date(rule), pl.col("month").str.to_date("%Y-%m"))
        bill = ["household_id", "person_key", "when", AMOUNT, *named]
        bounds[bills] = (
            rows.select("household_id", "month", amount(rule).alias(AMOUNT), person_key().alias("person_key"), when.alias("when"), *named)
            .filter(pl.col(AMOUNT) > 0)
            .group_by(*bill, "month")
            .agg(times=pl.len())
            .group_by(bill)
            .agg(pl.col("times").max())
            .group_by("household_id", "person_key")
            .agg(most=(pl.col(AMOUNT) * pl.col("times")).sum())
        )
    return dict(zip(bounds, (frame.lazy() for frame in pl.collect_all(list(bounds.values()))), strict=True))


def _who_could_reach(rule: Rule, rows: pl.LazyFrame, most: pl.LazyFrame) -> pl.LazyFrame:
    """`rows` of the people (households) whose bills could sum up to the rule's value."""
    enough = pl.col("most") >= number(rule) - CENT
    if rule.per == "household":
        homes = most.group_by("household_id").agg(pl.col("most").sum()).filter(enough)
        return rows.join(homes, on="household_id", how="semi")
    keyed = rows.with_columns(person_key().alias("person_key"))
    return keyed.join(most.filter(enough), on=["household_id", "person_key"], how="semi").drop("person_key")
