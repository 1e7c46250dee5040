"""Doors with and without suppression: the months of a county screened in turn in one process, the visits of each drawn from the truth.

Without suppression a platform sends every household that a rule hits, every month anew; with it only those with something new. Both count
a household once a month, however many bureaus report it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from assets.facts import carried_lists, facts
from assets.lake import read
from contracts.county import Configuration, Suppression
from contracts.home import Home
from contracts.month import Month
from contracts.pack import load_rules
from contracts.rule import Rule
from contracts.tables import HOUSEHOLD, PERSON
from delivery.desk import open_desk
from pipelines.defaults import SAMPLE_COUNTY
from samples.visits import visit
from screening.screen import Earlier, Screened, screen

SEED = 2026


def with_packs(*names: str) -> Configuration:
    """The sample county following the named packs, or all that there are."""
    folder = SAMPLE_COUNTY.parent / "rules"
    packs = [folder / f"{name}.yml" for name in names] or sorted(folder.glob("*.yml"))
    configuration = replace(Configuration.load(SAMPLE_COUNTY), rules=load_rules(packs))
    configuration.check_rules()
    return configuration


@dataclass(frozen=True)
class Played:
    """One month as `configuration` has it, with what had been sent and found before."""

    month: Month
    screened: Screened
    earlier: Earlier


def play(home: Home, configuration: Configuration, months: list[Month]) -> Iterator[Played]:
    """Screen `months` (oldest first) over the lake of `home`, each seeing what the ones before sent and what was found there."""
    events = pl.read_parquet(home.root / "truth" / "events.parquet")
    desk, earlier = open_desk(home.desk_url), Earlier()
    for month in months:
        screened = screen(
            month,
            configuration,
            facts(home, configuration, month, carried_lists(home, month)),
            read(home, "register/households", month, HOUSEHOLD),
            read(home, "register/persons", month, PERSON),
            desk.authorisations(signed_until=configuration.county.assigned_on(month)),
            earlier,
        )
        yield Played(month, screened, earlier)
        earlier = Earlier(
            pl.concat([earlier.signals, screened.signals.with_columns(month=pl.lit(str(month)))]),
            pl.concat([earlier.leads, screened.leads]),
            pl.concat([earlier.suppressed, screened.suppressed]),
            pl.concat([earlier.verifications, visit(screened.leads, events, month, SEED)]),
        )


def doors(played: list[Played]) -> pl.DataFrame:
    """One row per month: households hit, doors sent, and the share that stays at home."""
    counted = pl.DataFrame(
        [
            (str(at.month), at.screened.signals.filter(pl.col("kind") == "risk")["household_id"].n_unique(), at.screened.leads.height)
            for at in played
        ],
        schema={"month": pl.String, "without": pl.Int64, "with": pl.Int64},
        orient="row",
    )
    return counted.with_columns(fewer=1 - pl.col("with") / pl.col("without"))


def reasons(played: list[Played]) -> pl.DataFrame:
    """One row per reason of suppression: signals."""
    return pl.concat([at.screened.suppressed for at in played]).group_by("code").agg(signals=pl.len()).sort("code")


def steps_required(home: Home, rule: Rule, value: float, settings: Suppression, played: list[Played]) -> pl.DataFrame:
    """When a year's sum of bills must send somebody, by the truth's events: household_id, person_id, month, amount.

    The first time it reaches `value`; whenever it has grown by a step of `value` since it last sent somebody; and some months after that,
    if the door was visited for it. Written as a plain loop over each person's months, apart from the screening.
    """
    months = [at.month for at in played]
    events = pl.read_parquet(home.root / "truth" / "events.parquet").filter(
        pl.col("feed") == rule.feed, pl.col("household_id").is_not_null(), pl.col("event_date").dt.year() == months[-1].year
    )
    known = played[-1].earlier
    visited = set(known.leads.join(known.conclusions, on="lead_id", how="semi").select("household_id", "month").iter_rows())
    found = []
    for (household, person), bills in events.group_by("household_id", "person_id"):
        sent, sent_in = None, months[0]
        for month in months:
            total = round(float(bills.filter(pl.col("month") <= str(month))["amount"].sum()), 2)
            is_over = sent_in.plus(settings.months) <= month and (household, str(sent_in)) in visited
            if total >= value and (sent is None or total - sent >= settings.step * value or is_over):
                found.append((household, person, str(month), total))
                sent, sent_in = total, month
    schema = {"household_id": pl.String, "person_id": pl.String, "month": pl.String, "amount": pl.Float64}
    return pl.DataFrame(found, schema=schema, orient="row")
