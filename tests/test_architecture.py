"""The house keeps its walls: imports go one way, and only the rooms that may know a tool know it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from importlinter.api import read_configuration
from importlinter.application.use_cases import lint_imports

PROJECT = Path(__file__).resolve().parent.parent


def test_imports_go_one_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    assert lint_imports(config_filename="pyproject.toml", is_debug_mode=False, show_timings=False, verbose=False)


def test_every_room_is_under_the_import_rules() -> None:
    rooms = {path.parent.name for path in PROJECT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert rooms == set(read_configuration("pyproject.toml")["session_options"]["root_packages"])


def test_every_package_is_installed() -> None:
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = {str(path.parent.relative_to(PROJECT)).replace("/", ".") for path in PROJECT.glob("[a-z]*/**/__init__.py")}
    outside = {name for name in packages if name.split(".")[0] in {"tests", "benchmarks"}}
    assert packages - outside == set(settings["tool"]["setuptools"]["packages"])


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_are_hashed_and_name_no_address(lock: str) -> None:
    lines = (PROJECT / lock).read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if "://" in line or "--index" in line or "--find-links" in line]
    pinned = [line for line in lines if "==" in line and not line.startswith((" ", "#"))]
    assert pinned
    assert all(line.endswith("\\") for line in pinned)


def test_modules_are_small_enough_to_read_at_one_sitting() -> None:
    rooms = [path for path in PROJECT.glob("[a-z]*/**/*.py") if path.relative_to(PROJECT).parts[0] not in {"tests", "var", "build"}]
    long = {str(path.relative_to(PROJECT)): lines for path in rooms if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400}
    assert not long
