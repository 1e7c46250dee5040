"""When the month is screened: on the day of assignment, for the month before it, and once earlier to see what is still missing.

Nobody reads a list on a holiday: a day on which nobody works gives way to the next one on which people do.
"""

from __future__ import annotations

from datetime import date

import dagster as dg

from contracts.month import Month
from standards.workdays import workday_from

ZONE = "Asia/Shanghai"
MONTHLY = "monthly_screening"  # the job that screens a month from end to end


def working_day_schedule(
    job: dg.UnresolvedAssetJobDefinition, name: str, day: int, says: str, status: dg.DefaultScheduleStatus
) -> dg.ScheduleDefinition:
    """A run of `job` at 08:00 on the first working day from `day` of every month, for the lists of the month before."""

    @dg.schedule(
        job=job,
        name=name,
        cron_schedule="0 8 * * *",
        execution_timezone=ZONE,
        default_status=status,
        description=f"每月{day}日（逢节假日顺延到下一个工作日）8时，{says}",
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        month = month_due(context.scheduled_execution_time.date(), day)
        if month is None:
            return dg.SkipReason(f"not the first working day from the {day}th")
        return dg.RunRequest(run_key=f"{name} {month}", partition_key=str(month))

    return schedule


def month_due(today: date, day: int) -> Month | None:
    """The month whose lists are screened on `today`: the one before that whose `day`, or the working day after it, is today."""
    this = Month(today.year, today.month)
    for month in (this, this.plus(-1)):  # a long holiday may push the last days of a month into the next one
        if workday_from(month.start.replace(day=day)) == today:
            return month.plus(-1)
    return None
