"""Answers of contestants held against the truth, and what they cost: the tables that `benchmarks.linkage` prints.

A contestant that gives only scores gets the threshold at which its F1 over all rows is best on the truth.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks import accuracy
from benchmarks.meter import Measured
from contracts.home import Home
from standards import ids

GIB = 1 << 30
ENOUGH = 20  # records from which a list's own figure says anything
ROUNDING = 1e-9
COSTS = {"contestant": pl.String, "step": pl.String, "wall_s": pl.Float64, "cpu_s": pl.Float64}


@dataclass(frozen=True)
class Answer:
    """One contestant's answer: `judged` as `accuracy.judge` gives it, `laps` (step: wall and cpu seconds), bytes at its peak."""

    name: str
    judged: pl.DataFrame
    laps: dict[str, dict[str, float]]
    peak_bytes: int
    threshold: float | None

    def seconds(self, clock: str, *without: str) -> float:
        """Seconds by `clock` (wall or cpu) of all steps after reading, but those named."""
        return sum(lap[clock] for step, lap in self.laps.items() if step not in ("read", *without))


def read_answer(name: str, home: Home, tables: Path, folder: Path, month: str, cost: Measured, *, by_threshold: bool) -> Answer:
    """What a contestant handed in, judged."""
    links = pl.read_parquet(folder / "links.parquet").with_columns(month=pl.lit(month))
    said = pl.read_parquet(tables / "mentions.parquet", columns=["feed", *accuracy.ACCEPTED]).with_columns(month=pl.lit(month))
    judged = accuracy.judge(home, said, links)
    threshold = None
    if by_threshold:
        scores = judged.join(links.select("feed", "row_id", "score"), on=["feed", "row_id"], how="left")
        threshold = best_threshold(scores)
        judged = accuracy.judge(home, said, cut(links, threshold))
    laps = json.loads((folder / "laps.json").read_text(encoding="utf-8"))
    return Answer(name, judged, laps, cost.peak_bytes, threshold)


def best_threshold(judged: pl.DataFrame) -> float:
    """The score from which links are kept so that F1 over all rows is best; of equal ones the highest."""
    linkable = judged.filter(pl.col("status") != "set_aside")["is_linkable"].sum()
    by_score = (
        judged.filter(pl.col("status") == "linked")
        .group_by("score")
        .agg(links=pl.len(), right=pl.col("is_right").sum())
        .sort("score", descending=True)
        .with_columns(pl.col("links", "right").cum_sum())
    )
    f1 = 2 * by_score["right"] / (by_score["links"] + linkable)
    return float(by_score["score"][int(f1.arg_max() or 0)])


def cut(links: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """`links` without those that score below `threshold`: their rows are absent."""
    kept = (pl.col("score") >= threshold).fill_null(value=False) & (pl.col("status") == "linked")
    return links.with_columns(
        status=pl.when(kept).then(pl.lit("linked")).otherwise(pl.lit("absent")), household_id=pl.when(kept).then("household_id")
    )


def scores(answers: list[Answer]) -> pl.DataFrame:
    """`accuracy.link_scores` of all contestants, subset by subset."""
    frames = [accuracy.link_scores(answer.judged).select(pl.lit(answer.name).alias("contestant"), pl.all()) for answer in answers]
    return pl.concat(frames).sort("subset", maintain_order=True)


def by_error(answers: list[Answer]) -> pl.DataFrame:
    """One row per kind of error: records, and recall and share of wrong links of each contestant."""
    first, *others = [
        accuracy.recall_by_error(answer.judged).select(
            "error", "rows", pl.col("recall").alias(answer.name), pl.col("wrong").alias(f"{answer.name} wrong")
        )
        for answer in answers
    ]
    for other in others:
        first = first.join(other.drop("rows"), on="error", how="left", maintain_order="left")
    return first.sort(answers[-1].name, "error")


def steps(answers: list[Answer]) -> pl.DataFrame:
    """One row per contestant and step: wall and CPU seconds."""
    rows = [(answer.name, step, lap["wall"], lap["cpu"]) for answer in answers for step, lap in answer.laps.items()]
    return pl.DataFrame(rows, schema=COSTS, orient="row")


def costs(answers: list[Answer], records: int, beside: str) -> pl.DataFrame:
    """One row per contestant: seconds after reading, records per CPU second, peak memory, and both beside contestant `beside`.

    All start from the same tables and end with links, so that the even comparison counts everything between: preparing columns, training,
    linking. `when_trained` takes for granted that the others were trained in an earlier month; `when_prepared` counts no preparing of
    columns as a step of its own, as if it had been done for other ends already.
    """
    frame = pl.DataFrame(
        {
            "contestant": [answer.name for answer in answers],
            "wall_s": [answer.seconds("wall") for answer in answers],
            "cpu_s": [answer.seconds("cpu") for answer in answers],
            "untrained": [answer.seconds("cpu", "train") for answer in answers],
            "unprepared": [answer.seconds("cpu", "prepare") for answer in answers],
            "peak_gib": [answer.peak_bytes / GIB for answer in answers],
        }
    ).with_columns(records_per_cpu_s=records / pl.col("cpu_s"))

    def times(column: str) -> pl.Expr:
        """How many times the seconds of `column` the contestant beside needs."""
        return pl.col(column).filter(pl.col("contestant") == beside).first() / pl.col(column)

    return frame.select(
        *("contestant", "wall_s", "cpu_s", "records_per_cpu_s", "peak_gib"),
        times_as_fast=times("cpu_s"),
        when_trained=times("untrained"),
        when_prepared=times("unprepared"),
        share_of_memory=1 / times("peak_gib"),
    )


def hidden_test(judged: pl.DataFrame, quality: pl.DataFrame) -> pl.DataFrame:
    """One row per list and figure: what the hidden-ID test foresees of the month (QUALITY), with its interval, beside the truth.

    `precision`: of links of records without usable number. `recall`: of records without any number whose person is in the register.
    Lists with fewer than `ENOUGH` of them are left out. `is_inside`: the truth's figure lies in the test's own interval.
    """
    usable = ids.is_valid(pl.col("id_number")).fill_null(value=False)
    links = judged.filter(pl.col("status") == "linked", ~usable)
    numberless = judged.filter(pl.col("status") != "set_aside", ~pl.col("has_id"), pl.col("is_in_register"))
    return pl.concat(_beside(records, quality, figure) for figure, records in (("precision", links), ("recall", numberless)))


def _beside(records: pl.DataFrame, quality: pl.DataFrame, figure: str) -> pl.DataFrame:
    """Share of right records by list, and what the test says of it."""
    tested = quality.select("feed", "tested", test=figure, test_low=f"{figure}_low", test_high=f"{figure}_high").drop_nulls()
    by_feed = records.group_by("feed").agg(rows=pl.len(), truth=pl.col("is_right").mean()).filter(pl.col("rows") >= ENOUGH)
    inside = pl.col("truth").is_between(pl.col("test_low") - ROUNDING, pl.col("test_high") + ROUNDING)
    both = by_feed.join(tested, on="feed").sort("feed")
    return both.select("feed", pl.lit(figure).alias("figure"), "rows", "truth", "tested", "test", "test_low", "test_high", is_inside=inside)
