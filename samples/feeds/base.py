"""From facts to the files of one list: join the people, let the bureau's typists at it, break a few rows, lay it out.

A `Spec` says what is particular to one list. Rows are people; where a line of the file names several (`line`, `part`), `fold`
puts them side by side after the damage, so that each keeps its own errors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from contracts.month import Month
from samples.alerts import events_of, judge
from samples.draw import Facts
from samples.feeds.layout import Laid, Layout, lay_out
from samples.noise import Level, Profile, damage
from samples.seeds import generator
from samples.tables import Population

TRUTH = ("feed", "month", "file", "sheet", "row_number", "part", "person_uid", "household_id", "person_id", "errors", "event_id")
PEOPLE: tuple[str, ...] = ("sex", "birth_date", "age", "phone", "town", "village", "group", "village_code", "relation", "is_head")
PEOPLE += ("head_name", "head_id", "guardian_name", "guardian_id", "nickname", "relative_id", "disability_number")


@dataclass(frozen=True)
class Context:
    """Everything that a list of one month is made from. `earlier` are the facts of the months before, as first sent."""

    population: Population
    month: Month
    index: int  # 0 for the first month
    new: Facts
    earlier: Facts
    stocks: Facts
    noise: Level
    seed: int

    def rng(self, purpose: str) -> np.random.Generator:
        """Random numbers for one purpose in this month."""
        return generator(self.seed, "feed", str(self.month), purpose)

    def facts(self, feed: str, *, again: pl.Expr | None = None) -> pl.DataFrame:
        """The new facts of `feed`, and of the earlier ones those that are sent `again`."""
        frames = [frames[feed] for frames in (self.new,) if feed in frames]
        if again is not None and feed in self.earlier:
            frames.append(self.earlier[feed].filter(again))
        return pl.concat(frames, how="diagonal_relaxed")

    def stock(self, feed: str) -> pl.DataFrame:
        """The standing list `feed` as it is in this month."""
        return self.stocks[feed].filter(pl.col("since") <= self.index)


@dataclass(frozen=True)
class Spec:
    """One list: its layouts month by month (the last one stays), its rows, and what its typists do."""

    feed: str
    layouts: tuple[Layout, ...]
    rows: Callable[[Context], pl.DataFrame]
    profile: Profile = field(default_factory=Profile)
    after: Callable[[pl.DataFrame, Context], pl.DataFrame] | None = None  # after the damage: masks, numbers from numbers
    fold: Callable[[pl.DataFrame], pl.DataFrame] | None = None  # several persons of a line side by side
    faults: tuple[tuple[str, str], ...] = ()  # (column, kind of broken cell)
    sort_by: str = "place"  # lists are ordered by place; "" leaves the order of the rows


@dataclass(frozen=True)
class Built:
    """One list of one month: its files, its truth (one row per person named and per subtotal line) and the events in it."""

    laid: Laid
    truth: pl.DataFrame
    events: pl.DataFrame


def build(spec: Spec, context: Context) -> Built:
    """The files of a list and its truth."""
    rows = judge(spec.feed, with_people(spec.rows(context), context.population), context.month)
    rows = _ordered(_placed(rows, context.population), spec, context)
    layout = spec.layouts[min(context.index, len(spec.layouts) - 1)]
    seed = int(context.rng(spec.feed + "-damage").integers(2**31))
    rows = rows.drop(DAMAGED.difference(_seen(layout)), strict=False)
    rows = damage(rows, context.noise, seed, profile=spec.profile, places=context.population.places)
    if "address" in _seen(layout):
        rows = rows.with_columns(address=address())
    if spec.after:
        rows = spec.after(rows, context)
    lines = spec.fold(rows) if spec.fold else rows
    lines, broken = spoil(lines, spec, context)
    laid = lay_out(layout, lines, names_of(context.month), context.rng(spec.feed + "-layout"))
    return Built(laid, _truth(spec.feed, context.month, rows, laid, broken), events_of(spec.feed, rows, context.month))


DAMAGED = frozenset({"person_name", "id_number", "sex", "birth_date", "phone", "town", "village", "group"})
DAMAGED |= {"head_name", "head_id", "guardian_name", "guardian_id"}
WITHIN: dict[str, frozenset[str]] = {
    "address": frozenset({"town", "village", "group"}),
    "text": frozenset({"person_name", "head_name", "town", "village", "group", "phone"}),
    "disability_number": frozenset({"id_number"}),
    "guardian_phone": frozenset({"phone"}),
    "name_1": frozenset({"person_name", "id_number"}),
}


def _seen(layout: Layout) -> frozenset[str]:
    """The row columns that a reader of the file can see; what he cannot see is not damaged, so that no label lies."""
    shown = frozenset(column.source for column in layout.columns)
    return shown.union(*(WITHIN[name] for name in shown if name in WITHIN))


def names_of(month: Month) -> dict[str, str]:
    """What file names and titles are filled with."""
    return {"month": f"{month.year}{month.number:02d}", "year": str(month.year), "number": str(month.number)}


def with_people(facts: pl.DataFrame, population: Population) -> pl.DataFrame:
    """The facts with the people they are about; `line` and `part` are added where each row is a line of its own.

    Who has left the county since the fact is an outsider (`OP…`), found under his old uid.
    """
    columns = ["person_uid", "household_id", "person_id", "person_name", pl.col("id18").alias("id_number"), *PEOPLE]
    wanted = facts.select("person_uid").unique()
    left = population.outsiders.filter(pl.col("person_uid").str.starts_with("OP")).select(columns)
    known = [population.persons.select(columns), population.outsiders.select(columns), left.with_columns(pl.col("person_uid").str.slice(1))]
    people = (
        pl.concat(known, how="vertical_relaxed")
        .join(wanted, on="person_uid", how="semi")
        .drop(name for name in facts.columns if name in PEOPLE)
    )
    poor = (pl.col("household_type") == "脱贫户") | (pl.col("monitored_kind").is_not_null() & ~pl.col("is_cleared"))
    groups = population.households.select("household_id", is_registered=poor.fill_null(value=False))
    people = people.join(groups, on="household_id", how="left")
    joined = facts.join(people, on="person_uid", how="inner", maintain_order="left")
    if "line" not in joined.columns:
        joined = joined.with_row_index("line").with_columns(part=pl.lit(1))
    gone = pl.col("person_uid").str.starts_with("P") & pl.col("household_id").is_null()
    now = pl.when(gone).then("O" + pl.col("person_uid")).otherwise("person_uid")
    return joined.with_columns(pl.col("line").cast(pl.Int64), pl.col("part").cast(pl.Int16), person_uid=now)


def address() -> pl.Expr:
    """Town, village and group as one text."""
    return pl.concat_str("town", "village", "group", ignore_nulls=True)


def _placed(rows: pl.DataFrame, population: Population) -> pl.DataFrame:
    """`place`: the town whose clerk sends the row, the county's first for people from elsewhere; only the first of a line has places."""
    first = population.places.filter(pl.col("level") == "town", pl.col("kind") == "current").sort("code")["town"][0]
    shown = [pl.when(pl.col("part") == 1).then(name).alias(name) for name in ("town", "village", "group", "phone")]
    return rows.with_columns(place=pl.col("town").fill_null(first)).with_columns(shown)


def _ordered(rows: pl.DataFrame, spec: Spec, context: Context) -> pl.DataFrame:
    """Rows by place and otherwise as chance has it, the parts of a line together; lines numbered anew."""
    luck = pl.Series(context.rng(spec.feed + "-order").random(rows.height))
    keys = [spec.sort_by, "luck", "line", "part"] if spec.sort_by else ["line", "part"]
    first = rows.with_columns(luck=luck).with_columns(pl.col("luck").first().over("line"))
    if spec.sort_by:
        first = first.with_columns(pl.col(spec.sort_by).first().over("line").alias("_sort"))
        keys[0] = "_sort"
    ordered = first.sort(keys, nulls_last=True).with_columns(line=pl.col("line").rle_id().cast(pl.Int64))
    return ordered.drop("luck", "_sort", strict=False)


BROKEN = {
    "amount": ("见附件", "待核", "不详", "/"),
    "date": ("2026-02-30", "2026年13月5日", "近日", "00000000"),
    "future": ("2027-05-01", "2027-08-15"),
    "code": ("待定", "见备注", "其它情况"),
}
SHARE = 0.004


def spoil(lines: pl.DataFrame, spec: Spec, context: Context) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A few lines that no bureau should send: nobody named, no amount, a day that does not exist, an unknown word.

    Only lines are broken that send nobody to a door, so that no lead is lost. A broken cell is put into the column `_<source>` that the
    layout shows instead. Returns the lines and (line, label).
    """
    rng = context.rng(spec.feed + "-broken")
    labels = pl.DataFrame({"line": [], "label": []}, schema={"line": pl.Int64, "label": pl.String})
    if context.noise == "clean" or lines.is_empty() or not spec.faults:
        return lines, labels
    harmless = lines.filter(pl.col("rule").is_null())["line"]
    if harmless.is_empty():
        return lines, labels
    each = max(1, round(lines.height * SHARE / len(spec.faults)))
    chosen = rng.permutation(harmless.to_numpy())[: each * len(spec.faults)]
    for number, (column, kind) in enumerate(spec.faults):
        at = chosen[number * each : (number + 1) * each]
        if not len(at):
            continue
        hit = pl.col("line").is_in(pl.Series(at).implode())
        if kind == "nobody":
            blank = [name for name in column.split("+") if name in lines.columns]
            lines = lines.with_columns(pl.when(~hit).then(pl.col(name)).alias(name) for name in blank)
        else:
            words = rng.choice(np.array(BROKEN[kind]), len(at))
            cells = pl.DataFrame({"line": at, f"_{column}": words})
            lines = lines.drop(f"_{column}", strict=False).join(cells, on="line", how="left", maintain_order="left")
        labels = pl.concat([labels, pl.DataFrame({"line": at, "label": [f"broken_{kind}"] * len(at)})])
    return lines, labels


def _truth(feed: str, month: Month, rows: pl.DataFrame, laid: Laid, broken: pl.DataFrame) -> pl.DataFrame:
    """Who stands where: the rows by person with their place in the files, and the subtotal lines with nobody."""
    spoiled = broken.group_by("line").agg(pl.col("label"))
    people = (
        rows.select("line", "part", "person_uid", "household_id", "person_id", "event_id", "errors")
        .join(laid.rows.select("line", "file", "sheet", "row_number"), on="line", how="inner", maintain_order="left")
        .join(spoiled, on="line", how="left", maintain_order="left")
        .with_columns(errors=pl.concat_list("errors", pl.col("label").fill_null([])))
    )
    nobody = laid.lines.with_columns(errors=pl.lit(["subtotal"]), part=pl.lit(1, dtype=pl.Int16))
    both = pl.concat([people.drop("line", "label"), nobody], how="diagonal_relaxed")
    return both.with_columns(feed=pl.lit(feed), month=pl.lit(str(month))).select(TRUTH)
