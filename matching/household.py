"""Rows about people who are not in the register, in households that are: the new-born, the bride, the one taken off too early.

Such a row names the head of the household, or stands in one line with its members. These others are matched in the row's stead; where
they are found, the row is linked to their household and to no person.
"""

from __future__ import annotations

import polars as pl

from matching.prepare import Mentions, with_sounds

ROLES = ("head", "co")  # a guardian may live elsewhere


def stand_ins(said: Mentions, waiting: pl.DataFrame) -> tuple[Mentions, pl.DataFrame]:
    """Rows about the heads and members named in the rows `waiting` (m), and a table m (of the stand-in), source (of the row)."""
    others = said.company.filter(pl.col("role").is_in(ROLES)).join(waiting.select("m"), on="m", how="semi").sort("m", "name", "id18")
    others = others.unique(["m", "name", "id18"], keep="first", maintain_order=True)
    rows = said.rows[others["m"]].with_columns(
        m=pl.int_range(pl.len(), dtype=pl.UInt32),
        name=others["name"],
        number=others["id18"],
        id18=others["id18"],
        valid=others["id18"].is_not_null(),
        only_head=others["role"] == "head",
        text=pl.lit(None, pl.String),
        relation=pl.lit(None, pl.String),
        sex=pl.lit(None, pl.String),
        said_birth=pl.lit(None, pl.Date),
        birth=pl.lit(None, pl.Date),
        birth_year=pl.lit(None, pl.Int32),
        phone=pl.lit(None, pl.String),
    )
    rows = rows.with_columns(id_kind=pl.when("valid").then(pl.lit("valid"))).drop("pinyin", "sound", "surname", "given")
    sources = pl.DataFrame({"m": rows["m"], "source": others["m"]})
    return Mentions(with_sounds(rows).select(said.rows.columns), said.company.clear()), sources


def by_company(found: pl.DataFrame, sources: pl.DataFrame, answers: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """Answers for the rows whose stand-ins all lie in one household: m, h, status, household, margin.

    One head is enough; of others named beside a person (who may be a second owner only) two must be of the household.

    A row for which a person of another household is under review stays there.
    """
    linked = (
        found.filter(pl.col("status") == "linked")
        .select("m", "h", "household", "margin")
        .join(sources, on="m")
        .join(heads, on="m", how="left")
    )
    one = (
        linked.group_by("source")
        .agg(
            pl.col("h").first(),
            pl.col("household").max(),
            pl.col("margin").max(),
            houses=pl.col("h").n_unique(),
            others=pl.len(),
            head=pl.col("only_head").any(),
        )
        .filter((pl.col("houses") == 1) & (pl.col("head") | (pl.col("others") >= 2)))
        .rename({"source": "m"})
    )
    asked = answers.filter(pl.col("status") == "review").select("m", asked="h")
    free = one.join(asked, on="m", how="left").filter(pl.col("asked").is_null() | (pl.col("asked") == pl.col("h")))
    return free.select(
        "m", "h", "household", "margin", status=pl.lit("linked"), method=pl.lit("household"), sure_person=pl.lit(value=False)
    )
