"""The access log: who fetched what and when, each row sealed over the row before it, so that a later change breaks the chain.

Rows are written before the answer leaves, in one thread and as many at once as are waiting, so that three hundred callers do not wait
for three hundred commits. Only patterns of addresses are kept, never what somebody typed. Cutting off the newest rows leaves the chain
whole: so the office notes number and digest of the last row now and then, and `verify` finds out whether that row still stands.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from queue import SimpleQueue
from threading import Lock, Thread

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError

from contracts.errors import HulianError
from delivery.serving.entries import AccessEntry
from delivery.serving.tokens import utc_now

BEGINNING = "0" * 64
MOST_AT_ONCE = 500
TRIES = 20
PAGE = 5_000


@dataclass(frozen=True)
class Access:
    """One request that was answered; the columns of `AccessEntry` without number, moment and digest."""

    token: int
    scope: str
    address: str
    method: str
    route: str
    subject: str
    status: int
    bytes: int


@dataclass(frozen=True)
class Standing:
    """How many rows the log has, and the digest of the last one."""

    rows: int
    digest: str


class ChainBroken(HulianError):
    """A row of the log is not as it was written, or is missing."""


_SEALED = ("token", "scope", "address", "method", "route", "subject", "status", "bytes")


def _digest(before: str, number: int, moment: datetime, values: dict[str, object]) -> str:
    row = [before, number, moment.isoformat(timespec="microseconds"), *(values[name] for name in _SEALED)]
    return hashlib.sha256(json.dumps(row, ensure_ascii=False).encode()).hexdigest()


class AccessLog:
    """Adding to the log of one desk."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = utc_now) -> None:
        self._engine, self._now = engine, now
        self._waiting: SimpleQueue[tuple[Access, Future[None]] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._lock = Lock()

    def add(self, access: Access) -> Future[None]:
        """Add one row; the future is done when it is stored, and has the error where it cannot be."""
        done: Future[None] = Future()
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._write, name="access log", daemon=True)
                self._thread.start()
            self._waiting.put((access, done))
        return done

    def close(self) -> None:
        """Store what is waiting, and end."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._waiting.put(None)
        if thread is not None:
            thread.join()

    def _write(self) -> None:
        is_open = True
        while is_open:
            batch = [self._waiting.get()]
            while not self._waiting.empty() and len(batch) < MOST_AT_ONCE:
                batch.append(self._waiting.get())
            is_open = None not in batch
            entries = [each for each in batch if each is not None]
            try:
                self._store([access for access, _ in entries])
            except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
                for _, done in entries:
                    done.set_exception(error)
            else:
                for _, done in entries:
                    done.set_result(None)

    def _store(self, accesses: list[Access]) -> None:
        """In one transaction. Numbers are given here, so that two processes cannot go on from the same row: the later one tries again."""
        for last_try in [*[False] * (TRIES - 1), True]:
            try:
                with self._engine.begin() as connection:
                    newest = select(AccessEntry.number, AccessEntry.digest).order_by(AccessEntry.number.desc()).limit(1)
                    number, digest = connection.execute(newest).one_or_none() or (0, BEGINNING)
                    rows = []
                    for access in accesses:
                        values = {name: getattr(access, name) for name in _SEALED}
                        number, moment = number + 1, self._now()
                        digest = _digest(digest, number, moment, values)
                        rows.append({"number": number, "recorded_at": moment, **values, "digest": digest})
                    if rows:
                        connection.execute(insert(AccessEntry), rows)
            except IntegrityError:
                if last_try:
                    raise
            else:
                return


def verify(engine: Engine, noted: Standing | None = None) -> Standing:
    """Walk the whole chain. `noted`: rows and digest that were written down earlier, which must still stand.

    Raises:
        ChainBroken: names the first row that is not as it was written.
    """
    last, digest = 0, BEGINNING
    for row in _rows(engine):
        if row.number != last + 1:
            raise ChainBroken(f"Access log: row {last + 1} is missing. Compare with the backups of the desk.")
        values: dict[str, object] = {name: getattr(row, name) for name in _SEALED}
        if _digest(digest, row.number, row.recorded_at, values) != row.digest:
            raise ChainBroken(f"Access log: row {row.number} is not as it was written. Compare with the backups of the desk.")
        last, digest = row.number, row.digest
        if noted is not None and last == noted.rows and digest != noted.digest:
            raise ChainBroken(
                f"Access log: row {last} has another digest than was noted: the log was written anew. Compare with the backups."
            )
    if noted is not None and last < noted.rows:
        raise ChainBroken(f"Access log: {noted.rows} rows were noted, {last} are left: the newest were cut off. Compare with the backups.")
    return Standing(last, digest)


def _rows(engine: Engine) -> Iterator[AccessEntry]:
    """All rows by number, a page at a time."""
    last = 0
    table = AccessEntry.__table__
    while True:
        with engine.connect() as connection:
            page = connection.execute(select(table).where(table.c.number > last).order_by(table.c.number).limit(PAGE)).all()
        if not page:
            return
        yield from page  # type: ignore[misc]
        last = page[-1].number


def newest(engine: Engine, count: int) -> list[tuple[datetime, Access]]:
    """The last rows with their moments, oldest first."""
    table = AccessEntry.__table__
    with engine.connect() as connection:
        rows = connection.execute(select(table).order_by(table.c.number.desc()).limit(count)).all()
    return [(row.recorded_at, Access(**{name: getattr(row, name) for name in _SEALED})) for row in reversed(rows)]
