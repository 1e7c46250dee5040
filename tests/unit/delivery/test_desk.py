"""The desk keeps what people decided: added, never rewritten, and the last word counts."""

from __future__ import annotations

import sqlite3
from datetime import date

import polars as pl
import pytest

from contracts.errors import HulianError
from contracts.tables import VERIFICATION
from delivery.desk import AUTHORISATION, REVIEW_DECISION, Desk, open_desk


@pytest.fixture
def desk(tmp_path) -> Desk:
    return open_desk(f"sqlite:///{tmp_path}/home/desk.sqlite")


def verified(*rows: tuple[str, str, str, date]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(VERIFICATION), orient="row")


def test_authorisations_count_from_their_first_day(desk):
    entries = pl.DataFrame(
        [("H2", date(2026, 3, 1)), ("H1", date(2026, 5, 1)), ("H1", date(2026, 1, 9))], schema=dict(AUTHORISATION), orient="row"
    )
    assert desk.authorise(entries) == 3
    assert desk.authorise(entries) == 0
    assert desk.authorisations(signed_until=date(2026, 2, 1)).rows() == [("H1", date(2026, 1, 9))]
    assert desk.authorisations(signed_until=date(2026, 12, 1)).rows() == [("H1", date(2026, 1, 9)), ("H2", date(2026, 3, 1))]


def test_the_last_conclusion_on_a_lead_counts(desk):
    desk.verify(verified(("L1", "H1", "暂未联系上", date(2026, 12, 7))))
    desk.verify(verified(("L1", "H1", "属实-拟纳入", date(2026, 12, 9)), ("L2", "H2", "重复线索", date(2026, 12, 20))))
    assert desk.verifications(before=date(2026, 12, 15)).select("lead_id", "conclusion").rows() == [("L1", "属实-拟纳入")]
    assert desk.verifications(before=date(2026, 12, 8)).select("lead_id", "conclusion").rows() == [("L1", "暂未联系上")]


def test_handing_in_twice_changes_nothing(desk):
    entry = verified(("L1", "H1", "重复线索", date(2026, 12, 7)))
    assert [desk.verify(entry), desk.verify(entry)] == [1, 0]


def test_a_word_that_is_no_conclusion_is_refused_without_repeating_it(desk):
    with pytest.raises(HulianError, match="1 entries have no known conclusion") as refused:
        desk.verify(verified(("L1", "H1", "杨正华家没人", date(2026, 12, 7))))
    assert "杨正华" not in str(refused.value)
    assert desk.verifications(before=date.max).is_empty()


def test_the_last_review_decision_counts(desk):
    first = pl.DataFrame([("2026-11", "petition", "a#b!3", "H1", None, "c1", "同一人")], schema=dict(REVIEW_DECISION), orient="row")
    desk.decide(first)
    desk.decide(first.with_columns(decision=pl.lit("不是")))
    assert desk.review_decisions()["decision"].to_list() == ["不是"]
    assert desk.review_decisions().schema == dict(REVIEW_DECISION)


def test_a_decision_may_be_taken_back_and_taken_again(desk):
    first = pl.DataFrame([("2026-11", "petition", "a#b!3", "H1", "P1", "c1", "同一人")], schema=dict(REVIEW_DECISION), orient="row")
    for word in ("同一人", "不是", "同一人"):
        desk.decide(first.with_columns(decision=pl.lit(word)))
    assert desk.review_decisions()["decision"].to_list() == ["同一人"]


def test_an_opened_desk_is_there_when_opened_again(desk, tmp_path):
    desk.verify(verified(("L1", "H1", "重复线索", date(2026, 12, 7))))
    assert open_desk(f"sqlite:///{tmp_path}/home/desk.sqlite").verifications(before=date.max).height == 1


def test_taking_back_what_does_not_stand_adds_nothing(desk):
    entry = pl.DataFrame([("2026-11", "petition", "a#b!3", "H1", "P1", "c1", "撤销")], schema=dict(REVIEW_DECISION), orient="row")
    assert desk.decide(entry) == 0
    desk.decide(entry.with_columns(decision=pl.lit("不是")))
    assert [desk.decide(entry), desk.decide(entry)] == [1, 0]
    assert desk.review_decisions().is_empty()


def test_decisions_of_later_months_are_not_seen_from_earlier_ones(desk):
    entry = pl.DataFrame([("2026-11", "petition", "a#b!3", "H1", "P1", "c1", "不是")], schema=dict(REVIEW_DECISION), orient="row")
    desk.decide(entry)
    assert [desk.review_decisions(until).height for until in ("2026-10", "2026-11", "2026-12")] == [0, 1, 1]


def test_a_desk_of_an_older_version_keeps_what_stands_in_it(tmp_path):
    path = tmp_path / "desk.sqlite"
    with sqlite3.connect(path) as old:
        old.execute(
            "CREATE TABLE review_decisions (number INTEGER PRIMARY KEY, recorded_at DATETIME, month TEXT, feed TEXT, row_id TEXT, "
            "household_id TEXT, person_id TEXT, decision TEXT)"
        )
        old.execute("INSERT INTO review_decisions VALUES (1, '2026-01-01 00:00:00', '2026-10', 'petition', 'a#b!3', 'H1', 'P1', '不是')")
    old.close()
    for _ in range(2):
        desk = open_desk(f"sqlite:///{path}")
        assert desk.review_decisions().rows() == [("2026-10", "petition", "a#b!3", "H1", "P1", None, "不是")]
