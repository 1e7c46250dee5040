"""The sensor on real files: looks one after the other, each with the cursor of the one before."""

from datetime import datetime

import dagster as dg
import pytest

from assets.county import CountyResource
from assets.digest import DIGEST_TAG, digest_of_inputs
from contracts.home import Home
from contracts.month import Month
from pipelines.arrival import arrival_sensor
from pipelines.defaults import SAMPLE_COUNTY

NOVEMBER = Month(2026, 11)


class Office:
    """A county's drop folder, its Dagster and its sensor, at a moment."""

    def __init__(self, root, instance):
        self.home, self.instance = Home(root), instance
        self.today, self.cursor = datetime(2026, 12, 8), None  # noqa: DTZ001 - only its date counts
        self.county = CountyResource(home_folder=str(root), county_file=str(SAMPLE_COUNTY))
        selection = dg.AssetSelection.all()
        jobs = [dg.define_asset_job(name, selection) for name in ("ingest", "monthly_screening")]
        self.sensor = arrival_sensor(*jobs, now=lambda: self.today)
        self.inbox = self.home.inbox(NOVEMBER)
        self.inbox.mkdir(parents=True)

    def look(self):
        """(job, month, run key) of every run asked for by one look."""
        context = dg.build_sensor_context(self.instance, cursor=self.cursor, resources={"county": self.county})
        told = self.sensor(context)
        if isinstance(told, dg.SkipReason):
            return told.skip_message
        self.cursor = told.cursor
        self.requests = told.run_requests
        return [(request.job_name, request.partition_key, request.run_key) for request in told.run_requests]


@pytest.fixture
def office(tmp_path):
    with dg.DagsterInstance.ephemeral() as instance:
        yield Office(tmp_path, instance)


def jobs(runs):
    return [(job, month) for job, month, _ in runs]


def test_a_run_is_asked_for_once_when_files_have_stopped_growing(office):
    assert office.look() == []
    (office.inbox / "农村危房鉴定.csv").write_text("half")
    assert office.look() == []
    (office.inbox / "农村危房鉴定.csv").write_text("half and half")
    assert office.look() == []
    assert jobs(office.look()) == [("monthly_screening", "2026-11")]
    assert office.requests[0].tags[DIGEST_TAG] == digest_of_inputs(office.county, NOVEMBER)
    assert office.look() == []


def test_every_state_of_the_contents_is_one_run_also_one_that_comes_back(office):
    keys = []
    for content in ("a", "b", "a", "b"):
        (office.inbox / "农村危房鉴定.csv").write_text(content)
        assert office.look() == []
        keys += [key for _, _, key in office.look()]
    assert len(set(keys)) == 4
    (office.inbox / "农村危房鉴定.csv").touch()
    assert [office.look(), office.look(), office.look()] == [[], [], []]


def test_before_the_day_of_assignment_files_are_only_read_and_accepted(office):
    office.today = datetime(2026, 12, 3)  # noqa: DTZ001
    (office.inbox / "农村危房鉴定.csv").write_text("a")
    office.look()
    assert jobs(office.look()) == [("ingest", "2026-11")]
    office.today = datetime(2026, 12, 6)  # noqa: DTZ001
    assert office.look() == []  # the schedule screens on that day
    (office.inbox / "农村危房鉴定.csv").write_text("b")
    office.look()
    assert jobs(office.look()) == [("monthly_screening", "2026-11")]


def test_nothing_is_asked_for_while_a_run_is_on(office):
    (office.inbox / "农村危房鉴定.csv").write_text("a")
    office.look()
    run = dg.DagsterRun(job_name="monthly_screening", status=dg.DagsterRunStatus.STARTED)
    office.instance.add_run(run)
    assert "正在运行" in office.look()
    office.instance.delete_run(run.run_id)
    assert jobs(office.look()) == [("monthly_screening", "2026-11")]


def test_what_somebody_has_run_already_is_not_run_again(office):
    (office.inbox / "农村危房鉴定.csv").write_text("a")
    proposal = office.home.proposal(NOVEMBER)
    proposal.mkdir(parents=True)
    (proposal / "manifest.json").write_text(f'{{"digest": "{digest_of_inputs(office.county, NOVEMBER)}"}}')
    assert [office.look(), office.look(), office.look()] == [[], [], []]


def test_folders_that_are_no_months_are_passed_over(office):
    (office.home.root / "inbox" / "旧文件").mkdir()
    (office.home.root / "inbox" / "旧文件" / "a.csv").write_text("a")
    assert [office.look(), office.look()] == [[], []]
