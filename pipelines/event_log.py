"""Dagster's event log in SQLite, with its connections kept open.

Dagster makes an engine anew, and with it an empty statement cache, for each of the thousand events of a month, opens the file, and has
SQLite fold its journal back when it closes it again. The files here are the same, so that any other tool of Dagster reads and
writes them at the same time; only the way to them is kept.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData

KEPT_OPEN = 4  # the index, the run at hand, and a few that somebody looks at


class EventLog(SqliteEventLogStorage):
    """The event log of a Dagster whose home folder is `base_dir`, in the place where Dagster's own class has it."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, sa.Engine] = OrderedDict()
        self._known_tables: set[str] = set()
        super().__init__(str(Path(base_dir) / "history" / "runs"), inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        """The event log that `dagster.yaml` asks for."""
        return cls(inst_data=inst_data, **config_value)

    def store_event(self, event: EventLogEntry) -> None:
        """Store one event, and tell those who watch the run: they look at the file's time, and what is new stands in the journal."""
        super().store_event(event)
        os.utime(self.path_for_shard(event.run_id))

    def delete_events(self, run_id: str) -> None:
        """Forget a run; its file goes, which Dagster would leave where it is."""
        super().delete_events(run_id)
        if run_id in self._engines:
            self._engines.pop(run_id).dispose()
        self._initialized_dbs.discard(run_id)
        file = Path(self.path_for_shard(run_id))
        for part in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
            part.unlink(missing_ok=True)

    def give_back(self) -> None:
        """Shrink the index when more than a third of it is free; less is soon filled again. Whoever wants to write waits a moment."""
        with self._db_lock, self._engine(INDEX_SHARD_NAME).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            free, pages = (connection.exec_driver_sql(f"PRAGMA {of}").scalar_one() for of in ("freelist_count", "page_count"))
            if free * 3 > pages:
                connection.exec_driver_sql("VACUUM")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def has_table(self, table_name: str) -> bool:
        """Whether the index has a table; one that was there once is there."""
        if table_name not in self._known_tables and super().has_table(table_name):
            self._known_tables.add(table_name)
        return table_name in self._known_tables

    def dispose(self) -> None:
        """Close all files; the last one to close a file folds its journal back."""
        super().dispose()
        while self._engines:
            self._engines.popitem()[1].dispose()

    def _has_asset_key_col_on_connection(self, conn: sa.Connection, column_name: str) -> bool:
        name = f"asset_keys.{column_name}"
        if name not in self._known_tables and super()._has_asset_key_col_on_connection(conn, column_name):
            self._known_tables.add(name)
        return name in self._known_tables

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sa.Connection]:
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> sa.Engine:
        """The engine of one file, made and its tables laid out when it is first needed."""
        if shard not in self._engines:
            engine = sa.create_engine(self.conn_string_for_shard(shard), pool_size=1, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS})
            sa.event.listen(engine, "connect", _without_waiting_for_the_disk)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            self._engines[shard] = engine
        self._engines.move_to_end(shard)
        while len(self._engines) > KEPT_OPEN:
            self._engines.popitem(last=False)[1].dispose()
        return self._engines[shard]


def _without_waiting_for_the_disk(connection: Any, _record: object) -> None:
    """A power cut may cost the last events, never the file: in a journal that is written ahead, whole pages are folded back."""
    connection.execute("PRAGMA synchronous = NORMAL")
