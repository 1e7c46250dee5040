"""How rows become lines: merged headers, subtotals, blank lines, styles, and the row number at which each row stands."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from samples.feeds.layout import Col, Layout, lay_out

ROWS = pl.DataFrame(
    {
        "line": [0, 1, 2],
        "name": ["张三", "李四", "王五"],
        "town": ["甲镇", "甲镇", "乙镇"],
        "paid": [1234.5, -12000.0, 80.0],
        "day": [date(2026, 11, 5), date(2026, 1, 15), None],
    }
)
COLUMNS = (Col("序号", "#"), Col("人员|姓名", "name"), Col("人员|乡镇", "town"), Col("金额", "paid", "comma"))
NAMES = {"month": "202611", "year": "2026", "number": "11"}


def lines(layout: Layout, rows: pl.DataFrame = ROWS) -> tuple[list[tuple[str | None, ...]], list[int]]:
    laid = lay_out(layout, rows, NAMES, np.random.default_rng(1))
    return laid.files[0].sheets[0].grid.rows(), laid.rows["row_number"].to_list()


def test_a_list_with_everything_on_it() -> None:
    layout = Layout(
        file="a.xlsx",
        columns=COLUMNS,
        titles=("{year}年{number}月名单",),
        unit="单位：元",
        subtotals_by="town",
        sums=("paid",),
        total=True,
        blank_every=1,
        footer=("填表人：",),
    )
    grid, stands = lines(layout)
    assert grid == [
        ("2026年11月名单", None, None, None),
        (None, None, None, "单位：元"),
        ("序号", "人员", None, "金额"),
        (None, "姓名", "乡镇", None),
        ("1", "张三", "甲镇", "1,234.50"),
        ("2", "李四", "甲镇", "-12,000.00"),
        ("甲镇小计", None, None, "-10,765.50"),
        (None, None, None, None),
        ("3", "王五", "乙镇", "80.00"),
        ("乙镇小计", None, None, "80.00"),
        (None, None, None, None),
        ("合计", None, None, "-10,685.50"),
        ("填表人：", None, None, None),
    ]
    assert stands == [5, 6, 9]
    laid = lay_out(layout, ROWS, NAMES, np.random.default_rng(1))
    assert laid.lines["row_number"].to_list() == [7, 10, 12]
    assert set(laid.files[0].sheets[0].merges) == {(0, 0, 0, 3), (2, 1, 2, 2), (2, 0, 3, 0), (2, 3, 3, 3)}


def test_blank_lines_between_rows() -> None:
    grid, stands = lines(Layout(file="a.xlsx", columns=(Col("姓名", "name"),), blank_every=2))
    assert [row[0] for row in grid] == ["姓名", "张三", "李四", None, "王五"]
    assert stands == [2, 3, 5]


def test_one_sheet_or_file_for_each_value() -> None:
    sheets = lay_out(Layout(file="a.xlsx", columns=COLUMNS, sheets_by="town"), ROWS, NAMES, np.random.default_rng(1))
    assert [sheet.name for sheet in sheets.files[0].sheets] == ["甲镇", "乙镇"]
    files = lay_out(Layout(file="{town}{month}.xlsx", columns=COLUMNS, files_by="town"), ROWS, NAMES, np.random.default_rng(1))
    assert files.rows.select("file", "row_number").rows() == [("甲镇202611.xlsx", 3), ("甲镇202611.xlsx", 4), ("乙镇202611.xlsx", 3)]


@pytest.mark.parametrize(
    ("style", "first", "second"),
    [
        ("dash", "2026-11-05", "2026-01-15"),
        ("slash", "2026/11/5", "2026/1/15"),
        ("dot", "2026.11.5", "2026.1.15"),
        ("chinese", "2026年11月5日", "2026年1月15日"),
        ("digits", "20261105", "20260115"),
        ("serial", "46331", "46037"),
        ("time", "2026-11-05 00:00:00", "2026-01-15 00:00:00"),
    ],
)
def test_dates_in_every_style(style: str, first: str, second: str) -> None:
    grid, _ = lines(Layout(file="a.csv", kind="csv", columns=(Col("日期", "day", "date"),), dates=(style,)))
    assert [row[0] for row in grid] == ["日期", first, second, None]


def test_broken_cells_stand_in_place_of_the_true_ones() -> None:
    rows = ROWS.with_columns(paid=pl.Series([1200.0, 350.0, 80.0]), _paid=pl.Series([None, "见附件", None]))
    grid, _ = lines(Layout(file="a.xlsx", columns=(Col("金额（万元）", "paid", "wan"),)), rows)
    assert [row[0] for row in grid] == ["金额（万元）", "0.12", "见附件", "0.008"]
