"""Leads held against the truth: which facts had to send somebody, which did, and why the two differ.

A fact is an event of one household that alerts for the first time in a month. A difference has the first cause that explains it: a row
that was set aside or not linked rightly, an event that an earlier lead told of; what nothing explains is the screening's fault.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from benchmarks.accuracy import judged_links
from contracts.home import Home
from contracts.month import Month

UNEXPLAINED = "筛查"  # the screening's own fault
SET_ASIDE = "行被退回"
UNLINKED = {"review": "行待复核", "absent": "行查无此人", "linked": "行挂错户"}
TOLD = "同一事件已由以前的线索交办"
LATE = "以前各月未收到或未关联，本月才发"
WRONG_ROW = "行挂错户"


@dataclass(frozen=True)
class LeadTruth:
    """Required and sent facts of some months.

    required: month, event_id, household_id, feed, rule of the truth's events, with `cause` (null: sent). sent: month, household_id,
    signal_id, rule, with `cause` (null: required).
    """

    required: pl.DataFrame
    sent: pl.DataFrame

    @property
    def differences(self) -> pl.DataFrame:
        """One row per side, rule and cause: facts. A missing fact had to send somebody, a further one did without having to."""
        missing = self.required.filter(pl.col("cause").is_not_null()).select(pl.lit("missing").alias("side"), "rule", "cause")
        further = self.sent.filter(pl.col("cause").is_not_null()).select(pl.lit("further").alias("side"), "rule", "cause")
        return (
            pl.concat([missing, further])
            .group_by("side", "cause", "rule")
            .agg(facts=pl.len())
            .sort("side", "cause", "rule", descending=[True, False, False])
        )

    @property
    def doors_sent(self) -> pl.DataFrame:
        """One row per household and month that was sent: month, household_id, the best `cause` of its facts (null: one was required)."""
        best = pl.col("cause").sort_by(pl.col("cause").is_null().not_(), pl.col("cause").str.starts_with(UNEXPLAINED), "cause").first()
        return self.sent.group_by("month", "household_id").agg(cause=best)

    @property
    def faults(self) -> int:
        """Differences that nothing but the screening explains."""
        return sum(frame.filter(pl.col("cause").str.starts_with(UNEXPLAINED)).height for frame in (self.required, self.sent))

    @property
    def scores(self) -> pl.DataFrame:
        """One row per month: doors required and sent, their precision and recall, and both where the rows were linked rightly."""
        is_fault = pl.col("cause").str.starts_with(UNEXPLAINED).fill_null(value=False)
        of_doors = [
            frame.group_by("month", "household_id").agg(
                is_right=pl.col("cause").is_null().any(), is_fault=pl.col("cause").is_null().not_().all() & is_fault.any()
            )
            for frame in (self.required, self.sent)
        ]
        sides = [
            frame.group_by("month").agg(doors=pl.len(), right=pl.col("is_right").sum(), faults=pl.col("is_fault").sum())
            for frame in of_doors
        ]
        joined = sides[0].join(sides[1], on="month", suffix="_sent")
        return joined.select(
            "month",
            required="doors",
            sent="doors_sent",
            precision=pl.col("right_sent") / pl.col("doors_sent"),
            recall=pl.col("right") / pl.col("doors"),
            precision_linked=pl.col("right_sent") / (pl.col("right_sent") + pl.col("faults_sent")),
            recall_linked=pl.col("right") / (pl.col("right") + pl.col("faults")),
        ).sort("month")


def lead_truth(home: Home, months: list[Month]) -> LeadTruth:
    """The leads of `months` in the lake of `home` held against `home`/truth."""
    judged = judged_links(home, months)
    signals = pl.concat([_signals(home, month) for month in months])
    found = _with_events(signals, judged)
    events = pl.read_parquet(home.root / "truth" / "events.parquet").filter("should_alert", pl.col("household_id").is_not_null())
    events = events.filter(pl.col("month").is_in([str(month) for month in months]))
    return LeadTruth(_required(events, judged, found), _sent(events, judged, found))


def _signals(home: Home, month: Month) -> pl.DataFrame:
    """Risk signals of a month: month, signal_id, rule, feed, household_id, row_ids, `lead_id` or suppression `code` and earlier lead."""
    leads = (
        pl.read_parquet(home.table("leads", month))
        .explode("signal_ids", empty_as_null=True)
        .select(signal_id="signal_ids", lead_id="lead_id")
    )
    held = pl.read_parquet(home.table("suppressed", month)).select("signal_id", "code", "earlier_lead_id")
    signals = pl.read_parquet(home.table("signals", month)).filter(pl.col("kind") == "risk")
    return (
        signals.select("signal_id", "rule", "feed", "household_id", "row_ids")
        .join(leads, on="signal_id", how="left")
        .join(held, on="signal_id", how="left")
        .with_columns(month=pl.lit(str(month)))
    )


def _with_events(signals: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """One row per signal and event behind it: event_id, `is_right` (all of its rows are linked to their household).

    A row of a database goes by the same number every month: the newest one of its number is meant.
    """
    rows = judged.filter(pl.col("row_id").is_not_null()).select("feed", "row_id", "event_id", "is_right", listed="month")
    return (
        signals.explode("row_ids", empty_as_null=True)
        .join(rows, left_on=["feed", "row_ids"], right_on=["feed", "row_id"], how="left")
        .filter(pl.col("listed") <= pl.col("month"))
        .filter(pl.col("listed") == pl.col("listed").max().over("month", "signal_id", "row_ids"))
        .group_by(pl.exclude("row_ids", "is_right", "listed"))
        .agg(pl.col("is_right").all())
    )


def _required(events: pl.DataFrame, judged: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Required facts with why they were not sent."""
    key = ["month", "event_id", "feed", "household_id"]
    rows = judged.group_by(key).agg(
        pl.col("is_right").all(),
        is_set_aside=(pl.col("status") == "set_aside").any(),
        status=pl.col("status").filter(~pl.col("is_right")).sort().first(),
    )
    by_event = ["month", "event_id", "household_id"]
    sent = found.filter(pl.col("lead_id").is_not_null()).select(*by_event, is_sent=pl.lit(value=True)).unique()
    held = found.filter(pl.col("code").is_not_null())
    told = held.join(
        found.filter(pl.col("lead_id").is_not_null()).select("event_id", earlier_lead_id="lead_id"),
        on=["event_id", "earlier_lead_id"],
        how="semi",
    )
    return (
        events.select(*key, "rule")
        .join(rows, on=key, how="left")
        .join(sent, on=by_event, how="left")
        .join(told.select(*by_event, is_told=pl.lit(value=True)).unique(), on=by_event, how="left")
        .join(held.group_by(by_event).agg(pl.col("code").sort().first()), on=by_event, how="left")
        .with_columns(
            cause=pl.when(pl.col("is_sent"))
            .then(None)
            .when("is_told")
            .then(pl.lit(TOLD))
            .when("is_set_aside")
            .then(pl.lit(SET_ASIDE))
            .when(~pl.col("is_right"))
            .then(pl.col("status").replace_strict(UNLINKED, default=None, return_dtype=pl.String))
            .when(pl.col("code").is_not_null())
            .then(pl.format("{}：抑制 {}", pl.lit(UNEXPLAINED), "code"))
            .otherwise(pl.lit(f"{UNEXPLAINED}：没有信号"))
        )
    )


def _sent(events: pl.DataFrame, judged: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Facts that were sent, with why that is more than was required."""
    new = events.select("month", "event_id", "household_id", is_new=pl.lit(value=True)).unique()
    known = events.select("event_id", "household_id", first="month").group_by("event_id", "household_id").agg(pl.col("first").min())
    missed = judged.filter(~pl.col("is_right")).group_by("event_id", "household_id").agg(missed_in=pl.col("month").min())
    return (
        found.filter(pl.col("lead_id").is_not_null())
        .join(new, on=["month", "event_id", "household_id"], how="left")
        .join(known, on=["event_id", "household_id"], how="left")
        .join(missed, on=["event_id", "household_id"], how="left")
        .with_columns(
            cause=pl.when("is_new")
            .then(None)
            .when(~pl.col("is_right"))
            .then(pl.lit(WRONG_ROW))
            .when(pl.col("missed_in") < pl.col("month"))
            .then(pl.lit(LATE))
            .when(pl.col("first").is_null())
            .then(pl.lit(f"{UNEXPLAINED}：不该预警"))
            .otherwise(pl.lit(f"{UNEXPLAINED}：重复"))
        )
    )
