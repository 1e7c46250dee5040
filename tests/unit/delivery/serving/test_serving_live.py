"""The server on a real port: what programs fetch, and a browser without scripts that finds its way by the keyboard alone."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from websockets.sync.client import ClientConnection, connect

from tests.unit.delivery.serving.world import FIRST, World

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)


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


class Browser:
    """One tab of a headless Chromium in which scripts are off, spoken to through its own protocol."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection, self.numbers = connection, count(1)
        self.call("Page.enable")
        self.call("Emulation.setScriptExecutionDisabled", value=True)

    def call(self, method: str, **values: Any) -> dict[str, Any]:
        number = next(self.numbers)
        self.connection.send(json.dumps({"id": number, "method": method, "params": values}))
        while (answer := json.loads(self.connection.recv(30))).get("id") != number:
            pass
        return answer["result"]

    def wait(self) -> None:
        """Until the next page has been loaded."""
        while json.loads(self.connection.recv(30)).get("method") != "Page.loadEventFired":
            pass

    def press(self, key: str, code: int, text: str = "") -> None:
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **({"text": text} if kind == "keyDown" else {})
            )

    def text(self) -> str:
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        return re.sub(r"<[^>]+>|\s+", "", self.call("DOM.getOuterHTML", nodeId=root)["outerHTML"])


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; the pages are checked without one in test_serving_portal.py")
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", f"--user-data-dir={tmp_path}", "about:blank"]
    with subprocess.Popen([CHROMIUM, *flags], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        port = next(found[1] for line in process.stderr if (found := re.search(r"ws://127\.0\.0\.1:(\d+)/", line)))
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{port}/json") as tabs:
            tab = next(each for each in json.load(tabs) if each["type"] == "page")
        with connect(tab["webSocketDebuggerUrl"], max_size=None, proxy=None) as connection:
            yield Browser(connection)
        process.terminate()


def test_a_browser_without_scripts_signs_in_by_the_keyboard(browser, world, address):
    browser.call("Page.navigate", url=f"{address}/")
    browser.wait()
    for _ in range(3):  # to the text, to the start, to the field
        browser.press("Tab", 9)
    browser.call("Input.insertText", text=world.secrets[f"village:{FIRST}"])
    browser.press("Enter", 13, "\r")
    browser.wait()
    shown = browser.text()
    assert "2026年11月名单" in shown
    assert "第0村" in shown
    width = browser.call("Emulation.setDeviceMetricsOverride", width=360, height=640, deviceScaleFactor=2, mobile=True)
    assert width == {}
    assert browser.call("Page.getLayoutMetrics")["cssContentSize"]["width"] <= 360, "nothing stands out of a narrow phone"
