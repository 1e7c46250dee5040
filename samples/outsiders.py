"""People whom the register does not know, and of whom bureaus nevertheless report: town dwellers, neighbours, and namesake traps."""

from __future__ import annotations

import numpy as np
import polars as pl

from contracts.tables import conform
from samples import identity, names, status
from samples.seeds import Texts, generator, texts
from samples.tables import AS_OF, PERSONS

SHARE = 0.05  # outsiders for each person of the register
TRAPS = 0.004
RESERVED = 200  # sequence numbers from here on are theirs; those who come in later months begin at 300 (samples.change)


def build_outsiders(persons: pl.DataFrame, villages: pl.DataFrame, seed: int) -> pl.DataFrame:
    """PERSONS rows without household: one in seven lives in a village of the register, half elsewhere in the county.

    The traps (person_uid T…) bear the name, sex and birth date of a living person of the register, and a number of their own.
    """
    rng = generator(seed, "outsiders")
    strangers = _strangers(rng, max(20, round(persons.height * SHARE)), villages)
    traps = _traps(rng, persons, max(5, round(persons.height * TRAPS)), villages)
    people = pl.concat([strangers, traps], how="diagonal_relaxed")
    numbers = identity.id_numbers(people, seed, first=RESERVED)
    return conform(people.with_columns(id18=numbers).sort("person_uid"), PERSONS)


def _where(rng: np.random.Generator, count: int, villages: pl.DataFrame) -> dict[str, pl.Series]:
    """Place columns: null for people of other counties."""
    nth = rng.integers(0, villages.height, count)
    here, town_only = rng.random(count) < 0.15, rng.random(count) < 0.5
    at = villages[nth.tolist()]
    nothing = pl.Series([None] * count, dtype=pl.String)
    return {
        "village_code": at["code"].zip_with(pl.Series(here), nothing),
        "village": at["village"].zip_with(pl.Series(here), nothing),
        "town": at["town"].zip_with(pl.Series(here | town_only), nothing),
        "group": (pl.Series(rng.integers(1, 12, count)).cast(pl.String) + "组").zip_with(pl.Series(here), nothing),
    }


def _strangers(rng: np.random.Generator, count: int, villages: pl.DataFrame) -> pl.DataFrame:
    age = np.clip(np.abs(rng.normal(40, 21, count)), 0.1, 94)
    born = pl.Series(-(age * 365.2425).astype(np.int64)).cast(pl.Int32) + AS_OF.toordinal() - 719163
    male = rng.random(count) < 0.51
    year = born.cast(pl.Date).dt.year().to_numpy().astype(np.int64)
    name = names.surnames(rng, count) + names.given_names(rng, male, year, np.full(count, "", dtype=object))
    place = _where(rng, count, villages)
    return _frame(
        rng,
        "O",
        name,
        pl.Series(np.where(male, "男", "女")),
        born.cast(pl.Date),
        identity.county_prefixes(rng, rng.random(count) < 0.55),
        place,
    )


def _traps(rng: np.random.Generator, persons: pl.DataFrame, count: int, villages: pl.DataFrame) -> pl.DataFrame:
    alive = persons.filter("is_alive", pl.col("age") >= 16)
    chosen = alive[np.sort(rng.choice(alive.height, min(count, alive.height), replace=False)).tolist()]
    other = identity.county_prefixes(rng, np.zeros(chosen.height, np.bool_))
    return _frame(
        rng, "T", chosen["person_name"].to_numpy(), chosen["sex"], chosen["birth_date"], other, _where(rng, chosen.height, villages)
    )


def _frame(
    rng: np.random.Generator, letter: str, name: Texts, sex: pl.Series, born: pl.Series, prefix: pl.Series, place: dict[str, pl.Series]
) -> pl.DataFrame:
    count = len(sex)
    age = ((AS_OF.toordinal() - 719163 - born.cast(pl.Int32).to_numpy()) / 365.2425).astype(np.int64)
    facts = status.people(rng, age)
    frame = pl.DataFrame({"person_name": texts(name), "sex": sex, "birth_date": born, "age": age, "prefix": prefix, **place})
    return frame.with_columns(
        *facts,
        person_uid=letter + pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7),
        ethnicity=texts(status.ethnicities(rng, np.zeros(count, np.int64), 1, np.zeros(count, np.bool_))),
        phone=pl.when(pl.lit(pl.Series(rng.random(count) < np.where(age >= 14, 0.9, 0.0)))).then(pl.lit(identity.phones(rng, count))),
        is_head=pl.lit(value=False),
        is_alive=pl.lit(value=True),
    )
