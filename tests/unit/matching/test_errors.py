"""Every kind of error that the sample county makes, once: a row that suffers it and little else, and the household that it is about."""

from __future__ import annotations

from datetime import date

import pytest

from samples.noise import NORMAL, OUTSIDE
from tests.unit.matching.cast import county, found, link, number

HAI, FANG, TAO = number("19800512", 415), number("19820920", 428), number("20050307", 431)
FAMILY: list[dict[str, object]] = [
    {
        "household_id": "A1",
        "person_name": "沈大海",
        "id_number": HAI,
        "sex": "男",
        "relation": "户主",
        "phone": "13900000001",
        "village": "石板村",
    },
    {"household_id": "A1", "person_name": "贺桂芳", "id_number": FANG, "sex": "女", "relation": "配偶", "village": "石板村"},
    {"household_id": "A1", "person_name": "沈小涛", "id_number": TAO, "sex": "男", "village": "石板村"},
    {
        "household_id": "A2",
        "person_name": "阿卜杜热依木·买买提",
        "id_number": number("19700101", 411),
        "relation": "户主",
        "village": "石板村",
    },
    {
        "household_id": "A3",
        "person_name": "沈㛃",
        "id_number": number("19950404", 422),
        "relation": "户主",
        "sex": "女",
        "village": "石板村",
    },
]
HERE = {"person_name": "沈小涛", "village": "石板村"}
BORN = date(2005, 3, 7)

CASES: dict[str, tuple[dict[str, object], str | None]] = {
    # kind of error -> row, expected household
    "id_substitution": ({**HERE, "id_number": TAO[:10] + "9" + TAO[11:]}, "A1"),
    "id_transposition": ({**HERE, "id_number": TAO[:11] + TAO[12] + TAO[11] + TAO[13:]}, "A1"),
    "id_lost_digit": ({**HERE, "id_number": TAO[:15] + TAO[16:]}, "A1"),
    "id_added_digit": ({**HERE, "id_number": TAO[:7] + TAO[6] + TAO[7:]}, "A1"),
    "id_excel_tail": ({**HERE, "id_number": TAO[:15] + "000"}, "A1"),
    "id_15": ({"person_name": "沈大海", "id_number": HAI[:6] + HAI[8:17]}, "A1"),
    "id_relative": ({**HERE, "id_number": HAI}, "A1"),
    "id_missing": ({**HERE, "birth_date": BORN}, "A1"),
    "id_typing": ({"person_name": "沈小涛", "id_number": f"'{TAO[:6]} {TAO[6:14]} {TAO[14:]} "}, "A1"),
    "name_homophone": ({**HERE, "person_name": "沈晓涛", "birth_date": BORN}, "A1"),
    "name_lookalike": ({"person_name": "沈大诲", "village": "石板村", "phone": "13900000001"}, "A1"),
    "name_traditional": ({"person_name": "沈小濤", "village": "石板村", "birth_date": BORN}, "A1"),
    "name_dot": ({"person_name": "阿卜杜热依木买买提", "village": "石板村"}, "A2"),
    "name_space": ({**HERE, "person_name": "沈 小　涛", "birth_date": BORN}, "A1"),
    "name_nickname": ({**HERE, "person_name": "涛涛", "guardian_name": "沈大海"}, "A1"),
    "name_swapped": ({**HERE, "person_name": "沈涛小", "birth_date": BORN}, "A1"),
    "name_rare_lost": ({"person_name": "沈?", "village": "石板村", "birth_date": date(1995, 4, 4), "sex": "女"}, "A3"),
    "place_former": ({"person_name": "沈小涛", "village": "老屋大队", "birth_date": BORN}, "A1"),
    "place_merged": ({"person_name": "沈小涛", "village": "老屋村", "birth_date": BORN}, "A1"),
    "place_natural": ({"person_name": "沈小涛", "village": "石板村岩头寨", "birth_date": BORN}, "A1"),
    "place_style": ({"person_name": "沈小涛", "village": "石板", "town": "云山", "birth_date": BORN}, "A1"),
    "place_wrong": ({"person_name": "沈小涛", "village": "河口村", "birth_date": BORN, "guardian_name": "沈大海"}, "A1"),
    "place_missing": ({"person_name": "沈小涛", "birth_date": BORN, "guardian_name": "沈大海"}, "A1"),
    "town_former": ({**HERE, "town": "云山公社", "birth_date": BORN}, "A1"),
    "group_wrong": ({**HERE, "group": "5组", "birth_date": BORN}, "A1"),
    "birth_lunar": ({**HERE, "birth_date": date(2005, 1, 27), "guardian_name": "沈大海"}, "A1"),
    "birth_day_month": ({**HERE, "birth_date": date(2005, 7, 3), "guardian_name": "沈大海"}, "A1"),
    "birth_year": ({**HERE, "birth_date": date(2006, 3, 7), "guardian_name": "沈大海"}, "A1"),
    "phone_wrong": ({"person_name": "沈大海", "village": "石板村", "phone": "13900000007", "birth_date": date(1980, 5, 12)}, "A1"),
    "phone_missing": ({"person_name": "沈大海", "village": "石板村", "birth_date": date(1980, 5, 12)}, "A1"),
    "sex_wrong": ({**HERE, "sex": "女", "birth_date": BORN}, "A1"),
    "head_id_wrong": ({**HERE, "head_name": "沈大海", "head_id": HAI[:12] + "8" + HAI[13:]}, "A1"),
    "guardian_id_wrong": ({**HERE, "guardian_name": "贺桂芳", "guardian_id": FANG[:12] + "8" + FANG[13:]}, "A1"),
    "head_name_wrong": ({**HERE, "head_name": "沈达海", "birth_date": BORN}, "A1"),
    "guardian_name_wrong": ({**HERE, "guardian_name": "贺贵芳", "birth_date": BORN}, "A1"),
    "not_in_register": ({"person_name": "欧阳雪", "village": "石板村", "id_number": number("19770101", 222)}, None),
    "namesake_trap": ({**HERE, "id_number": number("19640102", 333, "430102")}, None),
}  # fmt: skip


@pytest.fixture(scope="module")
def answered() -> dict[str, str | None]:
    people = [{**person, "group": "1组"} for person in FAMILY]
    return dict(zip(CASES, found(link(county(*people), [row for row, _ in CASES.values()])), strict=True))


def test_no_kind_is_left_out() -> None:
    assert set(CASES) == {*NORMAL, *OUTSIDE.values()}


@pytest.mark.parametrize("kind", CASES)
def test_each_kind_of_error(answered: dict[str, str | None], kind: str) -> None:
    assert answered[kind] == CASES[kind][1]


def test_no_error_leads_to_another_household(answered: dict[str, str | None]) -> None:
    assert {answer for answer in answered.values() if answer is not None} <= {"A1", "A2", "A3", "review"}
