"""The frames in which the desk reads and is written to."""

from __future__ import annotations

import polars as pl

from contracts.tables import Schema

AUTHORISATION: Schema = {"household_id": pl.String, "signed_on": pl.Date}
REVIEW_DECISION: Schema = {
    "month": pl.String,
    "feed": pl.String,
    "row_id": pl.String,
    "household_id": pl.String,
    "person_id": pl.String,
    "content": pl.String,  # fingerprint of what the record says (matching.decide.remember); null: about that month's row only
    "decision": pl.String,  # 同一人 | 同户他人 | 不是 | 无法判断
}
CANDIDATE = ["month", "feed", "row_id", "household_id", "person_id"]  # what a decision is about
# What visitors say about one lead, as it is handed in.
ANSWER: Schema = {
    "lead_id": pl.String,
    "household_id": pl.String,
    "conclusion": pl.String,  # one of the nine (delivery.words.CONCLUSIONS)
    "visited_on": pl.Date,
    "visitor_one": pl.String,
    "visitor_two": pl.String,
    "note": pl.String,  # 理由和措施
    "authorised_on": pl.Date,  # the household has signed the 承诺授权; null: not said
}
SEALED = ("visitor_one", "visitor_two", "note")  # of an answer: kept under the desk's key
HELD: Schema = {"number": pl.Int64, **ANSWER, "stands": pl.String, "stands_since": pl.Date}  # beside what stands about the lead
