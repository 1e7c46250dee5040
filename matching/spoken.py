"""Names of the register that stand in free text: who may be meant by a call, a petition or a tip without a column for names.

All names of the register are looked for at once; at one place of a text the longest counts. Names that were only heard right are looked
for by their sound among the people of the village that the text names.
"""

from __future__ import annotations

import polars as pl

from matching.prepare import Mentions, Register
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


def _texts(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that have a text and no name of their own, the text normalised like a name."""
    texts = rows.filter(pl.col("name").is_null() & pl.col("text").is_not_null())
    traditional, simplified = names.simplifications()
    text = pl.col("text").str.normalize("NFKC").str.replace_many(traditional, simplified)
    return texts.select("m", "village_code", "town_code", text=text)
