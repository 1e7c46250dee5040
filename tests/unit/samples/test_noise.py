"""Each label of the noise does what it says, at the rate that was asked for, and only what changed is labelled."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from contracts.tables import PLACE
from samples import lunar, name_tables, noise, variants
from samples.noise import NORMAL, Profile, damage
from samples.population import build_population
from standards import ids

PEOPLE = ["person_uid", "person_name", pl.col("id18").alias("id_number"), "sex", "birth_date", "phone", "town", "village", "group"]
PEOPLE += ["village_code", "head_name", "head_id", "guardian_name", "guardian_id", "nickname", "relative_id"]
SEED = 5


@pytest.fixture(scope="module")
def places() -> pl.DataFrame:
    return pl.read_csv(Path(__file__).parents[3] / "config" / "places.csv", schema=dict(PLACE))


@pytest.fixture(scope="module")
def rows(places) -> pl.DataFrame:
    county = build_population(5000, SEED, places)
    return pl.concat([county.persons.select(PEOPLE), county.outsiders.select(PEOPLE)])


def only(rows: pl.DataFrame, label: str, places: pl.DataFrame, share: float = 0.5) -> pl.DataFrame:
    """The rows that suffered `label`, with the values before it as `<column>_before`; nothing else befell them."""
    profile = Profile(rates={name: share if name == label else 0.0 for name in NORMAL})
    damaged = damage(rows, "normal", SEED, profile=profile, places=places)
    both = pl.concat([damaged, rows.rename({name: f"{name}_before" for name in rows.columns})], how="horizontal")
    return both.filter(pl.col("errors").list.contains(label))


NUMBER, NAME, VILLAGE = pl.col("id_number"), pl.col("person_name"), pl.col("village")
BEFORE, NAMED = pl.col("id_number_before"), pl.col("person_name_before")
BORN, WAS_BORN = pl.col("birth_date"), pl.col("birth_date_before")
LENGTH = NUMBER.str.len_chars()


@pytest.mark.parametrize(
    ("label", "column", "law"),
    [
        ("id_substitution", "id_number", (LENGTH == 18) & ~ids.is_valid(NUMBER)),
        ("id_transposition", "id_number", (LENGTH == 18) & ~ids.is_valid(NUMBER) & (NUMBER.str.slice(17) == BEFORE.str.slice(17))),
        ("id_lost_digit", "id_number", LENGTH == 17),
        ("id_added_digit", "id_number", LENGTH == 19),
        (
            "id_excel_tail",
            "id_number",
            (NUMBER.str.slice(0, 15) == BEFORE.str.slice(0, 15)) | NUMBER.str.contains("E+17", literal=True) | (LENGTH == 18),
        ),
        ("id_15", "id_number", (LENGTH == 15) & (ids.to18(NUMBER) == BEFORE)),
        ("id_relative", "id_number", ids.is_valid(NUMBER) & (pl.col("relative_id") == NUMBER)),
        ("id_missing", "id_number", NUMBER.is_null()),
        ("id_typing", "id_number", ids.normalise(NUMBER) == BEFORE),
        ("name_homophone", "person_name", NAME.str.len_chars() == NAMED.str.len_chars()),
        ("name_lookalike", "person_name", NAME.str.len_chars() == NAMED.str.len_chars()),
        ("name_traditional", "person_name", NAME.str.len_chars() == NAMED.str.len_chars()),
        ("name_dot", "person_name", ~NAME.str.contains("·", literal=True)),
        ("name_space", "person_name", NAME.str.replace_all(r"[\s\u3000]", "") == NAMED),
        ("name_nickname", "person_name", pl.col("nickname") == NAME),
        ("name_swapped", "person_name", (NAME.str.slice(2) == NAMED.str.slice(1, 1)) & (NAME.str.slice(1, 1) == NAMED.str.slice(2))),
        ("name_rare_lost", "person_name", NAME.str.contains("[?□\ue0a5]")),
        ("place_missing", "village", VILLAGE.is_null()),
        ("birth_day_month", "birth_date", (BORN.dt.day() == WAS_BORN.dt.month()) & (BORN.dt.month() == WAS_BORN.dt.day())),
        ("birth_year", "birth_date", (BORN.dt.year() - WAS_BORN.dt.year()).abs().is_in([1, 10])),
        ("birth_lunar", "birth_date", (WAS_BORN - BORN).dt.total_days().is_between(15, 60)),
        ("phone_missing", "phone", pl.col("phone").is_null()),
        ("phone_wrong", "phone", pl.col("phone").str.len_chars() == 11),
        ("sex_wrong", "sex", pl.col("sex").is_in(["男", "女"])),
        ("head_id_wrong", "head_id", ~ids.is_valid(pl.col("head_id"))),
        ("guardian_name_wrong", "guardian_name", pl.col("guardian_name").str.len_chars() == pl.col("guardian_name_before").str.len_chars()),
        ("group_wrong", "group", pl.col("group").str.contains(r"^\d+组$")),
    ],
)
def test_a_label_says_what_happened(rows, places, label, column, law):
    hit = only(rows, label, places)
    assert hit.height > 0
    assert hit.select(pl.col(column).ne_missing(pl.col(f"{column}_before")).all()).item()
    assert hit.select(law.all()).item()
    others = [name for name in rows.columns if name != column]
    assert hit.select(pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_before")) for name in others).all()).item()


@pytest.mark.parametrize(
    ("label", "kinds"), [("place_former", ["former"]), ("place_merged", ["merged"]), ("place_natural", ["natural", "settlement"])]
)
def test_other_names_of_a_village_are_in_the_table(rows, places, label, kinds):
    hit = only(rows, label, places)
    table = places.filter(pl.col("kind").is_in(kinds)).select(village_code="code", village="name")
    assert hit.height > 0
    assert hit.join(table, on=["village_code", "village"], how="anti").is_empty()


def test_other_ways_to_write_a_place(rows, places):
    styled = only(rows, "place_style", places)["village"]
    assert styled.str.contains("村委会|村民委员会|居委会").any()
    town = only(rows, "town_former", places)
    former = places.filter(level="town", kind="former")["name"]
    assert town["town"].is_in(former.implode()).all()
    wrong = only(rows, "place_wrong", places).join(
        places.filter(level="village", kind="current").select("town", "village"), on=["town", "village"]
    )
    assert wrong.height > 0


def test_clean_changes_nothing_but_says_who_is_an_outsider(rows, places):
    clean = damage(rows, "clean", SEED, places=places)
    assert clean.drop("errors").equals(rows)
    labels = (
        clean.group_by(pl.col("person_uid").str.slice(0, 1)).agg(pl.col("errors").list.join("+").unique().first()).sort("person_uid").rows()
    )
    assert labels == [("O", "not_in_register"), ("P", ""), ("T", "namesake_trap")]


def test_rates_are_kept_and_dirty_is_dirtier(rows, places):
    many = pl.concat([rows] * 3)
    count = {}
    for level in ("normal", "dirty"):
        labels = damage(many, level, SEED, places=places)["errors"].explode(empty_as_null=True)
        count[level] = dict(labels.drop_nulls().value_counts().rows())
    assert set(NORMAL) <= set(count["dirty"])
    numbers = {level: sum(n for label, n in found.items() if label in noise.noise_ids.LABELS) for level, found in count.items()}
    assert 0.035 < numbers["normal"] / many.height < 0.065
    assert 3 < numbers["dirty"] / numbers["normal"] < 5


def test_a_profile_asks_for_more_of_one_kind(rows, places):
    usual, more = (
        damage(rows, "normal", SEED, profile=profile, places=places)["errors"].list.contains("name_nickname").sum()
        for profile in (None, Profile(factors={"name_nickname": 20.0}))
    )
    assert more > 8 * max(usual, 1)


def test_same_seed_same_damage_and_fields_are_independent(rows, places):
    first = damage(rows, "dirty", SEED, places=places)
    assert first.equals(damage(rows, "dirty", SEED, places=places))
    assert not first.equals(damage(rows, "dirty", SEED + 1, places=places))
    fewer = damage(rows.drop("phone", "head_name"), "dirty", SEED, places=places)
    assert fewer["id_number"].equals(first["id_number"])


def test_rows_without_most_columns_and_no_rows_at_all(rows, places):
    names = damage(rows.select("person_name", "town"), "dirty", SEED, places=places)
    assert names.columns == ["person_name", "town", "errors"]
    assert damage(rows.clear(), "dirty", SEED, places=places).is_empty()


@pytest.mark.parametrize(
    ("solar", "lunar_date"),
    [
        ("2026-02-17", "2026-01-01"),  # Spring Festival
        ("2025-10-06", "2025-08-15"),  # Mid-Autumn
        ("1984-02-01", "1983-12-30"),  # the eve of a new year
        ("2020-06-21", "2020-05-01"),  # after a leap fourth month
        ("2024-04-08", None),  # the thirtieth of the second month: no solar day
    ],
)
def test_lunar_dates_of_known_days(solar, lunar_date):
    (written,) = lunar.written_as_solar(pl.Series([solar]).str.to_date()).to_list()
    assert (written and str(written)) == lunar_date


def test_character_tables_are_sound():
    words = name_tables.SURNAMES.split()
    assert len(words[::2]) == len(set(words[::2])) >= 150
    for table in (variants.HOMOPHONES, variants.LOOKALIKES):
        for one, others in variants.groups(table).items():
            assert one not in others
            assert len(set(others)) == len(others)
    assert all(len(pair) == 2 for pair in variants.TRADITIONAL.split())
