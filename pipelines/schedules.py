"""When the month is screened: on the assignment day, for the month before it."""

from __future__ import annotations

import dagster as dg

from contracts.month import Month

ZONE = "Asia/Shanghai"


def monthly_schedule(
    job: dg.UnresolvedAssetJobDefinition, day: int, status: dg.DefaultScheduleStatus = dg.DefaultScheduleStatus.STOPPED
) -> dg.ScheduleDefinition:
    """A run of `job` at 08:00 on `day` of every month, for the lists of the month before."""

    @dg.schedule(
        job=job,
        name="monthly_screening_schedule",
        cron_schedule=f"0 8 {day} * *",
        execution_timezone=ZONE,
        default_status=status,
        description=f"每月{day}日8时，筛查上月清单。",
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        today = context.scheduled_execution_time
        month = Month(today.year, today.month).plus(-1)
        return dg.RunRequest(run_key=str(month), partition_key=str(month))

    return schedule
