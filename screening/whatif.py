"""What if a rule were otherwise: past months played again with some rules changed, beside what is enacted, without touching anything.

Only households that a changed rule touches in either world are played; what the rules enacted found is taken from the months' signals.
Suppression is played as well, so that a door lost in March may be gained in April. The door budget is left out of both worlds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import polars as pl

from contracts.county import Configuration
from contracts.month import Month
from contracts.tables import LEAD, Schema, conform, empty
from screening.earlier import Earlier, concluded, in_year_before, sent_with
from screening.hits import Facts
from screening.signals import Population, find_signals
from screening.suppression import suppress

DOOR: Schema = {"month": pl.String, "household_id": pl.String, "village_code": pl.String, "rules": pl.List(pl.String)}

OF_HOUSEHOLD = ("household_id", "village_code", "is_monitored", "is_cleared")  # all that is kept of a past register


@dataclass(frozen=True)
class Past:
    """One past month: its linked rows, its register, what was found in it, and what was known of visits when it was handed out."""

    month: Month
    facts: Facts
    households: pl.DataFrame
    persons: pl.DataFrame
    signals: pl.DataFrame  # SIGNAL
    leads: pl.DataFrame  # household_id
    verifications: pl.DataFrame


@dataclass(frozen=True)
class Tried:
    """What a change does. doors: DOOR rows with `world` enacted | changed, of the touched households; untouched: leads of the others."""

    doors: pl.DataFrame
    untouched: pl.DataFrame  # month, leads

    @property
    def by_month(self) -> pl.DataFrame:
        """One row per month: doors enacted and changed, doors gained and lost, villages that gain and lose any."""
        moved = self.moved
        counts = {
            f"{way}_{what}": pl.col(column).filter(pl.col("change") == way).n_unique()
            for way in ("gained", "lost")
            for what, column in (("doors", "household_id"), ("villages", "village_code"))
        }
        worlds = self.doors.group_by("month").agg(
            enacted=(pl.col("world") == "enacted").sum(), changed=(pl.col("world") == "changed").sum()
        )
        return (
            self.untouched.join(worlds, on="month", how="left")
            .join(moved.group_by("month").agg(**counts), on="month", how="left")
            .with_columns(pl.exclude("month").fill_null(0).cast(pl.Int64))
            .with_columns(pl.col("enacted", "changed") + pl.col("leads"))
            .select("month", "enacted", "changed", *counts)
            .sort("month")
        )

    @property
    def moved(self) -> pl.DataFrame:
        """DOOR rows that only one world has, with `change`: gained | lost. By month, village_code, household_id."""
        worlds = {world: self.doors.filter(pl.col("world") == world) for world in ("enacted", "changed")}
        on = ["month", "household_id"]
        gained = worlds["changed"].join(worlds["enacted"], on=on, how="anti").with_columns(change=pl.lit("gained"))
        lost = worlds["enacted"].join(worlds["changed"], on=on, how="anti").with_columns(change=pl.lit("lost"))
        return pl.concat([gained, lost]).drop("world").sort("month", "village_code", "household_id", nulls_last=True)

    @property
    def by_village(self) -> pl.DataFrame:
        """One row per village that gains or loses a door: village_code, gained, lost. Most moved first."""
        ways = {way: (pl.col("change") == way).sum().cast(pl.Int64) for way in ("gained", "lost")}
        counted = self.moved.group_by("village_code").agg(**ways)
        return counted.sort(pl.col("gained") + pl.col("lost"), "village_code", descending=[True, False], nulls_last=True)


def try_rules(
    months: Iterable[Month], past_of: Callable[[Month], Past], start: Earlier, enacted: Configuration, changed: Configuration
) -> Tried:
    """Play `months` (oldest first) with the rules of `changed` beside what the months found. `start` is what was known before the first."""
    differing = [name for name in {**enacted.rules, **changed.rules} if enacted.rules.get(name) != changed.rules.get(name)]
    pasts: list[Past] = []
    found: dict[str, list[pl.DataFrame]] = {"enacted": [], "changed": []}
    for month in months:
        past = past_of(month)
        found["enacted"].append(past.signals.filter(pl.col("kind") == "risk", pl.col("rule").is_in(differing)))
        found["changed"].append(_signals(past, changed, differing))
        pasts.append(replace(past, facts={}, persons=past.persons.clear(), households=past.households.select(OF_HOUSEHOLD)))
    touched = pl.concat([frame.select("household_id") for frames in found.values() for frame in frames]).unique()
    doors = [
        _play(pasts, found[world], differing, touched, start, configuration).with_columns(world=pl.lit(world))
        for world, configuration in (("enacted", enacted), ("changed", changed))
    ]
    counts = [(str(past.month), past.leads.join(touched, on="household_id", how="anti").height) for past in pasts]
    untouched = pl.DataFrame(counts, schema={"month": pl.String, "leads": pl.Int64}, orient="row")
    return Tried(pl.concat(doors), untouched)


def _signals(past: Past, configuration: Configuration, names: list[str]) -> pl.DataFrame:
    """Risk signals of the differing rules."""
    resolved = configuration.rules_of(past.month)
    nobody = pl.DataFrame(schema={"household_id": pl.String})
    return find_signals(
        past.month,
        rules={name: resolved[name] for name in names if name in resolved and resolved[name].kind == "risk"},
        feeds=configuration.feeds,
        county=configuration.county,
        facts=past.facts,
        population=Population.of(past.households, past.persons, nobody),
    )


def _play(
    pasts: list[Past], found: list[pl.DataFrame], names: list[str], touched: pl.DataFrame, start: Earlier, configuration: Configuration
) -> pl.DataFrame:
    """DOOR rows of the touched households, month after month, each seeing what the earlier ones sent in this world."""
    leads = _only(start.leads, touched)
    sent = sent_with(leads, start.signals.join(touched, on="household_id", how="semi"))
    doors = [empty(DOOR)]
    for past, own in zip(pasts, found, strict=True):
        rules = configuration.rules_of(past.month)
        others = past.signals.filter(pl.col("kind") == "risk", ~pl.col("rule").is_in(names)).join(touched, on="household_id", how="semi")
        signals = pl.concat([others, own]).sort("signal_id")
        known = sent.filter(in_year_before(past.month, "sent_month"))
        visits = Earlier(leads=leads.filter(in_year_before(past.month)), verifications=_renamed(past.verifications)).conclusions
        known = concluded(known, visits)
        repeats = suppress(past.month, signals, known, households=past.households, rules=rules, settings=configuration.county.suppression)
        new = _leads(past, signals.join(repeats, on="signal_id", how="anti"))
        doors.append(conform(new, DOOR))
        leads, sent = pl.concat([leads, new]), pl.concat([sent, sent_with(new, signals.with_columns(month=pl.lit(str(past.month))))])
    return pl.concat(doors)


def _leads(past: Past, signals: pl.DataFrame) -> pl.DataFrame:
    """LEAD rows with what suppression needs to know of them; the same door has the same number in both worlds."""
    by_door = (
        signals.join(past.households.select("household_id", "is_monitored"), on="household_id")
        .sort("household_id", "signal_id")
        .group_by("household_id", maintain_order=True)
        .agg(
            pl.col("village_code").first(),
            is_enrichment=pl.col("is_monitored").first().fill_null(value=False),
            signal_ids="signal_id",
            rules=pl.col("rule").unique(maintain_order=True),
        )
    )
    return conform(
        by_door.with_columns(month=pl.lit(str(past.month)), lead_id=pl.format("{}|{}", pl.lit(str(past.month)), "household_id")), LEAD
    )


def _renamed(verifications: pl.DataFrame) -> pl.DataFrame:
    """Verifications under the numbers of `_leads`: a lead's number begins with its month."""
    return verifications.with_columns(lead_id=pl.format("{}|{}", pl.col("lead_id").str.head(7), "household_id"))


def _only(leads: pl.DataFrame, touched: pl.DataFrame) -> pl.DataFrame:
    """The leads of the touched households, under the numbers of `_leads`."""
    of_them = leads.join(touched, on="household_id", how="semi")
    return of_them.with_columns(lead_id=pl.format("{}|{}", "month", "household_id"), continues=pl.lit(None, dtype=pl.String))
