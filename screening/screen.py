"""Screening a month: linked rows become signals, signals become leads. Frames in, frames out; nothing is read or written here."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from contracts.county import Configuration
from contracts.month import Month
from screening.alarms import area_alarms
from screening.colours import colours_of
from screening.earlier import Earlier
from screening.flags import flags_of, signed_by
from screening.leads import assigned_on, build_leads
from screening.signals import Facts, Population, find_signals
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
) -> Screened:
    """Signals, leads, suppressed signals, flags and area alarms of `month`.

    `facts[feed]` holds the linked accepted rows of this month and up to 11 before, with month, household_id, person_id and identity;
    `authorised` has household_id and signed_on. Every risk signal is either in a lead or suppressed with a reason.
    """
    county, rules = configuration.county, configuration.rules_of(month)
    earlier = earlier.before(month)
    population = Population.of(households, persons, signed_by(authorised, assigned_on(month, county)))
    found = find_signals(month, rules=rules, feeds=configuration.feeds, county=county, facts=facts, population=population)
    signals = found.filter(pl.col("kind") != "colour")
    suppressed = suppress(month, signals, earlier, households=households, rules=rules, settings=county.suppression)
    new = signals.filter(pl.col("kind") == "risk").join(suppressed, on="signal_id", how="anti")
    flags = flags_of(signals)
    return Screened(
        signals=signals,
        leads=build_leads(month, new, households=households, flags=flags, earlier=earlier, rules=rules, county=county),
        suppressed=suppressed,
        flags=flags,
        area_alarms=area_alarms(month, new, households, earlier, county.alarms),
        colours=colours_of(found),
    )
