"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

from contracts.errors import HulianError
from contracts.month import Month
from pipelines.defaults import SAMPLE_COUNTY, SAMPLE_HOME

HOME_OPTION = click.option(
    "--home",
    "home_folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=SAMPLE_HOME,
    show_default="the sample county's",
    envvar="HULIAN_HOME",
    help="Folder with the county's data: inbox, lake, releases. [env: HULIAN_HOME]",
)
COUNTY_OPTION = click.option(
    "--county",
    "county_file",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    default=SAMPLE_COUNTY,
    show_default="config/county.yml",
    envvar="HULIAN_COUNTY",
    help="The county's configuration. [env: HULIAN_COUNTY]",
)


class MonthType(click.ParamType[Month]):
    """A month as an argument or an option."""

    name = "YYYY-MM"

    def convert(self, value: str | Month, param: click.Parameter | None, ctx: click.Context | None) -> Month:
        """The month that was written; another text is refused with the way to write it."""
        if isinstance(value, Month):
            return value
        try:
            return Month.parse(value)
        except HulianError as error:
            self.fail(str(error), param, ctx)
