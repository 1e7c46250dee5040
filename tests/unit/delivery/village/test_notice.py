"""A public notice says who is proposed for what, and cannot say more, whatever stands in the register."""

from __future__ import annotations

import re
from datetime import date

import polars as pl
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.tables import VERIFICATION
from delivery.errors import NoticeError
from delivery.village.notice import Period, proposed, write_notices
from delivery.village.public import KINDS, PUBLIC, PublicRows
from tests.unit.delivery import frames

ROW = {
    "matter": "拟纳入监测对象", "town": "城关镇", "village": "柳溪村", "group": "3组", "head_name": "买买提·吐尔逊", "members": "4",
    "category": "边缘易致贫户",
}  # fmt: skip
SECRETS = st.one_of(
    st.from_regex(r"[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d)\d{3}[\dXx]", fullmatch=True),
    st.from_regex(r"[1-9]\d{14}", fullmatch=True),
    st.from_regex(r"1[3-9]\d{9}", fullmatch=True),
    st.from_regex(r"0\d{2,3}-?\d{7,8}", fullmatch=True),
    st.from_regex(r"[３４６][０-９]{15,18}", fullmatch=True),
    st.from_regex(r"62\d{2}( \d{4}){3,4}", fullmatch=True),
    st.sampled_from(
        [
            "尿毒症",
            "肺癌",
            "精神病",
            "高血压",
            "二级残疾",
            "胃炎",
            "脑梗",
            "白内障",
            "慢性肾炎",
            "艾滋",
            "一三八八五五一二三四五",
            "车祸手术",
        ]
    ),
)
AROUND = st.sampled_from(["", "杨正华", "（", "，", " ", "\n", "组"])


def rows(**changed: str) -> pl.DataFrame:
    return pl.DataFrame([{**ROW, **changed}], schema=PUBLIC)


def test_an_ordinary_row_may_be_public():
    public, left_out = PublicRows.of(rows().with_columns(household_id=pl.lit("H1"), head_id=pl.lit("522699198803121234")))
    assert public.rows.to_dicts() == [ROW]
    assert left_out.is_empty()


@given(column=st.sampled_from(sorted(KINDS)), secret=SECRETS, before=AROUND, after=AROUND)
def test_no_number_and_no_word_of_health_gets_through_any_column(column, secret, before, after):
    tainted = rows(**{column: before + secret + after})
    public, left_out = PublicRows.of(tainted)
    assert public.rows.is_empty()
    assert left_out.height == 1
    with pytest.raises(NoticeError) as refused:
        PublicRows(tainted)
    assert secret not in str(refused.value)


@given(column=st.sampled_from(sorted(KINDS)), text=st.text(max_size=30))
def test_whatever_gets_through_is_short_and_has_no_long_number(column, text):
    public, _ = PublicRows.of(rows(**{column: text}))
    for cell in public.rows.row(0) if public.rows.height else ():
        assert not re.search(r"\d{3}|[A-Za-z@]", cell)
        assert len(cell) <= 40


def test_another_column_makes_it_impossible():
    with pytest.raises(NoticeError, match="no others"):
        PublicRows(rows().with_columns(phone=pl.lit("")))


def verified(*conclusions: str) -> pl.DataFrame:
    found = [
        {
            "lead_id": f"2026-11-522699100200-{number:02d}",
            "household_id": f"H0-{number - 1}",
            "conclusion": words,
            "visited_on": date(2026, 12, 8),
        }
        for number, words in enumerate(conclusions, start=1)
    ]
    return pl.DataFrame(found, schema=dict(VERIFICATION))


def test_conclusions_and_the_register_propose():
    tables = frames.tables(1, 3)
    before = tables.households.with_columns(is_monitored=pl.col("household_id") == "H0-1", monitored_kind=pl.lit("边缘易致贫户"))
    now = before.with_columns(is_cleared=pl.col("household_id") == "H0-1", is_monitored=pl.lit(value=False))
    found = proposed(tables.leads, verified("属实-拟纳入", "不属实-数据有误", "属实-单项帮扶"), now, before)
    assert found.select("household_id", "matter", "category").rows() == [
        ("H0-0", "拟纳入监测对象", "边缘易致贫户"),
        ("H0-2", "拟给予单项帮扶", None),
        ("H0-1", "拟标注风险消除", "边缘易致贫户"),
    ]


def test_the_page_that_hangs_on_the_wall(tmp_path):
    tables = frames.tables(1, 3)
    named = tables.leads.with_columns(village=pl.lit("柳溪村"), head_name=pl.Series(["杨正华", "龙□生", "买买提·吐尔逊"]))
    found = proposed(named, verified("属实-拟纳入", "属实-拟纳入", "属实-单项帮扶"), tables.households, tables.households)
    public, left_out = PublicRows.of(found)
    assert left_out["household_id"].to_list() == ["H0-1"]  # a name with a hole in it
    county = frames.COUNTY.model_copy(update={"notice": frames.COUNTY.notice.model_copy(update={"telephone": "0855-1234567"})})
    (path,) = write_notices(tmp_path, public, frames.MONTH, county, Period(date(2026, 12, 10), 5))
    with pypdfium2.PdfDocument(path) as document:
        text = re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in document))
    assert "杨正华" in text
    assert "2026年12月10日至2026年12月14日（5天）" in text
    assert "电话：0855-1234567" in text
    assert not re.search(r"\d{6,}", text.replace("0855-1234567", ""))
    assert "因病" not in text
