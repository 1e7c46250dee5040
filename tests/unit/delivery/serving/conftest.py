"""One served county for all tests that only read it."""

from __future__ import annotations

import pytest

from tests.unit.delivery.serving.world import World, make


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make(tmp_path_factory.mktemp("served"))
