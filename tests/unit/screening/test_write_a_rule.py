"""The page for those who write rules is complete, and its example works."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from contracts.county import Configuration
from contracts.errors import ConfigError
from contracts.rule import Measure, Rule, Where, load_rules

PAGE = Path(__file__).parents[3] / "docs" / "write-a-rule.md"


def test_every_field_of_a_rule_is_explained() -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = [
        name for model in (Rule, Measure, Where) for name in model.model_fields if f"{name}:" not in page and f"`{name}`" not in page
    ]
    assert missing == []


def test_the_example_is_a_rule(county, tmp_path) -> None:
    pack = tmp_path / "pack.yml"
    pack.write_text(PAGE.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    rules = load_rules([pack])
    county.with_rules(*rules.values())
    county.stay("2026-03", "general", 12000.0, "1", disease="肺癌")
    county.stay("2026-11", "general", 8000.0, "2", disease="肺癌")
    assert county.screened("2026-11").leads["facts"].to_list() == ["杨小山今年累计住院自付20000元（标准20000元以上），病种：肺癌"]


MISTAKES = [
    ({"measure": {"aggregate": "sum"}}, "need `column`"),
    ({"measure": {"aggregate": "any", "net_by": "admission_no"}}, "net_by"),
    ({"where": [{"values": ["是"]}]}, "either `column` or `any_of`"),
    ({"where": [{"column": "a", "values": ["是"], "min": 1}]}, "either `values` or `min` and `max`"),
    ({"risk_type": None}, "risk_type"),
    ({"operator": "=>"}, "operator"),
]


@pytest.mark.parametrize(("fields", "message"), MISTAKES)
def test_a_mistake_is_answered_with_file_rule_and_field(rule, tmp_path, fields, message) -> None:
    entry = {**rule().model_dump(mode="json"), **fields}
    pack = tmp_path / "pack.yml"
    pack.write_text(yaml.safe_dump({"rules": [entry]}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigError, match=message) as refused:
        load_rules([pack])
    assert "pack.yml, rule 1 (bills)" in str(refused.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"village_fact": "{name}患{disease}"}, "shows disease, which feed 'medical_inpatient' calls sensitive"),
        ({"fact": "{name}{nonsense}"}, "has no column nonsense"),
        ({"feed": "nowhere"}, "there is no feed 'nowhere'"),
    ],
)
def test_a_rule_that_does_not_fit_its_feed_is_refused(rule, tmp_path, change, message) -> None:
    config = shutil.copytree(PAGE.parents[1] / "config", tmp_path / "config")
    usual = {"feed": "medical_inpatient", "measure": {"aggregate": "any"}}
    entry = rule(**{**usual, **change}).model_dump(mode="json")
    (config / "rules" / "huangping_2021.yml").write_text(yaml.safe_dump({"rules": [entry]}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        Configuration.load(config / "county.yml")
