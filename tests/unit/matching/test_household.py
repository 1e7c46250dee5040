"""People who are not in the register, in households that are."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.unit.matching.cast import VILLAGES, county, found, link, number

HAI = number("19800512", 415)
FAMILY = [
    {"household_id": "A1", "person_name": "沈大海", "id_number": HAI, "sex": "男", "relation": "户主", "phone": "13900000001"},
    {"household_id": "A1", "person_name": "贺桂芳", "id_number": number("19820920", 428), "sex": "女", "relation": "配偶"},
]


def test_the_new_born_is_found_by_the_telephone_of_his_parents() -> None:
    """Not in the register yet, with a number of his own: the household has the telephone, the village and the surname."""
    born = {"event_date": date(2026, 10, 5), "village": "杉木村", "phone": "13900000001"}
    rows = [
        {**born, "person_name": "沈一诺", "id_number": number("20260820", 531)},
        {**born, "person_name": "欧阳一诺", "id_number": number("20260820", 533)},  # whose child he is nobody can tell
        {**born, "person_name": "沈一凡", "id_number": number("19900820", 535)},  # grown up: a cousin, perhaps
        {**born, "person_name": "沈一一", "id_number": number("20260820", 537), "village": "河口村"},
    ]
    assert found(link(county(*FAMILY), rows)) == ["A1", None, None, None]


def test_the_bill_of_a_child_whose_birth_the_police_tell() -> None:
    """The register has no such child, and the bill names nobody else: another list does, and shows where the child lives."""
    child, other = number("20260820", 531), number("20260820", 533)
    births = [
        {"person_name": "沈一诺", "id_number": child, "head_name": "沈大海", "head_id": HAI, "relation": "之孙子"},
        {"person_name": "沈一夏", "birth_date": date(2026, 8, 21), "sex": "女", "head_name": "沈大海", "head_id": HAI, "group": "1组"},
    ]
    born = {"feed": "bills", "village": "杉木村", "event_date": date(2026, 10, 5)}
    bills: list[tuple[dict[str, object], str | None]] = [
        ({"person_name": "沈一诺", "id_number": child}, "A1"),
        ({"person_name": "沈一诺", "id_number": other}, None),  # a namesake: numbers are for life
        ({"person_name": "沈一夏", "age": 0}, "A1"),
        ({"person_name": "沈一夏", "age": 30}, None),
        ({"person_name": "沈一夏", "age": 0, "village": "河口村"}, None),
        ({"person_name": "沈一夏", "sex": "女", "group": "1组"}, "A1"),
        ({"person_name": "沈一夏", "sex": "男", "group": "1组"}, None),
        ({"person_name": "沈一夏", "sex": "女", "group": "3组"}, None),
    ]
    rows = [{**row, "feed": "births", "village": "杉木村"} for row in births] + [{**born, **bill} for bill, _ in bills]
    matched = link(county(*FAMILY), rows)
    assert found(matched, "births") == ["A1", "A1"]
    assert found(matched, "bills") == [house for _, house in bills]
    told = matched.links.filter(pl.col("feed") == "bills", pl.col("status") == "linked")
    assert told["person_id"].null_count() == told.height
    assert told["explanation"].str.contains("另一份清单").all()


@pytest.mark.parametrize(("called", "expected"), [("欧阳雪", "A9"), ("欧阳血", "A9"), ("杨国华", None)])
def test_a_number_that_the_register_has_not_is_shown_by_another_list(called: str, expected: str | None) -> None:
    """The register has no number of hers; the hospital tells where she lives and her telephone, the list of cars her number and a name."""
    snow = {"person_name": "欧阳雪", "group": "1组", "phone": "13900000009"}
    namesake = {"household_id": "B9", "person_name": "欧阳雪", "village": "河口村"}
    right = number("19800512", 426)
    rows = [
        {**snow, "id_number": right, "village": "杉木村", "feed": "hospital"},
        {"person_name": called, "id_number": right, "town": None, "feed": "cars"},
    ]
    matched = link(county({**snow, "household_id": "A9"}, namesake), rows)
    assert [found(matched, feed) for feed in ("hospital", "cars")] == [["A9"], [expected]]


def test_who_has_died_is_known_by_the_number_that_earlier_months_had_of_him() -> None:
    old, other = number("19510820", 531), number("19510820", 533)
    earlier = pl.DataFrame({"household_id": ["A1", "Z9"], "id_number": [old, other]})  # nothing is left of household Z9
    rows: list[dict[str, object]] = [{"person_name": "沈启明", "id_number": each, "village": "杉木村"} for each in (old, other)]
    assert found(link(county(*FAMILY), rows)) == [None, None]
    matched = link(county(*FAMILY), rows, unlisted=earlier)
    assert found(matched) == ["A1", None]
    assert matched.links.filter(pl.col("household_id") == "A1", pl.col("feed") == "list")["explanation"].str.contains("此前月份").all()


def test_a_head_who_is_only_named_must_live_where_the_row_says() -> None:
    """The register does not know her, and a man of her head's name lives somewhere in the county."""
    brides = [
        {"person_name": "欧阳雪", "id_number": number("19890820", 522), "head_name": "沈大海", "village": "杉木村"},
        {"person_name": "令狐雪", "id_number": number("19890820", 524), "head_name": "沈大海", "town": None},
        {"person_name": "司徒雪", "id_number": number("19890820", 526), "head_name": "沈大海", "head_id": HAI, "town": None},
    ]
    assert found(link(county(*FAMILY), brides)) == ["A1", None, "A1"]


HEAD = {"household_id": "A1", "person_name": "欧阳沧澜", "id_number": HAI, "sex": "男", "relation": "户主"}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"head_name": "欧阳沧澜", "group": "1组"}, "A1"),
        ({"head_name": "欧阳沧澜", "group": "4组", "head_id": HAI}, "A1"),
        ({"head_name": "欧阳沧□", "group": "1组"}, "A1"),
        ({"head_name": "欧阳沧澜", "co_names": ["欧阳沧澜"], "co_ids": [HAI]}, "A1"),
        ({"head_name": "欧阳沧澜", "co_names": ["欧阳沧澜"], "co_ids": [number("19710302", 413)]}, None),  # the head has this number
    ],
)
def test_the_head_of_somebody_whom_nobody_knows_is_not_his_namesake(row: dict[str, object], expected: str | None) -> None:
    bride = {"person_name": "潘雪", "birth_date": date(1989, 8, 20), "village": "杉木村", "event_date": date(2026, 10, 5)}
    others = [{"household_id": f"B{n}", "person_name": "司马青", "village": v, "group": f"{n}组"} for v in VILLAGES for n in range(4)]
    assert found(link(county(HEAD, *others), [{**bride, **row}])) == [expected]


@pytest.mark.parametrize(("strangers", "group", "expected"), [(0, None, "A1"), (60, None, None), (20, "1组", "A1"), (60, "1组", None)])
def test_how_many_strangers_houses_are_here_is_learned_from_the_list(strangers: int, group: str | None, expected: str | None) -> None:
    """Her head's name has lost a character: in a list whose heads are mostly nobody's here it is hardly the one whom it fits."""
    bride = {"birth_date": date(1989, 8, 20), "village": "杉木村", "event_date": date(2026, 10, 5)}
    others = [
        {**bride, "person_name": f"潘雪{first}", "head_name": f"令狐{first}{second}"}
        for first in "甲乙丙丁戊己庚辛壬癸"
        for second in "元亨利贞吉祥"
    ]
    rows = [{**bride, "person_name": "潘雪", "head_name": "欧阳沧□", "group": group}, *others[:strangers]]
    assert found(link(county(HEAD), rows))[0] == expected


def test_a_sheet_that_says_once_for_a_household_where_it_lives() -> None:
    """Two women of one name; a cell was merged over each household, and its members' rows hold their names alone."""
    other = [
        {"household_id": "B1", "person_name": "舒国庆", "id_number": number("19700215", 411), "relation": "户主", "village": "河口村"},
        {"household_id": "B1", "person_name": "贺桂芳", "id_number": number("19720920", 428), "relation": "配偶", "village": "河口村"},
    ]
    wife: dict[str, object] = {"person_name": "贺桂芳", "relation": "妻", "town": None}
    rows: list[dict[str, object]] = [
        {"person_name": "沈大海", "relation": "户主", "village": "杉木村"},
        wife,
        {"person_name": "舒国庆", "relation": "户主", "village": "河口村"},
        wife,
    ]
    assert found(link(county(*FAMILY, *other), rows)) == ["A1", "A1", "B1", "B1"]
    # So in a list that tells no relations, but names the head in the first row.
    told: list[dict[str, object]] = [{**row, "relation": None, "head_name": row["person_name"]} for row in rows[::2]]
    named = {"person_name": "贺桂芳", "town": None}
    assert found(link(county(*FAMILY, *other), [told[0], named, told[1], named])) == ["A1", "A1", "B1", "B1"]
    # In a sheet whose rows have their places, one without is a gap.
    known = {"person_name": "贺桂芳", "relation": "妻", "village": "河口村"}
    assert found(link(county(*FAMILY, *other), [*rows[:1], wife, *rows[2:3], known, known, known]))[1] == "review"


NEIGHBOUR = {"household_id": "5226990012000110", "person_name": "舒国庆", "id_number": number("19700215", 411), "relation": "户主"}
HOUSE = {"household_id": "5226990012000117", "person_name": "舒大海", "id_number": number("19720215", 411), "relation": "户主"}
NAMESAKE = {"household_id": "5226990012000234", "person_name": "舒大海", "id_number": number("19820215", 411), "relation": "户主"}
WIFE = {"household_id": "5226990012000117", "person_name": "贺桂芳", "id_number": number("19750215", 428), "relation": "配偶"}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"person_name": "舒大海", "household_no": "5226990012000117", "village": "杉木村"}, "5226990012000117"),  # not his namesake
        ({"person_name": "舒大海", "household_no": "5226990012000234"}, "5226990012000234"),
        ({"person_name": "舒大海", "household_no": "8812", "village": "杉木村"}, "review"),  # the bureau counts households itself
        ({"person_name": "舒一诺", "household_no": "5226990012000117"}, "5226990012000117"),  # not in the register yet
        ({"person_name": "舒一诺", "household_no": "5226990012000110"}, None),  # …117, typed into a spreadsheet
        ({"person_name": "欧阳雪", "household_no": "5226990012000117"}, None),
    ],
    ids=range(6),
)
def test_the_registers_number_of_a_household(row: dict[str, object], expected: str | None) -> None:
    assert found(link(county(NEIGHBOUR, HOUSE, NAMESAKE, WIFE), [row])) == [expected]


def test_who_is_named_by_number_says_more_than_whom_somebody_is_called_like() -> None:
    """The mother's number is mistyped, and another woman of the village has her name."""
    other = {"household_id": "B1", "person_name": "贺桂芳", "id_number": number("19760311", 428), "relation": "户主", "group": "1组"}
    family = [{**FAMILY[0]}, {**FAMILY[1], "person_name": "贺芳"}]  # as the register has it
    child = {"person_name": "沈一诺", "village": "杉木村", "head_name": "沈大海"}
    row = {**child, "co_names": ["沈大海", "贺桂芳"], "co_ids": [HAI, number("19820920", 428)[:9] + "77" + number("19820920", 428)[11:]]}
    assert found(link(county(*family, other), [row])) == ["A1"]


def test_a_head_who_has_a_row_of_his_own_with_another_number_is_another_head() -> None:
    """Another family of the village, which the register does not list, has a head of that name."""
    child = {"person_name": "沈一诺", "id_number": number("20180820", 531), "village": "杉木村", "head_name": "沈大海"}
    head = {"person_name": "沈大海", "id_number": number("19770404", 515), "village": "杉木村", "head_name": "沈大海", "relation": "户主"}
    assert [found(link(county(*FAMILY), rows))[0] for rows in ([child], [child, head])] == ["A1", None]
