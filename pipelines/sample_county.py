"""The sample county, ready to run: its files, its databases, and the authorisations that its households have signed."""

from __future__ import annotations

import polars as pl

from contracts.home import Home
from contracts.month import Month
from delivery.desk import open_desk
from pipelines.defaults import SAMPLE_COUNTY
from samples.generate import generate
from samples.noise import Level


def make_sample(home: Home, *, households: int, months: list[Month], seed: int, noise: Level) -> None:
    """Make the sample county under `home`; the same parameters again change nothing."""
    places = SAMPLE_COUNTY.parent / "places.csv"
    generate(home.root, households=households, months=months, seed=seed, noise=noise, places=places)
    open_desk(home.desk_url).authorise(pl.read_parquet(home.root / "truth" / "authorisations.parquet"))
