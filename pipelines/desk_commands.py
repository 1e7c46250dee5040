"""`hulian desk`: the county's one irreplaceable state kept, brought back, its key changed, and what is past its time erased."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich import box
from rich.console import Console
from rich.table import Table

from contracts.errors import HulianError
from contracts.home import Home
from pipelines.options import COUNTY_OPTION, HOME_OPTION

if TYPE_CHECKING:
    from delivery.desk import Desk
    from delivery.desk.retention import Erased

SUBJECTS = {
    "verifications.sealed": "核查人姓名和备注",
    "held_answers.sealed": "待定答复的核查人姓名和备注",
    "authorisations": "承诺授权",
    "returned": "交回的工作簿",
}


@click.group("desk")
def desk_commands() -> None:
    """Keep the desk: what people decided, which cannot be made again."""


@desk_commands.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@COUNTY_OPTION
@HOME_OPTION
def backup_command(file: Path, county_file: Path, home_folder: Path) -> None:
    """Write the whole desk to FILE, while others may go on working. The key is not in it: keep that elsewhere."""
    from delivery.desk.backup import backup

    counts = backup(_desk(county_file, home_folder).engine, file)
    Console().print(f"已备份 {sum(counts.values())} 条记录（{len(counts)} 张表）: {file}", soft_wrap=True)


@desk_commands.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Also where the desk is not empty; what stands there is backed up first.")
@COUNTY_OPTION
@HOME_OPTION
def restore_command(file: Path, county_file: Path, home_folder: Path, *, replace: bool) -> None:
    """Put the desk back as it was when FILE was written: whole, or not at all."""
    from sqlalchemy.engine import make_url

    from delivery.desk import open_desk
    from delivery.desk.backup import backup, restore
    from delivery.desk.opening import engine_of

    url = _url(county_file, home_folder)
    if replace:
        kept = home_folder / f"desk-before-restore-{datetime.now().astimezone():%Y%m%d-%H%M%S}.zip"
        backup(open_desk(url).engine, kept)
        Console().print(f"原有内容已另存: {kept}", soft_wrap=True)
    counts = restore(engine_of(make_url(url)), file, replace=replace)
    Console().print(f"已恢复 {sum(counts.values())} 条记录: {file}", soft_wrap=True)


@desk_commands.command("rotate-key")
@click.option("--forget", is_flag=True, help="Drop the old keys; backups from before can then no longer be read.")
@COUNTY_OPTION
@HOME_OPTION
def rotate_key(county_file: Path, home_folder: Path, *, forget: bool) -> None:
    """Seal all personal texts anew, under a new key in the key file, or under the first one of HULIAN_DESK_KEY."""
    from delivery.desk.keys import rotate

    count = rotate(_desk(county_file, home_folder), forget=forget)
    Console().print(f"已用新密钥重新加密 {count} 条记录。")


@desk_commands.command("expire")
@click.option("--dry-run", is_flag=True, help="Only count what would be erased.")
@COUNTY_OPTION
@HOME_OPTION
def expire_command(county_file: Path, home_folder: Path, *, dry_run: bool) -> None:
    """Erase personal texts that are past their time (county.yml, `retention`), and write down that they are gone."""
    from contracts.county import Configuration
    from delivery.desk.retention import expire

    rules = Configuration.load(county_file).county.retention
    done = expire(_desk(county_file, home_folder).engine, Home(home_folder).returned, rules, date.today(), dry_run=dry_run)  # noqa: DTZ011
    _show(done, dry_run=dry_run)


def _show(done: list[Erased], *, dry_run: bool) -> None:
    table = Table(box=box.SIMPLE_HEAD, title="将删除（未执行）" if dry_run else "已删除")
    for heading in ("内容", "早于", "原有", "删除", "现有"):
        table.add_column(heading)
    for each in done:
        table.add_row(SUBJECTS[each.subject], str(each.older_than), *(str(number) for number in (each.before, each.erased, each.after)))
    Console().print(table)


def _desk(county_file: Path, home_folder: Path) -> Desk:
    from sqlalchemy.engine import make_url

    from delivery.desk import open_desk

    url = _url(county_file, home_folder)
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(str(address.database)).exists():
        raise HulianError(f"There is no desk in {home_folder} yet.")
    return open_desk(url)


def _url(county_file: Path, home_folder: Path) -> str:
    from assets.county import CountyResource

    return CountyResource(home_folder=str(home_folder), county_file=str(county_file)).desk_url
