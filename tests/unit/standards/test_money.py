import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.money import parse_money, parse_number


def read(cells, factor=1.0):
    return pl.DataFrame({"cell": pl.Series(cells, dtype=pl.String)}).select(parse_money(pl.col("cell"), factor))["cell"].to_list()


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        ("12,345.00", 12345.0),
        ("12，345", 12345.0),
        ("1.2万", 12000.0),
        ("1.2w", 12000.0),
        ("1,2345.6", 12345.6),  # in tens of thousands
        ("3,5", None),  # a point, or a slip
        ("1,23,456", None),
        ("1.1万元", 11000.0),
        ("￥350", 350.0),
        ("350元", 350.0),
        ("350元整", 350.0),
        ("-350.00", -350.0),
        ("(350)", -350.0),
        ("（1,350.5）", -1350.5),
        ("—350", -350.0),
        ("１２３", 123.0),
        ("1.2E4", 12000.0),
        ("0", 0.0),
        (".5", 0.5),
        ("约三千", None),
        ("3-5万", None),
        ("12.3.4", None),
        ("", None),
        (None, None),
        ("1e999", None),
    ],
)
def test_amounts(cell, yuan):
    assert read([cell]) == [yuan]


def test_the_unit_of_the_column_yields_to_that_of_the_cell():
    assert read(["1.25", "1.25万", "800元"], factor=1e4) == [12500.0, 12500.0, 800.0]


def test_numbers():
    cells = pl.DataFrame({"cell": ["1,200", "86.5㎡", "3人", "两间", None, "-2"]})
    assert cells.select(parse_number(pl.col("cell")))["cell"].to_list() == [1200.0, 86.5, 3.0, None, None, -2.0]


@given(st.lists(st.integers(-(10**11), 10**11), min_size=1, max_size=30))
def test_fen_survive_writing_and_reading(cents):
    amounts = [cent / 100 for cent in cents]
    assert read([f"{amount:,.2f}" for amount in amounts]) == amounts
    assert read([f"{amount:.2f}元" for amount in amounts], factor=1e4) == amounts
