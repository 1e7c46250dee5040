"""The page that shows leads as villages see them is what the workbook says today."""

from __future__ import annotations

from contracts.rule import RISK_TYPES
from samples.shown_leads import CASES, PAGE, page


def test_the_page_is_the_workbook() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "docs/leads.md is stale: python -m samples.shown_leads"


def test_each_risk_type_is_shown_and_nothing_that_stays_with_the_county() -> None:
    assert set(CASES) == set(RISK_TYPES)
    shown = PAGE.read_text(encoding="utf-8").split("anew, and a test")[1]
    assert shown.count("- 逐条核实：") == 1 + len(RISK_TYPES)
    assert not [word for word in ("肺炎", "传染病", "丧失劳动能力", "州人民医院", "刑事案件") if word in shown]
