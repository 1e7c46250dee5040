"""`hulian take`: what villages have filled in is read, written down, and what cannot be read is told by its cell."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.table import Table

from contracts.errors import HulianError
from contracts.home import Home
from pipelines.options import COUNTY_OPTION, HOME_OPTION


@click.command()
@click.argument("files", nargs=-1, type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--settle", type=int, metavar="NUMBER", help="Decide an answer that contradicts another one.")
@click.option("--new/--old", "is_taken", default=True, show_default=True, help="Which of the two counts.")
@click.option("--by", default="", help="Who decides.")
@click.option("--why", default="", help="For which reason.")
@COUNTY_OPTION
@HOME_OPTION
def take(files: tuple[Path, ...], settle: int | None, by: str, why: str, county_file: Path, home_folder: Path, *, is_taken: bool) -> None:
    """Read filled-in village workbooks (or CSV, JSON) back: conclusions, visitors, authorisations.

    Handing in twice changes nothing. An answer that contradicts one that stands waits for a person: without FILES those are listed,
    and --settle NUMBER decides. Conclusions count from the next month on.
    """
    from assets.county import CountyResource
    from delivery.desk import (
        open_desk,
        visits,
    )
    from pipelines.taking import take_in

    home, console = Home(home_folder), Console()
    desk = open_desk(CountyResource(home_folder=str(home_folder), county_file=str(county_file)).desk_url)
    if settle is not None:
        visits.settle(desk, settle, is_taken=is_taken, by=by, why=why)
        console.print(f"第 {settle} 号已定：{'采用新的答复' if is_taken else '保留原来的结论'}。")
    faulty = False
    for file in files:
        try:
            result = take_in(file.read_bytes(), file.name, home, desk)
        except HulianError as unreadable:
            console.print(f"{file.name}: {unreadable}", soft_wrap=True)
            faulty = True
            continue
        written = result.written
        console.print(
            f"{file.name}: 读懂 {result.taken.understood.height} 条（新 {written.new}，已有 {written.same}，待定 {written.held}），"
            f"没有填 {result.taken.blank} 条，读不出 {len(result.problems)} 处。",
            soft_wrap=True,
        )
        console.print("；".join(f"{conclusion} {number}" for conclusion, number in result.counts) or "没有结论。", soft_wrap=True)
        if result.problems:
            faulty = True
            console.print(_problems(result.problems))
    waiting = visits.held_answers(desk)
    if waiting.height:
        console.print(_waiting(waiting.select("number", "lead_id", "stands", "stands_since", "conclusion", "visited_on").rows()))
        console.print("两次答复不一致，由县里定：hulian take --settle 编号 --new 或 --old --by 姓名 --why 理由", soft_wrap=True)
    elif not files and settle is None:
        console.print("没有待定的答复。")
    if faulty:
        sys.exit(1)


def _problems(problems: list[tuple[str, str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("位置", no_wrap=True)
    table.add_column("原因和办法")
    for where, what in problems:
        table.add_row(where, what)
    return table


def _waiting(rows: list[tuple[object, ...]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title="待定的答复")
    for heading in ("编号", "线索编号", "现有结论", "核查日期", "新的答复", "核查日期"):
        table.add_column(heading)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    return table
