"""What the month's lists tell of people beside the register, and of one another's."""

from __future__ import annotations

import pytest

from tests.unit.matching.cast import SETTINGS, county, crowd, found, link, number

FEW = SETTINGS.model_copy(update={"test_rows": 0})  # rows that are tested without their number tell nothing: here one of a list
LONG, OTHER, NOBODYS = number("19800512", 431), number("19710302", 433), number("19900705", 437)
PHONE = "13900000007"
# Two people of one name in one village; the register knows the telephone of neither, and the group of one.
PEOPLE = [
    {"household_id": "A1", "person_name": "欧阳龙", "id_number": LONG, "relation": "户主", "group": None},
    {"household_id": "B1", "person_name": "欧阳龙", "id_number": OTHER, "relation": "户主", "group": "2组"},
]
WORKERS = [{**row, "feed": "workers"} for row in crowd()[:40]]
LONGS: dict[str, object] = {
    "feed": "workers",
    "person_name": "欧阳龙",
    "id_number": LONG,
    "village": "杉木村",
    "phone": PHONE,
    "group": "9组",
}
OTHERS = {**LONGS, "id_number": OTHER}
ASKED: dict[str, object] = {"person_name": "欧阳龙", "village": "杉木村"}
CASES: dict[str, tuple[list[dict[str, object]], dict[str, object], str | None]] = {
    # what another list says, what the row says beside name and village, whose it is
    "nobody tells": ([], {"phone": PHONE}, "review"),
    "whose telephone it is": ([LONGS], {"phone": PHONE}, "A1"),
    "the telephone of who filled in the forms": ([LONGS, OTHERS], {"phone": PHONE}, "review"),
    "in which group he lives": ([LONGS], {"group": "9组"}, "A1"),
    "in which group he lives elsewhere": ([{**LONGS, "village": "河口村"}], {"group": "9组"}, "review"),
    "whose name and telephone it is has another number": ([{**LONGS, "id_number": NOBODYS}] * 2, {"phone": PHONE}, None),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_row_with_a_number_tells(case: str) -> None:
    told, row, expected = CASES[case]
    assert found(link(county(*PEOPLE), [{**ASKED, **row}, *told, *WORKERS], settings=FEW)) == [expected]


@pytest.mark.parametrize(("village", "expected"), [("杉木村", "A1"), ("河口村", None)])
def test_rows_of_one_number_say_together_what_each_of_them_says(village: str, expected: str | None) -> None:
    """The register lacks her number; one list gives no more than it and the name, another one says where she lives."""
    snow = {"household_id": "A1", "person_name": "欧阳雪", "id_number": None, "relation": "户主"}
    namesake = {"household_id": "B1", "person_name": "欧阳雪", "id_number": OTHER, "relation": "户主", "village": "石板村"}
    row = {"person_name": "欧阳雪", "id_number": NOBODYS, "town": None}
    other = {**row, "feed": "workers", "village": village, "group": "1组"}
    assert found(link(county(snow, namesake), [row, other, other, *WORKERS], settings=FEW)) == [expected]
