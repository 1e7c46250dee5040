"""The register as the national system holds it: the people of the county with its own faults, and who each row really is.

Faults stay from month to month, because nobody corrects them unasked: they follow from the seed and the person, not from the month.
"""

from __future__ import annotations

import polars as pl

from contracts.month import Month
from samples.noise import FACTOR, Level, Profile, damage
from samples.tables import Population

# Shares at `normal`: what county checks find in the national system (domain.md 9.2, 9.7: doubles, lengths, checksums, telephones).
DEAD_KEPT = 0.6  # of the dead of the last year, still listed
LISTED_TWICE = 0.003  # of women who married in: still at their parents', too
LATE = 0.4  # of the new-borns of the last half year, not yet entered
OLD_PLACE = 0.12  # of the groups of villages with another name or a merged part, still under the old name
PROFILE = Profile(
    factors={
        "id_substitution": 0.5,
        "id_transposition": 0.4,
        "id_lost_digit": 0.15,
        "id_added_digit": 0.1,
        "id_excel_tail": 0.05,
        "id_15": 1.0,
        "id_relative": 0.15,
        "id_missing": 0.1,
        "id_typing": 0.1,
        "name_homophone": 0.35,
        "name_lookalike": 0.3,
        "name_traditional": 0.2,
        "name_dot": 0.5,
        "name_space": 0.1,
        "name_nickname": 0.02,
        "name_swapped": 0.3,
        "name_rare_lost": 0.8,
        "phone_wrong": 1.0,
        "phone_missing": 1.0,
        "sex_wrong": 0.3,
    }
)
COLUMNS = (
    *("town", "village", "group", "household_id", "person_id", "person_name", "sex", "id_number", "members", "relation", "ethnicity"),
    *("student", "health", "disability", "labour", "income_per_capita", "household_phone", "phone", "household_type"),
    *("monitored_kind", "is_risk_cleared", "identified_month", "risk1", "tags"),
)


def register_rows(population: Population, month: Month, noise: Level, seed: int) -> pl.DataFrame:
    """One row per line of the export: COLUMNS as text (income a number), place (the town whose file it is in), person_uid, errors.

    By household and person number. `population` must be the county at the end of `month`.
    """
    told = _typed(population, noise, seed)
    people = population.persons.drop("person_name", "phone", "sex").join(told, on="person_uid", maintain_order="left")
    strength = FACTOR[noise]
    written = _listed(people.with_columns(luck=_luck(people["person_uid"], seed)), month, strength)
    twice = _twice(written, strength)
    rows = pl.concat([written, _still_at_parents(written, strength), twice], how="diagonal_relaxed")
    rows = _places(rows, population.places, strength)
    rows = _with_household(rows, population.households)
    return rows.sort("household_id", "person_id").select(*COLUMNS, "place", "person_uid", "errors")


def _luck(uids: pl.Series, seed: int) -> pl.Series:
    """A number from 0 to 1 for each person that stays the same every month."""
    frame = pl.DataFrame({"digits": uids.str.slice(1).cast(pl.UInt64)})
    mixed = ((pl.col("digits") + seed * 977) * 2_654_435_761 % 4_294_967_296 * 40_503 + 12_345) % 1_000_003
    return frame.select(luck=mixed / 1_000_003)["luck"]


def _share(share: float, strength: float) -> float:
    """A share at the strength of the noise, at most 0.9."""
    return min(share * strength, 0.9)


def _listed(people: pl.DataFrame, month: Month, strength: float) -> pl.DataFrame:
    """Who is in the register: the living but for late new-borns, and some of the dead."""
    dead = ~pl.col("is_alive")
    new = (pl.lit(month.end) - pl.col("birth_date")).dt.total_days() < 183
    kept = pl.col("luck") < _share(DEAD_KEPT, strength)
    late = new & (pl.col("luck") < _share(LATE, strength))
    was = pl.concat_list(
        pl.when(dead).then(pl.lit("dead_not_removed")),
        pl.when(pl.col("registered_name").is_not_null() & (strength > 0)).then(pl.lit("name_former")),
    ).list.drop_nulls()
    return people.filter((~dead & ~late) | (dead & kept)).with_columns(errors=pl.concat_list(was, "errors"))


def _typed(population: Population, noise: Level, seed: int) -> pl.DataFrame:
    """person_uid with person_name, id_number, phone, sex and errors as they were typed in, cohort by cohort of entry.

    Who has left since is typed, too, so that the same dice fall for all others.
    """
    left = population.outsiders.filter(pl.col("person_uid").str.starts_with("OP")).with_columns(pl.col("person_uid").str.slice(1))
    name = pl.col("person_name") if noise == "clean" else pl.coalesce("registered_name", "person_name")
    everybody = pl.concat([population.persons, left]).sort("person_uid")
    entered = everybody.select(
        "person_uid", "phone", "sex", "nickname", "relative_id", name.alias("person_name"), pl.col("id18").alias("id_number"),
        cohort=pl.when(pl.col("person_uid").str.len_chars() > 8).then(pl.col("person_uid").str.slice(1, 4).cast(pl.Int64)).otherwise(0),
    )  # fmt: skip
    cohorts = entered.partition_by("cohort", as_dict=True, maintain_order=True)
    typed = [damage(rows, noise, seed + int(cohort), profile=PROFILE) for (cohort,), rows in cohorts.items()]
    return pl.concat(typed).select("person_uid", "person_name", "id_number", "phone", "sex", "errors")


def _still_at_parents(rows: pl.DataFrame, strength: float) -> pl.DataFrame:
    """Women who married within the county this season, listed at their parents' as well."""
    where = rows.select(household_id="household_id", village_code="village_code", town="town", village="village", group="group").unique(
        "household_id"
    )
    moved = rows.filter(pl.col("listed_household_id").is_not_null(), pl.col("luck") < _share(0.6, strength))
    return _listed_at(moved, "listed_household_id", "listed_person_id", "listed_relation", where)


def _twice(rows: pl.DataFrame, strength: float) -> pl.DataFrame:
    """Married-in women whose parents' household, elsewhere in the county, still lists them as a daughter."""
    where = rows.select(household_id="household_id", village_code="village_code", town="town", village="village", group="group").unique(
        "household_id", maintain_order=True
    )
    wives = pl.col("relation").is_in(["配偶", "之儿媳"]) & (pl.col("sex") == "女")
    chosen = rows.filter(wives, pl.col("luck") < _share(LISTED_TWICE, strength))
    nth = (pl.col("luck") * 1e9).cast(pl.Int64) % where.height
    other = where["household_id"].gather(chosen.select(nth).to_series())
    chosen = chosen.with_columns(other=other, other_id=other + "19", other_relation=pl.lit("之女")).filter(
        pl.col("other") != pl.col("household_id")
    )
    return _listed_at(chosen.unique("other", maintain_order=True), "other", "other_id", "other_relation", where)


def _listed_at(rows: pl.DataFrame, household: str, person: str, relation: str, where: pl.DataFrame) -> pl.DataFrame:
    """`rows` again under another household."""
    columns = [name for name in where.columns if name != "household_id"]
    return (
        rows.drop(*columns)
        .with_columns(
            household_id=pl.col(household), person_id=pl.col(person), relation=pl.col(relation),
            errors=pl.concat_list("errors", pl.lit(["listed_twice"])),
        )
        .join(where, on="household_id", maintain_order="left")
    )  # fmt: skip


def _places(rows: pl.DataFrame, places: pl.DataFrame, strength: float) -> pl.DataFrame:
    """Whole groups that the system still keeps under the former name of their village, or under that of a merged one."""
    rows = rows.with_columns(place="town")
    old = (
        places.filter(level="village").filter(pl.col("kind").is_in(["former", "merged"])).sort("code", "name")
        .group_by("code", maintain_order=True).agg(old_name=pl.col("name").last(), old_kind=pl.col("kind").last())
    )  # fmt: skip
    number = pl.col("village_code").str.slice(6).cast(pl.Int64) * 31 + pl.col("group").str.extract(r"(\d+)").cast(pl.Int64) * 17
    named = (number * 7919 % 1000 < 1000 * _share(OLD_PLACE, strength)) & pl.col("old_name").is_not_null()
    return rows.join(old, left_on="village_code", right_on="code", how="left", maintain_order="left").with_columns(
        village=pl.when(named).then("old_name").otherwise("village"),
        errors=pl.when(named).then(pl.concat_list("errors", pl.concat_list(pl.lit("place_") + pl.col("old_kind")))).otherwise("errors"),
    )


def _with_household(rows: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """The columns that every member of a household shares, and the register's words."""
    shared = households.select(
        "household_id", "household_type", "monitored_kind", "identified_month", "risk1", "income_per_capita",
        household_phone="phone",
        is_risk_cleared=pl.when(pl.col("monitored_kind").is_not_null()).then(pl.when("is_cleared").then(pl.lit("是")).otherwise(pl.lit("否"))),
        tags=pl.when(pl.col("tags").list.len() > 0).then(pl.col("tags").list.join("、")),
    )  # fmt: skip
    return rows.with_columns(
        members=pl.len().over("household_id").cast(pl.String),
        student=pl.coalesce("stage", pl.lit("非在校生")),
        disability=pl.when(pl.col("disability_class").is_not_null()).then(
            pl.col("disability_class") + "残疾" + pl.col("disability_level").cast(pl.String) + "级"
        ),
    ).join(shared, on="household_id", how="left", maintain_order="left")
