"""The warehouse file, built after everything else of the month."""

import dagster as dg

from assets.county import CountyResource
from assets.tables import DESCRIPTIONS, MONTHS, small_table
from delivery.warehouse import build


@dg.asset(
    key="warehouse",
    group_name="release",
    description=DESCRIPTIONS["warehouse"],
    partitions_def=MONTHS,
    kinds={"duckdb"},
    deps=["release", "clearing", "contradictions", "origins", "fates", "yields", "overdue", "verifications"],
)
def warehouse(county: CountyResource) -> dg.MaterializeResult[None]:
    """`warehouse.duckdb`; holds every month that lies in the lake."""
    tables = build(county.home, county.configuration.register_feed.feed)
    return dg.MaterializeResult(metadata={"dagster/row_count": int(tables["rows"].sum()), "表": small_table(tables)})
