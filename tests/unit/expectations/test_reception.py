"""What came of a list: received, missing though due, held, or an earlier one in its place."""

import polars as pl
import pytest
from lists import feed

from contracts.month import Month
from expectations.profile import counted
from expectations.reception import came, reception

NOVEMBER = Month(2026, 11)
EVENT, MONTHLY = {"every": "event"}, {"every": "month", "due_day": 5}


@pytest.mark.parametrize(
    ("cadence", "numbers", "arrived", "age", "state"),
    [
        (MONTHLY, {"rows": 5}, True, None, "已收"),
        (MONTHLY, {}, False, None, "未报"),
        (EVENT, {}, False, None, "不需报"),
        ({"every": "half_year", "months": [3, 9]}, {}, False, None, "不需报"),
        (MONTHLY, {"held": 1}, True, None, "暂缓"),
        (MONTHLY, {}, False, 2, "沿用"),
    ],
)
def test_states(cadence, numbers, arrived, age, state):
    columns = [{"name": "person_name", "headers": ["姓名"], "type": "name"}]
    contract = feed(columns, cadence=cadence)
    observed = pl.concat([counted(contract, numbers), came(contract, arrived=arrived, age=age)])
    row = reception({contract.feed: contract}, NOVEMBER, observed).row(0, named=True)
    assert (row["state"], row["carried_from"]) == (state, "2026-09" if age else None)
    assert row["rows"] == numbers.get("rows", 0)
