"""Which facts send somebody to a door, at the very edges of what 篇八 says."""

from datetime import date

import polars as pl
import pytest

from contracts.month import Month
from samples.alerts import events_of, first_sent, judge

NOVEMBER = Month(2026, 11)


@pytest.mark.parametrize(
    ("kind", "registered", "settled", "rule"),
    [
        ("住院", True, [3999.99], None),
        ("住院", True, [4000.00], "medical.single.registered"),
        ("住院", False, [4000.00], None),
        ("住院", False, [9999.99], None),
        ("住院", False, [10000.00], "medical.single.general"),
        ("门诊", False, [12000.00], None),
        ("住院", True, [12000.00, -12000.00, 3000.00], None),
        ("住院", True, [13000.00, -13000.00, 4000.00], "medical.single.registered"),
    ],
)
def test_stays_count_what_is_left_after_reversals(kind: str, registered: bool, settled: list[float], rule: str | None) -> None:  # noqa: FBT001
    rows = pl.DataFrame({"event_id": "e1", "household_id": "h1", "visit_kind": kind, "is_registered": registered, "self_paid": settled})
    assert judge("medical_inpatient", rows, NOVEMBER)["rule"].unique().to_list() == [rule]


@pytest.mark.parametrize(
    ("returned", "planned", "status", "rule"),
    [
        (date(2026, 10, 20), None, "未就业", "labour.returned"),
        (date(2026, 11, 20), None, "未就业", None),
        (date(2026, 10, 20), None, "已就业", None),
        (date(2026, 11, 20), date(2026, 11, 28), "未就业", "labour.planned_date_passed"),
        (date(2026, 11, 20), date(2027, 1, 8), "未就业", None),
    ],
)
def test_who_came_back(returned: date, planned: date | None, status: str, rule: str | None) -> None:
    rows = pl.DataFrame(
        {"event_id": "e1", "household_id": "h1", "job_status": status, "event_date": returned, "planned_out_on": planned},
        schema_overrides={"planned_out_on": pl.Date},
    )
    assert judge("labour_returned", rows, NOVEMBER)["rule"].to_list() == [rule]


def test_more_than_ten_thousand_excludes_the_number() -> None:
    rows = pl.DataFrame(
        {
            "event_id": ["e1", "e2", "e3"],
            "household_id": ["h1", "h2", None],
            "stage": "本科",
            "in_province": "省内",
            "is_private_or_coastal": "否",
            "self_paid": [10000.0, 10000.5, 20000.0],
        }
    )
    assert judge("education_tuition", rows, NOVEMBER)["rule"].to_list() == [None, "education.tuition", None]


def test_an_event_belongs_to_the_first_month_in_which_it_alerts() -> None:
    rows = pl.DataFrame(
        {
            "event_id": ["e1"],
            "household_id": ["h1"],
            "person_id": ["p1"],
            "job_status": ["未就业"],
            "event_date": [date(2026, 10, 12)],
            "planned_out_on": [None],
        },
        schema_overrides={"planned_out_on": pl.Date},
    )
    months = [Month(2026, 10), NOVEMBER, Month(2026, 12)]
    events = pl.concat([events_of("labour_returned", judge("labour_returned", rows, month), month) for month in months])
    assert first_sent(events).select("month", "should_alert").rows() == [("2026-11", True)]
