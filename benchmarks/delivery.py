"""A county's papers, measured: `python -m benchmarks.delivery [--villages N] [--households N]`.

Writes a release of invented leads twice, workbooks and PDFs of every village and the county's lists, and prints seconds, CPU seconds
(of writing, and of these for printing), the size of each kind of file, and whether both are the same bytes. Files go to a temporary folder.
"""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path

import click
import polars as pl

from contracts.tables import RELEASED_FILE, conform
from delivery.releases.manifest import read_manifest
from delivery.releases.printing import papers_of, print_papers
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
            written = write(frames.MONTH, tables, out, frames.COUNTY, "digest")
            between, used_between = time.monotonic(), _cpu_seconds()
            printed = print_papers(out, papers_of(out, read_manifest(out)))
            releases.append(pl.concat([written, conform(pl.DataFrame(printed), RELEASED_FILE)]))
            seconds, cpu = time.monotonic() - began, _cpu_seconds() - used
            printing = f"{time.monotonic() - between:.1f} s, {_cpu_seconds() - used_between:.1f} CPU s"
            print(f"{villages} villages, {tables.leads.height:,} forms: {seconds:.1f} s, {cpu:.1f} CPU s; of these printing {printing}")
        files = releases[0].with_columns(bytes=pl.col("path").map_elements(lambda path: (out / path).stat().st_size, pl.Int64))
        print(files.group_by("kind").agg(files=pl.len(), mb=pl.col("bytes").sum() / 1e6).sort("kind"))
        print("the same bytes twice:", releases[0].equals(releases[1]))


def _cpu_seconds() -> float:
    """Of this process and of its children that have ended."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


if __name__ == "__main__":
    main()
