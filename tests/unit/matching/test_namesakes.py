"""Who is meant when somebody else is called so, or may be."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.matching.cast import VILLAGES, county, crowd, found, link, number


def test_a_neighbour_of_the_rows_name_lives_in_another_group() -> None:
    """Who has the number is called 沈小涛; a 沈小光 of the group that the row gives may be meant, one of another group is not."""
    tao = {"household_id": "A1", "person_name": "沈小涛", "id_number": number("20050307", 431), "group": "1组"}
    here = {"household_id": "N1", "person_name": "沈小光", "id_number": number("19610211", 519), "relation": "户主", "group": "1组"}
    row = {"person_name": "沈小光", "id_number": tao["id_number"], "village": "杉木村", "group": "1组"}
    answers = [found(link(county(tao, {**here, "group": group}), [row])) for group in ("1组", "5组")]
    assert answers == [["review"], ["A1"]]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("5****************X", "A1"),
        ("****************64", "B1"),
        ("5************4", "B1"),
        ("52**************64", "B1"),  # a mask, not a number with four digits wrong
        ("********8*********", "A1"),
        ("5****************8", None),
        ("522699************", "review"),  # where both come from
    ],
)
def test_a_few_digits_of_a_number_say_which_of_two_is_meant(shown: str, expected: str | None) -> None:
    """Two people of one name in one village; a bank shows the first and the last character of a number."""
    numbers = {"A1": number("19800512", 426), "B1": number("19710302", 436)}
    assert [each[-2:] for each in numbers.values()] == ["6X", "64"]
    people = [{"household_id": house, "person_name": "欧阳雪", "id_number": each} for house, each in numbers.items()]
    assert found(link(county(*people), [{"person_name": "欧阳雪", "id_number": shown, "village": "杉木村"}])) == [expected]


@pytest.mark.parametrize(("strangers_say", "expected"), [(("village", "group"), "review"), ((), "A1")])
def test_who_gives_a_village_is_of_the_register_where_strangers_give_none(strangers_say: tuple[str, ...], expected: str) -> None:
    """Of a list of cars two thirds are townspeople's; where these tell no village, who tells one is hardly one of them."""
    snow = {"household_id": "A1", "person_name": "欧阳雪", "id_number": number("19800512", 426), "group": "1组"}
    ours = [{name: row[name] for name in ("person_name", "id_number", "village", "group")} for row in crowd()[:240:3]]
    strangers = [
        {"person_name": "欧阳国强", "id_number": number("19790101", at + 50, "110105"), **{name: row[name] for name in strangers_say}}
        for at, row in enumerate(crowd()[:480:3])
    ]
    rows = [{"person_name": "欧阳雪", "village": "杉木村", "group": "1组"}, *ours, *strangers]
    assert found(link(county(snow), rows))[0] == expected


@pytest.mark.parametrize(
    ("shown", "beside", "expected"),
    [
        ("5****************X", {}, "A1"),
        ("5****************8", {}, None),
        ("5****************8", {"phone": "13900000001"}, "A1"),  # one of the two is a slip
        ("53****************", {"phone": "13900000001"}, "A1"),
        ("5****************X", {"person_name": "欧阳霜"}, "review"),  # so few digits make nobody's name his
        ("5****************X", {"person_name": "欧某"}, None),
    ],
)
def test_a_few_digits_of_a_number_are_evidence_like_any_other(shown: str, beside: dict[str, str], expected: str | None) -> None:
    snow = {"household_id": "A1", "person_name": "欧阳雪", "id_number": number("19800512", 426), "phone": "13900000001"}
    row = {"person_name": "欧阳雪", "id_number": shown, "village": "杉木村", **beside}
    assert found(link(county(snow), [row])) == [expected]


def test_a_few_digits_weigh_as_much_as_few_people_have_them() -> None:
    """Everybody's number begins with the county's area: in bits, one in eleven is 3.5, and all are nothing."""
    snow = {"household_id": "A1", "person_name": "欧阳雪", "id_number": number("19800512", 426)}
    shown = ("5*****************", "522699************", "5****************X", "****************6X")
    rows = [{"person_name": "欧阳雪", "id_number": each, "village": "杉木村"} for each in shown]
    links = link(county(snow), rows).links.filter(feed="list").sort("row_id")
    assert [round(bits["id"]) for bits in links["weights"]] == [0, 0, 3, 6]


@pytest.mark.parametrize(
    ("address", "expected"),
    [("杉木村三队", "A1"), ("杉木村5社", "B1"), ("杉木村第伍居民小组", "B1"), ("杉木村", "review"), ("杉木村5社区", "review")],
)
def test_a_group_in_an_address_says_which_of_two_is_meant(address: str, expected: str) -> None:
    """Groups are called 社 in the west and 队 in the north."""
    houses = [("A1", "3组", "19800512"), ("B1", "5组", "19710302")]
    people = [{"household_id": h, "person_name": "欧阳雪", "group": group, "id_number": number(born, 422)} for h, group, born in houses]
    assert found(link(county(*people), [{"person_name": "欧阳雪", "address": f"云山镇{address}"}])) == [expected]


@pytest.mark.parametrize("cells", [{"village": "云山镇", "group": "石板村"}, {"group": "石板村"}, {"village": "2组", "group": "石板村"}])
def test_a_village_in_the_cell_of_the_group_says_which_of_two_is_meant(cells: dict[str, str]) -> None:
    """A line slipped by a cell, with its town or without; or village and group changed places."""
    people = [
        {"household_id": house, "person_name": "欧阳雪", "village": village, "group": "2组"}
        for house, village in (("A1", "杉木村"), ("B1", "石板村"))
    ]
    assert found(link(county(*people), [{"person_name": "欧阳雪", "town": None, **cells}])) == ["B1"]


@pytest.mark.parametrize(("registered", "told"), [("大田湾", []), ("3组", ["group:same"]), ("4组", ["group:other"])])
def test_a_hamlet_is_one_of_the_groups_that_a_village_numbers(registered: str, told: list[str]) -> None:
    """The register calls a few groups by their hamlets: 大田湾 may be the third group, the fourth is not."""
    snow = {"household_id": "A1", "person_name": "欧阳雪", "phone": "13900000001"}
    row = {"person_name": "欧阳雪", "village": "杉木村", "group": "3组", "phone": "13900000001"}
    links = link(county({**snow, "group": registered}), [row]).links.filter(feed="list")
    assert links["household_id"].to_list() == ["A1"]
    assert [code for code in links["evidence"].item() if code.startswith("group")] == told


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"person_name": "沈铁蛋", "guardian_name": "沈大海", "age": 14, "group": "1组"}, "A1"),
        ({"person_name": "沈铁蛋", "guardian_name": "沈大海", "age": 14, "group": "4组"}, "review"),
        ({"person_name": "铁蛋", "guardian_name": "沈大海", "age": 14, "phone": "13900000001"}, "A1"),
        ({"person_name": "铁蛋", "guardian_name": "沈大海", "phone": "13900000001"}, "review"),  # he may speak for anybody
        ({"person_name": "铁蛋", "id_number": "尾号4317", "phone": "13900000001"}, "A1"),
        ({"person_name": "铁蛋", "id_number": "尾号4317"}, "review"),
    ],
)
def test_a_child_under_its_pet_name_is_of_the_house_that_all_else_shows(row: dict[str, object], expected: str | None) -> None:
    father = {"household_id": "A1", "person_name": "沈大海", "id_number": number("19800512", 415), "phone": "13900000001"}
    child = {"household_id": "A1", "person_name": "沈小涛", "id_number": number("20120307", 431), "sex": "男"}
    told = {"sex": "男", "village": "杉木村", "event_date": date(2026, 10, 5)}
    others = [{"household_id": f"B{n}", "person_name": "司马青", "village": v, "group": f"{n}组"} for v in VILLAGES for n in range(9)]
    links = link(county({**father, "relation": "户主"}, child, *others), [{**told, **row}])
    assert found(links) == [expected]
    assert links.links.filter(feed="list")["person_id"].to_list() == [None]


def test_what_is_lost_in_both_tells_two_of_a_few_apart_and_nobody_of_many() -> None:
    """Systems lose the same rare characters, so 石秀□ is likely the one whom the register writes so; not where hundreds are called 石秀."""
    lost = {"household_id": "L1", "person_name": "石秀□", "id_number": number("19700101", 519), "relation": "户主"}
    row = {"person_name": "石秀?", "village": "杉木村"}
    clan = [
        {"household_id": f"K{n}", "person_name": f"石秀{chr(0x4E00 + 40 * n)}", "id_number": number("19700303", n), "relation": "户主"}
        for n in range(1, 400)
    ]
    assert found(link(county(lost, *clan[:2]), [row])) == ["L1"]
    assert found(link(county(lost, *clan), [row])) != ["L1"]


def test_a_name_that_holds_the_word_for_and_is_one() -> None:
    """努尔和巴提 is one man, whom the register has; 沈小涛和贺桂芳 are two."""
    nur = {"household_id": "N1", "person_name": "努尔和巴提", "id_number": number("19700101", 519), "relation": "户主"}
    tao = {"household_id": "A1", "person_name": "沈小涛", "id_number": number("20050307", 431)}
    fang = {"household_id": "A1", "person_name": "贺桂芳", "id_number": number("19820920", 428)}
    rows = [{"person_name": name, "village": "杉木村"} for name in ("努尔和巴提", "沈小涛和贺桂芳")]
    assert found(link(county(nur, tao, fang), rows)) == ["N1", "A1"]


@pytest.mark.parametrize(("group", "expected"), [("9组", "review"), ("5组", None)])
def test_a_number_of_nobody_beside_a_name_of_this_very_group(group: str, expected: str | None) -> None:
    """Numbers are for life, but forms give a relative's who is not in the register; of one group there are hardly two of a rare name."""
    snow = {"household_id": "A1", "person_name": "欧阳雪", "id_number": number("19800512", 426), "group": "9组"}
    row = {"person_name": "欧阳雪", "id_number": number("19550303", 117), "village": "杉木村", "group": group}
    good = [{name: each[name] for name in ("person_name", "id_number", "village", "group")} for each in crowd()[:600:3]]
    assert found(link(county(snow), [row, *good]))[0] == expected


def test_a_group_in_which_few_live_tells_more_than_one_in_which_most_do() -> None:
    """Of two of one name the group of one is not known, and he is not out of the other's where half the village lives there."""
    snow = [{"household_id": "A1", "person_name": "欧阳雪", "group": "9组"}, {"household_id": "B1", "person_name": "欧阳雪", "group": None}]
    many = [
        {"household_id": f"C{n}", "person_name": f"沈{'秋冬晓午春'[n % 5]}{'霜雾霞露虹'[n % 7 % 5]}", "group": "9组"} for n in range(200)
    ]
    row = {"person_name": "欧阳雪", "village": "杉木村", "group": "9组"}
    assert [found(link(county(*people), [row])) for people in (snow, [*snow, *many])] == [["A1"], ["review"]]


@pytest.mark.parametrize("said", [{"birth_date": date(1963, 9, 2)}, {"birth_date": None}])
def test_a_birth_date_that_both_numbers_hold_is_counted_once(said: dict[str, object]) -> None:
    """A namesake of the county, born on the same day; a column with the date says nothing that the number has not said."""
    snow = {"household_id": "A1", "person_name": "欧阳雪", "id_number": number("19630902", 56)}
    row = {"person_name": "欧阳雪", "id_number": number("19630902", 62), "village": "河口村", **said}
    assert found(link(county(snow), [row])) == ["review"]


@pytest.mark.parametrize(("added", "expected"), [("43", ["A1"]), ("", [None])])
def test_certificates_are_masked_with_class_and_level_behind_the_number(added: str, expected: list[str | None]) -> None:
    """Of a list whose whole numbers have eighteen characters the last two that a mask shows are the number's own."""
    snow = number("19800512", 426)
    rows = [{**row, "id_number": f"{row['id_number']}{added}"} for row in crowd()[:20]]
    masked = {"person_name": "欧阳雪", "village": "杉木村", "id_number": f"{snow[:6]}********{snow[14:]}43"}
    people = county({"household_id": "A1", "person_name": "欧阳雪", "id_number": snow})
    assert found(link(people, [masked, *rows]))[:1] == expected
