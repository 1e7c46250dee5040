"""Telephones that the month's lists tell of people of the register: of a row without a sure number they may say whose it is.

The register knows few telephones, and old ones. Another list's row that its number links for certain tells today's; what it tells is
one household's, or nobody's: the cadre who filled in the forms of half a village has one telephone, too.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from matching.pairs import among
from matching.prepare.tables import Register
from matching.sieve import sieved

PHONES = ("phone", "phone_told")  # of a row
TELEPHONES = ("phone", "household_phone", "phone_heard")  # of a person


def with_telephones(register: Register, rows: pl.DataFrame, sure: pl.DataFrame, copied: pl.Series) -> Register:
    """`register` with the telephones (`phone_heard`) that rows in `sure` (m, p, h) tell, where any of the other `rows` gives them.

    `copied`: m of rows that are tested without their number; they teach nothing, for a copy would find what it has told itself. Of
    several telephones of one person the one told most often is kept.
    """
    others = rows.filter(~among(rows["m"], sure["m"]))
    asked = pl.concat([others[name].drop_nulls().rename("phone") for name in PHONES]).unique()
    telling = sure.select("m", "p", "h").filter(~among(sure["m"], copied))
    telling = telling.with_columns(phone=rows["phone"].gather(telling["m"])).filter(sieved(rows["phone"][telling["m"]], asked))
    told = telling.filter(pl.col("phone").is_in(asked.implode()), pl.col("h").n_unique().over("phone") == 1)
    once = told.group_by("p", "phone").len().sort("p", "len", "phone", descending=[False, True, False])
    once = once.join(register.persons[["p", "phone", "household_phone"]], on="p", suffix="_known")
    known = (pl.col("phone") == pl.col("phone_known")) | (pl.col("phone") == pl.col("household_phone"))
    once = once.filter(~known.fill_null(value=False)).unique("p", keep="first", maintain_order=True)
    heard = register.persons["phone_heard"].clone().scatter(once["p"], once["phone"])
    return replace(register, persons=register.persons.with_columns(phone_heard=heard))
