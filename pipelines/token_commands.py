"""`hulian token`: who may fetch what over the network, and until when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.options import COUNTY_OPTION, HOME_OPTION

if TYPE_CHECKING:
    from delivery.serving.scope import Scope
    from delivery.serving.tokens import Tokens


@click.group()
def token() -> None:
    """Tokens for the portal and the pull interface: each opens one scope until its day."""


@token.command()
@COUNTY_OPTION
@HOME_OPTION
@click.option("--scope", "scope_text", required=True, help="county, town:522699001000, village:522699001201, or bureau:县医保局.")
@click.option("--days", default=90, show_default=True, help="Days until it expires.")
@click.option("--label", required=True, help="Which office holds it, for the list and the log. No person's name.")
def new(county_file: Path, home_folder: Path, scope_text: str, days: int, label: str) -> None:
    """Issue a token and print it, this once: only its fingerprint is kept."""
    from delivery.serving.scope import Scope

    scope = Scope.parse(scope_text)
    _known(scope, county_file)
    secret = _tokens(county_file, home_folder).issue(scope, days, label)
    click.echo(secret)
    click.echo(f"以上是 {scope} 的令牌，{days} 天有效，只显示这一次。请当面或用加密方式交给使用单位。", err=True)


@token.command("list")
@COUNTY_OPTION
@HOME_OPTION
def list_tokens(county_file: Path, home_folder: Path) -> None:
    """Show every token that was issued: number, scope, label, until when, and whether it holds."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    tokens = _tokens(county_file, home_folder)
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("编号", "范围", "持有单位", "到期(UTC)", "状态"):
        table.add_column(heading)
    now = tokens.now()
    for each in tokens.all():
        state = "已停用" if each.is_revoked else "有效" if each.holds(now) else "已过期"
        table.add_row(str(each.number), str(each.scope), each.label, f"{each.expires_at:%Y-%m-%d %H:%M}", state)
    Console(width=max(Console().width, 120)).print(table)


@token.command()
@COUNTY_OPTION
@HOME_OPTION
@click.argument("number", type=int)
def revoke(county_file: Path, home_folder: Path, number: int) -> None:
    """Take token NUMBER back; it and every session opened with it end at once."""
    taken = _tokens(county_file, home_folder).revoke(number)
    click.echo(f"令牌 {number}（{taken.scope}，{taken.label}）已停用。")


def _tokens(county_file: Path, home_folder: Path) -> Tokens:
    from assets.county import CountyResource
    from delivery.desk import open_desk
    from delivery.serving.tokens import Tokens

    return Tokens(open_desk(CountyResource(home_folder=str(home_folder), county_file=str(county_file)).desk_url).engine)


def _known(scope: Scope, county_file: Path) -> None:
    """Raise `ScopeError` for a place or a bureau that the county does not have."""
    import polars as pl

    from contracts.county import Configuration
    from delivery.serving.scope import ScopeError

    configuration = Configuration.load(county_file)
    if scope.kind == "bureau":
        known = sorted({feed.bureau for feed in configuration.feeds.values()})
        if scope.name not in known:
            raise ScopeError(f"No bureau is called so in this county. Its bureaus: {'、'.join(known)}.")
    elif scope.kind != "county":
        places = pl.read_csv(configuration.root / configuration.county.places, infer_schema=False)
        if places.filter(pl.col("code") == scope.name, pl.col("level") == scope.kind).is_empty():
            raise ScopeError(f"{configuration.county.places} has no {scope.kind} {scope.name}.")
