"""The command line answers mistakes with a sentence."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from contracts.home import Home
from pipelines.cli import cli


def test_help_teaches_the_first_steps() -> None:
    shown = CliRunner().invoke(cli, ["--help"]).output
    assert "hulian run --month 2026-10" in shown
    assert "HOME/inbox/2026-11/" in shown


def test_a_month_that_is_none_is_refused() -> None:
    result = CliRunner().invoke(cli, ["run", "--month", "November"])
    assert result.exit_code == 2
    assert "YYYY-MM" in result.output


def test_status_shows_each_list_and_each_month(county: Home) -> None:
    shown = CliRunner().invoke(cli, ["status", "--home", str(county.root)], env={"COLUMNS": "200"}).output
    assert "2026-10" in shown
    assert "住院和门诊自付费用名单" in shown
    assert "releases/2026-11" in shown.replace("\n", "")


def test_status_of_an_empty_home_says_what_to_do(tmp_path: Path) -> None:
    assert "hulian run --month" in CliRunner().invoke(cli, ["status", "--home", str(tmp_path)]).output
