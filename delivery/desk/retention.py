"""Retention: what is past its time is erased, and that it is gone is written down.

Erased are the personal texts of a visit (who visited, what was remarked), never its conclusion: yields and suppression need that and
it names nobody. Each erasure leaves an entry with the counts before and after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, select, update

from contracts.county import Retention
from contracts.month import Month
from delivery.desk.base import Entry, writing
from delivery.desk.entries import Authorisation, Erasure, HeldAnswer, Verification

SEALED_IN: dict[str, type[Verification | HeldAnswer]] = {"verifications": Verification, "held_answers": HeldAnswer}


@dataclass(frozen=True)
class Erased:
    """How many of `subject` there were, were erased because they were older than a day, and are left."""

    subject: str
    older_than: date
    before: int
    erased: int
    after: int


def expire(engine: Engine, returned: Path, rules: Retention, today: date, *, dry_run: bool = False) -> list[Erased]:
    """Erase what is past its time on the desk and below `returned` (`<month>/<file>`); with `dry_run` only count.

    Returns one line per subject: personal texts of visits, authorisations, files handed in.
    """
    visited, signed = _before(today, rules.visits_months), _before(today, rules.authorisations_months)
    files = _files(returned, _before(today, rules.returned_months), dry_run=dry_run)
    with writing(engine) as connection:
        texts = [_texts(connection, name, visited, dry_run=dry_run) for name in SEALED_IN] if visited else []
        done = [*texts, *([_authorisations(connection, signed, dry_run=dry_run)] if signed else []), *files]
        proof = [vars(each) for each in done if each.erased and not dry_run]
        if proof:
            connection.execute(insert(Erasure), proof)
    if proof and engine.dialect.name == "sqlite":  # the journal holds what the file no longer does
        with engine.connect() as connection:
            connection.commit()
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return done


def _before(today: date, months: int | None) -> date | None:
    """The first day of the month that lies `months` months before this one: what is older is past its time."""
    return None if months is None else Month(today.year, today.month).plus(-months).start


def _texts(connection: Connection, name: str, older_than: date, *, dry_run: bool) -> Erased:
    table = SEALED_IN[name]
    has = table.sealed.is_not(None)
    before, old = _count(connection, table, has), _count(connection, table, has & (table.visited_on < older_than))
    if not dry_run:
        connection.execute(update(table).where(has, table.visited_on < older_than).values(sealed=None))
    after = _count(connection, table, has)
    return Erased(f"{name}.sealed", older_than, before, old if dry_run else before - after, after)


def _authorisations(connection: Connection, older_than: date, *, dry_run: bool) -> Erased:
    before = _count(connection, Authorisation)
    old = _count(connection, Authorisation, Authorisation.signed_on < older_than)
    if not dry_run:
        connection.execute(delete(Authorisation).where(Authorisation.signed_on < older_than))
    after = _count(connection, Authorisation)
    return Erased("authorisations", older_than, before, old if dry_run else before - after, after)


def _files(returned: Path, older_than: date | None, *, dry_run: bool) -> list[Erased]:
    """Workbooks that villages handed in, of months before a day."""
    if older_than is None:
        return []
    every = sorted(path for path in returned.glob("[0-9]*/**/*") if path.is_file())
    old = [path for path in every if path.relative_to(returned).parts[0] < f"{older_than:%Y-%m}"]
    if not dry_run:
        for path in old:
            path.unlink()
    left = [path for path in every if path.exists()]
    return [Erased("returned", older_than, len(every), len(old), len(left))]


def _count(connection: Connection, table: type[Entry], *conditions: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()
