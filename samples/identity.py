"""Numbers of people: ID numbers (GB 11643-1999) without doubles, telephone numbers, disability certificates.

Address codes are invented like the county (…96 to …99 are given to no county), so that no number here is a real person's.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from samples.tables import COUNTY_CODE
from standards.ids import check_digit

# Neighbouring counties and those from which people marry in, none of which exists.
OTHER_COUNTIES = ("522698", "522697", "522696", "522798", "522399", "522299", "520399", "431298", "450298", "452799", "513499", "653199")
MOBILE = ("134", "135", "136", "137", "138", "139", "150", "151", "152", "157", "158", "159", "182", "183", "187", "188", "130", "131")
MOBILE_NEW = ("155", "156", "180", "181", "185", "186", "189", "133", "153", "177", "178", "173", "166", "198", "199")


def id_numbers(people: pl.DataFrame, seed: int, *, first: int = 0) -> pl.Series:
    """One ID number per row of `people` (prefix, birth_date, sex), all different.

    Within an address code and birth date the sequence numbers run through all of one parity in steps that depend on the date; the
    parity says the sex. Those that come later begin at `first`, beyond all that are taken.

    Raises `ValueError` when more than 500 of one sex share a date and a code.
    """
    nth = first + pl.int_range(pl.len()).over("prefix", "birth_date", "sex")
    start = (pl.col("birth_date").to_physical().cast(pl.Int64) * 7919 + seed * 104729) % 500
    body = people.lazy().with_columns(nth=nth, sequence=(start + nth * 37) % 500 * 2 + (pl.col("sex") == "男").cast(pl.Int64)).collect()
    if body["nth"].max() is not None and int(body["nth"].max()) >= 500:  # type: ignore[arg-type]
        raise ValueError("too many people of one sex were born on one day in one county code")
    return body.select(
        id17=pl.col("prefix") + pl.col("birth_date").dt.strftime("%Y%m%d") + pl.col("sequence").cast(pl.String).str.zfill(3)
    ).select(id18=pl.col("id17") + check_digit(pl.col("id17")))["id18"]


def county_prefixes(rng: np.random.Generator, local: np.ndarray) -> pl.Series:
    """Address codes: the county's where `local`, else a neighbour's (the nearer the likelier)."""
    weights = 1.0 / np.arange(1, len(OTHER_COUNTIES) + 1)
    other = rng.choice(len(OTHER_COUNTIES), len(local), p=weights / weights.sum())
    return pl.Series("prefix", np.array([*OTHER_COUNTIES, COUNTY_CODE])[np.where(local, len(OTHER_COUNTIES), other)])


def phones(rng: np.random.Generator, count: int) -> pl.Series:
    """Mobile numbers of 11 digits; a double is as rare as chance has it."""
    heads = np.array(MOBILE + MOBILE_NEW)[rng.integers(0, len(MOBILE) + len(MOBILE_NEW), count)]
    tails = pl.Series(rng.integers(0, 10**8, count)).cast(pl.String).str.zfill(8)
    return (pl.Series(heads) + tails).alias("phone")
