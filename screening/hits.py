"""Hits: the rows of a list, measured and compared with the values of rules. Who it is and how it is said comes after (`signals`).

What several rules measure, such as a year's bills, is measured once; each compares it with its own value, for its own groups.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from contracts.month import Month
from contracts.rule import Group, Rule
from screening.measures import HOUSEHOLD, ROW, measured

Facts = Mapping[str, pl.LazyFrame]

AT_ONCE = 2  # measures; Polars works outside Python's lock
OF_GROUP = "is_of_"  # columns that say of a row's household which groups it belongs to

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
    lists = {feed: rows.collect() for feed, rows in _complete(rules, facts).items()}
    belongs, among = _groups(rules, households), signed.select(HOUSEHOLD).collect()

    def told(alike: list[Rule]) -> dict[str, pl.DataFrame]:
        first, columns = alike[0], set(ROW).union(*(rule.columns for rule in alike))
        rows = lists[first.feed].select(sorted(columns))
        if first.kind == "flag":
            rows = rows.join(among, on="household_id", how="semi")
        began = None if first.since is None else lists[first.since.feed]
        any_hit = measured(first, rows, month, began, _any_hit(alike, belongs))
        return {rule.rule: any_hit.filter(_is_hit(rule)) for rule in alike}

    with ThreadPoolExecutor(AT_ONCE) as workers:
        found = dict(ChainMap(*workers.map(told, _alike(rules))))
    return [found[rule.rule] for rule in rules]


def _alike(rules: Sequence[Rule]) -> Iterable[list[Rule]]:
    """The `rules`, together where they measure the same."""
    alike: dict[str, list[Rule]] = {}
    for rule in rules:
        alike.setdefault(rule.measured_as, []).append(rule)
    return alike.values()


def _groups(rules: Sequence[Rule], households: pl.LazyFrame) -> pl.LazyFrame:
    """The groups that each household belongs to, where a rule asks for any."""
    asked = {group for rule in rules for group in rule.groups}
    return households.select(HOUSEHOLD, *[GROUPS[group].alias(OF_GROUP + group) for group in sorted(asked)]).collect().lazy()


def _any_hit(rules: Sequence[Rule], belongs: pl.LazyFrame) -> Callable[[pl.LazyFrame], pl.LazyFrame]:
    """Keeps of measures those that are a hit of any of `rules`, with the groups of their households where a rule asks for any."""
    is_any = pl.any_horizontal([_is_hit(rule) for rule in rules])
    if not any(rule.groups for rule in rules):
        return lambda measures: measures.filter(is_any)
    return lambda measures: measures.join(belongs, on="household_id", how="left").filter(is_any)


def _is_hit(rule: Rule) -> pl.Expr:
    """Whether a measure meets the rule's value, and is of a household of its groups."""
    return pl.all_horizontal(_compared(rule), pl.any_horizontal([pl.col(OF_GROUP + group) for group in rule.groups] or pl.lit(value=True)))


def number(rule: Rule) -> float:
    """The rule's value. Raises `TypeError` where it is still in words: `Configuration.rules_of` puts the month's number in."""
    if isinstance(rule.value, str):
        raise TypeError(f"rule {rule.rule}: the value is not resolved")
    return rule.value


def _complete(rules: Sequence[Rule], facts: Facts) -> Facts:
    """`facts` of what `rules` look at, with the columns that the lists never had, empty."""
    columns: dict[str, set[str]] = {}
    for rule in rules:
        columns.setdefault(rule.feed, set(ROW)).update(rule.columns)
        if rule.since is not None:
            columns.setdefault(rule.since.feed, set(ROW)).update(rule.since.columns)
    return {
        feed: facts[feed].with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in sorted(names - present))
        for feed, names in columns.items()
        for present in [set(facts[feed].collect_schema())]
    }


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
