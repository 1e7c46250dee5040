"""The tables of what people decided, as SQLAlchemy sees them. Columns are added by a migration, never by changing one that is out."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from delivery.desk.base import Entry


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
    """What visitors found about one lead; who they were and what they remarked is sealed (delivery.desk.vault)."""

    __tablename__ = "verifications"

    lead_id: Mapped[str] = mapped_column(String(60), index=True)
    household_id: Mapped[str] = mapped_column(String(40), index=True)
    conclusion: Mapped[str] = mapped_column(String(40))
    visited_on: Mapped[date]
    origin: Mapped[str | None] = mapped_column(String(64), index=True)  # SHA-256 of the file it was handed in with
    sealed: Mapped[str | None] = mapped_column(Text)


class HeldAnswer(Entry):
    """An answer that contradicts the conclusion standing about its lead: it waits for a person."""

    __tablename__ = "held_answers"

    lead_id: Mapped[str] = mapped_column(String(60), index=True)
    household_id: Mapped[str] = mapped_column(String(40), index=True)
    conclusion: Mapped[str] = mapped_column(String(40))
    visited_on: Mapped[date]
    origin: Mapped[str | None] = mapped_column(String(64), index=True)
    sealed: Mapped[str | None] = mapped_column(Text)


class Settlement(Entry):
    """What a person decided about a held answer: whether it counts, or what stood before it."""

    __tablename__ = "settlements"

    answer: Mapped[int] = mapped_column(index=True)  # number of the held answer
    is_taken: Mapped[bool]
    settled_by: Mapped[str] = mapped_column(String(80))
    why: Mapped[str] = mapped_column(String(400))


class HandIn(Entry):
    """One file that was handed in, and what became of it."""

    __tablename__ = "hand_ins"

    origin: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    understood: Mapped[int]
    refused: Mapped[int]
    held: Mapped[int]


class Release(Entry):
    """A month handed out, or taken back; entries without `serial` are of a time when every run handed out."""

    __tablename__ = "releases"
    __table_args__ = (Index("ix_releases_once", "month", "serial", "action", unique=True),)

    month: Mapped[str] = mapped_column(String(7), index=True)
    serial: Mapped[int | None]  # the n of 2026-11-n
    action: Mapped[str | None] = mapped_column(String(20))  # release | withdraw
    digest: Mapped[str] = mapped_column(String(64))  # of all that it was made of
    manifest: Mapped[str | None] = mapped_column(String(64))  # SHA-256 of its manifest
    files: Mapped[int]
    leads: Mapped[int]
    released_by: Mapped[str | None] = mapped_column(String(80))
    why: Mapped[str | None] = mapped_column(String(400))


class Erasure(Entry):
    """The proof that what was past its time is gone: how many there were, were erased, and are left."""

    __tablename__ = "erasures"

    subject: Mapped[str] = mapped_column(String(40))
    older_than: Mapped[date]
    before: Mapped[int]
    erased: Mapped[int]
    after: Mapped[int]
