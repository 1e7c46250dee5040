"""`hulian feed`: a contract is drafted, loads as it is, and a file is tried against it, with the exit code that says what came of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contracts.feed import Feed
from contracts.load import check, read_yaml
from contracts.month import Month
from pipelines import feed_check, feed_schema
from pipelines.feed_commands import feed

NAMES = ("王秀英", "李建国", "张桂花", "刘德明", "陈小红", "杨光荣")
LINES = [
    "姓名,身份证号,村,补助金额,发放日期",
    *(f"{name},52269919500101{row:04},甲溪村,{row * 100 + 500},2026-11-0{row + 1}" for row, name in enumerate(NAMES)),
]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(feed, arguments)


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    (tmp_path / "临时补助发放表202611.csv").write_text("\n".join(LINES), encoding="gb18030")
    out = tmp_path / "feeds" / "extra_aid.yml"
    assert run("draft", str(tmp_path / "临时补助发放表202611.csv"), "--out", str(out)).exit_code == 0
    return out


def test_the_draft_loads_as_it_is_and_is_not_written_over(contract: Path) -> None:
    assert check(Feed, read_yaml(contract), str(contract)).feed == "extra_aid"
    again = run("draft", str(contract.parents[1] / "临时补助发放表202611.csv"), "--out", str(contract))
    assert "已经有了" in str(again.exception)


def test_a_sound_file_is_accepted_and_nothing_is_written(contract: Path) -> None:
    folder = contract.parents[1]
    before = sorted(folder.rglob("*"))
    result = run("check", str(folder / "临时补助发放表202611.csv"), "--feed", str(contract), "--home", str(folder / "home"))
    assert result.exit_code == 0, result.output
    assert "读入 6 行 = 接收 6 行（6 人次） + 退回 0 行" in result.output
    assert sorted(folder.rglob("*")) == before


def test_nothing_of_a_person_is_printed(contract: Path) -> None:
    folder = contract.parents[1]
    result = run("check", str(folder / "临时补助发放表202611.csv"), "--feed", str(contract), "--home", str(folder / "home"))
    assert not [name for name in NAMES if name in result.output]
    assert "5226991950" not in result.output
    assert "甲溪村" not in result.output


def test_rows_that_break_an_expectation_are_counted_with_reason_and_place(contract: Path) -> None:
    folder = contract.parents[1]
    (folder / "临时补助发放表202612.csv").write_text("\n".join([*LINES[:6], LINES[6].replace("2026-11", "2027-11")]), encoding="utf-8")
    result = run("check", str(folder / "临时补助发放表202612.csv"), "--feed", str(contract), "--home", str(folder / "home"))
    assert result.exit_code == 0
    assert "退回 1 行" in result.output
    assert "发放日期晚于本期数据的月份。" in result.output
    assert "!7" in result.output


def test_a_file_without_a_required_column_is_held(contract: Path) -> None:
    folder = contract.parents[1]
    (folder / "临时补助发放表202611.csv").write_text("\n".join([LINES[0].replace("姓名", "称呼"), *LINES[1:]]), encoding="utf-8")
    result = run("check", str(folder / "临时补助发放表202611.csv"), "--feed", str(contract), "--home", str(folder / "home"))
    assert result.exit_code == 1
    assert "缺少必需的列：“姓名”。第1行表头里有：称呼、身份证号" in result.output
    assert "config/feeds/extra_aid.yml" in result.output


@pytest.mark.parametrize(
    ("name", "month"), [("名单202611.xls", "2026-11"), ("2026年9月名单.xls", "2026-09"), ("名单（2026-10）.csv", "2026-10")]
)
def test_the_month_is_that_of_the_name(name: str, month: str) -> None:
    assert feed_check.month_of(Path(name)) == Month.parse(month)


def test_the_schema_in_config_is_that_of_the_models() -> None:
    assert feed_schema.SCHEMA.read_text(encoding="utf-8") == feed_schema.text()


def test_every_field_of_the_schema_is_described() -> None:
    made = json.loads(feed_schema.text())
    models = {"Feed": made, **made["$defs"]}
    bare = [f"{name}.{field}" for name, model in models.items() for field, about in model["properties"].items() if not about["description"]]
    assert bare == []
