"""Proof as two tables of the lake: where every lead comes from, and what became of every row."""

from collections.abc import Iterator, Mapping

import dagster as dg
import polars as pl

from assets.county import CountyResource, month_of
from assets.facts import WINDOW_MONTHS
from assets.lake import months_with, read
from assets.tables import MONTHS, out, output, small_table
from contracts.county import Configuration
from contracts.feed import Feed
from contracts.home import Home
from contracts.month import Month
from contracts.tables import SET_ASIDE
from screening.trace import fates, origins

SHOWN = 12  # leads
BECAME = {"linked": "已关联", "review": "待复核", "absent": "不在册", "set_aside": "退回"}


def trace_asset(feeds: Mapping[str, Feed]) -> dg.AssetsDefinition:
    """`origins` and `fates` of a month."""
    refusals = [dg.AssetKey(["set_aside", feed]) for feed in feeds]

    @dg.multi_asset(
        name="trace",
        partitions_def=MONTHS,
        ins={name: dg.AssetIn(name, dagster_type=dg.Any) for name in ("links", "signals", "leads", "suppressed")},
        deps=refusals,
        outs={name: out(name, "leads") for name in ("origins", "fates")},
        internal_asset_deps={
            "origins": {dg.AssetKey(name) for name in ("links", "signals", "leads")},
            "fates": {*(dg.AssetKey(name) for name in ("links", "signals", "leads", "suppressed")), *refusals},
        },
    )
    def trace(
        context: dg.AssetExecutionContext,
        county: CountyResource,
        links: pl.DataFrame,
        signals: pl.DataFrame,
        leads: pl.DataFrame,
        suppressed: pl.DataFrame,
    ) -> Iterator[dg.Output[pl.DataFrame]]:
        month, home = month_of(context), county.home
        refused = pl.concat(
            read(home, f"set_aside/{feed}", month, SET_ASIDE).select("row_id", "reasons", feed=pl.lit(feed)) for feed in sorted(feeds)
        )
        back, forth = origins(leads, signals, links_until(home, month)), fates(links, refused, signals, leads, suppressed)
        shown = back.join(leads.select("lead_id").head(SHOWN), on="lead_id", how="semi")
        yield output("origins", back, 线索来源=small_table(in_words(shown, county.configuration)))
        counted = forth.group_by("became").len().sort("became").with_columns(pl.col("became").replace(BECAME))
        yield output("fates", forth, 去向=small_table(counted.rename({"became": "去向", "len": "人次"})))

    return trace


def links_until(home: Home, month: Month) -> pl.LazyFrame:
    """`LINK` and `month` of `month` and of those that a rule looks back to."""
    months = months_with(home, "links", upto=month, months=WINDOW_MONTHS)
    return pl.concat(pl.scan_parquet(home.table("links", each)).with_columns(month=pl.lit(str(each))) for each in months)


def in_words(origins: pl.DataFrame, configuration: Configuration) -> pl.DataFrame:
    """`LEAD_ORIGIN` rows as people read them: lead, rule, document, list, row number, how sure. Files go unnamed: they may name people."""
    titles = {name: feed.title for name, feed in configuration.feeds.items()}
    rules = {name: rule.title for name, rule in configuration.rules.items()}
    return origins.select(
        pl.col("lead_id").alias("线索编号"),
        pl.col("rule").replace(rules).alias("规则"),
        pl.col("document").alias("依据文件"),
        pl.concat_str("bureau", pl.format("《{}》", pl.col("feed").replace(titles))).alias("清单"),
        pl.col("row_month").alias("期次"),
        pl.col("row_number").alias("行号"),
        pl.format("{}%", (pl.col("probability") * 100).round(1)).alias("把握"),
    )
