"""The comparison of a row with a person, field by field, for many pairs at once.

A vector holds one code per field of `FIELDS`; -1 says that the field cannot be compared, which is no evidence either way. Pairs are
given by numbers (m, p), so that values are gathered, not joined.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.compare import births, company, names, numbers
from matching.pairs import gathered, having, houses
from matching.prepare.tables import Mentions, Register
from matching.prepare.vocabulary import Vocabulary
from matching.sieve import sieved
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
    "phone_heard",
    "is_head",
)
# What is asked of every pair; all else is asked of those pairs whose row says something about it.
SAID = ("n", "sex", "village", "town", "elsewhere")
LISTED = ("h", "sex", "village")

Codes = npt.NDArray[np.int8]


def compare(pairs: pl.DataFrame, mentions: Mentions, register: Register, vocabulary: Vocabulary) -> pl.DataFrame:
    """`pairs` (m, p, and `told`: level of name by which the person stands in the row's text, or null) with h and one code per field.

    `again` is -1 here: it is known when the list's certain links are.
    """
    rows, persons = mentions.rows, register.persons
    left = gathered(rows, pairs["m"], **{f"l_{name}": name for name in SAID})
    right = gathered(persons, pairs["p"], **{f"r_{name}": name for name in LISTED})
    wide = pl.concat([pairs, left, right], how="horizontal").rename({"r_h": "h"})
    ours, theirs = (n.fill_null(-1).cast(pl.Int64).to_numpy() for n in (wide["l_n"], persons["n"][pairs["p"]]))
    wide = wide.with_columns(written=pl.Series(names.name_levels(ours, theirs, vocabulary)))
    others = company.company_levels(wide.select("m", "h", "p"), mentions.company, persons, vocabulary)
    # In the house of nobody whom the text names but its caller, the caller is no company.
    unnamed = pairs["told"] == names.OTHER
    others = others.select(pl.when(unnamed).then(nothing).otherwise(name).alias(name) for name, nothing in (("company", -1), ("known", 0)))
    vectors = wide.select(
        "m", "p", "h",
        name=pl.coalesce("told", "written").cast(pl.Int8),
        birth=pl.Series(_births(pairs, rows["birth"], persons)),
        age=pl.Series(_ages(pairs, rows["birth_year"], persons)),
        group=pl.Series(_groups(wide, rows, persons)),
        phone=pl.Series(_phones(wide.select("m", "p", "h"), rows, persons)),
        head=pl.Series(_heads(pairs, rows, persons)),
        again=pl.lit(-1, pl.Int8),
        id=pl.Series(_numbers(wide.select("m", "p", "h"), rows, register)),
        **_simple(),
    )  # fmt: skip
    return pl.concat([vectors, others], how="horizontal").select("m", "p", "h", *FIELDS, "known")


def _asked(pairs: pl.DataFrame, says: pl.Series) -> tuple[npt.NDArray[np.intp], pl.Series, pl.Series]:
    """Places in `pairs` of those whose row says something (`says`, one per row), and their rows and persons."""
    at = np.flatnonzero(says.to_numpy()[pairs["m"].to_numpy()])
    return at, pairs["m"][at], pairs["p"][at]


def _births(pairs: pl.DataFrame, said: pl.Series, persons: pl.DataFrame) -> Codes:
    """Codes of the field `birth`. `said`: the birth date of each row."""
    levels = np.full(pairs.height, -1, dtype=np.int8)
    at, m, p = _asked(pairs, said.is_not_null())
    levels[at] = births.birth_levels(said[m], persons["birth"][p])
    return levels


def _ages(pairs: pl.DataFrame, said: pl.Series, persons: pl.DataFrame) -> Codes:
    """Codes of the field `age`. `said`: the year of birth that follows from the age in each row."""
    levels = np.full(pairs.height, -1, dtype=np.int8)
    at, m, p = _asked(pairs, said.is_not_null())
    levels[at] = births.age_levels(said[m], persons["birth"][p].dt.year())
    return levels


def _groups(wide: pl.DataFrame, rows: pl.DataFrame, persons: pl.DataFrame) -> Codes:
    """Codes of the field `group`: where only the town is known, it is one of a dozen numbers that agrees, as in a village."""
    levels = np.full(wide.height, -1, dtype=np.int8)
    village, town = pl.col("l_village"), pl.col("l_town")
    near = (village == pl.col("r_village")) | (village.is_null() & (town == pl.col("r_village") // 1000))
    at = np.flatnonzero(wide.select(near.fill_null(value=False)).to_series())
    there, m, p = _asked(wide[["m", "p"]][at], rows["group"].is_not_null())
    levels[at[there]] = (rows["group"][m] != persons["group"][p]).cast(pl.Int8).fill_null(-1).to_numpy()
    return levels


def _heads(pairs: pl.DataFrame, rows: pl.DataFrame, persons: pl.DataFrame) -> Codes:
    """Codes of the field `head`: of rows that are about a head of household."""
    levels = np.full(pairs.height, -1, dtype=np.int8)
    is_head = rows["only_head"] | (rows["relation"] == relations.HEAD).fill_null(value=False)
    at, _, p = _asked(pairs, is_head)
    levels[at] = ~persons["is_head"].to_numpy()[p.to_numpy()]
    return levels


def _phones(pairs: pl.DataFrame, rows: pl.DataFrame, persons: pl.DataFrame) -> Codes:
    """Codes of the field `phone` for `pairs` (m, p, h); the telephone of any member of the household is the household's."""
    levels = np.full(pairs.height, -1, dtype=np.int8)
    at, m, p = _asked(pairs, rows["phone"].is_not_null() | rows["phone_told"].is_not_null())
    if not len(at):
        return levels
    left = gathered(rows, m, n="n", said="phone", told="phone_told")
    right = gathered(persons, p, own="phone", house="household_phone", heard="phone_heard")
    asked = pl.concat([left, right], how="horizontal").with_columns(pairs["h"][at], at=pl.Series(at), level=_phone())
    levels[at] = asked["level"].to_numpy()
    asked = asked.filter(pl.col("level") != 0)
    said = pl.concat(asked.select("at", "h", phone=name).drop_nulls("phone") for name in ("said", "told"))
    owned = pl.concat(persons.select("h", phone=name).filter(sieved(persons[name], said["phone"])) for name in ("phone", "phone_heard"))
    met = said.join(owned.select("phone"), on="phone", how="semi").join(owned, on=["h", "phone"], how="semi")["at"]
    levels[met.to_numpy()] = 1
    return levels


def with_relatives(vectors: pl.DataFrame) -> pl.DataFrame:
    """`vectors` in which a damaged number that fits one person of a household is a relative's for the others of it.

    Pairs of one row and household must follow each other.
    """
    levels = vectors["id"].to_numpy(writable=True)
    fits = having(houses(vectors), np.flatnonzero((levels >= numbers.EQUAL) & (levels <= numbers.MASKED)))
    levels[fits & (levels > numbers.RELATIVE)] = numbers.RELATIVE
    return vectors.with_columns(id=pl.Series(levels))


def _numbers(pairs: pl.DataFrame, rows: pl.DataFrame, register: Register) -> Codes:
    """Codes of the field `id` for `pairs` (m, p, h)."""
    persons = register.persons
    levels = np.full(pairs.height, -1, dtype=np.int8)
    at, m, p = _asked(pairs, rows["kind"] != numbers.NONE)
    levels[at] = numbers.EQUAL
    asked = pl.DataFrame({"at": at, "m": m, "p": p, "l_key": rows["key"][m], "r_key": persons["key"][p]})
    asked = asked.filter((asked["l_key"] != asked["r_key"]).fill_null(value=True))
    if asked.is_empty():
        return levels
    at, m, p = asked["at"].to_numpy(), asked["m"], asked["p"]
    asked = asked.with_columns(pairs["h"][at], rows["kind"][m], r_valid=persons["valid"][p], r_shared=persons["shared"][p])
    owners = persons.select("h", l_key="key").filter(sieved(persons["key"], asked["l_key"]))
    met = asked.select("at", "h", "l_key").join(owners.select("l_key"), on="l_key", how="semi")
    owned, relative = np.zeros(pairs.height, dtype=bool), np.zeros(pairs.height, dtype=bool)
    owned[met["at"].to_numpy()] = True
    relative[met.join(owners, on=["h", "l_key"], how="semi")["at"].to_numpy()] = True
    asked = asked.with_columns(relative=pl.Series(relative[at]), owned=pl.Series(owned[at]))
    levels[at] = numbers.unlike(asked)
    near = asked.filter(~numbers.far_apart(asked.with_columns(l_body=_bodies(rows)[m])))
    if near.height:
        left, right = _written(rows, near["m"]), register.written(near.select("p", key="r_key"))
        levels[near["at"].to_numpy()] = numbers.number_levels(near.with_columns(l_number=left, r_number=right))
    return levels


def _bodies(rows: pl.DataFrame) -> pl.Series:
    """The first seventeen digits of each row's number, where it is sound but for a lost tail."""
    cut = (rows["kind"] == numbers.TAIL_KIND).arg_true()
    return rows["key"].clone().scatter(cut, rows["number"][cut].str.slice(0, ids.LENGTH - 1).cast(pl.Int64))


def _written(rows: pl.DataFrame, at: pl.Series) -> pl.Series:
    """The numbers of these rows: of eighteen characters where they are sound, else as they were given."""
    number = rows["number"][at]
    old = (rows["valid"][at] & (number.str.len_bytes() != ids.LENGTH)).arg_true()
    return number.scatter(old, ids.written(rows["key"][at[old]]))


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
    return {
        "sex": (pl.col("l_sex") != pl.col("r_sex")).cast(pl.Int8).fill_null(-1),
        "place": place.cast(pl.Int8),
        "town": only_town.fill_null(-1).cast(pl.Int8),
    }


def _phone() -> pl.Expr:
    """Level of what the row gives (`said`, `told`) beside the person's `own` telephone, the one `heard` and that of the `house`."""
    said, told, own, house, heard = (pl.col(name) for name in ("said", "told", "own", "house", "heard"))
    # Who has a mobile telephone may have another one at home; and a caller's telephone need not be that of the one in need.
    not_both_mobile = ~(_mobile(said) | _mobile(told)) | ~(_mobile(own) | _mobile(house))
    return (
        pl.when(((said == heard) | (told == heard)).fill_null(value=False))
        .then(0)
        .when(own.is_null() & house.is_null())
        .then(-1)
        .when(((said == own) | (told == own)).fill_null(value=False))
        .then(0)
        .when(((said == house) | (told == house)).fill_null(value=False))
        .then(1)
        .when(pl.col("n").is_null() | not_both_mobile)
        .then(-1)
        .otherwise(2)
        .cast(pl.Int8)
    )
