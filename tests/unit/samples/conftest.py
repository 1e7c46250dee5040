"""One small sample county, made once for all tests of the samples."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_home import make


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("county"))
