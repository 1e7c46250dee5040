"""The run history is tidied: what a later run of its month superseded goes, what the pages show of a month stays."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from assets.tables import MONTHS
from contracts.home import Home
from contracts.month import Month
from pipelines.event_log import EventLog
from pipelines.run_month import open_instance
from pipelines.schedules import MONTHLY
from pipelines.tidying import tidy

OCTOBER, NOVEMBER = "2026-10", "2026-11"
YEARS_LATER = datetime(2099, 1, 1, tzinfo=UTC)


class Bad(dg.Config):
    """Whether the list is bad."""

    is_bad: bool = False


@dg.asset(partitions_def=MONTHS)
def table(config: Bad) -> dg.MaterializeResult[None]:
    if config.is_bad:
        raise dg.Failure("bad", allow_retries=False)
    return dg.MaterializeResult(metadata={"notes": "x" * 200_000})


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("DAGSTER_HOME", "")  # set by opening an instance, and put back afterwards
    return Home(tmp_path)


@pytest.fixture
def instance(home: Home) -> dg.DagsterInstance:
    return open_instance(home)


def run(instance: dg.DagsterInstance, month: str, job: str = MONTHLY, *, is_bad: bool = False) -> str:
    """One run of `month`, as its id."""
    made = dg.Definitions([table], jobs=[dg.define_asset_job(job, "*")]).resolve_job_def(job)
    settings = {"ops": {"table": {"config": {"is_bad": is_bad}}}}
    return made.execute_in_process(settings, instance, partition_key=month, raise_on_error=False).run_id


def known(instance: dg.DagsterInstance) -> set[str]:
    return {record.dagster_run.run_id for record in instance.get_run_records()}


def test_the_newest_good_run_of_each_month_stays_and_what_was_before_it_goes(instance: dg.DagsterInstance) -> None:
    early, failed, ingest = run(instance, NOVEMBER), run(instance, NOVEMBER, is_bad=True), run(instance, NOVEMBER, "ingest")
    october, november = run(instance, OCTOBER), run(instance, NOVEMBER)
    later = run(instance, NOVEMBER, is_bad=True), run(instance, NOVEMBER, "ingest")

    assert tidy(instance, 3, YEARS_LATER) == 3
    assert known(instance) == {october, november, *later}
    assert not {early, failed, ingest} & known(instance)


def test_every_month_is_still_there_with_what_it_said(instance: dg.DagsterInstance) -> None:
    for month in (OCTOBER, OCTOBER, NOVEMBER, NOVEMBER):
        run(instance, month)
    tidy(instance, 3, YEARS_LATER)
    told = {record.partition_key: record.asset_materialization for record in instance.fetch_materializations(table.key, limit=10).records}
    assert instance.get_materialized_partitions(table.key) == {OCTOBER, NOVEMBER}
    assert [told[month].metadata["notes"].value[:1] for month in (OCTOBER, NOVEMBER) if told[month] is not None] == ["x", "x"]


def test_a_month_that_never_came_to_its_end_keeps_all_that_was_tried(instance: dg.DagsterInstance) -> None:
    tried = {run(instance, NOVEMBER, is_bad=True) for _ in range(2)}
    assert tidy(instance, 3, YEARS_LATER) == 0
    assert known(instance) == tried


@pytest.mark.parametrize(("months", "past"), [(3, 2), (3, 3), (None, 99)])
def test_it_waits_until_the_term_is_past(months: int | None, past: int, instance: dg.DagsterInstance) -> None:
    run(instance, NOVEMBER), run(instance, NOVEMBER)
    today = datetime.now(UTC)
    then = Month(today.year, today.month).plus(past).start
    assert tidy(instance, months, datetime(then.year, then.month, 1, tzinfo=UTC)) == 0
    assert len(known(instance)) == 2


def test_the_disk_has_its_room_again(instance: dg.DagsterInstance, home: Home) -> None:
    runs = [run(instance, NOVEMBER) for _ in range(5)]
    log = instance.event_log_storage
    assert isinstance(log, EventLog)
    instance.dispose()
    before = sum(path.stat().st_size for path in home.dagster.rglob("*.db*"))

    with open_instance(home) as again:
        assert tidy(again, 3, YEARS_LATER) == 4
    files = {path.name: path.stat().st_size for path in home.dagster.rglob("*.db*")}
    assert not [name for name in files if any(name.startswith(old) for old in runs[:-1])]
    assert sum(files.values()) < before / 2
