"""`hulian papers`, `release`, `withdraw` and `releases`: screening proposes, a person looks and releases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich import box
from rich.console import Console
from rich.table import Table

from contracts.home import Home
from contracts.month import Month
from pipelines.options import COUNTY_OPTION, HOME_OPTION, MonthType

if TYPE_CHECKING:
    from assets.county import CountyResource


@click.command()
@click.argument("month", type=MonthType())
@click.option("--village", "villages", multiple=True, metavar="CODE", help="Code of a village; repeat for several.  [default: all]")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), show_default="HOME/papers/MONTH", help="Where the papers go.")
@HOME_OPTION
def papers(month: Month, villages: tuple[str, ...], out: Path | None, home_folder: Path) -> None:
    """Print the villages' papers of MONTH's proposal as PDF, to be looked at before it is released.

    They are the bytes that a release of the same proposal hands out. Whoever has released has them in the release's folder.
    """
    from delivery.errors import ReleaseError
    from delivery.releases.issuing import proposed
    from delivery.releases.printing import papers_of, print_papers

    home = Home(home_folder)
    found = papers_of(home.proposal(month), proposed(home, month))
    if unknown := "、".join(sorted({*villages} - {*found["audience"]})):
        raise ReleaseError(f"{month} 的草稿里没有这些村（12位代码）：{unknown}。")
    folder = out or home.root / "papers" / str(month)
    printed = print_papers(folder, found.filter(found["audience"].is_in(villages)) if villages else found)
    Console().print(f"{month} 草稿: {len(printed)} 个村的打印件，{folder}", soft_wrap=True)


@click.command()
@click.argument("month", type=MonthType())
@click.option("--by", required=True, help="Who releases it.")
@click.option("--reason", default="", help="Why; needed where the month was released before.")
@COUNTY_OPTION
@HOME_OPTION
def release(month: Month, by: str, reason: str, county_file: Path, home_folder: Path) -> None:
    """Release what the last run of MONTH proposes: numbered, read-only, and from now on what villages have in their hands.

    A second release of a month supersedes the first. The same proposal is not released twice.
    """
    from assets.releasing import release_month
    from delivery.county.changes import KINDS

    released, is_new, told = release_month(_county(county_file, home_folder), month, by=by, why=reason)
    console, issue = Console(), released.issue
    if not is_new:
        console.print(f"{issue} 号发布就是这份草稿，没有变化。")
        return
    console.print(f"已发布 {issue} 号：{issue.entry.leads} 户线索，{issue.entry.files} 个文件。{released.folder}", soft_wrap=True)
    for number, counts in released.manifest()["changes"].items():
        said = "，".join(f"{word} {counts[name]} 户" for name, word in KINDS.items())
        console.print(f"与 {number} 号相比：{said}。", soft_wrap=True)
    if told:
        console.print(told, soft_wrap=True)


@click.command()
@click.argument("month", type=MonthType())
@click.option("--by", required=True, help="Who withdraws it.")
@click.option("--reason", required=True, help="Why.")
@COUNTY_OPTION
@HOME_OPTION
def withdraw(month: Month, by: str, reason: str, county_file: Path, home_folder: Path) -> None:
    """Take the release of MONTH back: it is no longer handed out and later months do not count it. Its files are kept."""
    from delivery.desk import open_desk
    from delivery.releases import issuing

    withdrawn = issuing.withdraw(Home(home_folder), open_desk(_county(county_file, home_folder).desk_url), month, by=by, why=reason)
    said = f"已撤回 {withdrawn.issue} 号。{month} 现在没有现行的发布；以后各月请重新运行。"
    Console().print(said, soft_wrap=True)


@click.command()
@COUNTY_OPTION
@HOME_OPTION
def releases(county_file: Path, home_folder: Path) -> None:
    """List all releases: which one of each month stands, who released it, when and why, and whether its files are whole."""
    from assets.releasing import FAULTS
    from delivery.desk import open_desk
    from delivery.releases import issuing
    from delivery.releases.manifest import check_code

    found = issuing.releases(Home(home_folder), open_desk(_county(county_file, home_folder).desk_url))
    if not found:
        Console().print("还没有发布。运行当月并核对草稿后: hulian release YYYY-MM --by 姓名")
        return
    table = Table(box=box.SIMPLE_HEAD, title="发布记录")
    for heading in ("编号", "核对码", "状态", "线索(户)", "文件", "经办人", "时间(UTC)", "原因", "文件核对"):
        table.add_column(heading)
    for each in found:
        issue, entry = each.issue, each.issue.entry
        wrong = "、".join(f"{FAULTS[fault]} {count}" for fault, count in each.faults().items()) or "一致"
        named = (issue, check_code(entry.digest), issue.state, entry.leads, entry.files)
        cells = (*named, issue.by, f"{issue.recorded_at:%Y-%m-%d %H:%M}", issue.why, wrong)
        table.add_row(*(str(cell) for cell in cells))
    Console(width=max(Console().width, 140)).print(table)


def _county(county_file: Path, home_folder: Path) -> CountyResource:
    from assets.county import CountyResource

    return CountyResource(home_folder=str(home_folder), county_file=str(county_file))
