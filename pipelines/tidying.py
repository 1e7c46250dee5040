"""Dagster's history kept small: runs that a later one has superseded are deleted, after a while.

Dagster itself forgets only the ticks of schedules and sensors (`retention` in dagster.yaml). Of every month the newest run that screened
it stays for good, and with it what the pages show of that month: rows, pictures, checks. Deleting goes through Dagster's own interface,
wherever it keeps its history.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import dagster as dg
from dagster._core.storage.tags import PARTITION_NAME_TAG

from assets.county import CountyResource
from contracts.month import Month
from pipelines.event_log import EventLog
from pipelines.schedules import MONTHLY, ZONE

FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
NAME = "tidy_history"


def tidy(instance: dg.DagsterInstance, months: int | None, now: datetime) -> int:
    """Delete superseded runs that are older than `months` calendar months, and give their room back; returns how many there were."""
    if months is None:
        return 0
    kept = Month(now.year, now.month).plus(-months).start
    before = datetime(kept.year, kept.month, kept.day, tzinfo=UTC)
    records = instance.get_run_records(dg.RunsFilter(statuses=FINISHED))
    old = [record.dagster_run.run_id for record in superseded(records) if record.create_timestamp < before]
    for run in old:
        instance.delete_run(run)
    if old and isinstance(instance.event_log_storage, EventLog):
        instance.event_log_storage.give_back()
    return len(old)


def superseded(records: Iterable[dg.RunRecord]) -> list[dg.RunRecord]:
    """Those of the finished runs that had ended when a later one began that screened their month from end to end, and well."""
    of_months = [
        (record, record.dagster_run.tags[PARTITION_NAME_TAG]) for record in records if PARTITION_NAME_TAG in record.dagster_run.tags
    ]
    newest: dict[str, float] = {}
    for record, month in of_months:
        if record.dagster_run.job_name == MONTHLY and record.dagster_run.is_success:
            newest[month] = max(newest.get(month, 0.0), record.start_time or 0.0)
    return [record for record, month in of_months if record.end_time is not None and record.end_time < newest.get(month, 0.0)]


@dg.op(description="整理运行记录：同一个月后来又完整筛查过的旧运行，过了 county.yml 规定的月数就删去；每月最新的一次一直保留。")
def tidy_op(context: dg.OpExecutionContext, county: CountyResource) -> None:
    """Delete what is superseded and old."""
    deleted = tidy(context.instance, county.configuration.county.retention.history_months, datetime.now(UTC))
    context.add_output_metadata({"删去的旧运行": deleted})


@dg.job(name=NAME, description="整理运行记录，把磁盘空间腾出来。")
def tidy_job() -> None:
    """Keep Dagster's history small."""
    tidy_op()


def tidy_schedule(status: dg.DefaultScheduleStatus) -> dg.ScheduleDefinition:
    """On the first of every month at noon."""
    return dg.ScheduleDefinition(
        name=f"{NAME}_schedule",
        job=tidy_job,
        cron_schedule="0 12 1 * *",
        execution_timezone=ZONE,
        default_status=status,
        description="每月1日12时，删去早已被后来的运行取代的记录。",
    )
