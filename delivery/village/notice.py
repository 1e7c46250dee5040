"""The public notice 公示: one page a village to be hung up, of households that a visit's conclusion proposes for something.

Which rows may stand on it at all is decided in `delivery.village.public`; here is what the page says around them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from contracts.county import County
from contracts.month import Month
from delivery.village.page import Cell, Line, Page
from delivery.village.paper import Paper, print_paper
from delivery.village.public import CLEARED, HELPED, INCLUDED, MATTERS, PUBLIC, PublicRows
from delivery.words import CONCLUSIONS

MATTER_OF = dict(zip(CONCLUSIONS, (INCLUDED, HELPED), strict=False))
HEADINGS = ("序号", "村民组", "户主姓名", "家庭人口", "监测类别")
WIDTHS = (10.0, 20.0, 26.0, 16.0, 28.0)
FOOT = "本公示只列村组、户主姓名、家庭人口和监测类别，不含证件号码、电话、银行账号和健康状况。"


@dataclass(frozen=True)
class Period:
    """From when to when objections are heard; both days count."""

    first: date
    days: int

    def __str__(self) -> str:
        last = self.first + timedelta(days=self.days - 1)
        return f"{self.first:%Y年%-m月%-d日}至{last:%Y年%-m月%-d日}（{self.days}天）"


def proposed(leads: pl.DataFrame, verifications: pl.DataFrame, households: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """What the month proposes: `household_id` and the columns of `PUBLIC`, by town, village, matter, group, household.

    leads: of the month. verifications: `VERIFICATION`. households, before: `HOUSEHOLD` of the month and of the month before; who was
    monitored then and is marked as cleared now stands under 风险消除.
    """
    found = leads.join(verifications.select("lead_id", "conclusion"), on="lead_id").with_columns(
        matter=pl.col("conclusion").replace_strict(MATTER_OF, default=None),
        category=pl.when(pl.col("conclusion") == CONCLUSIONS[0]).then(pl.col("proposed_category")),
    )
    monitored = before.filter(pl.col("is_monitored").fill_null(value=False)).select("household_id")
    cleared = (
        households.filter(pl.col("is_cleared").fill_null(value=False))
        .join(monitored, on="household_id", how="semi")
        .with_columns(matter=pl.lit(CLEARED), category=pl.col("monitored_kind"))
    )
    columns = ["household_id", *PUBLIC]
    rows = pl.concat([found.filter(pl.col("matter").is_not_null()).select(columns), cleared.select(columns)])
    order = pl.col("matter").replace_strict({matter: place for place, matter in enumerate(MATTERS)}, default=None, return_dtype=pl.Int8)
    return rows.unique(["household_id", "matter"]).sort("town", "village", order, "group", "household_id", nulls_last=True)


def write_notices(folder: Path, public: PublicRows, month: Month, county: County, period: Period) -> list[Path]:
    """One PDF a village in `folder`, by town and village; returns their paths."""
    written = []
    for (town, village), rows in public.rows.partition_by("town", "village", as_dict=True, maintain_order=True).items():
        path = folder / str(town) / f"{village}_公示_{month}.pdf"
        paper = Paper()
        sheets = paper.sheets(_notice_page(str(town), str(village), rows, county, period), f"{town} {village}")
        print_paper(path, paper.manuscript(sheets, title=f"{town}{village} 公示", author=county.office, care=FOOT))
        written.append(path)
    return written


def _notice_page(town: str, village: str, rows: pl.DataFrame, county: County, period: Period) -> Page:
    whole = len(WIDTHS)
    head = [
        Line((Cell(whole, "公    示", "headline"),), 74),
        Line((Cell(whole, f"{county.name}{town}{village}", "place"),), 44),
        Line(least=8),
    ]
    parts = []
    for (matter,), proposals in rows.partition_by("matter", as_dict=True, maintain_order=True).items():
        words = f"　　经入户核查，{matter} {proposals.height} 户，名单如下："
        lines = [Line((Cell(whole, words, "notice"),), 40), Line(tuple(Cell(1, heading, "column") for heading in HEADINGS), 30)]
        for number, row in enumerate(proposals.select("group", "head_name", "members", "category").iter_rows(), start=1):
            lines.append(Line(tuple(Cell(1, value, "count") for value in (number, *row)), 30))
        parts.append([*lines, Line(least=10)])
    said = f"　　公示期：{period}。如有异议，请在公示期内向村民委员会或{county.office}提出"
    telephone = f"，电话：{county.notice.telephone}。" if county.notice.telephone else "。"
    tail = [
        Line((Cell(whole, said + telephone, "notice"),), 56),
        Line(least=16),
        Line((Cell(3, None, "plain"), Cell(2, f"{village}民委员会" if village.endswith("村") else village, "signed")), 26),
        Line((Cell(3, None, "plain"), Cell(2, f"{period.first:%Y年%-m月%-d日}", "signed")), 26),
    ]
    return Page(WIDTHS, [head, *parts, tail])
