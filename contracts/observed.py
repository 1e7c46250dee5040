"""The tables of what acceptance saw: in numbers, for the report and for the months to come; and what came of every list."""

from __future__ import annotations

import polars as pl

from contracts.tables import Schema

# observed/<feed>: what acceptance saw, in numbers, for the report and for the months to come; no value of a cell. By kind, code, column.
OBSERVED: Schema = {
    "feed": pl.String,
    "kind": pl.String,  # expectation | profile | drift
    "code": pl.String,  # of the expectation, or what was counted: rows, records, filled, top, unknown_header, came, held, carried, …
    "column": pl.String,  # expectation: header as the bureau knows it; profile: canonical name, or the unknown header
    "checked": pl.Int64,
    "failed": pl.Int64,
    "value": pl.Float64,  # a count, or a share
    "low": pl.Float64,  # bounds, null where there are none
    "high": pl.Float64,
    "severity": pl.String,  # what follows from a failure: set_aside | warn | hold; note: not judged
    "reason": pl.String,  # Chinese, what a failure means
    "why": pl.String,  # Chinese, where the bound comes from
}

# reception: what came of every list, the register included. By bureau, feed.
RECEPTION: Schema = {
    "feed": pl.String,
    "title": pl.String,
    "bureau": pl.String,
    "role": pl.String,
    "state": pl.String,  # 已收 | 未报 | 暂缓 | 沿用 (the last accepted list stands in) | 不需报 (not due, nothing came)
    "due_on": pl.Date,
    "carried_from": pl.String,  # month of the list that stands in
    "carried_months": pl.Int64,  # its age
    "rows": pl.Int64,  # rows read
    "records": pl.Int64,  # persons named in them
    "accepted": pl.Int64,  # records accepted, or carried
    "set_aside": pl.Int64,  # rows
    "warned": pl.Int64,  # rows kept with a warning
}
