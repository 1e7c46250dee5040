"""`hulian feed …`: a contract drafted from a spreadsheet, a file tried against a contract, and the schema for editors.

What belongs here: arguments, words for people, exit codes. Drafting is done in `drafting`, reading and judging where a month does it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from contracts.errors import HulianError
from contracts.month import Month
from pipelines.defaults import SAMPLE_COUNTY, SAMPLE_HOME

TABLE_WIDTH = 120
FILE = click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))


@click.group()
def feed() -> None:
    """Add a feed: draft its contract from a file, check a file against it."""


@feed.command()
@FILE
@click.option("--sheet", help="Only this sheet of the workbook.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the contract here; its name becomes the feed's.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def draft(file: Path, sheet: str | None, out: Path | None, *, force: bool) -> None:
    """Write a contract for a spreadsheet that nobody has seen, with questions where the program is not sure.

    Without --out the contract is printed. It loads as it is; answer the questions, then try it with `hulian feed check`.
    """
    from drafting.draft import draft as drafted
    from pipelines.feed_schema import beside

    if out is not None and out.exists() and not force:
        raise HulianError(f"{out} 已经有了，没有改动。换个文件名，或加 --force 覆盖。")
    if out is not None and not out.stem.isidentifier():
        raise HulianError(f"{out.name}：文件名就是清单的代号，请用小写英文、数字和下划线，例如 config/feeds/housing_danger.yml。")
    made = drafted(file, sheet=sheet, feed=out.stem if out else None, schema=beside(out))
    if out is None:
        click.echo(made.text, nl=False)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(made.text, encoding="utf-8")
    console = Console(width=TABLE_WIDTH)
    console.print(f"已起草 {out}：{len(made.feed.columns)} 列，读出 {made.rows} 行，{made.questions} 个问题待核对。", soft_wrap=True)
    console.print(f"核对以后试读: hulian feed check {file} --feed {out}", soft_wrap=True, markup=False)


@feed.command()
@FILE
@click.option("--feed", "name", required=True, help="Name of a feed of the county, or the path of a contract (.yml).")
@click.option("--month", help="Month of the list, YYYY-MM.", show_default="the one in the file's name, else last month")
@click.option(
    "--county", "county_file", type=click.Path(dir_okay=False, exists=True, path_type=Path), default=SAMPLE_COUNTY, envvar="HULIAN_COUNTY"
)
@click.option("--home", "home_folder", type=click.Path(file_okay=False, path_type=Path), default=SAMPLE_HOME, envvar="HULIAN_HOME")
def check(file: Path, name: str, month: str | None, county_file: Path, home_folder: Path) -> None:
    """Read one file as a month would, and say what would be accepted, what set aside, and why. Nothing is written.

    Exit code 0 when the file is accepted, 1 when it is held.
    """
    from pipelines import feed_check

    console = Console(width=max(Console().width, TABLE_WIDTH))
    chosen = Month.parse(month) if month else feed_check.month_of(file)
    if not feed_check.check(console, file, feed_check.contract(name, county_file), chosen, home_folder):
        sys.exit(1)


@feed.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the schema here.")
def schema(out: Path | None) -> None:
    """Print the JSON schema of contracts, by which editors complete and check them."""
    from pipelines.feed_schema import text

    if out is None:
        click.echo(text(), nl=False)
    else:
        out.write_text(text(), encoding="utf-8")
