"""What goes out again and what stays at home, each with its reason."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from contracts.month import Month
from screening.screen import Earlier, screen

OCTOBER, NOVEMBER = "2026-10", "2026-11"
MAY = "2026-05"


def test_what_is_new_always_goes_out(county) -> None:
    """Every line is a fact of November after an October lead of the same household, and none may be held back."""
    county.stay(OCTOBER, "registered", 5000.0, "1")
    county.row(OCTOBER, "housing_danger", "general", house_grade="C", event_date=date(2026, 10, 5))
    county.row(OCTOBER, "medical_serious_illness", "general", event_date=date(2026, 10, 20))
    county.row(OCTOBER, "labour_returned", "monitored", job_status="未就业", event_date=date(2026, 9, 1))
    new = [
        county.stay(NOVEMBER, "registered", 5000.0, "2"),  # another admission
        county.stay(NOVEMBER, "registered", 5000.0, "3", person="女"),  # another person
        county.row(NOVEMBER, "housing_danger", "general", house_grade="D", event_date=date(2026, 11, 5)),  # a worse grade
        county.row(NOVEMBER, "health_serious_illness", "general", person="女", event_date=date(2026, 10, 20)),  # the sister
        county.row(NOVEMBER, "health_serious_illness", "general", event_date=date(2026, 11, 21)),  # 32 days later
        county.row(
            NOVEMBER, "labour_returned", "monitored", job_status="未就业", event_date=date(2026, 11, 10), planned_out_on=date(2026, 11, 5)
        ),
        county.row(NOVEMBER, "water_unsafe", "registered", problem="水量", event_date=date(2026, 10, 10)),  # another risk
    ]
    screened = county.screened(OCTOBER, NOVEMBER)
    assert screened.suppressed.is_empty()
    kept = {row for rows in screened.signals["row_ids"] for row in rows}
    assert kept == set(new)
    assert {signal for signals in screened.leads["signal_ids"] for signal in signals} == set(screened.signals["signal_id"])


def test_one_return_from_work_is_one_visit(county) -> None:
    """Back for a month in October; in November the day on which he meant to leave has passed as well."""
    for month in (OCTOBER, NOVEMBER):
        county.row(month, "labour_returned", "general", job_status="未就业", event_date=date(2026, 9, 1), planned_out_on=date(2026, 11, 5))
    screened = county.screened(OCTOBER, NOVEMBER)
    assert dict(screened.suppressed.join(screened.signals, on="signal_id").select("rule", "code").iter_rows()) == {
        "labour.returned": "already_sent",
        "labour.planned_date_passed": "same_event",
    }
    assert screened.leads.is_empty()


def test_an_admission_that_grows_by_a_step_goes_out_again(county) -> None:
    county.stay(OCTOBER, "registered", 4500.0)
    county.stay(NOVEMBER, "registered", 1999.0)
    assert county.screened(OCTOBER, NOVEMBER).suppressed["code"].to_list() == ["already_sent"]
    county.rows[-1]["self_paid"] = 2000.0
    assert county.screened(OCTOBER, NOVEMBER).suppressed.is_empty()


REPEATS = [
    (
        "already_sent",
        "medical_serious_illness",
        {"event_date": date(2026, 10, 20)},
        "medical_serious_illness",
        {"event_date": date(2026, 10, 20)},
    ),
    (
        "same_event",
        "medical_serious_illness",
        {"event_date": date(2026, 10, 20)},
        "health_serious_illness",
        {"event_date": date(2026, 10, 22)},
    ),
    (
        "same_event",
        "health_serious_illness",
        {"event_date": date(2026, 10, 20), "person": None},
        "medical_serious_illness",
        {"event_date": date(2026, 11, 20)},
    ),
    ("already_sent", "water_unsafe", {"problem": "水量"}, "water_unsafe", {"problem": "水量"}),  # undated states
    # linked to the person first, then only to the household
    ("already_sent", "water_unsafe", {"event_date": date(2026, 10, 5)}, "water_unsafe", {"event_date": date(2026, 10, 5), "person": None}),
]


@pytest.mark.parametrize(("code", "first_feed", "first", "second_feed", "second"), REPEATS)
def test_repeats_stay_at_home_with_reason_and_lead(county, code, first_feed, first, second_feed, second) -> None:
    county.row(OCTOBER, first_feed, "general", **first)
    county.row(NOVEMBER, second_feed, "general", **second)
    screened = county.screened(OCTOBER, NOVEMBER)
    assert screened.leads.is_empty()
    assert screened.suppressed.select("code", "earlier_month", "month").rows() == [(code, OCTOBER, NOVEMBER)]
    lead = county.screened(OCTOBER).leads["lead_id"].item()
    assert screened.suppressed["earlier_lead_id"].item() == lead
    assert lead in screened.suppressed["reason"].item()


def test_one_event_from_two_bureaus_in_one_month_is_one_lead(county) -> None:
    county.row(NOVEMBER, "medical_serious_illness", "general", event_date=date(2026, 11, 5))
    county.row(NOVEMBER, "health_serious_illness", "general", event_date=date(2026, 11, 7))
    lead = county.screened(NOVEMBER).leads
    assert lead.height == 1
    assert lead["bureaus"].item().to_list() == ["医保局", "卫健局"]
    assert lead["village_facts"].item() == "杨小山已列入需要了解医疗负担的人员"


def cumulative(county, rule, amounts: dict[str, float]) -> None:
    county.with_feed("bills", event_date="date", amount="money")
    county.with_rules(rule(window="year_to_date", cumulative=True))
    for month, amount in amounts.items():
        county.row(month, "bills", "general", event_date=date.fromisoformat(f"{month}-05"), amount=amount)


@pytest.mark.parametrize(
    ("amounts", "codes"),
    [
        ({"2026-10": 1000, "2026-11": 499.99}, ["no_new_step"]),
        ({"2026-10": 1000, "2026-11": 500}, []),  # 0.5 of the threshold is a step
        ({"2026-09": 1000, "2026-10": 300, "2026-11": 300}, []),  # two months together make the step
        ({"2025-11": 900, "2025-12": 200, "2026-01": 1100}, []),  # a new year, a new sum
        ({"2026-04": 1000, "2026-10": 1}, ["open_lead"]),  # after 6 months it would go again, but nobody has been there yet
    ],
)
def test_a_sum_goes_out_again_on_a_step(county, rule, amounts, codes) -> None:
    cumulative(county, rule, amounts)
    screened = county.screened(*amounts)
    assert screened.suppressed["code"].to_list() == codes
    assert screened.leads.height == 1 - len(codes)


def test_a_late_row_of_last_year_is_no_new_year(county, rule) -> None:
    cumulative(county, rule, {"2025-12": 1000.0})
    county.row("2026-01", "bills", "general", event_date=date(2025, 12, 20), amount=100.0)
    assert county.screened("2025-12", "2026-01").suppressed["code"].to_list() == ["no_new_step"]


def test_a_month_listed_again_is_the_same_month(county, rule) -> None:
    county.with_feed("bills", event_date="date", amount="money")
    county.with_rules(rule(window="month"))
    for month, amount in [("2026-10", 1000.0), ("2026-11", 1000.0), ("2026-11", 200.0)]:
        county.row(month, "bills", "general", event_date=date(2026, 10, 5), amount=amount)
    assert county.screened("2026-10", "2026-11").suppressed["code"].to_list() == ["already_sent"]


def test_after_some_months_a_closed_lead_may_be_sent_once_more(county, rule) -> None:
    cumulative(county, rule, {"2026-04": 1000.0, "2026-09": 1.0})
    lead = {
        "lead_id": "2026-04-522699101201-001",
        "household_id": "general",
        "conclusion": "属实-能自行应对",
        "visited_on": date(2026, 5, 8),
    }
    county.verifications = [lead]
    assert county.screened("2026-04", "2026-09").suppressed["code"].to_list() == ["verified"]
    county.row("2026-10", "bills", "general", event_date=date(2026, 10, 5), amount=1.0)
    screened = county.screened("2026-04", "2026-09", "2026-10")
    assert screened.suppressed.is_empty()
    assert screened.leads.select("last_conclusion", "last_conclusion_date").rows() == [("属实-能自行应对", date(2026, 5, 8))]
    county.verifications = [{**lead, "conclusion": "暂未联系上"}]
    assert county.screened("2026-04", "2026-09").suppressed["code"].to_list() == ["no_new_step"]


def test_a_verified_fact_says_what_was_found(county) -> None:
    county.row(OCTOBER, "water_unsafe", "general", problem="水量", event_date=date(2026, 10, 5))
    county.row(NOVEMBER, "water_unsafe", "general", problem="水量", event_date=date(2026, 10, 5))
    county.verifications = [
        {"lead_id": "2026-10-522699101201-001", "household_id": "general", "conclusion": "属实-单项帮扶", "visited_on": date(2026, 11, 9)}
    ]
    suppressed = county.screened(OCTOBER, NOVEMBER).suppressed
    assert suppressed["code"].to_list() == ["verified"]
    assert (
        suppressed["reason"].item()
        == "2026年10月已交办（线索2026-10-522699101201-001），2026年11月9日核查结论“属实-单项帮扶”，之后情况没有变化"
    )


def test_a_household_whose_support_has_ended_is_alerted_again(county) -> None:
    """风险消除 after the last lead: what was enrichment then is a problem of its own now (domain.md 5.5)."""
    county.row(OCTOBER, "water_unsafe", "monitored", problem="水量")
    county.row(NOVEMBER, "water_unsafe", "monitored", problem="水量")
    assert county.screened(OCTOBER, NOVEMBER).suppressed.height == 1
    before = county.screened(OCTOBER)
    county.households = county.households.with_columns(is_monitored=pl.lit(False), is_cleared=pl.lit(True))
    earlier = Earlier(before.signals.with_columns(month=pl.lit(OCTOBER)), before.leads, before.suppressed)
    nobody = pl.DataFrame(schema={"household_id": pl.String, "signed_on": pl.Date})
    persons = pl.DataFrame(schema={"household_id": pl.String, "person_id": pl.String, "person_name": pl.String, "relation": pl.String})
    after = screen(Month(2026, 11), county.configuration, county.facts(NOVEMBER), county.households, persons, nobody, earlier)
    assert after.suppressed.is_empty()
    assert after.leads["grade_reason"].to_list() == ["列入部门预警名单；风险消除后再次出现问题"]
    assert after.leads["is_enrichment"].to_list() == [False]


def test_every_risk_signal_is_in_a_lead_or_suppressed(county) -> None:
    for month in (MAY, OCTOBER, NOVEMBER):
        for household in ("registered", "general", "monitored"):
            county.stay(month, household, 12000.0, month)
            county.row(month, "water_unsafe", household, problem="水量")
    screened = county.screened(MAY, OCTOBER, NOVEMBER)
    in_leads = [signal for signals in screened.leads["signal_ids"] for signal in signals]
    assert sorted([*in_leads, *screened.suppressed["signal_id"]]) == screened.signals["signal_id"].to_list()
