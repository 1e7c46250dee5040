"""The tables that walk from a lead to the rows it comes from, and from every row to what became of it. No names, no ID numbers."""

from __future__ import annotations

import polars as pl

from contracts.tables import TEXTS, Schema

# origins: one row per lead, signal of it, and row that the signal comes from. By lead_id, signal_id, row_id.
LEAD_ORIGIN: Schema = {
    "lead_id": pl.String,
    "signal_id": pl.String,
    "rule": pl.String,
    "risk_type": pl.String,
    "document": pl.String,  # title, number and paragraph
    "measure": pl.Float64,
    "operator": pl.String,
    "threshold": pl.Float64,
    "feed": pl.String,
    "bureau": pl.String,
    "row_id": pl.String,
    "file": pl.String,
    "sheet": pl.String,
    "row_number": pl.Int32,
    "row_month": pl.String,  # month of the list; earlier than the lead's where a rule looks back
    "probability": pl.Float64,  # of the household being the right one
    "explanation": pl.String,  # Chinese, why the row was linked
}

# fates: one row per record of a bureau's list, and one per row that was set aside. By feed, row_id.
FATE: Schema = {
    "feed": pl.String,
    "row_id": pl.String,
    "file": pl.String,
    "sheet": pl.String,
    "row_number": pl.Int32,
    "became": pl.String,  # linked | review | absent | set_aside
    "household_id": pl.String,
    "signal_ids": TEXTS,  # of this month that rest on it
    "lead_ids": TEXTS,  # of this month that they stand in
    "suppressed": TEXTS,  # codes of those that sent nobody
    "reasons": TEXTS,  # Chinese, why it was set aside
}
