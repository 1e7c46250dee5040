"""Which monitored households could be proposed for 风险消除 (篇二): one obstacle at a time."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from contracts.county import Clearing
from contracts.month import Month
from contracts.tables import LEAD, PERSON, SIGNAL, conform, empty
from screening.clearing import clearing
from screening.earlier import Earlier

NOVEMBER = Month(2026, 11)
LINE = 8800.0
READY = {"incomes": {"2026-06": 9000.0, "2026-11": 9500.0}, "identified": date(2026, 5, 1), "labour": "普通劳动力"}


def judged(county, *, incomes, identified, labour, risks=(), has_open_lead=False) -> tuple[bool, list[str]]:
    """The monitored household of the county, with its register, its risks (month, type), and perhaps an open lead."""
    rows = [("monitored", month, income, identified) for month, income in incomes.items()]
    schema = {"household_id": pl.String, "month": pl.String, "income_per_capita": pl.Float64, "identified_month": pl.Date}
    register = pl.DataFrame(rows, schema=schema, orient="row")
    people = conform(pl.DataFrame({"household_id": ["monitored"], "person_id": ["1"], "labour": [labour]}), PERSON)
    hits = pl.DataFrame(list(risks), schema={"month": pl.String, "risk_type": pl.String}, orient="row").with_columns(
        household_id=pl.lit("monitored"), kind=pl.lit("risk")
    )
    found = conform(hits, {**SIGNAL, "month": pl.String})
    leads = conform(pl.DataFrame({"lead_id": ["lead"], "month": ["2026-10"], "household_id": ["monitored"]}), LEAD)
    earlier = Earlier(signals=found, leads=leads if has_open_lead else empty(LEAD))
    result = clearing(NOVEMBER, county.households, people, register, empty(SIGNAL), earlier, LINE, Clearing())
    (row,) = result.rows(named=True)  # 一般户和脱贫户 are not monitored
    return row["may_be_proposed"], row["unmet"]


def test_all_met(county) -> None:
    assert judged(county, **READY) == (True, [])


OBSTACLES = [
    ({"incomes": {"2026-11": 8800.0}}, "近6个月册上人均纯收入最低8800元，没有稳定超过监测线8800元"),  # 超过: above, not at
    ({"incomes": {"2026-06": 8000.0, "2026-11": 9500.0}}, "近6个月册上人均纯收入最低8000元，没有稳定超过监测线8800元"),
    ({"incomes": {"2026-11": None}}, "册上没有人均纯收入"),
    ({"risks": [("2026-08", "因安全住房")]}, "近6个月住房、饮水或就学有预警"),
    ({"risks": [("2026-06", "因病")]}, "近6个月还有其他风险预警"),
    ({"identified": date(2026, 6, 1)}, "识别监测才5个月，不满6个月"),
    ({"identified": None}, "册上没有识别监测时间"),
    ({"labour": "丧失劳动力"}, "整户无劳动能力，暂不标注风险消除"),
    ({"labour": None}, "册上没有劳动能力"),
    ({"has_open_lead": True}, "还有线索没有反馈核查结果"),
]


@pytest.mark.parametrize(("change", "said"), OBSTACLES)
def test_one_obstacle_is_enough_and_is_named(county, change, said) -> None:
    assert judged(county, **{**READY, **change}) == (False, [said])


def test_what_is_longer_ago_counts_no_more(county) -> None:
    long_ago = {"incomes": {"2026-05": 1000.0, "2026-11": 9500.0}, "risks": [("2026-05", "因病")]}
    assert judged(county, **{**READY, **long_ago}) == (True, [])
