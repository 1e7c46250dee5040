"""What every contestant reads: the accepted records of a sample county and its register, as Parquet files in one folder.

`python -m benchmarks.tables FOLDER --households N --noise LEVEL --month YYYY-MM …` makes the county as `hulian sample` does, accepts
its lists as `hulian run` does, and writes `mentions`, `persons`, `households` and `places` into `FOLDER/tables/`. Nothing is linked.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click
import polars as pl

from assets.links import mentions
from contracts.county import Configuration
from contracts.home import Home
from contracts.month import Month
from matching.prepare.register import build_register
from pipelines.build import INGEST, build_defs
from pipelines.defaults import SAMPLE_COUNTY
from pipelines.run_month import open_instance
from pipelines.sample_county import make_sample
from standards import places as place_names

if TYPE_CHECKING:
    from samples.noise import Level

TABLES = "tables"
SEED = 2026


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--households", type=int, required=True)
@click.option("--noise", type=click.Choice(["clean", "normal", "dirty"]), default="normal", show_default=True)
@click.option("--month", "months", multiple=True, default=("2026-10",), show_default=True)
@click.option("--rows", type=int, help="Only so many records, of the months in their order.")
def main(folder: Path, households: int, noise: Level, months: tuple[str, ...], rows: int | None) -> None:
    """Make the tables of one county, unless they are there."""
    if (folder / TABLES).exists():
        return
    home, when = Home(folder), [Month.parse(month) for month in months]
    make_sample(home, households=households, months=when, seed=SEED, noise=noise)
    for month in when:
        _accept(home, month)
    _write(home, when, rows)


def _accept(home: Home, month: Month) -> None:
    """Arrivals and accepted records of one month, by the project's own job."""
    job = build_defs(SAMPLE_COUNTY, home).resolve_job_def(INGEST)
    logger = {"config": {"steps": len(job.nodes), "title": str(month), "shown": False}}
    with open_instance(home) as instance:
        job.execute_in_process(partition_key=str(month), instance=instance, run_config={"loggers": {"progress": logger}})


def _write(home: Home, months: list[Month], rows: int | None) -> None:
    """The four tables, written beside and renamed. The register is that of the first month; row_ids of later months begin with theirs."""
    configuration = Configuration.load(SAMPLE_COUNTY)
    places = place_names.load(configuration.root / configuration.county.places)
    register = build_register(pl.read_parquet(home.table(f"accepted/{configuration.register_feed.feed}", months[0])), places, months[0])
    records = pl.concat(_records(home, list(configuration.bureau_feeds), month, marked=month != months[0]) for month in months)
    beside = home.root / f".{TABLES}"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    tables = {"mentions": records.head(rows or records.height), "persons": register.persons, "households": register.households}
    for name, frame in {**tables, "places": places}.items():
        frame.write_parquet(beside / f"{name}.parquet")
    beside.rename(home.root / TABLES)


def _records(home: Home, feeds: list[str], month: Month, *, marked: bool) -> pl.DataFrame:
    """Accepted records of all bureaus in one month."""
    records = mentions({feed: pl.read_parquet(home.table(f"accepted/{feed}", month)) for feed in feeds})
    return records.with_columns(pl.concat_str(pl.lit(f"{month}/"), "row_id").alias("row_id")) if marked else records


if __name__ == "__main__":
    main()
