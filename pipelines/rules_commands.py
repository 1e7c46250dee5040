"""`hulian rules …`: check the packs, list what is in force, try a change on past months, and see what visits found of each rule."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table

from contracts.home import Home
from contracts.month import Month
from pipelines.options import COUNTY_OPTION, HOME_OPTION

WIDTH = 130
OPERATORS = {">=": "≥", ">": "＞", "<": "＜", "<=": "≤", "=": "＝"}
KINDS = {"risk": "风险", "flag": "提示", "colour": "颜色"}
MOVES = {
    "month": "期次",
    "enacted": "现行(户)",
    "changed": "改后(户)",
    "gained_doors": "增加(户)",
    "gained_villages": "增加涉及村",
    "lost_doors": "减少(户)",
    "lost_villages": "减少涉及村",
}


@click.group()
def rules() -> None:
    """The county's rules: check them, list them, try a change before it is enacted, see what each is worth."""


@rules.command()
@click.argument("packs", nargs=-1, type=click.Path(dir_okay=False, exists=True, path_type=Path))
@COUNTY_OPTION
def check(packs: tuple[Path, ...], county_file: Path) -> None:
    """Read the county's rules, or further PACKS with the county's feeds, and say what is wrong."""
    from dataclasses import replace

    from contracts.county import Configuration
    from contracts.pack import load_rules

    configuration = Configuration.load(county_file)
    if packs:
        configuration = replace(configuration, rules=load_rules(list(packs)))
        configuration.check_rules()
    Console().print(f"{len(configuration.rules)} 条规则都能用。", soft_wrap=True)


@rules.command(name="list")
@click.option("--month", default=None, help="Month in which the rules are to be in force, YYYY-MM; all rules when absent.")
@COUNTY_OPTION
def list_rules(month: str | None, county_file: Path) -> None:
    """List the rules with their values, dates and documents."""
    from contracts.county import Configuration

    configuration = Configuration.load(county_file)
    at = Month.parse(month) if month else None
    shown = configuration.rules if at is None else {n: r for n, r in configuration.rules_of(at).items() if r.holds_in(at)}
    table = _table(("规则", "", "名称", "比较", "有效期", "依据"), f"{configuration.county.name} 规则{f'（{at}有效）' if at else ''}")
    for rule in shown.values():
        value = f"{rule.value:g}" if isinstance(rule.value, float) else rule.value
        until = f"至 {rule.valid_to}" if rule.valid_to else "起"
        compared = f"{OPERATORS[rule.operator]} {value}{rule.measure.unit}"
        source = f"《{rule.document.title}》{rule.document.paragraph}"
        table.add_row(rule.rule, KINDS[rule.kind], rule.title, compared, f"{rule.valid_from} {until}", source)
    _console().print(table)


@rules.command()
def schema() -> None:
    """Print the JSON schema of a rule pack, for editors."""
    from contracts.pack import schema as of_pack

    click.echo(json.dumps(of_pack(), ensure_ascii=False, indent=1, sort_keys=True))


@rules.command(name="try")
@click.option("--change", "changes", multiple=True, required=True, help="rule=value, or rule:field=value; repeat for several.")
@click.option("--months", default=6, show_default=True, type=click.IntRange(1, 36), help="How many of the last months.")
@click.option("--villages", default=20, show_default=True, help="How many villages to list.")
@COUNTY_OPTION
@HOME_OPTION
def try_change(changes: tuple[str, ...], months: int, villages: int, county_file: Path, home_folder: Path) -> None:
    """Play past months with changed rules beside those enacted: doors and villages gained and lost. Nothing is touched."""
    from assets.county import CountyResource
    from assets.whatif import changes_of, try_changes
    from delivery.desk import open_desk

    county = CountyResource(home_folder=str(home_folder), county_file=str(county_file))
    tried = try_changes(Home(home_folder), county.configuration, open_desk(county.desk_url), changes_of(list(changes)), months)
    console = _console()
    console.print(_of_frame(tried.by_month.rename(MOVES), f"试算：{'；'.join(changes)}"))
    total = tried.by_month.select(pl.col("enacted", "changed").sum()).row(0)
    console.print(
        f"合计 {total[0]:,} 户 → {total[1]:,} 户（{total[1] - total[0]:+,}）。只是试算，现行规则和结果都没有改动。", soft_wrap=True
    )
    if villages and not tried.by_village.is_empty():
        named = {"village_code": "村代码", "gained": "增加(户)", "lost": "减少(户)"}
        console.print(_of_frame(tried.by_village.head(villages).rename(named), "变动最多的村"))


@rules.command()
@COUNTY_OPTION
@HOME_OPTION
def backtest(county_file: Path, home_folder: Path) -> None:
    """Each rule against what visits found in the last 12 months: leads, visited, true (属实), taken in (纳入)."""
    from assets.county import CountyResource
    from assets.whatif import yields_of
    from delivery.desk import open_desk

    county = CountyResource(home_folder=str(home_folder), county_file=str(county_file))
    found = yields_of(Home(home_folder), county.configuration, open_desk(county.desk_url))
    table = _table(("规则", "线索", "已核查", "属实", "纳入", "属实率（95%区间）", "纳入率（95%区间）"), "规则成效")
    for row in found.iter_rows(named=True):
        shares = [_share(row, name) for name in ("true", "included")]
        table.add_row(row["rule"], *(f"{row[name]:,}" for name in ("leads", "verified", "true", "included")), *shares)
    _console().print(table)
    if found.is_empty():
        sys.exit("还没有线索。先运行: hulian run --month YYYY-MM")


def _share(row: dict[str, float | None], name: str) -> str:
    """A share with its interval, a dash while nobody has been visited."""
    if row[f"{name}_rate"] is None:
        return "—"
    return f"{row[f'{name}_rate']:.0%}（{row[f'{name}_low']:.0%}—{row[f'{name}_high']:.0%}）"


def _of_frame(frame: pl.DataFrame, title: str) -> Table:
    table = _table(tuple(frame.columns), title)
    for row in frame.iter_rows():
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell or "未定") for cell in row))
    return table


def _table(headings: tuple[str, ...], title: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=title)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _console() -> Console:
    return Console(width=max(Console().width, WIDTH))
