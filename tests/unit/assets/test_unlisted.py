"""Whom the register does not list, and what earlier months knew of him: a lake of two months, a child, a dead man and a bride."""

from pathlib import Path

import polars as pl

from assets.unlisted import CHANGES, DIED, LEFT, unlisted
from contracts.home import Home
from contracts.month import Month
from contracts.tables import ACCEPTED, LINK, PERSON, Schema, conform
from tests.unit.matching.cast import number

BEFORE, MONTH = Month(2026, 10), Month(2026, 11)
CHILD, DEAD, BRIDE, STAYS = (number(birth, 531) for birth in ("20260820", "19510820", "19990820", "19700820"))


def put(home: Home, key: str, month: Month, rows: list[dict[str, object]], schema: Schema) -> None:
    home.table(key, month).parent.mkdir(parents=True, exist_ok=True)
    conform(pl.DataFrame(rows, infer_schema_length=None), schema, keep_others=True).write_parquet(home.table(key, month))


def lake(root: Path) -> Home:
    """October: three are listed; the police's list of births names a child's grandfather."""
    home = Home(root)
    listed = [{"household_id": "A", "person_id": each, "id_number": each} for each in (DEAD, BRIDE, STAYS)]
    put(home, "register/persons", BEFORE, listed, PERSON)
    birth = {"row_id": "births.xlsx#!2", "person_name": "沈一诺", "id_number": CHILD, "change_kind": "出生登记"}
    put(home, f"accepted/{CHANGES}", BEFORE, [birth], ACCEPTED)
    link = {"feed": CHANGES, "row_id": "births.xlsx#!2", "status": "linked", "method": "household", "household_id": "B"}
    put(home, "links", BEFORE, [link], LINK)
    return home


def known(home: Home, listed: list[str], *changes: tuple[str, str]) -> dict[str, str]:
    """Household by number of those who are known in November, when `listed` are in the register and the police tell `changes`."""
    persons = conform(pl.DataFrame({"id_number": listed}, schema={"id_number": pl.String}), PERSON)
    told = pl.DataFrame([*changes], schema={"id_number": pl.String, "change_kind": pl.String}, orient="row")
    return {number: household for household, number in unlisted(home, MONTH, persons, told).iter_rows()}


def test_a_child_known_by_an_earlier_list_and_a_dead_member_have_households(tmp_path: Path) -> None:
    home = lake(tmp_path)
    assert known(home, [STAYS], (DEAD, DIED), (BRIDE, LEFT)) == {CHILD: "B", DEAD: "A"}


def test_who_has_only_disappeared_has_none(tmp_path: Path) -> None:
    """Without a word of the police nobody knows whether he has died or moved."""
    assert known(lake(tmp_path), [STAYS]) == {CHILD: "B"}


def test_whom_the_register_lists_is_not_unlisted(tmp_path: Path) -> None:
    assert known(lake(tmp_path), [STAYS, CHILD, DEAD], (DEAD, DIED)) == {}


def test_the_first_month_knows_nobody(tmp_path: Path) -> None:
    assert known(Home(tmp_path), [], (DEAD, DIED)) == {}
