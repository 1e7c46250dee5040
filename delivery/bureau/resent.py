"""Whether a bureau has corrected what it was given back: last month's refused and doubtful rows, looked for in this month's list.

A row is known again by all of its other cells, those at fault left out, or by the person to whom it is linked. What is still at fault
anywhere counts as not corrected: nobody is praised for a row that another may have been.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from contracts.feed import Feed
from contracts.tables import ARRIVAL, conform
from contracts.told import RESENT
from delivery.bureau.as_sent import PART, meanings
from standards.headers import Headings

LEAST_CELLS = 3  # that a row must have beside those at fault, to be known by them


@dataclass(frozen=True)
class Sent:
    """A month of one list: `ARRIVAL` and raw columns, `SET_ASIDE`, `PROVEN` and `LINK` (of this list)."""

    arrivals: pl.DataFrame
    set_aside: pl.DataFrame
    proven: pl.DataFrame
    links: pl.DataFrame


def resent(feed: Feed, before: Sent, now: Sent) -> pl.DataFrame:
    """`RESENT` of one list, a row or none. Of a list that did not come, or is held, there is nothing to say."""
    asked = _given_back(feed, before)
    if asked.is_empty() or now.arrivals.join(now.links, on="row_id", how="semi").is_empty():
        return conform(pl.DataFrame(), RESENT).clear()
    wrong = pl.concat([now.set_aside.select("row_id"), now.proven.select("row_id")])
    sound = (
        now.links.select(again=pl.col("row_id").str.replace(PART, "")).unique().join(wrong, left_on="again", right_on="row_id", how="anti")
    )
    pairs = pl.concat([_by_cells(feed, asked, before.arrivals, now.arrivals), _by_person(before.proven, now.links)])
    seen = pairs.unique().join(sound.with_columns(sound=True), on="again", how="left")
    state = seen.group_by("row_id").agg(still=pl.col("sound").is_null().any())
    told = asked.join(state, on="row_id", how="left").select(
        pl.lit(feed.feed).alias("feed"),
        pl.lit(feed.title).alias("title"),
        pl.lit(feed.bureau).alias("bureau"),
        asked=pl.len(),
        corrected=pl.col("still").not_().sum(),
        still=pl.col("still").sum(),
        gone=pl.col("still").is_null().sum(),
    )
    return conform(told.head(1), RESENT)


def _given_back(feed: Feed, before: Sent) -> pl.DataFrame:
    """row_id of each row given back, and `at_fault`: its headings or meanings, sorted."""
    together = {expect.column: expect.columns for expect in feed.expectations if expect.check == "any_present"}
    refused = before.set_aside.select("row_id", column="columns").explode("column")
    others = pl.DataFrame(
        [(column, other) for column, columns in together.items() for other in columns], schema=["column", "other"], orient="row",
        schema_overrides={"column": pl.String, "other": pl.String},
    )  # fmt: skip
    beside = refused.join(others, on="column").select("row_id", column="other")
    doubtful = before.proven.select("row_id", "column")
    return (
        pl.concat([refused, beside, doubtful]).group_by("row_id").agg(at_fault=pl.col("column").drop_nulls().unique().sort()).sort("row_id")
    )


def _by_cells(feed: Feed, asked: pl.DataFrame, before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """row_id and `again`: rows of now that say the same as those given back, but for the columns at fault and those of no use."""
    both = [name for name in before.columns if name in now.columns and name not in ARRIVAL]
    meant = meanings(feed, both)
    common = [name for name in both if not Headings(feed).match([name]).ignored]
    found = [pl.DataFrame(schema={"row_id": pl.String, "again": pl.String})]
    for (columns,), rows in asked.group_by("at_fault", maintain_order=True):  # a handful of kinds of faults, not rows
        compared = [name for name in common if name not in columns and meant.get(name) not in columns]
        if len(compared) < LEAST_CELLS:
            continue
        known = before.join(rows, on="row_id", how="semi").select("row_id", *compared)
        known = known.filter(pl.sum_horizontal(pl.col(compared).is_not_null()) >= LEAST_CELLS)
        today = now.select(*compared, again="row_id")
        found.append(known.join(today, on=compared, nulls_equal=True).select("row_id", "again"))
    return pl.concat(found)


def _by_person(proven: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """row_id and `again`: rows of now about the person of whom a correctable row was."""
    today = links.filter(pl.col("status") == "linked").select("person_id", again=pl.col("row_id").str.replace(PART, "")).drop_nulls()
    return proven.select("row_id", "person_id").join(today, on="person_id").select("row_id", "again")
