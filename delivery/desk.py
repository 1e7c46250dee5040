"""The desk: what people decide. The only state that cannot be made again from the inbox.

Nothing here is ever rewritten: each entry is added with its moment, and the last one about a thing counts. Reading gives frames in
a fixed order without those moments, so that equal decisions give equal releases. SQLite by default, PostgreSQL by its URL.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import Engine, NullPool, String, create_engine, insert, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from contracts.errors import HulianError
from contracts.tables import VERIFICATION, Schema
from delivery.words import CONCLUSIONS, REVIEW_CHOICES, REVIEW_YES, REVOKED

AUTHORISATION: Schema = {"household_id": pl.String, "signed_on": pl.Date}
REVIEW_DECISION: Schema = {
    "month": pl.String,
    "feed": pl.String,
    "row_id": pl.String,
    "household_id": pl.String,
    "person_id": pl.String,
    "content": pl.String,  # fingerprint of what the record says (matching.remember); null: about that month's row only
    "decision": pl.String,  # 同一人 | 同户他人 | 不是 | 无法判断
}
CANDIDATE = ["month", "feed", "row_id", "household_id", "person_id"]  # what a decision is about
RELEASE: Schema = {"month": pl.String, "digest": pl.String, "files": pl.Int64, "leads": pl.Int64}


class Base(DeclarativeBase):
    """All tables of the desk."""


class Entry(Base):
    """What every entry has: a running number and the moment it was written down (UTC)."""

    __abstract__ = True

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    recorded_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC).replace(tzinfo=None))


class Authorisation(Entry):
    """承诺授权: a household allows its assets to be asked for, from a day on."""

    __tablename__ = "authorisations"

    household_id: Mapped[str] = mapped_column(String(40), index=True)
    signed_on: Mapped[date]


class ReviewDecision(Entry):
    """What a clerk said about one record and one candidate of the review queue."""

    __tablename__ = "review_decisions"

    month: Mapped[str] = mapped_column(String(7), index=True)
    feed: Mapped[str] = mapped_column(String(80))
    row_id: Mapped[str] = mapped_column(String(400), index=True)
    household_id: Mapped[str | None] = mapped_column(String(40))
    person_id: Mapped[str | None] = mapped_column(String(40))
    content: Mapped[str | None] = mapped_column(String(32), index=True)
    decision: Mapped[str] = mapped_column(String(20))


class Verification(Entry):
    """What visitors found about one lead."""

    __tablename__ = "verifications"

    lead_id: Mapped[str] = mapped_column(String(60), index=True)
    household_id: Mapped[str] = mapped_column(String(40), index=True)
    conclusion: Mapped[str] = mapped_column(String(40))
    visited_on: Mapped[date]
    note: Mapped[str | None] = mapped_column(String(2000))


class Release(Entry):
    """A month handed out, with the fingerprint of what it was made of."""

    __tablename__ = "releases"

    month: Mapped[str] = mapped_column(String(7), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    files: Mapped[int]
    leads: Mapped[int]


@dataclass(frozen=True)
class Desk:
    """Reading and adding entries. Adding what already stands there changes nothing."""

    engine: Engine

    def authorisations(self, signed_until: date) -> pl.DataFrame:
        """`AUTHORISATION`: households with an authorisation signed on or before a day, with its first date. By household_id."""
        frame = self._read(Authorisation, AUTHORISATION)
        return (
            frame.filter(pl.col("signed_on") <= signed_until).group_by("household_id").agg(pl.col("signed_on").min()).sort("household_id")
        )

    def review_decisions(self, until: str = "9999-12") -> pl.DataFrame:
        """`REVIEW_DECISION`: what stands about each record and candidate of the months up to `until`. By `CANDIDATE`."""
        standing = self._last(ReviewDecision, REVIEW_DECISION, CANDIDATE, pl.col("month") <= until)
        return standing.filter(pl.col("decision") != REVOKED).sort(CANDIDATE)

    def verifications(self, before: date) -> pl.DataFrame:
        """`VERIFICATION`: the last conclusion on each lead visited before a day. By lead_id."""
        return self._last(Verification, VERIFICATION, ["lead_id"], pl.col("visited_on") < before).sort("lead_id")

    def releases(self) -> pl.DataFrame:
        """`RELEASE`: the last release of each month. By month."""
        return self._last(Release, RELEASE, ["month"]).sort("month")

    def authorise(self, entries: pl.DataFrame) -> int:
        """Add authorisations (`AUTHORISATION`); returns how many were new."""
        return self._add(Authorisation, AUTHORISATION, entries, self._read(Authorisation, AUTHORISATION))

    def decide(self, entries: pl.DataFrame) -> int:
        """Add review decisions (`REVIEW_DECISION`, and 撤销); returns how many were new. Raises `HulianError` for a word that is none.

        A record is about one person: a new 同一人 or 同户他人 takes back the one that stood. Taking back what does not stand adds nothing.
        """
        _known(entries, "decision", REVIEW_CHOICES)
        standing = self.review_decisions()
        idle = entries.filter(pl.col("decision") == REVOKED).join(standing, on=CANDIDATE, how="anti", nulls_equal=True)
        new = entries.join(idle, on=CANDIDATE, how="anti", nulls_equal=True, maintain_order="left")
        yes = new.filter(pl.col("decision").is_in(REVIEW_YES))
        stood = standing.filter(pl.col("decision").is_in(REVIEW_YES)).join(yes, on=CANDIDATE[:3], how="semi")
        stood = stood.join(new, on=CANDIDATE, how="anti", nulls_equal=True).with_columns(decision=pl.lit(REVOKED))
        self._add(ReviewDecision, REVIEW_DECISION, stood, standing)
        return self._add(ReviewDecision, REVIEW_DECISION, new, standing)

    def verify(self, entries: pl.DataFrame) -> int:
        """Add conclusions (`VERIFICATION`); returns how many were new. Raises `HulianError` for a conclusion that is none."""
        _known(entries, "conclusion", CONCLUSIONS)
        return self._add(Verification, VERIFICATION, entries, self.verifications(date.max))

    def released(self, month: str, digest: str, files: int, leads: int) -> None:
        """Write down that `month` was handed out; the same release twice is one entry."""
        entry = pl.DataFrame([(month, digest, files, leads)], schema=dict(RELEASE), orient="row")
        self._add(Release, RELEASE, entry, self.releases())

    def _read(self, table: type[Entry], schema: Schema) -> pl.DataFrame:
        with self.engine.connect() as connection:
            rows = connection.execute(select(*(getattr(table, name) for name in schema)).order_by(table.number)).all()
        return pl.DataFrame([tuple(row) for row in rows], schema=dict(schema), orient="row")

    def _last(self, table: type[Entry], schema: Schema, keys: list[str], *conditions: pl.Expr) -> pl.DataFrame:
        return self._read(table, schema).filter(*conditions).unique(keys, keep="last", maintain_order=True)

    def _add(self, table: type[Entry], schema: Schema, entries: pl.DataFrame, standing: pl.DataFrame) -> int:
        new = entries.select(pl.col(name).cast(dtype) for name, dtype in schema.items()).unique(maintain_order=True)
        new = new.join(standing, on=list(schema), how="anti", nulls_equal=True, maintain_order="left")
        if new.height:
            with self.engine.begin() as connection:
                connection.execute(insert(table), _records(new.iter_rows(named=True)))
        return new.height


def open_desk(url: str) -> Desk:
    """The desk at a SQLAlchemy URL; its tables, and for SQLite its folder, are made when they are missing."""
    address = make_url(url)
    arguments: dict[str, Any] = {}
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        arguments = {"poolclass": NullPool, "connect_args": {"timeout": 30}}
    engine = create_engine(address, **arguments)
    Base.metadata.create_all(engine)
    _widen(engine)
    return Desk(engine)


def _widen(engine: Engine) -> None:
    """Give tables of an older desk the columns that were added since; what stands in them is left as it is."""
    inspector = inspect(engine)
    for table in Base.metadata.sorted_tables:
        present = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in present:
                kind = column.type.compile(engine.dialect)
                with engine.begin() as connection:
                    quote = engine.dialect.identifier_preparer.quote
                    connection.execute(text(f"ALTER TABLE {quote(table.name)} ADD COLUMN {quote(column.name)} {kind}"))


def _records(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [dict(row) for row in rows]


def _known(entries: pl.DataFrame, column: str, words: tuple[str, ...]) -> None:
    unknown = entries.filter(~pl.col(column).is_in(list(words)).fill_null(value=False)).height
    if unknown:
        raise HulianError(f"{unknown} entries have no known {column}. Use one of {', '.join(words)}.")
