"""When files arrive: a sensor that looks at the drop folder and starts what they call for.

What belongs here: telling that files have come and stopped growing, and asking Dagster for one run per state of a month's folder. Until
the day on which a month's leads are handed out its files are only read and accepted, so that bureaus have their corrections early; from
then on a late or corrected file calls for the whole screening.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg

from assets.county import CountyResource
from assets.digest import DIGEST_TAG, digest_of_inputs, proposed_digest
from connectors.inbox import waiting
from contracts.errors import ConfigError
from contracts.month import Month
from pipelines.schedules import ZONE

LOOK_EVERY = 60  # seconds; a file that is the same at two looks has stopped growing
UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


@dataclass(frozen=True)
class Folder:
    """What is remembered of a month's folder between two looks; all empty before the first."""

    seen: str = ""  # names, sizes and times at the last look
    looked_into: str = ""  # the same when its contents were last compared
    asked: str = ""  # its contents when a run was last asked for
    runs: int = 0  # how many were, so that contents that come back are a state of their own


def arrival_sensor(
    ingest: dg.UnresolvedAssetJobDefinition,
    monthly: dg.UnresolvedAssetJobDefinition,
    status: dg.DefaultSensorStatus = dg.DefaultSensorStatus.STOPPED,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(ZoneInfo(ZONE)),
) -> dg.SensorDefinition:
    """The sensor: `ingest` before a month's day of assignment, `monthly` from that day on."""

    @dg.sensor(
        jobs=[ingest, monthly],
        name="arrival_sensor",
        minimum_interval_seconds=LOOK_EVERY,
        default_status=status,
        description="收件夹有新文件且不再增长时：发放日之前先收件验收，之后重新筛查。",
    )
    def sensor(context: dg.SensorEvaluationContext, county: CountyResource) -> dg.SensorResult | dg.SkipReason:
        if context.instance.get_run_records(dg.RunsFilter(statuses=UNDER_WAY), limit=1):
            return dg.SkipReason("有任务正在运行，等它结束后再看。")
        known = {name: Folder(**folder) for name, folder in json.loads(context.cursor or "{}").items()}
        requests = []
        for month in _months(county.home.root / "inbox"):
            before = known.get(str(month), Folder())
            after, request = _looked_at(county, month, before, screens=now().date() >= county.configuration.county.assigned_on(month))
            known[str(month)] = after
            if request is not None:
                job, tags = (monthly, {DIGEST_TAG: request}) if request else (ingest, {})
                run_key = f"{month}:{after.asked}:{after.runs}"
                requests.append(dg.RunRequest(run_key, job_name=job.name, partition_key=str(month), tags=tags))
        cursor = json.dumps({name: asdict(folder) for name, folder in known.items()})
        nothing = None if requests else dg.SkipReason("没有新文件，或文件还在传输。")
        return dg.SensorResult(run_requests=requests, cursor=cursor, skip_reason=nothing)

    return sensor


def _looked_at(county: CountyResource, month: Month, before: Folder, *, screens: bool) -> tuple[Folder, str | None]:
    """What to remember of a month's folder, and what to ask for: the digest to screen with, empty for reading only, None for nothing."""
    inbox = county.home.inbox(month)
    listing = {str(path.relative_to(inbox)): path for path in sorted(inbox.rglob("*")) if path.is_file()}
    seen = _hash([[name, path.stat().st_size, path.stat().st_mtime_ns] for name, path in listing.items()])
    if not listing or seen != before.seen or waiting(inbox, county.configuration.feeds):
        return replace(before, seen=seen), None
    if seen == before.looked_into:
        return before, None
    contents = _hash([[name, _fingerprint(path)] for name, path in listing.items()])
    after = replace(before, looked_into=seen, asked=contents)
    if contents == before.asked:
        return after, None
    digest = digest_of_inputs(county, month) if screens else ""
    if screens and digest == proposed_digest(county.home, month):  # somebody has run it already
        return after, None
    return replace(after, runs=before.runs + 1), digest


def _months(folder: Path) -> list[Month]:
    """The months that have a folder in the drop folder, oldest first; folders called otherwise are none."""
    months = []
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(ConfigError):
            months.append(Month.parse(path.name))
    return sorted(months)


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _hash(facts: object) -> str:
    """A short name for a state of a folder; no file's name can be read from it."""
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
