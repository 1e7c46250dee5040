"""The sample county: every list is there, its headers are in its contract, and the truth points at the right cells."""

import hashlib
import io
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from sample_home import MONTHS, PLACES, make

from contracts.feed import load_feeds
from samples.feeds.catalogue import SPECS
from samples.feeds.living import DISABLED
from samples.feeds.register import EXPORT
from samples.generate import LOCK, UNKNOWN
from standards.headers import Headings

FEEDS = load_feeds(PLACES.parent / "feeds")


def files(home: Path) -> Iterator[Path]:
    for month in MONTHS:
        yield from sorted((home / "inbox" / str(month)).iterdir())


def fingerprints(home: Path) -> dict[str, str]:
    made = (path for path in sorted(home.rglob("*")) if path.is_file())
    return {str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest() for path in made}


@cache
def lines(path: Path, sheet: str) -> list[str]:
    """Every line of a sheet as one text, cells separated by `|`."""
    if path.suffix == ".csv":
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig") if raw.startswith(b"\xef\xbb\xbf") else decoded(raw)
        frame = pl.read_csv(io.StringIO(text), has_header=False, infer_schema=False)
    else:
        frame = fastexcel.read_excel(path).load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()
    return frame.select(pl.concat_str(pl.all().fill_null(""), separator="|")).to_series().to_list()


def decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def test_every_file_belongs_to_one_feed_and_every_feed_has_a_file(county: Path) -> None:
    for month in MONTHS:
        names = [path.name for path in (county / "inbox" / str(month)).iterdir()]
        owners = {
            name: [feed for feed, contract in FEEDS.items() if any(fnmatch(name, p) for p in contract.source.files)] for name in names
        }
        assert {name for name, feeds in owners.items() if len(feeds) != 1} <= {UNKNOWN, LOCK}
        assert {feed for feeds in owners.values() for feed in feeds} == {feed for feed, contract in FEEDS.items() if contract.source.files}


@pytest.mark.parametrize("feed", sorted(FEEDS))
def test_every_header_is_in_its_contract(feed: str) -> None:
    layouts = (EXPORT,) if feed == "register" else SPECS[feed].layouts
    if layouts == (DISABLED,):
        return  # the query names the columns
    for layout in layouts:
        found = Headings(FEEDS[feed]).match([column.header.replace("|", "_") for column in layout.columns])
        assert found.unknown == ()
        assert found.doubled == ()
        assert Headings(FEEDS[feed]).missing(found) == []


def test_rows_without_errors_stand_where_the_truth_says(county: Path) -> None:
    truth = pl.read_parquet(county / "truth" / "rows.parquet")
    people = pl.read_parquet(county / "truth" / "persons.parquet").select("person_uid", "person_name")
    shown = truth.filter(pl.col("errors").list.len() == 0, ~pl.col("file").str.starts_with("database:"))
    named = shown.join(people, on="person_uid", how="inner").filter(~pl.col("feed").is_in(["self_report_app", "petition"]))
    assert named["feed"].n_unique() >= 30
    wrong = [
        (row["file"], row["row_number"])
        for row in named.iter_rows(named=True)
        if row["person_name"] not in lines(county / "inbox" / row["month"] / row["file"], row["sheet"])[row["row_number"] - 1]
    ]
    changed = named.height * 0.01  # people take new names between the months
    assert len(wrong) <= changed


def test_subtotals_stand_where_the_truth_says(county: Path) -> None:
    truth = pl.read_parquet(county / "truth" / "subtotals.parquet")
    assert truth.height > 20
    for row in truth.iter_rows(named=True):
        line = lines(county / "inbox" / row["month"] / row["file"], row["sheet"])[row["row_number"] - 1]
        assert line.split("|")[0].endswith(("小计", "合计"))


def test_broken_rows_send_nobody_to_a_door(county: Path) -> None:
    rows = pl.read_parquet(county / "truth" / "rows.parquet")
    events = pl.read_parquet(county / "truth" / "events.parquet").filter("should_alert")
    broken = rows.filter(pl.col("errors").list.eval(pl.element().str.starts_with("broken_")).list.any())
    assert broken.height > 20
    assert broken.join(events, on=["event_id", "feed"], how="semi").is_empty()


def test_events_name_the_rules_of_the_county(county: Path) -> None:
    events = pl.read_parquet(county / "truth" / "events.parquet")
    assert events["rule"].is_not_null().equals(events["should_alert"])
    assert events["rule"].drop_nulls().n_unique() >= 15
    assert events["household_id"].null_count() == 0


def test_an_inbox_has_its_nuisances(county: Path) -> None:
    second = county / "inbox" / str(MONTHS[1])
    assert (second / UNKNOWN).exists()
    (copy,) = second.glob("*副本*")
    assert copy.read_bytes() == copy.with_stem(copy.stem.replace("（副本）", "")).read_bytes()


def test_most_monitored_households_have_signed(county: Path) -> None:
    households = pl.read_parquet(county / "truth" / "households.parquet").filter(pl.col("monitored_kind").is_not_null())
    signed = pl.read_parquet(county / "truth" / "authorisations.parquet")
    assert signed.columns == ["household_id", "signed_on"]
    assert households.join(signed, on="household_id", how="semi").height > households.height / 2


def test_what_was_left_half_written_is_made_whole_and_then_left_alone(county: Path, tmp_path: Path) -> None:
    (tmp_path / ".sample" / "inbox").mkdir(parents=True)
    (tmp_path / "inbox" / str(MONTHS[0])).mkdir(parents=True)
    (tmp_path / "inbox" / str(MONTHS[0]) / "half.xlsx").write_bytes(b"PK")
    assert fingerprints(make(tmp_path)) == fingerprints(county)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    make(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
