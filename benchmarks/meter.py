"""Seconds, CPU seconds and peak memory of a child process, overall and for each layer of a Dagster run.

The child's memory and CPU time are sampled from outside; Dagster's own event log says when each step began and ended. The product
knows nothing of being measured.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl
import psutil

from contracts.home import Home
from contracts.month import Month
from pipelines.run_month import open_instance

INTERVAL_S = 0.02
LAYERS = {
    "inbox": "arrive",
    "acceptance": "accept",
    "ingest": "accept",
    "register": "register",
    "link": "match",
    "screen": "screen",
    "trace": "screen",
    "clearing": "screen",
    "contradictions": "screen",
    "release": "deliver",
    "learn": "learn",
    "overview": "deliver",
    "warehouse": "deliver",
}


@dataclass(frozen=True)
class Measured:
    """What one child process cost. `samples`: one row per sample: time in s since the epoch, bytes and CPU seconds of the process tree."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    samples: pl.DataFrame


def measure(arguments: list[str]) -> Measured:
    """Run `python -m <arguments>` and watch it; raises `CalledProcessError` when it fails."""
    used_before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    child = subprocess.Popen([sys.executable, "-m", *arguments])
    samples: list[tuple[float, int, float]] = []
    watcher = threading.Thread(target=_watch, args=(psutil.Process(child.pid), samples))
    watcher.start()
    code = child.wait()
    seconds = time.monotonic() - began
    watcher.join()
    if code:
        raise subprocess.CalledProcessError(code, arguments)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime - used_before.ru_utime - used_before.ru_stime
    frame = pl.DataFrame(samples, schema={"time": pl.Float64, "bytes": pl.Int64, "cpu": pl.Float64}, orient="row")
    return Measured(seconds, cpu, int(frame["bytes"].max() or 0), frame)


def _watch(process: psutil.Process, samples: list[tuple[float, int, float]]) -> None:
    try:
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            family = [process, *process.children(recursive=True)]
            samples.append((datetime.now(UTC).timestamp(), *(sum(used) for used in zip(*map(_used, family), strict=True))))
            time.sleep(INTERVAL_S)
    except psutil.NoSuchProcess:
        return


def _used(process: psutil.Process) -> tuple[int, float]:
    """Resident bytes, and CPU seconds with those of its children that have ended."""
    with process.oneshot():
        return process.memory_info().rss, sum(process.cpu_times()[:4])


def layers(home: Home, month: Month, measured: Measured) -> pl.DataFrame:
    """Seconds, CPU seconds and peak bytes per layer of the last run of `month`, in the order of the run; the last row is the rest."""
    with open_instance(home) as instance:
        run = instance.get_run_records(limit=1)[0].dagster_run
        if run.tags.get("dagster/partition") != str(month):
            raise ValueError(f"the last run in {home.dagster} is not of {month}")
        stats = instance.get_run_step_stats(run.run_id)
    steps = pl.DataFrame(
        [(LAYERS[step.step_key.split("_")[0]], step.start_time, step.end_time) for step in stats],
        schema={"layer": pl.String, "began": pl.Float64, "ended": pl.Float64},
        orient="row",
    ).sort("began")
    used = measured.samples.sort("time")
    for moment in ("began", "ended"):
        at = used.select(pl.col("time").alias(moment), pl.col("cpu").alias(f"cpu_{moment}"))
        steps = steps.sort(moment).join_asof(at, on=moment, strategy="nearest")
    peaks = steps.join_where(used, pl.col("time") >= pl.col("began"), pl.col("time") <= pl.col("ended"))
    by_layer = (
        steps.sort("began")
        .group_by("layer", maintain_order=True)
        .agg(seconds=(pl.col("ended") - pl.col("began")).sum(), cpu_seconds=(pl.col("cpu_ended") - pl.col("cpu_began")).sum())
        .join(peaks.group_by("layer").agg(peak=pl.col("bytes").max()), on="layer", how="left", maintain_order="left")
    )
    rest = [measured.seconds - by_layer["seconds"].sum(), measured.cpu_seconds - by_layer["cpu_seconds"].sum()]
    return pl.concat([by_layer, pl.DataFrame([["(imports, Dagster)", *rest, None]], schema=by_layer.schema, orient="row")])
