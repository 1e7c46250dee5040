"""From a lead back to the rows that it rests on, and from every row forward to what became of it."""

from __future__ import annotations

import polars as pl

from contracts.tables import LEAD, LINK, SET_ASIDE, SIGNAL, SUPPRESSED, conform
from screening.trace import fates, origins

THIS, BEFORE = "2026-11", "2026-10"
BILLS, HOUSES = "医保名单.xlsx#住院!9", "危房.xls#Sheet1!4"

SIGNALS = conform(
    pl.DataFrame(
        {
            "signal_id": ["bills", "house", "again"],
            "feed": ["medical", "housing", "housing"],
            "rule": ["medical.year", "housing.danger", "housing.danger"],
            "household_id": ["A", "A", "B"],
            "row_ids": [["医保十月.xlsx#!3", BILLS], [HOUSES], ["危房.xls#Sheet1!5/2"]],
        }
    ),
    SIGNAL,
)
LEADS = conform(pl.DataFrame({"lead_id": ["lead"], "household_id": ["A"], "signal_ids": [["bills", "house"]]}), LEAD)
SUPPRESSIONS = conform(pl.DataFrame({"signal_id": ["again"], "code": ["unchanged"]}), SUPPRESSED)


def linked(feed: str, row_id: str, status: str = "linked", month: str = THIS) -> pl.DataFrame:
    household = "A" if status == "linked" else None
    row = {"feed": feed, "row_id": row_id, "status": status, "household_id": household, "probability": 0.98, "explanation": "姓名一致。"}
    return conform(pl.DataFrame([row]), LINK).with_columns(month=pl.lit(month))


LINKS = [
    linked("medical", BILLS),
    linked("housing", HOUSES),
    linked("housing", "危房.xls#Sheet1!5/2"),
    linked("housing", "危房.xls#Sheet1!6", "absent"),
    linked("housing", "危房.xls#Sheet1!7", "review"),
]
REFUSED = conform(pl.DataFrame({"row_id": ["危房.xls#Sheet1!8"], "reasons": [["没有姓名。"]]}), SET_ASIDE).with_columns(
    feed=pl.lit("housing")
)


def test_a_lead_goes_back_to_each_row_of_each_of_its_reasons_also_of_earlier_months():
    found = origins(LEADS, SIGNALS, pl.concat([*LINKS, linked("medical", "医保十月.xlsx#!3", month=BEFORE)]).lazy())
    assert found.select("signal_id", "file", "sheet", "row_number", "row_month").rows() == [
        ("bills", "医保十月.xlsx", "", 3, BEFORE),
        ("bills", "医保名单.xlsx", "住院", 9, THIS),
        ("house", "危房.xls", "Sheet1", 4, THIS),
    ]


def test_a_number_that_another_household_has_by_now_is_told_with_the_month_in_which_it_was_this_ones():
    anew = linked("medical", BILLS).with_columns(household_id=pl.lit("B"))
    found = origins(LEADS, SIGNALS, pl.concat([linked("medical", BILLS, month=BEFORE), anew]).lazy())
    assert found.filter(pl.col("row_id") == BILLS)["row_month"].to_list() == [BEFORE]


def test_a_row_that_stood_in_two_months_under_one_name_is_told_once():
    found = origins(LEADS, SIGNALS, pl.concat([*LINKS, linked("housing", HOUSES, month=BEFORE)]).lazy())
    assert found.filter(signal_id="house")["row_month"].to_list() == [THIS]


def test_every_row_has_one_fate():
    found = fates(pl.concat(LINKS), REFUSED, SIGNALS, LEADS, SUPPRESSIONS)
    assert found.select("file", "row_number", "became", "lead_ids", "suppressed", "reasons").rows() == [
        ("危房.xls", 4, "linked", ["lead"], [], None),
        ("危房.xls", 5, "linked", [], ["unchanged"], None),
        ("危房.xls", 6, "absent", None, None, None),
        ("危房.xls", 7, "review", None, None, None),
        ("危房.xls", 8, "set_aside", None, None, ["没有姓名。"]),
        ("医保名单.xlsx", 9, "linked", ["lead"], [], None),
    ]
