"""Tables about how households of the register stand: who may be proposed for clearing, and which cells cannot be right."""

from __future__ import annotations

import polars as pl

from contracts.tables import HOUSEHOLD, TEXTS, Schema

# clearing: one row per monitored household. Those that could be proposed first, by village_code, household_id.
CLEARING: Schema = {
    **{name: HOUSEHOLD[name] for name in ("household_id", "head_name", "town", "village", "village_code", "monitored_kind")},
    "months_monitored": pl.Int32,
    "lowest_income": pl.Float64,  # of the register in the months looked at, 元 per person
    "monitoring_line": pl.Float64,
    "unmet": TEXTS,  # Chinese, what stands in the way
    "may_be_proposed": pl.Boolean,
    "ask": pl.String,  # what no list can tell
}

# contradictions: cells of the register to mend. By village_code, household_id, person_id, check.
CONTRADICTION: Schema = {
    **{name: HOUSEHOLD[name] for name in ("town", "village", "village_code", "household_id", "head_name")},
    **dict.fromkeys(("person_id", "person_name"), pl.String),  # null: about the household
    **dict.fromkeys(("check", "fact", "advice", "source"), pl.String),
}
