"""One door with all its reasons."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.month import Month
from contracts.tables import LEAD, conform
from screening.leads import numbered

NOVEMBER = "2026-11"
HERE, THERE = "522699101201", "522699101202"


def test_a_lead_puts_the_gravest_first_and_merges_the_rest(county) -> None:
    county.row(NOVEMBER, "water_unsafe", "registered", problem="水量", event_date=date(2026, 11, 20), identity="姓名异")
    county.row(
        NOVEMBER, "police_traffic_accident", "registered", person="女", outcome="死亡", liability="无责", event_date=date(2026, 11, 8)
    )
    county.stay(NOVEMBER, "registered", 8000.0)
    lead = county.screened(NOVEMBER).leads.row(0, named=True)
    assert lead["lead_id"] == "2026-11-522699101201-001"
    assert lead["grade"] == "red"
    assert lead["grade_reason"] == "突发事件，走绿色通道，可先帮扶后补手续；3个部门同时反映；数额达到预警标准的2倍以上"
    assert lead["risk_types"] == ["因意外事故", "因病", "因安全饮水"]
    assert lead["rules"] == ["traffic.severe", "medical.single.registered", "water.unsafe"]
    assert lead["persons"] == "杨小水（之女）、杨小山（之子）"
    assert lead["identity"] == "姓名异"
    assert lead["village_facts"].startswith(
        "杨小水于2026年11月8日发生交通事故，后果严重；杨小山近期医疗支出较大，医保报销后自付8000元（标准：4000元以上）；"
    )
    assert lead["latest_fact_date"] == date(2026, 11, 20)
    assert lead["ask"][:1] == ["是不是家中主要劳动力"]
    assert len(lead["ask"]) == len(set(lead["ask"]))
    assert (lead["assigned_on"], lead["due_on"]) == (date(2026, 12, 6), date(2026, 12, 8))


GRADES = [
    # rows, grade, cause, due
    ([("water_unsafe", {})], "yellow", "列入部门预警名单", date(2026, 12, 11)),
    ([("housing_danger", {"house_grade": "D"})], "red", "情形严重或难以挽回", date(2026, 12, 11)),
    ([("police_traffic_accident", {"outcome": "受伤"})], "red", "突发事件，走绿色通道，可先帮扶后补手续", date(2026, 12, 8)),
    ([("water_unsafe", {}), ("forestry_loss", {})], "red", "2个部门同时反映", date(2026, 12, 11)),
    ([("medical_inpatient", {"visit_kind": "住院", "self_paid": 7999.0})], "yellow", "数额达到预警标准", date(2026, 12, 11)),
    ([("medical_inpatient", {"visit_kind": "住院", "self_paid": 8000.0})], "red", "数额达到预警标准的2倍以上", date(2026, 12, 11)),
    ([("water_unsafe", {"person": "子"}), ("water_unsafe", {"person": "女"})], "yellow", "列入部门预警名单", date(2026, 12, 11)),
]


@pytest.mark.parametrize(("rows", "grade", "reason", "due"), GRADES)
def test_grade_its_cause_and_the_deadline(county, rows, grade, reason, due) -> None:
    for feed, cells in rows:
        county.row(NOVEMBER, feed, "registered", **cells)
    leads = county.screened(NOVEMBER).leads
    assert leads.select("grade", "grade_reason", "due_on").rows() == [(grade, reason, due)]


CATEGORIES = [
    # household, type, monitored kind, income, proposed, enrichment; the line of 2026 is 8,800
    ("脱贫户", None, 8799.99, "脱贫不稳定户", False),
    ("脱贫户", None, 8800.0, "突发严重困难户", False),
    ("一般农户", None, 8799.99, "边缘易致贫户", False),
    ("一般农户", None, 8800.0, "突发严重困难户", False),
    ("一般农户", None, None, "边缘易致贫户或突发严重困难户（收入待核）", False),
    ("一般农户", "突发严重困难户", 5000.0, "突发严重困难户", True),
    ("脱贫户", "脱贫不稳定户", 20000.0, "脱贫不稳定户", True),
]


@pytest.mark.parametrize(("kind", "monitored", "income", "category", "enrichment"), CATEGORIES)
def test_proposed_category(county, kind, monitored, income, category, enrichment) -> None:
    county.households = county.households.with_columns(
        household_type=pl.lit(kind),
        monitored_kind=pl.lit(monitored, dtype=pl.String),
        is_monitored=pl.lit(monitored is not None),
        income_per_capita=pl.lit(income, dtype=pl.Float64),
    )
    county.row(NOVEMBER, "water_unsafe", "general", problem="水量")
    lead = county.screened(NOVEMBER).leads
    assert lead.select("proposed_category", "is_enrichment", "monitoring_line").rows() == [(category, enrichment, 8800.0)]


def test_numbers_run_within_a_village_red_first_then_by_worth(county) -> None:
    county.row(NOVEMBER, "water_unsafe", "general")
    county.row(NOVEMBER, "water_unsafe", "monitored", person="子")
    county.row(NOVEMBER, "water_unsafe", "monitored", person="女")
    county.row(NOVEMBER, "housing_danger", "registered", house_grade="D")
    leads = county.screened(NOVEMBER).leads
    assert leads.select(pl.col("lead_id").str.tail(3), "household_id").rows() == [
        ("001", "registered"),
        ("002", "monitored"),
        ("003", "general"),
    ]


def test_a_month_that_is_released_again_keeps_the_numbers_of_its_households(configuration) -> None:
    """`general` had number 1 and `gone` number 7 in releases of before; two households are new, one of them in another village."""
    before = pl.DataFrame({"lead_id": [f"{NOVEMBER}-{HERE}-001", f"{NOVEMBER}-{HERE}-007"], "household_id": ["general", "gone"]})
    rows = [("red-one", HERE, "red"), ("general", HERE, "yellow"), ("elsewhere", THERE, "yellow")]
    leads = conform(pl.DataFrame(rows, schema=["household_id", "village_code", "grade"], orient="row"), LEAD)
    found = numbered(leads, Month.parse(NOVEMBER), configuration.county, before)
    assert dict(found.select("household_id", pl.col("lead_id").str.tail(16)).rows()) == {
        "red-one": f"{HERE}-008",
        "general": f"{HERE}-001",
        "elsewhere": f"{THERE}-001",
    }


@settings(max_examples=30)
@given(
    st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.tuples(st.sampled_from([HERE, THERE]), st.sampled_from(["red", "yellow"]))))
)
def test_a_number_is_of_one_household_in_all_releases_of_a_month(configuration, proposals) -> None:
    """Whatever comes and goes between releases, no two households ever have the same number, and none has two in one village."""
    given_before = pl.DataFrame(schema={"lead_id": pl.String, "household_id": pl.String})
    for proposal in proposals:
        rows = [(household, village, grade) for household, (village, grade) in proposal.items()]
        leads = conform(pl.DataFrame(rows, schema=["household_id", "village_code", "grade"], orient="row"), LEAD)
        found = numbered(leads, Month.parse(NOVEMBER), configuration.county, given_before).select("lead_id", "household_id")
        given_before = pl.concat([given_before, found]).unique(maintain_order=True)
    assert given_before["lead_id"].is_unique().all()
    assert given_before.select("household_id", pl.col("lead_id").str.head(20)).is_unique().all()


def test_a_household_without_a_known_village_still_gets_its_lead(county) -> None:
    county.households = county.households.with_columns(village_code=pl.lit(None, dtype=pl.String))
    county.row(NOVEMBER, "water_unsafe", "general")
    leads = county.screened(NOVEMBER).leads
    assert leads.select("lead_id", "village_code").rows() == [("2026-11-522699000000-001", None)]


def test_a_self_report_brings_its_own_risk_type(county) -> None:
    county.row(NOVEMBER, "self_report_app", "general", reason="因灾", event_date=date(2026, 11, 5))
    county.row(NOVEMBER, "self_report_app", "general", reason=None, event_date=date(2026, 11, 6))
    assert county.screened(NOVEMBER).leads["risk_types"].item().to_list() == ["其他", "因灾"]


def test_someone_who_is_not_in_the_register_is_named_as_sent_else_the_head(county) -> None:
    county.row(NOVEMBER, "water_unsafe", "general", person=None, person_name="杨老三")
    county.row(NOVEMBER, "hotline_12345", "registered", person=None)
    leads = county.screened(NOVEMBER).leads.sort("household_id")
    assert leads["persons"].to_list() == ["杨老三", "杨大山（户主）"]


def test_an_open_lead_is_settled_on_the_same_visit(county) -> None:
    county.row("2026-10", "water_unsafe", "general")
    county.row(NOVEMBER, "forestry_loss", "general")
    assert (
        county.screened("2026-10", NOVEMBER).leads["ask"].item()[0]
        == "上期线索2026-10-522699101201-001尚未反馈核查结果（杨小山家饮水未完全保障），请一并核查反馈，不另行上门"
    )
    visit = {
        "lead_id": "2026-10-522699101201-001",
        "household_id": "general",
        "conclusion": "属实-单项帮扶",
        "visited_on": date(2026, 11, 9),
    }
    county.verifications = [visit]
    assert county.screened("2026-10", NOVEMBER).leads["ask"].item()[0] == "林木收入占家庭收入多少"


def test_leads_of_the_last_months_are_counted(county) -> None:
    for number, month in enumerate(("2026-09", "2026-10", "2026-11")):
        county.stay(month, "registered", 5000.0, str(number))
    assert county.screened("2026-09", "2026-10", "2026-11").leads["leads_last_12_months"].to_list() == [2]


def test_the_order_of_rows_changes_nothing(county) -> None:
    for number, household in enumerate(("registered", "general", "monitored")):
        for person in ("子", "女", None):
            county.stay(
                NOVEMBER, household, 12000.0 + number, f"{household}{person}", person=person, person_name="杨", disease=f"病{number}"
            )
            county.row(NOVEMBER, "water_unsafe", household, person=person, person_name="杨", problem="水量")
    first = county.screened(NOVEMBER)
    county.rows.reverse()
    county.households = county.households.reverse()
    second = county.screened(NOVEMBER)
    for table in ("signals", "leads", "suppressed", "flags", "area_alarms"):
        assert getattr(first, table).equals(getattr(second, table)), table


def test_an_empty_month_gives_empty_tables(county) -> None:
    screened = county.screened(NOVEMBER)
    assert all(getattr(screened, table).is_empty() for table in ("signals", "leads", "suppressed", "flags", "area_alarms"))
