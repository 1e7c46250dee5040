"""One month through Dagster, in this process.

What belongs here: opening Dagster's instance in the home folder, deciding whether a month must run at all, running it, and
turning a failed step into one readable error.
"""

from __future__ import annotations

import os
import shutil
import warnings
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.execute_in_process import core_execute_in_process

from assets.county import CountyResource
from assets.digest import DIGEST_TAG, digest_of_inputs, proposed_digest
from assets.tables import MONTHS
from contracts.errors import HulianError
from contracts.home import Home
from contracts.month import Month
from pipelines.build import build_defs
from pipelines.defaults import INSTANCE_SETTINGS
from pipelines.schedules import MONTHLY
from pipelines.tidying import tidy


class RunFailed(HulianError):
    """A month's run ended before its proposal."""


def open_instance(home: Home) -> dg.DagsterInstance:
    """Dagster's instance under `home/dagster`, made with the settings of `deploy/dagster.yaml` when it is new."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    settings = home.dagster / "dagster.yaml"
    if not settings.exists():
        shutil.copyfile(INSTANCE_SETTINGS, settings)
    os.environ["DAGSTER_HOME"] = str(home.dagster.resolve())  # which the settings name
    return dg.DagsterInstance.from_config(str(home.dagster))


def run_month(county_file: Path, home: Home, month: Month, *, show_progress: bool = True) -> bool:
    """Run the monthly screening of `month`; returns False when its proposal was made of just these inputs, code and decisions.

    Raises:
        RunFailed: for a month to come, and where a step fails; names the step and its own message. What was finished before it is kept.
    """
    months = MONTHS.get_partition_keys()
    if str(month) not in months:
        raise RunFailed(f"{month} 不能运行：可以运行的是 {months[0]} 到 {months[-1]}（当月，供提前查看）。")
    county = CountyResource(home_folder=str(home.root), county_file=str(county_file))
    digest = digest_of_inputs(county, month)
    if proposed_digest(home, month) == digest:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=dg.BetaWarning)
        defs = build_defs(county_file, home)
        job = defs.resolve_job_def(MONTHLY)
    logger = {"config": {"steps": len(job.nodes), "title": str(month), "shown": show_progress}}
    with open_instance(home) as instance:
        result = core_execute_in_process(
            job=InMemoryJob(job),
            instance=instance,
            run_config={"loggers": {"progress": logger}},
            run_tags={**job.get_tags_for_partition_key(str(month), selected_asset_keys=[]), DIGEST_TAG: digest},
            raise_on_error=False,
            output_capturing_enabled=False,  # `job.execute_in_process` keeps all tables in memory until the month has ended
        )
        tidy(instance, county.configuration.county.retention.history_months, datetime.now(UTC))
    if not result.success:
        raise RunFailed(_failure(result, month))
    return True


def _failure(result: dg.ExecuteInProcessResult, month: Month) -> str:
    lines = []
    for event in result.get_step_failure_events():
        error = event.step_failure_data.error
        cause = error.cause if error is not None and error.cause is not None else error
        if cause is not None and cause.cls_name == "DagsterAssetCheckFailedError":
            continue  # the check itself is told below
        lines.append(f"step {event.step_key}: {cause.message.strip() if cause else 'failed'}")
    checks = [
        f"check {check.check_name} of {check.asset_key.to_user_string()} failed ({_figures(check)})"
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.blocking
    ]
    return f"{month} 没有完成。" + "; ".join(lines + checks)


def _figures(check: dg.AssetCheckEvaluation) -> str:
    """What a check measured; counts only."""
    return ", ".join(f"{name} {value.value}" for name, value in check.metadata.items())
