"""One run writes to the lake at a time, whoever started it, and one that was killed keeps nobody out."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from upath import UPath

from assets.lake import Lake, only_writer
from contracts.errors import HulianError

HOLD = """
import sys, time
from pathlib import Path
from assets.lake import only_writer

with only_writer(Path(sys.argv[1])):
    print("in", flush=True)
    time.sleep(60)
"""


def test_a_second_run_waits_until_the_first_has_ended(tmp_path: Path):
    order = []
    first = only_writer(tmp_path)
    first.__enter__()

    def second() -> None:
        with only_writer(tmp_path, patience_s=20):
            order.append("second")

    waiting = threading.Thread(target=second)
    waiting.start()
    order.append("first")
    first.__exit__(None, None, None)
    waiting.join()
    assert order == ["first", "second"]


def test_one_that_waits_too_long_is_told_what_to_do(tmp_path: Path):
    with only_writer(tmp_path), pytest.raises(HulianError, match="另一次运行正在写入"), only_writer(tmp_path, patience_s=0.05):
        pass


def test_a_killed_run_keeps_nobody_out(tmp_path: Path):
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "in\n"
        with pytest.raises(HulianError), only_writer(tmp_path, patience_s=0.05):
            pass
        killed.kill()
    with only_writer(tmp_path, patience_s=5):
        pass


@pytest.mark.parametrize(("again", "stays"), [([1, 2], "stays"), ([1, 3], "replaced")])
def test_a_table_that_says_the_same_stays_as_it_is(again: list[int], stays: str, tmp_path: Path):
    lake, path = Lake(base_dir=str(tmp_path)), tmp_path / "2026-11.parquet"
    lake.dump_to_path(dg.build_output_context(), pl.DataFrame({"rows": [1, 2]}), UPath(path))
    os.utime(path, (0, 0))
    lake.dump_to_path(dg.build_output_context(), pl.DataFrame({"rows": again}), UPath(path))
    assert ("stays" if path.stat().st_mtime == 0 else "replaced") == stays
    assert pl.read_parquet(path)["rows"].to_list() == again
    assert [found.name for found in tmp_path.iterdir()] == [path.name]
