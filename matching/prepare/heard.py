"""What the month's lists tell beside the register and beside each other: telephones and groups of its people, and the rest of a row.

Only rows that a number makes one person's for certain tell anything; rows that are tested without their number tell nothing, for their
copies would find what they have told themselves.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from matching.pairs import among
from matching.prepare.kinds import KINDS
from matching.prepare.tables import Mentions, Register
from matching.sieve import sieved

PHONES = ("phone", "phone_told")  # of a row
TELEPHONES = ("phone", "household_phone", "phone_heard")  # of a person
NUMBER = ("key", "number", "kind", "valid", "born")  # of a row
TOLD = ("village", "town", "group", "sex", "phone", "birth", "birth_year")  # of a row, what another about the person tells as well


def with_heard(register: Register, rows: pl.DataFrame, sure: pl.DataFrame, copied: pl.Series) -> Register:
    """`register` with the telephones and groups that rows in `sure` (m, p, h) tell of its people; `copied`: m of rows that tell nothing."""
    telling = sure[["m", "p", "h"]].filter(~among(sure["m"], copied))
    asked = rows.filter(~among(rows["m"], sure["m"]))
    persons = register.persons
    phones, groups = _telephones(telling, rows, asked, persons), _groups(telling, rows, persons)
    return replace(
        register,
        persons=persons.with_columns(
            phone_heard=persons["phone_heard"].clone().scatter(phones["p"], phones["phone"]),
            group=persons["group"].clone().scatter(groups["p"], groups["group"]),
        ),
    )


def _telephones(telling: pl.DataFrame, rows: pl.DataFrame, asked: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """p, phone: telephones that `telling` rows tell and `asked` ones give, beside those of the register; one a person, told most often.

    A telephone is one household's, or nobody's: the cadre who filled in the forms of half a village has one, too.
    """
    given = pl.concat([asked[name].drop_nulls().rename("phone") for name in PHONES]).unique()
    said = rows["phone"].gather(telling["m"])
    told = telling.with_columns(phone=said).filter(sieved(said, given))
    told = told.filter(pl.col("phone").is_in(given.implode()), pl.col("h").n_unique().over("phone") == 1)
    once = told.group_by("p", "phone").len().sort("p", "len", "phone", descending=[False, True, False])
    once = once.join(persons[["p", "phone", "household_phone"]], on="p", suffix="_known")
    known = (pl.col("phone") == pl.col("phone_known")) | (pl.col("phone") == pl.col("household_phone"))
    return once.filter(~known.fill_null(value=False)).unique("p", keep="first", maintain_order=True)


def _groups(telling: pl.DataFrame, rows: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """p, group: of the people of households whose group the register does not know, told most often by rows of their village."""
    open_ = persons.select("p", "h", "village").filter(persons["group"].is_null())
    told = telling.select("h").with_columns(rows.select(pl.col("group", "village").gather(telling["m"])))
    told = told.filter(among(told["h"], open_["h"])).drop_nulls().group_by("h", "village", "group").len()
    told = told.sort("h", "village", "len", pl.col("group").cast(pl.String), descending=[False, False, True, False])
    told = told.unique(["h", "village"], keep="first", maintain_order=True)
    return open_.join(told, on=["h", "village"], maintain_order="left")


def told_elsewhere(mentions: Mentions, owned: pl.Series, copied: pl.Series) -> Mentions:
    """`mentions` in which a row says what others say that are about the same person, where it says nothing itself.

    Of people whose number is valid and nobody's in the register (`owned`: m of the rows of the others): what their rows say is each
    other's, and the number is that of a row without one that gives their name and telephone. `copied`: m of rows that tell nothing.
    """
    rows = mentions.rows
    strangers = rows[["m", *NUMBER, "n", *TOLD]].filter(
        (rows["kind"] == KINDS.index("valid")) & ~among(rows["m"], pl.concat([owned, copied]))
    )
    numbered = strangers.drop_nulls(["n", "phone"]).filter(pl.col("key").n_unique().over("n", "phone") == 1)
    numbered = numbered.sort("n", "phone", "number").unique(["n", "phone"], keep="first", maintain_order=True)
    asked = rows[["m", "n", "phone"]].filter((rows["kind"] == KINDS.index("none")) & sieved(rows["phone"], numbered["phone"]))
    given = asked.join(numbered.select("n", "phone", *NUMBER), on=["n", "phone"], maintain_order="left")
    several = strangers.filter(pl.len().over("key", "n") > 1).sort("key", "n", "m")
    filled = several.with_columns(
        pl.when(pl.col(name).is_null()).then(pl.col(name).first(ignore_nulls=True).over("key", "n")).otherwise(name).alias(name)
        for name in TOLD
    )
    return Mentions(_written(_written(rows, given, NUMBER), filled, TOLD), mentions.company)


def _written(rows: pl.DataFrame, told: pl.DataFrame, names: tuple[str, ...]) -> pl.DataFrame:
    """`rows` with these columns of the rows `told` (m)."""
    return rows.with_columns(rows[name].clone().scatter(told["m"], told[name]) for name in names)
