import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.phones import parse_phone


def read(cells):
    return pl.DataFrame({"cell": pl.Series(cells, dtype=pl.String)}).select(parse_phone(pl.col("cell")))["cell"].to_list()


@pytest.mark.parametrize(
    ("cell", "digits"),
    [
        ("13912345678", "13912345678"),
        ("13912345678.0", "13912345678"),
        ("1.3912345678E10", "13912345678"),
        ("+86 139 1234 5678", "13912345678"),
        ("139-1234-5678", "13912345678"),
        ("8613912345678", "13912345678"),
        ("0855-6221234,13912345678", "13912345678"),
        ("13912345678、13812345678", "13912345678"),
        ("13912345678 13812345678", "13912345678"),
        ("0855-6221234", "08556221234"),
        ("6221234", "6221234"),
        ("139****5678", None),
        ("522699198001011234", None),
        ("无", None),
        (None, None),
    ],
)
def test_phones(cell, digits):
    assert read([cell]) == [digits]


@given(st.lists(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), min_size=1, max_size=10))
def test_any_mobile_is_read_however_it_is_joined(numbers):
    assert read(numbers) == numbers
    assert read(["/".join(numbers)]) == numbers[:1]
