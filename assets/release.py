"""Deliver and learn: the files that are proposed to be handed out, and what came back of those handed out before."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.acceptance import history
from assets.bureaus import COUNTED, FEED_TABLES, Lists, of_feeds, told_to_bureaus
from assets.county import CountyResource, month_of
from assets.digest import DIGEST_TAG, digest_of_inputs, made_of
from assets.lake import read
from assets.screening import TABLES
from assets.tables import DESCRIPTIONS, MONTHS, out, output, small_table
from contracts.feed import Feed
from contracts.home import Home
from contracts.month import Month
from contracts.observed import OBSERVED
from contracts.tables import LEAD, conform, empty
from delivery import outcome
from delivery.desk import Desk, open_desk
from delivery.releases.issuing import Release, handed_out, releases
from delivery.releases.proposal import ReleaseTables, write
from delivery.tables import Compared
from screening.earlier import settled

ACCEPTANCE_TABLES = ("reception", "drift", "drift_measured")
STANDING_TABLES = ("clearing", "contradictions")
LINK_TABLES = ("links", "review_queue", "matching_quality", "conservation")


def release_asset(feeds: dict[str, Feed]) -> dg.AssetsDefinition:
    """The files of a month under `proposals/<month>/`, and one row for each of them. A person releases them (assets.releasing)."""

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
            **{name: dg.AssetIn(name, dagster_type=dg.Any) for name in (*TABLES, *LINK_TABLES, *ACCEPTANCE_TABLES, *STANDING_TABLES)},
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
        layers = {layer: of_feeds(county.home, layer, month, feeds) for layer in ("arrivals", "accepted", "set_aside")}
        lists = Lists(**layers, links=tables["links"], persons=tables["persons"])
        before = last_releases(county.home, desk, month, digest)
        proposed = ReleaseTables(
            **tables,
            tell=lambda: told_to_bureaus(county.home, month, feeds, county.configuration.county, desk, lists),
            feeds=feeds,
            arrivals=lists.arrivals,
            accepted=lists.accepted,
            set_aside=lists.set_aside,
            findings={
                feed: pl.concat([found, drift.filter(pl.col("feed") == feed)])
                for feed, found in of_feeds(county.home, "findings", month, county.configuration.feeds).items()
            },
            observed=pl.concat(
                [*(read(county.home, f"observed/{feed}", month, OBSERVED) for feed in county.configuration.feeds), drift_measured]
            ),
            history=history(county.home, month, county.configuration.feeds, county.configuration.county.drift.months),
            compared=[Compared(str(release.issue), release.table("leads")) for release in before],
        )
        files = write(month, proposed, county.home.proposal(month), county.configuration.county, digest, made_of(county, month))
        yield output(
            "result",
            files,
            文件=small_table(files.group_by("kind").len().sort("kind")),
            纠错=small_table(proposed.told.resent.select(list(COUNTED)).rename(COUNTED)),
            可更正=proposed.told.proven.height,
            入户反馈=proposed.told.feedback.height,
            比照="、".join(f"{release.issue} 号" for release in before) or "无",
            上月="已发布" if month.plus(-1) in handed_out(county.home, desk) else "没有发布：重复抑制、超期和成效不计上月",
        )

    return release


def last_releases(home: Home, desk: Desk, month: Month, digest: str) -> list[Release]:
    """What a proposal is compared with: the last release of its month that was made of something else, and that of the month before.

    So a proposal that is made again after its release is the same, byte for byte.
    """
    of_month = [release for release in releases(home, desk, month) if release.issue.entry.digest != digest]
    return [*of_month[-1:], *(release for release in releases(home, desk, month.plus(-1)) if release.stands)]


@dg.multi_asset(
    name="learn",
    partitions_def=MONTHS,
    deps=["leads"],
    outs={name: out(name, "outcome") for name in ("verifications", "yields", "overdue")},
)
def learn(context: dg.AssetExecutionContext, county: CountyResource) -> Iterator[dg.Output[pl.DataFrame]]:
    """What visitors found, each rule's yield, and the leads past their deadline, of what was handed out in the months before."""
    month = month_of(context)
    desk, assigned_on = open_desk(county.desk_url), county.configuration.county.assigned_on(month)
    verifications, leads = desk.verifications(before=assigned_on), leads_handed_out(county.home, desk, upto=month.plus(-1))
    yield output("verifications", verifications)
    settled_too = settled(leads, verifications)  # a visit settles the open lead that had grown into the one visited
    yield output("yields", outcome.yields(leads, settled_too))
    yield output("overdue", outcome.overdue(leads, settled_too, assigned_on))


def leads_handed_out(home: Home, desk: Desk, upto: Month) -> pl.DataFrame:
    """LEAD: the leads of the releases that stand, of the 12 months up to and including `upto`."""
    released = handed_out(home, desk)
    months = [month for month in upto.back_to(upto.plus(-11)) if month in released]
    return pl.concat([empty(LEAD), *(conform(released[month].table("leads"), LEAD) for month in months)])
