"""Which door first, which doors wait, and which visit settles two leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = "2026-09", "2026-10", "2026-11", "2026-12"
FIRST = "-522699101201-001"


def homes(county, count: int) -> None:
    plain = county.households.filter(pl.col("household_id") == "general")
    county.households = pl.concat([plain.with_columns(household_id=pl.lit(f"h{number:02}")) for number in range(count)])


def visited(lead: str, household: str, conclusion: str, day: date) -> dict[str, object]:
    return {"lead_id": lead, "household_id": household, "conclusion": conclusion, "visited_on": day}


ORDER = [
    # two households' facts (feed, cells): the first is to be visited before the second
    (("police_traffic_accident", {"outcome": "受伤"}), ("housing_danger", {"house_grade": "D"})),
    (("housing_danger", {"house_grade": "D"}), ("housing_danger", {"house_grade": "C"})),
    (("water_unsafe", {}), ("water_unsafe", {"identity": "需核身份"})),
    (
        ("medical_inpatient", {"visit_kind": "住院", "self_paid": 15000.0}),
        ("medical_inpatient", {"visit_kind": "住院", "self_paid": 10000.0}),
    ),
]


@pytest.mark.parametrize(("first", "second"), ORDER)
def test_the_graver_and_surer_goes_first(county, first, second) -> None:
    homes(county, 2)
    for household, (feed, cells) in (("h01", first), ("h00", second)):
        county.row(NOVEMBER, feed, household, **cells)
    leads = county.screened(NOVEMBER).leads
    assert leads["household_id"].to_list() == ["h01", "h00"]
    assert leads["worth"].is_sorted(descending=True)


def test_rules_that_proved_true_and_doors_long_not_visited_go_first(county) -> None:
    homes(county, 4)
    for number, feed in enumerate(("water_unsafe", "forestry_loss")):
        county.row(SEPTEMBER, feed, f"h0{number}", event_date=date(2026, 9, 5))
    leads = county.screened(SEPTEMBER).leads.sort("household_id")["lead_id"]
    for number, conclusion in enumerate(("不属实-数据有误", "属实-单项帮扶")):
        county.verifications.append(visited(leads[number], f"h0{number}", conclusion, date(2026, 10, 10)))
    county.row(NOVEMBER, "water_unsafe", "h02", event_date=date(2026, 11, 5))
    county.row(NOVEMBER, "forestry_loss", "h03", event_date=date(2026, 11, 5))
    county.row(NOVEMBER, "forestry_loss", "h01", event_date=date(2026, 11, 5))  # there was somebody in October
    leads = county.screened(SEPTEMBER, NOVEMBER).leads
    assert leads["household_id"].to_list() == ["h03", "h01", "h02"]
    assert leads["worth_reason"].to_list() == [
        "证件一致，这类线索走访1户、属实1户，近一年没有走访记录",
        "证件一致，这类线索走访1户、属实1户，刚走访过",
        "证件一致，这类线索走访1户、属实0户，近一年没有走访记录",
    ]


def with_budget(county, doors: int | None) -> None:
    configuration = county.configuration
    county.configuration = replace(configuration, county=configuration.county.model_copy(update={"door_budget": doors}))


def test_the_budget_carries_yellow_doors_over_and_drops_none(county) -> None:
    """Five yellow doors and a red one, a budget of two: red and two go out, then two, then the last, though no list names them again."""
    homes(county, 6)
    with_budget(county, 2)
    for number in range(5):
        county.row(NOVEMBER, "water_unsafe", f"h0{number}", event_date=date(2026, 11, 5))
    county.row(NOVEMBER, "housing_danger", "h05", house_grade="D", event_date=date(2026, 11, 5))
    months = [NOVEMBER, DECEMBER, "2027-01", "2027-02"]
    screened = [county.screened(*months[: count + 1]) for count in range(4)]
    assert [each.leads["household_id"].to_list() for each in screened] == [["h05", "h00", "h01"], ["h02", "h03"], ["h04"], []]
    assert [each.suppressed.filter(pl.col("code") == "carried_over").height for each in screened] == [3, 1, 0, 0]
    assert screened[0].suppressed["reason"][0] == "本村本月新增黄色线索名额2户已满，按上门价值排在第3位，顺延到下月优先交办，不会取消"
    assert all(each.area_alarms.is_empty() for each in screened[1:])  # what waits is no new cluster


def test_who_waited_goes_before_what_is_new(county) -> None:
    homes(county, 3)
    with_budget(county, 1)
    for number in range(2):
        county.row(NOVEMBER, "water_unsafe", f"h0{number}", event_date=date(2026, 11, 5))
    county.stay(DECEMBER, "h02", 15000.0)  # worth more, but new
    assert county.screened(NOVEMBER, DECEMBER).leads["household_id"].to_list() == ["h01"]
    with_budget(county, None)
    assert county.screened(NOVEMBER).leads.height == 2


def test_an_open_lead_grows_and_one_visit_settles_both(county) -> None:
    county.row(OCTOBER, "water_unsafe", "general", event_date=date(2026, 10, 5))
    county.row(NOVEMBER, "forestry_loss", "general", event_date=date(2026, 11, 5))
    county.row(DECEMBER, "charity_aid", "general", event_date=date(2026, 12, 5))
    assert county.screened(OCTOBER, NOVEMBER).leads["continues"].item() == OCTOBER + FIRST
    assert county.screened(OCTOBER, NOVEMBER, DECEMBER).leads["continues"].item() == NOVEMBER + FIRST
    county.verifications = [visited(NOVEMBER + FIRST, "general", "属实-单项帮扶", date(2026, 12, 9))]
    assert county.screened(OCTOBER, NOVEMBER, DECEMBER).leads["continues"].to_list() == [None]
    county.row(DECEMBER, "water_unsafe", "general", event_date=date(2026, 10, 5))  # the fact of October, settled with November's lead
    repeat = county.screened(OCTOBER, NOVEMBER, DECEMBER).suppressed
    assert repeat.select("code", "earlier_lead_id").rows() == [("verified", OCTOBER + FIRST)]


VISITS = [
    # months that a visit holds, day of the fact, conclusion, feed, whether somebody goes again
    (0, "2026-11-08", "属实-单项帮扶", "cadre_finding", True),
    (3, "2026-11-08", "属实-单项帮扶", "cadre_finding", False),
    (3, "2026-11-09", "属实-单项帮扶", "cadre_finding", True),  # after the visit
    (3, "2026-11-08", "查无此人或非本村", "cadre_finding", True),
    (3, "2026-11-08", "属实-单项帮扶", "forestry_loss", True),  # another risk
    (3, "2026-11-08", "属实-单项帮扶", "housing_danger", True),  # red
]


@pytest.mark.parametrize(("months", "day", "conclusion", "feed", "goes"), VISITS)
def test_a_recent_visit_that_saw_the_risk_stands_for_facts_before_it(county, months, day, conclusion, feed, goes) -> None:
    settings = county.configuration.county.suppression.model_copy(update={"visited_months": months})
    county.configuration = replace(county.configuration, county=county.configuration.county.model_copy(update={"suppression": settings}))
    county.row(OCTOBER, "housing_danger", "general", house_grade="C", event_date=date(2026, 10, 5))
    county.verifications = [visited(OCTOBER + FIRST, "general", conclusion, date(2026, 11, 8))]
    county.row(NOVEMBER, feed, "general", problem="因安全住房", house_grade="D", event_date=date.fromisoformat(day))
    screened = county.screened(OCTOBER, NOVEMBER)
    assert screened.leads.height == goes
    if not goes:
        assert screened.suppressed.select("code", "reason").rows() == [
            (
                "visited",
                "2026年11月8日刚就同类风险入户核查（线索2026-10-522699101201-001，结论“属实-单项帮扶”），本事实发生在那次入户之前，不另行交办",
            )
        ]


def test_a_cleared_household_is_alerted_again(county) -> None:
    """Found true and taken in in October; the same state is sent again once the risk has been cleared, and once only."""
    county.row(SEPTEMBER, "water_unsafe", "general", problem="水量", event_date=date(2026, 9, 5))
    county.verifications = [visited(SEPTEMBER + FIRST, "general", "属实-拟纳入", date(2026, 10, 9))]
    for month in (OCTOBER, NOVEMBER, DECEMBER):
        county.row(month, "water_unsafe", "general", problem="水量", event_date=date(2026, 9, 5))
    assert county.screened(SEPTEMBER, OCTOBER).suppressed["code"].to_list() == ["verified"]
    county.households = county.households.with_columns(is_cleared=pl.lit(value=True))
    leads = county.screened(SEPTEMBER, NOVEMBER).leads
    assert leads.select("grade_reason", "is_enrichment").rows() == [("列入部门预警名单；风险消除后再次出现问题", False)]
    assert county.screened(SEPTEMBER, NOVEMBER, DECEMBER).suppressed["code"].to_list() == ["already_sent"]


BILLS = [
    # bills (list, day, amount), spent, reference income of 9,000 元 and four members
    ([("2026-11", "2026-11-03", 4000.0)], 4000.0, 8000.0),
    ([("2025-12", "2025-12-01", 4000.0), ("2026-11", "2026-11-03", 4000.0)], 8000.0, 7000.0),
    ([("2025-12", "2025-11-30", 4000.0), ("2026-11", "2026-11-03", 4000.0)], 4000.0, 8000.0),
    ([("2026-10", "2026-10-03", 4000.0), ("2026-11", "2026-10-03", 4000.0)], 4000.0, 8000.0),  # listed twice
]


@pytest.mark.parametrize(("bills", "spent", "left"), BILLS)
def test_the_year_s_bills_are_taken_off_the_income(county, bills, spent, left) -> None:
    for month, day, paid in bills:
        county.row(month, "medical_inpatient", "registered", visit_kind="门诊", self_paid=paid, event_date=date.fromisoformat(day))
    county.row(NOVEMBER, "water_unsafe", "registered")
    county.row(NOVEMBER, "water_unsafe", "general")
    leads = county.screened(NOVEMBER).leads.sort("household_id", descending=True)
    assert leads.select("spent_12_months", "reference_income").rows() == [(spent, left), (None, None)]
    assert leads["income_note"][0].endswith(f"扣除后人均约{left:.0f}元，低于监测线8800元")
