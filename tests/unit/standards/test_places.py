"""Names of places, resolved through their history; never guessed."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from contracts.tables import PLACE, conform
from standards import places

TABLE = conform(
    pl.DataFrame(
        [
            ("522699100000", "town", "平溪镇", None, "平溪镇", "current", None, None),
            ("522699100000", "town", "平溪镇", None, "平溪乡", "former", None, date(2013, 12, 31)),
            ("522699101000", "town", "龙井镇", None, "龙井镇", "current", None, None),
            ("522699100201", "village", "平溪镇", "往洞村", "往洞村", "current", None, None),
            ("522699100201", "village", "平溪镇", "往洞村", "高岩村", "merged", None, date(2016, 6, 30)),
            ("522699100201", "village", "平溪镇", "往洞村", "垭口", "natural", None, None),
            ("522699100202", "village", "平溪镇", "板陈社区", "板陈社区", "current", None, None),
            ("522699100202", "village", "平溪镇", "板陈社区", "垭口", "natural", None, None),
            ("522699100203", "village", "平溪镇", "龙井村", "龙井村", "current", None, None),
            ("522699101201", "village", "龙井镇", "胜利村", "胜利村", "current", None, None),
            ("522699101201", "village", "龙井镇", "胜利村", "垭口", "natural", None, None),
            ("522699101202", "village", "龙井镇", "往洞村", "往洞村", "current", None, None),
        ],
        schema=["code", "level", "town", "village", "name", "kind", "valid_from", "valid_to"],
        orient="row",
        infer_schema_length=None,
    ),
    PLACE,
)


@pytest.mark.parametrize(
    ("town", "village", "address", "code"),
    [
        ("平溪镇", "往洞村", None, "522699100201"),
        (None, None, "龙井村3组", "522699100203"),  # it lies in another town than the one of its name
        (None, "522699100201", None, "522699100201"),
        ("522699100", "往洞村", None, "522699100201"),
        (None, None, "胜利村杨光，身份证522699100201011234", "522699101201"),  # a number that begins like a code
        ("平溪镇", "往洞村村民委员会", None, "522699100201"),
        ("平溪镇", "往洞", None, "522699100201"),
        ("平溪乡", "往洞村委会", None, "522699100201"),  # a former name of the town
        ("平溪镇", "高岩村", None, "522699100201"),  # merged long ago
        ("平溪镇", "板陈村", None, "522699100202"),
        (None, None, "贵州省岚溪县平溪镇往洞村3组", "522699100201"),
        (None, None, "龙井镇 往洞村 12 号", "522699101202"),
        (None, "胜利村", None, "522699101201"),
        ("龙井镇", "垭口", None, "522699101201"),
        ("平溪镇", "垭口", None, None),  # two hamlets of one town
        (None, "往洞村", None, None),  # two towns have one
        ("平溪镇", "胜利村", None, None),  # not in this town
        ("平溪镇", "无此村", None, None),
        ("平溪镇", "王洞村", None, "522699100201"),  # typed by its sound
        ("平溪镇", "高沿", None, "522699100201"),  # so is a former name
        ("龙井镇", "板沉村", None, None),  # nor is it in this town
        (None, "王洞村", None, None),  # without a town it may be any
        (None, None, None, None),
    ],
)
def test_resolve(town: str | None, village: str | None, address: str | None, code: str | None) -> None:
    row = pl.DataFrame(
        {"town": [town], "village": [village], "address": [address]}, schema=dict.fromkeys(("town", "village", "address"), pl.String)
    )
    assert places.resolve(row, TABLE, on=date(2026, 11, 30))["village_code"].item() == code


def test_rows_keep_their_order_and_number() -> None:
    rows = pl.DataFrame({"n": range(4), "village": ["胜利村", "无此村", None, "胜利村"]})
    resolved = places.resolve(rows, TABLE, on=date(2026, 11, 30))
    assert resolved["n"].to_list() == [0, 1, 2, 3]
    assert resolved["village_code"].to_list() == ["522699101201", None, None, "522699101201"]
    assert resolved["place_kind"].to_list() == ["current", None, None, "current"]


def test_a_county_that_has_written_down_its_towns_only() -> None:
    row = pl.DataFrame({"town": ["平溪镇"], "village": ["往洞村"], "address": [None]}, schema_overrides={"address": pl.String})
    found = places.resolve(row, TABLE.filter(pl.col("level") == "town"), on=date(2026, 11, 30))
    assert found.select("town_code", "village_code").row(0) == ("522699100000", None)
    assert places.resolve(row, TABLE.clear(), on=date(2026, 11, 30))["town_code"].item() is None
