import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.text import clean, compact, header_key, something


def each(expression, cells):
    return pl.DataFrame({"cell": pl.Series(cells, dtype=pl.String)}).select(expression(pl.col("cell")))["cell"].to_list()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("　张三\u00a0", "张三"),
        ("\ufeff姓名\t", "姓名"),
        ("\u200b李 四\u200b", "李 四"),
        ("１２３ＡＢ", "123AB"),
        ("　\t ", None),
        ("", None),
        (None, None),
        ("\ue5f1小明", "\ue5f1小明"),  # private use: a rare surname that the sender could not show
    ],
)
def test_clean(cell, expected):
    assert each(clean, [cell]) == [expected]


@given(st.lists(st.one_of(st.none(), st.text(max_size=12)), min_size=1, max_size=20))
def test_clean_and_compact_change_nothing_twice(cells):
    for expression in (clean, compact, something):
        once = each(expression, cells)
        assert each(expression, once) == once


def test_a_plain_cell_is_its_own_clean_text():
    plain = [chr(code) for code in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    assert each(clean, plain) == [unicodedata.normalize("NFKC", letter) for letter in plain]
    assert each(clean, ["\uf900", "\u2f00", "张三\uf900"]) == ["豈", "一", "张三豈"]  # ideographs that are others in another form


def test_nothing_is_nothing():
    assert each(something, ["-", " / ", "无", "——", "无业", "0"]) == [None, None, None, None, "无业", "0"]


@pytest.mark.parametrize(
    ("header", "same_as"),
    [
        ("姓 名", "姓名"),
        ("联系\n电话", "联系电话"),
        ("个人自付（万元）", "个人自付"),
        ("建筑面积（㎡）", "建筑面积"),
        ("金额(单位：元)", "金额"),
        ("*身份证号*", "身份证号"),
        ("乡（镇）", "乡(镇)"),
        ("ＩＤ", "id"),
    ],
)
def test_headers_that_are_one(header, same_as):
    assert header_key(header) == header_key(same_as)


def test_headers_that_differ():
    assert header_key("户主（姓名）") != header_key("户主")
    assert header_key("姓名_2") != header_key("姓名")
