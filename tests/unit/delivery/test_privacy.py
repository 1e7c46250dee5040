"""Masks hold on whole, damaged and foreign numbers."""

from __future__ import annotations

import polars as pl
import pytest

from delivery.book import Book, height_of, line_count, safe
from delivery.privacy import mask_id, mask_ids_in_text, mask_name, mask_phone


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("522699198803121234", "522699********1234"),
        ("522699880312123", "522699*****2123"),  # 15 places
        ("52269919880312123444", "522699********1234"),  # disability certificate: class and level are hidden
        ("5226991988031212344401", "522699********1234"),
        ("522699198803", "********"),
        (None, None),
    ],
)
def test_id_numbers(number, shown):
    assert pl.select(mask_id(pl.lit(number, pl.String))).item() == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("其子（522699198803121234）住院", "其子（522699********1234）住院"),
        ("522699198803121234、52269919900101123X", "522699********1234、522699********123X"),
        ("522699880312123", "522699******123"),
        ("户编号 5226991002000123", "户编号 5226991002000123"),
        ("26000.00", "26000.00"),
    ],
)
def test_id_numbers_in_text(text, shown):
    assert pl.select(mask_ids_in_text(pl.lit(text))).item() == shown


@pytest.mark.parametrize(
    ("name", "shown"), [("杨正华", "杨*华"), ("吴全", "吴*"), ("买买提·吐尔逊", "买*逊"), ("龙", "龙*"), ("", None), (None, None)]
)
def test_names(name, shown):
    assert pl.select(mask_name(pl.lit(name, pl.String))).item() == shown


def test_phones():
    assert pl.select(mask_phone(pl.lit("电话13885512345、0855-1234567"))).item() == "电话138****2345、0855-1234567"


@pytest.mark.parametrize(
    ("text", "written"),
    [("=1+1", "'=1+1"), ("@SUM", "'@SUM"), ("-cmd", "'-cmd"), ("+86", "+86"), ("-350.00", "-350.00"), ("杨=华", "杨=华"), ("", "")],
)
def test_no_text_starts_a_formula(text, written):
    assert safe(text) == written


def test_rows_grow_with_their_text():
    assert line_count("一二三四五", 12) == 1
    assert line_count("一二三四五六七", 12) == 2
    assert line_count("a\nb\nc", 12) == 3
    assert height_of([("一", 10)], least=24) == 24
    assert height_of([("一" * 5000, 10)]) == 409  # the most that Excel allows


def test_sheet_names_are_made_fit_and_unique(tmp_path):
    with Book(tmp_path / "x.xlsx", "x", "x") as book:
        names = [book.sheet(name, landscape=False).get_name() for name in ("01 买[买]提*", "01 买[买]提*", "", "名" * 40)]
    assert names == ["01 买 买 提", "01 买 买 提_2", "表", "名" * 28]
