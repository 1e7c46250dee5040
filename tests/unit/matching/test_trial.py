"""The rows that run along as the month's own test."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from contracts.tables import ACCEPTED, conform
from matching.compare.numbers import NONE
from matching.measure.trial import BORROWED, FEW, with_copies
from matching.prepare.tables import Mentions, prepare_mentions, vocabulary_of
from tests.unit.matching.cast import PLACES, accepted, county, crowd, link


def said(**lists: list[dict[str, object]]) -> Mentions:
    """Rows of some lists as the matcher compares them."""
    frames = [conform(accepted(rows, feed), ACCEPTED).select(pl.lit(feed).alias("feed"), pl.all()) for feed, rows in lists.items()]
    mentions = pl.concat(frames)
    people = pl.DataFrame(schema={"person_name": pl.String})
    told = prepare_mentions(mentions, PLACES, vocabulary_of(people, mentions))
    return Mentions(told.rows.with_columns(feed_number=(pl.col("feed").rank("dense") - 1).cast(pl.Int32)), told.company)


def test_a_list_without_numbers_is_tested_with_rows_that_say_as_much() -> None:
    """Calls give a telephone and the group; one other list gives both, another one neither."""
    people = [{key: row[key] for key in ("person_name", "village", "group", "id_number")} for row in crowd()[:300]]
    told = [{**row, "phone": f"139000{n:05d}"} for n, row in enumerate(people)]
    silent = [{**row, "group": None} for row in people]
    calls = [{**row, "id_number": None} for row in told[:FEW]]
    mentions = said(calls=calls, silent=silent, told=told)
    sure = mentions.rows.filter(pl.col("valid")).select("m", h="m", p="m", feed="feed_number")
    everything, copies = with_copies(mentions, sure, pl.Series(dtype=pl.UInt32), 400)
    borrowed = everything.rows.filter(pl.col("m").is_in(copies.filter(pl.col("trial") == BORROWED)["m"].implode()))
    assert borrowed["feed_number"].to_list() == [0] * FEW
    assert borrowed.select(pl.col("phone", "group", "village").null_count().sum()).row(0) == (0, 0, 0)
    assert borrowed["kind"].eq(NONE).all()
    assert borrowed["number"].null_count() == FEW


def test_who_is_called_quite_otherwise_in_a_list_is_tested_too() -> None:
    """Number and village say who it is; a test without such names would take the list for better than it is."""
    people = [{key: row[key] for key in ("person_name", "village", "id_number")} for row in crowd()[:400:5]]
    rows = [{**row, "person_name": "阿毛"} if n % 4 == 0 else row for n, row in enumerate(people)]
    quality = link(crowd(), rows).quality.row(by_predicate=pl.col("feed") == "list", named=True)
    assert quality["tested"] == len(rows)


def test_a_mask_that_shows_a_digit_is_no_number() -> None:
    """What the test foresees of the rows without a number holds for those of which a bank shows two digits, too."""
    people = [{key: row[key] for key in ("person_name", "village", "id_number")} for row in crowd()[:240]]
    bounds = []
    for hidden in (lambda _: None, lambda number: f"{number[0]}{'*' * 16}{number[-1]}"):
        rows = [{**row, "id_number": hidden(row["id_number"])} if n % 4 == 0 else row for n, row in enumerate(people)]
        measured = link(county(), rows).quality.filter(feed="list")
        bounds += measured.select("damaged_tested", "recall_low", "recall_high").rows()
    assert bounds[0] == pytest.approx(bounds[1], abs=0.03)


def test_a_number_that_is_hidden_hides_no_age() -> None:
    """A list that tells ages is tested with rows that tell them."""
    people = [{key: row[key] for key in ("person_name", "village", "id_number")} for row in crowd()[:FEW]]
    mentions = said(list=[{**row, "age": 40, "event_date": date(2026, 10, 5)} for row in people])
    sure = mentions.rows.select("m", h="m", p="m", feed="feed_number")
    everything, copies = with_copies(mentions, sure, pl.Series(dtype=pl.UInt32), 400)
    assert everything.rows.filter(pl.col("m").is_in(copies["m"].implode()))["birth_year"].to_list() == [1986] * FEW
