"""What was found out about rows and households that are still the same, kept from one run to the next.

Rows and households are known again by fingerprints of all that is compared about them, so neither their place in a file nor the month
counts. Kept are the candidates of a row and how each field compares; weights, thresholds and answers are worked out anew from all rows
together, so that the result is that of a full run. Fingerprints and codes are all that is kept: no name, no number.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import polars.selectors as cs

from matching.compare.vector import FIELDS, LEFT, RIGHT
from matching.prepare.tables import Mentions, Register
from matching.prepare.vocabulary import Vocabulary

CODES = (*(field for field in FIELDS if field != "again"), "known")
PERSON, HOUSE, ROW, COMPANY = 23, 47, 71, 97  # seeds, so that equal cells of different tables have different fingerprints
ROWS = pl.Schema({"row": pl.UInt64, "narrow": pl.Boolean, "wide": pl.Boolean})
PAIRS = pl.Schema(
    {"row": pl.UInt64, "person": pl.UInt64, "narrow": pl.UInt32, "wide": pl.UInt32, **dict.fromkeys(CODES[:-1], pl.Int8), "known": pl.UInt8}
)
HOUSEHOLDS = pl.Schema({"household": pl.UInt64})
PRINTS = pl.Schema({"p": pl.UInt32, "household": pl.UInt64, "person": pl.UInt64})
TABLES = {"rows": ROWS, "pairs": PAIRS, "households": HOUSEHOLDS}


@dataclass(frozen=True)
class Memory:
    """What one run leaves for the next.

    `rows`: fingerprint, and whether the narrow and the wide blocks were asked and none was too large. `pairs`: row, person, the blocks that
    gave the pair, and its vector. `households`: fingerprints of all that were in the register.
    """

    rows: pl.DataFrame
    pairs: pl.DataFrame
    households: pl.DataFrame

    @classmethod
    def nothing(cls) -> Memory:
        """The memory of a first run."""
        return cls(**{name: pl.DataFrame(schema=schema) for name, schema in TABLES.items()})

    def and_(self, other: Memory) -> Memory:
        """Both, of one register."""
        rows = pl.concat([self.rows, other.rows]).group_by("row").agg(pl.col("narrow", "wide").any()).sort("row")
        pairs = pl.concat([self.pairs, other.pairs])
        # The same row may have been asked twice, as itself and in another's stead; what was asked more holds the rest.
        return Memory(rows, each_once(pairs.sort("row", "person", "wide", descending=[False, False, True])), self.households)

    def save(self, folder: Path) -> None:
        """Write the tables into `folder`, which exists."""
        for name in TABLES:
            getattr(self, name).write_parquet(folder / f"{name}.parquet", compression="zstd")

    @classmethod
    def load(cls, folder: Path) -> Memory:
        """The tables in `folder`."""
        return cls(**{name: pl.read_parquet(folder / f"{name}.parquet") for name in TABLES})


def each_once(pairs: pl.DataFrame) -> pl.DataFrame:
    """The first of `pairs`, which are in order of row and person, that are about the same ones."""
    row, person = (pl.col(name) for name in ("row", "person"))
    return pairs.filter(((row != row.shift()) | (person != person.shift())).fill_null(value=True))


def row_prints(mentions: Mentions, register: Register, vocabulary: Vocabulary) -> pl.Series:
    """Fingerprints of rows, over everything that blocks and comparisons look at; null for rows whose persons stand in a text."""
    rows, company = mentions.rows, mentions.company
    others = company.select("m", "role", "key", name=_names(company["n"], vocabulary)).select(
        "m", print=_mixed("role", "key", "name", seed=COMPANY)
    )
    others = rows.select("m").join(others.group_by("m").agg(pl.col("print").sum()), on="m", how="left", maintain_order="left")
    owned = rows["key"].is_in(register.persons["key"].drop_nulls().unique().implode())
    looked_at = rows.select(
        *(name for name in LEFT if name != "n"), "born", others=others["print"], name=_names(rows["n"], vocabulary), owned=owned
    )
    looked_at = looked_at.with_columns(cs.categorical().cast(pl.String))  # whose codes are given anew in every run
    prints = looked_at.select(print=_mixed(*looked_at.columns, seed=ROW))["print"]
    in_text = rows["n"].is_null() & rows["text"].is_not_null()
    return pl.select(pl.when(~in_text).then(prints)).to_series().rename("row")


def person_prints(register: Register, vocabulary: Vocabulary) -> pl.DataFrame:
    """p, `household` and `person`: fingerprints of the household with all its members, and of each person as one of them."""
    persons = register.persons
    listed = (name for name in RIGHT if name not in {"h", "n"})
    told = persons.select("h", "p", "household_id", "person_id", *listed, name=_names(persons["n"], vocabulary))
    told = told.join(register.broken, on="p", how="left", maintain_order="left")
    told = told.with_columns(cs.categorical().cast(pl.String), nth=pl.col("p") - pl.col("p").min().over("h"))
    one = told.select("h", "p", print=_mixed(*(name for name in told.columns if name not in {"h", "p"}), seed=PERSON))
    houses = one.group_by("h").agg(household=pl.col("print").hash(HOUSE).sum())
    houses = one.join(houses, on="h", how="left", maintain_order="left")
    return houses.select("p", "household", person=pl.col("print").hash(HOUSE + 1) + pl.col("household"))


def _names(numbers: pl.Series, vocabulary: Vocabulary) -> pl.Series:
    """Fingerprints of the names with these numbers: numbers are given anew in every run."""
    hashes = vocabulary.names["name"].hash(1)
    return (
        hashes[numbers.fill_null(0)].zip_with(numbers.is_not_null(), pl.Series([None], dtype=pl.UInt64))
        if len(hashes)
        else numbers.cast(pl.UInt64)
    )


def _mixed(*columns: str, seed: int) -> pl.Expr:
    """One fingerprint over several columns."""
    return pl.sum_horizontal(pl.col(name).hash(seed + 1000 * at) for at, name in enumerate(columns)).hash(seed)
