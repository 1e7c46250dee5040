"""Papers are printed when a person releases them: the bytes that could be looked at before, for every village, and only then."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from contracts.home import Home
from delivery import beside
from delivery.desk import open_desk
from delivery.releases.issuing import Release, release
from delivery.releases.manifest import read_manifest
from delivery.releases.printing import papers_of, print_papers
from delivery.releases.proposal import write
from pipelines.cli import cli
from tests.handing_out import leads, propose
from tests.unit.delivery import frames

FORMS = ["村级/城关镇/第0村_522699100200_2026-11.pdf", "村级/城关镇/第1村_522699100201_2026-11.pdf"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A proposal of two villages."""
    home = Home(tmp_path_factory.mktemp("printing") / "home")
    write(frames.MONTH, frames.tables(), home.proposal(frames.MONTH), frames.COUNTY, "digest")
    return home


@pytest.fixture(scope="module")
def released(home: Home) -> Release:
    """It, handed out."""
    made, _ = release(home, open_desk(home.desk_url), frames.MONTH, by="样例办公室")
    return made


def pdfs(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.pdf"))}


def look(home: Home, *words: str) -> str:
    return CliRunner().invoke(cli, ["papers", str(frames.MONTH), *words, "--home", str(home.root)], env={"COLUMNS": "200"}).output


def test_a_release_has_a_paper_for_every_village(home: Home, released: Release) -> None:
    assert list(pdfs(released.folder)) == FORMS
    assert pdfs(home.proposal(frames.MONTH)) == {}
    listed = [file for file in released.manifest()["files"] if file["kind"] == "village_forms"]
    assert [(file["path"], file["audience"], file["rows"]) for file in listed] == [
        (FORMS[0], "522699100200", 3),
        (FORMS[1], "522699100201", 3),
    ]
    assert released.faults() == {}
    assert released.issue.entry.files == len(released.manifest()["files"]) == 9
    assert all(path.stat().st_mode & 0o222 == 0 for path in released.folder.rglob("*") if path.is_file())


def test_the_same_proposal_is_not_released_twice(home: Home, released: Release) -> None:
    assert release(home, open_desk(home.desk_url), frames.MONTH, by="样例办公室") == (released, False)


def test_what_was_looked_at_before_is_what_is_handed_out(home: Home, released: Release, tmp_path: Path) -> None:
    assert "2 个村的打印件" in look(home, "--out", str(tmp_path / "all"))
    assert pdfs(tmp_path / "all") == pdfs(released.folder)
    assert "1 个村的打印件" in look(home, "--village", "522699100201", "--out", str(tmp_path / "one"))
    assert list(pdfs(tmp_path / "one")) == FORMS[1:]


def test_a_village_without_papers_is_named(home: Home, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        cli, ["papers", str(frames.MONTH), "--village", "522699100299", "--out", str(tmp_path), "--home", str(home.root)]
    )
    assert "没有这些村" in str(result.exception)
    assert "522699100299" in str(result.exception)


def test_a_month_without_proposal_says_what_to_run_first(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["papers", "2026-11", "--home", str(tmp_path)])
    assert "hulian run --month 2026-11" in str(result.exception)


def test_several_processes_print_the_same_bytes(home: Home, released: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "WORTH_PROCESSES", 1)
    monkeypatch.setattr(beside.os, "cpu_count", lambda: 2)
    proposal = home.proposal(frames.MONTH)
    printed = print_papers(tmp_path, papers_of(proposal, read_manifest(proposal)))
    assert pdfs(tmp_path) == pdfs(released.folder)
    assert pl.DataFrame(printed)["sha256"].to_list() == [
        file["sha256"] for file in released.manifest()["files"] if file["kind"] == "village_forms"
    ]


def test_a_proposal_of_an_earlier_version_has_printed_already(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    propose(home, frames.MONTH, leads({"lead_id": "2026-11-522699100200-001", "household_id": "H1"}))
    made, is_new = release(home, open_desk(home.desk_url), frames.MONTH, by="样例办公室")
    assert is_new
    assert made.faults() == {}
    assert pdfs(made.folder) == {}
