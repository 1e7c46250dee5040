"""The access log: who fetched what and when, each row sealed over the row before it, so that a later change breaks the chain.

Rows are written before the answer leaves, in one thread and as many at once as are waiting, so that three hundred callers do not wait
for three hundred commits. Only patterns of addresses are kept, never what somebody typed. Cutting off the newest rows leaves the chain
whole: so the office notes number and digest of the last row now and then, and `verify` finds out whether that row still stands.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from datetime import datetime
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

from sqlalchemy import Engine, Row, insert, select

from contracts.errors import HulianError
from delivery.desk.access_entries import Access as AccessEntry
from delivery.desk.base import now as utc_now
from delivery.desk.base import writing

BEGINNING = "0" * 64
MOST_AT_ONCE = 500
PAGE = 5_000


@dataclass(frozen=True)
class Access:
    """One request that was answered; the columns of the desk's table without number, moment and hashes.

    `path` is the route's pattern, `subject` what was handed out or in; neither holds anything that was typed.
    """

    token_id: int | None
    address: str
    method: str
    path: str
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


_COLUMNS = tuple(AccessEntry.__table__.columns)
_SEALED = ("token_id", "address", "method", "path", "subject", "status", "bytes")


def _digest(before: str, number: int, moment: datetime, values: Mapping[str, object]) -> str:
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
        """All in one transaction in which nobody else writes: no two rows go on from the same one."""
        if not accesses:
            return
        with writing(self._engine) as connection:
            newest = select(AccessEntry.number, AccessEntry.hash).order_by(AccessEntry.number.desc()).limit(1)
            number, digest = connection.execute(newest).one_or_none() or (0, BEGINNING)
            rows = []
            for access in accesses:
                values = asdict(access)
                number, moment, before = number + 1, self._now(), digest
                digest = _digest(before, number, moment, values)
                rows.append({"number": number, "at": moment, **values, "previous_hash": before, "hash": digest})
            connection.execute(insert(AccessEntry), rows)


def verify(engine: Engine, noted: Standing | None = None) -> Standing:
    """Walk the whole chain. `noted`: rows and digest that were written down earlier, which must still stand.

    Raises:
        ChainBroken: names the first row that is not as it was written.
    """
    last, digest = 0, BEGINNING
    for row in _rows(engine):
        if row.number != last + 1:
            raise ChainBroken(f"Access log: row {last + 1} is missing. Compare with the backups of the desk.")
        if row.previous_hash != digest or row.hash != _digest(digest, row.number, row.at, row._asdict()):
            raise ChainBroken(f"Access log: row {row.number} is not as it was written. Compare with the backups of the desk.")
        last, digest = row.number, row.hash
        if noted is not None and last == noted.rows and digest != noted.digest:
            raise ChainBroken(
                f"Access log: row {last} has another digest than was noted: the log was written anew. Compare with the backups."
            )
    if noted is not None and last < noted.rows:
        raise ChainBroken(f"Access log: {noted.rows} rows were noted, {last} are left: the newest were cut off. Compare with the backups.")
    return Standing(last, digest)


def newest(engine: Engine, count: int) -> list[tuple[datetime, Access]]:
    """The last rows with their moments, oldest first."""
    with engine.connect() as connection:
        rows = connection.execute(select(*_COLUMNS).order_by(AccessEntry.number.desc()).limit(count)).all()
    return [(row.at, Access(**{name: getattr(row, name) for name in _SEALED})) for row in reversed(rows)]


def _rows(engine: Engine) -> Iterator[Row[Any]]:
    """All rows by number, a page at a time."""
    last = 0
    while True:
        with engine.connect() as connection:
            page = connection.execute(select(*_COLUMNS).where(AccessEntry.number > last).order_by(AccessEntry.number).limit(PAGE)).all()
        if not page:
            return
        yield from page
        last = page[-1].number
