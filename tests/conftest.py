"""How tests are shared out between two workers: a module stays whole, and the integration tests stay together, for they share a county."""

from __future__ import annotations

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test the group of its module."""
    for item in items:
        name = "integration" if "integration" in item.path.parts else item.path.name
        item.add_marker(pytest.mark.xdist_group(name))
