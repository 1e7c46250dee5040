"""Drawing people and circumstances for a month: who is hit, on which day, with what words.

Rates are per 1,000 households. Households differ in luck, so that some are hit by several things: those are the ones to find.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from contracts.month import Month
from samples.seeds import generator
from samples.tables import Population

Facts = dict[str, pl.DataFrame]

WORKING = pl.col("age").is_between(18, 60) & pl.col("labour").is_in(["普通劳动力", "技能劳动力"])
STUDENT = pl.col("stage").is_in(["高中", "中职", "高职高专", "本科"])
PUPIL = pl.col("stage").is_in(["小学", "初中"])
ADULT = pl.col("age") >= 18


@dataclass
class Draw:
    """Draws people and their circumstances for one month. `seen` is the people of the register who live, with their weights."""

    population: Population
    month: Month
    seed: int
    first: bool = True  # the first month of the sample

    def __post_init__(self) -> None:
        self.per_mille = self.population.households.height / 1000
        self.seen = self.population.persons.filter("is_alive")
        self.others = self.population.outsiders.filter("is_alive")
        households = self.population.households["household_id"].sort()
        luck = generator(self.seed, "luck").lognormal(0.0, 0.8, households.len())
        weight = pl.DataFrame({"household_id": households, "weight": luck})
        known = self.seen.select("household_id").join(weight, on="household_id", how="left", maintain_order="left")
        self.weight = known["weight"].fill_null(1.0).to_numpy()

    def rng(self, kind: str) -> np.random.Generator:
        """The random numbers of one kind of event in this month."""
        return generator(self.seed, "event", str(self.month), kind)

    def people(
        self, kind: str, rate: float, who: pl.Expr | None = None, *, others: float = 0.05, least: int = 3, one_per_household: bool = True
    ) -> pl.DataFrame:
        """`rate` per 1,000 households of the people who fit, unlucky households first in line, and a share of outsiders."""
        rng = self.rng(kind)
        wanted = max(least, round(rate * self.per_mille))
        pool = (
            np.arange(self.seen.height) if who is None else self.seen.select(who.fill_null(value=False).arg_true()).to_series().to_numpy()
        )
        keys = rng.exponential(size=len(pool)) / self.weight[pool]
        room = min(len(pool), 4 * wanted + 100)
        first = np.argpartition(keys, room - 1)[:room] if room else np.arange(0)
        chosen = self.seen[pool[first[np.argsort(keys[first], kind="stable")]]]
        if one_per_household:
            chosen = chosen.unique("household_id", keep="first", maintain_order=True)
        chosen = chosen.head(wanted)
        fits = self.others if who is None else self.others.filter(who)
        strangers = fits[rng.permutation(fits.height)[: round(chosen.height * others)]]
        frame = pl.concat([chosen, strangers], how="vertical")
        number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(6)
        return frame.with_columns(event_id=pl.format("{}-{}-{}", pl.lit(str(self.month)), pl.lit(kind), number))

    def days(self, kind: str, count: int, first: date | None = None, last: date | None = None) -> pl.Series:
        """`count` days between `first` and `last`, by default days of the month."""
        first, last = first or self.month.start, last or self.month.end
        offsets = self.rng(kind + "-days").integers(0, (last - first).days + 1, count)
        return pl.Series("event_date", [first], dtype=pl.Date).new_from_index(0, count) + pl.Series(offsets * 86_400_000_000).cast(
            pl.Duration("us")
        )

    def choose(self, kind: str, values: tuple[str, ...], count: int, weights: tuple[float, ...] | None = None) -> pl.Series:
        """`count` of `values`."""
        p = None if weights is None else np.array(weights) / sum(weights)
        return pl.Series(np.array(values)[self.rng(kind).choice(len(values), count, p=p)], dtype=pl.String)


def facts_of(people: pl.DataFrame, **columns: pl.Series | pl.Expr | str | float) -> pl.DataFrame:
    """The facts about `people`: who, which event, and `columns`."""
    return people.select("event_id", "person_uid").with_columns(**columns)
