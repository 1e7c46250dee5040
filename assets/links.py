"""Links: every accepted record of every bureau, linked to a household, sent to review, or found not to be in the register.

The check of conservation stands here and blocks: a month that loses a row is not screened.
"""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets import remembered
from assets.county import CountyResource, month_of
from assets.lake import read
from assets.pictures import judged, quality_metadata
from assets.tables import MONTHS, out, output, small_table
from assets.unlisted import CHANGES, unlisted
from contracts.county import County
from contracts.feed import Feed
from contracts.home import Home
from contracts.month import Month
from contracts.tables import ACCEPTED, ARRIVAL, SET_ASIDE, conform, empty
from delivery.county.queue import by_worth
from delivery.desk import REVIEW_DECISION, Desk, open_desk
from delivery.releases.issuing import handed_out
from delivery.words import CERTAIN, NOT_HERE
from matching.decide import remember
from matching.decide.visited import refusals
from matching.match import match
from matching.measure import conservation
from matching.settings import MatchingSettings

BALANCE_HEADINGS = {
    "title": "清单", "bureau": "部门", "state": "状态", "rows_read": "读入行", "records": "人次", "linked": "已关联", "review": "待复核",
    "absent": "不在册", "set_aside": "退回", "lost": "去向不明",
    "carried": "沿用", "carried_from": "沿用月份",
}  # fmt: skip


def links_asset(feeds: dict[str, Feed]) -> dg.AssetsDefinition:
    """Links, review queue, the month's measured accuracy, and the balance of rows."""

    @dg.multi_asset(
        name="link",
        partitions_def=MONTHS,
        ins={
            "persons": dg.AssetIn(["register", "persons"], dagster_type=dg.Any),
            "households": dg.AssetIn(["register", "households"], dagster_type=dg.Any),
            "places": dg.AssetIn(["register", "places"], dagster_type=dg.Any),
            "reception": dg.AssetIn("reception", dagster_type=dg.Any),
            **{feed: dg.AssetIn(["accepted", feed], dagster_type=dg.Any) for feed in feeds},
        },
        outs={name: out(name, "links") for name in ("links", "review_queue", "matching_quality", "conservation")},
        check_specs=[
            dg.AssetCheckSpec(
                "conservation", asset="conservation", blocking=True, description="每张清单：读入 = 已关联 + 待复核 + 不在册 + 退回"
            ),
            dg.AssetCheckSpec("hidden_id", asset="matching_quality", description="遮住证件再匹配：错连不超过 matching.yml 的上限"),
        ],
    )
    def link(
        context: dg.AssetExecutionContext,
        county: CountyResource,
        persons: pl.DataFrame,
        households: pl.DataFrame,
        places: pl.DataFrame,
        reception: pl.DataFrame,
        **accepted: pl.DataFrame,
    ) -> Iterator[dg.Output[pl.DataFrame] | dg.AssetCheckResult]:
        month = month_of(context)
        configuration = county.configuration
        said = mentions(accepted)
        desk = open_desk(county.desk_url)
        decided = pl.concat([desk.review_decisions(str(month)), not_here(county.home, desk, month, configuration.county)])
        decisions = remember.recall(decided, said, str(month))
        settings = MatchingSettings.load(configuration.root / configuration.county.matching)
        made_with = remembered.stamp(settings)
        known = unlisted(county.home, month, persons, accepted.get(CHANGES, empty(ACCEPTED)))
        matched = match(said, persons, households, places, settings, decisions, remembered.recall(county.home, month, made_with), known)
        remembered.keep(county.home, month, made_with, matched.memory)
        review = by_worth(remember.with_content(matched.review, said), feeds, configuration.rules.values(), month)
        balance = balance_of(county.home, month, feeds, reception, accepted, matched.links)
        lost = int(balance["lost"].sum())
        yield output(
            "links",
            matched.links,
            状态=small_table(matched.links.group_by("status").len().sort("status")),
            候选过多=small_table(matched.capped.rename({"block": "查找方式", "rows": "行数"})),
        )
        yield output("review_queue", review)
        yield output("matching_quality", matched.quality, 自测=small_table(matched.quality))
        yield output("conservation", balance, 平衡表=small_table(balance.drop("feed").rename(BALANCE_HEADINGS)))
        yield dg.AssetCheckResult(
            check_name="conservation",
            asset_key="conservation",
            passed=lost == 0,
            metadata={"去向不明": lost},
        )
        yield dg.AssetCheckResult(
            check_name="hidden_id",
            asset_key="matching_quality",
            passed=not judged(matched.quality, settings.max_wrong_links)["over"],
            severity=dg.AssetCheckSeverity.WARN,
            metadata=quality_metadata(matched, feeds, settings.max_wrong_links),
        )

    return link


def not_here(home: Home, desk: Desk, month: Month, county: County) -> pl.DataFrame:
    """`REVIEW_DECISION`: households at whose doors nobody knew the person (查无此人或非本村), in the 12 months before `month`."""
    found = desk.verifications(before=county.assigned_on(month)).filter(conclusion=NOT_HERE)
    refused = [empty(REVIEW_DECISION)]
    for each, release in handed_out(home, desk).items() if found.height else ():
        if not month.plus(-12) <= each < month:
            continue
        wrong = release.table("leads").join(found, on="lead_id", how="semi").select(signal_id="signal_ids").explode("signal_id")
        signals = release.table("signals").join(wrong, on="signal_id", how="semi").filter(pl.col("identity") != CERTAIN)
        sent = signals.select("feed", "household_id", "person_id", row_id="row_ids").explode("row_id")
        lists = {name: read(home, f"accepted/{name}", each, ACCEPTED) for name in sorted({*sent["feed"]})}
        said = mentions({name: rows.filter(pl.col("row_id").is_in(sent["row_id"].implode())) for name, rows in lists.items()})
        refused.append(conform(refusals(sent, said, each), REVIEW_DECISION))
    return pl.concat(refused)


def balance_of(
    home: Home, month: Month, feeds: dict[str, Feed], reception: pl.DataFrame, accepted: dict[str, pl.DataFrame], links: pl.DataFrame
) -> pl.DataFrame:
    """`CONSERVATION` of all feeds: what came of every row that was read."""
    states = {name: tuple(said_of) for name, *said_of in reception.select("feed", "state", "carried_from").iter_rows()}
    return pl.concat(
        conservation.count(
            feed,
            read(home, f"arrivals/{name}", month, ARRIVAL),
            accepted[name],
            read(home, f"set_aside/{name}", month, SET_ASIDE),
            links,
            *states[name],
        )
        for name, feed in sorted(feeds.items())
    )


def mentions(accepted: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """All accepted records of all feeds: `feed`, then the columns of `ACCEPTED`."""
    told = (conform(frame, ACCEPTED).select(pl.lit(feed).alias("feed"), pl.all()) for feed, frame in sorted(accepted.items()))
    return pl.concat([empty({"feed": pl.String, **ACCEPTED}), *told])
