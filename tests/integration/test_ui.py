"""`hulian ui` as a service runs it: told to end, it leaves nothing behind."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import psutil


def test_nothing_runs_on_when_it_is_told_to_end(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "pipelines", "ui", "--home", str(tmp_path / "home"), "--port", port]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as ui:
        family = _grown(psutil.Process(ui.pid), least=2)
        ui.send_signal(signal.SIGTERM)
        ui.wait(timeout=60)
    _, alive = psutil.wait_procs(family, timeout=10)
    for process in alive:
        process.kill()
    assert not alive


def _grown(parent: psutil.Process, least: int) -> list[psutil.Process]:
    """The processes that it has begun, once there are so many: Dagster's own, and the first that it begins."""
    end = monotonic() + 60
    while monotonic() < end:
        if len(family := parent.children(recursive=True)) >= least:
            return family
        sleep(0.2)
    raise AssertionError("the web interface was not begun within 60 s")
