"""Screening held against the truth, against itself, and against the clock: `python -m benchmarks.screening [--households N] [--large N]`.

The month of installation and six months after it are run as `hulian run` does on the sample county, and the villages' visits handed in
after each. Printed: leads against the truth with every difference by its cause; doors with and without suppression; months screened again
out of order; and, on a large county whose last two months are laid out over 24, seconds and memory. Ends with 1 where a target is missed.
Data goes to `var/bench/`.
"""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path

import click
import polars as pl

from assets.lake import HOW
from assets.screening import TABLES, screened_from
from benchmarks.doors import SEED, doors, play, reasons, steps_required, with_packs
from benchmarks.lead_truth import UNEXPLAINED, LeadTruth, lead_truth
from benchmarks.meter import measure
from benchmarks.stretch import stretch
from contracts.county import Configuration
from contracts.home import Home
from contracts.month import Month
from delivery.desk import open_desk
from pipelines.defaults import PROJECT, SAMPLE_COUNTY
from samples.visits import visit

LAST = Month(2026, 11)
INSTALLED = LAST.plus(-6)  # nothing is known before it, so that nothing of it can repeat
MONTHS = LAST.back_to(INSTALLED)
ORDER = (3, 0, 6, 5, 1, 4, 2)  # in which the months are screened again
YEARS = 24  # months over which the large county is laid out
OWN, ALL = "the county's own rules", "all packs"
FEWER, SCREEN_S, SCREEN_GIB, TRY_S = 0.6, 3.0, 1.5, 30.0
YEAR_RULE = "prevention.medical.year"
CUMULATIVE = ("year_to_date_2021", "income_share_2022", "three_tiers_2025")  # packs whose measures stay above their value once crossed
GIB = 1 << 30

Target = tuple[str, str, str, bool]  # what, target, measured, whether it is met


@click.command()
@click.option("--households", default=5_000, show_default=True, help="Size of the county for truth and doors.")
@click.option("--large", default=130_000, show_default=True, help="Size of the county for speed; 0 leaves it out.")
def main(households: int, large: int) -> None:
    """Measure and print; 1 where a target is missed."""
    pl.Config(tbl_rows=200, tbl_cols=20, tbl_width_chars=160, fmt_str_lengths=80, float_precision=3)
    pl.Config(tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True)
    targets: list[Target] = []
    if households:
        targets += small(households)
    if large:
        targets += fast(large)
    met = pl.DataFrame(targets, schema=["target", "asked", "measured", "met"], orient="row")
    print("\n== targets ==", met, sep="\n")
    sys.exit(0 if met["met"].all() else 1)


def made(households: int, months: list[Month], *, visited: bool) -> Home:
    """The sample county with `months` run, and visits handed in after each."""
    root = PROJECT / "var" / "bench" / f"screening-{households}"
    shutil.rmtree(root, ignore_errors=True)
    home = Home(root)
    named = [part for month in months for part in ("--month", str(month))]
    measure(["pipelines", "sample", "--home", str(root), "--households", str(households), *named])
    events = pl.read_parquet(root / "truth" / "events.parquet")
    for month in months:
        measure(["pipelines", "run", "--quiet", "--month", str(month), "--home", str(root)])
        measure(["pipelines", "release", str(month), "--by", "样例办公室", "--reason", "样例", "--home", str(root)])
        if visited:
            open_desk(home.desk_url).verify(visit(pl.read_parquet(home.table("leads", month)), events, month, SEED))
    return home


def small(households: int) -> list[Target]:
    """Truth, doors and order on a county with all its files."""
    home = made(households, MONTHS, visited=True)
    print(f"== {households:,} households, {MONTHS[0]} to {MONTHS[-1]} ==")
    truth = lead_truth(home, MONTHS)
    print("\nLeads against the truth; `_linked`: differences of rows set aside or not linked rightly left out", truth.scores, sep="\n")
    print("\nEvery difference, by its cause", truth.differences, sep="\n")
    right = truth.scores.select(pl.col("precision_linked", "recall_linked").min()).row(0)
    return [
        ("precision and recall, rows linked rightly", "100 %", f"{right[0]:.1%}, {right[1]:.1%}", truth.faults == 0),
        *doors_of(home, truth),
        ("months screened again out of order", "same bytes", *_again(home, Configuration.load(SAMPLE_COUNTY))),
    ]


def doors_of(home: Home, truth: LeadTruth) -> list[Target]:
    """Doors with and without suppression, what was sent beyond the truth, and whether anything required was held back."""
    targets: list[Target] = []
    for name, packs in ((OWN, ("huangping_2021",)), (ALL, ()), ("cumulative measures", CUMULATIVE)):
        played = list(play(home, with_packs(*packs), MONTHS))
        counted = doors(played)
        after = counted.filter(pl.col("month") != str(INSTALLED))
        print(f"\nDoors, {name}", counted, reasons(played), sep="\n")
        print(f"fewer doors: {_fewer(after):.1%} in the six months after the installation, {_fewer(counted):.1%} in all seven")
        if name == OWN:
            targets.append(_beyond(truth, after))
        else:
            share, when = (_fewer(after), "six months after the installation") if name == ALL else (_fewer(counted), "all seven months")
            targets.append((f"fewer doors, {name}, {when}", f"{FEWER:.0%}", f"{share:.1%}", share >= FEWER))
    held_back = truth.required.filter(pl.col("cause").str.contains("抑制", literal=True)).height
    return [*targets, ("required new facts held back", "0", str(held_back), held_back == 0), _steps(home)]


def _fewer(counted: pl.DataFrame) -> float:
    return 1 - float(counted["with"].sum()) / float(counted["without"].sum())


def _beyond(truth: LeadTruth, counted: pl.DataFrame) -> Target:
    """Rules for single months tell each month of something else: what they can spare is only what the truth does not require.

    `counted`: the months after the installation.
    """
    sent = truth.doors_sent.filter(pl.col("month").is_in(counted["month"].implode()))
    by_cause = sent.group_by("cause").agg(doors=pl.len()).sort("cause", nulls_last=False)
    required, superfluous = sent.filter(pl.col("cause").is_null()).height, sent.filter(pl.col("cause").str.starts_with(UNEXPLAINED)).height
    spare = 1 - required / float(counted["without"].sum())
    print(
        f"the truth requires {required:,} of these doors, so that at most {spare:.1%} can stay away; doors sent, by why (null: required):"
    )
    print(by_cause)
    return (f"superfluous doors, {OWN}", f"0 beyond the {required:,} required", str(superfluous), superfluous == 0)


def _steps(home: Home) -> Target:
    """A year's sum of bills: each first crossing, each new step and what is due again after some months is sent, and nothing else."""
    configuration = with_packs("prevention_2026")
    rule = configuration.rules_of(LAST)[YEAR_RULE]
    played = list(play(home, configuration, MONTHS))
    required = steps_required(home, rule, float(rule.value), configuration.county.suppression, played)
    key = ["household_id", "person_id", "month"]
    sent = pl.concat(
        at.screened.signals.filter(pl.col("rule") == YEAR_RULE)
        .join(at.screened.suppressed, on="signal_id", how="anti")
        .select("household_id", "person_id", month=pl.lit(str(at.month)))
        for at in played
    )
    missing, further = required.join(sent, on=key, how="anti").height, sent.join(required, on=key, how="anti").height
    return (
        "crossings and steps of a year's bills",
        "all, no other",
        f"{required.height}, {missing} missing, {further} further",
        not missing + further,
    )


def _again(home: Home, configuration: Configuration) -> tuple[str, bool]:
    """Whether months screened again in another order give the bytes that lie in the lake."""
    desk, same, tables = open_desk(home.desk_url), 0, len(ORDER) * len(TABLES)
    for month in (MONTHS[at] for at in ORDER):
        screened = screened_from(home, configuration, desk, month)
        for name in TABLES:
            written = io.BytesIO()
            getattr(screened, name).write_parquet(written, **HOW)
            same += written.getvalue() == home.table(name, month).read_bytes()
    return f"{same} of {tables} tables", same == tables


def fast(households: int) -> list[Target]:
    """Seconds and memory on a large county with 24 months behind it, every pack followed."""
    home = made(households, [LAST.plus(-1), LAST], visited=False)
    long = Home(home.root.with_name(f"{home.root.name}-{YEARS}"))
    shutil.rmtree(long.root, ignore_errors=True)
    stretch(home, long, LAST, YEARS, with_packs())
    screened, screen_bytes = _watched(long, "screen")
    tried, try_bytes = _watched(long, "try")
    print(f"\n== {households:,} households, {YEARS} months, all packs ==\nscreen: {screened}\ntry: {tried}, peak {try_bytes / GIB:.2f} GiB")
    return [
        ("screening, 12 months of lists behind it", f"{SCREEN_S:g} s", f"{screened['seconds']:.1f} s", screened["seconds"] <= SCREEN_S),
        ("its memory", f"{SCREEN_GIB} GiB", f"{screen_bytes / GIB:.2f} GiB", screen_bytes <= SCREEN_GIB * GIB),
        (f"what-if of {YEARS} months", f"{TRY_S:g} s", f"{tried['seconds']:.1f} s", tried["seconds"] <= TRY_S),
    ]


def _watched(home: Home, what: str) -> tuple[dict[str, float], int]:
    """What the child says of itself, and its peak bytes."""
    report = Path(home.root / f"{what}.json")
    cost = measure(["benchmarks.screening_child", what, str(home.root), str(LAST), str(report)])
    return json.loads(report.read_text(encoding="utf-8")), cost.peak_bytes


if __name__ == "__main__":
    main()
