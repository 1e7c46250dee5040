"""The start page says first what somebody has to do, and draws what is common apart from what is rare."""

from __future__ import annotations

import polars as pl
import pytest

from assets.overview import by_kind, to_do
from contracts.observed import RECEPTION
from contracts.tables import REVIEW, conform, empty

NOTHING = {"超期未核实": 0, "区域预警": 0, "线索（户）": 0}


def received(state: str) -> pl.DataFrame:
    return conform(pl.DataFrame({"bureau": ["医保局"], "title": ["住院名单"], "state": [state]}), RECEPTION)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("未报", ["催报：医保局《住院名单》"]),
        ("沿用", ["催报（暂用以前月份的）：医保局《住院名单》"]),
        ("暂缓", ["退回重报：医保局《住院名单》"]),
        ("已收", ["没有要办的事"]),
        ("不需报", ["没有要办的事"]),
    ],
)
def test_a_list_is_asked_for_unless_it_came_or_is_not_due(state, told):
    assert to_do(received(state), empty(REVIEW), NOTHING) == told


def test_what_is_urgent_stands_before_the_handing_out():
    told = to_do(received("已收"), empty(REVIEW), {"超期未核实": 3, "区域预警": 1, "线索（户）": 40})
    assert told == ["催办 3 条超期未核实的线索", "会商 1 条区域预警", "核对草稿后发布：40 户"]


def test_rare_kinds_and_unknown_ones_are_drawn_together():
    kinds = [f"第{n}类" for n in range(9) for _ in range(9 - n)] + [None]
    picture = by_kind("各乡镇线索", pl.DataFrame({"label": "翁坪乡", "kind": kinds}), "单位：户")
    assert "第6类" in picture
    assert "第7类" not in picture
    assert "其余" in picture


def test_a_month_without_leads_is_drawn_as_such():
    assert "本月没有" in by_kind("各乡镇线索", pl.DataFrame(schema={"label": pl.String, "kind": pl.String}), "单位：户")
