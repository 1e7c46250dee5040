"""The people of the sample county: numbers that are right, families that can be, shares as in a real county, and the traps."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from contracts.month import Month
from contracts.tables import PLACE
from samples.change import advance
from samples.population import build_population
from samples.register import COLUMNS, register_rows
from samples.tables import CHANGES, FIRST_MONTH, HOUSEHOLDS, PERSONS, Population
from standards import ids

HOUSEHOLDS_MADE = 3000
SEED = 11


@pytest.fixture(scope="module")
def places() -> pl.DataFrame:
    return pl.read_csv(Path(__file__).parents[3] / "config" / "places.csv", schema=dict(PLACE))


@pytest.fixture(scope="module")
def county(places) -> Population:
    return build_population(HOUSEHOLDS_MADE, SEED, places)


@pytest.fixture(scope="module")
def october(county) -> Population:
    return advance(county, FIRST_MONTH, SEED)


def living(population: Population) -> pl.DataFrame:
    return population.persons.filter("is_alive")


def test_places_are_fourteen_towns_and_three_hundred_villages(places):
    current = places.filter(kind="current")
    assert current.group_by("level").len().sort("level").rows() == [("town", 14), ("village", 300)]
    assert places["code"].str.contains(r"^522699\d{6}$").all()
    assert not places.select("code", "name").is_duplicated().any()
    villages = current.filter(level="village")
    assert not villages.select("town", "village").is_duplicated().any()
    assert villages["village"].is_duplicated().any()  # the same name in two towns: a trap
    assert set(places["kind"]) == {"current", "former", "merged", "alias", "natural", "settlement"}


def test_frames_have_their_schema_and_the_asked_size(county):
    assert dict(county.persons.schema) == dict(PERSONS)
    assert dict(county.outsiders.schema) == dict(PERSONS)
    assert dict(county.households.schema) == dict(HOUSEHOLDS)
    assert dict(county.changes.schema) == dict(CHANGES)
    assert county.households.height == HOUSEHOLDS_MADE
    assert 3.6 < living(county).height / HOUSEHOLDS_MADE < 4.2
    per_village = county.households.group_by("village_code").len()["len"]
    assert len(county.village_codes) == len(per_village) == HOUSEHOLDS_MADE / 300
    assert county.households["town"].n_unique() > 1


def test_numbers_are_valid_unlike_and_agree_with_sex_and_birth(county):
    numbers = pl.concat([county.persons, county.outsiders]).select("id18", "sex", "birth_date").drop_nulls()
    right = numbers.select(
        valid=ids.is_valid(pl.col("id18")).all(),
        sex=(ids.sex(pl.col("id18")) == pl.col("sex")).all(),
        birth=(ids.birth_date(pl.col("id18")) == pl.col("birth_date")).all(),
        unlike=pl.col("id18").is_unique().all(),
    )
    assert right.row(0) == (True, True, True, True)
    without = county.persons.filter(pl.col("id18").is_null())
    assert 0 < without.height < 0.01 * county.persons.height
    assert without["age"].max() == 0


def test_families_are_possible(county):
    people = county.persons
    assert people.filter("is_head")["household_id"].is_unique().all()
    assert people.filter("is_head").height == HOUSEHOLDS_MADE
    assert not people.select("household_id", "person_name").is_duplicated().any()
    female = people.filter(pl.col("relation").is_in(["之女", "之母", "之儿媳", "之孙女", "之祖母", "之婆婆"]))
    assert set(female["sex"]) == {"女"}
    children = people.filter("is_alive", pl.col("relation").is_in(["之子", "之女"]), pl.col("age") < 20)
    guardians = children.join(people.select(guardian_uid="person_uid", parent="birth_date"), on="guardian_uid")
    gap = guardians.select((pl.col("birth_date") - pl.col("parent")).dt.total_days() / 365.25).to_series()
    assert gap.min() > 13
    assert guardians.height > 0.98 * children.height


@pytest.mark.parametrize(
    ("what", "share", "low", "high"),
    [
        ("poor once", pl.col("household_type") == "脱贫户", 0.12, 0.26),
        ("monitored", pl.col("monitored_kind").is_not_null(), 0.006, 0.03),
        ("low allowance", pl.col("tags").list.contains("低保"), 0.02, 0.08),
        ("below the line", pl.col("income_per_capita") < 8800, 0.03, 0.2),
    ],
)
def test_shares_of_households_are_those_of_a_county(county, what, share, low, high):
    assert low < county.households.select(share.fill_null(value=False).mean()).item() < high, what


@pytest.mark.parametrize(
    ("what", "share", "low", "high"),
    [
        ("children", pl.col("age") < 15, 0.10, 0.24),
        ("old", pl.col("age") >= 65, 0.10, 0.25),
        ("disabled", pl.col("disability_level").is_not_null(), 0.03, 0.08),
        ("away", pl.col("lives_elsewhere"), 0.2, 0.4),
        ("has a telephone", pl.col("phone").is_not_null(), 0.6, 0.85),
        ("from other counties", ~pl.col("id18").str.starts_with("522699"), 0.08, 0.3),
        ("namesake in the village", pl.struct("village_code", "person_name").is_duplicated(), 0.03, 0.2),
        ("rare characters", pl.col("person_name").str.contains("[㼆䶮𬭎㛃𫖯喆堃犇燚]"), 0.0003, 0.02),
    ],
)
def test_shares_of_people_are_those_of_a_county(county, what, share, low, high):
    assert low < living(county).select(share.fill_null(value=False).mean()).item() < high, what


def test_the_hard_cases_are_there(county):
    people = living(county)
    assert people["person_name"].str.contains("·").any()
    twins = people.filter(pl.struct("household_id", "birth_date").is_duplicated(), pl.col("age") < 40)
    assert twins.height >= 4
    surname = people.with_columns(surname=pl.col("person_name").str.slice(0, 1))
    share = (
        surname.group_by("village_code", "surname")
        .len()
        .group_by("village_code")
        .agg((pl.col("len").max() / pl.col("len").sum()).alias("most"))
    )
    assert share["most"].max() > 0.4
    siblings = people.filter(pl.col("relation").is_in(["之子", "之女"]), pl.len().over("household_id", "relation") > 1)
    shared = siblings.group_by("household_id", "relation").agg(n=pl.len(), different=pl.col("person_name").str.slice(1, 1).n_unique())
    assert shared.filter(pl.col("n") > 1).select((pl.col("different") < pl.col("n")).mean()).item() > 0.2


def test_traps_bear_name_and_birth_of_somebody_else(county):
    traps = county.outsiders.filter(pl.col("person_uid").str.starts_with("T"))
    both = traps.join(county.persons, on=["person_name", "birth_date", "sex"], suffix="_true")
    assert traps.height >= 5
    assert both["person_uid"].n_unique() == traps.height
    assert (both["id18"] != both["id18_true"]).all()
    assert county.outsiders["household_id"].null_count() == county.outsiders.height


def test_same_seed_same_people(places, county, october):
    again = build_population(HOUSEHOLDS_MADE, SEED, places)
    for name in ("persons", "households", "outsiders"):
        assert getattr(again, name).equals(getattr(county, name))
    assert advance(again, FIRST_MONTH, SEED).persons.equals(october.persons)
    assert not build_population(300, SEED + 1, places).persons.equals(build_population(300, SEED, places).persons)


def test_a_month_brings_deaths_births_moves_and_new_names(county, october):
    changes = october.changes
    assert set(changes["kind"]) == {"死亡注销", "出生登记", "迁出", "迁入", "姓名变更"}
    assert changes["event_date"].is_between(FIRST_MONTH.start, FIRST_MONTH.end).all()
    everybody = pl.concat([october.persons, october.outsiders])
    assert everybody["person_uid"].is_unique().all()
    assert everybody["id18"].drop_nulls().is_unique().all()
    assert set(changes["person_uid"]) <= set(everybody["person_uid"])
    dead = changes.filter(kind="死亡注销").join(october.persons, on="person_uid")
    assert not dead["is_alive"].any()
    assert (dead["died_on"] == dead["event_date"]).all()
    born = changes.filter(kind="出生登记").join(october.persons, on="person_uid")
    assert (born["birth_date"] == born["event_date"]).all()
    assert born["guardian_id"].null_count() == 0
    renamed = changes.filter(kind="姓名变更").join(october.persons, on="person_uid")
    assert (renamed["person_name"] != renamed["former_name"]).all()
    members = living(october).group_by("household_id").agg(pl.len().cast(pl.Int16).alias("members")).sort("household_id")
    told = october.households.filter(pl.col("members") > 0).select("household_id", "members")
    assert told.equals(members)
    assert county.changes.is_empty()


def test_a_clean_register_lists_the_living_once(october):
    rows = register_rows(october, FIRST_MONTH, "clean", SEED)
    assert rows.columns == [*COLUMNS, "place", "person_uid", "errors"]
    assert rows.height == living(october).height
    assert rows["errors"].list.len().sum() == 0
    told = rows.join(october.persons, on="person_uid", suffix="_true")
    assert told.select((pl.col("person_name") == pl.col("person_name_true")).all()).item()
    assert told.select(pl.col("id_number").eq_missing(pl.col("id18")).all()).item()


def test_the_register_has_its_own_faults(october):
    rows = register_rows(october, FIRST_MONTH, "dirty", SEED)
    labels = set(rows["errors"].explode(empty_as_null=True).drop_nulls())
    assert labels >= {
        "dead_not_removed",
        "listed_twice",
        "id_substitution",
        "id_15",
        "id_missing",
        "phone_missing",
        "place_former",
        "place_merged",
    }
    assert not any(label.startswith("birth") for label in labels)
    assert rows["person_id"].is_unique().all()
    twice = rows.filter(pl.col("errors").list.contains("listed_twice"))
    assert twice["person_uid"].is_in(rows.filter(~pl.col("errors").list.contains("listed_twice"))["person_uid"].implode()).all()
    dead = rows.filter(pl.col("errors").list.contains("dead_not_removed")).join(october.persons, on="person_uid", suffix="_true")
    assert not dead["is_alive"].any()


def test_faults_of_the_register_stay_from_month_to_month(october):
    november = Month(2026, 11)
    first = register_rows(october, FIRST_MONTH, "normal", SEED)
    second = register_rows(advance(october, november, SEED), november, "normal", SEED)
    both = first.join(second, on=["person_uid", "household_id"], suffix="_later")
    assert both.height > 0.98 * first.height
    for name in ("person_name", "id_number", "phone", "village", "sex"):
        assert both.select(pl.col(name).eq_missing(pl.col(f"{name}_later")).all()).item(), name
