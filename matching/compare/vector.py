"""The comparison of a row with a person, field by field, for many pairs at once.

A vector holds one code per field of `matching.settings.LEVELS` and of `ID`; -1 says that the field cannot be compared, which is no
evidence either way. Pairs are given by numbers (m, p), so that values are gathered, not joined.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from matching.compare.births import age_levels, birth_levels
from matching.compare.names import name_levels
from matching.prepare import Mentions, Register
from standards import ids, relations

FEW = 2  # slips of the hand in one number that may still be slips
ID = ("equal", "repaired", "tail", "masked", "relative", "slips", "sequence", "birth", "differs")


def compare(pairs: pl.DataFrame, mentions: Mentions, register: Register) -> pl.DataFrame:
    """`pairs` (m, p, and `told`: level of name by which the person stands in the row's text, or null) with h and one code per field."""
    rows, persons = mentions.rows, register.persons
    left = rows.drop("m", "feed", "row_id", "text").select(pl.all().name.prefix("l_"))
    right = persons.drop("p", "person_id", "household_id").select(pl.all().name.prefix("r_"))
    wide = pl.concat([pairs, left[pairs["m"]], right[pairs["p"]]], how="horizontal").rename({"r_h": "h"})
    wide = wide.with_columns(
        name=name_levels(wide.select(left="l_name", right="r_name", left_sound="l_sound", right_sound="r_sound")),
        **_births(wide),
        **_simple(),
    )
    wide = wide.with_columns(name=pl.coalesce("told", "name").cast(pl.Int8), id=_id_levels(wide, persons))
    return wide.select("m", "p", "h", "name", "birth", "age", "sex", "place", "town", "group", "phone", "head", "id").with_columns(
        company_levels(wide.select("m", "h", "p"), mentions.company, persons)
    )


def _births(wide: pl.DataFrame) -> dict[str, pl.Series]:
    """Birth dates where the row says one in a column of its own; else years, where it says an age."""
    return {
        "birth": birth_levels(wide["l_said_birth"], wide["r_birth"]),
        "age": age_levels(wide["l_birth_year"], wide["r_birth"].dt.year()),
    }


def _simple() -> dict[str, pl.Expr]:
    """Fields that are equal or not."""
    village, town = pl.col("l_village_code"), pl.col("l_town_code")
    elsewhere = pl.col("l_place_kind") == "settlement"  # people of all villages live there
    place = (
        pl.when(village == pl.col("r_village_code"))
        .then(0)
        .when(elsewhere)
        .then(-1)
        .when(village.is_null() | pl.col("r_village_code").is_null())
        .then(-1)
        .when(village.str.slice(0, 9) == pl.col("r_town_code").str.slice(0, 9))
        .then(1)
        .otherwise(2)
    )
    only_town = pl.when(village.is_null()).then((town != pl.col("r_town_code")).cast(pl.Int8))
    group = pl.when(village == pl.col("r_village_code")).then((pl.col("l_group") != pl.col("r_group")).cast(pl.Int8))
    phone = (
        pl.when(pl.col("l_phone").is_null() | (pl.col("r_phone").is_null() & pl.col("r_household_phone").is_null()))
        .then(-1)
        .when((pl.col("l_phone") == pl.col("r_phone")).fill_null(value=False))
        .then(0)
        .when((pl.col("l_phone") == pl.col("r_household_phone")).fill_null(value=False))
        .then(1)
        .when(pl.col("l_name").is_null())  # the telephone is the caller's, who need not be the one in need
        .then(-1)
        .otherwise(2)
    )
    heads = pl.col("l_only_head") | (pl.col("l_relation") == relations.HEAD).fill_null(value=False)
    return {
        "sex": (pl.col("l_sex") != pl.col("r_sex")).cast(pl.Int8).fill_null(-1),
        "place": place.cast(pl.Int8),
        "town": only_town.fill_null(-1).cast(pl.Int8),
        "group": group.fill_null(-1).cast(pl.Int8),
        "phone": phone.cast(pl.Int8),
        "head": pl.when(heads).then(pl.col("r_is_head").not_().cast(pl.Int8)).otherwise(-1).cast(pl.Int8),
    }


def _id_levels(wide: pl.DataFrame, persons: pl.DataFrame) -> pl.Series:
    """Codes of `ID` for each pair."""
    known = persons.filter("valid").group_by("id18").agg(pl.col("h").alias("owners"))
    pairs = wide.select("h", "l_id_kind", "l_number", "l_id18", "r_number", "r_id18", "r_valid", "r_birth", "r_shared")
    pairs = pairs.join(known, left_on="l_id18", right_on="id18", how="left", maintain_order="left")
    number, other = pl.col("l_number"), pl.col("r_number")
    kind = pl.col("l_id_kind")
    comparable = kind.is_not_null() & other.is_not_null()
    equal = (pl.col("l_id18") == pl.col("r_id18")) | (number == other)
    stems = pl.when(kind == "tail").then(ids.tail_stems(number))
    tail = stems.list.contains(pl.col("r_id18").str.slice(0, 15))
    masked = (
        (kind == "masked")
        & pl.col("r_id18").str.starts_with(number.str.extract(r"^(\d*)"))
        & pl.col("r_id18").str.ends_with(number.str.extract(r"([\dX]*)$"))
    )
    birth = number.str.slice(6, 8) == pl.col("r_birth").dt.strftime("%Y%m%d")
    slips = _slips(pairs)
    return pairs.with_columns(one_slip=slips == 1, few_slips=slips == FEW).select(
        id=pl.when(~comparable)
        .then(-1)
        .when(equal.fill_null(value=False))
        .then(0)
        .when("one_slip")
        .then(1)
        .when(tail.fill_null(value=False))
        .then(2)
        .when(masked.fill_null(value=False))
        .then(3)
        .when(pl.col("owners").list.contains(pl.col("h")).fill_null(value=False))
        .then(4)
        .when("r_shared")
        .then(-1)
        .when("few_slips")
        .then(5)
        .when((number.str.slice(0, 14) == pl.col("r_id18").str.slice(0, 14)).fill_null(value=False))
        .then(6)
        .when(birth.fill_null(value=False))
        .then(7)
        .otherwise(8)
        .cast(pl.Int8)
    )["id"]


def _slips(pairs: pl.DataFrame) -> pl.Series:
    """How many slips of the hand lie between the numbers, up to `FEW`; more are `FEW` + 1. Two valid numbers are never one slip apart.

    Asked only where birth dates or the broken number leave it open; 0 where it was not asked.
    """
    broken = (pl.col("l_id_kind") == "wrong") | ((pl.col("l_id_kind") == "valid") & ~pl.col("r_valid"))
    born = pl.col("l_number").str.slice(6, 8) == pl.col("r_number").str.slice(6, 8)
    asked = pl.col("r_number").is_not_null() & (broken | ((pl.col("l_id_kind") == "valid") & born))
    some = pairs.with_row_index("at").filter(asked).select("at", "l_number", "r_number")
    distances = cpdist(some["l_number"], some["r_number"], scorer=OSA.distance, score_cutoff=FEW, dtype=np.int32, workers=-1)
    slips = np.zeros(pairs.height, dtype=np.int8)
    slips[some["at"].to_numpy()] = distances
    return pl.Series("slips", slips)


def company_levels(pairs: pl.DataFrame, company: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """`company` (number, name, other) and `known`: how many of the row's other people live in the household; one row per pair.

    The candidate is not his own company. Other names in a text speak for a household where they are found, and against none.
    """
    named = pairs.with_row_index("at").join(company.select("m", "role", "name", "id18"), on="m")
    members = persons.select("h", pl.col("p").alias("other"), "name", "id18")
    by_number = named.join(members.drop("name"), on=["h", "id18"]).filter(pl.col("p") != pl.col("other")).select("at", "name")
    by_name = named.join(members.drop("id18"), on=["h", "name"]).filter(pl.col("p") != pl.col("other")).select("at", "name")
    asked = np.full(pairs.height, -1, dtype=np.int8)
    asked[named.filter(pl.col("role") != "text")["at"].to_numpy()] = 2
    asked[by_name["at"].to_numpy()] = 1
    asked[by_number["at"].to_numpy()] = 0
    found = pl.concat([by_number, by_name]).unique().group_by("at").len()
    known = np.zeros(pairs.height, dtype=np.uint8)
    known[found["at"].to_numpy()] = np.minimum(found["len"].to_numpy(), 255)
    return pl.DataFrame({"company": asked, "known": known})
