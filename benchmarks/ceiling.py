"""What nobody could find from the lists alone, and the F1 that is left: so that a figure below the aim can be told from a fault.

Two kinds of records: those about people whom the register does not list, which name nobody of the household either; and those without a
number whose register has a namesake of another household whom all that the row says of place, group, sex and headship fits as well. A row
that tells a birth date, an age, the person's telephone or somebody of the household counts as findable, and so does one that was found.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from matching.compare.numbers import NONE
from matching.prepare.tables import prepare_mentions, prepare_register, vocabulary_of
from standards import relations

SAID = ("n", "village", "town", "group", "birth", "birth_year", "sex", "phone", "phone_told", "kind", "only_head", "relation")
LISTED = ("person_id", "household_id", "n", "h", "village", "group", "sex", "phone", "household_phone", "is_head")
RECORD = ["feed", "row_id"]


def ceiling(tables: Path, judged: pl.DataFrame) -> pl.DataFrame:
    """One row per subset of records: how many could be linked, how many of them nobody could find, by why, and F1 at most.

    `judged` is what `accuracy.judge` gives; what it found right is findable. At most: all others linked, and none of them wrong.
    """
    mentions, persons, households, places = (
        pl.read_parquet(tables / f"{name}.parquet") for name in ("mentions", "persons", "households", "places")
    )
    vocabulary = vocabulary_of(persons, mentions)
    register, said = prepare_register(persons, households, places, vocabulary), prepare_mentions(mentions, places, vocabulary)
    persons = register.persons.select(LISTED)
    company = pl.col("m").is_in(said.company["m"].unique().implode())
    rows = said.rows.select(*RECORD, *SAID, beside=company | pl.col("household_no").is_not_null())
    wanted = judged.filter("is_linkable", pl.col("status") != "set_aside")
    asked = wanted.filter(~pl.col("is_right")).join(rows, on=RECORD)
    silent = asked.filter(~pl.col("beside"), pl.col("kind") == NONE, pl.all_horizontal(pl.col("birth", "birth_year").is_null()))
    known = silent.join(persons, on=["person_id", "household_id"], suffix="_p").filter(~_his_telephone())
    rivals = known.join(persons.select(pl.all().name.suffix("_q")), left_on="n_p", right_on="n_q").filter(
        pl.col("h") != pl.col("h_q"), _fits()
    )
    nobody = silent.filter(~pl.col("is_in_register")).select(*RECORD, why=pl.lit("unlisted"))
    why = pl.concat([nobody, rivals.select(*RECORD, why=pl.lit("namesakes")).unique()])
    counted = wanted.join(why, on=RECORD, how="left")
    subsets = {"all rows": pl.lit(value=True), "bad or missing ID": pl.col("is_hard"), "no ID": ~pl.col("has_id").fill_null(value=False)}
    return pl.concat(_at_most(counted.filter(subset), name) for name, subset in subsets.items())


def _his_telephone() -> pl.Expr:
    """The row tells the telephone of the person or of the household."""
    own = [pl.col(said) == pl.col(listed) for said in ("phone", "phone_told") for listed in ("phone_p", "household_phone")]
    return pl.any_horizontal(alike.fill_null(value=False) for alike in own)


def _fits() -> pl.Expr:
    """Of the row, what is true of the person is true of the other (`_q`), too; what is wrong in it tells nobody apart."""
    village = (pl.col("village") == pl.col("village_p")).fill_null(value=False)
    town = (pl.col("town") == pl.col("village_p") // 1000).fill_null(value=False)
    group = (pl.col("group") == pl.col("group_p")).fill_null(value=False)
    head = (pl.col("only_head") | (pl.col("relation") == relations.HEAD).fill_null(value=False)) & pl.col("is_head")
    return pl.all_horizontal(
        ~village | (pl.col("village_p") == pl.col("village_q")),
        ~town | (pl.col("village_p") // 1000 == pl.col("village_q") // 1000),
        ~group | (pl.col("group_p") == pl.col("group_q")).fill_null(value=False),
        pl.col("sex").is_null() | (pl.col("sex") == pl.col("sex_q")).fill_null(value=True),
        ~head | pl.col("is_head_q"),
    )


def _at_most(counted: pl.DataFrame, name: str) -> pl.DataFrame:
    recall = 1 - pl.col("why").is_not_null().mean()
    return counted.select(
        pl.lit(name).alias("subset"),
        pl.len().alias("in_register"),
        (pl.col("why") == "unlisted").sum().alias("unlisted"),
        (pl.col("why") == "namesakes").sum().alias("namesakes"),
        recall.alias("recall at most"),
        (2 * recall / (1 + recall)).alias("F1 at most"),
    )
