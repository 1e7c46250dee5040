"""The register's rows as persons and households."""

from __future__ import annotations

from contracts.month import Month
from contracts.tables import HOUSEHOLD, PERSON
from matching.prepare.register import build_register
from tests.unit.matching.cast import PLACES, accepted

ROWS = [
    {"household_id": "H2", "person_id": "P3", "person_name": "潘秀英", "relation": "之女", "village": "石板村"},
    {"household_id": "H1", "person_id": "P2", "person_name": "杨光", "relation": "儿子", "village": "老屋村", "student": "高中在读"},
    {
        "household_id": "H1", "person_id": "P1", "person_name": "杨明", "relation": "02", "village": "老屋村", "household_type": "脱贫户",
        "monitored_kind": "边缘易致贫户", "is_risk_cleared": "否", "income_per_capita": 8000.0,
        "tags": "低保、残疾人补贴", "household_phone": "13900000001", "disability": "肢体二级",
    },
    {"household_id": "H1", "person_id": "P1", "person_name": "杨明", "relation": "户主", "village": "老屋村"},  # entered twice
]  # fmt: skip


def test_persons_and_households() -> None:
    register = build_register(accepted(ROWS, "register"), PLACES, Month(2026, 11))
    assert register.persons.schema == PERSON
    assert register.households.schema == HOUSEHOLD
    assert register.persons.select("person_id", "relation", "is_head", "is_disabled", "is_student").rows() == [
        ("P1", "户主", True, True, False),
        ("P2", "之子", False, False, True),
        ("P3", "之女", True, False, False),  # alone in her household, so hers is the name on the door
    ]
    first = register.households.row(0, named=True)
    assert (first["head_name"], first["members"], first["household_type"], first["phone"]) == ("杨明", 2, "脱贫户", "13900000001")
    assert (first["village"], first["village_code"]) == ("石板村", "522699100201")  # 老屋村 was merged into it
    assert (first["is_monitored"], first["is_cleared"], first["tags"]) == (True, False, ["低保", "残疾人补贴"])
    second = register.households.row(1, named=True)
    assert (second["monitored_kind"], second["is_monitored"], second["tags"]) == (None, False, [])
