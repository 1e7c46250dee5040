"""Screening a month: linked rows become signals, signals become leads. Frames in, frames out; nothing is read or written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from contracts.county import Configuration
from contracts.month import Month
from screening.alarms import area_alarms
from screening.budget import carried_over, over_budget, waiting
from screening.colours import colours_of
from screening.earlier import Earlier
from screening.flags import flags_of, signed_by
from screening.hits import Facts
from screening.income import incomes
from screening.leads import Beside, build_leads, numbered
from screening.signals import Population, find_signals
from screening.suppression import suppress

__all__ = ["Earlier", "Facts", "Screened", "screen"]


@dataclass(frozen=True)
class Screened:
    """What a month's screening found, each table as `contracts.tables` describes it."""

    signals: pl.DataFrame
    leads: pl.DataFrame
    suppressed: pl.DataFrame
    flags: pl.DataFrame
    area_alarms: pl.DataFrame
    colours: pl.DataFrame


def screen(
    month: Month,
    configuration: Configuration,
    facts: Facts,
    households: pl.DataFrame,
    persons: pl.DataFrame,
    authorised: pl.DataFrame,
    earlier: Earlier,
    carried: Mapping[str, str] | None = None,
) -> Screened:
    """Signals, leads, suppressed signals, flags and area alarms of `month`.

    `facts[feed]` holds the linked accepted rows of this month and up to 11 before, with ROW (`screening.measures`);
    `authorised` has household_id and signed_on. `carried[feed]` is the month of an older list that stands in for one that did not come:
    it is said of every fact that rests on it. Every risk signal is either in a lead or suppressed with a reason.
    """
    county, rules = configuration.county, configuration.rules_of(month)
    earlier = earlier.before(month)
    population = Population.of(households, persons, signed_by(authorised, county.assigned_on(month)))
    found = find_signals(month, rules=rules, feeds=configuration.feeds, county=county, facts=facts, population=population)
    found = _with_age(found, carried or {})
    now = found.filter(pl.col("kind") != "colour")
    put_off = waiting(month, now, earlier).join(households, on="household_id", how="semi")
    signals = pl.concat([now, put_off]).sort("signal_id")
    sent = earlier.sent(signals.filter(pl.col("kind") == "risk").select("household_id").unique())
    repeats = suppress(month, signals, sent, households=households, rules=rules, settings=county.suppression)
    fresh = signals.filter(pl.col("kind") == "risk").join(repeats, on="signal_id", how="anti")
    concerned = households.join(fresh, on="household_id", how="semi")
    beside = Beside(flags_of(signals), colours_of(found), incomes(month, facts, concerned, county.line(month), county.spending))
    every = build_leads(month, fresh, households=households, beside=beside, earlier=earlier, rules=rules, county=county)
    later = over_budget(every, month, earlier, county.door_budget)
    put_back = carried_over(fresh, later, month, county.door_budget)
    return Screened(
        signals=signals,
        leads=numbered(every.join(later, on="household_id", how="anti"), month, county, earlier.numbers),
        suppressed=pl.concat([repeats, put_back]).sort("signal_id"),
        flags=beside.flags,
        area_alarms=area_alarms(month, fresh.join(put_off, on="signal_id", how="anti"), households, earlier, county.alarms),
        colours=beside.colours,
    )


def _with_age(signals: pl.DataFrame, carried: Mapping[str, str]) -> pl.DataFrame:
    """`signals` in which facts of an older list say of which month it is."""
    of_month = pl.col("feed").replace_strict(carried, default=None, return_dtype=pl.String)
    said = pl.format("（据{}清单，本月未收到新的）", of_month).fill_null("")
    return signals.with_columns((pl.col(name) + said).alias(name) for name in ("fact", "village_fact"))
