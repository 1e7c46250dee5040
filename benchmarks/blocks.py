"""What the matcher's blocks reach: the share of true pairs of record and person that each block finds alone, and all together."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from matching.prepare.tables import prepare_mentions, prepare_register, vocabulary_of
from matching.search.blocks import NARROW, WIDE, Blocks
from matching.texts.spoken import find_spoken


def block_shares(tables: Path, judged: pl.DataFrame, cap: int) -> pl.DataFrame:
    """One row per block: share found of the true pairs of all records, of hard ones and of those without any number.

    A true pair is a record and the register's row of the person whom it is about; `judged` is what `accuracy.judge` gives.
    """
    mentions, persons, households, places = (
        pl.read_parquet(tables / f"{name}.parquet") for name in ("mentions", "persons", "households", "places")
    )
    vocabulary = vocabulary_of(persons, mentions)
    register, said = prepare_register(persons, households, places, vocabulary), prepare_mentions(mentions, places, vocabulary)
    people = register.persons.select("p", "person_id", "household_id")
    wanted = judged.filter(pl.col("row_id").is_not_null()).select("feed", "row_id", "person_id", "household_id", "is_hard", "has_id")
    true = wanted.join(said.rows.select("feed", "row_id", "m"), on=["feed", "row_id"]).join(people, on=["person_id", "household_id"])
    blocks = Blocks(register, vocabulary, cap)
    reached = {name: blocks.find(said, {name: query}).pairs.select("m", "p") for name, query in {**NARROW, **WIDE}.items()}
    reached["(names in texts)"] = find_spoken(said.rows, register, vocabulary, cap).pairs.select("m", "p")
    reached["(all narrow)"] = blocks.find(said, NARROW).pairs.select("m", "p")
    reached["(all)"] = pl.concat([*reached.values()]).unique()
    return pl.concat(_share(name, pairs, true) for name, pairs in reached.items())


def _share(name: str, pairs: pl.DataFrame, true: pl.DataFrame) -> pl.DataFrame:
    found = true.join(pairs.select("m", "p", is_found=True), on=["m", "p"], how="left")
    is_found = pl.col("is_found").fill_null(value=False)
    return found.select(
        pl.lit(name).alias("block"),
        is_found.mean().alias("all"),
        is_found.filter("is_hard").mean().alias("hard"),
        is_found.filter(~pl.col("has_id").fill_null(value=False)).mean().alias("no_id"),
    )
