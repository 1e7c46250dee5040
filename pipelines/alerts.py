"""When the office is told: a sensor that looks at the last finished month a few times an hour and tells each cause once a day.

What was told is the sensor's cursor. A message that no channel took is tried again at the next look.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from assets.county import CountyResource
from assets.lake import read
from assets.pictures import judged
from connectors.inbox import scan
from contracts.county import Configuration
from contracts.home import Home
from contracts.month import Month
from contracts.tables import AREA_ALARM, ARRIVAL, FINDING, OVERDUE, QUALITY
from delivery import alerts
from delivery.alerts import Alert
from delivery.post import channels, post
from matching.settings import MatchingSettings
from pipelines.schedules import ZONE

EVERY = 900  # seconds between two looks
KEPT = timedelta(days=40)  # for which it is remembered what was told


def alert_sensor(configuration: Configuration, status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    """The sensor `alerts`; it starts no run."""

    @dg.sensor(
        name="alerts",
        minimum_interval_seconds=EVERY,
        default_status=status,
        description="提醒：清单过期未到、清单不能使用、运行失败、差错超限、区域预警、超期未核实。同一件事一天只提醒一次。",
    )
    def sensor(context: dg.SensorEvaluationContext, county: CountyResource) -> dg.SkipReason:
        settings = configuration.county.alerts
        if not channels(settings):
            return dg.SkipReason("county.yml names no mail account and no robot under `alerts`.")
        now = datetime.now(ZoneInfo(ZONE))
        found = [*of_month(configuration, county.home, now.date()), *alerts.failed(failed_runs(context.instance, now))]
        told = _told(context.cursor)
        new = unsaid(found, told, now.date())
        problems = []
        for alert in new:
            missed = post(alert, settings, os.environ)
            problems += [str(problem) for problem in missed]
            if len(missed) < channels(settings):
                told[alert.cause] = now.date()
        for problem in sorted(set(problems)):
            context.log.warning(problem)
        context.update_cursor(json.dumps({cause: str(day) for cause, day in sorted(told.items()) if now.date() - day < KEPT}))
        return dg.SkipReason(f"{len(found)} causes, {len(new)} told now, {len(problems)} messages not taken")

    return sensor


def unsaid(found: list[Alert], told: Mapping[str, date], today: date) -> list[Alert]:
    """Those of `found` whose cause was not told today."""
    return [alert for alert in found if told.get(alert.cause) != today]


def of_month(configuration: Configuration, home: Home, today: date) -> list[Alert]:
    """What is wrong with the month before `today`."""
    month = Month(today.year, today.month).plus(-1)
    feeds = configuration.feeds
    settings = MatchingSettings.load(configuration.root / configuration.county.matching)
    findings = {name: read(home, f"findings/{name}", month, FINDING) for name in feeds}
    quality = read(home, "matching_quality", month, QUALITY)
    return [
        *alerts.late(month, feeds, missing(configuration, home, month, today)),
        *alerts.held(month, feeds, findings),
        *alerts.inaccurate(month, feeds, judged(quality, settings.max_wrong_links)["over"], settings.max_wrong_links),
        *alerts.area(month, read(home, "area_alarms", month, AREA_ALARM)),
        *alerts.overdue(month, read(home, "overdue", month, OVERDUE)),
    ]


def missing(configuration: Configuration, home: Home, month: Month, today: date) -> dict[str, date]:
    """Lists of `month` that are past their day and of which nothing was read or lies in the inbox, by feed; databases are never late."""
    expected = {
        name: feed.cadence.due_on(month)
        for name, feed in configuration.feeds.items()
        if feed.source.database is None and feed.cadence.expects(month) and feed.cadence.due_on(month) < today
    }
    unread = {name: due for name, due in expected.items() if read(home, f"arrivals/{name}", month, ARRIVAL).is_empty()}
    lying = set(scan(home.inbox(month), configuration.feeds).filter(status="recognised")["feed"]) if unread else set()
    return {name: due for name, due in unread.items() if name not in lying}


def failed_runs(instance: dg.DagsterInstance, now: datetime) -> dict[str, str]:
    """Runs of the last day that failed and were not followed by one of the same job and month that did not, by number."""
    since = now - timedelta(days=1)
    runs = instance.get_run_records(dg.RunsFilter(updated_after=since))
    latest: dict[str, dg.DagsterRun] = {}
    for record in sorted(runs, key=lambda record: record.create_timestamp):
        run = record.dagster_run
        latest[f"{run.job_name} {run.tags.get('dagster/partition', '')}".strip()] = run
    return {run.run_id: what for what, run in latest.items() if run.status == dg.DagsterRunStatus.FAILURE}


def _told(cursor: str | None) -> dict[str, date]:
    return {cause: date.fromisoformat(day) for cause, day in json.loads(cursor or "{}").items()}
