"""Hits: the rows of a list, measured and compared with the value of a rule. Who it is and how it is said comes after (`signals`).

A sum is taken only over the bills of those who could reach the value at all: most of a year's bills belong to people who never do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from contracts.month import Month
from contracts.rule import Group, Rule
from screening.measures import AMOUNT, amount, fact_date, measured, person_key

Facts = Mapping[str, pl.LazyFrame]

ROW = ("row_id", "month", "household_id", "person_id", "person_name", "identity")
OF_GROUP = "is_of_"  # columns that say of a row's household which groups it belongs to
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
    lists, most = _with_most(rules, _with_groups(rules, _complete(rules, facts), households))
    found = []
    for rule in rules:
        rows = lists[rule.feed]
        if rule.kind == "flag":
            rows = rows.join(signed, on="household_id", how="semi")
        if (bills := _bills(rule)) is not None:
            rows = rows.filter(pl.col(most[bills] + rule.per) >= number(rule) - CENT)
        if rule.groups:
            rows = rows.filter(pl.any_horizontal([pl.col(OF_GROUP + group) for group in rule.groups]))
        began = None if rule.since is None else lists[rule.since.feed]
        own = rows.select(*ROW, *sorted(rule.columns - set(ROW)))
        found.append(measured(rule, own, month, began, _compared(rule)).collect())  # one after another, which takes less memory
    return found


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


def _with_groups(rules: Sequence[Rule], lists: Facts, households: pl.LazyFrame) -> Facts:
    """`lists`, those of rules for some groups with a column for each group."""
    grouped = {rule.feed for rule in rules if rule.groups}
    groups = [met.fill_null(value=False).alias(OF_GROUP + group) for group, met in GROUPS.items()]
    belongs = households.select("household_id", *groups).collect().lazy() if grouped else households
    return {feed: rows.join(belongs, on="household_id", how="left") if feed in grouped else rows for feed, rows in lists.items()}


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


def _with_most(rules: Sequence[Rule], lists: Facts) -> tuple[Facts, dict[Bills, str]]:
    """`lists` with the most that any rule could find in the bills of a row's person and household, whatever its window and conditions.

    Also the name of these columns, less `person` or `household`, for each kind of bills. A bill that stands on several lists counts no
    less often than on the list that has it most often, as in `measures`; reversals are left out.
    """
    names: dict[Bills, str] = {}
    found = dict(lists)
    for rule in rules:
        bills = _bills(rule)
        if bills is None or bills in names:
            continue
        name = names[bills] = f"most_{len(names)}_"
        of_feed = [each for each in rules if rule.feed in each.feeds]
        is_all = all(each.feeds == [rule.feed] and _bills(each) == bills for each in of_feed)  # nothing else looks at the list
        least = min(number(each) for each in of_feed if _bills(each) == bills) - CENT
        numbers = sorted({each.measure.net_by for each in of_feed if each.measure.net_by})
        person = ["household_id", f"{name}key"]
        rows = found[rule.feed].with_columns(person_key().alias(f"{name}key"))
        when = pl.coalesce(fact_date(rule), pl.col("month").str.to_date("%Y-%m")).alias("when")
        paid = rows.select(*person, "month", when, *numbers, amount(rule).clip(lower_bound=0).alias(AMOUNT))
        most = (
            paid.group_by(*person, AMOUNT, "when", *numbers)
            .agg(times=pl.len() - pl.col("month").n_unique() + 1)  # each list has it once at least, so that none has it more often
            .group_by(person)
            .agg((pl.col(AMOUNT) * pl.col("times")).sum().alias(f"{name}person"))
            .with_columns(pl.col(f"{name}person").sum().over("household_id").alias(f"{name}household"))
            .filter(pl.col(f"{name}household") >= least)
        )
        found[rule.feed] = rows.join(most, on=person, how="inner" if is_all else "left").drop(f"{name}key").collect().lazy()
    return found, names
