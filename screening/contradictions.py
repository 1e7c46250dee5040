"""Contradictions: where the register cannot be right, by itself or beside what bureaus say (账实相符). A list of cells to mend, by village.

The checks are data (`config/contradictions.yml`); here are the columns that they may look at and the one way in which they are played.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from contracts.contradiction import Contradiction
from contracts.errors import ConfigError
from contracts.month import Month
from contracts.standing import CONTRADICTION
from contracts.tables import HOUSEHOLD, conform, empty
from screening.clearing import ABLE
from screening.measures import condition
from screening.sentences import sentence
from standards import ids

PLACE = ("town", "village", "village_code", "head_name")


@dataclass(frozen=True)
class Register:
    """What is compared. `said`: household_id, risk1, identified_month; `left`: household_id, person_id, left; `relief`: household_id."""

    households: pl.DataFrame
    persons: pl.DataFrame
    said: pl.DataFrame
    left: pl.DataFrame
    relief: pl.DataFrame | None  # None: the month has no list


def contradictions(month: Month, checks: Sequence[Contradiction], register: Register, line: float) -> pl.DataFrame:
    """CONTRADICTION rows of all `checks`, by village, household and check. Raises `ConfigError` for a column that is not there."""
    frames = {"person": _persons(month, register), "household": _households(register, line)}
    found = [_found(each, frames[each.about].lazy()) for each in checks]
    if not found:
        return empty(CONTRADICTION)
    order = ["village_code", "household_id", "person_id", "check"]
    return conform(pl.concat(pl.collect_all(found), how="diagonal"), CONTRADICTION).sort(order, nulls_last=True)


def _found(each: Contradiction, rows: pl.LazyFrame) -> pl.LazyFrame:
    schema = rows.collect_schema()
    if missing := sorted(each.columns - set(schema)):
        raise ConfigError(f"contradictions.yml，{each.check}：没有列 {'、'.join(missing)}。可用的列：{'、'.join(schema)}。")
    said = {"fact": sentence(each.fact, schema)} | {
        name: pl.lit(text) for name, text in (("check", each.check), ("advice", each.advice), ("source", each.source))
    }
    kept = [name for name in ("household_id", "person_id", "person_name", *PLACE) if name in schema]
    return rows.filter(condition(where, schema) for where in each.where).select(*kept, **said)


def _persons(month: Month, register: Register) -> pl.DataFrame:
    """Persons with their household's place, age, digits of the phone, and whether the police know that they are gone."""
    born = pl.coalesce("birth_date", ids.birth_date(ids.to18(pl.col("id_number"))))
    age = month.year - born.dt.year() - (born.dt.month() > month.number).cast(pl.Int32)
    return (
        register.persons.drop("village_code")
        .join(register.households.select("household_id", *PLACE), on="household_id")
        .join(register.left, on=["household_id", "person_id"], how="left")
        .with_columns(age=age, phone_digits=pl.col("phone").str.count_matches(r"\d"))
    )


def _households(register: Register, line: float) -> pl.DataFrame:
    """Households with what their people add up to, what the register says of them as monitored, and whether they are on the relief list."""
    able = pl.col("labour").is_in(ABLE)
    people = register.persons.group_by("household_id").agg(
        listed=pl.len(),
        heads=pl.col("is_head").sum(),
        disabled=pl.col("is_disabled").sum(),
        able=able.sum(),
        all_able=able.all(),
        none_able=(~able).all(),
    )
    relief = register.relief
    on_relief = pl.lit(None, dtype=pl.Boolean) if relief is None else pl.col("household_id").is_in(relief["household_id"].implode())
    return (
        register.households.select(HOUSEHOLD.keys())
        .join(people, on="household_id", how="left")
        .join(register.said, on="household_id", how="left")
        .with_columns(
            members_differ=pl.col("members") != pl.col("listed"),
            has_identified=pl.col("identified_month").is_not_null(),
            below_line=pl.col("income_per_capita") < line,
            on_relief=on_relief,
            has_relief_tag=pl.col("tags").list.join("、", ignore_nulls=True).str.contains("低保", literal=True).fill_null(value=False),
        )
    )
