"""Who is this row, in which household: persons, rows and expected households written out."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from contracts.month import Month
from contracts.tables import ACCEPTED, HOUSEHOLD, PERSON, conform, empty
from matching.match import match
from matching.prepare.register import build_register
from tests.unit.matching.cast import PLACES, SETTINGS, accepted, county, crowd, found, link, number

HAI = number("19800512", 415)  # 父亲 沈大海
TAO = number("20050307", 431)  # 儿子 沈小涛
FANG = number("19820920", 428)  # 母亲 贺桂芳
FAMILY = [
    {"household_id": "A1", "person_name": "沈大海", "id_number": HAI, "sex": "男", "relation": "户主", "phone": "13900000001"},
    {"household_id": "A1", "person_name": "贺桂芳", "id_number": FANG, "sex": "女", "relation": "配偶"},
    {"household_id": "A1", "person_name": "沈小涛", "id_number": TAO, "sex": "男", "relation": "之子"},
]


def wrong_digit(id_number: str) -> str:
    return id_number[:10] + str((int(id_number[10]) + 3) % 10) + id_number[11:]


CASES: dict[str, tuple[dict[str, object], str | None, str]] = {
    # what happened -> row, expected household, method
    "nothing": ({"person_name": "沈小涛", "id_number": TAO}, "A1", "id_and_name"),
    "lower-case x and blanks": ({"person_name": "沈 小涛", "id_number": f" {TAO} ".lower()}, "A1", "id_and_name"),
    "traditional characters": ({"person_name": "沈小濤", "id_number": TAO}, "A1", "id_and_name"),
    "homophone": ({"person_name": "沈晓涛", "id_number": TAO}, "A1", "id_and_name"),
    "certificate of 20 digits": ({"person_name": "沈小涛", "id_number": TAO + "43"}, "A1", "id_and_name"),
    "a relative's number": ({"person_name": "沈小涛", "id_number": HAI, "village": "杉木村"}, "A1", "id_relative"),
    "one wrong digit": ({"person_name": "沈小涛", "id_number": wrong_digit(TAO), "village": "杉木村"}, "A1", "id_repaired"),
    "two digits exchanged": (
        {"person_name": "沈小涛", "id_number": TAO[:11] + TAO[12] + TAO[11] + TAO[13:], "village": "杉木村"}, "A1", "id_repaired",
    ),
    "month and day exchanged in the number": (
        {"person_name": "沈大海", "id_number": HAI[:10] + HAI[12:14] + HAI[10:12] + HAI[14:], "village": "杉木村"}, "A1", "id_repaired",
    ),
    "a digit lost": ({"person_name": "沈小涛", "id_number": TAO[:15] + TAO[16:], "village": "杉木村"}, "A1", "id_repaired"),
    "a digit doubled": ({"person_name": "沈小涛", "id_number": TAO[:7] + TAO[6] + TAO[7:], "village": "杉木村"}, "A1", "id_repaired"),
    "a tail of zeros": ({"person_name": "沈小涛", "id_number": TAO[:15] + "000", "village": "杉木村"}, "A1", "id_tail"),
    "a rounded double": ({"person_name": "沈小涛", "id_number": str(int(float(TAO[:17] + "0"))), "village": "杉木村"}, "A1", "id_tail"),
    "one wrong digit, then a tail of zeros": ({"person_name": "沈小涛", "id_number": wrong_digit(TAO)[:15] + "000"}, "A1", "candidates"),
    "a digit lost, then a tail of zeros": ({"person_name": "沈小涛", "id_number": TAO[:9] + TAO[10:16] + "000"}, "A1", "candidates"),
    "a rounded double, then masked": (
        {"person_name": "沈大海", "id_number": f"522699********{str(int(float(HAI)))[14:]}", "village": "杉木村"}, "A1", "id_masked",
    ),
    "masked": ({"person_name": "沈小涛", "id_number": TAO[:6] + "********" + TAO[14:], "village": "杉木村"}, "A1", "id_masked"),
    "no number, but parents": (
        {"person_name": "沈小涛", "village": "杉木村", "guardian_name": "沈大海", "guardian_id": HAI}, "A1", "candidates",
    ),
    "no number, merged village": (
        {"person_name": "沈大海", "village": "杉木村", "group": "一组", "phone": "13900000001"}, "A1", "candidates",
    ),
    "a stranger": ({"person_name": "欧阳雪", "id_number": number("19770101", 222), "village": "杉木村"}, None, "none"),
    "a namesake with another number": (
        {"person_name": "沈小涛", "id_number": number("19640102", 333, "430102"), "village": "河口村"}, None, "none",
    ),
    "a namesake born on the same day": ({"person_name": "沈小涛", "id_number": number("20050307", 998, "430102")}, None, "none"),
    "a child not yet in the register": (
        {"person_name": "沈新生", "head_name": "沈大海", "head_id": HAI, "relation": "之孙子", "village": "杉木村"}, "A1", "household",
    ),
    "a child without a name yet": (
        {"person_name": "贺桂芳之女", "guardian_id": FANG, "head_name": "沈大海", "head_id": HAI, "village": "杉木村"}, "A1", "household",
    ),
    "a wife under her husband's name": ({"person_name": "沈大海之妻", "id_number": FANG, "village": "杉木村"}, "A1", "id_and_name"),
    "a wife under her husband's name, in the head's cell": (
        {"head_name": "沈大海妻子", "head_id": FANG, "village": "杉木村"}, "A1", "id_and_name",
    ),
    "a mother under her son's name": ({"person_name": "沈小涛的母亲", "village": "杉木村"}, "A1", "household"),
    "a number damaged like a relative's": (
        {"person_name": "沈小涛", "id_number": HAI[:15] + "000", "village": "杉木村"}, "A1", "id_relative",
    ),
    "a character lost": ({"person_name": "沈□涛", "id_number": TAO[:6] + "********" + TAO[14:], "village": "杉木村"}, "A1", "id_masked"),
    "two numbers in one cell": ({"person_name": "沈小涛", "id_number": f"{TAO}、{HAI}"}, "A1", "id_and_name"),
    "a bank card in place of the number": (
        {"person_name": "沈小涛", "id_number": "6217013950212217509", "village": "杉木村"}, "A1", "candidates",
    ),
    "a telephone behind the number": ({"person_name": "沈小涛", "id_number": f"{TAO} 13912345678"}, "A1", "id_and_name"),
    "an end typed twice": ({"person_name": "沈大海", "id_number": HAI + HAI[14:]}, "A1", "id_and_name"),
    "a number without its area": ({"person_name": "沈小涛", "id_number": TAO[6:]}, "A1", "id_masked"),
    "village and group in each other's cell": ({"person_name": "沈小涛", "village": "1组", "group": "杉木村"}, "A1", "candidates"),
    "an area typed twice": ({"person_name": "沈小涛", "id_number": TAO[:6] + TAO}, "A1", "id_and_name"),
    "a year typed twice": ({"person_name": "沈小涛", "id_number": TAO[:10] + TAO[6:]}, "A1", "id_and_name"),
    "an old number on a certificate": ({"person_name": "沈大海", "id_number": HAI[:6] + HAI[8:17] + "43"}, "A1", "id_and_name"),
    "a number in a narrow column": ({"person_name": "沈小涛", "id_number": "5.22699E+17", "village": "杉木村"}, "A1", "candidates"),
    "masked when its end was lost": (
        {"person_name": "沈小涛", "id_number": TAO[:6] + "********" + TAO[14] + "000", "village": "杉木村"}, "A1", "candidates",
    ),
    "a wife's number, masked": (
        {"person_name": "沈大海", "id_number": FANG[:6] + "********" + FANG[14:], "village": "杉木村"}, "A1", "id_relative",
    ),
    "somebody else's number, masked": (
        {"person_name": "沈小涛", "id_number": TAO[:6] + "********" + "7788", "village": "杉木村"}, None, "none",
    ),
    "somebody else's number, with a slip": (
        {"person_name": "沈大海", "id_number": wrong_digit(number("19350101", 415)), "village": "杉木村"}, None, "none",
    ),
    "another age": ({"person_name": "沈大海", "age": 8, "event_date": date(2026, 10, 1), "village": "杉木村"}, None, "none"),
    "another age, but his telephone": (
        {"person_name": "沈大海", "age": 8, "event_date": date(2026, 10, 1), "village": "杉木村", "phone": "13900000001"},
        "A1",
        "candidates",
    ),
    "a number under quite another name": ({"person_name": "欧阳雪", "id_number": FANG, "village": "杉木村"}, None, "none"),
    "the same with the household's telephone": (
        {"person_name": "欧阳雪", "id_number": FANG, "village": "杉木村", "phone": "13900000001"}, "A1", "id_and_name",
    ),
    "a nickname and the father's telephone": ({"person_name": "涛涛", "village": "杉木村", "phone": "13900000001"}, "A1", "candidates"),
    "a surname and his telephone": ({"person_name": "沈师傅", "village": "杉木村", "phone": "13900000001"}, "A1", "candidates"),
    "characters in another order": ({"person_name": "沈涛小", "village": "杉木村", "birth_date": date(2005, 3, 7)}, "A1", "candidates"),
    "two names in one cell": ({"person_name": "沈小涛、贺桂芳", "village": "杉木村"}, "A1", "candidates"),
    "two names with a word between them": ({"person_name": "沈小涛和贺桂芳", "village": "杉木村"}, "A1", "candidates"),
    "a new name, and the old one that the register has": (
        {"person_name": "沈光明(原名沈小涛)", "village": "杉木村"}, "A1", "candidates",
    ),
    "the elder of two of that name": ({"person_name": "大沈小涛", "village": "杉木村"}, "A1", "candidates"),
    "two heads in one cell": ({"head_name": "沈大海/贺桂芳", "village": "杉木村"}, "A1", "candidates"),
    "a wife's number and birth date under her husband's name": (
        {"person_name": "沈大海", "id_number": FANG, "birth_date": date(1982, 9, 20), "sex": "女", "village": "杉木村"},
        "A1",
        "id_and_name",
    ),
    "a number behind the name": ({"person_name": f"沈小涛{TAO}"}, "A1", "id_and_name"),
    "name and number in each other's cell": ({"person_name": TAO, "id_number": "沈小涛"}, "A1", "id_and_name"),
    "a hidden number behind the name": ({"person_name": f"沈小涛 {TAO[:6]}********{TAO[14:]}", "village": "杉木村"}, "A1", "id_masked"),
    "a village before the name": ({"person_name": "杉木村沈小涛", "village": "杉木村", "id_number": TAO}, "A1", "id_and_name"),
    "a group before the name": ({"person_name": "杉木村1组沈小涛", "id_number": TAO}, "A1", "id_and_name"),
    "another village before the name": ({"person_name": "河口村沈小涛", "id_number": TAO}, "A1", "id_and_name"),
    "a birth date in place of the number": ({"person_name": "沈小涛", "id_number": "20050307", "village": "杉木村"}, "A1", "candidates"),
    "nothing but the surname": ({"person_name": "贺氏", "id_number": FANG, "village": "杉木村"}, "A1", "id_and_name"),
    "a pet name": ({"person_name": "涛娃", "id_number": TAO}, "A1", "id_and_name"),
    "a pet name of the south": ({"person_name": "涛伢", "id_number": TAO}, "A1", "id_and_name"),
    "another valid number and birth": (
        {"person_name": "沈大海", "id_number": number("19350101", 415, "430102"), "village": "杉木村", "group": "1组"}, None, "none",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def cases() -> pl.DataFrame:
    matched = link(county(*FAMILY), [row for row, _, _ in CASES.values()])
    links = matched.links.filter(pl.col("feed") == "list")
    links = links.with_columns(n=pl.col("row_id").str.extract(r"!(\d+)").cast(pl.Int32)).sort("n")
    return links.with_columns(case=pl.Series(list(CASES)))


@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_damage(cases: pl.DataFrame, case: str) -> None:
    link = cases.row(by_predicate=pl.col("case") == case, named=True)
    _, household, method = CASES[case]
    if household is None:
        assert link["status"] != "linked", link["explanation"]
    else:
        assert (link["household_id"], link["method"]) == (household, method), link["explanation"]


def test_a_telephone_at_home_says_nothing_against_a_mobile_one() -> None:
    row = {"person_name": "沈大海", "village": "杉木村", "phone": "08551234567"}
    other = {**row, "phone": "13800000009"}
    landline, mobile = link(county(*FAMILY), [row, other]).links.filter(pl.col("feed") == "list").sort("row_id")["weights"]
    assert landline["phone"] is None
    assert mobile["phone"] < 0


def test_a_namesake_next_door_born_on_the_same_day_is_worth_a_look() -> None:
    row = {"person_name": "沈小涛", "id_number": number("20050307", 998, "430102")}
    assert [found(link(county(*FAMILY), [{**row, "village": village}])) for village in ("杉木村", None)] == [["review"], [None]]


def test_fifteen_digits_do_not_vouch_for_themselves() -> None:
    """A number of before 1999 has no check character: one wrong digit makes it another valid number, which is still his."""
    wrong = wrong_digit(HAI)
    rows = [
        {"person_name": "沈大海", "id_number": old[:6] + old[8:17], "village": "杉木村", "phone": "13900000001"} for old in (HAI, wrong)
    ]
    matched = link(county(*FAMILY), rows)
    assert found(matched) == ["A1", "A1"]
    assert matched.links.filter(pl.col("feed") == "list")["method"].to_list() == ["id_and_name", "candidates"]


def test_a_name_misheard_beyond_a_dialect_and_what_a_mask_leaves_of_the_number() -> None:
    """沈德怀 is no way to write 沈大海 that anybody knows; the surname, the village and ten digits are his."""
    shown = HAI[:6] + "********" + HAI[14:]
    rows = [{"person_name": "沈德怀", "id_number": shown, "village": village} for village in ("杉木村", "河口村")]
    assert found(link(county(*FAMILY), rows)) == ["A1", "review"]


def test_nearly_the_name_and_quite_another_birth_date_are_a_cousins() -> None:
    """沈海 of another year, month and day may be one whom the register does not have; by the father's telephone he is of the house."""
    row = {"person_name": "沈海", "birth_date": date(1981, 11, 26), "village": "杉木村", "group": "1组", "sex": "男"}
    rows = [row, {**row, "birth_date": date(1980, 5, 13)}, {**row, "phone": "13900000001"}]
    assert found(link(county(*FAMILY), rows)) == ["review", "A1", "A1"]


def test_characters_in_another_order_are_nobody_elses_name() -> None:
    """That somebody else of the village is called 沈涛小 is as rare as that these characters come together by chance."""
    rows = [{"person_name": name, "village": "杉木村", "group": "1组", "sex": "男"} for name in ("沈涛小", "涛沈小", "沈涛强")]
    assert found(link(county(*FAMILY), rows)) == ["A1", "A1", None]


def test_a_surname_misread_beyond_likeness_and_the_number() -> None:
    """Who has the number is called so but for the surname; whose name it is not at all, a person is asked."""
    red = {"household_id": "R1", "person_name": "贺颐", "id_number": number("19800426", 428), "relation": "户主"}
    rows = [{"person_name": name, "id_number": red["id_number"], "village": "杉木村"} for name in ("唐颐", "唐虹")]
    assert found(link(county(red), rows)) == ["R1", "review"]


def test_a_nickname_and_what_a_mask_leaves_of_the_number() -> None:
    row = {"person_name": "涛涛", "id_number": TAO[:6] + "********" + TAO[14:], "sex": "男", "village": "杉木村"}
    assert found(link(county(*FAMILY), [row])) == ["A1"]


def test_certainty_told_to_the_visitor(cases: pl.DataFrame) -> None:
    told = dict(cases.select("case", "identity").iter_rows())
    assert told["nothing"] == "证件一致"
    assert told["homophone"] == "姓名异"
    assert told["a tail of zeros"] == "需核身份"
    assert told["a stranger"] is None


def test_explanations_show_no_numbers(cases: pl.DataFrame) -> None:
    assert cases.filter(pl.col("explanation").str.contains(r"\d{4}")).is_empty()
    assert cases["explanation"].null_count() == 0


def test_father_and_son_of_one_name_part() -> None:
    """Born a generation apart, in one household and one village: the number decides the person, without it the household stands."""
    matched = link(county(*FAMILY), [{"person_name": "沈大涛", "village": "杉木村", "guardian_name": "贺桂芳", "guardian_id": FANG}])
    row = matched.links.filter(pl.col("feed") == "list").row(0, named=True)
    assert row["household_id"] in {"A1", None}


def test_twins() -> None:
    one, other = number("20120808", 511), number("20120808", 531)
    twins = [
        {"household_id": "B1", "person_name": "贺子轩", "id_number": one, "sex": "男"},
        {"household_id": "B1", "person_name": "贺子昂", "id_number": other, "sex": "男"},
    ]
    rows = [
        {"person_name": "贺子轩", "id_number": one},
        {"person_name": "贺子昂", "id_number": other},
        {"person_name": "贺子昂", "id_number": one, "village": "杉木村"},  # the brother's number
    ]
    matched = link(county(*twins), rows)
    assert found(matched) == ["B1", "B1", "B1"]


def test_a_veiled_name_says_as_much_as_few_people_fit_it() -> None:
    """Cousins share 沈启: without the last character an age must tell; without the middle one their names part them."""
    cousins = [
        {"household_id": "G1", "person_name": "沈启波", "id_number": number("19590427", 431), "relation": "户主"},
        {"household_id": "G2", "person_name": "沈启曦", "id_number": number("19830427", 433), "relation": "户主"},
    ]
    asked = {"event_date": date(2026, 10, 1), "village": "杉木村"}
    rows = [
        {**asked, "person_name": "沈启*"},
        {**asked, "person_name": "沈启*", "age": 67},
        {**asked, "person_name": "沈□曦"},
        {**asked, "person_name": "沈某曦"},
        {**asked, "person_name": "沈某某"},
    ]
    assert found(link(county(*cousins), rows)) == ["review", "G1", "G2", "G2", None]


def test_a_name_that_is_the_neighbours_and_a_number_that_is_nearly_so_named() -> None:
    """沈学成 under the number of 沈学睿, who lives a few houses further: his cousin's form, or a slip of the pen? A telephone may tell."""
    cousins = [
        {"household_id": "F1", "person_name": "沈学睿", "id_number": number("19810318", 431), "relation": "户主", "phone": "13900000002"},
        {"household_id": "F2", "person_name": "沈学成", "id_number": number("19650420", 433), "relation": "户主"},
    ]
    row = {"person_name": "沈学成", "id_number": number("19810318", 431), "village": "杉木村"}
    slip = {"person_name": "沈学盛", "id_number": number("19810318", 431), "village": "杉木村"}
    matched = link(county(*cousins), [row, {**row, "phone": "13900000002"}, slip])
    assert found(matched) == ["review", "F1", "F1"]


def test_namesakes_in_one_village_are_left_to_a_person() -> None:
    namesakes = [
        {"household_id": "C1", "person_name": "沈桂兰", "id_number": number("19500101", 422), "relation": "户主"},
        {"household_id": "C2", "person_name": "沈桂兰", "id_number": number("19550505", 424), "relation": "户主", "group": "2组"},
    ]
    rows = [
        {"person_name": "沈桂兰", "village": "杉木村"},
        {"person_name": "沈桂兰", "village": "杉木村", "id_number": number("19550505", 424)},
    ]
    matched = link(county(*namesakes), rows)
    assert found(matched) == ["review", "C2"]
    candidates = matched.review.filter(pl.col("feed") == "list")
    assert candidates["household_id"].sort().to_list() == ["C1", "C2"]
    assert candidates["rank"].to_list() == [1, 2]


def test_ambiguous_persons_of_one_household_still_give_the_household() -> None:
    sisters = [
        {"household_id": "D1", "person_name": "贺大海", "id_number": number("19700101", 411), "relation": "户主"},
        {"household_id": "D1", "person_name": "贺红梅", "id_number": number("20000101", 422), "sex": "女"},
        {"household_id": "D1", "person_name": "贺红玫", "id_number": number("20020202", 424), "sex": "女"},
    ]
    row = {"person_name": "贺红眉", "village": "杉木村", "guardian_name": "贺大海", "guardian_id": number("19700101", 411)}
    answer = link(county(*sisters), [row]).links.filter(pl.col("feed") == "list").row(0, named=True)
    assert (answer["household_id"], answer["person_id"], answer["method"]) == ("D1", None, "household")


def test_a_person_in_two_households_is_sought_where_the_row_says_he_lives() -> None:
    same = number("19900909", 622)
    listed = [
        {"household_id": "E1", "person_name": "贺秀云", "id_number": same, "relation": "之女", "village": "河口村"},
        {"household_id": "E2", "person_name": "贺秀云", "id_number": same, "relation": "配偶", "village": "龙塘村"},
    ]
    rows = [
        {"person_name": "贺秀云", "id_number": same, "village": "河口村"},
        {"person_name": "贺秀云", "id_number": same, "village": "龙塘村"},
        {"person_name": "贺秀云", "id_number": same},
    ]
    assert found(link(county(*listed), rows)) == ["E1", "E2", "E2"]


def test_the_dead_namesake_and_the_living_one() -> None:
    """Two of one name in one village: the group, the telephone or the age says which; nothing said is left to a person."""
    dead = {"household_id": "C1", "person_name": "沈桂兰", "id_number": number("19300101", 422), "relation": "户主", "group": "1组"}
    living = {"household_id": "C2", "person_name": "沈桂兰", "id_number": number("19880505", 424), "relation": "户主", "group": "2组"}
    rows = [
        {"person_name": "沈桂兰", "village": "杉木村", "group": "2组", "birth_date": date(1988, 5, 5)},
        {"person_name": "沈桂兰", "village": "杉木村"},
    ]
    assert found(link(county(dead, living), rows)) == ["C2", "review"]


def test_order_of_rows_and_persons_means_nothing() -> None:
    rows = [{**row, "row_id": f"list.xlsx#!{n}"} for n, (row, _, _) in enumerate(CASES.values(), 2)]
    register = county(*FAMILY)
    forward = link(register, rows)
    backward = link(register[::-1], rows[::-1])
    columns = ["row_id", "status", "household_id", "person_id", "method", "probability", "explanation"]
    listed = [matched.links.filter(pl.col("feed") == "list").select(columns).sort("row_id") for matched in (forward, backward)]
    assert listed[0].equals(listed[1])


def test_every_record_has_exactly_one_answer() -> None:
    rows = [row for row, _, _ in CASES.values()] + [
        {"person_name": None, "text": "没有写名字"},
        {"person_name": "□"},
        {"id_number": "522699"},
    ]
    matched = link(county(*FAMILY), rows)
    links = matched.links.filter(pl.col("feed") == "list")
    assert links.height == len(rows)
    assert links["row_id"].n_unique() == len(rows)
    assert set(links["status"]) <= {"linked", "review", "absent"}
    assert links.filter((pl.col("status") == "linked") & pl.col("household_id").is_null()).is_empty()
    assert links.filter((pl.col("status") != "linked") & pl.col("household_id").is_not_null()).is_empty()


@pytest.mark.parametrize("fault", ["a household twice", "a person twice", "no row of the household", "a person of no household"])
def test_a_register_with_faults_gives_the_same_answers(fault: str) -> None:
    built = build_register(accepted(county(*FAMILY), "register"), PLACES, Month(2026, 11))
    mentions = accepted([row for row, _, _ in CASES.values()], "list").select(pl.lit("list").alias("feed"), pl.all().exclude("feed"))
    persons, households = built.persons, built.households
    stray = persons.filter(pl.col("household_id") == "H0007").with_columns(household_id=pl.lit(None, pl.String))
    faulty = {
        "a household twice": (persons, pl.concat([households, households.filter(pl.col("household_id") == "A1")])),
        "a person twice": (pl.concat([persons, persons.filter(pl.col("household_id") == "A1")]), households),
        "no row of the household": (persons, households.filter(pl.col("household_id") != "H0003")),
        "a person of no household": (pl.concat([persons, stray]), households),
    }
    wanted, links = (match(mentions, *tables, PLACES, SETTINGS).links for tables in ((persons, households), faulty[fault]))
    assert links.equals(wanted)


def test_without_a_register_everybody_is_absent() -> None:

    mentions = conform(accepted([{"person_name": "沈大海", "id_number": HAI}], "list"), ACCEPTED)
    matched = match(mentions.select(pl.lit("list").alias("feed"), pl.all()), empty(PERSON), empty(HOUSEHOLD), PLACES, SETTINGS)
    assert matched.links["status"].to_list() == ["absent"]


def test_a_name_alone_says_little_in_a_list_of_townsmen() -> None:
    """Their numbers show that they are not in the register, their names are those of people who are: so may be who has no number."""
    called = [f"沈{first}{second}" for first in "秋冬晓午" for second in "霜雾霞露虹"]
    villagers = [{"household_id": f"V{n}", "person_name": name, "id_number": number("19700203", 100 + n)} for n, name in enumerate(called)]
    listed = [{"person_name": row["person_name"], "id_number": row["id_number"], "town": None} for row in crowd()[:120]]
    townsmen = [{"person_name": name, "id_number": number("19810507", 100 + n, "430102"), "town": None} for n, name in enumerate(called)]
    asked = {"person_name": "沈小涛", "town": None}
    rows = [{**row, "feed": "vehicles"} for row in (asked, *listed, *townsmen)] + [{**row, "feed": "relief"} for row in (asked, *listed)]
    matched = link(county(*FAMILY, *villagers), rows)
    assert [found(matched, feed)[0] for feed in ("relief", "vehicles")] == ["A1", "review"]
    assert matched.links.filter(pl.col("status") == "review")["probability"].min() > SETTINGS.link_from


def test_hidden_numbers_measure_the_month() -> None:
    matched = link(county(*FAMILY), [{"person_name": "沈小涛", "id_number": TAO}])
    measured = matched.quality.row(by_predicate=pl.col("feed") == "good", named=True)
    assert measured["records"] == measured["sure"] == measured["tested"] == 200
    assert measured["right"] + measured["wrong"] + measured["undecided"] == 200
    assert measured["wrong"] == 0
    assert measured["right"] > 50
    assert measured["precision"] > 0.9
    assert measured["precision_low"] is None  # of this list nothing is linked without its number


def test_the_register_has_a_slip_in_a_number_of_which_a_list_lost_the_end() -> None:
    """A spreadsheet keeps fifteen digits; the register has one of the last three wrong, so that its number is none."""
    right = number("19800512", 426)
    register = county({"household_id": "A9", "person_name": "欧阳冬雪", "id_number": right[:17] + "0"})
    rows = [{"person_name": name, "id_number": right[:15] + "000", "town": None} for name in ("欧阳东血", "冬冬雪")]
    assert right[17] != "0"
    assert found(link(register, rows)) == ["A9", "review"]
