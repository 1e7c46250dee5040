"""Every village fetches its lists in the same moment: 300 workbooks and lists at once from one server on this machine.

`python -m benchmarks.serving` writes a release of 300 villages, starts `hulian serve` on a free port, and lets 300 callers with a token
each begin together. Each asks for its months, the files of the release, its workbook, its list as JSON, and the workbook again with its
validator. Requests are bounded in number; the server is stopped at the end.
"""

from __future__ import annotations

import asyncio
import resource
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from contracts.home import Home
from delivery.desk import open_desk
from delivery.releases.issuing import release
from delivery.releases.proposal import write
from delivery.serving.access_log import verify
from delivery.serving.scope import Scope
from delivery.serving.tokens import Tokens
from tests.unit.delivery import frames

VILLAGES, LEADS = 300, 10
LIMIT_S = 2.0  # what the slowest caller may wait for one answer
BASE = "/api/v1/months/2026-11/releases"


def main() -> None:
    """Print the figures; ends with 1 where an answer failed or was too slow."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        desk, tables = open_desk(home.desk_url), frames.tables(villages=VILLAGES, households=LEADS)
        files = write(frames.MONTH, tables, home.proposal(frames.MONTH), frames.COUNTY, "digest")
        release(home, desk, frames.MONTH, by="benchmark")
        tokens = Tokens(desk.engine)
        codes = files.filter(pl.col("kind") == "village_workbook")["audience"].to_list()
        secrets = {code: tokens.issue(Scope("village", code), 1, "benchmark") for code in codes}
        port, before = _free_port(), resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "pipelines", "serve", "--home", str(home.root), "--port", str(port)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            _wait_for(port)
            answers, seconds = asyncio.run(_all_at_once(port, secrets))
        finally:
            server.terminate()
            server.wait()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
        rows = verify(desk.engine).rows
    table = (
        pl.DataFrame(answers, schema=["request", "seconds", "status", "bytes"], orient="row")
        .group_by("request", maintain_order=True)
        .agg(
            pl.len().alias("answers"),
            (pl.col("status") >= 400).sum().alias("errors"),
            pl.col("seconds").median().round(3).alias("median s"),
            pl.col("seconds").quantile(0.95).round(3).alias("95 % s"),
            pl.col("seconds").max().round(3).alias("slowest s"),
            (pl.col("bytes").sum() / 1e6).round(1).alias("MB"),
        )
    )
    with pl.Config(tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True):
        print(table)
    print(f"{len(secrets)} villages at once, {len(answers)} answers in {seconds:.1f} s; server {cpu:.1f} CPU s with its start")
    print(f"access log whole, {rows} rows")
    failed = sum(status >= 400 for _, _, status, _ in answers)
    slowest = max(took for _, took, _, _ in answers)
    if failed or slowest > LIMIT_S:
        raise SystemExit(f"{failed} errors, slowest {slowest:.2f} s (limit {LIMIT_S} s)")


Answer = tuple[str, float, int, int]


async def _all_at_once(port: int, secrets: dict[str, str]) -> tuple[list[Answer], float]:
    start = asyncio.Event()
    callers = [asyncio.create_task(_caller(port, start, code, secret)) for code, secret in secrets.items()]
    began = time.monotonic()
    start.set()
    answers = [answer for answers in await asyncio.gather(*callers) for answer in answers]
    return answers, time.monotonic() - began


async def _caller(port: int, start: asyncio.Event, code: str, secret: str) -> list[Answer]:
    """One village: five requests one after the other on one connection, written by hand so that little but the server is measured."""
    answers: list[Answer] = []
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def ask(name: str, path: str, tag: str = "") -> str:
        began = time.monotonic()
        more = f"If-None-Match: {tag}\r\n" if tag else ""
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {secret}\r\n{more}\r\n".encode())
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        answers.append((name, time.monotonic() - began, int(status.split()[1]), len(body)))
        return headers.get("etag", "")

    await start.wait()
    await ask("months", "/api/v1/months")
    await ask("files", f"{BASE}/current/files")
    tag = await ask("workbook", f"{BASE}/current/villages/{code}.xlsx")
    await ask("list (json)", f"{BASE}/current/villages/{code}.json")
    await ask("workbook again", f"{BASE}/current/villages/{code}.xlsx", tag)
    writer.close()
    return answers


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    """Until the server answers; at most 60 s."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server does not answer")


if __name__ == "__main__":
    main()
