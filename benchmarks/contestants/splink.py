"""Splink 5 on DuckDB, as somebody configures it who knows both Splink and these lists (`splink_model.py`).

Its answer is the best person of every row, with the weight of the pair; the benchmark sets the threshold where F1 on the truth is best,
which nobody could do in a county. Preparing the columns is a step of its own and not counted against it.
"""

from __future__ import annotations

import logging

import duckdb
import polars as pl
from splink import DuckDBAPI, Linker

from benchmarks.contestants import columns, splink_model
from benchmarks.contestants.stopwatch import LINKED, Laps, Tables, compete

ROWS, REGISTER = "a_rows", "b_register"  # Splink puts the first of the alphabet on the left
LOWEST_WEIGHT = -12  # pairs below are of no use at any threshold

BEST = """
    SELECT unique_id_l AS unique_id, unique_id_r AS person, match_weight AS score
    FROM {pairs}
    QUALIFY row_number() OVER (PARTITION BY unique_id_l ORDER BY match_weight DESC, unique_id_r) = 1
    ORDER BY unique_id
"""


def link(tables: Tables, laps: Laps) -> dict[str, pl.DataFrame]:
    """The best person of every row that has any candidate."""
    with laps("prepare"):
        rows, register = columns.mentions(tables), columns.persons(tables)
    connection = duckdb.connect(":memory:")
    connection.execute("SET preserve_insertion_order = false")
    with laps("train"):
        api = DuckDBAPI(connection)
        sides = [api.register(frame.to_arrow(), dataset_display_name=name) for frame, name in ((rows, ROWS), (register, REGISTER))]
        linker = Linker(sides, splink_model.settings(register.height), log_level=logging.ERROR)
        splink_model.train(linker)
    with laps("link"):
        pairs = linker.inference.predict(threshold_match_weight=LOWEST_WEIGHT)
        best = connection.sql(BEST.format(pairs=pairs.physical_name)).pl()
        links = _households(best, tables)
    return {"links": links}


def _households(best: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """The household of each row's best person; that of a stand-in where the row's own candidates are worth nothing."""
    people = tables.persons.with_row_index("person").select(pl.col("person").cast(pl.Int64), "household_id")
    keys = tables.mentions.with_row_index("unique_id").select(pl.col("unique_id").cast(pl.Int64), "feed", "row_id")
    best = best.with_columns(pl.col("unique_id", "person").cast(pl.Int64)).join(people, on="person")
    best = best.with_columns(is_own=pl.col("unique_id") < keys.height, unique_id=pl.col("unique_id") % keys.height)
    chosen = best.sort("unique_id", pl.col("is_own") & (pl.col("score") > 0), "score", descending=[False, True, True]).unique(
        "unique_id", keep="first", maintain_order=True
    )
    links = keys.join(chosen, on="unique_id", how="left", maintain_order="left")
    is_open = pl.col("household_id").is_null()
    return links.with_columns(status=pl.when(is_open).then(pl.lit("absent")).otherwise(pl.lit("linked"))).select(LINKED)


if __name__ == "__main__":
    compete(link)
