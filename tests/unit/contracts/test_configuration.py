"""The shipped configuration loads, and each kind of mistake in it is answered with file, field and way out."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from contracts.county import Configuration
from contracts.errors import ConfigError
from contracts.month import Month

CONFIG = Path(__file__).resolve().parents[3] / "config"

BUREAUS = [
    "医保局", "卫健局", "民政局", "教育局", "住建局", "水务局", "人社局", "残联", "应急局", "农业农村局", "林业局", "公安局",
    "公安局交警大队",
    "公安局刑侦大队", "自然资源局", "市场监管局", "组织部", "财政局", "银保监", "法院", "司法局", "信访局", "网信办", "红十字会等群团组织",
    "生态移民局", "国家统计局调查队", "乡村振兴局", "12345热线", "农户自主申报", "乡镇排查",
]  # fmt: skip


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(CONFIG, tmp_path / "config")
    return tmp_path / "config"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_bureau_of_the_field_sends_a_list() -> None:
    feeds = Configuration.load(CONFIG / "county.yml").feeds.values()
    assert {feed.bureau for feed in feeds} >= set(BUREAUS)


def test_every_risk_feed_and_every_asset_feed_has_a_rule() -> None:
    configuration = Configuration.load(CONFIG / "county.yml")
    wanted = {name for name, feed in configuration.feeds.items() if feed.role in {"risk", "asset"}}
    assert wanted == {rule.feed for rule in configuration.rules.values()} & wanted


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("county.yml", "name: 岚溪县", "nam: 岚溪县", r"county\.yml: .*\n.*nam"),
        ("county.yml", 'code: "522699"', 'code: "5226"', r"county\.yml: .*\n.*code"),
        ("county.yml", "rules/huangping_2021.yml", "rules/none.yml", r"none\.yml: there is no such file"),
        ("feeds/housing_danger.yml", "feed: housing_danger", "feed: housing", r"rename the file to housing\.yml"),
        ("feeds/housing_danger.yml", "type: date", "type: day", r"housing_danger\.yml: .*\n.*type"),
        ("feeds/housing_danger.yml", "name: house_grade", "name: house_grad", r"house_grad"),
        ("feeds/register.yml", "role: register", "role: risk", r"exactly one feed must have the role 'register'"),
        ("feeds/housing_danger.yml", "columns:", "columns: [", r"not readable as YAML"),
    ],
)
def test_a_mistake_names_the_place(config: Path, file: str, old: str, new: str, message: str) -> None:
    edit(config / file, old, new)
    with pytest.raises(ConfigError, match=message):
        Configuration.load(config / "county.yml")


def test_the_monitoring_line_changes_on_its_day() -> None:
    county = Configuration.load(CONFIG / "county.yml").county
    assert county.line(Month(2022, 12)).value == 6320
    assert county.line(Month(2023, 1)).value == 7300
    with pytest.raises(ConfigError, match="no monitoring line is valid in 2018-12"):
        county.line(Month(2018, 12))
    assert county.line(Month(2020, 1)).value == 5000  # the nation's, where neither county nor province has one


def test_leads_are_handed_out_in_the_following_month() -> None:
    assert Configuration.load(CONFIG / "county.yml").county.assigned_on(Month(2026, 12)) == date(2027, 1, 6)


@pytest.mark.parametrize("address", ["postgresql://reader:hidden@host/bureau", "dm://host/bureau?user=reader&password=hidden"])
def test_an_address_with_a_password_is_refused_without_repeating_it(config: Path, address: str) -> None:
    edit(config / "county.yml", "databases:\n", f"databases:\n  bureau: {address}\n")
    with pytest.raises(ConfigError, match="HULIAN_DB_BUREAU_PASSWORD") as refused:
        Configuration.load(config / "county.yml")
    assert "hidden" not in str(refused.value)
