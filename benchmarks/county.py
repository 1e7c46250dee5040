"""A whole county's months, measured: `python -m benchmarks.county [--households N …] [--noise LEVEL]`.

For each size: makes the sample county, runs and releases its months as the office does, and prints accuracy against the truth, and seconds
and peak memory of each layer. Data goes to `var/bench/`, which may be deleted.
"""

from __future__ import annotations

import shutil

import click
import polars as pl

from benchmarks import accuracy
from benchmarks.meter import layers, measure
from contracts.home import Home
from contracts.month import Month
from contracts.tables import CONSERVATION
from pipelines.defaults import PROJECT

MONTHS = [Month(2026, 10), Month(2026, 11)]
GIB = 1 << 30


@click.command()
@click.option("--households", "sizes", type=int, multiple=True, default=(5_000, 130_000), show_default=True)
@click.option("--noise", type=click.Choice(["clean", "normal", "dirty"]), default="normal", show_default=True)
@click.option("--by-error", is_flag=True, help="Also print recall by kind of error.")
def main(sizes: tuple[int, ...], noise: str, *, by_error: bool) -> None:
    """Measure the sample county at each size."""
    pl.Config(
        tbl_rows=100, tbl_cols=20, tbl_width_chars=160, float_precision=5, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True
    )
    for size in sizes:
        bench(size, noise, by_error=by_error)


def bench(households: int, noise: str, *, by_error: bool) -> None:
    """Make, run, judge and print one county."""
    root = PROJECT / "var" / "bench" / f"{households}-{noise}"
    shutil.rmtree(root, ignore_errors=True)
    home = Home(root)
    print(f"\n== {households:,} households, {noise} ==")
    made = measure(["pipelines", "sample", "--home", str(root), "--households", str(households), "--noise", noise])
    print(f"sample: {made.seconds:.1f} s, {made.cpu_seconds:.1f} CPU s, peak {made.peak_bytes / GIB:.2f} GiB")
    for month in MONTHS:
        ran = measure(["pipelines", "run", "--quiet", "--month", str(month), "--home", str(root)])
        print(f"\n{month}: {ran.seconds:.1f} s, {ran.cpu_seconds:.1f} CPU s, peak {ran.peak_bytes / GIB:.2f} GiB")
        print(layers(home, month, ran).with_columns(peak_gib=pl.col("peak") / GIB).drop("peak"))
        handed = measure(["pipelines", "release", str(month), "--by", "benchmark", "--home", str(root)])
        print(f"release: {handed.seconds:.1f} s, {handed.cpu_seconds:.1f} CPU s")
    balance = pl.concat(pl.read_parquet(home.table("conservation", month)) for month in MONTHS)
    print(balance.select(pl.col(name).sum() for name, dtype in CONSERVATION.items() if dtype == pl.Int64))
    judged = accuracy.judged_links(home, MONTHS)
    print(accuracy.link_scores(judged))
    if by_error:
        print(accuracy.recall_by_error(judged))
    print(accuracy.lead_scores(home, MONTHS))


if __name__ == "__main__":
    main()
