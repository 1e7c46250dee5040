"""Record linkage, measured beside what people would use instead: `python -m benchmarks.linkage [--households N …] [--noise LEVEL …]`.

For each county: the same tables for a clerk with two spreadsheets, for Splink, and for the project's matcher, each a process of its
own; then accuracy against the truth, recall by kind of error, seconds and memory. Last, a million rows against a million persons.
Data goes to `var/bench/linkage/`, is used again when it is there, and may be deleted.
"""

from __future__ import annotations

import json
from pathlib import Path

import click
import polars as pl

from benchmarks import judging
from benchmarks.blocks import block_shares
from benchmarks.ceiling import ceiling
from benchmarks.meter import measure
from benchmarks.tables import TABLES
from contracts.home import Home
from pipelines.defaults import PROJECT

CONTESTANTS = ("clerk", "splink", "hulian")
ONLY_SCORES = ("splink",)
MONTH = "2026-10"
BLOCK_CAP = 60
SCALE_HOUSEHOLDS, SCALE_ROWS, SCALE_MONTHS = 260_000, 1_000_000, ("2026-08", "2026-09", "2026-10")


@click.command()
@click.option("--households", "sizes", type=int, multiple=True, default=(30_000, 130_000), show_default=True)
@click.option(
    "--noise", "levels", type=click.Choice(["clean", "normal", "dirty"]), multiple=True, default=("normal", "dirty"), show_default=True
)
@click.option("--scale/--no-scale", default=True, show_default=True, help="Also a million rows against a million persons.")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=PROJECT / "var" / "bench" / "linkage")
def main(sizes: tuple[int, ...], levels: tuple[str, ...], folder: Path, *, scale: bool) -> None:
    """Measure every county of the sizes and levels, then the large one."""
    pl.Config(
        tbl_rows=100, tbl_cols=20, tbl_width_chars=180, float_precision=5, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True
    )
    for size in sizes:
        for level in levels:
            bench(folder / f"{size}-{level}", size, level)
    if scale:
        large(folder / f"{SCALE_HOUSEHOLDS}-scale")


def bench(root: Path, households: int, noise: str) -> None:
    """One county: make its tables, run all contestants, print."""
    tables = _tables(root, households, ["--noise", noise, "--month", MONTH])
    records, people = _heights(tables)
    print(f"\n== {households:,} households, {noise}: {records:,} records against {people:,} persons ==")
    answers = [_run(name, root, tables) for name in CONTESTANTS]
    for answer in answers:
        if answer.threshold is not None:
            print(f"{answer.name}: best F1 on the truth from score {answer.threshold:.2f}")
    print(judging.scores(answers))
    print(ceiling(tables, answers[-1].judged))
    print(judging.costs(answers, records, "splink"))
    print(judging.steps(answers))
    print(judging.by_error(answers))
    tested = judging.hidden_test(answers[-1].judged, pl.read_parquet(root / "answers" / "hulian" / "quality.parquet"))
    for (figure,), part in tested.group_by("figure", maintain_order=True):
        print(f"hidden-ID test, {figure}, {part.height} lists: truth inside its interval for {part['is_inside'].sum()}")
    print(tested)
    print(block_shares(tables, answers[-1].judged, BLOCK_CAP))


def large(root: Path) -> None:
    """The project's matcher alone on a million rows."""
    months = [word for month in SCALE_MONTHS for word in ("--month", month)]
    tables = _tables(root, SCALE_HOUSEHOLDS, [*months, "--rows", str(SCALE_ROWS)])
    records, people = _heights(tables)
    answer = root / "answers" / "hulian"
    cost = measure(["benchmarks.contestants.hulian", str(tables), str(answer)])
    lap = json.loads((answer / "laps.json").read_text(encoding="utf-8"))["link"]
    print(f"\n== {records:,} records against {people:,} persons ==")
    print(f"after reading {lap['wall']:.1f} s, {lap['cpu']:.1f} CPU s; peak {cost.peak_bytes / judging.GIB:.2f} GiB")


def _tables(root: Path, households: int, options: list[str]) -> Path:
    """The tables of a county, made by a process of its own unless they are there."""
    if not (root / TABLES).exists():
        measure(["benchmarks.tables", str(root), "--households", str(households), *options])
    return root / TABLES


def _heights(tables: Path) -> tuple[int, int]:
    """Records and rows of persons."""
    records, people = (pl.scan_parquet(tables / f"{name}.parquet").select(pl.len()).collect().item() for name in ("mentions", "persons"))
    return int(records), int(people)


def _run(name: str, root: Path, tables: Path) -> judging.Answer:
    """One contestant in a process of its own, judged."""
    folder = root / "answers" / name
    cost = measure([f"benchmarks.contestants.{name}", str(tables), str(folder)])
    return judging.read_answer(name, Home(root), tables, folder, MONTH, cost, by_threshold=name in ONLY_SCORES)


if __name__ == "__main__":
    main()
