"""What the checks look at besides the columns themselves: whether an ID is sound, and whether columns agree with each other.

Everything is worked out for whole columns; Great Expectations then only asks whether a yes stands there. Null means: cannot be compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from contracts.feed import Column, Expect, Feed
from expectations.canonical import columns_of
from expectations.suite import AGAINST, BETWEEN_COLUMNS, FINE, LINE, PROBLEM, ROW, Check, any_of
from standards import ids


def batch(feed: Feed, records: pl.DataFrame, checks: Sequence[Check]) -> pl.DataFrame:
    """What `checks` look at, and nothing else: record number, arrived row, the columns named, and what is derived from them."""
    columns = {column.name: column for column in columns_of(feed)}
    needed = set().union(*(check.needs for check in checks))
    between = [check.expect for check in checks if check.expect.check in BETWEEN_COLUMNS]
    looked_up = {name for expect in between if expect.check == "agrees_with_id" for name in expect.columns}
    derived = [pl.col(ROW).cast(pl.Int64), pl.col("line").cast(pl.Int64).alias(LINE)]
    for check in checks:
        if check.expect.check == "any_present":
            named = [check.expect.column, *check.expect.columns]
            derived.append(pl.any_horizontal(pl.col(named).is_not_null()).alias(any_of(check.expect)))
    ready = [pl.col(name) for name in records.columns if name in needed and name not in {ROW, LINE}]
    problems = [id_problems(records[name]) for name in columns if name + PROBLEM in needed or name in looked_up]
    agreed = records.with_columns(problems).select(_agrees(expect, columns, records) for expect in between)
    return records.select(*derived, *ready).with_columns(*problems, *agreed.get_columns())


def _agrees(expect: Expect, columns: Mapping[str, Column], records: pl.DataFrame) -> pl.Expr:
    """Whether the column of `expect` agrees with the others that it names, as `<column>~`."""
    match expect.check:
        case "adds_up":
            yes = _adds_up(expect, records)
        case "agrees_with_id":
            yes = _agrees_with_id(expect)
        case _:
            yes = _agrees_with_certificate(expect, columns[expect.column])
    return yes.cast(pl.Boolean).alias(expect.column + AGAINST)


def _adds_up(expect: Expect, records: pl.DataFrame) -> pl.Expr:
    """A blank part counts as nothing; where a part is missing throughout the list, nothing can be said."""
    parts = [*expect.columns, *expect.minus]
    if any(records[name].null_count() == records.height for name in parts):
        return pl.repeat(None, pl.len(), dtype=pl.Boolean)
    total = pl.sum_horizontal(expect.columns) - (pl.sum_horizontal(expect.minus) if expect.minus else 0)
    # cells in 万元 with two decimals are rounded to 100 元 each: a thousandth of the total is no contradiction either
    slack = pl.max_horizontal(pl.lit(expect.tolerance), pl.col(expect.column).abs() / 1000)
    return pl.when(pl.any_horizontal(pl.col(parts).is_not_null())).then((pl.col(expect.column) - total).abs() <= slack + 1e-6)


def _agrees_with_id(expect: Expect) -> pl.Expr:
    """Against a sound number of 18 places or more (disability certificates begin with it)."""
    (id_column,) = expect.columns
    number, sound = pl.col(id_column), pl.col(id_column + PROBLEM) == FINE
    if expect.column == "sex":
        is_man = number.str.slice(16, 1).cast(pl.UInt8, strict=False) % 2 == 1
        return pl.when(sound).then(is_man == (pl.col("sex") == "男"))
    born = pl.col(expect.column)
    written = born.dt.year() * 10_000 + born.dt.month().cast(pl.Int32) * 100 + born.dt.day()
    return pl.when(sound).then(number.str.slice(6, 8).cast(pl.Int32, strict=False) == written)


def _agrees_with_certificate(expect: Expect, column: Column) -> pl.Expr:
    """残疾人证: the nineteenth character is the class, the twentieth the level (domain.md 9.2), spelt as the contract spells them."""
    (id_column,) = expect.columns
    number = pl.col(id_column)
    place = 19 if "level" in expect.column else 18
    values = {spelling: value for value, spellings in column.values.items() for spelling in spellings if spelling in set("1234567")}
    written = number.str.slice(place, 1).replace_strict(values, default=None, return_dtype=pl.String)
    return pl.when(number.str.contains(r"^\d{17}[\dX]\d{2}")).then(written == pl.col(expect.column))


def id_problems(numbers: pl.Series) -> pl.Series:
    """What is wrong with each ID number, `fine` when nothing is; null when there is none. Named `<column>#`."""
    frame = numbers.to_frame("number").with_columns(valid=ids.is_valid(pl.col("number")))
    plain = frame["valid"] & (frame["number"].str.len_chars() == 18) & ~frame["number"].str.ends_with("000")
    fine = frame.select(pl.when(pl.col("number").is_not_null()).then(pl.lit(FINE)))["literal"]
    odd = (fine.is_not_null() & ~plain).arg_true()
    return fine.scatter(odd, _problem_of(frame[odd])).alias(numbers.name + PROBLEM)


def _problem_of(looked_at: pl.DataFrame) -> pl.Series:
    """The problem of each number of `number`, `valid`, or `fine`."""
    number, full = pl.col("number"), pl.col("full")
    # in two steps: as one expression the parts of the check digit are planned again and again
    known = looked_at.with_columns(full=ids.to18(number), masked=ids.is_masked(number), lost_tail=ids.lost_tail(number))
    return known.select(
        pl.when(pl.col("masked"))
        .then(pl.lit("masked"))
        .when(pl.col("lost_tail"))
        .then(pl.lit("lost_tail"))
        .when(pl.col("valid"))
        .then(pl.when(number.str.len_chars() == 15).then(pl.lit("fifteen")).otherwise(pl.lit(FINE)))
        .when(full.is_null())
        .then(pl.lit("length"))
        .when(ids.birth_date(full).is_null())
        .then(pl.lit("birth"))
        .otherwise(pl.lit("checksum"))
    ).to_series()
