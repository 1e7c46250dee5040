"""What earlier months found and handed out, as screening a new month needs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from contracts.month import Month
from contracts.tables import LEAD, SIGNAL, SUPPRESSED, VERIFICATION, empty

OF_LEAD = ("lead_id", "month", "is_enrichment", "signal_ids")
COMPARED = ("rule", "household_id", "person_id", "bureau", "feed", "measure", "event_date", "grade", "risk_type")  # of what was sent
LOOKED_AT = {  # of the tables of earlier months, and `month`; signals of the last month may come back whole
    "signals": ("signal_id", "kind", "village_code", *COMPARED),
    "leads": ("household_id", *OF_LEAD, "rules", "village_facts", "continues"),
    "suppressed": ("signal_id", "month", "household_id", "code"),
}
NUMBER = {"lead_id": pl.String, "household_id": pl.String}


@dataclass(frozen=True)
class Earlier:
    """Tables of the 12 months before, all months together; each may be empty. `signals` has the column `month` besides SIGNAL.

    `leads` are those that were handed out; a month that was never released has none. `numbers`: lead_id and household_id of the leads of
    the month itself that were released before, so that a household keeps its number when the month is released again.
    """

    signals: pl.DataFrame = field(default_factory=lambda: empty({**SIGNAL, "month": pl.String}))
    leads: pl.DataFrame = field(default_factory=lambda: empty(LEAD))
    suppressed: pl.DataFrame = field(default_factory=lambda: empty(SUPPRESSED))
    verifications: pl.DataFrame = field(default_factory=lambda: empty(VERIFICATION))
    numbers: pl.DataFrame = field(default_factory=lambda: empty(NUMBER))

    def before(self, month: Month) -> Earlier:
        """Only the 12 months before `month`, so that a month screened again does not see itself or its future."""
        signals, leads, suppressed = (
            table if table.select(in_year_before(month).all()).item() else table.filter(in_year_before(month))  # most often all
            for table in (self.signals, self.leads, self.suppressed)
        )
        return Earlier(signals, leads, suppressed, self.verifications, self.numbers)

    @cached_property
    def conclusions(self) -> pl.DataFrame:
        """Last conclusion of each lead: lead_id, household_id, conclusion, visited_on. 暂未联系上 concludes nothing.

        A visit also settles the open lead that had grown into the one visited.
        """
        found = settled(self.leads, self.verifications)
        return (
            found.filter(~pl.col("conclusion").str.contains("暂未联系"))
            .sort("visited_on", "conclusion")
            .unique("lead_id", keep="last", maintain_order=True)
            .select("lead_id", "household_id", "conclusion", "visited_on")
        )

    def sent(self, concerned: pl.DataFrame) -> pl.DataFrame:
        """One row per signal that went out with a lead: columns prefixed `sent_`, the lead's number, month and conclusion.

        Only of the `concerned` households (household_id).
        """
        leads = self.leads.select("household_id", *OF_LEAD).join(concerned, on="household_id", how="semi")
        return concluded(sent_with(leads, self.signals), self.conclusions)


def in_year_before(month: Month, column: str = "month") -> pl.Expr:
    """Whether a row is of the 12 months before `month`."""
    return pl.col(column).is_between(pl.lit(str(month.plus(-12))), pl.lit(str(month.plus(-1))))


def sent_with(leads: pl.DataFrame, signals: pl.DataFrame) -> pl.DataFrame:
    """One row per signal of the `leads`: as `Earlier.sent`, without conclusions. `signals` has the column `month` besides SIGNAL."""
    told = leads.select(OF_LEAD).explode("signal_ids", empty_as_null=True).rename({"signal_ids": "signal_id"})
    return (
        signals.select("signal_id", "month", *COMPARED)
        .join(told, on=["signal_id", "month"], maintain_order="left_right")
        .unique(["lead_id", "signal_id", "month"], keep="first", maintain_order=True)
        .rename(lambda name: name if name == "household_id" else f"sent_{name}")
    )


def concluded(sent: pl.DataFrame, conclusions: pl.DataFrame) -> pl.DataFrame:
    """`sent` with the conclusion of each lead, and the day of the visit."""
    known = conclusions.select(sent_lead_id="lead_id", sent_conclusion="conclusion", sent_visited_on="visited_on")
    return sent.join(known, on="sent_lead_id", how="left")


def settled(leads: pl.DataFrame, verifications: pl.DataFrame) -> pl.DataFrame:
    """`verifications`, and the same conclusions for the open leads that had grown into those visited, unless they have their own."""
    grown = leads.select("lead_id", "continues").drop_nulls("continues").unique()
    found, newest = verifications, verifications
    while not (newest := newest.join(grown, on="lead_id").with_columns(lead_id="continues").drop("continues")).is_empty():
        found = pl.concat([found, newest.join(found, on="lead_id", how="anti")])
    return found
