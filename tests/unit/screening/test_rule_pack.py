"""The rules of 篇八 on single rows: which row raises which rule."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from contracts.county import Configuration
from contracts.rule import PLACEHOLDER

STAY = {"visit_kind": "住院", "admission_no": "1"}
STUDY = {"stage": "本科", "in_province": "省内", "is_private_or_coastal": "否"}
BACK = {"job_status": "未就业"}
FLOOD = {"disaster_kind": "洪涝", "casualty": "无", "rooms_collapsed": 0, "rooms_damaged": 0}

ROWS = [
    # feed, household, cells, rules raised
    ("medical_inpatient", "registered", {**STAY, "self_paid": 3999.99}, []),
    ("medical_inpatient", "registered", {**STAY, "self_paid": 4000.0}, ["medical.single.registered"]),
    ("medical_inpatient", "registered", {**STAY, "self_paid": 4000.01}, ["medical.single.registered"]),
    ("medical_inpatient", "monitored", {**STAY, "self_paid": 4000.0}, ["medical.single.registered"]),
    ("medical_inpatient", "general", {**STAY, "self_paid": 4000.0}, []),
    ("medical_inpatient", "general", {**STAY, "self_paid": 9999.99}, []),
    ("medical_inpatient", "general", {**STAY, "self_paid": 10000.0}, ["medical.single.general"]),
    ("medical_inpatient", "general", {**STAY, "self_paid": 10000.01}, ["medical.single.general"]),
    ("medical_inpatient", "general", {**STAY, "visit_kind": "门诊", "self_paid": 20000.0}, []),
    ("medical_serious_illness", "general", {"disease": "肺癌"}, ["medical.serious_illness"]),
    ("health_serious_illness", "general", {"disease": "肺癌"}, ["health.serious_illness"]),
    ("health_public_event", "general", {"event_kind": "食物中毒"}, ["health.public_event"]),
    ("civil_temporary_relief", "general", {"amount": 800.0}, ["civil.temporary_relief"]),
    ("education_tuition", "general", {**STUDY, "self_paid": 9999.99}, []),
    ("education_tuition", "general", {**STUDY, "self_paid": 10000.0}, []),
    ("education_tuition", "general", {**STUDY, "self_paid": 10000.01}, ["education.tuition"]),
    ("education_tuition", "general", {**STUDY, "stage": "初中", "self_paid": 20000.0}, []),
    ("education_tuition", "general", {**STUDY, "is_private_or_coastal": "是", "self_paid": 500.0}, ["education.costly_school"]),
    ("education_tuition", "general", {**STUDY, "in_province": "省外", "self_paid": 20000.0}, ["education.out_of_province_tuition"]),
    ("education_out_of_province", "general", {"stage": "高中"}, ["education.out_of_province"]),
    ("education_out_of_province", "general", {"stage": "初中"}, []),
    ("education_dropout", "general", {"stage": "初中"}, ["education.dropout"]),
    ("housing_danger", "general", {"house_grade": "B"}, []),
    ("housing_danger", "general", {"house_grade": "C"}, ["housing.danger_c"]),
    ("housing_danger", "general", {"house_grade": "D"}, ["housing.danger_d"]),
    ("water_unsafe", "general", {"problem": "水量"}, ["water.unsafe"]),
    ("labour_returned", "general", {**BACK, "event_date": date(2026, 11, 1)}, []),
    ("labour_returned", "general", {**BACK, "event_date": date(2026, 10, 31)}, ["labour.returned"]),
    ("labour_returned", "general", {"job_status": "已就业", "event_date": date(2026, 8, 1)}, []),
    ("labour_returned", "general", {**BACK, "event_date": date(2026, 11, 2), "planned_out_on": date(2026, 12, 1)}, []),
    (
        "labour_returned",
        "general",
        {**BACK, "event_date": date(2026, 11, 2), "planned_out_on": date(2026, 11, 30)},
        ["labour.planned_date_passed"],
    ),
    ("disability_severe", "general", {"disability_level": "2"}, ["disability.severe"]),
    ("disability_severe", "general", {"disability_level": "3"}, []),
    ("emergency_disaster", "general", FLOOD, ["emergency.disaster"]),
    ("emergency_disaster", "general", {**FLOOD, "rooms_collapsed": None, "rooms_damaged": 1}, ["emergency.house"]),
    ("emergency_disaster", "general", {**FLOOD, "casualty": "失踪", "rooms_collapsed": 2}, ["emergency.casualty"]),
    ("agriculture_failed_project", "general", {"outcome": "绝收", "loss": 3000.0}, ["agriculture.failed_project"]),
    ("forestry_loss", "general", {"area_mu": 3.0}, ["forestry.loss"]),
    ("police_traffic_accident", "general", {"outcome": "死亡"}, ["traffic.severe"]),
    ("police_traffic_accident", "general", {"outcome": "受伤"}, ["traffic.injury"]),
    ("police_crime_victim", "general", {"consequence": "丧失劳动能力"}, ["crime.lost_labour"]),
    ("police_crime_victim", "general", {"consequence": "其他"}, []),
    ("petition", "general", {"looks_like_object": "是", "text": "家中困难"}, ["petition.suspected"]),
    ("petition", "general", {"looks_like_object": "否", "text": "邻里纠纷"}, []),
    ("public_opinion", "general", {"text": "家中困难"}, ["opinion.tip"]),
    ("hotline_12345", "general", {"text": "家中困难"}, ["hotline.call"]),
    ("self_report_app", "general", {"reason": "因灾", "text": "受灾"}, ["self_report.application"]),
    ("cadre_finding", "general", {"problem": "因安全住房"}, ["cadre.finding"]),
    ("charity_aid", "general", {"organisation": "县红十字会", "amount": 500.0}, ["charity.aid"]),
]


def test_which_row_raises_which_rule(county) -> None:
    """Every row is played on a household of its own."""
    kinds = county.households.rows_by_key("household_id", named=True, unique=True)
    homes = [{**kinds[household], "household_id": f"{number}"} for number, (_feed, household, _cells, _rules) in enumerate(ROWS)]
    county.households = pl.DataFrame(homes, schema=county.households.schema)
    row_ids = [
        county.row("2026-11", feed, f"{number}", **{"event_date": date(2026, 11, 10), **cells})
        for number, (feed, _household, cells, _rules) in enumerate(ROWS)
    ]
    signals = county.screened("2026-11").signals
    for number, (feed, household, cells, rules) in enumerate(ROWS):
        raised = signals.filter(pl.col("household_id") == f"{number}")
        assert raised["rule"].to_list() == rules, (feed, household, cells)
        assert all(ids == [row_ids[number]] for ids in raised["row_ids"].to_list())
    risk_feeds = {feed.feed for feed in county.configuration.feeds.values() if feed.role == "risk"}
    assert {feed for feed, *_ in ROWS} == risk_feeds


@pytest.mark.parametrize(
    ("feed", "cells", "is_flagged"),
    [
        ("police_vehicle", {"vehicle_kind": "小型轿车"}, True),
        ("police_vehicle", {"vehicle_kind": "摩托车"}, False),
        ("natural_resources_realty", {"property_kind": "门面房"}, True),
        ("natural_resources_realty", {"property_kind": "宅基地"}, False),
        ("market_company", {"position": "股东"}, True),
        ("organisation_public_servant", {"employer": "县林业局"}, True),
        ("finance_paid_staff", {"employer": "乡卫生院"}, True),
        ("bank_credit", {"overdue_amount": 900.0}, True),
        ("court_dishonest", {"case_kind": "借贷"}, True),
        ("justice_offence", {"offence_kind": "盗窃"}, True),
    ],
)
def test_flags_need_an_authorisation_and_send_nobody(county, feed, cells, is_flagged) -> None:
    county.row("2026-11", feed, "general", **cells)
    assert county.screened("2026-11").flags.is_empty()
    county.authorised = [("general", date(2026, 11, 3))]
    screened = county.screened("2026-11")
    assert screened.flags.height == is_flagged
    assert screened.leads.is_empty()


def test_a_standing_fact_is_flagged_however_old_it_is(county) -> None:
    """A car registered long ago and listed some months ago; two houses are two flags."""
    county.authorised = [("general", date(2026, 1, 1))]
    county.row("2025-12", "police_vehicle", "general", vehicle_kind="小型轿车", event_date=date(2015, 5, 1))
    county.row("2026-11", "natural_resources_realty", "general", property_kind="商品房", event_date=date(2019, 3, 2))
    county.row("2026-11", "natural_resources_realty", "general", property_kind="门面房", event_date=date(2020, 4, 3))
    assert county.screened("2026-11").flags["rule"].to_list() == ["flag.car", "flag.realty", "flag.realty"]
    assert county.screened("2026-12").flags["rule"].to_list() == ["flag.realty", "flag.realty"]


def test_an_authorisation_counts_from_the_day_it_was_signed(county) -> None:
    county.row("2026-11", "police_vehicle", "general", vehicle_kind="小型轿车", event_date=date(2026, 5, 1))
    county.row("2026-11", "water_unsafe", "general", problem="水质")
    for signed_on, flags in [(date(2026, 12, 7), None), (date(2026, 12, 6), "杨小山名下有小型轿车（2026年5月1日登记）（公安局交警大队）")]:
        county.authorised = [("general", signed_on)]
        assert county.screened("2026-11").leads["flags"].to_list() == [flags]


def test_no_sensitive_word_reaches_the_village(county) -> None:
    secret = {
        "disease": "秘病",
        "hospital": "秘院",
        "text": "秘诉",
        "event_kind": "秘",
        "relief_reason": "秘",
        "aid_reason": "秘",
        "consequence": "死亡",
    }
    for feed, household, cells, _rules in ROWS:
        county.row("2026-11", feed, household, person_name="杨小山", **{"event_date": date(2026, 11, 10), **cells, **secret})
    leads = county.screened("2026-11").leads
    assert any("秘" in facts for facts in leads["facts"])
    for column in ("village_facts", "grade_reason", "persons"):
        assert not any("秘" in text or "残疾人证" in text for text in leads[column])


def test_every_rule_says_where_it_is_written_and_what_to_ask(configuration: Configuration) -> None:
    for rule in configuration.rules.values():
        assert rule.document.title, rule.rule
        assert rule.document.text, rule.rule
        if rule.kind == "risk":
            assert rule.ask, rule.rule
            assert set(PLACEHOLDER.findall(rule.village_fact)) & {"name"}, rule.rule


def test_signals_follow_the_register_of_the_month(county) -> None:
    county.stay("2026-11", "general", 5000.0)
    county.households = county.households.with_columns(household_type=pl.lit("脱贫户"))
    assert county.screened("2026-11").signals["rule"].to_list() == ["medical.single.registered"]
