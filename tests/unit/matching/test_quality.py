"""The hidden-ID test's figures."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from matching.quality import quality, wilson


@pytest.mark.parametrize(
    ("right", "made", "low", "high"),
    [(10, 10, 0.7225, 1.0), (95, 100, 0.8882, 0.9785), (0, 10, 0.0, 0.2775)],  # Brown, Cai, DasGupta (2001), or by hand
)
def test_wilson(right: int, made: int, low: float, high: float) -> None:
    bounds = wilson(np.array([right]), np.array([made]))
    assert [float(bound[0]) for bound in bounds] == pytest.approx([low, high], abs=5e-4)


def test_one_row_per_list_also_where_nothing_could_be_tested() -> None:
    tested = pl.DataFrame({"feed": ["a"] * 4, "status": ["linked", "linked", "review", "absent"], "right": [True, False, True, False]})
    records = pl.DataFrame({"feed": ["a", "b"], "records": [9, 5], "sure": [4, 0]})
    table = quality(tested, records, 0.96)
    assert table.select("feed", "tested", "right", "wrong", "undecided", "recall", "precision").rows() == [
        ("a", 4, 1, 1, 2, 0.25, 0.5),
        ("b", 0, 0, 0, 0, None, None),
    ]
