"""Servers that tests talk to on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


@dataclass
class RobotServer:
    """A group robot's server: where it listens, the bodies that it was sent, and what it answers."""

    address: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)
    answer: dict[str, int] = field(default_factory=lambda: {"errcode": 0})


@contextmanager
def robot() -> Iterator[RobotServer]:
    """A robot's server on a free port."""
    told = RobotServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            body = json.dumps({**told.answer, "errmsg": "…"}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    told.address = f"http://127.0.0.1:{server.server_port}/robot/send?key=SECRET-KEY"
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
