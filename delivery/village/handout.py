"""What a village may see of the month: the columns that enter its workbook, named one by one, masked before anything is written.

No disease, no petition text, no assets, no full ID number. Whatever is not selected here cannot stand in a village's workbook.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from contracts.month import Month
from delivery.privacy import mask_id
from delivery.tables import PERSON_AT_RISK, ReleaseTables
from delivery.words import CERTAIN, FIRST_CHECK, GRADES
from standards import ids

LISTED_QUESTIONS = 3  # on the list, which is read at arm's length; the visit form has them all


@dataclass(frozen=True)
class Village:
    """What one village's workbook shows; `code` is null for households whose village is not known.

    leads: the village view of its leads, red first; facts by lead_id; members by household_id; absent: which lists the month lacks.
    """

    code: str | None
    town: str
    name: str
    leads: pl.DataFrame
    facts: dict[str, list[dict[str, object]]]
    members: dict[str, list[dict[str, object]]]
    absent: str = ""


def villages_of(tables: ReleaseTables, month: Month) -> list[Village]:
    """All villages with leads, by code. ID numbers are masked here, before anything is written."""
    facts = _rows(
        tables.lead_signals.filter(pl.col("kind") == "risk")
        .select("lead_id", "person_id", "village_fact", "bureau", "event_date", person=PERSON_AT_RISK, basis=_basis())
        .sort("lead_id", "event_date", "village_fact"),
        "lead_id",
    )
    members, absent = _rows(_member_view(tables, month), "household_id"), tables.absent
    return [
        Village(
            code=code,
            town=town or "未定乡镇",
            name=leads["village"][0] or "未定行政村",
            leads=leads,
            facts={lead: facts.get(lead, []) for lead in leads["lead_id"]},
            members={household: members.get(household, []) for household in leads["household_id"]},
            absent=absent,
        )
        for (code, town), leads in _parts(_lead_view(tables), ["village_code", "town"])
    ]


def _basis() -> pl.Expr:
    """Document and paragraph of a signal's rule. Its words stay with the county: they may name the illness or the case."""
    return pl.col("document").str.split("：“").list.first()


def _parts(frame: pl.DataFrame, keys: list[str]) -> Iterator[tuple[tuple[Any, ...], pl.DataFrame]]:
    """Its rows by `keys`, with texts of their own: a part of a frame that goes to another process takes the texts of the whole along."""
    for key, part in frame.partition_by(keys, as_dict=True, maintain_order=True).items():
        yield key, pl.DataFrame(part.to_dict(as_series=False), schema=part.schema)


def _rows(frame: pl.DataFrame, key: str) -> dict[str, list[dict[str, object]]]:
    return frame.rows_by_key(key, named=True, include_key=True)


def _member_view(tables: ReleaseTables, month: Month) -> pl.DataFrame:
    """The members of the households with leads, head first, with masked ID numbers and their age at the month's end."""
    birth = pl.coalesce("birth_date", ids.birth_date(ids.to18(pl.col("id_number"))))  # a register may have the number only
    return (
        tables.persons.join(tables.leads, on="household_id", how="semi")
        .sort("household_id", pl.col("is_head").fill_null(value=False), "person_id", descending=[False, True, False])
        .select(
            "household_id",
            "person_id",
            "person_name",
            "relation",
            "labour",
            "is_student",
            id_masked=mask_id(pl.col("id_number")),
            age=pl.lit(month.year) - birth.dt.year() - (birth.dt.month() > month.number).cast(pl.Int32),
        )
    )


def _lines(*parts: pl.Expr) -> pl.Expr:
    """The parts that are there, one below the other."""
    return pl.concat_str([part.replace("", None) for part in parts], separator="\n", ignore_nulls=True)


def _day(name: str) -> pl.Expr:
    return pl.col(name).dt.strftime("%-m月%-d日")


def _lead_view(tables: ReleaseTables) -> pl.DataFrame:
    """One row per lead, red first, with the texts of the list's cells and what its visit form needs."""
    households = tables.households.select("household_id", "head_id", "phone", "tags")
    tags = pl.col("tags").list.eval(pl.element().filter(pl.element().is_not_null())).list.join("、")
    standing = pl.when(pl.col("is_enrichment")).then(pl.col("monitored_kind")).otherwise(pl.lit(None, pl.String))
    earlier = pl.when(pl.col("leads_last_12_months") > 0).then(
        pl.concat_str(pl.lit("近12月"), pl.col("leads_last_12_months").cast(pl.String), pl.lit("次"))
    )
    last = pl.when(pl.col("last_conclusion").is_not_null()).then(
        pl.concat_str(
            pl.lit("上次："), pl.col("last_conclusion"), pl.lit(" "), pl.col("last_conclusion_date").dt.strftime("%Y-%m").fill_null("")
        )
    )
    return (
        tables.leads.join(households, on="household_id", how="left")
        .with_columns(
            number=pl.col("lead_id").str.extract(r"([^-]+)$"),
            grade_word=pl.col("grade").replace(GRADES),
            head_masked=mask_id(pl.col("head_id")),
            responsible=pl.lit(None, pl.String),
            is_red=pl.col("grade") == "red",
            is_doubtful=pl.col("identity") != CERTAIN,
        )
        .with_columns(
            household=_lines(pl.col("head_name"), pl.col("head_masked")),
            group_members=_lines(pl.col("group"), pl.concat_str(pl.col("members").cast(pl.String), pl.lit("人"))),
            status=_lines(pl.col("household_type"), standing, tags),
            risk=_lines(pl.col("risk_types").list.join("\n"), pl.col("persons")),
            source=_lines(pl.col("bureaus").list.join("\n"), pl.col("latest_fact_date").dt.strftime("%Y-%m-%d")),
            situation=_lines(pl.col("village_facts").str.replace_all("；", "；\n"), pl.format("【{}】", "grade_reason")),
            ask_text=_first_questions(pl.col("ask")),
            certainty=_lines(pl.col("identity"), pl.when("is_doubtful").then(pl.lit(FIRST_CHECK)), earlier, last),
            deadline=_lines(_day("assigned_on"), _day("due_on")),
        )
        .sort(pl.col("village_code").fill_null("~"), "town", ~pl.col("is_red"), "due_on", "lead_id")
    )


def _first_questions(ask: pl.Expr) -> pl.Expr:
    """The first questions, one a line, and a word where the visit form has more."""
    more = pl.when(ask.list.len() > LISTED_QUESTIONS).then(pl.lit("\n（其余见核查表）")).otherwise(pl.lit(""))
    return ask.list.head(LISTED_QUESTIONS).list.join("\n") + more
