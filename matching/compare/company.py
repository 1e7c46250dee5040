"""Whether the others named in a row (guardian, head, second owner, members) live in the household of the candidate. Levels in `LEVELS`."""

from __future__ import annotations

import operator

import numpy as np
import polars as pl

from matching.compare.levels import Levels
from matching.compare.names import HOMOPHONE, LONG, NEAR, name_levels
from matching.pairs import Codes, together
from matching.prepare.vocabulary import Vocabulary

LEVELS = ("number", "name", "alike", "other")
NUMBER, NAME, ALIKE, OTHER = range(len(LEVELS))
NOBODY = 2**32 - 1  # number of no name
TEXT = "text"  # role of a name that stands in a text: it speaks for a household where it is found, and against none


def company_levels(pairs: pl.DataFrame, company: pl.DataFrame, persons: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """`company` (code of `LEVELS`, -1 for rows that name nobody) and `known`: how many of the row's others live in the household.

    Args:
        pairs: m, h, p: row, household and person. The candidate is not his own company.
        company: m, role, n, key: the others named in rows.
        persons: h, n, key: the register, in order of p and of h.
        vocabulary: names by number.
    """
    levels = np.full(pairs.height, -1, dtype=np.int8)
    known = np.zeros(pairs.height, dtype=np.uint8)
    company = company.select("m", "n", "key", spoken=pl.col("role") == TEXT).sort("m")
    at, other = together(company["m"].to_numpy(), pairs["m"].to_numpy())
    if len(at):
        levels[at[~company["spoken"].to_numpy()[other]]] = OTHER
        which, level = _members(pairs[["h", "p"]][at], company[["n", "key"]][other], persons, vocabulary)
        for better in (ALIKE, NAME, NUMBER):
            levels[at[which[level == better]]] = better
        met = np.zeros(len(at), dtype=bool)
        met[which] = True
        known = np.minimum(_people(at[met], company, other[met], pairs.height), 255).astype(np.uint8)
    return pl.DataFrame({"company": levels, "known": known})


def _people(at: Codes, company: pl.DataFrame, other: Codes, size: int) -> Codes:
    """How many people of `company` (places `other`) stand at each place below `size`; who is named in two roles is one."""
    times = np.bincount(at, minlength=size)
    several = np.flatnonzero(times[at] > 1)
    once = company[["n", "key"]][other[several]].with_columns(at=pl.Series(at[several])).unique()
    times[at[several]] = 0
    return times + np.bincount(once["at"].to_numpy(), minlength=size)


def _members(pairs: pl.DataFrame, named: pl.DataFrame, persons: pl.DataFrame, vocabulary: Vocabulary) -> tuple[Codes, Levels]:
    """Which of those `named` (n, key) beside `pairs` (h, p), parallel to each other, are members of the household, and their levels.

    Only who is not a member by his very name is compared with them all.
    """
    which, member = together(persons["h"].to_numpy(), pairs["h"].to_numpy())
    another = pairs["p"].to_numpy()[which] != member
    said, listed = (frame["n"].fill_null(nobody).to_numpy() for frame, nobody in ((named, NOBODY), (persons, NOBODY - 1)))
    by_name = np.flatnonzero((said[which] == listed[member]) & another)
    ours, theirs = (frame["key"].fill_null(nobody).to_numpy() for frame, nobody in ((named, -1), (persons, -2)))
    by_number = np.flatnonzero((ours[which] == theirs[member]) & another)
    called = np.zeros(len(named), dtype=bool)
    called[which[by_name]] = True
    asked = np.flatnonzero(~called[which] & another & (said[which] < NOBODY) & (listed[member] < NOBODY - 1))
    one, other = said[which[asked]].astype(np.int64), listed[member[asked]].astype(np.int64)
    # Names of other lengths are not alike, unless both are long.
    lengths = (np.minimum(vocabulary.length[names], LONG) for names in (one, other))
    fits = np.flatnonzero(operator.eq(*lengths))
    alike = name_levels(one[fits], other[fits], vocabulary)
    levels = np.full(len(which), OTHER, dtype=np.int8)
    levels[asked[fits[(alike >= HOMOPHONE) & (alike <= NEAR)]]] = ALIKE
    levels[by_name] = NAME
    levels[by_number] = NUMBER
    found = np.flatnonzero(levels < OTHER)
    return which[found], levels[found]
