"""A served county built by hand: two months, two towns, three villages, two bureaus, and a token for everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import httpx2
import polars as pl
from starlette.testclient import TestClient

from contracts.home import Home
from contracts.month import Month
from delivery.desk import Desk, open_desk
from delivery.releases.issuing import release
from delivery.releases.proposal import write
from delivery.serving.access_log import AccessLog
from delivery.serving.app import build_app
from delivery.serving.gate import Gate
from delivery.serving.hand_in import Refused, Take, Taken
from delivery.serving.limits import Limits, Pace, Paces
from delivery.serving.scope import Scope
from delivery.serving.service import Service
from delivery.serving.shelf import Shelf
from delivery.serving.tokens import Tokens
from tests.unit.delivery import frames

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
NOW = datetime(2026, 12, 10, 9, 0)  # noqa: DTZ001 - the desk has no zones
UNLIMITED = Paces(*[Pace(1e9, 1e9)] * 3)
VILLAGES = {NOVEMBER: (0, 1, 21), OCTOBER: (0,)}  # by the numbers of `frames`; 21 is in the second town
FIRST, SECOND, FAR = "522699100200", "522699100201", "522699101221"
TOWN, FAR_TOWN = "522699100000", "522699101000"
BUREAUS = ("医保局", "住建局")
SCOPES = ("county", f"town:{TOWN}", f"town:{FAR_TOWN}", f"village:{FIRST}", f"village:{FAR}", *(f"bureau:{name}" for name in BUREAUS))
STRANGERS = ("village:522699999999", "town:522699999000", "bureau:教育局")


def take(content: bytes, name: str, scope: Scope) -> Taken:
    """Reads one thing that is new, and one that it cannot read."""
    if "坏" in name:
        raise Refused("这份工作簿里没有核查表。请用原来的工作簿填写。")
    return Taken(f"{scope} {len(content)} 字节", 1, 2, [("001", "属实-单项帮扶")], [("002", "核查日期不是日期。请写成 2026-12-08。")])


@dataclass(frozen=True, eq=False)
class World:
    """One served county; `secrets` are the tokens by scope."""

    home: Home
    desk: Desk
    app: Gate
    service: Service
    secrets: dict[str, str]

    def client(self, scope: str | None = None) -> TestClient:
        """A caller with the token of a scope, or with none. What breaks inside is an answer, not an exception."""
        headers = {"authorization": f"Bearer {self.secrets[scope]}"} if scope else {}
        return TestClient(self.app, headers=headers, raise_server_exceptions=False, base_url="http://hulian.test", follow_redirects=False)

    def caller(self, scope: str | None, cookies: dict[str, str] | None = None) -> httpx2.AsyncClient:
        """The same inside a running event loop, which is quicker for very many requests."""
        headers = {"authorization": f"Bearer {self.secrets[scope]}"} if scope else {}
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx2.AsyncClient(transport=transport, base_url="http://hulian.test", headers=headers, cookies=cookies)

    def browser(self, scope: str) -> TestClient:
        """A browser that has signed in with the token of a scope."""
        client = self.client()
        key = form_key(client.get("/sign-in").text)
        assert client.post("/sign-in", data={"form_key": key, "token": self.secrets[scope]}).status_code == 303
        return client


def form_key(page: str) -> str:
    """The hidden key of a page's form."""
    return page.split('name="form_key" value="')[1].split('"', maxsplit=1)[0]


def make(  # what may differ between worlds
    folder: Path,
    *,
    sees: Callable[[str], bool] = lambda _: True,
    bureaus: tuple[str, ...] = BUREAUS,
    paces: Paces = UNLIMITED,
    take: Take = take,
    now: Callable[[], datetime] = lambda: NOW,
) -> World:
    """A county with the leads of the villages that `sees` lets through, and the correction lists of `bureaus`."""
    home = Home(folder)
    desk = open_desk(home.desk_url)
    for month, villages in VILLAGES.items():
        write(month, _tables(month, villages, sees, bureaus), home.proposal(month), frames.COUNTY, "digest")
        release(home, desk, month, by="县农业农村局")
    desk.verify(_answers())
    tokens = Tokens(desk.engine, now)
    secrets = {scope: tokens.issue(Scope.parse(scope), 90, f"{scope} 单位") for scope in (*SCOPES, *STRANGERS)}
    service = Service(
        county="岚溪县",
        office="县农业农村局",
        shelf=Shelf(home, desk),
        tokens=tokens,
        log=AccessLog(desk.engine, now),
        take=take,
        answers=lambda: desk.verifications(date.max),
        limits=Limits(paces),
        today=lambda: now().date(),
    )
    return World(home, desk, build_app(service), service, secrets)


def _tables(month: Month, villages: tuple[int, ...], sees: Callable[[str], bool], bureaus: tuple[str, ...]):
    whole = frames.tables(villages=22, households=2)
    codes = [f"522699{100 + number // 21:03d}{200 + number:03d}" for number in villages]
    here = pl.col("village_code").is_in([code for code in codes if sees(code)])
    lead_id = pl.col("lead_id").str.replace(str(frames.MONTH), str(month))
    other = [name for name, feed in whole.feeds.items() if feed.bureau not in bureaus]
    return replace(
        whole,
        leads=whole.leads.filter(here).with_columns(lead_id, month=pl.lit(str(month))),
        **{
            name: {feed: frame.clear() if feed in other else frame for feed, frame in getattr(whole, name).items()}
            for name in ("findings", "set_aside")
        },
    )


def _answers() -> pl.DataFrame:
    rows = [(f"2026-11-{FIRST}-01", "H0-0", "属实-单项帮扶"), (f"2026-11-{FAR}-02", "H21-1", "暂未联系上")]
    return pl.DataFrame(rows, schema=["lead_id", "household_id", "conclusion"], orient="row").with_columns(
        visited_on=pl.lit(date(2026, 12, 8))
    )
