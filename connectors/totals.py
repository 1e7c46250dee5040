"""Totals and subtotals of a list, compared with the rows that they are about.

A total line is no data, but it is the bureau's own count: where it is none of the sums that it can be, rows were lost or changed after
it was made. Which rows a total is about is not written anywhere, so that every run of rows that ends above it is tried.
"""

from __future__ import annotations

import polars as pl

from connectors.layout import Table
from contracts.feed import Feed
from standards.money import parse_number

SUMMED = {"money", "number"}  # whole numbers are often years, ages or sizes
ROUNDING = 0.01  # of the last decimal that amounts are written with, for each row added


def wrong_totals(feed: Feed, table: Table, lines: pl.DataFrame) -> pl.DataFrame:
    """`row_number` and `column` (a header) of each total that is not the sum of its rows.

    `lines`: every line below the header with `row_number`, `kind` and its cells; totals are of the kind `total_line`. A total may be
    that of all rows, of all above it, or of those between any earlier total and itself.
    """
    headers = [header for name, header in table.found.columns.items() if feed.column(name).type in SUMMED]
    nothing = pl.DataFrame(schema={"row_number": pl.Int32, "column": pl.String})
    if not headers or not (lines["kind"] == "total_line").any():
        return nothing
    is_data = pl.col("kind") == "data"
    counted = lines.select("row_number", "kind", *(parse_number(pl.col(header)).alias(header) for header in headers))
    found = [nothing]
    for header in headers:
        amount = pl.when(is_data).then(pl.col(header)).fill_null(0.0)
        sums = counted.with_columns(above=amount.cum_sum(), whole=amount.sum(), all_rows=is_data.sum())
        totals = sums.filter((pl.col("kind") == "total_line") & pl.col(header).is_not_null())
        start = pl.DataFrame({"row_number": [0], "since": [0.0]}, schema={"row_number": pl.Int32, "since": pl.Float64})
        before = pl.concat([start, totals.select("row_number", since="above")])
        tried = totals.join_where(before, pl.col("row_number") > pl.col("row_number_right"))
        near = ROUNDING * pl.col("all_rows") + 1e-6
        fits = ((pl.col("above") - pl.col("since") - pl.col(header)).abs() <= near) | ((pl.col("whole") - pl.col(header)).abs() <= near)
        wrong = tried.group_by("row_number").agg(fits.any().alias("fits")).filter(~pl.col("fits"))
        found.append(wrong.select("row_number", pl.lit(header).alias("column")))
    return pl.concat(found).sort("row_number", "column")
