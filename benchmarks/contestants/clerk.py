"""What a clerk does with two spreadsheets: look the ID number up, and for the rest a name that the village has only once.

Cells are compared as they are; nothing is repaired, and a namesake in the village means that the row stays open.
"""

from __future__ import annotations

import polars as pl

from benchmarks.contestants.stopwatch import LINKED, Laps, Tables, compete

HOME = ["town", "village"]


def link(tables: Tables, laps: Laps) -> dict[str, pl.DataFrame]:
    """One row per record: linked or absent."""
    with laps("link"):
        rows = tables.mentions.select("feed", "row_id", "id_number", "person_name", *HOME)
        by_number = tables.persons.select("id_number", "household_id").drop_nulls().unique("id_number", keep="first", maintain_order=True)
        residents = tables.persons.select("household_id", "person_name").join(
            tables.households.select("household_id", *HOME), on="household_id"
        )
        key = ["person_name", *HOME]
        once = residents.filter(pl.len().over(key) == 1).rename({"household_id": "by_name"})
        found = rows.join(by_number, on="id_number", how="left").join(once, on=key, how="left")
        found = found.with_columns(household_id=pl.coalesce("household_id", "by_name"))
        links = found.with_columns(
            status=pl.when(pl.col("household_id").is_null()).then(pl.lit("absent")).otherwise(pl.lit("linked")), score=pl.lit(1.0)
        )
    return {"links": links.select(LINKED)}


if __name__ == "__main__":
    compete(link)
