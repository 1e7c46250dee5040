"""What a release changes for the villages: doors added, dropped, and changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl

from contracts.county import County
from delivery.county.changes import ADDED, CHANGED, DROPPED, SAME, changes, counts, write_changes
from delivery.tables import Compared
from tests.handing_out import leads
from tests.unit.delivery import frames

VILLAGE = {
    "town": "城关镇",
    "village": "东街村",
    "village_code": "522699100200",
    "due_on": date(2026, 12, 13),
    "facts": "住院",
    "month": "2026-11",
}
COUNTY: County = frames.COUNTY


def lead(household: str, number: int, **said: object) -> dict[str, object]:
    return {**VILLAGE, "household_id": household, "lead_id": f"2026-11-522699100200-{number:03d}", "grade": "yellow", **said}


BEFORE = leads(lead("H1", 1), lead("H2", 2), lead("H3", 3, risk_types=["因病", "因灾"]), lead("H4", 4))
NOW = leads(lead("H1", 1, grade="red"), lead("H3", 3, risk_types=["因灾", "因病"]), lead("H4", 4, facts="住院，危房"), lead("H5", 5))


def test_doors_are_compared_by_what_a_visitor_would_do() -> None:
    assert changes(NOW, BEFORE).select("kind", "household_id", "what").rows() == [
        (ADDED, "H5", None),
        (DROPPED, "H2", None),
        (CHANGED, "H1", "等级 黄 → 红"),
        (CHANGED, "H4", "风险情况有变"),
        (SAME, "H3", None),
    ]


def test_counts_name_every_door_once() -> None:
    assert counts(changes(NOW, BEFORE)) == {"added": 1, "dropped": 1, "changed": 2, "same": 1}
    assert counts(changes(NOW, NOW)) == {"added": 0, "dropped": 0, "changed": 0, "same": 4}
    assert counts(changes(NOW.clear(), BEFORE)) == {"added": 0, "dropped": 4, "changed": 0, "same": 0}


def test_another_deadline_is_a_change_within_the_month_only() -> None:
    for month, kind in (("2026-11", CHANGED), ("2026-10", SAME)):
        before = NOW.with_columns(month=pl.lit(month), due_on=pl.lit(date(2026, 11, 11)))
        assert set(changes(NOW, before)["kind"]) == {kind}


def test_a_door_that_is_dropped_is_shown_as_it_stood() -> None:
    dropped = changes(NOW, BEFORE).filter(pl.col("kind") == DROPPED).row(0, named=True)
    assert (dropped["lead_id"], dropped["lead_id_before"], dropped["village"]) == (None, "2026-11-522699100200-002", "东街村")


def test_the_workbook_has_a_list_and_its_counts_for_each_release(tmp_path: Path) -> None:
    path = tmp_path / "变动.xlsx"
    compared = [Compared("2026-11-1", BEFORE), Compared("2026-10-2", BEFORE.clear())]
    assert write_changes(path, frames.MONTH, NOW, compared, COUNTY) == 4
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["与2026-11-1比", "与2026-11-1比 分乡镇", "与2026-10-2比", "与2026-10-2比 分乡镇"]
    rows = [[cell.value for cell in row] for row in book["与2026-11-1比 分乡镇"].iter_rows(min_row=4)]
    assert rows == [["城关镇", 1, 1, 2, 1], ["合计", 1, 1, 2, 1]]
    assert book["与2026-10-2比"].max_row == 3 + 4
