"""The register as the matcher and the rules need it: one row per person and household, one row per household.

Nothing is repaired here. A person whom the register lists in two households stays in both; a household without a head is led by its
first member, so that every household has a name on its door.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from contracts.month import Month
from contracts.tables import HOUSEHOLD, PERSON, conform
from standards import places, relations

LAST = 1 << 31  # beyond any row
SEVERAL = r"[、，,;；/|\s]+"  # between the values of one cell
NOT_DISABLED = ("无", "否", "未残疾", "非残疾", "健康")
NO_STUDENT = r"^(?:无|否|非在校|非在校生|不在校|未入学|毕业|已毕业|辍学|学龄前儿童|其他)$"


@dataclass(frozen=True)
class Register:
    """`persons`: PERSON, `households`: HOUSEHOLD (contracts.tables)."""

    persons: pl.DataFrame
    households: pl.DataFrame


def build_register(accepted_register: pl.DataFrame, places_known: pl.DataFrame, month: Month) -> Register:
    """Persons and households from the accepted rows of the register feed (ACCEPTED and its measures) as they stood in `month`.

    Rows without number of person or household are left out; the contract refuses them before. A person listed twice in one household
    counts once, by the first row.
    """
    rows = _complete(accepted_register).filter(pl.col("household_id").is_not_null() & pl.col("person_id").is_not_null())
    rows = places.resolve(rows, places_known, on=month.end).sort("household_id", "person_id", "row_id")
    who = pl.col("household_id", "person_id")
    rows = rows.filter(pl.any_horizontal(who.ne_missing(who.shift())))
    rows = rows.with_columns(relations.normalise(pl.col("relation")).alias("relation"))
    rows = rows.with_row_index("at").cast({"at": pl.Int64}).with_columns(is_head=_is_head()).drop("at")
    households = _households(rows, places_known)
    persons = rows.drop("village_code").join(households.select("household_id", "village_code"), on="household_id", how="left")
    return Register(
        conform(_persons(persons), PERSON).sort("person_id", "household_id"), conform(households, HOUSEHOLD).sort("household_id")
    )


MEASURES = {
    **dict.fromkeys(("household_id", "person_id", "student", "health", "disability", "labour"), pl.String),
    **dict.fromkeys(("household_phone", "household_type", "monitored_kind", "is_risk_cleared", "tags"), pl.String),
    "income_per_capita": pl.Float64,
}


def _complete(accepted: pl.DataFrame) -> pl.DataFrame:
    """The accepted rows with every measure that is read here, null where the county's export has no such column."""
    lacking = [pl.lit(None, dtype).alias(name) for name, dtype in MEASURES.items() if name not in accepted.columns]
    return accepted.with_columns(*lacking)


def _is_head() -> pl.Expr:
    """Exactly one person of each household: whom the register calls head, else the first. Wants the rows numbered (`at`)."""
    called = relations.is_head(pl.col("relation"))
    rank = pl.when(called).then(pl.col("at")).otherwise(pl.col("at") + LAST)
    return rank == rank.min().over("household_id")


def _persons(rows: pl.DataFrame) -> pl.DataFrame:
    """What PERSON wants beyond the columns that have its names already."""
    disability, student = pl.col("disability"), pl.col("student")
    return rows.with_columns(
        is_disabled=disability.is_not_null() & ~disability.is_in(NOT_DISABLED),
        is_student=student.is_not_null() & ~student.fill_null("").str.contains(NO_STUDENT),
        phone=pl.coalesce("phone", pl.when("is_head").then("household_phone")),
    )


def _households(rows: pl.DataFrame, places_known: pl.DataFrame) -> pl.DataFrame:
    """One row per household; what the rows of one household say differently is taken from its head, then from the first who says it."""
    ordered = rows.sort("household_id", pl.col("is_head").not_(), "person_id")
    said = [
        pl.col(name).first(ignore_nulls=True).alias(name)
        for name in (
            *("town", "village", "village_code", "group", "household_type", "monitored_kind", "is_risk_cleared"),
            *("income_per_capita", "tags", "household_phone"),
        )
    ]
    head = [pl.col("person_name").first().alias("head_name"), pl.col("id_number").first().alias("head_id")]
    own_phone = pl.col("phone").first(ignore_nulls=True).alias("own_phone")
    households = ordered.group_by("household_id", maintain_order=True).agg(*head, *said, own_phone, members=pl.len())
    current = places_known.filter(pl.col("level") == "village").select("code", now_town="town", now_village="village").unique("code")
    cleared = (pl.col("is_risk_cleared") == "是").fill_null(value=False) & pl.col("monitored_kind").is_not_null()
    return households.join(current, left_on="village_code", right_on="code", how="left", maintain_order="left").with_columns(
        town=pl.coalesce("now_town", "town"),
        village=pl.coalesce("now_village", "village"),
        phone=pl.coalesce("household_phone", "own_phone"),
        is_cleared=cleared,
        is_monitored=pl.col("monitored_kind").is_not_null() & ~cleared,
        tags=_split(pl.col("tags")),
    )


def _split(cell: pl.Expr) -> pl.Expr:
    """A cell with several values as a list without empty and double ones; an empty list for an empty cell."""
    parts = cell.str.normalize("NFKC").str.replace_all(SEVERAL, "|").str.strip_chars("|").str.split("|")
    return parts.fill_null(pl.lit([], pl.List(pl.String))).list.unique(maintain_order=True)
