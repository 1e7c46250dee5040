"""Which months were released, by whom, and what was taken back. Entries are added, never rewritten; the state of each follows from them.

A number is given once. A release supersedes the one before it, also one that was withdrawn; what was withdrawn does not come back.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from delivery.desk.base import writing
from delivery.desk.desk import Desk
from delivery.desk.entries import Release
from delivery.errors import ReleaseError

STANDS, SUPERSEDED, WITHDRAWN = "有效", "已被取代", "已撤回"
RELEASE, WITHDRAW = "release", "withdraw"


@dataclass(frozen=True)
class Entry:
    """What is written down of a release: the digest of all that it was made of, its manifest's SHA-256, how many files and leads."""

    digest: str
    manifest: str
    files: int
    leads: int


@dataclass(frozen=True)
class Issue:
    """One numbered release as the desk knows it.

    Attributes:
        month: YYYY-MM.
        number: counted from 1 within the month.
        state: 有效, 已被取代 or 已撤回; at most one of a month is 有效.
        entry: what it was made of, its manifest, and how much it holds.
        by: who released it.
        why: the reason; the last one where it was withdrawn.
        recorded_at: when, in UTC.
    """

    month: str
    number: int
    state: str
    entry: Entry
    by: str
    why: str
    recorded_at: datetime

    def __str__(self) -> str:
        return f"{self.month}-{self.number}"


def issues(desk: Desk, month: str | None = None) -> list[Issue]:
    """All releases, or those of a month; by month and number."""
    with desk.engine.connect() as connection:
        return _issues(connection, month)


def standing(desk: Desk) -> dict[str, Issue]:
    """The release that stands, by month; none for a month that was not released, or whose release was withdrawn."""
    return {issue.month: issue for issue in issues(desk) if issue.state == STANDS}


def record_release(desk: Desk, month: str, number: int, entry: Entry, *, by: str, why: str) -> None:
    """Write down that `month` is released as `number`. Raises `ReleaseError` where somebody else has taken that number meanwhile."""
    with writing(desk.engine) as connection:
        if number != len(_issues(connection, month)) + 1:
            raise taken(month)
        _add(connection, (month, number, RELEASE), entry, by, why)


def taken(month: object) -> ReleaseError:
    """Somebody else has released the month meanwhile."""
    return ReleaseError(f"刚刚有人发布了 {month}。请先看一看: hulian releases")


def record_withdrawal(desk: Desk, month: str, *, by: str, why: str) -> Issue:
    """Write down that the release of `month` that stands is taken back; returns it. Raises `ReleaseError` where none stands."""
    with writing(desk.engine) as connection:
        stands = next((issue for issue in _issues(connection, month) if issue.state == STANDS), None)
        if stands is None:
            raise ReleaseError(f"{month} 没有现行的发布，无可撤回。hulian releases 列出各次发布。")
        _add(connection, (month, stands.number, WITHDRAW), stands.entry, by, why)
    return stands


def _add(connection: Connection, about: tuple[str, int, str], entry: Entry, by: str, why: str) -> None:
    month, number, action = about
    said = {"month": month, "serial": number, "action": action, "released_by": by, "why": why or None}
    connection.execute(insert(Release), [{**said, **asdict(entry)}])


def _issues(connection: Connection, month: str | None) -> list[Issue]:
    entries = select(Release.__table__).where(Release.serial.is_not(None))
    if month is not None:
        entries = entries.where(Release.month == month)
    rows = connection.execute(entries.order_by(Release.month, Release.serial, Release.number)).all()
    withdrawn = {(row.month, row.serial): row.why for row in rows if row.action == WITHDRAW}
    newest = {row.month: row.serial for row in rows}
    found = []
    for row in rows:
        if row.action == RELEASE:
            about = (row.month, row.serial)
            state = WITHDRAWN if about in withdrawn else STANDS if row.serial == newest[row.month] else SUPERSEDED
            entry = Entry(row.digest, row.manifest, row.files, row.leads)
            why = withdrawn.get(about, row.why) or ""
            found.append(Issue(row.month, row.serial, state, entry, row.released_by, why, row.recorded_at))
    return found
