"""The tables of what people decided, as SQLAlchemy sees them. Columns are added by a migration, never by changing one that is out."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String
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
