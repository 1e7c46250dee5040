"""From the review workbook to the next run and back: a decision counts, and what is taken back leaves no trace in the release."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner, Result

from assets.county import CountyResource
from assets.digest import digest_of_inputs
from contracts.home import Home
from contracts.month import Month
from delivery.county.review import HEADINGS
from pipelines.cli import cli
from pipelines.defaults import SAMPLE_COUNTY
from pipelines.run_month import run_month
from tests.integration.conftest import MONTHS

OCTOBER, NOVEMBER = MONTHS


def hulian(home: Home, *words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--home", str(home.root)], env={"COLUMNS": "200"})


@pytest.fixture(scope="module")
def asked(county: Home) -> tuple[Month, dict[str, object]]:
    """A month with something to review, and its first candidate."""
    for month in MONTHS:
        queue = pl.read_parquet(county.table("review_queue", month))
        if queue.height:
            return month, queue.row(0, named=True)
    pytest.fail("the sample county asks nothing")


def test_a_decision_counts_and_can_be_taken_back(county: Home, asked: tuple[Month, dict[str, object]], tmp_path: Path) -> None:
    month, first = asked
    home = Home(tmp_path / "home")
    shutil.copytree(county.root, home.root)
    path = tmp_path / "filled.xlsx"
    book = openpyxl.load_workbook(home.proposal(month) / "县级" / f"待复核_{month}.xlsx")
    sheet = book.worksheets[0]
    at = {name: HEADINGS.index(name) + 1 for name in HEADINGS}
    for row in range(1, sheet.max_row + 1):
        if (sheet.cell(row, at["来源行"]).value, sheet.cell(row, at["人编号"]).value) == (first["row_id"], first["person_id"]):
            sheet.cell(row, at["决定"]).value = "同一人"
    book.save(path)

    resource = CountyResource(home_folder=str(home.root), county_file=str(SAMPLE_COUNTY))
    undecided = digest_of_inputs(resource, month)
    assert "新记入 1 项" in hulian(home, "review", str(path)).output
    assert run_month(SAMPLE_COUNTY, home, month, show_progress=False)
    link = pl.read_parquet(home.table("links", month)).filter(pl.col("feed") == first["feed"], pl.col("row_id") == first["row_id"])
    assert link.select("status", "method", "person_id").row(0) == ("linked", "decision", first["person_id"])
    assert first["row_id"] not in pl.read_parquet(home.table("review_queue", month))["row_id"]
    assert "新记入 0 项" in hulian(home, "review", str(path)).output, "the same workbook again, after the run"

    revoked = hulian(home, "review", "--revoke", str(first["feed"]), str(first["row_id"]), "--month", str(month))
    assert "已撤销 1 项" in revoked.output
    assert digest_of_inputs(resource, month) == undecided, "the next run proposes what it did before anybody decided"


def test_the_queue_is_in_the_order_of_its_worth(county: Home) -> None:
    for month in MONTHS:
        queue = pl.read_parquet(county.table("review_queue", month))
        assert queue["worth"].is_sorted(descending=True)
        assert queue["content"].str.contains("^[0-9a-f]{32}$").all()


def test_a_row_is_explained_by_its_number_and_its_file(county: Home, tmp_path: Path) -> None:
    link = pl.read_parquet(county.table("links", NOVEMBER)).filter(
        pl.col("method") == "id_and_name", pl.col("feed") == "medical_inpatient", ~pl.col("row_id").str.contains("/")
    )
    row_id = link["row_id"][0]
    accepted = pl.read_parquet(county.table("accepted/medical_inpatient", NOVEMBER)).filter(pl.col("row_id") == row_id).row(0, named=True)
    picture = tmp_path / "why.svg"
    shown = hulian(county, "explain", "medical_inpatient", f"{accepted['file']}:{accepted['row_number']}", "--picture", str(picture))
    assert shown.exit_code == 0
    output = shown.output + picture.read_text(encoding="utf-8")
    assert "已关联" in output
    assert "证件号码一致" in output
    assert accepted["person_name"] not in output
    assert accepted["id_number"] not in output
    whole = hulian(county, "explain", "medical_inpatient", row_id, "--names").output
    assert accepted["person_name"] in whole
    assert accepted["id_number"] not in whole


MISTAKES = [
    (("explain", "nothing", "3"), "没有清单 'nothing'。可选"),
    (("explain", "register", "3"), "底册本身"),
    (("explain", "medical_inpatient", "999999"), "没有这一行。写法"),
    (("explain", "medical_inpatient", "3", "--month", "2026-02"), "hulian run --month 2026-02"),
    (("review", "--revoke", "medical_inpatient", "3"), "无可撤销"),
]


@pytest.mark.parametrize(("words", "way_out"), MISTAKES)
def test_mistakes_are_answered_with_the_way_out(words: tuple[str, ...], way_out: str, county: Home) -> None:
    result = hulian(county, *words)
    assert way_out in str(result.exception)
    assert not re.search(r"\d{17}[\dX]", str(result.exception))


def test_several_rows_of_one_number_are_listed(county: Home) -> None:
    rows = pl.read_parquet(county.table("accepted/civil_minimum_living", NOVEMBER))
    twice = rows.filter(pl.len().over("row_number") > 1)
    shown = hulian(county, "explain", "civil_minimum_living", str(twice["row_number"][0])).output
    assert "请写出 row_id" in shown
    assert twice["row_id"][0] in shown
