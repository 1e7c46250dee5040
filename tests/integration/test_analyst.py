"""The analyst's walk through Dagster in docs/analyst.md, taken by a real browser: every page shows what the walk says it shows.

`make pictures` takes the walk's pictures anew, into docs/pictures/.
"""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import httpx2
import pytest

from contracts.home import Home
from contracts.month import Month
from pipelines.defaults import PROJECT, SAMPLE_COUNTY
from pipelines.ui import webserver
from tests.browser import CHROMIUM, Browser, browsing

MONTH = Month(2026, 11)
DOCUMENT = PROJECT / "docs" / "analyst.md"
PICTURES = "HULIAN_PICTURES"  # folder that the pictures go to, where they are wanted
WALKED = "HULIAN_WALKED"  # home of a larger county to walk through, for the pictures

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (Debian: apt-get install chromium fonts-noto-cjk)")


@dataclass(frozen=True)
class Page:
    """One step: its picture's name, where it is, what must be shown there, and the entry that is unfolded for it."""

    name: str
    address: str
    words: tuple[str, ...]
    unfold: str = ""
    inside: tuple[str, ...] = ()
    width: int = 1280
    height: int = 860


def of_month(asset: str) -> str:
    return f"/assets/{asset}?partition={MONTH}&view=partitions"


WALK = [
    Page("analyst-1-overview", of_month("overview"), ("现在要办", "核对草稿后发布", "未报的清单", "遮证自测准确率"), height=1000),
    Page("analyst-2-lists", of_month("overview"), ("各清单去向",), "各清单去向", height=1000),
    Page("analyst-3-layers", "/asset-groups", ("arrivals", "accepted", "links", "signals", "leads", "release")),
    Page("analyst-4-balance", of_month("conservation"), ("平衡表",), "平衡表", ("读入行", "去向不明", "住院和门诊自付费用名单")),
    Page(
        "analyst-5-expectations",
        "/assets/accepted/medical_inpatient?view=checks&checkDetail=expectations",
        ("逐条期望",),
        "期望",
        ("不合格",),
    ),
    Page(
        "analyst-6-accuracy",
        "/assets/matching_quality?view=checks&checkDetail=hidden_id",
        ("不能自动达标的清单",),
        "图",
        width=1560,
        height=1000,
    ),
    Page("analyst-7-origins", of_month("origins"), ("线索来源",), "线索来源", ("线索编号", "依据文件", "行号")),
    Page("analyst-8-lineage", "/assets/origins?view=lineage", ("leads", "links", "signals")),
]


@pytest.fixture(scope="module")
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Dagster's web interface on the sample county."""
    home = Home(Path(os.environ[WALKED])) if WALKED in os.environ else request.getfixturevalue("county")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command, environment = webserver(SAMPLE_COUNTY, home, port)
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            with httpx2.Client(transport=httpx2.HTTPTransport(retries=0), trust_env=False) as client:
                _until_it_answers(client, f"http://127.0.0.1:{port}/server_info", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _until_it_answers(client: httpx2.Client, url: str, server: subprocess.Popen[bytes]) -> None:
    end = monotonic() + 90
    while monotonic() < end:
        assert server.poll() is None, "the web interface ended by itself"
        try:
            if client.get(url).status_code == 200:
                return
        except httpx2.TransportError:
            sleep(0.3)
    raise AssertionError("the web interface did not answer within 90 s")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("browser")) as tab:
        yield tab


@pytest.mark.parametrize("page", WALK, ids=lambda page: page.name)
def test_each_page_of_the_walk_shows_what_the_walk_says(page: Page, browser: Browser, address: str, tmp_path: Path) -> None:
    browser.size(page.width, page.height)
    browser.open(address + page.address)
    browser.until(*page.words)
    if page.unfold:
        unfold(browser, page.unfold)
        browser.until(*page.inside)
        browser.until_true(STILL)
        assert browser.value(DRAWN), "a picture that does not render"
    assert f"pictures/{page.name}.png" in DOCUMENT.read_text(encoding="utf-8")
    browser.value(WITHOUT_FOLDERS)
    folder = Path(os.environ.get(PICTURES, tmp_path))
    browser.picture(folder / f"{page.name}.png")
    assert (folder / f"{page.name}.png").stat().st_size > 20_000


DRAWN = "[...document.querySelectorAll('[role=dialog] img, .bp5-dialog img, .bp4-dialog img')].every(i => i.complete && i.naturalWidth > 0)"
STILL = "document.getAnimations().every(a => a.playState !== 'running')"
WITHOUT_FOLDERS = "[...document.querySelectorAll('tr')].filter(r => r.cells[0]?.innerText.trim() === 'path').forEach(r => r.remove())"


def unfold(browser: Browser, entry: str) -> None:
    """Click on what stands folded beside `entry`."""
    row = f"[...document.querySelectorAll('tr')].find(r => r.cells[0]?.innerText.trim() === {entry!r})"
    assert browser.value(
        f"(() => {{ const r = {row}; const b = r?.querySelector('button, [role=button], a, u'); b?.click(); return !!b }})()"
    )
