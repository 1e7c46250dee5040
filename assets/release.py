"""Deliver and learn: the files handed out, and what came back of those handed out before."""

from collections.abc import Iterable, Iterator

import dagster as dg
import polars as pl

from assets.acceptance import history
from assets.bureaus import COUNTED, told_to_bureaus
from assets.county import CountyResource, month_of
from assets.digest import DIGEST_TAG, digest_of_inputs
from assets.lake import months_with, read
from assets.screening import TABLES
from assets.tables import DESCRIPTIONS, MONTHS, out, output, small_table
from contracts.feed import Feed
from contracts.home import Home
from contracts.month import Month
from contracts.observed import OBSERVED
from contracts.tables import ACCEPTED, ARRIVAL, FINDING, LEAD, SET_ASIDE, conform, empty
from delivery import outcome
from delivery.desk import open_desk
from delivery.release import ReleaseTables, write
from screening.earlier import settled

FEED_TABLES = {"arrivals": ARRIVAL, "accepted": ACCEPTED, "set_aside": SET_ASIDE, "findings": FINDING}
ACCEPTANCE_TABLES = ("reception", "drift", "drift_measured")
LINK_TABLES = ("links", "review_queue", "matching_quality", "conservation")


def release_asset(feeds: dict[str, Feed]) -> dg.AssetsDefinition:
    """The files of a month under `releases/<month>/`, and one row for each of them."""

    @dg.asset(
        name="release",
        group_name="release",
        description=DESCRIPTIONS["release"],
        partitions_def=MONTHS,
        io_manager_key="lake",
        kinds={"excel"},
        ins={
            "persons": dg.AssetIn(["register", "persons"], dagster_type=dg.Any),
            "households": dg.AssetIn(["register", "households"], dagster_type=dg.Any),
            **{name: dg.AssetIn(name, dagster_type=dg.Any) for name in (*TABLES, *LINK_TABLES, *ACCEPTANCE_TABLES)},
        },
        deps=[dg.AssetKey([layer, feed]) for feed in feeds for layer in FEED_TABLES],
    )
    def release(
        context: dg.AssetExecutionContext,
        county: CountyResource,
        drift: pl.DataFrame,
        drift_measured: pl.DataFrame,
        **tables: pl.DataFrame,
    ) -> Iterator[dg.Output[pl.DataFrame]]:
        month = month_of(context)
        digest = context.run.tags.get(DIGEST_TAG) or digest_of_inputs(county, month)
        desk = open_desk(county.desk_url)
        told = told_to_bureaus(county.home, month, feeds, county.configuration.county, desk)
        files = write(
            month,
            ReleaseTables(
                **tables,
                **told,
                feeds=feeds,
                arrivals=of_feeds(county.home, "arrivals", month, feeds),
                accepted=of_feeds(county.home, "accepted", month, feeds),
                set_aside=of_feeds(county.home, "set_aside", month, feeds),
                findings={
                    feed: pl.concat([found, drift.filter(pl.col("feed") == feed)])
                    for feed, found in of_feeds(county.home, "findings", month, county.configuration.feeds).items()
                },
                observed=pl.concat(
                    [*(read(county.home, f"observed/{feed}", month, OBSERVED) for feed in county.configuration.feeds), drift_measured]
                ),
                history=history(county.home, month, county.configuration.feeds, county.configuration.county.drift.months),
            ),
            county.home.release(month),
            county.configuration.county,
            digest,
        )
        desk.released(str(month), digest, files.height, tables["leads"].height)
        yield output(
            "result",
            files,
            文件=small_table(files.group_by("kind").len().sort("kind")),
            纠错=small_table(told["resent"].select(list(COUNTED)).rename(COUNTED)),
            可更正=told["proven"].height,
            入户反馈=told["feedback"].height,
        )

    return release


@dg.multi_asset(
    name="learn",
    partitions_def=MONTHS,
    deps=["leads"],
    outs={name: out(name, "outcome") for name in ("verifications", "yields", "overdue")},
)
def learn(context: dg.AssetExecutionContext, county: CountyResource) -> Iterator[dg.Output[pl.DataFrame]]:
    """What visitors found, each rule's yield, and the leads past their deadline on the day this month's leads are handed out."""
    month = month_of(context)
    assigned_on = county.configuration.county.assigned_on(month)
    verifications = open_desk(county.desk_url).verifications(before=assigned_on)
    handed_out = leads_until(county.home, month)
    yield output("verifications", verifications)
    settled_too = settled(handed_out, verifications)  # a visit settles the open lead that had grown into the one visited
    yield output("yields", outcome.yields(handed_out, settled_too))
    yield output("overdue", outcome.overdue(handed_out, settled_too, assigned_on))


def of_feeds(home: Home, layer: str, month: Month, feeds: Iterable[str]) -> dict[str, pl.DataFrame]:
    """One table of a layer for each feed, by the feed's name."""
    return {feed: read(home, f"{layer}/{feed}", month, FEED_TABLES[layer]) for feed in feeds}


def leads_until(home: Home, month: Month) -> pl.DataFrame:
    """All leads of the 12 months up to and including `month`."""
    months = months_with(home, "leads", upto=month, months=12)
    return pl.concat([conform(pl.read_parquet(home.table("leads", each)), LEAD) for each in months]) if months else empty(LEAD)
