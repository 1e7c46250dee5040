"""With what an earlier run remembers, a run gives what it would give without: rows and persons changed in every way, written out."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.match import Matched
from matching.search.memory import TABLES, Memory
from tests.unit.matching.cast import SETTINGS, county, crowd, link, number

Rows = list[dict[str, object]]

ROWS: Rows = [
    {"person_name": str(person["person_name"]), "village": person["village"], "row_id": f"list.xlsx#!{n}", **said}
    for n, (person, said) in enumerate(
        (person, said)
        for person in crowd()[1::150]
        for said in (
            {},
            {"group": person["group"]},
            {"id_number": f"{person['id_number']}"[:15] + "000"},
            {"id_number": f"{person['id_number']}"[:6] + "********" + f"{person['id_number']}"[14:]},
            {"id_number": f"{person['id_number']}"[:16] + f"{person['id_number']}"[17:]},
            {"village": None, "text": f"{person['village']}{person['person_name']}家房屋漏雨", "person_name": None},
        )
    )
]
SOMEBODY = crowd()[151]
CHANGES: dict[str, tuple[dict[str, object], ...]] = {
    # what happened in the register -> people who are there besides
    "nothing": (),
    "a namesake in the village": ({"household_id": "N1", "person_name": SOMEBODY["person_name"], "village": SOMEBODY["village"]},),
    "his number again": ({"household_id": "N1", "person_name": "沈新来", "id_number": SOMEBODY["id_number"]},),
    "a number that one slip makes of his": (
        {"household_id": "N1", "person_name": SOMEBODY["person_name"], "id_number": number("19800512", 415)},
    ),
    "more namesakes than anybody could choose among": tuple(
        {"household_id": f"N{n}", "person_name": SOMEBODY["person_name"], "village": SOMEBODY["village"]} for n in range(12)
    ),
}
FEW = SETTINGS.model_copy(update={"block_cap": 10})


def answers(matched: Matched) -> list[pl.DataFrame]:
    return [matched.links, matched.review, matched.quality, matched.capped]


@pytest.fixture(scope="module")
def remembered() -> Memory:
    return link(county(), ROWS, settings=FEW, memory=Memory.nothing()).memory


@pytest.mark.parametrize("change", CHANGES)
def test_with_memory_as_without(remembered: Memory, change: str) -> None:
    register = county(*CHANGES[change])
    full, quick = (link(register, ROWS, settings=FEW, memory=memory) for memory in (Memory.nothing(), remembered))
    assert all(one.equals(other) for one, other in zip(answers(full), answers(quick), strict=True))
    assert all(getattr(full.memory, name).equals(getattr(quick.memory, name)) for name in TABLES)


def test_without_memory_none_is_left() -> None:
    full, plain = (link(county(), ROWS, settings=FEW, memory=memory) for memory in (Memory.nothing(), None))
    assert all(one.equals(other) for one, other in zip(answers(full), answers(plain), strict=True))
    assert all(getattr(plain.memory, name).is_empty() for name in TABLES)


@settings(max_examples=3)
@given(
    gone=st.sets(st.integers(0, 1799), max_size=300),
    moved=st.sets(st.integers(0, 1799), max_size=300),
    rows=st.permutations(range(len(ROWS))),
)
def test_whatever_changes(remembered: Memory, gone: set[int], moved: set[int], rows: list[int]) -> None:
    register = [
        {**person, "village": "岩脚村", "phone": "13900000009"} if n in moved else person
        for n, person in enumerate(crowd())
        if n not in gone
    ]
    said = [{**ROWS[n], "phone": "13900000009"} if at % 5 == 0 else ROWS[n] for at, n in enumerate(rows[:50])]
    full, quick = link(register, said, settings=FEW), link(register, said, settings=FEW, memory=remembered)
    assert all(one.equals(other) for one, other in zip(answers(full), answers(quick), strict=True))


def test_what_is_remembered_is_not_worked_out_again(remembered: Memory) -> None:
    """A memory in which all names differ is believed: nobody is found by name any more."""
    false = dataclasses.replace(remembered, pairs=remembered.pairs.with_columns(name=remembered.pairs["name"] * 0 + 9))
    right, misled = (link(county(), ROWS, settings=FEW, memory=memory).links.filter(feed="list") for memory in (remembered, false))
    assert misled.filter(status="linked").height < right.filter(status="linked").height


def test_memory_is_kept_without_names_or_numbers(remembered: Memory, tmp_path: Path) -> None:
    remembered.save(tmp_path)
    loaded = Memory.load(tmp_path)
    assert all(getattr(loaded, name).equals(getattr(remembered, name)) for name in TABLES)
    assert not any(dtype == pl.String for name in TABLES for dtype in getattr(loaded, name).dtypes)
