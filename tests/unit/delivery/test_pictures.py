"""Pictures are words and bars: whole, the same every time, and drawn by the reader's own fonts."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import polars as pl
import pytest

from delivery.book import GREEN, RED
from delivery.pictures import Step, accuracy, as_markdown, calibration, waterfall

SVG = "{http://www.w3.org/2000/svg}"
STEPS = [Step("起点：底册里任意一人", -11.0), Step("姓名同音", 8.5), Step("证件号码不同", -6.0), Step("同村", 4.25)]


def words(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - our own


def test_a_waterfall_says_every_step_and_the_sum() -> None:
    svg = waterfall("住院名单 2026-11", STEPS, ["户的把握 97%"])
    said = words(svg)
    for step in STEPS:
        assert step.label in said
        assert f"{step.bits:+.1f}" in said
    assert "-4.2" in said
    assert "户的把握 97%" in said
    assert svg == waterfall("住院名单 2026-11", STEPS, ["户的把握 97%"])


def test_text_is_text_with_a_generic_family() -> None:
    root = ET.fromstring(waterfall("图", STEPS))  # noqa: S314 - our own
    assert root.attrib["font-family"].endswith("sans-serif")
    assert not list(root.iter(f"{SVG}path"))


def test_bars_stay_within_the_picture() -> None:
    root = ET.fromstring(waterfall("图", [Step("起点", -200.0), Step("证件", 300.0)]))  # noqa: S314 - our own
    ends = [(float(box.attrib["x"]), float(box.attrib["x"]) + float(box.attrib["width"])) for box in root.iter(f"{SVG}rect")]
    assert min(ends)[0] >= 0
    assert max(end for _, end in ends) <= float(root.attrib["width"])


def lists(**cells: object) -> pl.DataFrame:
    row = {
        "title": "住院名单", "tested": 400, "wrong": 4, "expected_wrong": None, "precision": 0.99,
        "precision_low": 0.975, "precision_high": 0.996,
        "recall": 0.97, "recall_low": 0.95, "recall_high": 0.98, "linked": 380, "review": 5, "absent": 15, **cells,
    }  # fmt: skip
    return pl.DataFrame([row], schema_overrides={"expected_wrong": pl.Float64, "precision": pl.Float64, "recall": pl.Float64})


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ({}, "4（测 400 行）"),
        ({"expected_wrong": 3.52}, "4 / 3.5（测 400 行）"),
        ({"precision": None, "precision_low": None, "precision_high": None}, "没有连上的行"),
        ({"precision_low": None, "precision_high": None}, "4（测 400 行）"),  # the month has no row like those tested
        ({"tested": 0, "precision": None, "precision_low": None, "precision_high": None, "recall": None}, "没有可测的行"),
    ],
)
def test_a_list_says_what_was_measured(cells: dict[str, object], word: str) -> None:
    assert word in words(accuracy(lists(**cells), 0.001, "自测"))


def test_a_list_beyond_the_limit_has_another_colour() -> None:
    within, beyond = (accuracy(lists(precision_high=high), 0.001, "自测") for high in (0.9995, 0.996))
    first = [next(ET.fromstring(svg).iter(f"{SVG}circle")).attrib["fill"] for svg in (within, beyond)]  # noqa: S314 - our own
    assert first[0] != first[1]


def test_markdown_holds_the_whole_picture() -> None:
    assert as_markdown("<svg/>", "图").startswith("![图](data:image/svg+xml;base64,")


def step(**cells: float) -> pl.DataFrame:
    return pl.DataFrame(
        [{"low": 0.95, "high": 0.98, "rows": 400, "expected": 0.965, "right": 0.97, "right_low": 0.95, "right_high": 0.98, **cells}]
    )


def test_a_step_of_probability_says_what_was_expected_and_what_came() -> None:
    assert "预期对 96.5%，实测 97.0%（400 行）" in words(calibration(step(), "把握"))
    good, bad = (calibration(step(right=right, right_high=right + 0.01), "把握") for right in (0.97, 0.90))
    colours = [next(ET.fromstring(svg).iter(f"{SVG}circle")).attrib["fill"] for svg in (good, bad)]  # noqa: S314 - our own
    assert colours == [GREEN, RED]
