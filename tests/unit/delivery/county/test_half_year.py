"""What leads led to, told to the county by half-years and to each bureau on its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from contracts.errors import ConfigError
from contracts.month import Month
from contracts.tables import VERIFICATION
from delivery.bureau.answer_book import bureaus_to_tell, write_answers
from delivery.bureau.answered import answered
from delivery.county.half_year import HalfYear, write_half_year
from delivery.outcome import told
from delivery.tables import Told
from tests.unit.delivery import frames

H2 = HalfYear(2026, 2)
LATER = date(2026, 12, 20)  # all that is open is overdue
FOUND = ("属实-拟纳入", "属实-单项帮扶", "不属实-数据有误", "暂未联系上")  # of the first four of six leads


def verifications() -> pl.DataFrame:
    leads = frames.tables().leads.sort("lead_id").head(len(FOUND))
    return pl.DataFrame(
        {"lead_id": leads["lead_id"], "household_id": leads["household_id"], "conclusion": FOUND, "visited_on": [date(2026, 12, 8)] * 4},
        schema=dict(VERIFICATION),
    )


def rows(path: Path, sheet: str) -> list[tuple[object, ...]]:
    return [tuple(cell.value for cell in row) for row in openpyxl.load_workbook(path)[sheet].iter_rows()]


def test_a_half_year_is_that_of_the_days_of_handing_out():
    assert [str(month) for month in HalfYear.parse("2026h2").months] == ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11"]
    assert HalfYear.parse("2027H1").months[0] == Month(2026, 12)
    with pytest.raises(ConfigError, match="2026H3"):
        HalfYear.parse("2026H3")


def test_three_rates_stand_apart():
    leads = frames.tables().leads.join(verifications(), on="lead_id", how="left")
    (whole,) = told(leads, "town", LATER).filter(pl.col("town") == "合计").to_dicts()
    assert {name: value for name, value in whole.items() if name != "town"} == {
        "leads": 6, "verified": 3, "true": 2, "untrue": 1, "included": 1, "helped": 1, "open": 3, "overdue": 3,
        "true_rate": 2 / 3, "included_rate": 1 / 3, "helped_rate": 1 / 3,
    }  # fmt: skip


def test_the_report_counts_towns_by_conclusion_and_bureaus(tmp_path):
    path = tmp_path / "半年报.xlsx"
    assert write_half_year(path, H2, frames.tables().leads, verifications(), frames.COUNTY, LATER) == 6
    towns = rows(path, "分乡镇")
    assert towns[2][:4] == ("乡镇", "线索", "已核查", "属实")
    assert towns[3][:9] == ("城关镇", 6, 3, 2, 1, 1, 1, 3, 3)
    assert towns[4][1:9] == towns[3][1:9]
    crossed = rows(path, "乡镇×结论")
    heads = [head for head in crossed[2] if head]
    assert heads == ["乡镇", "属实-拟纳入", "属实-单项帮扶", "不属实-数据有误", "暂未联系上", "尚无结论", "合计户次、条次", "去重合计"]
    assert crossed[4] == ("城关镇", *(1, 1), *(1, 1), *(1, 1), *(1, 1), *(2, 2), *(6, 6), *(6, 6))
    bureaus = {row[0]: row[1] for row in rows(path, "分部门")[3:]}
    assert bureaus == {"住建局": 2, "医保局": 6, "合计": 6}
    assert len(openpyxl.load_workbook(path)["分乡镇"]._charts) == 2


def test_the_same_report_twice_is_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_half_year(tmp_path / f"{name}.xlsx", H2, frames.tables().leads, verifications(), frames.COUNTY, LATER)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_bureau_learns_what_became_of_its_own_leads_only(tmp_path):
    tables = frames.tables()
    since = date(2026, 12, 6)
    of_november = answered(tables.leads, tables.signals, verifications(), since, LATER)
    december = frames.replace(tables, tell=lambda: Told(answered=of_november))
    assert bureaus_to_tell(december) == ["住建局", "医保局"]
    path = tmp_path / "部门反馈.xlsx"
    assert write_answers(path, "住建局", december, Month(2026, 12), frames.COUNTY) == 2
    lines = rows(path, "逐条反馈")
    assert [(line[0], line[1], line[6], line[7], line[9]) for line in lines[3:]] == [
        ("2026-11-522699100200-01", "危房鉴定清单", "已办结", "属实-拟纳入", "边缘易致贫户"),
        ("2026-11-522699100201-01", "危房鉴定清单", "暂未联系上", "暂未联系上", None),
    ]
    text = "\n".join(str(value) for name in ("汇总", "逐条反馈") for line in rows(path, name) for value in line)
    assert "医保局" not in text
    assert "医疗费用" not in text


def test_what_was_told_is_not_told_again_and_what_is_open_is():
    tables = frames.tables()
    after = answered(tables.leads, tables.signals, verifications(), date(2027, 1, 6), LATER)
    assert set(after.filter("is_told")["state"]) == {"暂未联系上", "超期未办结"}
