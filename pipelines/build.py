"""Composition: one function puts the county's assets, jobs, schedule and resources together.

What belongs here: wiring. Nothing is read but the configuration, so that the definitions load in a moment.
"""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from assets.acceptance import acceptance_asset
from assets.county import CountyResource
from assets.ingest import inbox, ingest_asset
from assets.lake import Lake
from assets.links import links_asset
from assets.overview import overview_asset
from assets.register import places, register_asset
from assets.release import learn, release_asset
from assets.releasing import release_job, release_manifest, withdraw_job
from assets.screening import screening_asset
from assets.standing import clearing_asset, contradictions_asset
from assets.trace import trace_asset
from assets.warehouse import warehouse
from assets.whatif import try_rules_job
from contracts.county import Configuration
from contracts.home import Home
from pipelines.alerts import alert_sensor
from pipelines.arrival import arrival_sensor
from pipelines.progress import progress_logger
from pipelines.schedules import MONTHLY, working_day_schedule
from pipelines.tidying import tidy_job, tidy_schedule

INGEST = "ingest"


def build_defs(county_file: Path, home: Home, *, deployed: bool = False) -> dg.Definitions:
    """All definitions of the county that `county_file` describes, with its data under `home`.

    Where it is `deployed`, schedule and sensors run without being switched on by hand.

    Raises:
        ConfigError: where the configuration cannot be used.
    """
    configuration = Configuration.load(county_file)
    feeds = configuration.bureau_feeds
    ingest = [ingest_asset(feed) for feed in configuration.feeds.values()]
    ingest_job = dg.define_asset_job(
        INGEST,
        selection=dg.AssetSelection.assets(inbox, *ingest),
        description="收件与验收：读入当月各部门清单，不合格的行退回。",
    )
    monthly_job = dg.define_asset_job(
        MONTHLY,
        selection=dg.AssetSelection.all(),
        description="月度筛查：从收件到村级工作簿的全过程。",
    )
    days = configuration.county.deadlines
    scheduled = dg.DefaultScheduleStatus.RUNNING if deployed else dg.DefaultScheduleStatus.STOPPED
    watched = dg.DefaultSensorStatus.RUNNING if deployed else dg.DefaultSensorStatus.STOPPED
    return dg.Definitions(
        assets=[
            inbox,
            *ingest,
            acceptance_asset(configuration.feeds),
            places,
            register_asset(configuration.register_feed),
            links_asset(feeds),
            screening_asset(list(feeds)),
            clearing_asset(configuration.register_feed.feed),
            contradictions_asset(configuration.register_feed.feed),
            trace_asset(feeds),
            release_asset(feeds),
            learn,
            overview_asset(feeds),
            warehouse,
        ],
        asset_checks=[release_manifest],
        jobs=[ingest_job, monthly_job, release_job, withdraw_job, try_rules_job, tidy_job],
        schedules=[
            working_day_schedule(monthly_job, f"{MONTHLY}_schedule", days.assign_day, "筛查上月清单。", scheduled),
            working_day_schedule(monthly_job, "early_look_schedule", days.early_day, "先筛查一遍，看还缺什么；结果只供查看。", scheduled),
            tidy_schedule(scheduled),
        ],
        sensors=[arrival_sensor(ingest_job, monthly_job, watched), alert_sensor(configuration, watched)],
        resources={
            "county": CountyResource(home_folder=str(home.root.resolve()), county_file=str(county_file.resolve())),
            "lake": Lake(base_dir=str(home.lake.resolve())),
        },
        loggers={"progress": progress_logger},
        # One process and one step at a time: a step costs milliseconds here, and seconds with a process of its own.
        executor=dg.in_process_executor,
    )
