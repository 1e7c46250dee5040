"""`hulian report`: the half-year report, from the lake and the desk."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from contracts.errors import HulianError
from contracts.home import Home
from pipelines.options import COUNTY_OPTION, HOME_OPTION

if TYPE_CHECKING:
    from delivery.county.half_year import HalfYear


class HalfYearType(click.ParamType["HalfYear"]):
    """A half-year as an argument."""

    name = "YYYYH1|YYYYH2"

    def convert(self, value: str | HalfYear, param: click.Parameter | None, ctx: click.Context | None) -> HalfYear:
        """The half-year that was written; another text is refused with the way to write it."""
        from delivery.county.half_year import HalfYear

        if isinstance(value, HalfYear):
            return value
        try:
            return HalfYear.parse(value)
        except HulianError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.argument("half", type=HalfYearType())
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), show_default="today", help="The day that it stands at.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), show_default="HOME/reports/半年报_<half>.xlsx", help="The workbook."
)
@COUNTY_OPTION
@HOME_OPTION
def report(half: HalfYear, on: datetime | None, out: Path | None, county_file: Path, home_folder: Path) -> None:
    """Write the half-year report (半年报): the leads handed out from January to June (2026H1) or July to December (2026H2).

    What became of them by town, bureau, risk type and month, in households and leads, the three yields apart, with charts.
    """
    import polars as pl

    from assets.county import CountyResource
    from contracts.tables import LEAD, empty
    from delivery.county.half_year import write_half_year
    from delivery.desk import open_desk
    from delivery.releases.issuing import handed_out

    resource = CountyResource(home_folder=str(home_folder), county_file=str(county_file))
    home, county = Home(home_folder), resource.configuration.county
    day = on.date() if on else date.today()  # noqa: DTZ011 - the office's own day
    desk = open_desk(resource.desk_url)
    released = handed_out(home, desk)
    leads = pl.concat([empty(LEAD), *(released[month].table("leads") for month in half.months if month in released)])
    if leads.is_empty():
        raise HulianError(f"{half}：{half.months[0]} 至 {half.months[-1]} 没有发布过线索。先运行: hulian release YYYY-MM")
    found = desk.verifications(before=date.max)
    path = out or home.root / "reports" / f"半年报_{half}.xlsx"
    count = write_half_year(path, half, leads, found, county, day)
    Console().print(f"{half.title}半年报: {count} 条线索，{path}", soft_wrap=True)
