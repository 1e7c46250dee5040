"""The command line: make a sample county, run a month, see how it stands.

What belongs here: words for people, and the order of calls. Every command ends with a sentence or a table, never a traceback, for
mistakes that a county officer can mend.
"""

from __future__ import annotations

import errno
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from contracts.errors import HulianError
from contracts.home import Home
from contracts.month import Month
from pipelines.desk_commands import desk_commands
from pipelines.feed_commands import feed
from pipelines.notice_commands import notice
from pipelines.options import COUNTY_OPTION, HOME_OPTION, MonthType
from pipelines.release_commands import papers, release, releases, withdraw
from pipelines.report_commands import report
from pipelines.rules_commands import rules
from pipelines.serve_commands import access, serve
from pipelines.take_commands import take
from pipelines.token_commands import token

if TYPE_CHECKING:
    from assets.county import CountyResource
    from samples.noise import Level

TABLE_WIDTH = 120


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def cli() -> None:
    """Hulian 户联: from the monthly lists of a county's bureaus to the doors to knock on.

    \b
    A first look, with an invented county:
      hulian sample                    5,000 households and two months of lists from 37 feeds
      hulian run --month 2026-10       read, accept, match, screen, and propose the village workbooks
      hulian release 2026-10 --by NAME a person releases them: now they are handed out
      hulian run --month 2026-11       the next month: what was handed out already is not sent again
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
    "--month", "months", type=MonthType(), multiple=True, default=("2026-10", "2026-11"), show_default=True, help="Months to make; repeat."
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


@cli.command("sample-visits")
@click.argument("month", type=MonthType())
@COUNTY_OPTION
@HOME_OPTION
def sample_visits(month: Month, county_file: Path, home_folder: Path) -> None:
    """Let the sample county's villages hand in what their invented visitors found in MONTH, over HTTP."""
    from pipelines.sample_visits import hand_in_visits

    told = hand_in_visits(county_file, Home(home_folder), month)
    new, problems = int(told["new"].sum()), int(told["problems"].sum())
    click.echo(f"{month}: {told.height} 个村交回 {told['answers'].sum()} 条核查结果，新记录 {new} 条，没有读懂 {problems} 条")


@cli.command()
@click.option(
    "--month", "months", type=MonthType(), multiple=True, required=True, help="Month of the lists; repeat for several, oldest first."
)
@COUNTY_OPTION
@HOME_OPTION
@click.option("--quiet", is_flag=True, help="No progress bar and no table.")
def run(months: tuple[Month, ...], county_file: Path, home_folder: Path, *, quiet: bool) -> None:
    """Run a month: from HOME/inbox/<month>/ to HOME/proposals/<month>/. `hulian release` hands it out."""
    from assets.county import CountyResource
    from assets.releasing import not_handed_out, unreleased
    from pipelines.run_month import run_month

    home, console, began = Home(home_folder), _console(), time.monotonic()
    county = CountyResource(home_folder=str(home_folder), county_file=str(county_file))
    for month in sorted(months):
        if unreleased(county, month.plus(-1)):
            console.print(not_handed_out(month.plus(-1), month), style="yellow", soft_wrap=True)
        if not run_month(county_file, home, month, show_progress=not quiet) and not quiet:
            console.print(f"{month}: 输入、配置和决定都没有变化，结果已是最新。")
    if not quiet:
        _show(console, county, sorted(months))
        console.print(f"用时 {time.monotonic() - began:.1f} s。打开分析界面: make ui，或 hulian ui --home {home_folder}", soft_wrap=True)


@cli.command()
@COUNTY_OPTION
@HOME_OPTION
def status(county_file: Path, home_folder: Path) -> None:
    """Show every month that has been run: lists, leads, accuracy, which release stands, and where the workbooks lie."""
    from assets.county import CountyResource
    from pipelines.summary import proposed_months

    months = proposed_months(Home(home_folder))
    if not months:
        Console().print(f"{home_folder} 还没有结果。先运行: hulian run --month YYYY-MM --home {home_folder}", soft_wrap=True)
        return
    _show(_console(), CountyResource(home_folder=str(home_folder), county_file=str(county_file)), months)


@cli.command()
@click.argument("files", nargs=-1, type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--revoke", nargs=2, metavar="FEED ROW", help="Take back what was decided about one row.")
@click.option("--month", type=MonthType(), help="The month that the workbook, or the row, must be of.")
@COUNTY_OPTION
@HOME_OPTION
def review(files: tuple[Path, ...], revoke: tuple[str, str] | None, month: Month | None, county_file: Path, home_folder: Path) -> None:
    """Read filled-in review workbooks (待复核) back, or take a decision back.

    Without FILES it lists what has been decided. Handing in twice changes nothing. A decision holds for the month's row and, in later
    months, for rows that say the same; run the month again for it to take effect. ROW is a row_id, a row number, or FILE:NUMBER.
    """
    from assets.county import CountyResource
    from delivery.desk import open_desk
    from pipelines import review as reviewed

    home, console = Home(home_folder), _console()
    desk = open_desk(CountyResource(home_folder=str(home_folder), county_file=str(county_file)).desk_url)
    if revoke is not None:
        reviewed.revoke(console, *revoke, month, home, desk)
    if files and not reviewed.hand_in(console, list(files), month, home, desk):
        sys.exit(1)
    if not files and revoke is None:
        reviewed.show_standing(console, desk)


@cli.command()
@click.argument("feed")
@click.argument("row")
@click.option("--month", type=MonthType(), show_default="the last one that was run", help="Month of the list.")
@click.option("--picture", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write the weights as a picture (.svg).")
@click.option("--names", is_flag=True, help="Show names whole, for reviewers; ID numbers and telephones stay masked.")
@COUNTY_OPTION
@HOME_OPTION
def explain(feed: str, row: str, month: Month | None, picture: Path | None, county_file: Path, home_folder: Path, *, names: bool) -> None:
    """Say why a row was linked, sent to review, or found not to be in the register.

    ROW is a row_id, a row number as the spreadsheet shows it, or FILE:NUMBER.
    """
    from pipelines import explained

    explained.explain(_console(), Home(home_folder), county_file, feed, row, month, picture=picture, names=names)


@cli.command()
@click.argument("what", metavar="LEAD | FEED ROW", nargs=-1, required=True)
@click.option("--month", type=MonthType(), show_default="the last one that was run", help="Month of the list, for a row.")
@COUNTY_OPTION
@HOME_OPTION
def trace(what: tuple[str, ...], month: Month | None, county_file: Path, home_folder: Path) -> None:
    """Walk from a lead back to rule, document, file, sheet and row; or from a bureau's row to what became of it.

    LEAD is the number that stands in the village workbook. ROW is a row_id, a row number, or FILE:NUMBER.
    """
    from pipelines import traced

    match what:
        case (lead,):
            traced.trace_lead(_console(), Home(home_folder), county_file, lead)
        case (feed, row):
            traced.trace_row(_console(), Home(home_folder), county_file, feed, row, month)
        case _:
            raise click.UsageError("Give a lead's number, or a feed and a row.")


@cli.command()
@COUNTY_OPTION
@HOME_OPTION
@click.option("--port", default=3000, show_default=True, help="Port on this machine.")
def ui(county_file: Path, home_folder: Path, port: int) -> None:
    """Open Dagster on the county, at http://127.0.0.1:PORT, until Ctrl+C."""
    from pipelines.ui import serve as serve_ui

    sys.exit(serve_ui(county_file, Home(home_folder), port))


@cli.command()
@COUNTY_OPTION
@HOME_OPTION
def prepare(county_file: Path, home_folder: Path) -> None:
    """Make the home folder ready, or bring it up to date, before services begin that would do it all at once."""
    from assets.county import CountyResource
    from delivery.desk import open_desk
    from pipelines.run_month import open_instance

    home = Home(home_folder)
    open_instance(home).dispose()
    open_desk(CountyResource(home_folder=str(home.root), county_file=str(county_file)).desk_url)
    click.echo(f"已就绪: {home_folder}")


for _command in (feed, rules, take, papers, release, withdraw, releases, notice, report, desk_commands, serve, token, access):
    cli.add_command(_command)


def _console() -> Console:
    """The terminal, taken to be wide enough for the tables where it is a file or narrower than they are."""
    return Console(width=max(Console().width, TABLE_WIDTH))


def _show(console: Console, county: CountyResource, months: list[Month]) -> None:
    from delivery.desk import open_desk
    from delivery.releases.issuing import handed_out
    from pipelines import summary

    released = handed_out(county.home, open_desk(county.desk_url))
    summary.show_feeds(console, county.home, months)
    summary.show_months(console, county.home, months, released)
    summary.show_places(console, county.home, months, released)


def main() -> None:
    """Entry point of `hulian`: errors that people can mend are printed as one sentence, with exit code 1."""
    try:
        cli()
    except HulianError as error:
        click.echo(f"hulian: {error}", err=True)
        sys.exit(1)
    except Exception as error:
        if not _disk_is_full(error):
            raise
        click.echo(
            "hulian: 磁盘满了或写不进去，没有做完。请腾出空间（先看备份目录）、检查磁盘，再运行一次；已完成的部分保留，不会重复。", err=True
        )
        sys.exit(1)


def _disk_is_full(error: BaseException | None) -> bool:
    """Whether that is at the bottom of it; SQLite says so in words."""
    if error is None:
        return False
    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    return (
        full
        or any(words in str(error) for words in ("disk is full", "disk I/O error"))
        or _disk_is_full(error.__cause__ or error.__context__)
    )
