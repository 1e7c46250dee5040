"""Arrived rows written as small tables, and the feeds that judge them."""

import polars as pl

from contracts.feed import Feed
from contracts.tables import ARRIVAL, conform

VALID, OTHER_VALID = "522699198001011233", "522699198202021235"  # made up; their check characters are right


def feed(columns, **changes):
    contract = {
        "feed": "stays",
        "title": "住院名单",
        "bureau": "医保局",
        "role": "risk",
        "source": {"files": ["*住院*"]},
        "columns": columns,
        "ignore": ["序号"],
    }
    return Feed.model_validate(contract | changes)


def arrived(headers, *lines, file="住院.xlsx", sheet="Sheet1", first=2):
    """Rows as `connectors.read` gives them; `lines` hold one cell per header."""
    rows = pl.DataFrame(lines, schema=dict.fromkeys(headers, pl.String), orient="row").with_row_index("row_number", offset=first)
    where = pl.format(f"{file}#{sheet}!{{}}", "row_number")
    return conform(rows.with_columns(where.alias("row_id"), file=pl.lit(file), sheet=pl.lit(sheet)), ARRIVAL, keep_others=True)


def persons(accepted):
    """row_id, name and ID of the accepted records."""
    return accepted.rows.select(pl.col("row_id").str.replace(r"^.*!", ""), "person_name", "id_number").rows()


def findings(accepted):
    """(row number, severity, code) of all findings."""
    return sorted(accepted.findings.select("row_number", "severity", "code").rows(), key=str)
