"""Whether the others named in a row (guardian, head, second owner, members) live in the household of the candidate. Levels in `LEVELS`."""

from __future__ import annotations

import operator

import numpy as np
import polars as pl

from matching.compare.names import HOMOPHONE, LONG, NEAR, name_levels
from matching.pairs import joint
from matching.vocabulary import Vocabulary

LEVELS = ("number", "name", "alike", "other")
NUMBER, NAME, ALIKE, OTHER = range(len(LEVELS))
TEXT = "text"  # role of a name that stands in a text: it speaks for a household where it is found, and against none


def company_levels(pairs: pl.DataFrame, company: pl.DataFrame, persons: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """`company` (code of `LEVELS`, -1 for rows that name nobody) and `known`: how many of the row's others live in the household.

    Args:
        pairs: m, h, p: row, household and person. The candidate is not his own company.
        company: m, role, n, key: the others named in rows.
        persons: p, h, n, key: the register.
        vocabulary: names by number.
    """
    named = pairs.with_row_index("at").join(company.select("m", "role", "n", "key"), on="m")
    levels = np.full(pairs.height, -1, dtype=np.int8)
    known = np.zeros(pairs.height, dtype=np.uint8)
    if named.height:
        members = persons.select("h", "n", "key", other="p").join(named.select("h"), on="h", how="semi")
        found = _found(named.with_columns(joint("h", "n")), members.with_columns(joint("h", "n")), vocabulary)
        best = found.group_by("at").agg(pl.col("level").min(), known=pl.struct("n", "key").n_unique())
        levels[named.filter(pl.col("role") != TEXT)["at"].to_numpy()] = OTHER
        levels[best["at"].to_numpy()] = best["level"].to_numpy()
        known[best["at"].to_numpy()] = np.minimum(best["known"].to_numpy(), 255)
    return pl.DataFrame({"company": levels, "known": known})


def _found(named: pl.DataFrame, members: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """at, n, key, level of those named who are members of the household; `pair` is a household and a name.

    Only who is not a member by his very name is compared with them all, each name once a household.
    """
    another = pl.col("p") != pl.col("other")
    by_number = named.drop_nulls("key").join(members.select("key", "other", house="h"), on="key")
    by_number = by_number.filter(another, pl.col("h") == pl.col("house"))
    by_name = named.with_row_index("place").join(members.select("pair", "other"), on="pair").filter(another)
    open_ = named["pair"].is_not_null().to_numpy(writable=True)
    open_[by_name["place"].to_numpy()] = False
    left = named.filter(pl.Series(open_))
    asked = left.select("pair", "h", "n").unique("pair").join(members.select("h", "other", member="n").drop_nulls("member"), on="h")
    # Names of other lengths are not alike, unless both are long.
    lengths = (np.minimum(vocabulary.length[asked[name].to_numpy()], LONG) for name in ("n", "member"))
    asked = asked.filter(pl.Series(operator.eq(*lengths)))
    one, other = (asked[name].cast(pl.Int64).to_numpy() for name in ("n", "member"))
    alike = asked.filter(pl.Series(name_levels(one, other, vocabulary)).is_between(HOMOPHONE, NEAR))
    by_sound = left.join(alike.select("pair", "other"), on="pair").filter(another)
    return pl.concat(
        found.select("at", "n", "key", level=pl.lit(level, pl.Int8))
        for found, level in ((by_number, NUMBER), (by_name, NAME), (by_sound, ALIKE))
    )
