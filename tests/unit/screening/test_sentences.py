"""Templates of rules as people read them, and what a wrong template is answered."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from pydantic import ValidationError

from screening.sentences import sentence

FRAME = pl.DataFrame(
    {"name": ["杨小山"], "value": [12000.5], "whole": [3.0], "zero": [0], "date": [date(2026, 11, 5)], "place": [None]},
    schema_overrides={"place": pl.String},
)

SENTENCES = [
    ("{name}自付{value}元", "杨小山自付12000.5元"),
    ("{whole}间", "3间"),
    ("于{date}", "于2026年11月5日"),
    ("在{place}住院", "在（未填）住院"),
    ("住院[，在{place}]", "住院"),
    ("受灾[，倒塌{zero}间][，损坏{whole}间]", "受灾，损坏3间"),
    ("倒塌{zero}间", "倒塌0间"),
    ("", ""),
]


@pytest.mark.parametrize(("template", "text"), SENTENCES)
def test_sentences(template, text) -> None:
    assert FRAME.select(sentence(template, FRAME.schema)).item() == text


def test_long_texts_are_cut() -> None:
    frame = pl.DataFrame({"text": ["长" * 200]})
    assert frame.select(sentence("{text}", frame.schema)).item() == "长" * 100 + "…"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话18848097983。", "电话188****983。"),
        ("身份证522699197608151237", "身份证522****237"),
        ("身份证52269919760815123X", "身份证522****23X"),
        ("2026年11月5日，12000.50元", "2026年11月5日，12000.50元"),
    ],
)
def test_numbers_of_people_are_masked_in_texts(text, shown) -> None:
    frame = pl.DataFrame({"text": [text]})
    assert frame.select(sentence("{text}", frame.schema)).item() == shown


@pytest.mark.parametrize("template", ["{name", "name}", "[{name}", "{name}]", "[[{name}]]", "{Name}"])
def test_a_template_with_loose_brackets_is_refused(rule, template) -> None:
    with pytest.raises(ValidationError, match="没有配对"):
        rule(fact=template)
