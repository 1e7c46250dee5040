"""The sample county's villages hand in what their visitors found, over the network as they would, each with a token of its own.

What they found is drawn from the truth (`samples.visits`); the answers go the way of any other: by the interface to the desk.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import requests
import uvicorn

from assets.county import CountyResource
from contracts.errors import HulianError
from contracts.home import Home
from contracts.month import Month
from delivery.desk import open_desk
from delivery.releases.issuing import handed_out
from delivery.serving.app import build_app
from delivery.serving.scope import Scope
from delivery.serving.tokens import Tokens
from pipelines.serve_commands import make_service
from samples.visits import visit

ANSWER = {
    "线索编号": "lead_id",
    "核查结论": "conclusion",
    "核查日期": "visited_on",
    "核查人一": "visitor_one",
    "核查人二": "visitor_two",
}
SEED = 2026
DAYS = 1  # that a village's token lives
PATIENCE_S = 120


def found_at_doors(home: Home, desk_url: str, month: Month) -> pl.DataFrame:
    """What the invented visitors found behind the leads of `month` that were handed out: `ANSWER` and village_code.

    Raises `HulianError` where the month was not released, or the county is no sample.
    """
    events = home.root / "truth" / "events.parquet"
    if not events.exists():
        raise HulianError(f"{home.root} 不是样例县（没有 truth/），不能编造核查结果。")
    released = handed_out(home, open_desk(desk_url))
    if month not in released:
        raise HulianError(f"{month} 还没有发布。先运行: hulian release {month} --by 姓名 --home {home.root}")
    leads = released[month].table("leads")
    visits = visit(leads, pl.read_parquet(events), month, SEED)
    return (
        visits.join(leads.select("lead_id", "village_code"), on="lead_id", maintain_order="left")
        .with_columns(visitor_one=pl.lit("样例访员甲"), visitor_two=pl.lit("样例访员乙"))
        .select("village_code", **ANSWER)
    )


def hand_in_visits(county_file: Path, home: Home, month: Month) -> pl.DataFrame:
    """Every village hands its answers in over HTTP; one row a village: village_code, answers, new, problems."""
    desk_url = CountyResource(home_folder=str(home.root), county_file=str(county_file)).desk_url
    answers, tokens, told = found_at_doors(home, desk_url, month), Tokens(open_desk(desk_url).engine), []
    before = len(tokens.all())
    with serving(county_file, home) as address, requests.Session() as session:
        session.trust_env = False
        for (village,), of_village in answers.group_by("village_code", maintain_order=True):
            secret = tokens.issue(Scope("village", str(village)), DAYS, "样例村")
            reply = session.post(
                f"{address}/api/v1/hand-ins",
                params={"name": f"核查结果_{month}.json"},
                data=of_village.drop("village_code").write_json().encode(),
                headers={"authorization": f"Bearer {secret}"},
                timeout=PATIENCE_S,
            )
            reply.raise_for_status()
            said = reply.json()
            told.append((village, of_village.height, said["new"], len(said["problems"])))
    for token in tokens.all()[before:]:
        tokens.revoke(token.number)
    schema = {"village_code": pl.String, "answers": pl.Int64, "new": pl.Int64, "problems": pl.Int64}
    return pl.DataFrame(told, schema=schema, orient="row")


@contextmanager
def serving(county_file: Path, home: Home) -> Iterator[str]:
    """The pull interface on a free port of this machine for as long as the block runs; gives its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    app = build_app(make_service(county_file, home.root))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, server_header=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    end = time.monotonic() + PATIENCE_S
    while not server.started and time.monotonic() < end:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
