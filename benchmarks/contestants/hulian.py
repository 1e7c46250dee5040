"""The project's own matcher, as the month's run calls it, with the county's settings and without anybody's decisions."""

from __future__ import annotations

import polars as pl

from benchmarks.contestants.stopwatch import LINKED, Laps, Tables, compete
from contracts.county import Configuration
from matching.match import match
from matching.settings import MatchingSettings
from pipelines.defaults import SAMPLE_COUNTY


def link(tables: Tables, laps: Laps) -> dict[str, pl.DataFrame]:
    """Links with their probability, and the hidden-ID test's own figures."""
    configuration = Configuration.load(SAMPLE_COUNTY)
    settings = MatchingSettings.load(configuration.root / configuration.county.matching)
    with laps("link"):
        matched = match(tables.mentions, tables.persons, tables.households, tables.places, settings, None)
    return {"links": matched.links.rename({"probability": "score"}).select(LINKED), "quality": matched.quality}


if __name__ == "__main__":
    compete(link)
