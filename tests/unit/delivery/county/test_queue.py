"""The queue is worked through from the top: leads before flags, urgent before not, probable before improbable."""

from __future__ import annotations

from datetime import date

import polars as pl

from contracts.feed import Feed
from contracts.month import Month
from contracts.rule import Document, Rule
from contracts.tables import REVIEW, conform
from delivery.county.queue import by_worth

MONTH = Month(2026, 11)


def feed(name: str, role: str) -> Feed:
    return Feed.model_validate(
        {"feed": name, "title": name, "bureau": "局", "role": role, "source": {"files": ["*"]}, "columns": [{"name": "person_name"}]}
    )


def rule(name: str, urgency: str, *, kind: str = "risk", until: date | None = None) -> Rule:
    risk = {"risk_type": "因病"} if kind == "risk" else {}
    return Rule(
        rule=f"{name}.{urgency}", title="", feed=name, kind=kind, urgency=urgency, valid_from=date(2021, 1, 1), valid_to=until, fact="",
        village_fact="", document=Document(title="", paragraph=""), **risk,
    )  # fmt: skip


FEEDS = {
    name: feed(name, role)
    for name, role in [
        ("fire", "risk"),
        ("bills", "risk"),
        ("expired", "risk"),
        ("relief", "verify"),
        ("cars", "asset"),
        ("firms", "asset"),
    ]
}
RULES = [
    rule("fire", "sudden"), rule("fire", "normal"), rule("bills", "normal"), rule("cars", "sudden", kind="flag"),
    rule("expired", "sudden", until=date(2025, 12, 31)),
]  # fmt: skip

QUEUE = [
    # list, row, probabilities of its candidates, worth
    ("fire", "1", [0.6, 0.3], 1900),  # one of the two it is
    ("fire", "2", [0.3], 1300),
    ("bills", "3", [0.5, 0.5, 0.5], 1500),  # never above certainty
    ("bills", "4", [0.25], 1125),
    ("cars", "5", [0.88], 220),
    ("expired", "6", [0.8], 200),  # no rule in force makes leads of it
    ("relief", "7", [0.4], 100),
    ("unknown", "8", [0.2], 50),
]


def test_what_an_answer_is_worth() -> None:
    rows = [(name, row, rank, chance) for name, row, chances, _ in QUEUE for rank, chance in enumerate(chances, 1)]
    review = conform(pl.DataFrame(rows, schema=["feed", "row_id", "rank", "probability"], orient="row"), REVIEW)
    told = by_worth(review.sample(fraction=1, shuffle=True, seed=3), FEEDS, RULES, MONTH)
    assert told.schema == dict(REVIEW)
    assert told.select("feed", "row_id", "worth").unique(maintain_order=True).rows() == sorted(
        [(name, row, worth) for name, row, _, worth in QUEUE], key=lambda each: -each[2]
    )
    assert told.filter(pl.col("row_id") == "3")["rank"].to_list() == [1, 2, 3]


def test_an_empty_queue_stays_empty() -> None:
    assert by_worth(conform(pl.DataFrame(), REVIEW).clear(), FEEDS, RULES, MONTH).schema == dict(REVIEW)
