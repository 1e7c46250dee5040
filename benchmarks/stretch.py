"""A lake of a few months laid out over many, for measuring what takes years to come about.

The last months are repeated into the past with their dates moved along; screening is run for each, so that signals, leads and what
was suppressed are those of a county that has worked so all the time.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from assets.screening import TABLES, screened_from
from contracts.county import Configuration
from contracts.home import Home
from contracts.month import Month
from delivery.desk import open_desk
from delivery.releases.proposal import KEPT
from tests.handing_out import hand_out

COPIED = ("links", "conservation", "register/households", "register/persons")


def stretch(source: Home, target: Home, last: Month, months: int, configuration: Configuration) -> None:
    """Write `months` months up to `last` into `target`, made of `last` and the month before it in `source`."""
    named = {rule.measure.net_by for rule in configuration.rules.values()} - {None}
    feeds = sorted(path.name for path in (source.lake / "accepted").iterdir())
    for back in reversed(range(months)):
        month, origin = last.plus(-back), last.plus(-(back % 2))
        moved = -(back - back % 2)
        for key in (*COPIED, *(f"accepted/{feed}" for feed in feeds)):
            if (path := source.table(key, origin)).exists():
                _put(target, key, month, _moved(pl.read_parquet(path), moved, named))
    desk = open_desk(target.desk_url)
    for month in last.back_to(last.plus(1 - months)):
        screened = screened_from(target, configuration, desk, month)
        for name in TABLES:
            _put(target, name, month, getattr(screened, name))
        hand_out(target, desk, month, **{name: getattr(screened, name) for name in KEPT})


def _moved(frame: pl.DataFrame, months: int, named: set[str | None]) -> pl.DataFrame:
    """`frame` with its dates `months` later, and the numbers of its events made other ones."""
    if not months:
        return frame
    dates = [pl.col(name).dt.offset_by(f"{months}mo") for name, dtype in frame.schema.items() if dtype == pl.Date]
    numbers = [pl.col(name) + f"/{-months}" for name in frame.columns if name in named]
    return frame.with_columns(*dates, *numbers)


def _put(home: Home, key: str, month: Month, frame: pl.DataFrame) -> None:
    path: Path = home.table(key, month)
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path)
