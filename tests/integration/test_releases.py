"""Two months through every hand: proposed, released or not, released again, taken back; what villages had counts, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner, Result

from assets.county import CountyResource
from assets.digest import digest_of_inputs
from assets.releasing import release_manifest
from contracts.home import Home
from delivery.desk import open_desk
from delivery.releases.issuing import releases
from delivery.releases.manifest import check_code, read_manifest
from pipelines.build import build_defs
from pipelines.cli import cli
from pipelines.defaults import SAMPLE_COUNTY
from pipelines.run_month import run_month
from tests.integration.conftest import MONTHS, OFFICE, files_in

OCTOBER, NOVEMBER = MONTHS


def hulian(home: Home, *words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--home", str(home.root)], env={"COLUMNS": "200"})


@pytest.fixture
def home(county: Home, tmp_path: Path) -> Home:
    """The county of which both months were released once."""
    shutil.copytree(county.root, tmp_path / "home")
    return Home(tmp_path / "home")


def late_list(home: Home) -> None:
    """October without its hospital bills: as if they had been somebody else's."""
    for path in home.inbox(OCTOBER).glob("*住院*"):
        path.unlink()


def leads(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "tables" / "leads.parquet")


def test_a_release_is_the_proposal_byte_for_byte_and_its_papers(county: Home) -> None:
    for month in MONTHS:
        proposed, released = (files_in(folder) for folder in (county.proposal(month), county.release(month, 1)))
        papers = {path for path in released if path.endswith(".pdf")}
        assert papers == {path.replace(".xlsx", ".pdf") for path in proposed if path.startswith("村级/")}
        kept = {path: content for path, content in released.items() if path not in papers}
        assert {**proposed, "manifest.json": b""} == {**kept, "manifest.json": b""}


def test_a_month_that_is_run_again_stays_as_it_was_released(home: Home, county: Home) -> None:
    late_list(home)
    assert run_month(SAMPLE_COUNTY, home, OCTOBER, show_progress=False)
    assert files_in(home.release(OCTOBER, 1)) == files_in(county.release(OCTOBER, 1))
    proposed, released = leads(home.proposal(OCTOBER)), leads(home.release(OCTOBER, 1))
    assert proposed.height < released.height
    both = proposed.join(released, on="household_id", suffix="_released")
    assert (both["lead_id"] == both["lead_id_released"]).all(), "a household keeps its number"
    assert not set(proposed.join(released, on="household_id", how="anti")["lead_id"]) & set(released["lead_id"])

    assert run_month(SAMPLE_COUNTY, home, NOVEMBER, show_progress=False)  # facts have changed, what was handed out has not
    repeated = pl.read_parquet(home.table("suppressed", NOVEMBER))["earlier_lead_id"].drop_nulls()
    assert set(repeated) <= set(released["lead_id"])
    assert set(repeated) - set(proposed["lead_id"]), "a door of the release that is no longer proposed still counts"

    assert "--reason" in str(hulian(home, "release", str(OCTOBER), "--by", OFFICE).exception)
    second = hulian(home, "release", str(OCTOBER), "--by", OFFICE, "--reason", "住院清单撤回")
    dropped = released.height - both.height
    assert f"减少 {dropped} 户" in second.output
    book = openpyxl.load_workbook(home.release(OCTOBER, 2) / "县级" / f"变动_{OCTOBER}.xlsx")
    kinds = [row[0].value for row in book["与2026-10-1比"].iter_rows(min_row=4)]
    assert kinds.count("减少") == dropped
    listed = hulian(home, "releases").output
    assert listed.count("一致") == 3
    assert check_code(str(read_manifest(home.release(OCTOBER, 2))["digest"])) in listed, "by which a paper is known"
    stale = hulian(home, "release", str(NOVEMBER), "--by", OFFICE, "--reason", "十月更正")
    assert f"hulian run --month {NOVEMBER}" in str(stale.exception)


def test_a_month_that_was_not_released_was_not_handed_out(copy_of: Callable[[str], Home], county: Home) -> None:
    home = copy_of("unreleased")
    for made in ("lake", "proposals", "originals"):  # October as it was proposed, before anybody released it
        shutil.copytree(county.root / made, home.root / made)
    told = hulian(home, "run", "--quiet", "--month", str(OCTOBER), "--month", str(NOVEMBER))
    assert f"{OCTOBER} 没有发布，等于没有交办" in told.output
    assert pl.read_parquet(home.table("suppressed", NOVEMBER)).is_empty()
    assert pl.read_parquet(home.table("leads", NOVEMBER)).height > pl.read_parquet(county.table("leads", NOVEMBER)).height
    assert pl.read_parquet(home.table("overdue", NOVEMBER)).is_empty()

    resource = CountyResource(home_folder=str(home.root), county_file=str(SAMPLE_COUNTY))
    without = digest_of_inputs(resource, NOVEMBER)
    hulian(home, "release", str(OCTOBER), "--by", OFFICE)
    assert "没有发布" not in hulian(home, "run", "--quiet", "--month", str(NOVEMBER)).output
    assert files_in(home.proposal(NOVEMBER)) == files_in(county.proposal(NOVEMBER)), "the same inputs and releases, the same bytes"
    hulian(home, "withdraw", str(OCTOBER), "--by", OFFICE, "--reason", "误发")
    assert digest_of_inputs(resource, NOVEMBER) == without, "what is withdrawn counts as little as what was never released"


def test_a_month_is_released_and_withdrawn_in_dagster(home: Home) -> None:
    defs = build_defs(SAMPLE_COUNTY, home)

    def run(job: str, **said: str) -> str:
        """What a job says, or why it failed."""
        resolved = defs.resolve_job_def(job)
        config = {"ops": {resolved.nodes[0].name: {"config": {"month": str(NOVEMBER), "by": OFFICE, **said}}}}
        result = resolved.execute_in_process(run_config=config, raise_on_error=False)
        for event in result.all_events:
            if event.is_step_materialization:
                return str(event.materialization.description)
            if event.is_step_failure:
                return str(event.step_failure_data.error)
        raise AssertionError(job)

    assert "无须再发布" in run("release_month")
    assert "--reason" in run("withdraw_release")
    assert "已撤回" in run("withdraw_release", reason="误发")
    assert "--reason" in run("release_month")
    assert "2026-11-2 号发布" in run("release_month", reason="核对无误")
    issued = releases(home, open_desk(home.desk_url), NOVEMBER)
    assert [each.issue.state for each in issued] == ["已撤回", "有效"]


def test_the_check_finds_a_file_that_was_changed(home: Home) -> None:
    resource = CountyResource(home_folder=str(home.root), county_file=str(SAMPLE_COUNTY))
    assert release_manifest(resource).passed
    path = home.release(OCTOBER, 1) / "县级" / f"台账_{OCTOBER}.xlsx"
    path.chmod(0o644)
    path.write_bytes(b"")
    checked = release_manifest(resource)
    assert not checked.passed
    assert "2026-10-1 号发布 | 被改动的文件 | 1" in checked.metadata["不一致"].value
