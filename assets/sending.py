"""Arrive and accept one list, from its files to what is kept of them.

Knows nothing of Dagster, and everything that it needs can be handed to another process. Reading is done in `connectors`, judging in
`expectations`. A feed that is broken as a whole gives empty tables and its problem; the month goes on without it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path

from connectors.database import read_query
from connectors.read import Arrived, read_feed
from contracts.errors import HeldFeed
from contracts.feed import Feed
from contracts.month import Month
from contracts.tables import ARRIVAL, FINDING, empty
from expectations.accept import Accepted, accept, held


@dataclass(frozen=True)
class Ingested:
    """What came of a feed in a month, what of it is sound, and the problem when nothing could be read."""

    arrived: Arrived
    accepted: Accepted
    problem: str | None


@dataclass(frozen=True)
class Sending:
    """What a bureau sent of one feed for one month.

    files: those in the inbox, which lie below `root`; fingerprints: theirs; households: size of the register, where it is known;
    address: of the bureau's database, for a feed that is asked of one.
    """

    feed: Feed
    month: Month
    root: Path
    files: tuple[str, ...]
    fingerprints: tuple[str, ...]
    households: int | None = None
    address: str | None = field(default=None, repr=False)  # it may hold a password

    @property
    def key(self) -> Hashable:
        """Changes with whatever its result depends on."""
        return self.feed.feed, self.month, self.files, self.fingerprints, self.households

    def size(self) -> int:
        """Bytes of its files."""
        return sum((self.root / file).stat().st_size for file in self.files)

    def read(self) -> Arrived:
        """Its rows. Raises `HeldFeed` when none of its files can be read, or the database does not answer."""
        if self.address is not None:
            return read_query(self.feed, self.address, self.month)
        return read_feed(self.feed, [self.root / file for file in self.files], root=self.root)

    def accept(self, read: Callable[[], Arrived] | None = None) -> Ingested:
        """Read it, or take what `read` gives, and judge it."""
        try:
            arrived = (read or self.read)()
            accepted = accept(self.feed, arrived.rows, self.month, households=self.households)
        except HeldFeed as why:
            return Ingested(Arrived(rows=empty(ARRIVAL), findings=empty(FINDING)), held(self.feed, str(why)), str(why))
        return Ingested(arrived, accepted, None if arrived.rows.height else "本月未报")
