"""Columns under headers that the sample does not use, headers that lie, and no headers: what each is taken for."""

from __future__ import annotations

from pathlib import Path

import pytest
from drafted import made

PERSON = [("姓名", "name"), ("身份证号", "id")]

# header, cells, what it must be taken for (`-`: known and not needed; `measure`: a column of the feed's own)
ALONE = [
    ("人员姓名", "name", "person_name name"),
    ("病人姓名", "name", "person_name name"),
    ("低保对象姓名", "name", "person_name name"),
    ("退役军人", "name", "person_name name"),
    ("居民身份证号码", "id", "id_number id_number"),
    ("社会保障号码", "id", "id_number id_number"),
    ("有效证件号码", "masked id", "id_number id_number"),
    ("残疾人证号", "certificate", "id_number id_number"),
    ("身份证件号码", "old id", "id_number id_number"),
    ("身 份 证 号", "id", "id_number id_number"),
]
BESIDE = [
    ("父亲姓名", "other name", "guardian_name name"),
    ("法定监护人", "other name", "guardian_name name"),
    ("监护人证件号", "other id", "guardian_id id_number"),
    ("户主证件号码", "other id", "head_id id_number"),
    ("家庭户主", "other name", "head_name name"),
    ("移动电话", "phone", "phone phone"),
    ("家长手机号", "phone", "phone phone"),
    ("帮扶责任人", "other name", "-"),
    ("帮扶责任人电话", "phone", "-"),
    ("填表人", "other name", "-"),
    ("镇街", "town", "town place"),
    ("所属村（社区）", "village", "village place"),
    ("村民小组", "group", "group place"),
    ("家庭详细住址", "address", "address place"),
    ("现居住地", "address", "address place"),
    ("和户主关系", "relation", "relation relation"),
    ("出生年月", "birth", "birth_date date"),
    ("实足年龄", "age", "age integer"),
    ("户编号", "plate", "household_no text"),
    ("反映内容", "story", "text text"),
    ("死亡时间", "date", "event_date date"),
    ("入户核实日期", "dot date", "event_date date"),
    ("识别监测时间", "month", "measure date"),
    ("计划外出时间", "date", "measure date"),
    ("医保报销后自付费用", "comma money", "measure money"),
    ("发放补贴", "money", "measure money"),
    ("资助款", "money", "measure money"),
    ("流转面积（亩）", "area", "measure number"),
    ("共同生活人口", "people", "measure integer"),
    ("受损房屋间数", "people", "measure integer"),
    ("残疾级别", "grade", "measure code"),
    ("是否享受低保", "yes", "measure code"),
    ("灾害类别", "kind", "measure code"),
    ("主要诊断", "disease", "measure text"),
    ("号牌号码", "plate", "measure text"),
    ("序 号", "count", "-"),
    ("备注", "empty", "-"),
]
# headers that lie or say nothing: the cells decide
BY_CELLS = [
    ("列7", "phone", "phone phone"),
    ("栏目三", "sex", "sex sex"),
    ("F5", "town", "town place"),
    ("字段9", "address", "address place"),
    ("其他1", "relation", "relation relation"),
    ("附加", "date", "event_date date"),
    ("联系电话", "other id", "measure id_number"),
    ("备注", "phone", "phone phone"),
    ("金额", "phone", "phone phone"),
    ("地址", "phone", "phone phone"),
    ("性别", "phone", "phone phone"),
    ("日期", "village", "village place"),
    ("杂项", "story", "text text"),
    ("杂记", "story of a place", "text text"),
]


@pytest.mark.parametrize(("header", "cells", "expected"), ALONE)
def test_the_person_under_other_names(tmp_path: Path, header: str, cells: str, expected: str) -> None:
    assert _taken(tmp_path, [(header, cells), ("乡镇", "town"), ("事由类型", "kind")], header) == expected


@pytest.mark.parametrize(("header", "cells", "expected"), [*BESIDE, *BY_CELLS])
def test_a_column_beside_the_person(tmp_path: Path, header: str, cells: str, expected: str) -> None:
    assert _taken(tmp_path, [*PERSON, (header, cells)], header) == expected


@pytest.mark.parametrize(("header", "cells", "expected"), BY_CELLS)
def test_who_decides_against_a_header_asks(tmp_path: Path, header: str, cells: str, expected: str) -> None:
    columns = made(tmp_path, [*PERSON, (header, cells)]).columns
    is_date_alone = expected == "event_date date"  # under no other date it is the only one that it can be
    assert is_date_alone or next(column for column in columns if column.header == header).questions


def test_a_list_without_any_header_word(tmp_path: Path) -> None:
    columns = [
        (f"列{number}", kind) for number, kind in enumerate(["count", "name", "id", "sex", "village", "phone", "money", "date"], start=1)
    ]
    draft = made(tmp_path, columns)
    assert [f"{column.name} {column.type}" for column in draft.feed.columns][:5] == [
        "person_name name", "id_number id_number", "sex sex", "village place", "phone phone"
    ]  # fmt: skip
    assert draft.feed.ignore == ["列1"]
    assert draft.rows == 20


def test_name_and_number_exchanged_under_their_headers(tmp_path: Path) -> None:
    draft = made(tmp_path, [("姓名", "id"), ("身份证号", "name"), ("村", "village")])
    assert {column.name: column.headers[0] for column in draft.feed.columns} == {
        "id_number": "姓名", "person_name": "身份证号", "village": "村"
    }  # fmt: skip
    assert "# 问：表头“姓名”一般是人名，但内容多数像身份证号，已按内容登记。对吗？" in draft.text


def test_a_head_with_a_number_is_the_person_and_without_one_names_the_household(tmp_path: Path) -> None:
    with_number = made(tmp_path, [("户主姓名", "name"), ("户主身份证号", "id"), ("村", "village")])
    without = made(tmp_path, [("户主姓名", "name"), ("村", "village")])
    beside = made(tmp_path, [("户主姓名", "name"), ("患者姓名", "other name"), ("身份证号", "id")])
    assert [column.name for column in with_number.feed.columns] == ["person_name", "id_number", "village"]
    assert [column.name for column in without.feed.columns] == ["head_name", "village"]
    assert [column.name for column in beside.feed.columns] == ["head_name", "person_name", "id_number"]


@pytest.mark.parametrize(
    ("above", "header", "cells", "unit"),
    [
        ([], "损失金额", "money", "元"),
        ([], "损失金额（万元）", "small money", "万元"),
        ([["全县损失统计表"], ["", "", "单位：万元"]], "损失金额", "small money", "万元"),
        ([["金额单位：元"]], "救助金额", "money", "元"),
    ],
)
def test_the_unit_of_money(tmp_path: Path, above: list[list[str]], header: str, cells: str, unit: str) -> None:
    draft = made(tmp_path, [*PERSON, (header, cells)], above=above, name="损失.xlsx")
    assert [(column.type, column.unit) for column in draft.feed.columns][-1] == ("money", unit)
    is_asked = any("元还是万元" in question for column in draft.columns for question in column.questions)
    assert is_asked == (not above and "元" not in header)


def test_spellings_of_one_code_stand_together(tmp_path: Path) -> None:
    values = made(tmp_path, [*PERSON, ("鉴定等级", "grade")]).feed.columns[-1].values
    assert sorted(sorted(spelt) for spelt in values.values()) == [["C级", "c级"], ["D", "D级"]]


@pytest.mark.parametrize(("header", "cells"), [("主要诊断", "disease"), ("诉求内容", "story"), ("车牌号", "plate"), ("是否患大病", "yes")])
def test_what_a_village_must_not_read_is_sensitive(tmp_path: Path, header: str, cells: str) -> None:
    assert made(tmp_path, [*PERSON, (header, cells)]).feed.columns[-1].sensitive


def _taken(folder: Path, columns: list[tuple[str, str]], header: str) -> str:
    """Name and type that the drafted contract gives the column under `header`."""
    feed = made(folder, columns).feed
    found = next((column for column in feed.columns if column.headers[0] == header.replace(" ", "")), None)
    if found is None:
        return "-" if header.replace(" ", "") in feed.ignore else "nothing"
    canonical = {
        "person_name", "id_number", "head_name", "head_id", "guardian_name", "guardian_id", "phone", "town", "village", "group", "address",
        "sex", "relation", "birth_date", "age", "household_no", "text", "event_date",
    }  # fmt: skip
    return f"{found.name if found.name in canonical else 'measure'} {found.type}"
