"""The comparison of a row with a person, field by field, for many pairs at once.

A vector holds one code per field of `FIELDS`; -1 says that the field cannot be compared, which is no evidence either way. Pairs are
given by numbers (m, p), so that values are gathered, not joined.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from matching.compare import births, company, names, numbers
from matching.pairs import having, houses
from matching.prepare import Mentions, Register
from matching.vocabulary import Vocabulary
from standards import ids, relations

# Every field and its levels, best first.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "id": numbers.LEVELS,
    "name": names.LEVELS,
    "birth": births.LEVELS,
    "age": births.AGES,
    "sex": ("same", "other"),
    "place": ("village", "town", "other"),
    "town": ("same", "other"),  # where the row names no village
    "group": ("same", "other"),
    "phone": ("same", "household", "other"),
    "company": company.LEVELS,
    "head": ("head", "other"),
    "again": ("free", "taken"),  # whether another row of the list is about this person for certain
}
# All that is compared of a row and of a person.
LEFT = (
    "n",
    "number",
    "valid",
    "key",
    "kind",
    "birth",
    "birth_year",
    "sex",
    "village",
    "town",
    "elsewhere",
    "group",
    "phone",
    "phone_told",
    "only_head",
    "relation",
)
RIGHT = (
    "h",
    "n",
    "key",
    "valid",
    "shared",
    "birth",
    "sex",
    "village",
    "group",
    "phone",
    "household_phone",
    "is_head",
)
# What fields need that are equal or not.
SAID = ("n", "sex", "village", "town", "elsewhere", "group", "phone", "phone_told")
LISTED = ("h", "sex", "village", "group", "phone", "household_phone", "is_head")


def compare(pairs: pl.DataFrame, mentions: Mentions, register: Register, vocabulary: Vocabulary) -> pl.DataFrame:
    """`pairs` (m, p, and `told`: level of name by which the person stands in the row's text, or null) with h and one code per field.

    `again` is -1 here: it is known when the list's certain links are.
    """
    rows, persons = mentions.rows, register.persons
    is_head = pl.col("only_head") | (pl.col("relation") == relations.HEAD).fill_null(value=False)
    left = rows.select(pl.col(SAID).name.prefix("l_"), l_is_head=is_head)[pairs["m"]]
    right = persons.select(pl.col(LISTED).name.prefix("r_"))[pairs["p"]]
    wide = pl.concat([pairs, left, right], how="horizontal").rename({"r_h": "h"})
    ours, theirs = (n.fill_null(-1).cast(pl.Int64).to_numpy() for n in (wide["l_n"], persons["n"].gather(pairs["p"])))
    wide = wide.with_columns(written=pl.Series(names.name_levels(ours, theirs, vocabulary)))
    born = persons["birth"].gather(pairs["p"])
    vectors = wide.select(
        "m", "p", "h",
        name=pl.coalesce("told", "written").cast(pl.Int8),
        birth=pl.Series(births.birth_levels(rows["birth"].gather(pairs["m"]), born)),
        age=pl.Series(births.age_levels(rows["birth_year"].gather(pairs["m"]), born.dt.year())),
        again=pl.lit(-1, pl.Int8),
        id=pl.Series(_numbers(wide.select("m", "p", "h"), rows, register)),
        **_simple(),
    )  # fmt: skip
    vectors = _household_phones(vectors, wide, persons)
    others = company.company_levels(vectors.select("m", "h", "p"), mentions.company, persons, vocabulary)
    # In the house of nobody whom the text names but its caller, the caller is no company.
    unnamed = pairs["told"] == names.OTHER
    others = others.select(pl.when(unnamed).then(nothing).otherwise(name).alias(name) for name, nothing in (("company", -1), ("known", 0)))
    return pl.concat([vectors, others], how="horizontal").select("m", "p", "h", *FIELDS, "known")


def _household_phones(vectors: pl.DataFrame, wide: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """`vectors` in which the telephone of any member of the household is the household's."""
    asked = wide.select("l_phone", "l_phone_told", "h", phone_level=vectors["phone"]).with_row_index("at")
    asked = asked.filter(pl.col("phone_level") != 0)
    said = pl.concat(asked.select("at", "h", phone=name).drop_nulls("phone") for name in ("l_phone", "l_phone_told"))
    owned = persons.select("h", "phone").join(said.select("phone"), on="phone", how="semi")
    met = said.join(owned.select("phone"), on="phone", how="semi").join(owned, on=["h", "phone"], how="semi")["at"]
    levels = vectors["phone"].to_numpy(writable=True)
    levels[met.to_numpy()] = 1
    return vectors.with_columns(phone=pl.Series(levels))


def with_relatives(vectors: pl.DataFrame) -> pl.DataFrame:
    """`vectors` in which a damaged number that fits one person of a household is a relative's for the others of it.

    Pairs of one row and household must follow each other.
    """
    levels = vectors["id"].to_numpy(writable=True)
    fits = having(houses(vectors), np.flatnonzero((levels >= numbers.EQUAL) & (levels <= numbers.MASKED)))
    levels[fits & (levels > numbers.RELATIVE)] = numbers.RELATIVE
    return vectors.with_columns(id=pl.Series(levels))


def _numbers(pairs: pl.DataFrame, rows: pl.DataFrame, register: Register) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    """Codes of the field `id` for `pairs` (m, p, h)."""
    persons = register.persons
    levels = np.full(pairs.height, -1, dtype=np.int8)
    told = pairs.with_columns(rows["kind"].gather(pairs["m"])).with_row_index("at").filter(pl.col("kind") != numbers.NONE)
    told = told.with_columns(l_key=rows["key"].gather(told["m"]), r_key=persons["key"].gather(told["p"]))
    same = (told["l_key"] == told["r_key"]).fill_null(value=False)
    levels[told["at"].filter(same).to_numpy()] = numbers.EQUAL
    asked = told.filter(~same)
    asked = asked.with_columns(r_valid=persons["valid"].gather(asked["p"]), r_shared=persons["shared"].gather(asked["p"]))
    owners = persons.select("h", l_key="key").filter(persons["key"].is_in(asked["l_key"].drop_nulls().unique().implode()))
    met = asked.select("at", "h", "l_key").join(owners.select("l_key"), on="l_key", how="semi")
    owned, relative = np.zeros(pairs.height, dtype=bool), np.zeros(pairs.height, dtype=bool)
    owned[met["at"].to_numpy()] = True
    relative[met.join(owners, on=["h", "l_key"], how="semi")["at"].to_numpy()] = True
    at = asked["at"].to_numpy()
    asked = asked.with_columns(relative=pl.Series(relative[at]), owned=pl.Series(owned[at]))
    levels[at] = numbers.unlike(asked)
    near = asked.filter(~numbers.far_apart(asked))
    left, right = _written(rows, near["m"]), register.written(near.select("p", key="r_key"))
    levels[near["at"].to_numpy()] = numbers.number_levels(near.with_columns(l_number=left, r_number=right))
    return levels


def _written(rows: pl.DataFrame, at: pl.Series) -> pl.Series:
    """The numbers of these rows: of eighteen characters where they are sound, else as they were given."""
    number = rows["number"].gather(at)
    old = (rows["valid"].gather(at) & (number.str.len_bytes() != ids.LENGTH)).arg_true()
    return number.scatter(old, ids.written(rows["key"].gather(at.gather(old))))


def _mobile(phone: pl.Expr) -> pl.Expr:
    """Whether a number is a mobile telephone's (eleven digits from 13 on)."""
    return phone.is_between(13 * 10**9, 2 * 10**10).fill_null(value=False)


def _simple() -> dict[str, pl.Expr]:
    """Fields that are equal or not."""
    village, town, r_town = pl.col("l_village"), pl.col("l_town"), pl.col("r_village") // 1000
    place = (
        pl.when(village == pl.col("r_village"))
        .then(0)
        .when("l_elsewhere")  # a settlement: people of all villages live there
        .then(-1)
        .when(village.is_null() | pl.col("r_village").is_null())
        .then(-1)
        .when(village // 1000 == r_town)
        .then(1)
        .otherwise(2)
    )
    only_town = pl.when(village.is_null()).then((town != r_town).cast(pl.Int8))
    group = pl.when(village == pl.col("r_village")).then((pl.col("l_group") != pl.col("r_group")).cast(pl.Int8))
    own, house = pl.col("r_phone"), pl.col("r_household_phone")
    said, told = pl.col("l_phone"), pl.col("l_phone_told")
    phone = (
        pl.when((said.is_null() & told.is_null()) | (own.is_null() & house.is_null()))
        .then(-1)
        .when(((said == own) | (told == own)).fill_null(value=False))
        .then(0)
        .when(((said == house) | (told == house)).fill_null(value=False))
        .then(1)
        .when(pl.col("l_n").is_null())  # the telephone is the caller's, who need not be the one in need
        .then(-1)
        .when(
            ~(_mobile(said) | _mobile(told)) | ~(_mobile(own) | _mobile(house))
        )  # who has a mobile telephone may have another one at home
        .then(-1)
        .otherwise(2)
    )
    return {
        "sex": (pl.col("l_sex") != pl.col("r_sex")).cast(pl.Int8).fill_null(-1),
        "place": place.cast(pl.Int8),
        "town": only_town.fill_null(-1).cast(pl.Int8),
        "group": group.fill_null(-1).cast(pl.Int8),
        "phone": phone.cast(pl.Int8),
        "head": pl.when("l_is_head").then(pl.col("r_is_head").not_().cast(pl.Int8)).otherwise(-1).cast(pl.Int8),
    }
