"""Bills of people who could never reach a value are left out before they are added up, and nothing else is."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.month import Month
from contracts.rule import Rule
from screening.hits import ROW, hits
from screening.measures import measured

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
SCHEMA = dict.fromkeys(ROW, pl.String) | {"event_date": pl.Date, "amount": pl.Float64, "number": pl.String}


def rule_of(window: str, per: str, operator: str, *, net: bool) -> Rule:
    measure = {"aggregate": "sum", "column": "amount", "net_by": "number" if net else None}
    return Rule.model_validate(
        {
            "rule": "bills", "title": "", "feed": "bills", "measure": measure, "window": window, "per": per, "operator": operator,
            "value": 1000, "valid_from": date(2020, 1, 1), "risk_type": "因病", "event_date": "event_date", "fact": "", "village_fact": "",
            "document": {"title": "", "paragraph": ""},
        }
    )  # fmt: skip


@settings(max_examples=150)
@given(
    st.lists(BILL, max_size=14),
    st.sampled_from(["single", "listed_12", "month", "year_to_date", "rolling_2"]),
    st.sampled_from(["person", "household"]),
    st.sampled_from([">=", ">"]),
    st.booleans(),
)
def test_the_hits_are_those_of_all_bills_measured(bills, window, per, operator, net) -> None:
    rows = pl.DataFrame(
        [(f"r{at}", month, home, who, who, "证件一致", *rest) for at, (month, home, who, *rest) in enumerate(bills)],
        schema=SCHEMA,
        orient="row",
    ).lazy()
    rule = rule_of(window, per, operator, net=net)
    nobody = pl.LazyFrame(schema={"household_id": pl.String})
    (found,) = hits([rule], {"bills": rows}, NOVEMBER, nobody, nobody)
    is_hit = pl.col("measure") > 1000 if operator == ">" else pl.col("measure") >= 1000
    every = measured(rule, rows, NOVEMBER).filter(is_hit).collect()
    key, shown = ["household_id", "person_key", "event_key"], ["household_id", "person_key", "event_key", "measure", "row_ids"]
    assert found.sort(key).select(shown).equals(every.sort(key).select(shown))
