"""Where the register cannot be right: one household for each check of the shipped pack, and one without fault."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from contracts.contradiction import Contradiction, load_contradictions
from contracts.errors import ConfigError
from contracts.month import Month
from contracts.tables import HOUSEHOLD, PERSON, conform
from pipelines.defaults import SAMPLE_COUNTY
from screening.contradictions import Register, contradictions

NOVEMBER = Month(2026, 11)
CHECKS = load_contradictions(SAMPLE_COUNTY.parent / "contradictions.yml")
HEAD = {"relation": "户主", "is_head": True, "sex": "男", "labour": "普通劳动力", "is_disabled": False, "phone": "13800000000"}
SON = {"relation": "之子", "is_head": False, "sex": "男", "labour": "无劳动力", "is_disabled": False, "birth_date": date(2010, 5, 1)}
MONITORED = {"is_monitored": True, "monitored_kind": "边缘易致贫户"}


def found(home: dict, *people: dict, said: dict | None = None, left: str | None = None, relief: bool | None = None) -> list[str]:
    """The checks that one household fails."""
    usual = {
        "household_id": "H",
        "members": len(people),
        "is_monitored": False,
        "is_cleared": False,
        "income_per_capita": 9000.0,
        "tags": [],
    }
    homes = conform(pl.DataFrame([{**usual, **home}], schema_overrides={"tags": pl.List(pl.String)}), HOUSEHOLD)
    persons = conform(pl.DataFrame([{"household_id": "H", "person_id": f"{at}", **who} for at, who in enumerate(people)]), PERSON)
    schema = {"household_id": pl.String, "risk1": pl.String, "identified_month": pl.Date}
    gone = [("H", "1", left)] if left else []
    register = Register(
        homes,
        persons,
        pl.DataFrame([{"household_id": "H", **(said or {})}], schema=schema),
        pl.DataFrame(gone, schema={"household_id": pl.String, "person_id": pl.String, "left": pl.String}, orient="row"),
        None if relief is None else pl.DataFrame({"household_id": ["H"] if relief else []}, schema={"household_id": pl.String}),
    )
    return contradictions(NOVEMBER, CHECKS, register, 8800.0)["check"].to_list()


CASES = [
    ([], found({}, HEAD, SON, relief=False)),
    (["relation.female_but_male"], found({}, HEAD, {**SON, "relation": "之女"})),
    (["relation.male_but_female"], found({}, HEAD, {**SON, "sex": "女"})),
    (["phone.length"], found({}, {**HEAD, "phone": "1380000000"}, SON)),
    (["student.age"], found({}, {**HEAD, "is_student": True, "birth_date": date(1970, 1, 1)}, SON)),
    ([], found({}, HEAD, {**SON, "is_student": True})),
    (["person.left"], found({}, HEAD, SON, left="死亡注销")),
    (["household.heads"], found({}, SON)),
    (["household.members"], found({"members": 3}, HEAD, SON)),
    (["monitored.no_date"], found(MONITORED, HEAD, SON)),
    ([], found(MONITORED, HEAD, SON, said={"identified_month": date(2025, 1, 1)})),
    (["risk.disabled_without"], found({}, HEAD, SON, said={"risk1": "因残"})),
    ([], found({}, HEAD, {**SON, "is_disabled": True}, said={"risk1": "因残"})),
    (["risk.labour_without"], found({}, HEAD, said={"risk1": "缺劳动力"})),
    (["cleared.below_line"], found({"is_cleared": True, "income_per_capita": 8799.0}, HEAD, SON)),
    (["cleared.no_labour"], found({"is_cleared": True}, {**HEAD, "labour": "无劳动力"}, SON)),
    (["relief.not_tagged"], found({}, HEAD, SON, relief=True)),
    (["relief.only_tagged"], found({"tags": ["低保"]}, HEAD, SON, relief=False)),
    ([], found({"tags": ["低保"]}, HEAD, SON)),  # no list came: nothing can be said
]


@pytest.mark.parametrize(("expected", "checks"), CASES)
def test_each_check_and_nothing_else(expected, checks) -> None:
    assert checks == expected


def test_every_check_has_a_household_that_fails_it() -> None:
    assert {each.check for each in CHECKS} == {name for names, _ in CASES for name in names}


def test_a_column_that_is_not_there_is_named() -> None:
    wrong = Contradiction.model_validate(
        {"check": "x", "about": "person", "where": [{"column": "shoe_size", "min": 1}], "fact": "", "advice": "", "source": ""}
    )
    nobody = pl.DataFrame(schema={"household_id": pl.String, "person_id": pl.String, "left": pl.String})
    said = pl.DataFrame(schema={"household_id": pl.String, "risk1": pl.String, "identified_month": pl.Date})
    register = Register(pl.DataFrame(schema=dict(HOUSEHOLD)), pl.DataFrame(schema=dict(PERSON)), said, nobody, None)
    with pytest.raises(ConfigError, match="没有列 shoe_size"):
        contradictions(NOVEMBER, [wrong], register, 8800.0)
