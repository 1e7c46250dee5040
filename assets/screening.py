"""Screening: linked rows become signals, signals become leads; repeats are suppressed, each with its reason."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import dagster as dg
import polars as pl

from assets.county import CountyResource, month_of
from assets.facts import WINDOW_MONTHS, carried_lists, facts
from assets.lake import read
from assets.tables import MONTHS, out, output, small_table
from contracts.county import Configuration
from contracts.home import Home
from contracts.month import Month
from contracts.tables import HOUSEHOLD, LEAD, PERSON, SIGNAL, SUPPRESSED, Schema, conform, empty
from delivery.desk import Desk, open_desk
from delivery.releases.issuing import handed_out, releases
from screening.earlier import LOOKED_AT, NUMBER
from screening.screen import Earlier, Screened, screen
from screening.signals import OF_PERSON

TABLES = ("signals", "leads", "suppressed", "flags", "area_alarms", "colours")


def screening_asset(feeds: list[str]) -> dg.AssetsDefinition:
    """Signals, leads, suppressed signals, flags and area alarms of a month. Earlier months are read from the lake."""

    @dg.multi_asset(
        name="screen",
        partitions_def=MONTHS,
        deps=[
            "links",
            *(dg.AssetKey(key) for key in (["register", "persons"], ["register", "households"], *(["accepted", feed] for feed in feeds))),
        ],
        outs={name: out(name, "signals" if name == "signals" else "leads") for name in TABLES},
    )
    def screen_month(context: dg.AssetExecutionContext, county: CountyResource) -> Iterator[dg.Output[pl.DataFrame]]:
        screened = screened_from(county.home, county.configuration, open_desk(county.desk_url), month_of(context))
        yield output("signals", screened.signals, 规则=small_table(screened.signals.group_by("rule").len().sort("rule")))
        yield output("leads", screened.leads, 等级=small_table(screened.leads.group_by("grade").len().sort("grade")))
        yield output("suppressed", screened.suppressed, 原因=small_table(screened.suppressed.group_by("code").len().sort("code")))
        yield output("flags", screened.flags)
        yield output("area_alarms", screened.area_alarms)
        yield output("colours", screened.colours, 颜色=small_table(screened.colours.group_by("colour").len().sort("colour")))

    return screen_month


def screened_from(home: Home, configuration: Configuration, desk: Desk, month: Month) -> Screened:
    """`month` screened from what lies in the lake and on the desk, as it was known when its leads were handed out."""
    assigned_on, carried = configuration.county.assigned_on(month), carried_lists(home, month)
    authorised = desk.authorisations(signed_until=assigned_on)
    with ThreadPoolExecutor(1) as beside:
        lists = beside.submit(facts, home, configuration, month, carried, signed=authorised.select("household_id"))
        known = earlier(home, desk, month, assigned_on)
        households = read(home, "register/households", month, HOUSEHOLD)
        persons = read(home, "register/persons", month, {name: PERSON[name] for name in OF_PERSON}, only=True)
    stand_in = {feed: source for feed, of_month, source in carried.iter_rows() if of_month == str(month)}
    return screen(month, configuration, lists.result(), households, persons, authorised, known, stand_in)


def earlier(home: Home, desk: Desk, month: Month, on: date) -> Earlier:
    """What was found and handed out in the 12 months before `month`, and what visitors said of it before the day `on`.

    Leads are those of the releases that stand: what was only proposed, or was taken back, sent nobody. Signals and suppressed signals are
    those that were released with them; of a month without release they are as screened, for area alarms count what happened. Only what is
    looked at is read, of signals of the last month all, for they may come back.
    """
    released = handed_out(home, desk)

    def before(key: str, schema: Schema) -> pl.DataFrame:
        whole, frames = {**schema, "month": pl.String}, []
        for each in month.plus(-1).back_to(month.plus(-WINDOW_MONTHS)):
            only = tuple(schema) if key == "signals" and each == month.plus(-1) else LOOKED_AT[key]
            if each in released:
                known = released[each].table(key, only)
            elif key != "leads":
                known = read(home, key, each, {name: schema[name] for name in only}, only=True)
            else:
                continue
            frames.append(conform(known.with_columns(month=pl.lit(str(each))), whole))
        return pl.concat(frames) if frames else empty(whole)

    return Earlier(
        signals=before("signals", SIGNAL),
        leads=before("leads", LEAD),
        suppressed=before("suppressed", SUPPRESSED),
        verifications=desk.verifications(before=on),
        numbers=pl.concat([empty(NUMBER), *(release.table("leads", tuple(NUMBER)) for release in releases(home, desk, month))]),
    )
