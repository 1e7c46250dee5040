"""Reading the desk and adding to it. Nothing is ever rewritten: each entry is added with its moment, and the last one about a thing counts.

Reading gives frames in a fixed order without those moments, so that equal decisions give equal releases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from sqlalchemy import Connection, Engine, insert, select

from contracts.errors import HulianError
from contracts.tables import VERIFICATION, Schema
from delivery.desk.base import Entry, writing
from delivery.desk.entries import Authorisation, ReviewDecision, Verification
from delivery.desk.schemas import AUTHORISATION, CANDIDATE, REVIEW_DECISION
from delivery.desk.vault import Vault
from delivery.words import CONCLUSIONS, REVIEW_CHOICES, REVIEW_YES, REVOKED


@dataclass(frozen=True)
class Desk:
    """Reading and adding entries. Adding what already stands there changes nothing."""

    engine: Engine
    vault: Vault

    def authorisations(self, signed_until: date) -> pl.DataFrame:
        """`AUTHORISATION`: households with an authorisation signed on or before a day, with its first date. By household_id."""
        frame = self._read(Authorisation, AUTHORISATION)
        return (
            frame.filter(pl.col("signed_on") <= signed_until).group_by("household_id").agg(pl.col("signed_on").min()).sort("household_id")
        )

    def review_decisions(self, until: str = "9999-12") -> pl.DataFrame:
        """`REVIEW_DECISION`: what stands about each record and candidate of the months up to `until`. By `CANDIDATE`."""
        return _standing(self._read(ReviewDecision, REVIEW_DECISION).filter(pl.col("month") <= until))

    def verifications(self, before: date) -> pl.DataFrame:
        """`VERIFICATION`: the last conclusion on each lead visited before a day. By lead_id."""
        visited = self._read(Verification, VERIFICATION).filter(pl.col("visited_on") < before)
        return last(visited, ["lead_id"]).sort("lead_id")

    def authorise(self, entries: pl.DataFrame) -> int:
        """Add authorisations (`AUTHORISATION`); returns how many were new."""
        with writing(self.engine) as connection:
            return add(connection, Authorisation, AUTHORISATION, entries, read(connection, Authorisation, AUTHORISATION))

    def decide(self, entries: pl.DataFrame) -> int:
        """Add review decisions (`REVIEW_DECISION`, and 撤销); returns how many were new. Raises `HulianError` for a word that is none.

        A record is about one person: a new 同一人 or 同户他人 takes back the one that stood. Taking back what does not stand adds nothing.
        """
        known(entries, "decision", REVIEW_CHOICES)
        with writing(self.engine) as connection:
            return self._decide(connection, entries)

    def _decide(self, connection: Connection, entries: pl.DataFrame) -> int:
        standing = _standing(read(connection, ReviewDecision, REVIEW_DECISION))
        idle = entries.filter(pl.col("decision") == REVOKED).join(standing, on=CANDIDATE, how="anti", nulls_equal=True)
        new = entries.join(idle, on=CANDIDATE, how="anti", nulls_equal=True, maintain_order="left")
        yes = new.filter(pl.col("decision").is_in(REVIEW_YES))
        stood = standing.filter(pl.col("decision").is_in(REVIEW_YES)).join(yes, on=CANDIDATE[:3], how="semi")
        stood = stood.join(new, on=CANDIDATE, how="anti", nulls_equal=True).with_columns(decision=pl.lit(REVOKED))
        add(connection, ReviewDecision, REVIEW_DECISION, stood, standing)
        return add(connection, ReviewDecision, REVIEW_DECISION, new, standing)

    def verify(self, entries: pl.DataFrame) -> int:
        """Add conclusions (`VERIFICATION`); returns how many were new. Raises `HulianError` for a conclusion that is none."""
        known(entries, "conclusion", CONCLUSIONS)
        with writing(self.engine) as connection:
            standing = last(read(connection, Verification, VERIFICATION), ["lead_id"])
            return add(connection, Verification, VERIFICATION, entries, standing)

    def _read(self, table: type[Entry], schema: Schema) -> pl.DataFrame:
        with self.engine.connect() as connection:
            return read(connection, table, schema)


def read(connection: Connection, table: type[Entry], schema: Schema) -> pl.DataFrame:
    """All entries, oldest first."""
    rows = connection.execute(select(*(getattr(table, name) for name in schema)).order_by(table.number)).all()
    return pl.DataFrame([tuple(row) for row in rows], schema=dict(schema), orient="row")


def last(entries: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The last entry about each thing."""
    return entries.unique(keys, keep="last", maintain_order=True)


def _standing(decisions: pl.DataFrame) -> pl.DataFrame:
    """Of all review decisions those that nobody has taken back or changed, by `CANDIDATE`."""
    return last(decisions, CANDIDATE).filter(pl.col("decision") != REVOKED).sort(CANDIDATE)


def add(connection: Connection, table: type[Entry], schema: Schema, entries: pl.DataFrame, standing: pl.DataFrame) -> int:
    """Add those of `entries` that do not stand there; returns their number."""
    new = entries.select(pl.col(name).cast(dtype) for name, dtype in schema.items()).unique(maintain_order=True)
    new = new.join(standing, on=list(schema), how="anti", nulls_equal=True, maintain_order="left")
    if new.height:
        connection.execute(insert(table), _records(new.iter_rows(named=True)))
    return new.height


def _records(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [dict(row) for row in rows]


def known(entries: pl.DataFrame, column: str, words: tuple[str, ...]) -> None:
    """Raises `HulianError` where a word of `column` is none of `words`; no word is repeated."""
    unknown = entries.filter(~pl.col(column).is_in(list(words)).fill_null(value=False)).height
    if unknown:
        raise HulianError(f"{unknown} entries have no known {column}. Use one of {', '.join(words)}.")
