"""Rules that measure the same share the work; each finds what it would find alone, and what a plain loop over the bills finds."""

from __future__ import annotations

from collections import Counter
from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.month import Month
from contracts.rule import Rule
from screening.hits import hits
from screening.measures import keyed

NOVEMBER = Month(2026, 11)
DAYS = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 10, 5), date(2026, 11, 5), None]
BILL = st.tuples(
    st.sampled_from(["2025-12", "2026-10", "2026-11"]),
    st.sampled_from(["A", "B"]),
    st.sampled_from(["甲", "乙", None]),
    st.sampled_from(DAYS),
    st.sampled_from([-400.0, 300.0, 400.0, 500.01, 999.99, 1000.0, None]),
    st.sampled_from(["1", "2", None]),
)
BILLS = st.lists(BILL, max_size=14)
SCHEMA = {"row_id": pl.String, "listed": pl.Date, **dict.fromkeys(("household_id", "person_id", "person_name", "identity"), pl.String)} | {
    "event_date": pl.Date, "amount": pl.Float64, "number": pl.String
}  # fmt: skip
HOUSEHOLDS = pl.LazyFrame(
    {
        "household_id": ["A", "B"],
        "household_type": ["脱贫户", "一般农户"],
        "is_monitored": False,
        "is_cleared": False,
        "tags": [["低保"], ["无"]],
    }
)
NOBODY = pl.LazyFrame(schema={"household_id": pl.String})
KEY, SHOWN = ["household_id", "person_key", "event_key"], ["household_id", "person_key", "event_key", "measure", "row_ids", "amount"]


def rule_of(name: str, window: str, per: str, operator: str, value: float, *, net: bool = False, **fields: object) -> Rule:
    measure = {"aggregate": "sum", "column": "amount", "net_by": "number" if net else None}
    usual = {
        "rule": name, "title": "", "feed": "bills", "measure": measure, "window": window, "per": per, "operator": operator, "value": value,
        "valid_from": date(2020, 1, 1), "risk_type": "因病", "event_date": "event_date", "fact": "{amount}", "village_fact": "",
        "document": {"title": "", "paragraph": ""},
    }  # fmt: skip
    return Rule.model_validate({**usual, **fields})


def found(rules: list[Rule], bills: list[tuple]) -> list[pl.DataFrame]:
    rows = [(f"r{at}", Month.parse(month).end, home, who, who, "证件一致", *rest) for at, (month, home, who, *rest) in enumerate(bills)]
    lists = {"bills": keyed(pl.LazyFrame(rows, schema=SCHEMA, orient="row"))}
    return [hit.select(SHOWN).sort(KEY) for hit in hits(rules, lists, NOVEMBER, HOUSEHOLDS, NOBODY)]


@settings(max_examples=100, deadline=None)
@given(
    BILLS,
    st.sampled_from(["single", "listed_12", "month", "year_to_date", "rolling_2"]),
    st.sampled_from(["person", "household"]),
    st.booleans(),
)
def test_rules_that_measure_the_same_find_together_what_each_finds_alone(bills, window, per, net) -> None:
    rules = [
        rule_of("everybody", window, per, ">=", 1000, net=net),
        rule_of("more", window, per, ">", 1000, net=net),
        rule_of("registered", window, per, ">=", 400, net=net, groups=["registered"]),
        rule_of("general", window, per, "<", 400, net=net, groups=["general"]),
    ]
    assert len({rule.measured_as for rule in rules}) == 1
    for rule, together in zip(rules, found(rules, bills), strict=True):
        (alone,) = found([rule], bills)
        assert together.equals(alone), rule.rule


@settings(max_examples=100, deadline=None)
@given(BILLS)
def test_a_year_is_what_a_loop_over_the_bills_adds_up(bills) -> None:
    """Equal bills of one list add up; on a later list they are the same ones again."""
    (year,) = found([rule_of("year", "year_to_date", "household", ">=", -10_000)], [bill for bill in bills if bill[3] != DAYS[0]])
    counted: Counter[tuple] = Counter()
    for (month, home, _, day, amount, _), times in Counter((*bill[:2], "", *bill[3:5], "") for bill in bills if bill[3] != DAYS[0]).items():
        dated = day or Month.parse(month).end
        if dated.year == NOVEMBER.year:
            counted[home, dated, amount] = max(counted[home, dated, amount], times)
    sums = {home: round(sum((amount or 0) * n for (of, _, amount), n in counted.items() if of == home), 2) for home, _, _ in counted}
    assert dict(year.select("household_id", "measure").iter_rows()) == sums


def test_what_differs_in_what_it_measures_is_measured_apart() -> None:
    one = rule_of("one", "single", "person", ">=", 1)
    others = [
        rule_of("window", "month", "person", ">=", 1),
        rule_of("per", "single", "household", ">=", 1),
        rule_of("net", "single", "person", ">=", 1, net=True),
        rule_of("where", "single", "person", ">=", 1, where=[{"column": "number", "values": ["1"]}]),
        rule_of("kind", "single", "person", ">=", 1, kind="flag", risk_type=None),
    ]
    assert one.measured_as not in {rule.measured_as for rule in others}
    assert one.measured_as == rule_of("words", "single", "person", ">", 2, village_fact="大", groups=["general"]).measured_as
