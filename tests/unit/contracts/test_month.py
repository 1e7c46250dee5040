from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import ConfigError
from contracts.month import Month

months = st.builds(Month, st.integers(1950, 2100), st.integers(1, 12))


@given(months)
def test_text_and_value_are_inverse(month: Month) -> None:
    assert Month.parse(str(month)) == month


@given(months, st.integers(-600, 600))
def test_plus_goes_there_and_back(month: Month, count: int) -> None:
    assert month.plus(count).plus(-count) == month
    assert (month.plus(count) > month) == (count > 0)


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-1", "202611", "2026-11-01", ""])
def test_anything_else_is_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(ConfigError, match="YYYY-MM"):
        Month.parse(text)


def test_days_and_ranges() -> None:
    february = Month(2028, 2)
    assert (february.start, february.end) == (date(2028, 2, 1), date(2028, 2, 29))
    assert Month(2027, 2).back_to(Month(2026, 11)) == [Month(2026, 11), Month(2026, 12), Month(2027, 1), Month(2027, 2)]
    assert Month(2026, 1).back_to(Month(2026, 2)) == []
