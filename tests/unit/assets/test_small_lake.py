"""Screening and trials over a lake of two months and three households, written by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from assets.screening import TABLES, screened_from
from contracts.county import Configuration
from contracts.home import Home
from contracts.month import Month
from contracts.tables import ACCEPTED, CONSERVATION, HOUSEHOLD, LINK, PERSON, VERIFICATION, Schema, conform
from delivery.desk import Desk, open_desk
from delivery.releases.proposal import KEPT
from pipelines.cli import cli
from pipelines.defaults import SAMPLE_COUNTY
from tests.handing_out import hand_out

MONTHS = [Month(2026, 10), Month(2026, 11)]
FEED = "medical_inpatient"
STAYS = {  # what each household's child paid itself for one stay in each month, 元
    "2026-10": {"A": 12_000.0, "B": 15_000.0, "C": 500.0},
    "2026-11": {"A": 500.0, "B": 11_000.0, "C": 10_500.0},
}


@pytest.fixture(scope="module")
def configuration() -> Configuration:
    return Configuration.load(SAMPLE_COUNTY)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """The lake before screening. The older month was written by a version that knew no carried lists."""
    home = Home(tmp_path)
    people = pl.DataFrame({"household_id": ["A", "B", "C"], "person_id": ["A1", "B1", "C1"], "person_name": ["杨一", "杨二", "杨三"]})
    for month in MONTHS:
        amounts = STAYS[str(month)]
        stays = people.with_columns(
            row_id=pl.format("{}#!{}", pl.lit(str(month)), pl.int_range(pl.len())),
            self_paid=pl.Series(list(amounts.values())),
            visit_kind=pl.lit("住院"),
            admission_no=pl.format("{}-{}", pl.lit(str(month)), "household_id"),
            event_date=pl.lit(month.start),
            disease=pl.lit("肺炎"),
            hospital=pl.lit("县医院"),
            feed=pl.lit(FEED),
            status=pl.lit("linked"),
            identity=pl.lit("证件一致"),
        )
        put(home, "register/households", month, people.with_columns(household_type=pl.lit("一般农户")), HOUSEHOLD)
        put(home, "register/persons", month, people, PERSON)
        put(home, "links", month, stays, LINK)
        put(home, "conservation", month, pl.DataFrame({"feed": [FEED]}), CONSERVATION)
        kept = ["self_paid", "visit_kind", "admission_no", "disease", "hospital"]
        path = home.table(f"accepted/{FEED}", month)
        path.parent.mkdir(parents=True, exist_ok=True)
        conform(stays.drop("household_id", "person_id", "feed", "status", "identity"), ACCEPTED).with_columns(
            stays.select(kept)
        ).write_parquet(path)
    old = home.table("conservation", MONTHS[0])
    pl.read_parquet(old).drop("carried", "carried_from").write_parquet(old)
    return home


def put(home: Home, key: str, month: Month, frame: pl.DataFrame, schema: Schema) -> None:
    home.table(key, month).parent.mkdir(parents=True, exist_ok=True)
    conform(frame, schema).write_parquet(home.table(key, month))


def screen_into(home: Home, configuration: Configuration, desk: Desk, month: Month) -> dict[str, bytes]:
    """Screen one month into the lake; the bytes of its tables."""
    screened = screened_from(home, configuration, desk, month)
    for name in TABLES:
        home.table(name, month).parent.mkdir(parents=True, exist_ok=True)
        getattr(screened, name).write_parquet(home.table(name, month))
    return {name: home.table(name, month).read_bytes() for name in TABLES}


@pytest.fixture
def screened(home: Home, configuration: Configuration) -> Home:
    """Both months screened; the visitors found 杨一's lead true."""
    desk = open_desk(home.desk_url)
    screen_into(home, configuration, desk, MONTHS[0])
    hand_out(home, desk, MONTHS[0], **{name: pl.read_parquet(home.table(name, MONTHS[0])) for name in KEPT})
    leads = pl.read_parquet(home.table("leads", MONTHS[0])).filter(pl.col("household_id") == "A")
    found = leads.with_columns(conclusion=pl.lit("属实-能自行应对"), visited_on=pl.lit(date(2026, 11, 10)))
    assert desk.verify(conform(found, VERIFICATION)) == 1
    screen_into(home, configuration, desk, MONTHS[1])
    hand_out(home, desk, MONTHS[1], **{name: pl.read_parquet(home.table(name, MONTHS[1])) for name in KEPT})
    return home


def test_a_month_screened_again_later_gives_the_same_bytes(screened: Home, configuration: Configuration) -> None:
    desk = open_desk(screened.desk_url)
    for month in (MONTHS[0], MONTHS[1], MONTHS[0]):
        before = {name: screened.table(name, month).read_bytes() for name in TABLES}
        assert screen_into(screened, configuration, desk, month) == before
    assert [pl.read_parquet(screened.table("leads", month))["household_id"].to_list() for month in MONTHS] == [["B", "A"], ["B", "C"]]


@pytest.fixture
def hulian(screened: Home) -> Callable[..., str]:
    """Run `hulian rules …` over the lake; what it prints, without line breaks and blanks."""

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(cli, ["rules", *arguments, "--home", str(screened.root)])
        assert result.exit_code == 0, result.output
        return "".join(result.output.split())

    return run


def test_a_threshold_tried_on_past_months_says_what_it_costs(hulian: Callable[..., str], screened: Home) -> None:
    before = {path: path.read_bytes() for path in screened.lake.rglob("*.parquet")}
    printed = hulian("try", "--change", "medical.single.general=11000")
    assert "合计4户→3户（-1）" in printed  # 杨三's 10,500 元 in November
    assert {path: path.read_bytes() for path in screened.lake.rglob("*.parquet")} == before


def test_what_visits_found_of_each_rule(hulian: Callable[..., str]) -> None:
    one_of_one = "110100%（21%—100%）0%（0%—79%）"  # visited, true, taken in, and the intervals of 1 of 1 and 0 of 1
    assert f"medical.single.general4{one_of_one}" in hulian("backtest")


def test_a_trial_before_any_month_says_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["rules", "try", "--change", "medical.single.general=1", "--home", str(tmp_path)])
    assert "hulian run --month" in str(result.exception or result.output)
