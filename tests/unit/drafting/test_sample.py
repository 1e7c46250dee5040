"""The sample county's lists, drafted without a look at their contracts and held against them; `benchmarks/drafting.py` at full size."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from benchmarks.drafting import Judged, judge_month
from connectors.read import read_feed
from contracts.county import Configuration
from contracts.month import Month
from drafting.draft import draft
from expectations.accept import accept
from pipelines.defaults import SAMPLE_COUNTY
from samples.generate import generate

MONTH = Month(2026, 11)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("county")
    generate(home, households=400, months=[MONTH], seed=5, noise="dirty", places=SAMPLE_COUNTY.parent / "places.csv")
    return home


@pytest.fixture(scope="module")
def judged(county: Path) -> list[Judged]:
    return judge_month(county, MONTH)


def test_every_list_was_drafted(judged: list[Judged]) -> None:
    assert len({one.feed for one in judged}) == 37


def test_all_tables_are_bounded_rightly(judged: list[Judged]) -> None:
    assert [one.file for one in judged if not one.bounds] == []


def test_nineteen_of_twenty_columns_mean_what_the_contract_says(judged: list[Judged]) -> None:
    wrong = [fault for one in judged for fault in one.wrong]
    assert len(wrong) <= 0.05 * sum(one.meanings for one in judged), wrong


@pytest.mark.parametrize("name", ["housing_danger", "medical_inpatient", "civil_minimum_living", "natural_resources_realty"])
def test_a_feed_whose_contract_is_drafted_anew_is_accepted_as_before(county: Path, name: str) -> None:
    feed = Configuration.load(SAMPLE_COUNTY).feeds[name]
    inbox = county / "inbox" / str(MONTH)
    (path,) = [path for path in inbox.iterdir() if any(path.match(pattern) for pattern in feed.source.files)]
    anew = draft(path, feed=name).feed
    before, after = (read_feed(contract, [path], root=inbox).rows for contract in (feed, anew))
    assert after.select("row_id").equals(before.select("row_id"))
    accepted, was = accept(anew, after, MONTH), accept(feed, before, MONTH)
    assert accepted.set_aside.height <= max(1, 0.02 * after.height)
    who = ["row_id", "person_name", "id_number", "town", "village", "event_date"]
    both = accepted.rows.join(was.rows, on="row_id", how="semi").select(who)
    assert both.equals(was.rows.join(accepted.rows, on="row_id", how="semi").select(who))
    assert both.height >= 0.98 * was.rows.height
    assert not both.filter(pl.col("person_name").is_not_null()).is_empty()
