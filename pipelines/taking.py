"""Filled-in visit workbooks on their way to the desk: read against the leads that went out, written down, and what came of it in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl

from contracts.home import Home
from delivery.desk import Desk
from delivery.desk.visits import HandedIn, hand_in
from delivery.releases.issuing import releases
from delivery.serving.scope import Scope
from delivery.taking.take import KNOWN, Taken, take
from pipelines.schedules import ZONE

COUNTY = Scope("county")


@dataclass(frozen=True)
class Result:
    """What a file said, and what became of it on the desk."""

    taken: Taken
    written: HandedIn

    @property
    def is_of_visits(self) -> bool:
        """Whether there was a form or a list of leads in the file at all."""
        return bool(self.taken.understood.height or self.taken.blank or self.taken.refused["field"].str.len_chars().sum())

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Where, and what could not be read or contradicts itself, with the way out."""
        told = pl.concat([self.taken.refused, self.taken.conflicts])
        return [
            (" ".join(part for part in (sheet, cell, field) if part) or "整个文件", f"{reason}{advice}")
            for sheet, cell, field, reason, advice in told.select("sheet", "cell", "field", "reason", "advice").iter_rows()
        ]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many answers of each conclusion, commonest first."""
        counted = self.taken.understood["conclusion"].value_counts().sort("count", "conclusion", descending=[True, False])
        return list(counted.iter_rows())


def take_in(content: bytes, name: str, home: Home, desk: Desk, scope: Scope = COUNTY, *, today: date | None = None) -> Result:
    """Read a workbook, CSV or JSON and write its answers down. Leads outside `scope` are as unknown as leads that never were.

    Raises `HulianError` where nothing can be read in the file as a whole.
    """
    taken = take(content, name, released_leads(home, desk, scope), today or datetime.now(ZoneInfo(ZONE)).date())
    refused = taken.refused.height + taken.conflicts.height
    return Result(taken, hand_in(desk, taken.understood, name=name, origin=taken.origin, refused=refused))


def released_leads(home: Home, desk: Desk, scope: Scope = COUNTY) -> pl.DataFrame:
    """`KNOWN`: the leads of all releases whose villages `scope` covers. A household keeps its number when a month is released again."""
    issued = releases(home, desk)
    if not issued:
        return pl.DataFrame(schema=dict(KNOWN))
    columns = ("lead_id", "household_id", "month", "village_code")
    tables = [release.table("leads").select(*columns, stands=pl.lit(release.stands)) for release in issued]
    leads = pl.concat(tables).group_by(columns, maintain_order=True).agg(pl.col("stands").any())
    seen = [code for code in leads["village_code"].unique().drop_nulls() if scope.covers(Scope("village", code))]
    mine = leads if scope.kind == "county" else leads.filter(pl.col("village_code").is_in(seen))
    return mine.select("lead_id", "household_id", "month", standing_id=pl.when("stands").then("lead_id"))
