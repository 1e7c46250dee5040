"""What a release is made of: the month's tables, handed over together, and the few views that several lists share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from contracts.feed import Feed
from contracts.observed import OBSERVED, RECEPTION
from contracts.standing import CLEARING, CONTRADICTION
from contracts.tables import COLOUR, empty
from contracts.told import ANSWERED, FEEDBACK, PROVEN, RESENT
from delivery.absent import absent_note

# A person at risk is counted once per household; a bureau that named no person told of the household as a whole, counted as one.
PERSON_AT_RISK = pl.coalesce("person_id", "person_name", pl.lit("户"))


@dataclass(frozen=True)
class Compared:
    """A release to compare with: its number in full, such as `2026-10-2`, and its leads (`LEAD`)."""

    number: str
    leads: pl.DataFrame


@dataclass(frozen=True)
class Told:
    """What bureaus are told beside their refused rows."""

    proven: pl.DataFrame = field(default_factory=lambda: empty(PROVEN))
    feedback: pl.DataFrame = field(default_factory=lambda: empty(FEEDBACK))
    resent: pl.DataFrame = field(default_factory=lambda: empty(RESENT))
    answered: pl.DataFrame = field(default_factory=lambda: empty(ANSWERED))


@dataclass(frozen=True)
class ReleaseTables:
    """The tables of one month, each as `contracts.tables` describes it; those kept per feed are mappings by the feed's name.

    `tell` works out what bureaus are told: while other processes write the villages' papers, which do not need it.
    """

    leads: pl.DataFrame
    signals: pl.DataFrame
    suppressed: pl.DataFrame
    flags: pl.DataFrame
    area_alarms: pl.DataFrame
    links: pl.DataFrame
    review_queue: pl.DataFrame
    matching_quality: pl.DataFrame
    conservation: pl.DataFrame
    households: pl.DataFrame
    persons: pl.DataFrame
    feeds: Mapping[str, Feed]
    arrivals: Mapping[str, pl.DataFrame]
    accepted: Mapping[str, pl.DataFrame]
    set_aside: Mapping[str, pl.DataFrame]
    findings: Mapping[str, pl.DataFrame]
    colours: pl.DataFrame = field(default_factory=lambda: empty(COLOUR))
    clearing: pl.DataFrame = field(default_factory=lambda: empty(CLEARING))
    contradictions: pl.DataFrame = field(default_factory=lambda: empty(CONTRADICTION))
    reception: pl.DataFrame = field(default_factory=lambda: empty(RECEPTION))
    observed: pl.DataFrame = field(default_factory=lambda: empty(OBSERVED))
    history: pl.DataFrame = field(default_factory=lambda: empty({**OBSERVED, "month": pl.String}))
    tell: Callable[[], Told] = Told
    compared: Sequence[Compared] = ()  # earlier releases: of this month, then of the month before

    @cached_property
    def told(self) -> Told:
        """What bureaus are told."""
        return self.tell()

    @property
    def absent(self) -> str:
        """Which lists the month lacks, or has from an earlier month; empty when all is there."""
        return absent_note(self.reception)

    @property
    def lead_signals(self) -> pl.DataFrame:
        """One row per lead and signal: `lead_id`, the lead's `town`, then the columns of `SIGNAL`. By lead_id, signal_id."""
        return (
            self.leads.select("lead_id", "town", signal_id="signal_ids")
            .explode("signal_id")
            .join(self.signals, on="signal_id")
            .sort("lead_id", "signal_id")
        )
