"""What happens on a bad day: a month that is yet to come, an inbox with nothing in it, a network share that is gone."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.home import Home
from contracts.month import Month
from pipelines import cli
from pipelines.defaults import SAMPLE_COUNTY
from pipelines.run_month import RunFailed, run_month

MONTH = Month(2026, 10)


def test_a_month_to_come_is_refused_with_the_months_that_are_there(copy_of: Callable[[str], Home]) -> None:
    with pytest.raises(RunFailed, match="可以运行的是 2025-01 到"):
        run_month(SAMPLE_COUNTY, copy_of("future"), Month(2126, 1), show_progress=False)


def empty(inbox: Path) -> None:
    inbox.mkdir()


def gone(inbox: Path) -> None:
    inbox.symlink_to(inbox.parent / "a share that is not mounted")


def strange(inbox: Path) -> None:
    inbox.mkdir()
    (inbox / "会议通知.txt").write_text("请各单位参加。", encoding="utf-8")


@pytest.mark.parametrize("fault", [empty, gone, strange], ids=lambda fault: fault.__name__)
def test_without_any_list_the_month_stops_and_asks(fault: Callable[[Path], None], copy_of: Callable[[str], Home]) -> None:
    """Else every village would get an empty list, and every status list would be an old one."""
    home = copy_of(fault.__name__)
    shutil.rmtree(home.inbox(MONTH))
    fault(home.inbox(MONTH))
    with pytest.raises(RunFailed, match="网络盘断开") as stopped:
        run_month(SAMPLE_COUNTY, home, MONTH, show_progress=False)
    assert "Error" not in str(stopped.value)
    assert not list(home.lake.glob("leads/*"))


@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, "No space left on device"), sqlite3.OperationalError("database or disk is full")],
    ids=["file", "database"],
)
def test_a_full_disk_is_said_in_a_sentence(error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise RuntimeError("a step") from error

    monkeypatch.setattr(cli, "cli", fail)
    with pytest.raises(SystemExit):
        cli.main()
    assert "磁盘满了" in capsys.readouterr().err
