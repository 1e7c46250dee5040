"""Names of the register that stand in free text: who may be meant by a call, a petition or a tip without a column for names.

All names of the register are looked for at once; at one place of a text the longest counts. Names that were only heard right are looked
for by their sound among the people of the village that the text names.
"""

from __future__ import annotations

import polars as pl

from matching.compare.names import EQUAL, HOMOPHONE, OTHER
from matching.prepare import Mentions, Register, with_sounds
from standards import names
from standards import pinyin as readings

SCHEMA = {"m": pl.UInt32, "name": pl.String, "village_code": pl.String, "town_code": pl.String}


def find_spoken(mentions: Mentions, register: Register) -> pl.DataFrame:
    """m, name, village_code, town_code: names of the register in the texts of rows that have no name of their own."""
    texts = _texts(mentions.rows)
    if texts.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    known = register.persons["name"].drop_nulls().unique()
    patterns = known.filter(known.str.len_chars().is_between(2, 12))
    longest_first = patterns.to_frame("name").sort(pl.col("name").str.len_chars(), "name", descending=[True, False])["name"].to_list()
    found = texts.with_columns(name=pl.col("text").str.extract_many(longest_first, leftmost=True)).explode("name", empty_as_null=True)
    return found.drop_nulls("name").select(list(SCHEMA)).unique().sort("m", "name")


def find_heard(mentions: Mentions, register: Register) -> pl.DataFrame:
    """m, p: people of the village named in a text whose names sound like something in it."""
    texts = _texts(mentions.rows).filter(pl.col("village_code").is_not_null())
    heard = texts.select("m", "village_code", sounds=pl.format(" {} ", names.dialect(readings.read(pl.col("text")))))
    people = register.persons.filter(pl.col("name").str.len_chars() >= 2).select("p", "village_code", sound=pl.format(" {} ", "sound"))
    pairs = heard.join(people, on="village_code").filter(pl.col("sounds").str.contains(pl.col("sound"), literal=True))
    return pairs.select("m", "p")


def told_levels(pairs: pl.DataFrame, spoken: pl.DataFrame, heard: pl.DataFrame, register: Register) -> pl.DataFrame:
    """All pairs and those of `heard`, with `told`: the level of name by which the text names the person, null for rows of other kinds.

    Who calls from somebody's telephone and names somebody else speaks about the other.
    """
    everybody = pl.concat([pairs.select("m", "p"), heard]).unique().sort("m", "p")
    named = everybody.with_columns(name=register.persons["name"][everybody["p"]]).join(
        spoken.select("m", "name", exact=pl.lit(value=True)).unique(), on=["m", "name"], how="left", maintain_order="left"
    )
    sounded = named.join(heard.with_columns(alike=pl.lit(value=True)), on=["m", "p"], how="left", maintain_order="left")
    somebody = pl.col("m").is_in(pl.concat([spoken["m"], heard["m"]]).unique().implode())
    told = pl.when("exact").then(EQUAL).when("alike").then(HOMOPHONE).when(somebody).then(OTHER)
    return sounded.select("m", "p", told=told.cast(pl.Int8))


def with_spoken_company(mentions: Mentions, spoken: pl.DataFrame) -> Mentions:
    """Where a text names several people of the register, each is the others' company (role `text`)."""
    several = spoken.filter(pl.col("name").n_unique().over("m") > 1).select("m", "name").unique().sort("m", "name")
    company = several.select("m", role=pl.lit("text"), name="name", id18=pl.lit(None, pl.String))
    return Mentions(mentions.rows, pl.concat([mentions.company, with_sounds(company)]))


def _texts(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that have a text and no name of their own, the text normalised like a name."""
    texts = rows.filter(pl.col("name").is_null() & pl.col("text").is_not_null())
    traditional, simplified = names.simplifications()
    text = pl.col("text").str.normalize("NFKC").str.replace_many(traditional, simplified)
    return texts.select("m", "village_code", "town_code", text=text)
