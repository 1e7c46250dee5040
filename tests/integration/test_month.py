"""The promises, on a whole county: nothing lost, same in same out, interrupted is not broken, one bad file harms only itself."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from benchmarks.privacy import leaks, sensitive
from contracts.county import Configuration
from contracts.home import Home
from contracts.month import Month
from pipelines.defaults import SAMPLE_COUNTY
from pipelines.run_month import run_month
from tests.integration.conftest import MONTHS, files_in

OCTOBER, NOVEMBER = MONTHS


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_every_row_of_every_list_is_accounted_for(county: Home, month: Month) -> None:
    balance = pl.read_parquet(county.table("conservation", month))
    assert balance.height == 36
    assert balance.filter(pl.col("lost") != 0).is_empty()
    assert balance.filter(pl.col("records") != pl.sum_horizontal("linked", "review", "absent", "set_aside")).is_empty()


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_rows_read_are_the_rows_that_were_sent(county: Home, month: Month) -> None:
    sent = (
        pl.read_parquet(county.root / "truth" / "rows.parquet")
        .filter(pl.col("month") == str(month))
        .unique(["feed", "file", "sheet", "row_number"])
    )
    sent_by_feed = dict(sent.group_by("feed").len().iter_rows())
    read = {row["feed"]: row["rows_read"] for row in pl.read_parquet(county.table("conservation", month)).iter_rows(named=True)}
    assert {feed: rows for feed, rows in read.items() if rows} == {feed: rows for feed, rows in sent_by_feed.items() if feed in read}


def test_links_agree_with_the_truth(county: Home) -> None:
    truth = pl.read_parquet(county.root / "truth" / "rows.parquet")
    for month in MONTHS:
        origin = pl.concat(
            pl.read_parquet(path, columns=["row_id", "file", "sheet", "row_number", "part"]).with_columns(feed=pl.lit(path.parent.name))
            for path in county.lake.glob(f"accepted/*/{month}.parquet")
        )
        links = pl.read_parquet(county.table("links", month)).join(origin, on=["feed", "row_id"])
        judged = links.join(truth.filter(pl.col("month") == str(month)), on=["feed", "file", "sheet", "row_number", "part"], suffix="_true")
        assert judged.height == links.height
        linked = judged.filter(pl.col("status") == "linked")
        wrong = linked.filter(~pl.col("household_id").eq_missing(pl.col("household_id_true")))
        assert wrong.height / linked.height < 0.005
        found = linked.height - wrong.height
        assert found / judged["household_id_true"].is_not_null().sum() > 0.97


def test_a_second_month_sends_nobody_out_for_what_was_sent_before(county: Home) -> None:
    suppressed = pl.read_parquet(county.table("suppressed", NOVEMBER))
    assert suppressed.height > 0
    assert suppressed["reason"].is_not_null().all()
    leads = pl.read_parquet(county.table("leads", NOVEMBER))
    sent = leads.explode("signal_ids")["signal_ids"]
    assert not suppressed["signal_id"].is_in(sent.implode()).any()
    assert leads["household_id"].is_unique().all()


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_no_file_tells_what_it_must_not(county: Home, month: Month) -> None:
    configuration = Configuration.load(SAMPLE_COUNTY)
    assert sensitive(county, month, configuration).height > 50
    assert leaks(county, month, configuration).is_empty()


def test_unknown_and_double_files_are_reported(county: Home) -> None:
    files = pl.read_parquet(county.table("inbox", NOVEMBER))
    assert dict(files.group_by("status").len().iter_rows()).keys() >= {"recognised", "unknown", "duplicate"}
    assert files.filter(pl.col("status") == "unknown")["message"].str.len_chars().min() > 0


def test_the_same_month_again_changes_nothing(county: Home) -> None:
    before = files_in(county.proposal(NOVEMBER))
    assert not run_month(SAMPLE_COUNTY, county, NOVEMBER, show_progress=False)
    assert files_in(county.proposal(NOVEMBER)) == before


def test_killed_and_started_again_elsewhere_gives_the_same_bytes(county: Home, copy_of: Callable[[str], Home]) -> None:
    home = copy_of("killed")
    child = subprocess.Popen([sys.executable, "-m", "pipelines", "run", "--quiet", "--month", str(OCTOBER), "--home", str(home.root)])
    deadline = time.monotonic() + 60
    while not home.table("accepted/housing_danger", OCTOBER).exists() and time.monotonic() < deadline:
        assert child.poll() is None
        time.sleep(0.05)
    child.kill()
    child.wait()
    assert not home.proposal(OCTOBER).exists()
    run_month(SAMPLE_COUNTY, home, OCTOBER, show_progress=False)
    assert files_in(home.proposal(OCTOBER)) == files_in(county.proposal(OCTOBER))


def test_a_broken_file_holds_its_feed_and_the_others_go_on(county: Home, copy_of: Callable[[str], Home]) -> None:
    home = copy_of("broken")
    truth = pl.read_parquet(home.root / "truth" / "rows.parquet").filter(pl.col("month") == str(OCTOBER))
    for name in truth.filter(pl.col("feed") == "medical_inpatient")["file"].unique():
        path = home.inbox(OCTOBER) / name
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    run_month(SAMPLE_COUNTY, home, OCTOBER, show_progress=False)
    held = pl.read_parquet(home.table("findings/medical_inpatient", OCTOBER)).filter(pl.col("severity") == "hold")
    assert held.height >= 1
    balance = pl.read_parquet(home.table("conservation", OCTOBER))
    states = dict(balance.select("feed", "state").iter_rows())
    assert states.pop("medical_inpatient") == "暂缓"
    assert states == {
        feed: state
        for feed, state in pl.read_parquet(county.table("conservation", OCTOBER)).select("feed", "state").iter_rows()
        if feed in states
    }
    assert pl.read_parquet(home.table("leads", OCTOBER)).height > 0


def test_lists_that_do_not_come_are_named_and_the_register_stands_in(county: Home, tmp_path: Path) -> None:
    """November without register, 低保 and hospital bills: the first two are October's, the third is missing, and every list says so."""
    home = Home(tmp_path / "home")
    shutil.copytree(county.root, home.root)
    for pattern in ("*户籍底册*", "*低保*", "*住院*"):
        for path in home.inbox(NOVEMBER).glob(pattern):
            path.unlink()
    assert run_month(SAMPLE_COUNTY, home, NOVEMBER, show_progress=False)
    reception = {row["feed"]: row for row in pl.read_parquet(home.table("reception", NOVEMBER)).iter_rows(named=True)}
    assert [reception[feed]["state"] for feed in ("register", "civil_minimum_living", "medical_inpatient")] == ["沿用", "沿用", "未报"]
    assert reception["register"]["carried_from"] == str(OCTOBER)
    balance = {row["feed"]: row for row in pl.read_parquet(home.table("conservation", NOVEMBER)).iter_rows(named=True)}
    assert sum(row["lost"] for row in balance.values()) == 0
    low = balance["civil_minimum_living"]
    assert (low["rows_read"], low["records"], low["linked"]) == (0, 0, 0)
    assert low["carried"] == pl.read_parquet(home.table("accepted/civil_minimum_living", OCTOBER)).height > 0
    village = next((home.proposal(NOVEMBER) / "村级").rglob("*.xlsx"))
    note = str(openpyxl.load_workbook(village)["线索清单"]["A2"].value)
    assert "本月未收到：医保局《住院和门诊自付费用名单》" in note
    assert "民政局《农村低保在册名单》（2026-10，1个月前）" in note
