"""A register that shrank by half stops the month and asks; a person's word lets it go on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from assets.county import CountyResource
from assets.register import register_asset
from contracts.county import Configuration
from contracts.home import Home
from contracts.month import Month
from contracts.tables import ACCEPTED, HOUSEHOLD, conform
from standards import places as place_names

CONFIG = Path(__file__).parents[3] / "config"
BEFORE, NOW = Month(2026, 10), Month(2026, 11)


def check(home: Home, county_file: Path, households: int) -> dg.AssetCheckResult:
    """The check `register_whole` of a register of so many households."""
    said = {"file": "r", "sheet": "", "part": 1, "person_name": "沈大海", "relation": "户主"}
    rows = [{**said, "row_id": f"r#!{n}", "row_number": n, "household_id": f"H{n}", "person_id": f"P{n}"} for n in range(households)]
    configuration = Configuration.load(county_file)
    asset = register_asset(configuration.register_feed)
    county = CountyResource(home_folder=str(home.root), county_file=str(county_file))
    context = dg.build_asset_context(partition_key=str(NOW), resources={"county": county})
    accepted = conform(pl.DataFrame(rows), ACCEPTED, keep_others=True)
    made: Any = asset(context, accepted=accepted, places=place_names.load(configuration.root / configuration.county.places))
    return next(each for each in made if isinstance(each, dg.AssetCheckResult) and each.check_name == "register_whole")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose register had a hundred households the month before."""
    table = Home(tmp_path).table("register/households", BEFORE)
    table.parent.mkdir(parents=True)
    conform(pl.DataFrame({"household_id": [f"H{n}" for n in range(100)]}), HOUSEHOLD).write_parquet(table)
    return Home(tmp_path)


@pytest.mark.parametrize(("households", "passes"), [(100, True), (80, True), (79, False), (50, False)])
def test_a_smaller_register_stops_the_month(home: Home, households: int, passes: bool) -> None:  # noqa: FBT001 - a case
    result = check(home, CONFIG / "county.yml", households)
    assert result.passed == passes
    assert result.metadata["上月户数"].value == 100


def test_the_first_month_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    assert check(Home(tmp_path), CONFIG / "county.yml", 10).passed


def test_a_person_says_that_it_is_right(home: Home) -> None:
    shutil.copytree(CONFIG, home.root / "config")
    file = home.root / "config" / "county.yml"
    file.write_text(file.read_text(encoding="utf-8") + "\nregister_size:\n  confirmed: ['2026-11']\n", encoding="utf-8")
    assert check(home, file, 50).passed
