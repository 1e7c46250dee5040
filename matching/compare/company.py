"""Whether the others named in a row (guardian, head, second owner, members) live in the household of the candidate. Levels in `LEVELS`."""

from __future__ import annotations

import numpy as np
import polars as pl

from matching.compare.names import EQUAL, NEAR, name_levels
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
        members = persons.select("h", "n", "key", other="p").join(named.select("h").unique(), on="h", how="semi")
        met = named.join(members, on="h", suffix="_member").filter(pl.col("p") != pl.col("other"))
        heard = name_levels(
            met["n"].fill_null(-1).cast(pl.Int64).to_numpy(), met["n_member"].fill_null(-1).cast(pl.Int64).to_numpy(), vocabulary
        )
        alike = pl.Series(heard).is_between(EQUAL, NEAR)
        level = (
            pl.when(pl.col("key") == pl.col("key_member")).then(NUMBER).when(pl.Series(heard) == EQUAL).then(NAME).when(alike).then(ALIKE)
        )
        found = met.select("at", "n", "key", level=level).drop_nulls("level")
        best = found.group_by("at").agg(pl.col("level").min(), known=pl.struct("n", "key").n_unique())
        levels[named.filter(pl.col("role") != TEXT)["at"].to_numpy()] = OTHER
        levels[best["at"].to_numpy()] = best["level"].to_numpy()
        known[best["at"].to_numpy()] = np.minimum(best["known"].to_numpy(), 255)
    return pl.DataFrame({"company": levels, "known": known})
