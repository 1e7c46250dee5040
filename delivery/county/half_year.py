"""The half-year report 半年报: what the leads handed out in half a year led to, by town, bureau, risk type and month, with charts.

The reports are due on 25 June and 25 December (篇八), so a half-year is that of the days on which leads were handed out: 2026H2 holds the
lists of June to November. Every total is counted twice, and where the two disagree nothing is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Self

import polars as pl
from xlsxwriter.worksheet import Worksheet

from contracts.county import County
from contracts.errors import ConfigError
from contracts.month import Month
from delivery.book import AMBER, GREEN, GREY, PALE_GREEN, RED, Book, Column, write_list
from delivery.bureau.answer_book import YIELDS
from delivery.county.summary import CrossTable, write_cross
from delivery.errors import ReleaseError
from delivery.outcome import told
from delivery.words import CONCLUSIONS

TABLE_TOP = 3  # the row of a list's first line
COUNTS = [column.name for column in YIELDS if column.kind == "integer"]
NONE_YET = "尚无结论"
NO_TOWN = "未定乡镇"
CROSSED = "一户有几条线索、结论不同的，各列分别计；去重合计一户只计一次。"


@dataclass(frozen=True)
class HalfYear:
    """`2026H1`: the leads handed out from January to June."""

    year: int
    half: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `YYYYH1` or `YYYYH2`; raises `ConfigError` for anything else."""
        found = re.fullmatch(r"(\d{4})[Hh]([12])", text)
        if not found:
            raise ConfigError(f"{text!r} is no half-year. Write it as 2026H1 or 2026H2.")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year}H{self.half}"

    @property
    def title(self) -> str:
        """As people write it."""
        return f"{self.year}年{'上' if self.half == 1 else '下'}半年"

    @property
    def months(self) -> list[Month]:
        """The months of the lists: leads of a month are handed out in the month after it."""
        last = Month(self.year, 5 if self.half == 1 else 11)
        return last.back_to(last.plus(-5))


def write_half_year(path: Path, half: HalfYear, leads: pl.DataFrame, verifications: pl.DataFrame, county: County, on: date) -> int:
    """Write the report to `path`; returns its number of leads.

    leads: `LEAD` of the half-year's months. verifications: `VERIFICATION`. on: the day that it stands at, for what is overdue. Raises
    `ReleaseError` where figures do not agree.
    """
    said = verifications.select("lead_id", "conclusion")
    found = leads.join(said, on="lead_id", how="left").with_columns(pl.col("town").fill_null(NO_TOWN))
    conclusions = _conclusions(found)
    by_bureau = told(found.explode("bureaus").rename({"bureaus": "bureau"}), "bureau", on)
    by_risk = told(found.explode("risk_types").rename({"risk_types": "risk_type"}), "risk_type", on)
    by_town, by_month = told(found, "town", on), told(found, "month", on)
    for table in (by_town, by_month):  # a lead has one town and one month
        if table[:-1].select(COUNTS).sum().rows() != table[-1:].select(COUNTS).rows():
            raise ReleaseError(f"half-year report {half}: the towns' or months' figures do not add up to the whole. Nothing is written.")
    heading = f"{county.name}{half.title}防返贫监测预警"
    note = (
        f"截至{on:%Y年%-m月%-d日}。{half.months[0]}至{half.months[-1]}各月清单产生、本半年交办的线索。"
        "属实率、纳入率、单项帮扶率都以已核查线索为分母，分别计算，不可相加。"
    )
    with Book(path, f"{heading}半年报", county.office) as book:
        sheet = book.sheet("分乡镇", landscape=True, colour=GREEN)
        end = write_list(book, sheet, f"{heading}半年报", note, (Column("乡镇", "town", 16, "centre"), *YIELDS), by_town)
        _charts(book, sheet, end, by_town.height - 1)
        write_cross(book, "乡镇×结论", f"{heading}：乡镇×核查结论", conclusions)
        for name, column, rows in (("分部门", "bureau", by_bureau), ("分风险", "risk_type", by_risk), ("逐月", "month", by_month)):
            what = {"bureau": "来源部门", "risk_type": "风险类型", "month": "清单月份"}[column]
            more = "" if column == "month" else "一条线索有几种的，各行分别计，“合计”只计一次。"
            sheet = book.sheet(name, landscape=True)
            write_list(book, sheet, f"{heading}：{name}", note + more, (Column(what, column, 20, "centre"), *YIELDS), rows)
    return found.height


def _conclusions(found: pl.DataFrame) -> CrossTable:
    """Towns by conclusion, in households and leads; the nine in their order, then those without."""
    touched = found.select(
        "household_id", "village_code", row="town", person="lead_id", conclusion=pl.col("conclusion").fill_null(NONE_YET)
    )
    table = CrossTable.of("乡镇×核查结论", touched, "conclusion")
    order = [each for each in (*CONCLUSIONS, NONE_YET) if each in table.columns]
    table = replace(table, columns=order, units=(("households", "户"), ("persons", "条")), note=CROSSED)
    table.check(touched.select(pl.struct("row", "household_id").n_unique()).item())
    return table


SERIES = (
    ("各乡镇线索的去向（条）", "stacked", (("属实", 3, GREEN), ("不属实、重复等", 4, GREY), ("未办结", 7, AMBER))),
    ("三个率分别看（占已核查）", "clustered", (("属实率", 9, GREEN), ("纳入率", 10, RED), ("单项帮扶率", 11, AMBER))),
)


def _charts(book: Book, sheet: Worksheet, row: int, towns: int) -> None:
    """Below the table: what became of each town's leads, and its three yields side by side."""
    first, last = TABLE_TOP, TABLE_TOP + towns - 1
    for place, (title, subtype, series) in enumerate(SERIES):
        chart = book.chart({"type": "column", "subtype": subtype})
        for words, column, colour in series:
            cells = [[sheet.get_name(), first, at, last, at] for at in (0, column)]
            chart.add_series({"name": words, "categories": cells[0], "values": cells[1], "fill": {"color": colour}})
        chart.set_title({"name": title, "name_font": {"size": 12}})
        chart.set_y_axis({"num_format": "0%" if place else "0", "major_gridlines": {"visible": True, "line": {"color": PALE_GREEN}}})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 480, "height": 300})
        sheet.insert_chart(row + 1, 6 * place, chart, {"object_position": 2})
