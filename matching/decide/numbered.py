"""Rows whose number somebody of the register has: no model is needed for them, and the model learns from them.

A number and a name that agree are sure. Where they do not, the number may be a relative's or a neighbour's.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from matching.compare import company as others
from matching.compare.names import ONE
from matching.compare.numbers import VALID
from matching.compare.vector import compare
from matching.pairs import among, fresh, joint, parted
from matching.prepare.tables import Mentions, Register
from matching.prepare.vocabulary import Vocabulary
from matching.sieve import sieved
from matching.weigh.weights import MEASURED_ROWS


def owners(said: Mentions, register: Register, vocabulary: Vocabulary) -> pl.DataFrame:
    """Comparisons of each row with a valid number with the person who has it; of several the one of its village, then where he lives."""
    owners = register.persons[["p", "key"]].drop_nulls("key")
    pairs = said.rows[["m", "key"]].drop_nulls("key").join(owners, on="key").select(joint("m", "p")).sort("pair")
    vectors = compare(pairs.select(*parted("m", "p"), told=pl.lit(None, pl.Int8)), said, register, vocabulary)
    feed, lives = said.rows["feed_number"][vectors["m"]], register.persons["lives"][vectors["p"]]
    vectors = vectors.with_columns(feed=feed, lives=lives)
    first = fresh(vectors["m"].to_numpy())
    alone = first & np.append(first[1:], True)
    several = (
        vectors.with_row_index("at")
        .filter(~alone)
        .sort(
            "m",
            pl.col("name").clip(0, ONE + 1),
            pl.col("place").replace(-1, 1),
            pl.col("company").replace(-1, others.OTHER),
            pl.col("lives").not_(),
            "p",
        )
    )
    best = several.unique("m", keep="first", maintain_order=True)
    return vectors.drop("lives")[np.sort(np.append(np.flatnonzero(alone), best["at"]))]


def disputed(by_number: pl.DataFrame, said: Mentions, register: Register) -> pl.Series:
    """Numbers of those rows of `by_number` whose name is exactly somebody else's: the number is that one's relative's, or his neighbour's.

    Of the household it may differ in any way from the owner's name; of the village, by a character that neither ear nor eye explains.
    """
    otherwise = by_number.filter(pl.col("name") > 0)
    rows = said.rows[["n", "village"]][otherwise["m"]]
    written = pl.concat([otherwise[["m", "h", "name"]], rows], how="horizontal")
    found = []
    for where, asked in (("h", written), ("village", written.filter(pl.col("name") == ONE).drop_nulls("village"))):
        others = register.persons[[where, "n"]].filter(sieved(register.persons["n"], asked["n"]))
        found.append(asked.join(others, on=[where, "n"], how="semi")["m"])
    return pl.concat(found).unique().sort()


def sure(by_number: pl.DataFrame, disputed: pl.Series) -> pl.DataFrame:
    """Rows whose number and name both say who they are about."""
    return by_number.filter(by_number["name"].is_between(0, ONE) & ~among(by_number["m"], disputed))


def certain(by_number: pl.DataFrame, disputed: pl.Series) -> pl.DataFrame:
    """Rows whose number and name, or number and village, say who they are about; else the test would know no name that nobody can read."""
    either = by_number["name"].is_between(0, ONE) | (by_number["place"] == 0)
    return by_number.filter(either & ~among(by_number["m"], disputed))


def nobodys(said: Mentions, by_number: pl.DataFrame) -> pl.Series:
    """Rows (m) whose number is valid and not in the register."""
    return said.rows["m"].filter((said.rows["kind"] == VALID) & ~among(said.rows["m"], by_number["m"]))


def sample(by_number: pl.DataFrame, disputed: pl.Series) -> pl.DataFrame:
    """Pairs on which the habits of a list are measured: those of its numbers but others', up to enough of them."""
    own = by_number.filter(~among(by_number["m"], disputed))
    return own.filter(pl.int_range(pl.len()).over("feed") < MEASURED_ROWS)
