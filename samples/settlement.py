"""Where households live: which villages of the place table have people, how many, in which groups, and which surnames rule there."""

from __future__ import annotations

import numpy as np
import polars as pl

from samples.names import surname_weights
from samples.seeds import Ints, Texts, generator, weighted

HOUSEHOLDS_A_VILLAGE = 300


def inhabited(places: pl.DataFrame, households: int) -> pl.DataFrame:
    """The villages (code, town, village) that a sample of so many households fills: some of each of some towns.

    The number of towns grows with the root of the number of villages, so that a small sample still has several of both; they are
    taken from the whole list, so that streets, towns and townships are among them, and villages and communities alternate.
    """
    villages = places.filter(pl.col("level") == "village", pl.col("kind") == "current").select("code", "town", "village").sort("code")
    count = max(1, min(villages.height, round(households / HOUSEHOLDS_A_VILLAGE)))
    towns = villages["town"].unique(maintain_order=True)
    serial = pl.col("code").str.slice(9).cast(pl.Int64) % 100
    numbered = villages.sort(serial, "code").with_columns(nth=pl.int_range(pl.len()).over("town"))
    some = max(1, min(len(towns), round(count**0.5)))
    chosen = numbered.filter(pl.col("town").is_in(towns.gather([len(towns) * nth // some for nth in range(some)]).implode()))
    if chosen.height < count:
        chosen = numbered
    return chosen.sort("nth", "code").head(count).sort("code").drop("nth")


def spread(seed: int, villages: int, households: int) -> tuple[Ints, Ints, Texts]:
    """Village number, group number (from 1) and surname of each household, villages in order.

    Villages differ by a factor of three in size. In a quarter of them one surname has four of five households; everywhere
    the households of a group are often of one name.
    """
    rng = generator(seed, "settlement")
    size = rng.uniform(0.5, 1.5, villages)
    village = np.sort(weighted(rng, size, households))
    groups = rng.integers(4, 13, villages)
    group = 1 + np.floor(rng.random(households) * groups[village]).astype(np.int64)
    words, weights = surname_weights()
    main = weighted(rng, weights, villages * 4).reshape(villages, 4)
    share = np.array((0.82, 0.5, 0.25))[weighted(rng, (25, 35, 40), villages)]
    of_group = np.where(
        rng.random((villages, 14)) < share[:, None], main[:, [0]], main[np.arange(villages)[:, None], rng.integers(0, 4, (villages, 14))]
    )
    chance = rng.random(households)
    dominant = main[village, 0]
    another = np.where(rng.random(households) < 0.55, main[village, rng.integers(0, 4, households)], weighted(rng, weights, households))
    surname = np.where(chance < share[village], dominant, np.where(rng.random(households) < 0.4, of_group[village, group], another))
    return village, group, words[surname]
