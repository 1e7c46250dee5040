"""The page for those who write rules is complete, and its example works."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from contracts.county import Configuration
from contracts.errors import ConfigError
from contracts.pack import load_rules, schema
from contracts.rule import Measure, Rule, Scope, Since, Where

PAGE = Path(__file__).parents[3] / "docs" / "write-a-rule.md"


def test_every_field_of_a_rule_is_explained() -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = [
        name
        for model in (Rule, Measure, Where, Scope, Since)
        for name in model.model_fields
        if f"{name}:" not in page and f"`{name}`" not in page
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
    ({"measure": {"aggregate": "sum"}}, "字段 measure：aggregate 为 sum.*要填 column"),
    ({"measure": {"aggregate": "any", "net_by": "admission_no"}}, "字段 measure：net_by"),
    ({"measure": {"aggregate": "sum", "column": "amount + len(amount)"}}, "算式“amount . len.amount.”看不懂"),
    ({"where": [{"values": ["是"]}]}, "字段 where → 第1项：column（一列）和 any_of"),
    ({"where": [{"column": "a", "values": ["是"], "min": 1}]}, "values（等于）、contains（含有）、min 和 max（范围）要填一种"),
    ({"risk_type": None}, "要填 risk_type"),
    ({"risk_type": "因懒"}, "字段 risk_type：只能写 '因病'、"),
    ({"operator": "=>"}, "字段 operator：只能写 '>='、'>'、"),
    ({"value": "__import__('os')"}, "看不懂"),
    ({"value": "2万"}, "看不懂"),
    ({"window": "rolling_13"}, "字段 window：写法不对"),
    ({"window": "since_event"}, "要填 since"),
    ({"grade": "green"}, "线索只有红、黄两级"),
    ({"valid_from": "2026-13-01"}, "字段 valid_from：应当是日期，写作 2026-01-01"),
    ({"valid_to": "2020-01-01"}, "早于 valid_from"),
    ({"treshold": 3}, "字段 treshold：没有这个字段"),
    ({"vilage_fact": "x"}, "没有这个字段，是不是要写 village_fact"),
]


@pytest.mark.parametrize(("fields", "message"), MISTAKES)
def test_a_mistake_is_answered_with_file_rule_and_field(rule, tmp_path, fields, message) -> None:
    entry = {**rule().model_dump(mode="json"), **fields}
    pack = tmp_path / "pack.yml"
    pack.write_text(yaml.safe_dump({"rules": [entry]}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigError, match=message) as refused:
        load_rules([pack])
    assert "pack.yml，第 1 条规则（bills）" in str(refused.value)
    assert "docs/write-a-rule.md" in str(refused.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"village_fact": "{name}患{disease}"}, "village_fact 会让村里看到 disease"),
        ({"fact": "{name}{nonsense}"}, "清单 medical_inpatient 没有列 nonsense。可用的列：admission_no、"),
        ({"feed": "nowhere"}, "没有清单 nowhere"),
        ({"value": "2 × 指数"}, "指数 指数 不在 indices.yml 里"),
        ({"feed": "register", "event_date": None}, "请写 per: household"),
    ],
)
def test_a_rule_that_does_not_fit_its_feed_is_refused(rule, tmp_path, change, message) -> None:
    config = shutil.copytree(PAGE.parents[1] / "config", tmp_path / "config")
    usual = {"feed": "medical_inpatient", "measure": {"aggregate": "any"}}
    entry = rule(**{**usual, **change}).model_dump(mode="json")
    (config / "rules" / "huangping_2021.yml").write_text(yaml.safe_dump({"rules": [entry]}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        Configuration.load(config / "county.yml")


def test_the_schema_for_editors_is_the_rules_own() -> None:
    shipped = json.loads((PAGE.parents[1] / "config" / "rules" / "rules.schema.json").read_text(encoding="utf-8"))
    assert shipped == schema()
    assert set(shipped["$defs"]["Rule"]["properties"]) == set(Rule.model_fields)


def test_every_pack_is_named_on_the_page_and_loads() -> None:
    page = PAGE.read_text(encoding="utf-8")
    packs = sorted((PAGE.parents[1] / "config" / "rules").glob("*.yml"))
    assert [pack.name for pack in packs if f"`{pack.name}`" not in page] == []
    county = Configuration.load(PAGE.parents[1] / "config" / "county.yml")
    replace(county, rules=load_rules(packs)).check_rules()
