"""The people of the sample county before anybody wrote them down: who lives in which household, with names, numbers and fortunes.

Everything is drawn for all households at once; the same seed gives the same people. `samples.change` lets a month pass.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from contracts.tables import conform
from samples import families as fam
from samples import identity, names, settlement, status
from samples.outsiders import build_outsiders
from samples.seeds import Bools, Ints, Rng, Texts, generator, texts
from samples.tables import AS_OF, CHANGES, HOUSEHOLDS, PERSONS, Population, age_on

EPOCH = date(1970, 1, 1)


def build_population(households: int, seed: int, places: pl.DataFrame) -> Population:
    """The county with so many households on `samples.tables.AS_OF`; `places` is `config/places.csv` as a PLACE frame."""
    villages = settlement.inhabited(places, households)
    village, group, surname = settlement.spread(seed, villages.height, households)
    rng = generator(seed, "families")
    families = fam.grow(rng, households, (AS_OF - EPOCH).days)
    people = _people(seed, families, village, surname, villages.height)
    people = people.with_columns(id18=pl.when(pl.col("has_id")).then(identity.id_numbers(people, seed)))
    dwellings = _dwellings(village, group, villages)
    status_of = status.households(generator(seed, "fortunes"), _summary(people), village, villages.height)
    base = pl.concat([dwellings, status_of], how="horizontal")
    persons = complete(people.join(dwellings, on="household", maintain_order="left"))
    persons = persons.with_columns(person_uid="P" + pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7))
    persons = with_relatives(persons).with_columns(age_on(AS_OF))
    table = household_table(base, persons)
    outsiders = build_outsiders(persons, villages, seed)
    return Population(
        persons=conform(persons, PERSONS),
        households=table,
        outsiders=outsiders,
        changes=pl.DataFrame(schema=dict(CHANGES)),
        places=places,
        village_codes=tuple(villages["code"]),
        as_of=AS_OF,
        seed=seed,
    )


def _people(seed: int, families: fam.Families, village: Ints, surname: Texts, villages: int) -> pl.DataFrame:
    """One row per person: household (number), place, the columns of PERSONS that need nobody else, and prefix, has_id."""
    household, place = np.nonzero(families.present)
    at = (household, place)
    rng = generator(seed, "people")
    born, male, blood = families.born[at], families.male[at], families.blood[at]
    born_on = pl.Series(born).cast(pl.Int32).cast(pl.Date)
    year = born_on.dt.year().to_numpy().astype(np.int64)
    age = np.floor(((AS_OF - EPOCH).days - born) / fam.YEAR).astype(np.int64)
    name = _names(rng, families, village, surname, year)
    dies = np.where(age >= 72, 0.040, np.where(age >= 50, 0.006, 0.0009))
    dead = (rng.random(len(born)) < dies) & (place != fam.HEAD)
    # A head who has died keeps his place in the register until somebody rewrites the household.
    dead |= (place == fam.HEAD) & (rng.random(len(born)) < dies * 0.25) & (families.present.sum(axis=1)[household] > 1)
    certain = (age >= 1) | (rng.random(len(born)) < 0.45)
    guardian = families.guardian[at]
    facts = status.people(rng, age)
    return pl.DataFrame(
        {
            "household": household,
            "place": place,
            "guardian_place": guardian,
            "person_name": texts(name),
            "prefix": identity.county_prefixes(rng, families.local[at]),
            "has_id": certain,
            "sex": np.where(male, "男", "女"),
            "birth_date": born_on,
            "age": age,
            "ethnicity": texts(status.ethnicities(rng, village[household], villages, blood & (rng.random(len(blood)) < 0.9))),
            "relation": texts(families.relation[at]),
            "is_head": place == fam.HEAD,
            "is_alive": ~dead,
            "died_on": pl.Series(np.where(dead, (AS_OF - EPOCH).days - rng.integers(1, 360, len(born)), 0)).cast(pl.Int32).cast(pl.Date),
            "own_phone": rng.random(len(born)) < np.interp(age, [11, 13, 18, 55, 80, 95], [0, 0.25, 0.95, 0.93, 0.42, 0.05]),
            "number": identity.phones(rng, len(born)),
        }
    ).with_columns(
        *facts,
        died_on=pl.when(~pl.col("is_alive")).then("died_on"),
        phone=pl.when("own_phone").then("number"),
    )


def _names(rng: Rng, families: fam.Families, village: Ints, surname: Texts, year: Ints) -> Texts:
    """Full names. Brothers, sisters and cousins of a lineage share a character where the family keeps to its poem."""
    household, place = np.nonzero(families.present)
    at = (household, place)
    blood, male, generation = families.blood[at], families.male[at], families.generation[at]
    lineage = _lineage(village, surname)[household]
    head_year = 1970 + families.born[:, fam.HEAD] / fam.YEAR
    ordinal = ((head_year - 1895) / 25).astype(np.int64)[household] + generation
    keeps = np.array((0.0, 0.45, 0.9, 1.0))[lineage * 31 % 4] * np.where(male, 1.0, 0.6) * np.where(year < 1995, 0.9, 0.65)
    family_draw = rng.random((len(village), 5))[household, generation + 2]
    by_poem = blood & (family_draw < keeps)
    shared = np.where(by_poem, names.generation_characters(lineage, ordinal), "").astype(object)
    first = names.given_names(rng, male, year, shared)
    given = _like_twins(rng, families, first, male, year)
    family_name = np.where(blood, surname[household], names.surnames(rng, len(household)))
    full = (family_name + given).astype(object)
    dotted = rng.random(len(full)) < np.where(blood, 0.0002, 0.004)
    full[dotted] = names.dotted_names(rng, int(dotted.sum()))
    return _without_doubles(rng, full, (village[household], household), male, year, shared, family_name)


def _lineage(village: Ints, surname: Texts) -> Ints:
    """A number for each surname of each village."""
    code: Ints = texts(surname).rank("dense").cast(pl.Int64).to_numpy()
    return village * 389 + code * 7


def _like_twins(rng: Rng, families: fam.Families, given: Texts, male: Bools, year: Ints) -> Texts:
    """Twins are named alike: the second takes the first's first character and another last one."""
    index = np.cumsum(families.present.ravel()).reshape(families.present.shape) - 1
    at = np.nonzero(families.present)
    twin = np.flatnonzero(families.twin_of[at] >= 0)
    household, place = at[0][twin], at[1][twin]
    other = index[household, families.twin_of[household, place]]
    again = names.given_names(rng, male[twin], year[twin], np.array([name[0] for name in given[other]], dtype=object))
    result = given.copy()
    result[twin] = again
    return result


def _without_doubles(rng: Rng, full: Texts, groups: tuple[Ints, Ints], male: Bools, year: Ints, shared: Texts, family_name: Texts) -> Texts:
    """Nobody bears the name of another of the household, and people avoid names that the village has already.

    `groups` are village and household of each person. Later ones are named anew: of village namesakes two of three, once.
    """
    village, household = groups
    mine = np.arange(len(full))
    for turn, group in enumerate((village, *(household,) * 6)):
        frame = pl.DataFrame({"group": group[mine], "name": texts(full[mine])})
        doubles = mine[~frame.select(pl.struct(pl.all()).is_first_distinct()).to_series().to_numpy()]
        if turn == 0:
            doubles = doubles[rng.random(len(doubles)) < 2 / 3]
        elif not len(doubles):
            break
        full[doubles] = family_name[doubles] + names.given_names(rng, male[doubles], year[doubles], shared[doubles])
        if turn:
            mine = np.flatnonzero(np.isin(household, household[doubles]))
    return full


def _dwellings(village: Ints, group: Ints, villages: pl.DataFrame) -> pl.DataFrame:
    """One row per household: household (number), household_id, village_code, town, village, group."""
    frame = pl.DataFrame({"household": np.arange(len(village)), "nth_village": village, "nth_group": group})
    return (
        frame.join(villages.with_row_index("nth_village").cast({"nth_village": pl.Int64}), on="nth_village", maintain_order="left")
        .with_columns(serial=1 + pl.int_range(pl.len()).over("nth_village"))
        .select(
            "household",
            pl.col("code").alias("village_code"),
            "town",
            "village",
            household_id=pl.col("code") + pl.col("serial").cast(pl.String).str.zfill(4),
            group=pl.col("nth_group").cast(pl.String) + "组",
        )
    )


def _summary(people: pl.DataFrame) -> pl.DataFrame:
    alive = people.filter("is_alive")
    return (
        people.select(pl.col("household").unique().sort())
        .join(
            alive.group_by("household").agg(
                members=pl.len(),
                oldest=pl.col("age").max(),
                disabled=pl.col("disability_level").is_not_null().sum(),
                severe=(pl.col("disability_level") <= 2).sum(),
                ill=(pl.col("health") == "患有大病").sum(),
                workers=pl.col("labour").is_in(["普通劳动力", "技能劳动力"]).sum(),
            ),
            on="household",
            how="left",
            maintain_order="left",
        )
        .fill_null(0)
    )


def complete(people: pl.DataFrame) -> pl.DataFrame:
    """`people` (household, place, household_id, id18, …) with person_id, disability_number and nickname."""
    classes = {word: str(nth) for nth, word in enumerate(status.DISABILITIES, start=1)}
    given, last = pl.col("person_name").str.slice(1), pl.col("person_name").str.slice(-1)
    style = pl.col("birth_date").to_physical() % 5
    old = pl.when(pl.col("age") >= 45).then(pl.lit("老") + pl.col("person_name").str.slice(0, 1)).otherwise(given)
    certificate = pl.col("id18") + pl.col("disability_class").replace_strict(classes, default=None, return_dtype=pl.String)
    return people.with_columns(
        person_id=pl.col("household_id") + (pl.col("place") + 1).cast(pl.String).str.zfill(2),
        disability_number=certificate + pl.col("disability_level").cast(pl.String),
        nickname=pl.when(style == 0).then("阿" + last).when(style == 1).then(last + last).when(style == 2).then("小" + last)
        .when(style == 3).then(old).otherwise(given),
    )  # fmt: skip


def with_relatives(persons: pl.DataFrame) -> pl.DataFrame:
    """`persons` with head_name, head_id, guardian_* and relative_id filled from the others of the household."""
    key = persons.select("household_id", "place", "person_uid", "person_name", "id18", "is_alive")
    head = key.filter(pl.col("place") == fam.HEAD).select("household_id", head_name="person_name", head_id="id18")
    guardian = key.filter("is_alive").select(
        "household_id", guardian_place="place", guardian_uid="person_uid", guardian_name="person_name", guardian_id="id18"
    )
    spouse = key.filter(pl.col("place") == fam.SPOUSE).select("household_id", spouse_id="id18")
    return (
        persons.drop("head_name", "head_id", "guardian_uid", "guardian_name", "guardian_id", strict=False)
        .join(head, on="household_id", how="left", maintain_order="left")
        .join(guardian, on=["household_id", "guardian_place"], how="left", maintain_order="left")
        .join(spouse, on="household_id", how="left", maintain_order="left")
        .with_columns(relative_id=pl.when("is_head").then("spouse_id").otherwise(pl.coalesce("guardian_id", "head_id")))
        .drop("spouse_id")
    )


def household_table(base: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """HOUSEHOLDS from the dwellings and fortunes (`base`) and their people."""
    people = persons.group_by("household_id").agg(
        members=pl.col("is_alive").sum(),
        head_uid=pl.col("person_uid").filter("is_head").first(),
        head_name=pl.col("person_name").filter("is_head").first(),
        head_id=pl.col("id18").filter("is_head").first(),
        phone=pl.coalesce(
            pl.col("phone").filter("is_head").first(),
            pl.col("phone").drop_nulls().filter(pl.col("phone").drop_nulls().is_not_null()).first(),
        ),
    )
    return conform(base.join(people, on="household_id", how="left", maintain_order="left").sort("household_id"), HOUSEHOLDS)
