"""Rows that give the register's number of a household (户编号): it stands for somebody of that household, as if his number were given.

Lists of other bureaus count households in their own way, and of sixteen digits that are typed into a spreadsheet the last is lost: only a
number counts in whose household somebody is called like the row's person, or is at least of his surname.
"""

from __future__ import annotations

import polars as pl

from matching.prepare.tables import Mentions, Register

ROLE = "house"
NUMBER = "household_no"
TYPED_TOO_LONG = "0"  # in place of a sixteenth digit


def with_house_numbers(said: Mentions, register: Register) -> Mentions:
    """`said` in which the first member of the household whose number a row gives, but the row's own person, is company (role `house`)."""
    given = said.rows.select("m", "n", "key", "heard", "surname", household_id=NUMBER).drop_nulls("household_id")
    rows = said.rows.drop(NUMBER)
    if given.is_empty():
        return Mentions(rows, said.company)
    told = given.with_columns(pl.col("household_id").str.strip_chars()).join(register.households, on="household_id")
    members = told.join(register.persons.select("h", "heard", "surname", "key", "p"), on="h", suffix="_there")
    nameless = pl.col("n").is_null()
    of_name = (pl.col("surname") == pl.col("surname_there")) & ~pl.col("household_id").str.ends_with(TYPED_TOO_LONG)
    known = members.filter(nameless | (pl.col("heard") == pl.col("heard_there")) | of_name).select("m").unique()
    others = members.filter(pl.col("key_there").is_not_null() & pl.col("key").ne_missing(pl.col("key_there")))
    first = others.join(known, on="m", how="semi").sort("m", "p").unique("m", keep="first", maintain_order=True)
    named = first.select("m", role=pl.lit(ROLE), key="key_there")
    return Mentions(rows, pl.concat([said.company, named], how="diagonal").sort("m", maintain_order=True))
