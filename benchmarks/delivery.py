"""A county's papers, measured: `python -m benchmarks.delivery [--villages N] [--households N]`.

Writes a release of invented leads twice, workbooks and PDFs of every village and the county's lists, and prints seconds, CPU seconds,
the size of each kind of file, and whether both releases are the same bytes. Files go to a temporary folder.
"""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path

import click
import polars as pl

from delivery.releases.proposal import write
from tests.unit.delivery import frames


@click.command()
@click.option("--villages", default=300, show_default=True)
@click.option("--households", default=10, show_default=True, help="Leads in each village.")
def main(villages: int, households: int) -> None:
    """Measure what a release of this size costs."""
    pl.Config(tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True)
    tables = frames.tables(villages, households)
    with tempfile.TemporaryDirectory() as folder:
        releases = []
        for number in (1, 2):
            out = Path(folder) / str(number)
            began, used = time.monotonic(), _cpu_seconds()
            releases.append(write(frames.MONTH, tables, out, frames.COUNTY, "digest"))
            print(
                f"{villages} villages, {tables.leads.height:,} forms: {time.monotonic() - began:.1f} s, {_cpu_seconds() - used:.1f} CPU s"
            )
        files = releases[0].with_columns(bytes=pl.col("path").map_elements(lambda path: (out / path).stat().st_size, pl.Int64))
        print(files.group_by("kind").agg(files=pl.len(), mb=pl.col("bytes").sum() / 1e6).sort("kind"))
        print("the same bytes twice:", releases[0].equals(releases[1]))


def _cpu_seconds() -> float:
    """Of this process and of its children that have ended."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


if __name__ == "__main__":
    main()
