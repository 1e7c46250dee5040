"""The loop closes: a month is released, villages hand in what they found, and the next month knows."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import httpx2
import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner

from contracts.home import Home
from delivery.desk import open_desk
from delivery.serving.scope import Scope
from delivery.serving.tokens import Tokens
from delivery.words import NUMBERED_CONCLUSIONS
from pipelines.cli import cli
from pipelines.defaults import SAMPLE_COUNTY
from pipelines.run_month import run_month
from pipelines.sample_visits import found_at_doors, hand_in_visits, serving
from tests.filling import fill, forms, saved
from tests.integration.conftest import MONTHS

OCTOBER, NOVEMBER = MONTHS


@pytest.fixture(scope="module")
def visited(county: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The county whose villages have handed in October, and whose November was run again since."""
    home = Home(tmp_path_factory.mktemp("loop") / "home")
    shutil.copytree(county.root, home.root)
    told = hand_in_visits(SAMPLE_COUNTY, home, OCTOBER)
    assert (told["new"] == told["answers"]).all()
    assert not told["problems"].sum()
    again = hand_in_visits(SAMPLE_COUNTY, home, OCTOBER)
    assert not again["new"].sum(), "handed in twice changes nothing"
    assert run_month(SAMPLE_COUNTY, home, NOVEMBER, show_progress=False)
    return home


def table(home: Home, name: str) -> pl.DataFrame:
    return pl.read_parquet(home.table(name, NOVEMBER))


def test_what_was_verified_and_is_unchanged_sends_nobody(visited: Home, county: Home) -> None:
    before, after = (dict(table(home, "suppressed").group_by("code").len().iter_rows()) for home in (county, visited))
    assert "verified" not in before
    assert after["verified"] > 0
    october = pl.read_parquet(visited.release(OCTOBER, 1) / "tables" / "leads.parquet")
    verified = table(visited, "suppressed").filter(code="verified")
    assert verified["earlier_lead_id"].is_in(october["lead_id"].implode()).all()


def test_overdue_visits_are_those_that_nobody_handed_in(visited: Home, county: Home) -> None:
    answered = open_desk(visited.desk_url).verifications(before=date(2026, 12, 6))
    concluded = answered.filter(pl.col("conclusion") != "暂未联系上")["lead_id"]
    assert set(table(visited, "overdue")["lead_id"]) == set(table(county, "overdue")["lead_id"]) - set(concluded)


def test_yields_appear(visited: Home, county: Home) -> None:
    assert not table(county, "yields")["verified"].sum()
    found = table(visited, "yields")
    assert found["verified"].sum() > 0
    assert found.filter(pl.col("true") > 0).height > 0
    backtest = CliRunner().invoke(cli, ["rules", "backtest", "--home", str(visited.root)], env={"COLUMNS": "200"})
    assert "100%" in backtest.output


def test_doors_that_are_sent_again_tell_what_was_found_last_time(visited: Home) -> None:
    known = table(visited, "leads").filter(pl.col("last_conclusion").is_not_null())
    answered = open_desk(visited.desk_url).verifications(before=date(2026, 12, 6))
    assert known.height > 0
    assert known.join(answered, on="household_id", how="anti").is_empty()


def test_a_village_hands_in_its_own_workbook(county: Home, tmp_path: Path) -> None:
    """The file that it was given, filled in on its yellow cells."""
    home = Home(tmp_path / "home")
    shutil.copytree(county.root, home.root)
    village = found_at_doors(home, home.desk_url, OCTOBER)["village_code"][0]
    (path,) = home.release(OCTOBER, 1).glob(f"村级/*/*_{village}_*.xlsx")
    book = openpyxl.load_workbook(path)
    for sheet in forms(book):
        fill(sheet, NUMBERED_CONCLUSIONS[1], day="2026-11-10")
    secret = Tokens(open_desk(home.desk_url).engine).issue(Scope("village", village), 1, "村")
    with serving(SAMPLE_COUNTY, home) as address, httpx2.Client(trust_env=False, timeout=60) as client:
        reply = client.post(f"{address}/api/v1/hand-ins", content=saved(book), headers={"authorization": f"Bearer {secret}"})
    assert reply.json()["problems"] == []
    leads = pl.read_parquet(home.release(OCTOBER, 1) / "tables" / "leads.parquet").filter(village_code=village)
    assert reply.json()["new"] == leads.height
    assert set(open_desk(home.desk_url).verifications(before=date(2026, 12, 6))["conclusion"]) == {"属实-单项帮扶"}
