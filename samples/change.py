"""A month passes: people die and are born, marry into a household or out of the county, come back, take another name.

A household gains or loses at most one person a month. The dead stay in the table with the day of their death; who leaves the
county becomes an outsider.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from contracts.month import Month
from contracts.tables import conform
from samples import identity, names, status
from samples.seeds import Ints, Rng, generator, texts
from samples.tables import AS_OF, CHANGES, PERSONS, Population, age_on

# Cases a month for each 1,000 people: rounded from the yearly rates of a rural county (7 deaths, 8 births, 6 weddings in 1,000).
BIRTHS, BRIDES, WEDDINGS, LEAVERS, RETURNERS, RENAMED = 0.65, 0.28, 0.16, 0.20, 0.05, 0.03
RESERVED = 300  # sequence numbers from here on belong to those who come later


def advance(population: Population, month: Month, seed: int) -> Population:
    """The county at the end of `month`; `changes` says what happened in it."""
    rng = generator(seed, "change", str(month))
    persons, died = _deaths(rng, population.persons, month)
    free = _free_households(rng, persons)
    persons, left, gone = _leavers(rng, persons, free, month)
    persons, moved = _weddings(rng, persons, free, month)
    newcomers, arrived = _newcomers(rng, persons, free, month, seed)
    persons, renamed = _renamed(rng, persons, month)
    persons = pl.concat([persons, newcomers]).with_columns(age_on(month.end)).sort("person_uid")
    outsiders = pl.concat([population.outsiders, gone]).with_columns(age_on(month.end)).sort("person_uid")
    changes = pl.concat([died, left, moved, arrived, renamed]).sort("event_date", "person_uid", "kind")
    members = persons.filter("is_alive").group_by("household_id").agg(members=pl.len().cast(pl.Int16))
    households = population.households.drop("members").join(members, on="household_id", how="left", maintain_order="left")
    return replace(
        population,
        persons=conform(persons, PERSONS),
        households=households.with_columns(pl.col("members").fill_null(0)).select(population.households.columns),
        outsiders=conform(outsiders, PERSONS),
        changes=conform(changes, CHANGES),
        as_of=month.end,
    )


def _days(rng: Rng, month: Month, count: int) -> pl.Series:
    """Days of the month at random."""
    return pl.Series("day", month.start.toordinal() - 719163 + rng.integers(0, month.end.day, count)).cast(pl.Int32).cast(pl.Date)


def _changes(kind: str, people: pl.DataFrame, days: pl.Series) -> pl.DataFrame:
    """CHANGES rows for `people` (person_uid, household_id)."""
    return conform(people.select("person_uid", "household_id", kind=pl.lit(kind)).with_columns(event_date=days), CHANGES)


def _deaths(rng: Rng, persons: pl.DataFrame, month: Month) -> tuple[pl.DataFrame, pl.DataFrame]:
    age = persons["age"].to_numpy()
    rate = np.where(age >= 80, 0.0075, np.where(age >= 65, 0.0022, np.where(age >= 45, 0.0005, 0.00008)))
    dies = (rng.random(persons.height) < rate) & persons["is_alive"].to_numpy()
    days = _days(rng, month, persons.height)
    changed = persons.with_columns(
        is_alive=pl.col("is_alive") & ~pl.lit(pl.Series(dies)),
        died_on=pl.when(pl.lit(pl.Series(dies))).then(pl.lit(days)).otherwise("died_on"),
    )
    return changed, _changes("死亡注销", persons.filter(pl.Series(dies)), days.filter(pl.Series(dies)))


def _free_households(rng: Rng, persons: pl.DataFrame) -> pl.Series:
    """Households with somebody alive, in random order: each takes part in one change at most. Consumed from the front by `_take`."""
    households = persons.filter("is_alive")["household_id"].unique().sort()
    return households.gather(pl.Series(rng.permutation(len(households))))


def _take(people: pl.DataFrame, households: pl.Series, count: int) -> pl.DataFrame:
    """One of `people` from each of `count` of the households, in the order of these."""
    order = pl.DataFrame({"household_id": households, "turn": np.arange(len(households))})
    return (
        people.unique("household_id", keep="first", maintain_order=True)
        .join(order, on="household_id")
        .sort("turn")
        .drop("turn")
        .head(count)
    )


def _quota(persons: pl.DataFrame, per_thousand: float) -> int:
    return max(1, round(persons.height * per_thousand / 1000))


def _part(free: pl.Series, nth: int) -> pl.Series:
    """The households that are set aside for one kind of change."""
    return free.gather_every(5, nth)


def _leavers(rng: Rng, persons: pl.DataFrame, free: pl.Series, month: Month) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Grown daughters who marry out of the county, and a few others; they keep their names and numbers as outsiders."""
    may = persons.filter("is_alive", pl.col("age").is_between(20, 32), pl.col("relation").is_in(["之女", "之孙女", "之子"]))
    out = _take(may, _part(free, 0), _quota(persons, LEAVERS))
    nothing = ("person_id", "household_id", "village_code", "town", "village", "group", "head_name", "head_id", "relative_id")
    uid = pl.lit("O") + pl.col("person_uid")
    gone = out.with_columns(*(pl.lit(None, dtype=pl.String).alias(name) for name in nothing), person_uid=uid)
    days = _days(rng, month, out.height)
    rest = persons.filter(~pl.col("person_uid").is_in(out["person_uid"].implode()))
    return rest, _changes("迁出", out, days).with_columns(person_uid=uid), gone


HOST = ("household_id", "village_code", "town", "village", "group", "head_name", "head_id", "ethnicity")


def _grooms(persons: pl.DataFrame, households: pl.Series, count: int) -> pl.DataFrame:
    """Sons of marrying age in households without a daughter-in-law."""
    taken = persons.filter(pl.col("relation") == "之儿媳")["household_id"].unique()
    may = persons.filter(
        "is_alive", pl.col("age").is_between(22, 36), pl.col("relation") == "之子", ~pl.col("household_id").is_in(taken.implode())
    )
    return _take(may, households, count)


def _weddings(rng: Rng, persons: pl.DataFrame, free: pl.Series, month: Month) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Daughters of the county marry into other households of it; the register may go on listing them at their parents'."""
    brides = _take(
        persons.filter("is_alive", pl.col("age").is_between(20, 32), pl.col("relation") == "之女"),
        _part(free, 1),
        _quota(persons, WEDDINGS),
    )
    grooms = _grooms(persons, _part(free, 2), brides.height)
    brides = brides.head(grooms.height)
    hosts = grooms.select(HOST).drop("ethnicity")
    new = brides.select("person_uid", "household_id", "person_id", "relation").rename(
        {"household_id": "listed_household_id", "person_id": "listed_person_id", "relation": "listed_relation"}
    )
    new = pl.concat([new, hosts, grooms.select(relative_id="id18")], how="horizontal").with_columns(
        person_id=pl.col("household_id") + _number(month),
        relation=pl.lit("之儿媳"),
        guardian_uid=None,
        guardian_name=None,
        guardian_id=None,
    )
    days = _days(rng, month, brides.height)
    moved = _changes("迁出", brides, days)
    return persons.update(new, on="person_uid", include_nulls=False), pl.concat(
        [moved, _changes("迁入", new.select("person_uid", "household_id"), days)]
    )


def _number(month: Month) -> str:
    """The number within a household of the one who comes in `month`: 21 for the first month, and so on."""
    return str(21 + (month.year - AS_OF.year) * 12 + month.number - AS_OF.month - 1)


def _newcomers(rng: Rng, persons: pl.DataFrame, free: pl.Series, month: Month, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """New-borns, brides from other counties, and people who come back."""
    mothers = persons.filter(
        "is_alive", pl.col("sex") == "女", pl.col("age").is_between(20, 40), pl.col("relation").is_in(["户主", "配偶", "之儿媳"])
    )
    mothers = _take(mothers, _part(free, 3), _quota(persons, BIRTHS))
    grooms = _grooms(persons, _part(free, 4), _quota(persons, BRIDES))
    married = set(grooms["household_id"])
    back = _take(
        persons.filter("is_alive", "is_head"), _part(free, 4).filter(~_part(free, 4).is_in(list(married))), _quota(persons, RETURNERS)
    )
    people = pl.concat([_born(rng, mothers, month), _brides(rng, grooms, month), _returners(rng, back, month)], how="diagonal_relaxed")
    people = people.with_columns(numbered=identity.id_numbers(people, seed, first=RESERVED + 20 * int(_number(month)) % 160))
    facts = status.people(rng, people["age"].to_numpy().astype(np.int64))
    people = people.with_columns(*facts).with_columns(
        id18=pl.when("has_id").then("numbered"),
        person_uid=pl.format(
            "P{}{}{}", pl.lit(str(month.year % 100)), pl.lit(f"{month.number:02d}"), pl.int_range(pl.len()).cast(pl.String).str.zfill(5)
        ),
        person_id=pl.col("household_id") + _number(month),
        phone=pl.when(pl.col("age") >= 15).then(pl.lit(identity.phones(rng, people.height))),
        is_head=pl.lit(value=False),
        is_alive=pl.lit(value=True),
    )
    arrived = conform(people.select("kind", "event_date", "person_uid", "household_id"), CHANGES)
    return conform(people, PERSONS), arrived


def _born(rng: Rng, mothers: pl.DataFrame, month: Month) -> pl.DataFrame:
    """One child of each mother, most of them without number yet."""
    count = mothers.height
    male, day = rng.random(count) < 0.52, _days(rng, month, count)
    nobody = np.full(count, "", dtype=object)
    given = names.given_names(rng, male, np.full(count, month.year), nobody)
    grand = pl.col("relation") == "之儿媳"
    word = pl.when(grand).then(pl.lit("孙")).otherwise(pl.lit(""))
    return mothers.select(
        *HOST,
        kind=pl.lit("出生登记"),
        event_date=pl.Series(day),
        birth_date=pl.Series(day),
        age=pl.lit(0),
        sex=pl.Series(np.where(male, "男", "女")),
        person_name=pl.col("head_name").str.slice(0, 1) + texts(given),
        prefix=pl.lit("522699"),
        has_id=pl.Series(rng.random(count) < 0.4),
        relation="之" + word + pl.Series(np.where(male, "子", "女")),
        guardian_uid="person_uid",
        guardian_name="person_name",
        guardian_id="id18",
        relative_id="id18",
    )


def _stranger_ages(rng: Rng, grooms: pl.DataFrame) -> tuple[pl.Series, Ints]:
    """Birth dates near those of `grooms` and the ages that follow."""
    shift = rng.integers(-1500, 1500, grooms.height)
    born = (grooms["birth_date"].to_physical() + pl.Series(shift, dtype=pl.Int32)).cast(pl.Date)
    return born, grooms["age"].to_numpy().astype(np.int64)


def _brides(rng: Rng, grooms: pl.DataFrame, month: Month) -> pl.DataFrame:
    """One bride from another county for each groom."""
    count = grooms.height
    born, age = _stranger_ages(rng, grooms)
    no = np.zeros(count, np.bool_)
    name = names.surnames(rng, count) + names.given_names(
        rng, no, born.dt.year().to_numpy().astype(np.int64), np.full(count, "", dtype=object)
    )
    return grooms.select(
        *HOST,
        kind=pl.lit("迁入"),
        event_date=pl.Series(_days(rng, month, count)),
        birth_date=pl.Series(born),
        age=pl.Series(age),
        sex=pl.lit("女"),
        person_name=texts(name),
        prefix=identity.county_prefixes(rng, no),
        has_id=pl.lit(value=True),
        relation=pl.lit("之儿媳"),
        relative_id="id18",
    )


def _returners(rng: Rng, heads: pl.DataFrame, month: Month) -> pl.DataFrame:
    """Brothers of heads, who had been registered elsewhere."""
    count = heads.height
    born, age = _stranger_ages(rng, heads)
    yes = np.ones(count, np.bool_)
    given = names.given_names(rng, yes, born.dt.year().to_numpy().astype(np.int64), np.full(count, "", dtype=object))
    return heads.select(
        *HOST,
        kind=pl.lit("迁入"),
        event_date=pl.Series(_days(rng, month, count)),
        birth_date=pl.Series(born),
        age=pl.Series(age),
        sex=pl.lit("男"),
        person_name=pl.col("person_name").str.slice(0, 1) + texts(given),
        prefix=identity.county_prefixes(rng, yes),
        has_id=pl.lit(value=True),
        relation=pl.lit("之兄弟姐妹"),
        relative_id="id18",
    )


def _renamed(rng: Rng, persons: pl.DataFrame, month: Month) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A few people under 40 take another given name; the register keeps the old one."""
    may = persons.filter(
        "is_alive", pl.col("age") < 40, pl.col("registered_name").is_null(), ~pl.col("person_name").str.contains("·", literal=True)
    )
    count = min(_quota(persons, RENAMED), may.height)
    chosen = may[np.sort(rng.choice(may.height, count, replace=False)).tolist()]
    year = chosen["birth_date"].dt.year().to_numpy().astype(np.int64)
    given = names.given_names(rng, (chosen["sex"] == "男").to_numpy(), year, np.full(count, "", dtype=object))
    new = chosen.select(
        "person_uid", "household_id", registered_name="person_name", person_name=pl.col("person_name").str.slice(0, 1) + texts(given)
    )
    changes = _changes("姓名变更", new, _days(rng, month, count)).with_columns(former_name=new["registered_name"])
    return persons.update(new.drop("household_id"), on="person_uid"), changes
