"""Proof in both directions over a whole month: no lead without a row, no row without a fate."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from contracts.home import Home
from contracts.month import Month
from pipelines.cli import cli

MONTH = Month(2026, 11)


def table(county: Home, name: str) -> pl.DataFrame:
    return pl.read_parquet(county.table(name, MONTH))


def test_every_reason_of_every_lead_rests_on_rows_of_files_that_came(county: Home) -> None:
    found, leads = table(county, "origins"), table(county, "leads")
    wanted = leads.select("lead_id", signal_id="signal_ids").explode("signal_id")
    assert wanted.join(found, on=["lead_id", "signal_id"], how="anti").is_empty()
    assert found.select(pl.all_horizontal(pl.col("file", "row_number", "document").is_not_null()).all()).item()
    assert set(found.filter(row_month=str(MONTH))["file"]) <= set(table(county, "inbox")["file"]) | {"database:labour"}


def test_fates_and_balance_count_the_same(county: Home) -> None:
    balance, found = table(county, "conservation"), table(county, "fates")
    counted = dict(found.group_by("became").len().iter_rows())
    assert counted == {name: int(balance[name].sum()) for name in ("linked", "review", "absent", "set_aside") if balance[name].sum()}


def test_a_lead_is_walked_back_and_its_row_walked_forward(county: Home) -> None:
    first = table(county, "origins").filter(row_month=str(MONTH)).row(0, named=True)
    run = CliRunner().invoke
    back = run(cli, ["trace", first["lead_id"], "--home", str(county.root)]).output.replace("\n", "")
    assert first["document"][:10] in back
    forward = run(cli, ["trace", first["feed"], first["row_id"], "--home", str(county.root)])
    assert f"进入线索 {first['lead_id']}" in forward.output


def test_a_lead_that_was_handed_out_is_traced_also_when_it_is_no_longer_proposed(county: Home, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(county.root, home.root)
    first = table(home, "leads")["lead_id"][0]
    told = CliRunner().invoke(cli, ["trace", first, "--home", str(home.root)]).output
    path = home.table("leads", MONTH)
    pl.read_parquet(path).filter(pl.col("lead_id") != first).write_parquet(path)
    assert CliRunner().invoke(cli, ["trace", first, "--home", str(home.root)]).output == told != ""


@pytest.mark.parametrize("what", [["2026-11-000000000000-999"], ["乱写"], ["housing_danger", "999999"]])
def test_what_is_not_there_is_said_with_the_way_to_write_it(what: list[str], county: Home) -> None:
    result = CliRunner().invoke(cli, ["trace", *what, "--home", str(county.root)])
    assert result.exit_code == 1
    assert any(word in str(result.exception) for word in ("线索编号", "写法"))
