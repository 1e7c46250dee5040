"""Pages say which lists they lack, and the report shows what it knows without a script and without a value of a cell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl

from contracts.observed import RECEPTION
from delivery.absent import absent_note
from delivery.county.report import write_report
from tests.unit.delivery import frames

RECEIVED = pl.DataFrame(
    [
        {"feed": "medical_inpatient", "bureau": "医保局", "title": "住院<b>", "state": "未报"},
        {"feed": "housing_danger", "bureau": "住建局", "title": "危房", "state": "暂缓"},
        {"feed": "low", "bureau": "民政局", "title": "低保", "state": "沿用", "carried_from": "2026-10", "carried_months": 1},
        {"feed": "other", "bureau": "信访局", "title": "信访", "state": "不需报"},
    ],
    schema=dict(RECEPTION),
)
NOTE = "本月未收到：医保局《住院<b>》；收到但读不出、暂缓：住建局《危房》；沿用以前的清单：民政局《低保》（2026-10，1个月前）。"


def test_what_is_absent_in_one_sentence() -> None:
    assert absent_note(RECEIVED) == NOTE
    assert absent_note(RECEIVED.filter(pl.col("state") == "不需报")) == ""


def test_the_report_is_escaped_and_needs_no_network(tmp_path: Path) -> None:
    received = RECEIVED.with_columns(pl.col("rows", "accepted", "set_aside", "warned").fill_null(0))
    lists = write_report(tmp_path / "report.html", replace(frames.tables(), reception=received), frames.MONTH, frames.COUNTY)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert lists == received.height
    assert "住院&lt;b&gt;" in page
    assert "<b>》" not in page
    assert not [word for word in ("http", "<script", "<link", "@import") if word in page]
    assert frames.DISEASE not in page
