"""What was begun before its turn is what would have been done in its turn, in a thread, in another process, and where that was ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import polars as pl
import psutil
import pytest

from assets import ahead as module
from assets.ahead import Ahead
from assets.sending import Ingested, Sending
from contracts.feed import Feed
from contracts.month import Month

MONTH = Month(2026, 11)


def sent(folder: Path, name: str, content: str | None) -> Sending:
    """A list of people; `content` None where its bureau sent nothing."""
    feed = Feed.model_validate(
        {
            "feed": name,
            "title": "救助名单",
            "bureau": "民政局",
            "role": "risk",
            "source": {"files": [f"{name}.csv"]},
            "columns": [
                {"name": "person_name", "headers": ["姓名"], "type": "name"},
                {"name": "id_number", "headers": ["证件号码"], "type": "id_number"},
            ],
            "expectations": [
                {"column": "person_name", "check": "present", "reason": "姓名没有填。", "advice": "请补填。", "why": "无名不可查。"}
            ],
        }
    )
    if content is None:
        return Sending(feed, MONTH, folder, (), ())
    (folder / f"{name}.csv").write_text(content, encoding="gb18030")
    return Sending(feed, MONTH, folder, (f"{name}.csv",), (name,))


@pytest.fixture
def lists(tmp_path: Path) -> list[Sending]:
    people = "姓名,证件号码\n杨一,522699197001011234\n,522699197001015678\n"
    return [sent(tmp_path, f"aid_{number}", people) for number in range(6)] + [sent(tmp_path, "broken", "无"), sent(tmp_path, "late", None)]


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ahead]:
    """With another process for however few bytes."""
    monkeypatch.setattr(module, "WORTH_A_PROCESS", 0)
    begun = Ahead()
    yield begun
    begun.end()


def said(ingested: Ingested) -> dict[str, object]:
    """Everything of it."""
    parts = [getattr(ingested, part.name) for part in fields(ingested)]
    return {f"{type(part).__name__}.{each.name}": getattr(part, each.name) for part in parts[:2] for each in fields(part)} | {
        "problem": parts[2]
    }


def same(one: Ingested, other: Ingested) -> bool:
    here, there = said(one), said(other)
    return here.keys() == there.keys() and all(
        value.equals(there[name]) if isinstance(value, pl.DataFrame) else value == there[name] for name, value in here.items()
    )


def beside() -> list[psutil.Process]:
    """The other processes."""
    return [each for each in psutil.Process().children() if "spawn_main" in " ".join(each.cmdline())]


def test_begun_or_not_the_same_comes_out(ahead: Ahead, lists: list[Sending]) -> None:
    ahead.begin(lists[0], lists[1:])
    for each in lists:
        assert same(ahead.take(each), each.accept()), each.feed.feed
    assert not psutil.wait_procs(beside(), timeout=10)[1]
    assert lists[1].accept().accepted.rows.height == 1
    assert lists[-2].accept().problem != lists[-1].accept().problem == "本月未报"


def test_it_is_taken_once(lists: list[Sending], monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = Ahead()
    ahead.begin(lists[0], ())
    first = ahead.take(lists[0])
    monkeypatch.setattr(module.Sending, "read", lambda _: pytest.fail("asked a second time"))
    with pytest.raises(pytest.fail.Exception):
        ahead.take(lists[0])
    assert first.arrived.rows.height == 2


def test_other_files_have_their_own_turn(ahead: Ahead, lists: list[Sending], tmp_path: Path) -> None:
    ahead.begin(lists[0], lists[1:])
    (tmp_path / "aid_0.csv").write_text("姓名,证件号码\n吴二,\n石三,\n", encoding="gb18030")
    of_today = replace(lists[0], fingerprints=("today",))
    assert ahead.take(of_today).accepted.rows["person_name"].to_list() == ["吴二", "石三"]


def test_when_the_other_process_is_ended_this_one_does_the_rest(ahead: Ahead, lists: list[Sending]) -> None:
    ahead.begin(None, lists)
    for process in beside():
        process.kill()
    assert [ahead.take(each).accepted.rows.height for each in lists] == [1] * 6 + [0, 0]


def test_few_bytes_are_not_worth_a_process(lists: list[Sending]) -> None:
    ahead = Ahead()
    ahead.begin(lists[0], lists[1:])
    assert not beside()
    assert ahead.take(lists[1]).accepted.rows.height == 1
