"""A process beside the month's own ends with it, also when that one is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from delivery.beside import WORTH_PROCESSES, side_by_side
from delivery.errors import ReleaseError

MONTH = """
import os, signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from delivery.beside import THREADS, begin_beside

if __name__ == "__main__":
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=begin_beside) as pool:
        print(pool.submit(os.getpid).result(), pool.submit(os.getenv, THREADS).result(), flush=True)
        {end}
"""


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "os.kill(os.getpid(), signal.SIGTERM)", "pass"])
def test_ends_with_its_parent(end: str, tmp_path: Path) -> None:
    script = tmp_path / "month.py"
    script.write_text(MONTH.format(end=end), encoding="utf-8")
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as month:
        assert month.stdout is not None
        number, threads = month.stdout.readline().split()
        beside = [psutil.Process(int(number))] if psutil.pid_exists(int(number)) else []
        month.wait()
    assert threads == "1"
    assert not psutil.wait_procs(beside, timeout=10)[1]


def test_one_that_the_system_ends_is_told_as_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    with pytest.raises(ReleaseError, match="内存不足"), side_by_side(WORTH_PROCESSES) as over:
        list(over(os._exit, [9, 9]))
