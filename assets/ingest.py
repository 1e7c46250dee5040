"""Arrive and accept: one multi-asset a feed, made by one factory from the feed's contract.

What belongs here: what Dagster is told about it, and what stands in for a list that did not come. A feed that is broken as a whole yields
empty tables and a failed check; the month goes on without it.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass

import dagster as dg
import polars as pl

from assets.county import CountyResource, month_of
from assets.lake import read
from assets.sending import Sending
from assets.tables import DESCRIPTIONS, MONTHS, from_headers, out, output, small_table
from connectors.inbox import keep_originals, scan
from contracts.feed import Feed
from contracts.home import Home
from contracts.month import Month
from contracts.observed import OBSERVED
from contracts.tables import ACCEPTED, ARRIVAL, conform
from expectations.reception import came

NOTHING_CAME = "inbox/{} 里一张也没有。网络盘断开或放错了文件夹的，请先接上、放好，再运行；确实都没有报的，不必运行"
JUDGED = {"column": "列", "reason": "不合格是指", "checked": "检查行数", "failed": "不合格"}
LAYERS = {"arrivals": "arrivals", "accepted": "accepted", "set_aside": "accepted", "findings": "accepted", "observed": "accepted"}


@dg.asset(
    key="inbox",
    group_name="arrivals",
    description=DESCRIPTIONS["inbox"],
    partitions_def=MONTHS,
    io_manager_key="lake",
    kinds={"polars", "parquet"},
    check_specs=[
        dg.AssetCheckSpec("every_file_known", asset="inbox", description="收件夹里没有不认识的文件"),
        dg.AssetCheckSpec("anything_came", asset="inbox", blocking=True, description="收件夹里有认得的清单；一张也没有，本月不筛查"),
    ],
)
def inbox(context: dg.AssetExecutionContext, county: CountyResource) -> Iterator[dg.Output[pl.DataFrame] | dg.AssetCheckResult]:
    """One row per file in the month's inbox."""
    month = month_of(context)
    files = scan(county.home.inbox(month), county.configuration.feeds)
    keep_originals(files, county.home.inbox(month), county.home.originals(month))
    begin(month, files, county, context.job_def.asset_layer.selected_asset_keys)
    unknown = files.filter(pl.col("status") == "unknown").height
    yield output("result", files, 文件=small_table(files.group_by("status").len().sort("status")))
    yield dg.AssetCheckResult(
        check_name="every_file_known",
        asset_key="inbox",
        passed=unknown == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"不认识的文件": unknown},
    )
    expected = any(feed.source.database is None and feed.cadence.expects(month) for feed in county.configuration.feeds.values())
    came = not expected or files["status"].is_in(["recognised", "arriving"]).any()
    yield dg.AssetCheckResult(
        check_name="anything_came", asset_key="inbox", passed=came, metadata={"认得的清单": "有" if came else NOTHING_CAME.format(month)}
    )


def ingest_asset(feed: Feed) -> dg.AssetsDefinition:
    """The five tables of one feed: arrivals, accepted, set_aside, findings, observed."""
    accepted_key = dg.AssetKey(["accepted", feed.feed])

    @dg.multi_asset(
        name=f"ingest_{feed.feed}",
        partitions_def=MONTHS,
        ins={"inbox": dg.AssetIn("inbox", dagster_type=dg.Any)},
        outs={layer: out(f"{layer}/{feed.feed}", group, feed) for layer, group in LAYERS.items()},
        internal_asset_deps={
            "arrivals": {dg.AssetKey("inbox")},
            **{layer: {dg.AssetKey(["arrivals", feed.feed])} for layer in LAYERS if layer != "arrivals"},
        },
        check_specs=[
            dg.AssetCheckSpec("arrived", asset=dg.AssetKey(["arrivals", feed.feed]), description="清单按时收到、能够读出"),
            dg.AssetCheckSpec("expectations", asset=accepted_key, description="逐条期望（Great Expectations）"),
        ],
    )
    def ingest(
        context: dg.AssetExecutionContext, county: CountyResource, inbox: pl.DataFrame
    ) -> Iterator[dg.Output[pl.DataFrame] | dg.AssetCheckResult]:
        month = month_of(context)
        ingested = county.ahead.take(sending(feed, month, inbox, county))
        arrived, accepted, problem = ingested.arrived, ingested.accepted, ingested.problem
        findings = pl.concat([arrived.findings, accepted.findings])
        stand_in = last_accepted(feed, month, county.home) if arrived.rows.is_empty() else None
        rows = stand_in.rows if stand_in else accepted.rows
        if stand_in:
            problem = f"{problem}，沿用{stand_in.month}的清单"
        about = came(feed, arrived=not (arrived.rows.is_empty() and findings.is_empty()), age=stand_in.age if stand_in else None)
        yield output("arrivals", conform(arrived.rows, ARRIVAL, keep_others=True))
        filled = accepted.observed.filter(pl.col("code") == "filled")
        yield output(
            "accepted", rows, **{"dagster/column_lineage": from_headers(feed, dict(filled.select("column", "reason").iter_rows()))}
        )
        yield output("set_aside", accepted.set_aside)
        yield output("findings", findings, 问题=small_table(findings.group_by("severity", "code").len().sort("severity", "code")))
        yield output("observed", pl.concat([accepted.observed, about]))
        yield dg.AssetCheckResult(
            check_name="arrived",
            asset_key=["arrivals", feed.feed],
            passed=problem is None or (arrived.rows.is_empty() and not feed.cadence.expects(month)),
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"行数": arrived.rows.height, **({"说明": problem} if problem else {})},
        )
        judged = accepted.observed.filter(pl.col("kind") == "expectation")
        yield dg.AssetCheckResult(
            check_name="expectations",
            asset_key=accepted_key,
            passed=not judged["failed"].sum(),
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"期望": small_table(judged.select(list(JUDGED)).rename(JUDGED))},
        )

    return ingest


@dataclass(frozen=True)
class StandIn:
    """An earlier month's accepted rows that stand in for a list that did not come, and how many months old they are."""

    rows: pl.DataFrame
    month: Month
    age: int


def last_accepted(feed: Feed, month: Month, home: Home) -> StandIn | None:
    """The last accepted list of `feed`, if its contract lets it stand in and it is not too old; never one that stood in itself."""
    if feed.cadence.carry is None:
        return None
    for age in range(1, feed.cadence.carry.months + 1):
        earlier = month.plus(-age)
        codes = read(home, f"observed/{feed.feed}", earlier, OBSERVED)["code"]
        rows = read(home, f"accepted/{feed.feed}", earlier, ACCEPTED)
        if "carried" not in codes and rows.height:
            return StandIn(rows, earlier, age)
    return None


def known_households(county: CountyResource, month: Month) -> int | None:
    """How many households the register had in the month before, for plausible row counts; none in the first month."""
    return read(county.home, "register/households", month.plus(-1), {"household_id": pl.String}, only=True).height or None


def sending(feed: Feed, month: Month, inbox: pl.DataFrame, county: CountyResource) -> Sending:
    """What came of `feed` for `month`, in the inbox or by the bureau's database."""
    own = inbox.filter((pl.col("feed") == feed.feed) & (pl.col("status") == "recognised")).sort("file")
    return Sending(
        feed,
        month,
        county.home.inbox(month),
        tuple(own["file"]),
        tuple(own["sha256"]),
        known_households(county, month),
        None if feed.source.database is None else county.database_url(feed.source.database),
    )


def begin(month: Month, inbox: pl.DataFrame, county: CountyResource, selected: Container[dg.AssetKey]) -> None:
    """Begin with the lists of this run before their turn: the register, which is three quarters of a month's cells, and the others."""
    here = [feed for name, feed in sorted(county.configuration.feeds.items()) if dg.AssetKey(["accepted", name]) in selected]
    sent = [sending(feed, month, inbox, county) for feed in here if feed.source.database is None]
    register = county.configuration.register_feed.feed
    of_register = next((each for each in sent if each.feed.feed == register), None)
    county.ahead.begin(of_register, [each for each in sent if each is not of_register])
