"""A tab of a headless Chromium, spoken to through its own protocol: it opens pages, presses keys, says what is shown and takes pictures."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
PATIENCE_S = 45
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0"]


class Browser:
    """One tab."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection, self.numbers, self.loads = connection, count(1), 0
        self.call("Page.enable")

    def call(self, method: str, **values: Any) -> dict[str, Any]:
        number = next(self.numbers)
        self.connection.send(json.dumps({"id": number, "method": method, "params": values}))
        while (answer := self._next()).get("id") != number:
            pass
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def open(self, address: str) -> None:
        """Go to a page and wait until it has been loaded."""
        self.call("Page.navigate", url=address)
        self.wait()

    def wait(self) -> None:
        """Until the next page has been loaded."""
        end = time.monotonic() + PATIENCE_S
        while not self.loads:
            assert time.monotonic() < end, "the page was not loaded"
            self._next()
        self.loads -= 1

    def _next(self) -> dict[str, Any]:
        """The next message; that a page has been loaded is remembered, for it may come before somebody waits for it."""
        message: dict[str, Any] = json.loads(self.connection.recv(PATIENCE_S))
        self.loads += message.get("method") == "Page.loadEventFired"
        return message

    def press(self, key: str, code: int, text: str = "") -> None:
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **({"text": text} if kind == "keyDown" else {})
            )

    def markup(self) -> str:
        """The page as HTML without blanks and tags."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        return re.sub(r"<[^>]+>|\s+", "", self.call("DOM.getOuterHTML", nodeId=root)["outerHTML"])

    def shown(self) -> str:
        """The words that a person sees, as the page's scripts have laid them out; without blanks."""
        return re.sub(r"\s+", "", self.value("document.body.innerText"))

    def value(self, script: str) -> Any:
        """What a piece of script says."""
        return self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)["result"].get("value")

    def until(self, *words: str) -> None:
        """Wait until all `words` are shown; fails with what is shown instead."""
        end = time.monotonic() + PATIENCE_S
        while missing := [word for word in words if word not in (shown := self.shown())]:
            assert time.monotonic() < end, f"{missing} not shown, but: {shown[:3000]}"
            time.sleep(0.2)

    def until_true(self, script: str) -> None:
        """Wait until a piece of script says true."""
        end = time.monotonic() + PATIENCE_S
        while not self.value(script):
            assert time.monotonic() < end, f"not true: {script}"
            time.sleep(0.1)

    def size(self, width: int, height: int, scale: float = 1, *, is_phone: bool = False) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=is_phone)

    def picture(self, path: Path) -> None:
        """What is in the window, as a PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))


@contextmanager
def browsing(profile: Path) -> Iterator[Browser]:
    """A tab of a browser of its own, which ends with the block. `profile`: a folder for what it keeps."""
    assert CHROMIUM is not None
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        port = next(found[1] for line in process.stderr if (found := re.search(r"ws://127\.0\.0\.1:(\d+)/", line)))
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{port}/json") as tabs:
            tab = next(each for each in json.load(tabs) if each["type"] == "page")
        with connect(tab["webSocketDebuggerUrl"], max_size=None, proxy=None) as connection:
            yield Browser(connection)
        process.terminate()
