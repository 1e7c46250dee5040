"""Our event log writes what Dagster's own reads, at the same time and afterwards."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from contracts.home import Home
from pipelines.event_log import KEPT_OPEN, EventLog
from pipelines.run_month import open_instance


@dg.asset
def table() -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(metadata={"dagster/row_count": 3})


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("DAGSTER_HOME", "")  # set by opening an instance, and put back afterwards
    return Home(tmp_path)


def runs_of(instance: dg.DagsterInstance, count: int) -> list[str]:
    return [dg.materialize([table], instance=instance).run_id for _ in range(count)]


def test_the_settings_name_it(home: Home) -> None:
    with open_instance(home) as instance:
        assert isinstance(instance.event_log_storage, EventLog)


def test_dagsters_own_log_reads_it_while_it_is_open(home: Home) -> None:
    with open_instance(home) as instance:
        (run,) = runs_of(instance, 1)
        ours = instance.event_log_storage.get_logs_for_run(run)
        theirs = SqliteEventLogStorage(str(home.dagster / "history" / "runs")).get_logs_for_run(run)
    assert len(ours) > 5
    assert ours == theirs


def test_more_runs_than_are_kept_open(home: Home) -> None:
    with open_instance(home) as instance:
        runs = runs_of(instance, KEPT_OPEN + 2)
        assert all(instance.event_log_storage.get_logs_for_run(run) for run in runs)
        assert len(instance.fetch_materializations(table.key, limit=100).records) == len(runs)


def test_journals_are_folded_back_at_the_end(home: Home) -> None:
    with open_instance(home) as instance:
        runs_of(instance, 1)
    assert not list(home.dagster.rglob("*-wal"))


def test_whoever_watches_a_run_is_told_of_each_event(home: Home) -> None:
    with open_instance(home) as instance:
        (run,) = runs_of(instance, 1)
        log = instance.event_log_storage
        assert isinstance(log, EventLog)
        file = Path(log.path_for_shard(run))
        os.utime(file, (0, 0))
        log.store_event(log.get_logs_for_run(run)[0])
        assert file.stat().st_mtime > 0
