"""A total that is not the sum of its rows is told; every way of totalling that bureaus use is understood."""

from __future__ import annotations

import polars as pl
import pytest

from connectors.layout import Table
from connectors.totals import wrong_totals
from contracts.feed import Feed
from standards.headers import Assignment

FEED = Feed.model_validate(
    {
        "feed": "losses", "title": "损失", "bureau": "林业局", "role": "risk", "source": {"files": ["*.xlsx"]},
        "columns": [{"name": "person_name", "headers": ["姓名"], "type": "name"}, {"name": "loss", "headers": ["损失"], "type": "money"}],
    }
)  # fmt: skip
TABLE = Table(first=0, last=0, headers={}, found=Assignment(columns={"person_name": "姓名", "loss": "损失"}))


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        (["10", "20.5", "=30.5"], []),
        (["10", "20.5", "=31.5"], [3]),
        (["10", "20", "=30", "5", "5", "=10", "=40"], []),  # subtotals and a total
        (["10", "20", "=30", "5", "5", "=11", "=40"], [6]),
        (["1", "=1", "2", "=2", "=3", "4", "=4", "=7"], []),  # villages in towns in a county
        (["=30", "10", "20"], []),  # the total stands on top
        (["10", None, "约二十", "=10"], []),
        (["10", "20", "=约三十"], []),
        (["10", "20"], []),
        (["1.005"] * 100 + ["=100.99"], []),  # rounded
    ],
)
def test_totals(cells, wrong):
    lines = pl.DataFrame(
        {
            "row_number": pl.Series(range(1, len(cells) + 1), dtype=pl.Int32),
            "kind": ["total_line" if (cell or "").startswith("=") else "data" for cell in cells],
            "姓名": ["张三"] * len(cells),
            "损失": [cell.removeprefix("=") if cell else None for cell in cells],
        }
    )
    found = wrong_totals(FEED, TABLE, lines)
    assert found["row_number"].to_list() == wrong
    assert set(found["column"]) <= {"损失"}
