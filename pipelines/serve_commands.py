"""Handing out over the network: `hulian serve`, and `hulian access` for the log of who fetched what."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.options import COUNTY_OPTION, HOME_OPTION

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from delivery.serving.service import Service

PORT = 8600


@click.command()
@COUNTY_OPTION
@HOME_OPTION
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; leave it, and put a reverse proxy with TLS before it."
)
@click.option("--port", default=PORT, show_default=True, help="Port to listen on.")
def serve(county_file: Path, home_folder: Path, host: str, port: int) -> None:
    """Hand out the releases and take workbooks back, at http://127.0.0.1:PORT, until Ctrl+C.

    The portal is for people, /api/v1 for programs. Whoever comes needs a token (hulian token new). docs/serve.md says how to run it
    behind a reverse proxy with TLS, which any use beyond this machine needs.
    """
    import uvicorn

    from delivery.serving.app import build_app

    app = build_app(make_service(county_file, home_folder))
    click.echo(f"门户: http://{host}:{port}/  接口: http://{host}:{port}/api/v1/openapi.json  (Ctrl+C 停止)")
    if host not in {"127.0.0.1", "::1", "localhost"}:
        click.echo("注意: 监听了本机以外的地址。令牌和名单会明文传输，请改用反向代理加 TLS（docs/serve.md）。", err=True)
    uvicorn.run(
        app,
        host=host,
        port=port,
        access_log=False,  # addresses may hold what somebody typed; the desk has a log of its own
        log_level="warning",
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips="127.0.0.1,::1",  # the proxy on this machine says who is calling
        timeout_keep_alive=30,
        timeout_graceful_shutdown=15,
    )


def make_service(county_file: Path, home_folder: Path) -> Service:
    """The server's parts on one county and its desk."""
    from dataclasses import replace
    from datetime import date
    from functools import partial

    from assets.county import CountyResource
    from contracts.home import Home
    from delivery.desk import open_desk
    from delivery.serving.access_log import AccessLog
    from delivery.serving.service import Service
    from delivery.serving.shelf import Shelf
    from delivery.serving.tokens import Tokens, pooled
    from pipelines.hand_in import take

    resource = CountyResource(home_folder=str(home_folder), county_file=str(county_file))
    county, desk = resource.configuration.county, open_desk(resource.desk_url)
    home, desk = Home(home_folder), replace(desk, engine=pooled(desk.engine))
    return Service(
        county=county.name,
        office=county.office,
        shelf=Shelf(home, desk),
        tokens=Tokens(desk.engine),
        log=AccessLog(desk.engine),
        take=partial(take, home=home, desk=desk),
        answers=lambda: desk.verifications(date.max),
    )


class _Noted(click.ParamType[tuple[int, str]]):
    name = "ROWS:DIGEST"

    def convert(self, value: str | tuple[int, str], param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, str]:
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(r"(\d{1,12}):([0-9a-f]{64})", value)
        if found is None:
            self.fail("write it as `hulian access verify` printed it: ROWS:DIGEST", param, ctx)
        return int(found[1]), found[2]


@click.group()
def access() -> None:
    """The log of every request that was answered: who fetched what, and when."""


@access.command()
@COUNTY_OPTION
@HOME_OPTION
@click.option("--noted", type=_Noted(), help="What an earlier verification printed; that row must still stand.")
def verify(county_file: Path, home_folder: Path, noted: tuple[int, str] | None) -> None:
    """Check that no row of the access log was changed, added or removed.

    Write the printed ROWS:DIGEST down where nobody can change it, and give it as --noted next time: without it, rows cut off the end are
    not noticed.
    """
    from delivery.serving.access_log import Standing
    from delivery.serving.access_log import verify as verify_log

    standing = verify_log(_engine(county_file, home_folder), Standing(*noted) if noted else None)
    click.echo(f"访问记录完整，共 {standing.rows} 条。请记下: {standing.rows}:{standing.digest}")


@access.command()
@COUNTY_OPTION
@HOME_OPTION
@click.option("--last", default=50, show_default=True, type=click.IntRange(1, 5_000), help="So many rows.")
def show(county_file: Path, home_folder: Path, last: int) -> None:
    """Show the newest rows of the access log."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from delivery.serving.access_log import newest

    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("时间(UTC)", "令牌", "来自", "操作", "路径", "内容", "结果", "字节"):
        table.add_column(heading)
    for moment, row in newest(_engine(county_file, home_folder), last):
        cells = (row.token_id or "", row.address, row.method, row.path, row.subject, row.status, row.bytes)
        table.add_row(f"{moment:%Y-%m-%d %H:%M:%S}", *(str(cell) for cell in cells))
    Console(width=max(Console().width, 160)).print(table)


def _engine(county_file: Path, home_folder: Path) -> Engine:
    from assets.county import CountyResource
    from delivery.desk import open_desk

    return open_desk(CountyResource(home_folder=str(home_folder), county_file=str(county_file)).desk_url).engine
