"""Columns that must agree with each other: an ID number with sex and birth date, a sum with its parts, a certificate with its level."""

import pytest
from lists import VALID, arrived, feed, findings

from contracts.month import Month
from expectations.accept import accept

NOVEMBER = Month(2026, 11)
PERSON = [
    {"name": "person_name", "headers": ["姓名"], "type": "name"},
    {"name": "id_number", "headers": ["证件号码"], "type": "id_number"},
    {"name": "sex", "headers": ["性别"], "type": "sex"},
    {"name": "birth_date", "headers": ["出生日期"], "type": "date"},
]
SEX, BIRTH = "sex:agrees_with_id", "birth_date:agrees_with_id"


@pytest.mark.parametrize(
    ("number", "sex", "birth", "told"),
    [
        (VALID, "男", "1980-01-01", []),  # 522699 1980 0101 123 3
        (VALID, "女", "1980-01-01", [SEX]),
        (VALID, "男", "1980-01-10", [BIRTH]),
        (VALID, "女", "1981-01-01", [BIRTH, SEX]),
        (VALID + "41", "女", None, [SEX]),
        (VALID, None, None, []),
        (None, "女", "1980-01-01", []),
        ("522699198001011234", "女", "1999-01-01", ["id_number:valid_id:checksum"]),  # says nothing about the columns
        ("522699********1233", "女", None, ["id_number:valid_id:masked"]),
    ],
)
def test_sex_and_birth_date_are_those_of_the_id(number, sex, birth, told):
    rows = [["张三", number, sex, birth], ["李四", VALID, "男", "1980-01-01"], ["王五", VALID, "男", None]]
    accepted = accept(feed(PERSON), arrived(["姓名", "证件号码", "性别", "出生日期"], *rows), NOVEMBER)
    assert accepted.rows.height == 3
    assert findings(accepted) == [(2, "warn", code) for code in told]


COSTS = [
    PERSON[0],
    *(
        {"name": name, "headers": [header], "type": "money"}
        for name, header in (("total", "总费用"), ("pool", "统筹"), ("own", "自付"), ("back", "退费"))
    ),
]
ADDS_UP = {
    "column": "total", "check": "adds_up", "columns": ["pool", "own"], "minus": ["back"], "on_failure": "warn", "reason": "合计不对。",
}  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["1000", "600", "500", "100"], False),
        (["1000", "600", "500", None], True),
        (["1001", "600", "500", "100"], False),  # rounded
        (["1002", "600", "500", "100"], True),
        (["1000000", "999000", "1950", "100"], False),  # a thousandth
        ([None, "600", "500", "100"], False),
        (["1000", None, None, None], False),
        (["-1000", "-600", "-500", "-100"], False),  # reversed
    ],
)
def test_amounts_add_up(cells, told):
    rows = [["张三", *cells], ["李四", "10", "10", "0", "0"]]
    accepted = accept(feed(COSTS, expectations=[ADDS_UP]), arrived(["姓名", "总费用", "统筹", "自付", "退费"], *rows), NOVEMBER)
    assert findings(accepted) == ([(2, "warn", "total:adds_up")] if told else [])


def test_a_part_that_the_whole_list_lacks_is_no_contradiction():
    rows = ["张三", "1000", "400"], ["李四", "900", "900"]
    accepted = accept(feed(COSTS, expectations=[ADDS_UP]), arrived(["姓名", "总费用", "自付"], *rows), NOVEMBER)
    assert findings(accepted) == []


CERTIFICATE = [
    *PERSON[:2],
    {"name": "disability_class", "headers": ["类别"], "type": "code", "values": {"视力": ["1"], "肢体": ["4"]}},
    {"name": "disability_level", "headers": ["等级"], "type": "code", "values": {"1": ["1", "一级"], "2": ["2", "二级"]}},
]


@pytest.mark.parametrize(
    ("tail", "cells", "told"),
    [
        ("41", ["肢体", "一级"], []),
        ("42", ["肢体", "一级"], ["disability_level"]),
        ("12", ["肢体", "一级"], ["disability_class", "disability_level"]),
        ("41B1", ["4", "1"], []),
        ("", ["肢体", "一级"], []),
    ],
)
def test_a_disability_certificate_says_its_class_and_level(tail, cells, told):
    checks = [
        {"column": name, "check": "agrees_with_certificate", "columns": ["id_number"], "on_failure": "warn", "reason": "与证号不一致。"}
        for name in ("disability_class", "disability_level")
    ]
    rows = arrived(["姓名", "证件号码", "类别", "等级"], ["张三", VALID + tail, *cells])
    accepted = accept(feed(CERTIFICATE, expectations=checks), rows, NOVEMBER)
    assert findings(accepted) == [(2, "warn", f"{name}:agrees_with_certificate") for name in told]
