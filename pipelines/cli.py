"""The command line: make a sample county, run a month, see how it stands.

What belongs here: words for people, and the order of calls. Every command ends with a sentence or a table, never a traceback, for
mistakes that a county officer can mend.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from contracts.errors import HulianError
from contracts.home import Home
from contracts.month import Month
from pipelines.defaults import SAMPLE_COUNTY, SAMPLE_HOME

if TYPE_CHECKING:
    from samples.noise import Level

TABLE_WIDTH = 120
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


class _Month(click.ParamType[Month]):
    name = "YYYY-MM"

    def convert(self, value: str | Month, param: click.Parameter | None, ctx: click.Context | None) -> Month:
        if isinstance(value, Month):
            return value
        try:
            return Month.parse(value)
        except HulianError as error:
            self.fail(str(error), param, ctx)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def cli() -> None:
    """Hulian 户联: from the monthly lists of a county's bureaus to the doors to knock on.

    \b
    A first look, with an invented county:
      hulian sample                    5,000 households and two months of lists from 37 feeds
      hulian run --month 2026-10       read, accept, match, screen, and write the village workbooks
      hulian run --month 2026-11       the next month: what was sent already is not sent again
      hulian status                    the months on one screen

    \b
    A county of your own:
      1. copy config/ and change county.yml, places.csv and the feeds
      2. put the bureaus' files into HOME/inbox/2026-11/
      3. hulian run --month 2026-11 --county my/county.yml --home HOME

    Running a month again changes nothing unless a file, the configuration or a decision has changed.
    """  # noqa: D301 - \b is the character that keeps lines together


@cli.command()
@HOME_OPTION
@click.option("--households", default=5_000, show_default=True, type=click.IntRange(min=200), help="Size of the county.")
@click.option(
    "--month", "months", type=_Month(), multiple=True, default=("2026-10", "2026-11"), show_default=True, help="Months to make; repeat."
)
@click.option(
    "--noise", type=click.Choice(["clean", "normal", "dirty"]), default="normal", show_default=True, help="How careless its bureaus are."
)
@click.option("--seed", default=2026, show_default=True, help="The same seed gives the same county.")
def sample(home_folder: Path, households: int, months: tuple[Month, ...], noise: Level, seed: int) -> None:
    """Make a synthetic county: people, register, bureaus' lists, and the truth about them."""
    from pipelines.sample_county import make_sample

    began = time.monotonic()
    make_sample(Home(home_folder), households=households, months=sorted(months), seed=seed, noise=noise)
    Console().print(f"样例县已就绪: {home_folder} ({time.monotonic() - began:.1f} s)", soft_wrap=True)


@cli.command()
@click.option(
    "--month", "months", type=_Month(), multiple=True, required=True, help="Month of the lists; repeat for several, oldest first."
)
@COUNTY_OPTION
@HOME_OPTION
@click.option("--quiet", is_flag=True, help="No progress bar and no table.")
def run(months: tuple[Month, ...], county_file: Path, home_folder: Path, *, quiet: bool) -> None:
    """Run a month: from HOME/inbox/<month>/ to HOME/releases/<month>/."""
    from pipelines.run_month import run_month

    home, console, began = Home(home_folder), _console(), time.monotonic()
    for month in sorted(months):
        if not run_month(county_file, home, month, show_progress=not quiet) and not quiet:
            console.print(f"{month}: 输入、配置和决定都没有变化，结果已是最新。")
    if not quiet:
        _show(console, home, sorted(months))
        console.print(f"用时 {time.monotonic() - began:.1f} s。打开分析界面: make ui，或 hulian ui --home {home_folder}", soft_wrap=True)


@cli.command()
@HOME_OPTION
def status(home_folder: Path) -> None:
    """Show every month that has been released: lists, leads, accuracy, and where the workbooks lie."""
    from pipelines.summary import released_months

    home = Home(home_folder)
    months = released_months(home)
    if not months:
        Console().print(f"{home_folder} 还没有结果。先运行: hulian run --month YYYY-MM --home {home_folder}", soft_wrap=True)
        return
    _show(_console(), home, months)


@cli.command()
@COUNTY_OPTION
@HOME_OPTION
@click.option("--port", default=3000, show_default=True, help="Port on this machine.")
def ui(county_file: Path, home_folder: Path, port: int) -> None:
    """Open Dagster on the county, at http://127.0.0.1:PORT, until Ctrl+C."""
    from pipelines.serve import serve

    sys.exit(serve(county_file, Home(home_folder), port))


def _console() -> Console:
    """The terminal, taken to be wide enough for the tables where it is a file or narrower than they are."""
    return Console(width=max(Console().width, TABLE_WIDTH))


def _show(console: Console, home: Home, months: list[Month]) -> None:
    from pipelines import summary

    summary.show_feeds(console, home, months)
    summary.show_months(console, home, months)
    summary.show_places(console, home, months)


def main() -> None:
    """Entry point of `hulian`: errors that people can mend are printed as one sentence, with exit code 1."""
    try:
        cli()
    except HulianError as error:
        click.echo(f"hulian: {error}", err=True)
        sys.exit(1)
