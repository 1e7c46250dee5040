"""The sensor tells each cause once a day, tries again what nobody took, and says nothing where nobody is to be told."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from assets.county import CountyResource
from contracts.county import Configuration
from contracts.home import Home
from contracts.month import Month
from delivery.alerts import Alert
from pipelines.alerts import alert_sensor, failed_runs, missing, unsaid
from tests.servers import robot

CONFIG = Path(__file__).parents[3] / "config"
ROBOT = "\nalerts:\n  robots:\n    - {key: office, kind: wecom}\n"


@pytest.fixture
def county_file(tmp_path: Path) -> Path:
    """The sample county's configuration with a robot."""
    shutil.copytree(CONFIG, tmp_path / "config")
    file = tmp_path / "config" / "county.yml"
    file.write_text(file.read_text(encoding="utf-8") + ROBOT, encoding="utf-8")
    return file


def look(county_file: Path, home: Path, cursor: str | None = None) -> tuple[str, str | None]:
    """One look of the sensor: what it says, and its cursor."""
    sensor = alert_sensor(Configuration.load(county_file), dg.DefaultSensorStatus.STOPPED)
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_sensor_context(
            instance=instance, cursor=cursor, resources={"county": CountyResource(home_folder=str(home), county_file=str(county_file))}
        ) as context,
    ):
        said: Any = sensor(context)
        return said.skip_message, context.cursor


def test_each_cause_once_a_day(county_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with robot() as server:
        monkeypatch.setenv("HULIAN_ROBOT_OFFICE", server.address)
        first, cursor = look(county_file, tmp_path / "home")
        second, _ = look(county_file, tmp_path / "home", cursor)
    assert len(server.heard) == int(first.split(" causes, ")[1][0])
    assert "0 told now" in second


def test_what_nobody_took_is_tried_again(county_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HULIAN_ROBOT_OFFICE", raising=False)
    first, cursor = look(county_file, tmp_path / "home")
    assert cursor == "{}"
    assert first == look(county_file, tmp_path / "home", cursor)[0]


def test_without_channels_nothing_is_looked_for(tmp_path: Path) -> None:
    said, _ = look(CONFIG / "county.yml", tmp_path / "home")
    assert "names no mail account" in said


def test_a_list_is_missing_after_its_day_and_not_before(tmp_path: Path) -> None:
    configuration, home, month = Configuration.load(CONFIG / "county.yml"), Home(tmp_path), Month(2026, 10)
    due = configuration.feeds["medical_inpatient"].cadence.due_on(month)
    assert "medical_inpatient" not in missing(configuration, home, month, due)
    assert missing(configuration, home, month, date(2026, 11, 28))["medical_inpatient"] == due
    on_event = [name for name, feed in configuration.feeds.items() if feed.cadence.every == "event"]
    assert not set(on_event) & missing(configuration, home, month, date(2026, 11, 28)).keys()


def test_unsaid() -> None:
    alert = Alert("late:2026-11", "…", ())
    assert unsaid([alert], {}, date(2026, 12, 6)) == [alert]
    assert unsaid([alert], {"late:2026-11": date(2026, 12, 6)}, date(2026, 12, 6)) == []
    assert unsaid([alert], {"late:2026-11": date(2026, 12, 5)}, date(2026, 12, 6)) == [alert]


@dg.op
def _broken() -> None:
    raise ValueError


@dg.op
def _whole() -> None: ...


def _job(op: Any) -> dg.JobDefinition:
    @dg.job(name="monthly_screening")
    def job() -> None:
        op()

    return job


def test_a_failed_run_counts_until_it_is_run_again() -> None:
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    with dg.DagsterInstance.ephemeral() as instance:
        _job(_broken).execute_in_process(instance=instance, raise_on_error=False)
        assert list(failed_runs(instance, now).values()) == ["monthly_screening"]
        _job(_whole).execute_in_process(instance=instance)
        assert failed_runs(instance, now) == {}
