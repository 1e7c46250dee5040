"""Screening: linked rows become signals, signals become leads; repeats are suppressed, each with its reason."""

from collections.abc import Callable, Iterable, Iterator

import dagster as dg
import polars as pl

from assets.county import CountyResource, month_of
from assets.lake import months_with, read
from assets.tables import MONTHS, out, output, small_table
from contracts.county import Configuration
from contracts.home import Home
from contracts.month import Month
from contracts.rule import Rule
from contracts.tables import CONSERVATION, LEAD, SIGNAL, SUPPRESSED, Schema, conform, empty
from delivery.desk import Desk, open_desk
from screening.register import register_rows
from screening.screen import Earlier, Screened, screen

WINDOW_MONTHS = 12
TABLES = ("signals", "leads", "suppressed", "flags", "area_alarms", "colours")


def screening_asset(feeds: list[str]) -> dg.AssetsDefinition:
    """Signals, leads, suppressed signals, flags and area alarms of a month. Earlier months are read from the lake."""

    @dg.multi_asset(
        name="screen",
        partitions_def=MONTHS,
        ins={
            "persons": dg.AssetIn(["register", "persons"], dagster_type=dg.Any),
            "households": dg.AssetIn(["register", "households"], dagster_type=dg.Any),
        },
        deps=["links", *(dg.AssetKey(["accepted", feed]) for feed in feeds)],
        outs={name: out(name, "signals" if name == "signals" else "leads") for name in TABLES},
    )
    def screen_month(
        context: dg.AssetExecutionContext, county: CountyResource, persons: pl.DataFrame, households: pl.DataFrame
    ) -> Iterator[dg.Output[pl.DataFrame]]:
        screened = screened_from(county.home, county.configuration, open_desk(county.desk_url), month_of(context), households, persons)
        yield output("signals", screened.signals, 规则=small_table(screened.signals.group_by("rule").len().sort("rule")))
        yield output("leads", screened.leads, 等级=small_table(screened.leads.group_by("grade").len().sort("grade")))
        yield output("suppressed", screened.suppressed, 原因=small_table(screened.suppressed.group_by("code").len().sort("code")))
        yield output("flags", screened.flags)
        yield output("area_alarms", screened.area_alarms)
        yield output("colours", screened.colours, 颜色=small_table(screened.colours.group_by("colour").len().sort("colour")))

    return screen_month


def screened_from(
    home: Home, configuration: Configuration, desk: Desk, month: Month, households: pl.DataFrame, persons: pl.DataFrame
) -> Screened:
    """`month` screened from what lies in the lake and on the desk, as it was known when its leads were handed out."""
    handed_out, carried = configuration.county.assigned_on(month), carried_lists(home, month)
    return screen(
        month,
        configuration,
        facts(home, configuration, month, carried),
        households,
        persons,
        desk.authorisations(signed_until=handed_out),
        earlier(home, month, desk.verifications(before=handed_out)),
        {feed: source for feed, of_month, source in carried.iter_rows() if of_month == str(month)},
    )


def carried_lists(home: Home, month: Month) -> pl.DataFrame:
    """Which lists stood in for others in the months that a rule looks at: `feed`, `month`, `source` (the month that it is of)."""
    months = months_with(home, "conservation", upto=month, months=WINDOW_MONTHS)
    balances = [read(home, "conservation", each, CONSERVATION).with_columns(month=pl.lit(str(each))) for each in months]
    everything = pl.concat(balances, how="diagonal") if balances else empty({**CONSERVATION, "month": pl.String})
    return everything.filter(pl.col("carried_from").is_not_null()).select("feed", "month", source="carried_from")


def facts(
    home: Home,
    configuration: Configuration,
    month: Month,
    carried: pl.DataFrame,
    rules: Iterable[Rule] | None = None,
    linked: Callable[[Home, str, Month], pl.LazyFrame] | None = None,
) -> dict[str, pl.LazyFrame]:
    """Linked rows of every list that `rules` look at (by default all in force, and the bills), of this month and up to 11 before.

    They have the accepted columns, month, household_id, person_id and identity. The register is one of them, with a row per household.
    A list that stood in for a later one is looked at once: in this month if it stands in now, else in its own.
    """
    twice = {
        (feed, repeated)
        for feed, of_month, source in carried.iter_rows()
        for repeated in ([source] if of_month == str(month) else [of_month])
    }
    register = configuration.register_feed.feed
    found: dict[str, pl.LazyFrame] = {}
    for feed, reach in sorted((_reach_of(configuration, month) if rules is None else _reach(rules)).items()):
        key = "register/households" if feed == register else f"accepted/{feed}"
        looked_at = {month.plus(-back) for back in reach}
        months = [
            each
            for each in months_with(home, key, upto=month, months=WINDOW_MONTHS)
            if each in looked_at and (feed, str(each)) not in twice
        ]
        frames = [_registered(home, each) if feed == register else (linked or linked_rows)(home, feed, each) for each in months]
        if frames:
            found[feed] = pl.concat(frames, how="diagonal_relaxed")
    return found


def _reach_of(configuration: Configuration, month: Month) -> dict[str, frozenset[int]]:
    """`_reach` of the rules in force; the income is looked at over a year of bills as well."""
    in_force = [rule for rule in configuration.rules.values() if rule.holds_in(month)]
    return {**_reach(in_force), configuration.county.spending.feed: frozenset(range(WINDOW_MONTHS))}


def _reach(rules: Iterable[Rule]) -> dict[str, frozenset[int]]:
    """Which lists of each feed the `rules` look at, in months back."""
    reach: dict[str, frozenset[int]] = {}
    for rule in rules:
        for feed in rule.feeds:
            reach[feed] = reach.get(feed, frozenset()) | rule.looks_back
    return reach


def _registered(home: Home, month: Month) -> pl.LazyFrame:
    tables = [pl.scan_parquet(home.table(f"register/{name}", month)) for name in ("households", "persons")]
    return register_rows(tables[0], tables[1], month)


def linked_rows(home: Home, feed: str, month: Month) -> pl.LazyFrame:
    """The accepted rows of one list that are linked, with their month, household, person and identity."""
    links = pl.scan_parquet(home.table("links", month)).filter(pl.col("feed") == feed, pl.col("status") == "linked")
    return (
        pl.scan_parquet(home.table(f"accepted/{feed}", month))
        .join(links.select("row_id", "household_id", "person_id", "identity"), on="row_id")
        .with_columns(month=pl.lit(str(month)))
    )


def earlier(home: Home, month: Month, verifications: pl.DataFrame) -> Earlier:
    """What was found and sent in the 12 months before `month`."""

    def before(key: str, schema: Schema) -> pl.DataFrame:
        months = months_with(home, key, upto=month.plus(-1), months=WINDOW_MONTHS)
        whole = {**schema, "month": pl.String}
        frames = [conform(pl.read_parquet(home.table(key, each)).with_columns(month=pl.lit(str(each))), whole) for each in months]
        return pl.concat(frames) if frames else empty(whole)

    return Earlier(
        signals=before("signals", SIGNAL),
        leads=before("leads", LEAD),
        suppressed=before("suppressed", SUPPRESSED),
        verifications=verifications,
    )
