"""Answers on their way to the desk: written down once, contradictions wait, and nobody answers for another village."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.home import Home
from contracts.month import Month
from delivery.desk import Desk, open_desk
from delivery.desk.visits import held_answers
from delivery.releases.issuing import withdraw
from delivery.serving.scope import Scope
from pipelines.cli import cli
from pipelines.hand_in import take
from pipelines.taking import take_in
from tests.handing_out import hand_out, leads

OURS, THEIRS = "522699100200", "522699100201"
OCTOBER = Month(2026, 10)
LEADS = [
    {"lead_id": f"2026-10-{village}-{number:03d}", "household_id": f"H{at}", "month": "2026-10", "village_code": village}
    for at, (village, number) in enumerate([(OURS, 1), (OURS, 2), (THEIRS, 1)])
]
HEADINGS = "线索编号,核查结论,核查日期,核查人一,核查人二"
TODAY = date(2026, 11, 25)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose October was released with three leads in two villages."""
    home = Home(tmp_path)
    hand_out(home, open_desk(home.desk_url), OCTOBER, leads(*LEADS))
    return home


@pytest.fixture
def desk(home: Home) -> Desk:
    return open_desk(home.desk_url)


def answers(*lines: tuple[str, str]) -> bytes:
    """A list of leads and conclusions, as a town hands it in."""
    return "\n".join([HEADINGS, *(f"{lead},{conclusion},2026-11-10,杨一,龙二" for lead, conclusion in lines)]).encode()


def test_answers_are_written_down_once(home: Home, desk: Desk) -> None:
    content = answers((f"2026-10-{OURS}-001", "属实-拟纳入"), (f"2026-10-{OURS}-002", "5"))
    first, again = (take_in(content, "答复.csv", home, desk, today=TODAY) for _ in range(2))
    assert (first.written.new, again.written.new, again.written.same) == (2, 0, 2)
    standing = desk.verifications(before=date(2026, 12, 6)).sort("lead_id")
    assert standing.select("household_id", "conclusion").rows() == [("H0", "属实-拟纳入"), ("H1", "不属实-数据有误")]


def test_a_contradiction_waits_for_a_person(home: Home, desk: Desk) -> None:
    lead = f"2026-10-{OURS}-001"
    take_in(answers((lead, "属实-拟纳入")), "一.csv", home, desk, today=TODAY)
    second = take_in(answers((lead, "查无此人或非本村")), "二.csv", home, desk, today=TODAY)
    assert second.written.held == 1
    number = held_answers(desk)["number"].item()
    words = ["take", "--settle", str(number), "--new", "--by", "王科长", "--why", "第二次入户核实", "--home", str(home.root)]
    settled = CliRunner().invoke(cli, words)
    assert settled.exit_code == 0, settled.output
    assert desk.verifications(before=date(2026, 12, 6))["conclusion"].to_list() == ["查无此人或非本村"]


@pytest.mark.parametrize(
    ("scope", "understood"), [("county", 2), (f"village:{OURS}", 1), (f"town:{OURS[:9]}000", 2), ("village:522699200200", 0)]
)
def test_nobody_answers_for_another_village(scope: str, understood: int, home: Home, desk: Desk) -> None:
    content = answers((f"2026-10-{OURS}-001", "属实-拟纳入"), (f"2026-10-{THEIRS}-001", "属实-拟纳入"))
    taken = take(content, "答复.csv", Scope.parse(scope), home=home, desk=desk)
    assert taken.new == understood
    assert len(taken.problems) == 2 - understood


def test_a_lead_of_another_village_is_as_unknown_as_one_that_never_was(home: Home, desk: Desk) -> None:
    told = [
        take(answers((lead, "属实-拟纳入")), "答复.csv", Scope("village", OURS), home=home, desk=desk).problems
        for lead in (f"2026-10-{THEIRS}-001", f"2026-10-{THEIRS}-999")
    ]
    assert told[0] == told[1] != []


def test_an_answer_to_a_lead_that_was_dropped_or_withdrawn_is_not_needed(home: Home, desk: Desk) -> None:
    first, second = (answers((f"2026-10-{OURS}-00{number}", "属实-拟纳入")) for number in (1, 2))
    hand_out(home, desk, OCTOBER, leads(*LEADS[:1]))  # number 2 supersedes number 1
    told = [take_in(content, "答复.csv", home, desk, today=TODAY) for content in (first, second)]
    assert [result.written.new for result in told] == [1, 0]
    assert "不需要反馈" in told[1].problems[0][1]
    withdraw(home, desk, OCTOBER, by="样例办公室", why="重做")
    assert "不需要反馈" in take_in(first, "又.csv", home, desk, today=TODAY).problems[0][1]


def test_the_command_tells_what_it_could_not_read(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "答复.csv"
    file.write_bytes(answers((f"2026-10-{OURS}-001", "属实-拟纳入"), (f"2026-10-{OURS}-002", "说不清")))
    result = CliRunner().invoke(cli, ["take", str(file), "--home", str(home.root)])
    assert result.exit_code == 1
    assert "读懂 1 条（新 1，已有 0，待定 0）" in result.output
    assert "结论不是九种之一" in result.output
