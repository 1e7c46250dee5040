from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.dates import parse_date


def read(cells):
    return pl.DataFrame({"cell": pl.Series(cells, dtype=pl.String)}).select(parse_date(pl.col("cell")))["cell"].to_list()


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-05",
        "2026/11/5",
        "2026.11.5",
        "2026年11月5日",
        "2026 年 11 月 5 日",
        "20261105",
        "20261105.0",
        "２０２６－１１－０５",
        "46331",
        "46331.0",
        "46331.4375",
        "2026-11-05 00:00:00",
        "2026-11-05T10:30:00",
        "2026/11/5 9:05",
        "20261105103000",
        " 2026-11-05\u00a0",
        "2026、11、5",
        "2026 11 05",
        "2026\\11\\5",
        "2026年11月5号上午",
        "2026年11月5日（周四）",
        "2026年11月5日星期四 9:05",
        "二〇二六年十一月五日",
        "二零二六年十一月五号",
        "5-Nov-26",
        "05 November 2026",
    ],
)
def test_ways_to_write_a_day(cell):
    assert read([cell]) == [date(2026, 11, 5)]


@pytest.mark.parametrize("cell", ["25/11/2026", "11/25/2026", "25.11.2026", "25-11-2026"])
def test_a_day_beyond_the_twelfth_is_no_month(cell):
    assert read([cell]) == [date(2026, 11, 25)]


@pytest.mark.parametrize("cell", ["2026-11", "202611", "2026年11月", "2026.11", "2026/11", "2026年11月份", "202611.0", "二〇二六年十一月"])
def test_a_month_is_its_first_day(cell):
    assert read([cell]) == [date(2026, 11, 1)]


@pytest.mark.parametrize(
    "cell",
    [
        None,
        "",
        "不详",
        "11/5/2026",
        "26.11.5",
        "2026",
        "2026-13-01",
        "2026-02-30",
        "20261345",
        "0",
        "123",
        "2026-11-05至12-01",
        "99999",
        "9999-12-31",
        "0026-11-05",
        "九月九日",
        "九九九九年十二月三十一日",
        "二〇二六年二月三十日",
        "2026.11.5-11.8",
    ],
)
def test_what_is_no_date(cell):
    assert read([cell]) == [None]


@given(st.lists(st.dates(date(1930, 1, 1), date(2090, 12, 31)), min_size=1, max_size=20))
def test_every_style_gives_the_day_back(days):
    styles = ["{d:%Y-%m-%d}", "{d:%Y}/{d.month}/{d.day}", "{d:%Y}.{d.month}.{d.day}", "{d:%Y}年{d.month}月{d.day}日", "{d:%Y%m%d}"]
    written = [style.format(d=day) for style in styles for day in days]
    serials = [str((day - date(1899, 12, 30)) // timedelta(days=1)) for day in days]
    assert read(written + serials) == days * (len(styles) + 1)
