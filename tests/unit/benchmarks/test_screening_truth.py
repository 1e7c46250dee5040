"""Leads held against a truth of a few households: each difference has its cause, and only what nothing explains is a fault."""

from __future__ import annotations

from datetime import date

import polars as pl

from benchmarks.lead_truth import LATE, SET_ASIDE, TOLD, UNLINKED, LeadTruth, _required, _sent
from contracts.month import Month
from contracts.tables import LEAD, conform
from samples.visits import FALSE, visit

SENT = {"month": pl.String, "household_id": pl.String, "cause": pl.String}
EVENT = {"event_id": pl.String, "household_id": pl.String, "month": pl.String}


def event(name: str, month: str = "2026-11") -> dict[str, str]:
    return {"event_id": name, "household_id": f"H{name}", "feed": "f", "month": month, "rule": "r"}


def row(name: str, status: str, month: str = "2026-11") -> dict[str, object]:
    return {**event(name, month), "is_right": status == "right", "status": "linked" if status == "right" else status}


def found(name: str, *, lead: str | None = None, code: str | None = None, earlier: str | None = None, month: str = "2026-11"):
    is_right = name != "elsewhere"
    return {**event(name, month), "lead_id": lead, "code": code, "earlier_lead_id": earlier, "is_right": is_right, "signal_id": name}


def test_each_difference_has_its_cause() -> None:
    required = ["sent", "refused", "review", "told", "held", "lost"]
    events = pl.DataFrame([*(event(name) for name in required), event("late", "2026-10")])
    judged = pl.DataFrame(
        [
            *(row(name, "right") for name in ("sent", "told", "held", "lost", "late", "never")),
            row("refused", "set_aside"),
            row("review", "review"),
            row("late", "absent", "2026-10"),
        ]
    )
    signals = pl.DataFrame(
        [
            found("sent", lead="1"),
            found("told", lead="0", month="2026-10"),
            found("told", code="same_event", earlier="0"),
            found("held", code="verified", earlier="9"),
            found("late", lead="2"),
            found("never", lead="3"),
        ],
        schema_overrides={"lead_id": pl.String, "code": pl.String, "earlier_lead_id": pl.String},
    )
    truth = LeadTruth(_required(events, judged, signals), _sent(events, judged, signals).filter(pl.col("month") == "2026-11"))
    causes = dict(truth.required.filter(pl.col("month") == "2026-11").select("event_id", "cause").iter_rows())
    assert causes == {
        "sent": None,
        "refused": SET_ASIDE,
        "review": UNLINKED["review"],
        "told": TOLD,
        "held": "筛查：抑制 verified",
        "lost": "筛查：没有信号",
    }
    assert dict(truth.sent.select("event_id", "cause").iter_rows()) == {"sent": None, "late": LATE, "never": "筛查：不该预警"}
    assert truth.faults == 3


def test_a_door_is_superfluous_only_where_no_fact_of_it_was_required_or_explained() -> None:
    facts = {"A": [None, "筛查：重复"], "B": ["筛查：重复", LATE], "C": ["筛查：重复", "筛查：不该预警"]}
    sent = pl.DataFrame([("2026-11", home, cause) for home, causes in facts.items() for cause in causes], schema=SENT, orient="row")
    causes = dict(LeadTruth(sent.clear(), sent).doors_sent.select("household_id", "cause").iter_rows())
    assert causes == {"A": None, "B": LATE, "C": "筛查：不该预警"}


def test_visitors_find_true_what_happened_and_some_never_go() -> None:
    homes = [f"H{number}" for number in range(400)]
    leads = pl.DataFrame({"lead_id": homes, "household_id": homes, "is_enrichment": False, "assigned_on": date(2026, 12, 6)})
    events = pl.DataFrame({"household_id": homes[:200], "should_alert": True, "month": "2026-11"})
    said = visit(conform(leads, LEAD), events, Month(2026, 11), 7)
    assert 300 < said.height < 400
    struck = said.join(events, on="household_id", how="semi")["conclusion"]
    assert not struck.is_in(FALSE).any()
    assert said.join(events, on="household_id", how="anti")["conclusion"].is_in(FALSE).all()
    assert said["visited_on"].is_between(date(2026, 12, 7), date(2026, 12, 13)).all()
    assert visit(conform(leads, LEAD), events, Month(2026, 11), 7).equals(said)
