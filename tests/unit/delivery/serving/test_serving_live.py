"""The server on a real port: what programs fetch, and a browser without scripts that finds its way by the keyboard alone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import uvicorn

from tests.browser import CHROMIUM, Browser, browsing
from tests.unit.delivery.serving.world import FIRST, World


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    """A running server's address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(world.app, log_level="error", access_log=False, server_header=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


def test_a_program_fetches_its_list_and_goes_on_where_it_broke(world, address):
    path = f"/api/v1/months/2026-11/releases/current/villages/{FIRST}.xlsx"
    with httpx2.Client(
        base_url=address, headers={"authorization": f"Bearer {world.secrets[f'village:{FIRST}']}"}, trust_env=False
    ) as client:
        whole, head = client.get(path), client.head(path)
        rest = client.get(path, headers={"range": "bytes=100-", "if-range": whole.headers["etag"]})
    assert head.headers["content-length"] == str(len(whole.content))
    assert (rest.status_code, rest.content) == (206, whole.content[100:])
    assert "server" not in whole.headers


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; the pages are checked without one in test_serving_portal.py")
    with browsing(tmp_path) as tab:
        tab.call("Emulation.setScriptExecutionDisabled", value=True)
        yield tab


def test_a_browser_without_scripts_signs_in_by_the_keyboard(browser, world, address):
    browser.open(f"{address}/")
    for _ in range(3):  # to the text, to the start, to the field
        browser.press("Tab", 9)
    browser.call("Input.insertText", text=world.secrets[f"village:{FIRST}"])
    browser.press("Enter", 13, "\r")
    browser.wait()
    shown = browser.markup()
    assert "2026年11月名单" in shown
    assert "第0村" in shown
    width = browser.call("Emulation.setDeviceMetricsOverride", width=360, height=640, deviceScaleFactor=2, mobile=True)
    assert width == {}
    assert browser.call("Page.getLayoutMetrics")["cssContentSize"]["width"] <= 360, "nothing stands out of a narrow phone"
