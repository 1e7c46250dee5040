"""`hulian notice`: what may hang on the villages' walls, from the conclusions on the desk."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console

from contracts.errors import HulianError
from contracts.home import Home
from contracts.month import Month
from pipelines.options import COUNTY_OPTION, HOME_OPTION, MonthType


@click.command()
@click.argument("month", type=MonthType())
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), show_default="today", help="First day of the notice.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), show_default="HOME/notices/MONTH", help="Where the pages go.")
@COUNTY_OPTION
@HOME_OPTION
def notice(month: Month, first: datetime | None, out: Path | None, county_file: Path, home_folder: Path) -> None:
    """Write a public notice (公示) a village: households proposed by the visits on MONTH's leads, and those whose risk is cleared.

    Nothing but village, group, head, members and category can stand on it. A household with a cell that may not be public is left out and
    named here by its number.
    """
    from assets.county import CountyResource
    from assets.lake import read
    from contracts.tables import HOUSEHOLD
    from delivery.desk import open_desk
    from delivery.releases.issuing import handed_out
    from delivery.village.notice import Period, proposed, write_notices
    from delivery.village.public import PublicRows

    resource = CountyResource(home_folder=str(home_folder), county_file=str(county_file))
    home, county, console = Home(home_folder), resource.configuration.county, Console()
    day = first.date() if first else date.today()  # noqa: DTZ011 - the office's own day
    desk = open_desk(resource.desk_url)
    released = handed_out(home, desk)
    if month not in released:
        raise HulianError(f"{month} 还没有发布，没有入户结论可以公示。先运行: hulian release {month}")
    rows = proposed(
        released[month].table("leads"),
        desk.verifications(before=date.max),
        read(home, "register/households", month, HOUSEHOLD),
        read(home, "register/households", month.plus(-1), HOUSEHOLD),
    )
    public, left_out = PublicRows.of(rows)
    folder = out or home.root / "notices" / str(month)
    written = write_notices(folder, public, month, county, Period(day, county.notice.days))
    console.print(f"{month} 公示: {len(written)} 个村 {public.rows.height} 户，{folder}", soft_wrap=True)
    if left_out.height:
        numbers = "、".join(left_out["household_id"])
        console.print(f"未列入 {left_out.height} 户（有不能公开或写法不清的格子，请核对底册）: {numbers}", soft_wrap=True)
