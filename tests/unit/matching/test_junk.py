"""Whatever stands in the cells: every row gets one answer, and the order of rows and persons means nothing."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contracts.month import Month
from contracts.tables import ACCEPTED, conform
from matching.match import match
from matching.prepare.register import build_register
from tests.unit.matching.cast import PLACES, SETTINGS, accepted, crowd, number

HAI = number("19800512", 415)
WRITTEN = st.text(st.sampled_from("沈大海杨吴国建文明*＊□某?小老阿之子村民叫·/、 0１Zz"), max_size=12) | st.text(max_size=8)
ODD_NAMES = ["沈大海", "沈小海", "沈大海/贺桂芳", "张*", "□□□", "沈大海" + HAI, "杉木村沈大海", "沈大海之子", "Shen Dahai"]
CUT_NUMBERS = [HAI[:15] + "000", HAI[:6] + "*" * 8 + HAI[14:], HAI[:17], "19800512", "5.22699198005124E+17", HAI + HAI]
NAMES = st.sampled_from(ODD_NAMES) | WRITTEN
NUMBERS = st.text("0123456789Xx*.E+ ", max_size=22) | st.sampled_from([HAI, *(digit * 18 for digit in "019"), *CUT_NUMBERS])
WORDS = [
    "来电人",
    "沈大海",
    "沈大",
    "沈",
    "海",
    "杉木村",
    "替",
    "家",
    "病",
    "13900000001",
    "1组",
    "?",
    "□",
    "·",
    "\ue0a5",
    " ",
    "（",
    "\n",
    "𠮷",
    "a",
]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=30).map("".join) | WRITTEN
DATES = st.sampled_from([date(1980, 5, 12), date(1, 1, 1), date(9999, 12, 31)])
PLACE = {"village": st.sampled_from(["杉木村", "老屋村", "不存在村", ""]), "group": st.sampled_from(["1组", "第", "9" * 14])}
PERSON = {
    "person_name": NAMES, "id_number": NUMBERS, "sex": st.sampled_from(["男", "女", "1"]), "birth_date": DATES,
    "phone": st.sampled_from(["13900000001", "1", ""]), "relation": st.sampled_from(["户主", "之子", ""]), **PLACE,
}  # fmt: skip
ROW = {
    **PERSON, "age": st.integers(-1, 32767), "address": WRITTEN, "head_name": NAMES, "head_id": NUMBERS, "guardian_name": NAMES,
    "guardian_id": NUMBERS, "co_names": st.lists(NAMES, max_size=3), "co_ids": st.lists(NUMBERS, max_size=3), "text": TEXTS,
    "event_date": DATES,
}  # fmt: skip
HOME = {"household_id": st.sampled_from(["A1", "B1", ""]), "person_id": st.sampled_from(["1", "2", "3"])}


def rows(**cells: st.SearchStrategy[object]) -> st.SearchStrategy[list[dict[str, object]]]:
    return st.lists(st.fixed_dictionaries({}, optional=cells), min_size=1, max_size=8)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(said=[{"id_number": "0" * 18}], register=[{"household_id": "A1", "person_id": "1", "id_number": "0" * 18}])
@given(said=rows(**ROW), register=st.lists(st.fixed_dictionaries(HOME, optional=PERSON), min_size=1, max_size=8))
def test_whatever_stands_in_the_cells(said: list[dict[str, object]], register: list[dict[str, object]]) -> None:
    built = build_register(accepted([*crowd()[:30], *register], "register"), PLACES, Month(2026, 11))
    mentions = conform(accepted(said, "list"), ACCEPTED).select(pl.lit("list").alias("feed"), pl.all())
    links = [
        match(frame, persons, built.households, PLACES, SETTINGS).links.sort("row_id")
        for frame, persons in ((mentions, built.persons), (mentions.reverse(), built.persons.reverse()))
    ]
    assert links[0]["row_id"].to_list() == mentions["row_id"].sort().to_list()
    assert links[0].equals(links[1])
