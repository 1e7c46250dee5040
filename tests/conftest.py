"""How tests are shared out between two workers: a module stays whole, and long modules are begun while there is other work to do.

No property test has a deadline: how long an example takes says more about the machine than about the code.
"""

from __future__ import annotations

import pytest
from hypothesis import settings

import pipelines  # noqa: F401  before Polars: its threads are those of the product

settings.register_profile("hulian", deadline=None)
settings.load_profile("hulian")

FIRST = "test_analyst.py"  # makes the county that the other integration tests wait for
MEANWHILE = ("delivery", "drafting", "samples")  # folders of unit tests that take about as long


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order in which modules are begun; within one it stays as it is written."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    if item.path.name == FIRST:
        return 0
    if "integration" in item.path.parts:
        return 2
    return 1 if any(folder in item.path.parts for folder in MEANWHILE) else 3
