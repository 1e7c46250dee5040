from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lists import OTHER_VALID, VALID, arrived, feed, findings, persons

from contracts.errors import HeldFeed
from contracts.month import Month
from contracts.tables import ACCEPTED, FINDING, SET_ASIDE
from expectations.accept import accept

NOVEMBER = Month(2026, 11)
PERSON = [
    {"name": "person_name", "headers": ["姓名"], "type": "name"},
    {"name": "id_number", "headers": ["身份证号"], "type": "id_number"},
]
STAY = [
    *PERSON,
    {"name": "event_date", "headers": ["出院日期"], "type": "date"},
    {"name": "self_paid", "headers": ["个人自付"], "type": "money", "unit": "元"},
    {"name": "visit_kind", "headers": ["类别"], "type": "code", "values": {"住院": ["ZY", "普通住院"], "门诊": []}},
]
HEADERS = ["姓名", "身份证号", "出院日期", "个人自付（万元）", "类别"]
GOOD = ["张三", VALID, "2026年11月5日", "1.25", "zy"]
EXPECTATIONS = [
    {"column": "event_date", "check": "present", "reason": "出院日期没有填。", "advice": "请补填。"},
    {"column": "event_date", "check": "readable", "reason": "出院日期无法识别。"},
    {"column": "self_paid", "check": "between", "min": 0, "max": 1000000, "reason": "金额超出合理范围。"},
]


def stays(**changes):
    return feed(STAY, expectations=EXPECTATIONS, **changes)


def test_a_good_row_comes_out_typed():
    accepted = accept(stays(), arrived(HEADERS, GOOD), NOVEMBER)
    assert accepted.rows.select("person_name", "event_date", "self_paid", "visit_kind", "part").rows() == [
        ("张三", date(2026, 11, 5), 12500.0, "住院", 1)
    ]
    assert list(accepted.rows.columns) == [*ACCEPTED, "self_paid", "visit_kind"]
    assert accepted.findings.is_empty()
    assert accepted.set_aside.is_empty()


def test_a_number_in_the_cell_of_the_name_is_moved_so_that_it_is_masked_and_matched_as_one():
    rows = [[VALID, "张三", *GOOD[2:]], ["张三" + OTHER_VALID, None, *GOOD[2:]]]
    accepted = accept(stays(), arrived(HEADERS, *rows), NOVEMBER)
    assert persons(accepted) == [("2", "张三", VALID), ("3", "张三", OTHER_VALID)]
    told = accepted.findings.filter(pl.col("code") == "misplaced:person_name")
    assert told.select("row_number", "column", "severity").rows() == [(2, "姓名", "warn"), (3, "姓名", "warn")]
    assert told["advice"].unique().to_list() == ["请把姓名写在“姓名”格，证件号码写在“身份证号”格。"]


def test_a_list_without_a_column_for_numbers_keeps_none_in_its_names():
    nameless = feed([PERSON[0], *STAY[2:]])
    accepted = accept(nameless, arrived([HEADERS[0], *HEADERS[2:]], ["张三" + VALID, *GOOD[2:]], ["李四", *GOOD[2:]]), NOVEMBER)
    assert persons(accepted) == [("2", "张三", VALID), ("3", "李四", None)]
    assert accepted.findings["advice"].to_list() == ["请把姓名写在“姓名”格，证件号码写在另外的一列。"]


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ([None, None, *GOOD[2:]], ["person_name:any_present"]),
        ([*GOOD[:2], None, *GOOD[3:]], ["event_date:present"]),
        ([*GOOD[:2], "—", *GOOD[3:]], ["event_date:present"]),
        ([*GOOD[:2], "上个月", *GOOD[3:]], ["event_date:readable"]),
        ([*GOOD[:2], "2026-12-01", *GOOD[3:]], ["event_date:not_after_month"]),
        ([*GOOD[:3], "100.01", "ZY"], ["self_paid:between"]),
        ([None, None, None, "-1", None], ["event_date:present", "self_paid:between", "person_name:any_present"]),
    ],
)
def test_a_refused_row_goes_back_as_it_came_with_its_reasons(row, codes):
    accepted = accept(stays(), arrived(HEADERS, GOOD, row), NOVEMBER)
    assert persons(accepted) == [("2", "张三", VALID)]
    (refused,) = accepted.set_aside.iter_rows(named=True)
    assert refused["codes"] == codes
    assert [refused[header] for header in HEADERS] == row
    assert refused["row_number"] == 3
    assert len(refused["reasons"]) == len(refused["advice"]) == len(refused["columns"]) == len(codes)
    assert {severity for number, severity, _ in findings(accepted) if number == 3} == {"set_aside"}


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("522699198001011234", "checksum"),
        ("522699198013011239", "birth"),
        ("5226991980010112", "length"),
        ("522699********1233", "masked"),
        ("522699198001011000", "lost_tail"),
        ("5.22699198001011E+17", "lost_tail"),
        ("522699800101123", "fifteen"),
        (VALID + "41", None),
        (VALID, None),
    ],
)
def test_a_bad_id_is_told_to_the_bureau_and_the_row_is_kept(number, problem):
    others = [GOOD, ["李四", OTHER_VALID, *GOOD[2:]]]
    accepted = accept(stays(), arrived(HEADERS, *others, ["王五", number, *GOOD[2:]]), NOVEMBER)
    assert accepted.rows.height == 3
    assert findings(accepted) == ([(4, "warn", f"id_number:valid_id:{problem}")] if problem else [])


def test_a_bureau_that_masks_all_its_ids_has_made_no_mistake():
    accepted = accept(stays(), arrived(HEADERS, *([["张三", "522699********1233", *GOOD[2:]]] * 3)), NOVEMBER)
    assert {severity for _, severity, _ in findings(accepted)} == {"note"}


def test_what_cannot_be_read_is_a_warning_where_the_contract_is_silent():
    accepted = accept(stays(), arrived(HEADERS, [*GOOD[:3], "约三千", "没有这种"]), NOVEMBER)
    assert accepted.rows.select("self_paid", "visit_kind").rows() == [(None, None)]
    assert findings(accepted) == [(2, "warn", "self_paid:readable"), (2, "warn", "visit_kind:readable")]
    assert set(accepted.findings["column"]) == {"个人自付（万元）", "类别"}


def test_unknown_columns_are_told_never_dropped_in_silence():
    accepted = accept(stays(), arrived([*HEADERS, "序号", "新增列"], [*GOOD, "1", "x"]), NOVEMBER)
    assert accepted.findings.select("code", "column", "row_number").rows() == [("unknown_column", "新增列", None)]


def test_a_list_whose_column_of_numbers_is_gone_is_told_what_that_costs():
    renamed = [HEADERS[0], "编码", *HEADERS[2:]]
    accepted = accept(stays(), arrived(renamed, GOOD), NOVEMBER)
    assert accepted.findings.select("code", "column", "severity").rows() == [
        ("no_id_column", "身份证号", "warn"),
        ("unknown_column", "编码", "warn"),
    ]
    assert accepted.findings["reason"][0] == "没有“身份证号”列，只能靠姓名、住址等核对，认不出的人会多。"
    assert accepted.rows.height == 1


def test_numbers_of_members_that_lost_their_columns_are_told_once():
    household = feed(
        [{"name": "village", "headers": ["村"], "type": "place"}],
        shape="wide",
        wide={"name": ["姓名_{n}"], "id_number": ["证号_{n}"], "count": 2},
    )
    accepted = accept(
        household, arrived(["村", "姓名_1", "编码_1", "姓名_2", "编码_2"], ["龙塘村", "张三", VALID, "李四", OTHER_VALID]), NOVEMBER
    )
    assert accepted.findings.filter(pl.col("code") == "no_id_column")["column"].to_list() == ["证号"]


def test_messages_carry_no_value_of_a_cell():
    row = ["秘密人", "522699198001011234", "秘密日期", "秘密金额", "秘密类别"]
    accepted = accept(stays(), arrived(HEADERS, row), NOVEMBER)
    assert not accepted.findings.select(pl.any_horizontal(pl.col("reason", "advice").str.contains("秘密|5226991980"))).to_series().any()
    assert accepted.set_aside["reasons"].list.join("").str.contains("秘密").any() is False


def test_sheets_with_other_headers_and_towns_in_their_names():
    contract = feed([*STAY, {"name": "town", "headers": ["乡镇"], "type": "place"}])
    one = arrived(HEADERS, GOOD, sheet="上坪镇")
    two = arrived(["类别", "姓名", "出院日期"], ["门诊", "李四", "46331"], file="（自定义）下坪乡11月.xlsx")
    below = arrived(HEADERS, GOOD, sheet="上坪镇（第5行起）")  # the second of two lists in one sheet
    accepted = accept(contract, pl.concat([one, two, below], how="diagonal"), NOVEMBER)
    assert accepted.rows.select("town", "person_name", "event_date", "visit_kind").rows() == [
        ("上坪镇", "张三", date(2026, 11, 5), "住院"),
        ("下坪乡", "李四", date(2026, 11, 5), "门诊"),
        ("上坪镇", "张三", date(2026, 11, 5), "住院"),
    ]


def test_members_across_become_records_of_one_row():
    contract = feed(
        [{"name": "town", "headers": ["乡镇"], "type": "place"}],
        shape="wide",
        wide={"name": ["成员{n}_姓名", "姓名_{n}"], "id_number": ["成员{n}_证号", "证号_{n}"], "count": 3},
    )
    headers = ["乡镇", "成员1_姓名", "成员1_证号", "成员2_姓名", "成员2_证号", "成员3_姓名", "成员3_证号"]
    accepted = accept(contract, arrived(headers, ["甲", "张三", VALID, "李四", None, None, None], ["乙", *[None] * 6]), NOVEMBER)
    assert persons(accepted) == [("2", "张三", VALID), ("2/2", "李四", None)]
    assert accepted.rows["co_names"].to_list() == [["李四"], ["张三"]]
    assert accepted.set_aside["codes"].to_list() == [["person_name:any_present"]]
    numbered = arrived(["姓名", "证号", "姓名_2", "证号_2"], ["张三", VALID, "李四", OTHER_VALID])
    assert persons(accept(contract, numbered, NOVEMBER)) == [("2", "张三", VALID), ("2/2", "李四", OTHER_VALID)]


@pytest.mark.parametrize(
    ("names", "numbers", "expected"),
    [
        ("张三、李四", f"{VALID}、{OTHER_VALID}", [("2", "张三", VALID), ("2/2", "李四", OTHER_VALID)]),
        ("张三，李四", f"{VALID};{OTHER_VALID}", [("2", "张三", VALID), ("2/2", "李四", OTHER_VALID)]),
        ("张三 李四", f"{VALID} {OTHER_VALID}", [("2", "张三", VALID), ("2/2", "李四", OTHER_VALID)]),
        ("张 三", "522699 19800101 1233", [("2", "张三", VALID)]),
        ("张三\n李四", VALID, [("2", "张三", VALID), ("2/2", "李四", None)]),
        ("张三 李四", None, [("2", "张三", None), ("2/2", "李四", None)]),
        ("阿作 伍支", VALID, [("2", "阿作 伍支", VALID)]),
        ("买买提·依明", VALID, [("2", "买买提·依明", VALID)]),
    ],
)
def test_several_people_in_a_cell(names, numbers, expected):
    columns = [{"name": "person_name", "headers": ["姓名"], "type": "names"}, {"name": "id_number", "headers": ["身份证号"], "type": "ids"}]
    accepted = accept(feed(columns, shape="several"), arrived(["姓名", "身份证号"], [names, numbers]), NOVEMBER)
    assert persons(accepted) == expected


def test_too_few_rows_hold_the_feed_and_odd_numbers_are_told():
    with pytest.raises(HeldFeed, match="少于最低的5行"):
        accept(stays(rows={"hold_below": 5}), arrived(HEADERS, GOOD), NOVEMBER)
    odd = accept(stays(rows={"min": 2}), arrived(HEADERS, GOOD), NOVEMBER)
    assert findings(odd) == [(None, "warn", "row_count")]
    few = accept(stays(rows={"per_1000_households": (10, 20)}), arrived(HEADERS, GOOD), NOVEMBER, households=5000)
    assert findings(few) == [(None, "warn", "row_count_of_county")]


def test_the_other_expectations():
    checks = [
        {"column": "person_name", "check": "matches", "pattern": "^[一-龥]+$", "on_failure": "warn", "reason": "姓名有怪字。"},
        {"column": "visit_kind", "check": "one_of", "values": ["住院"], "reason": "只收住院。"},
        {"column": "event_date", "check": "not_before", "days": 30, "on_failure": "warn", "reason": "太早。"},
        {"column": "id_number", "check": "unique", "columns": ["event_date"], "on_failure": "warn", "reason": "报了两次。"},
        {"column": "id_number", "check": "unique", "on_failure": "warn", "reason": "同一人两行。"},
    ]  # fmt: skip
    lines = [GOOD, GOOD, ["李四", OTHER_VALID, "2026-10-01", "1", "门诊"], ["A1", None, "2026-10-02", "1", "ZY"]]
    accepted = accept(feed(STAY, expectations=checks), arrived(HEADERS, *lines), NOVEMBER)
    assert persons(accepted) == [("2", "张三", VALID), ("3", "张三", VALID), ("5", "A1", None)]
    assert findings(accepted) == [
        (2, "warn", "id_number:unique"),
        (2, "warn", "id_number:unique"),
        (3, "warn", "id_number:unique"),
        (3, "warn", "id_number:unique"),
        (4, "set_aside", "visit_kind:one_of"),
        (4, "warn", "event_date:not_before"),
        (5, "warn", "person_name:matches"),
    ]


def test_every_check_is_counted():
    observed = accept(stays(), arrived(HEADERS, GOOD, [None] * 5), NOVEMBER).observed.filter(kind="expectation")
    counts = {code: found for code, *found in observed.select("code", "checked", "failed").iter_rows()}
    assert counts["event_date:present"] == [2, 1]
    assert counts["event_date:readable"] == [1, 0]
    assert counts["person_name:any_present"] == [2, 1]


CELLS = st.sampled_from([None, "张三", VALID, "522699198001011234", "2026-11-05", "2026-13-01", "12", "十万", "住院", "?"])


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CELLS, min_size=5, max_size=5), min_size=1, max_size=6))
def test_every_row_is_kept_or_set_aside_and_never_both(lines):
    rows = arrived(HEADERS, *lines)
    accepted = accept(stays(), rows, NOVEMBER)
    kept, refused = set(accepted.rows["row_id"]), set(accepted.set_aside["row_id"])
    assert kept | refused == set(rows["row_id"])
    assert not kept & refused
    assert accepted.findings.columns == list(FINDING)
    assert accepted.set_aside.columns == [*SET_ASIDE, *HEADERS]


def test_no_rows_are_no_problem():
    nothing = accept(stays(), arrived(HEADERS), NOVEMBER)
    assert nothing.rows.is_empty()
    assert nothing.rows.columns == [*ACCEPTED, "self_paid", "visit_kind"]
