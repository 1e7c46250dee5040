"""Tables of what bureaus are told beside their refused rows: what matching proves, what visits found, what became of last month's."""

from __future__ import annotations

import polars as pl

from contracts.tables import TEXTS, Schema

# By row_id, kind. One row per doubtful cell.
PROVEN: Schema = {
    "feed": pl.String,
    "row_id": pl.String,  # of the input row
    "person_id": pl.String,
    "kind": pl.String,  # repaired | tail | old | relative | name
    "column": pl.String,  # the heading as sent, or the meaning of the column where the cell is not found
    "proposed": pl.String,  # masked
    "reason": pl.String,  # Chinese
    "advice": pl.String,  # Chinese
}

# By feed. One row per list that had rows given back: asked = corrected + still + gone.
RESENT: Schema = {
    "feed": pl.String,
    "title": pl.String,
    "bureau": pl.String,
    "asked": pl.Int64,  # rows refused or found correctable last month
    "corrected": pl.Int64,  # came again, sound
    "still": pl.Int64,  # came again, still refused or correctable
    "gone": pl.Int64,  # not known again this month
}

# By feed, month, file, sheet, row_number, part.
FEEDBACK: Schema = {
    "feed": pl.String,
    "month": pl.String,  # of the list in which the row stood
    "file": pl.String,
    "sheet": pl.String,
    "row_number": pl.Int32,
    "part": pl.Int16,
    "person_name": pl.String,  # or the head's, of lists of households
    "id_number": pl.String,  # masked
    "conclusion": pl.String,
    "visited_on": pl.Date,
    "advice": pl.String,
}

# By bureau, lead_id, feed, event_date, fact.
ANSWERED: Schema = {
    "bureau": pl.String,
    "feed": pl.String,
    "month": pl.String,
    "lead_id": pl.String,
    "person_name": pl.String,
    "fact": pl.String,
    "event_date": pl.Date,
    "row_ids": TEXTS,
    "conclusion": pl.String,
    "visited_on": pl.Date,
    "category": pl.String,
    "due_on": pl.Date,
    "state": pl.String,
    "is_told": pl.Boolean,
}
