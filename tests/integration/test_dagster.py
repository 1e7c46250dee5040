"""What an analyst sees in Dagster: every asset in its layer with a Chinese description, the jobs, and the schedule on the 6th."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import dagster as dg
import polars as pl
import pytest

from contracts.home import Home
from contracts.month import Month
from pipelines.build import INGEST, build_defs
from pipelines.defaults import SAMPLE_COUNTY
from pipelines.run_month import open_instance
from pipelines.schedules import MONTHLY

GROUPS = {"arrivals", "accepted", "register", "links", "signals", "leads", "release", "outcome"}


@pytest.fixture(scope="module")
def defs(county: Home) -> dg.Definitions:
    return build_defs(SAMPLE_COUNTY, county)


def test_every_asset_has_its_layer_and_a_description_in_chinese(defs: dg.Definitions) -> None:
    specs = defs.resolve_all_asset_specs()
    assert {spec.group_name for spec in specs} == GROUPS
    assert not [spec.key for spec in specs if not re.search(r"[\u4e00-\u9fff]{4}", spec.description or "")]


def test_a_list_belongs_to_its_bureau_and_its_columns_name_their_headers(defs: dg.Definitions, county: Home) -> None:
    accepted = dg.AssetKey(["accepted", "medical_inpatient"])
    (spec,) = (spec for spec in defs.resolve_all_asset_specs() if spec.key == accepted)
    assert (spec.owners, spec.tags["hulian/role"]) == (["team:医保局"], "risk")
    with open_instance(county) as instance:
        event = instance.get_latest_materialization_event(accepted)
    assert event is not None
    assert event.asset_materialization is not None
    lineage = event.asset_materialization.metadata["dagster/column_lineage"].value
    assert isinstance(lineage, dg.TableColumnLineage)
    assert [dep.column_name for dep in lineage.deps_by_column["id_number"]] == ["参保人员信息_身份证号"]


def test_assets_are_partitioned_by_month(defs: dg.Definitions) -> None:
    assert all(spec.partitions_def is not None for spec in defs.resolve_all_asset_specs())


def test_both_jobs_resolve(defs: dg.Definitions) -> None:
    steps = {name: set(defs.resolve_job_def(name).graph.node_dict) for name in (INGEST, MONTHLY)}
    assert steps[INGEST] < steps[MONTHLY]
    assert "release_manifest" in steps[MONTHLY]


@pytest.mark.parametrize(
    ("name", "day", "screens"),
    [
        ("monthly_screening_schedule", date(2027, 1, 6), "2026-12"),
        ("monthly_screening_schedule", date(2026, 12, 6), None),  # a Sunday
        ("monthly_screening_schedule", date(2026, 12, 7), "2026-11"),
        ("monthly_screening_schedule", date(2026, 12, 8), None),
        ("monthly_screening_schedule", date(2026, 10, 8), "2026-09"),  # the 6th lies in the National Day holiday, which ends on the 7th
        ("early_look_schedule", date(2026, 12, 3), "2026-11"),
    ],
)
def test_a_schedule_screens_the_month_before_on_a_working_day(name: str, day: date, screens: str | None, defs: dg.Definitions) -> None:
    moment = datetime(day.year, day.month, day.day, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
    context = dg.build_schedule_context(scheduled_execution_time=moment, repository_def=defs.get_repository_def())
    result = defs.resolve_schedule_def(name).evaluate_tick(context)
    assert [request.partition_key for request in result.run_requests or []] == ([screens] if screens else [])


def test_no_personal_data_in_the_run_history(county: Home) -> None:
    """Names of the register and ID numbers appear nowhere in Dagster's event log."""
    people = pl.read_parquet(county.table("register/persons", Month(2026, 11)))
    with open_instance(county) as instance:
        log = "\n".join(
            str(record.event_log_entry)
            for run in instance.get_run_records()
            for record in instance.get_records_for_run(run.dagster_run.run_id).records
        )
    assert not set(re.findall(r"\d{17}[\dX]", log.upper())) & set(people["id_number"].drop_nulls())
    names = people.filter(pl.col("person_name").str.len_chars() >= 3)["person_name"].unique()
    assert not pl.Series([log]).str.extract_many(names.sample(min(400, len(names)), seed=1).implode())[0].to_list()
