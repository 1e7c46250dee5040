"""What all tables of the desk have in common, and how one writes to it.

Whoever reads before writing (does this stand there already? what was the last hash?) does both inside `writing`, where nobody else writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

WRITES = "hulian_writes"  # execution option of a connection that must not share its turn
WRITERS_LOCK = 522_699  # PostgreSQL advisory lock: any number that nothing else in the database uses


class Base(DeclarativeBase):
    """All tables of the desk."""


def now() -> datetime:
    """This moment in UTC, without zone, as the desk keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)


class Entry(Base):
    """What every entry has: a running number and the moment it was written down (UTC)."""

    __abstract__ = True

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    recorded_at: Mapped[datetime] = mapped_column(default=now)


def take_turns(engine: Engine) -> None:
    """Make `writing` hold on `engine`, and its transactions whole: SQLite's driver leaves table changes outside of them by itself."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin)


def _leave_transactions_to_us(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")  # readers do not wait for a writer
    cursor.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    elif writes and connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITERS_LOCK})


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction in which nobody else writes: committed whole at the end, or not at all."""
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        yield connection
