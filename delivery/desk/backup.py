"""The desk as one file, and the file as a desk: consistent while others work, the same for SQLite and PostgreSQL.

A backup is a zip with one file of JSON lines a table and `desk.json`, which names the revision, the counts and the hashes. All is read in
one transaction. Sealed texts stay sealed: the key is no part of a backup and must be kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, DateTime, Engine, MetaData, Table, func, insert, inspect, select, text

from contracts.errors import HulianError
from delivery.desk.base import writing
from delivery.desk.migrations import VERSION_TABLE
from delivery.desk.opening import upgrade_on

CONTENTS = "desk.json"
FORMAT = 1
AT_ONCE = 10_000  # rows


def backup(engine: Engine, path: Path) -> dict[str, int]:
    """Write the desk to `path`, which is replaced as a whole; returns the rows of each table. Equal desks give equal bytes."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    isolated = engine if engine.dialect.name == "sqlite" else engine.execution_options(isolation_level="REPEATABLE READ")
    try:
        beside.touch(mode=0o600)
        with isolated.connect() as connection, zipfile.ZipFile(beside, "w") as archive:
            tables = _tables(connection)
            revision = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one()
            counts = {name: _write(archive, connection, table) for name, table in sorted(tables.items())}
            described = {"format": FORMAT, "revision": revision, "tables": counts}
            _add(archive, CONTENTS, json.dumps(described, indent=1).encode())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return {name: rows for name, (rows, _) in counts.items()}


def restore(engine: Engine, path: Path, *, replace: bool = False) -> dict[str, int]:
    """Put what `path` holds on the desk, in one transaction, and bring it to the newest revision; returns the rows of each table.

    Raises `HulianError` for a file that is no whole backup, and for a desk that is not empty unless it is to be replaced.
    """
    revision, contents = _read(path)
    with writing(engine) as connection:
        there = _tables(connection)
        if not replace and (entries := sum(_rows(connection, table) for table in there.values())):
            raise HulianError(f"The desk is not empty ({entries} entries). Restore to another one, or add --replace.")
        for table in there.values():
            table.drop(connection)
        if inspect(connection).has_table(VERSION_TABLE):
            connection.execute(text(f"DROP TABLE {VERSION_TABLE}"))
        upgrade_on(connection, revision)
        tables = _tables(connection)
        if unknown := sorted(contents.keys() - tables.keys()):
            raise HulianError(f"{path.name}: the backup has tables that this program does not know ({', '.join(unknown)}).")
        for name, lines in sorted(contents.items()):
            for part in _parts(tables[name], lines):
                connection.execute(insert(tables[name]), part)
            _go_on_counting(connection, tables[name])
        upgrade_on(connection)
        return {name: _rows(connection, table) for name, table in sorted(_tables(connection).items())}


def _tables(connection: Connection) -> dict[str, Table]:
    """The desk's tables as they are in the database, with plain types: nothing is opened or checked on the way."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name != VERSION_TABLE)
    return dict(found.tables)


def _rows(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _write(archive: zipfile.ZipFile, connection: Connection, table: Table) -> tuple[int, str]:
    """One table as JSON lines in the order of its key; returns its rows and their SHA-256."""
    rows = connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
    lines = [json.dumps(dict(row), ensure_ascii=False, default=_as_text, sort_keys=True) for row in rows]
    content = "".join(f"{line}\n" for line in lines).encode()
    _add(archive, f"{table.name}.jsonl", content)
    return len(lines), hashlib.sha256(content).hexdigest()


def _as_text(value: object) -> str:
    if isinstance(value, date):  # a moment is one, too
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name)  # dated 1980-01-01
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, content)


def _read(path: Path) -> tuple[str, dict[str, bytes]]:
    """Revision of a backup, and the JSON lines of each table, compared with their hashes."""
    try:
        with zipfile.ZipFile(path) as archive:
            described = json.loads(archive.read(CONTENTS))
            contents = {name: archive.read(f"{name}.jsonl") for name in described["tables"]}
            whole = all(hashlib.sha256(contents[name]).hexdigest() == sha256 for name, (_, sha256) in described["tables"].items())
            revision = str(described["revision"])
    except FileNotFoundError as missing:
        raise HulianError(f"{path}: there is no such file.") from missing
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as broken:
        raise HulianError(f"{path.name}: this is no backup of a desk, or a damaged one.") from broken
    if not whole or described["format"] != FORMAT:
        raise HulianError(f"{path.name}: the backup is damaged, or of a newer version of the program.")
    return revision, contents


def _parts(table: Table, lines: bytes) -> Iterator[list[dict[str, Any]]]:
    """The rows of JSON lines, so many at once, with dates and moments as what they are."""
    read = {
        column.name: (datetime if isinstance(column.type, DateTime) else date).fromisoformat
        for column in table.columns
        if isinstance(column.type, Date | DateTime)
    }
    texts = lines.splitlines()
    for first in range(0, len(texts), AT_ONCE):
        rows = [json.loads(line) for line in texts[first : first + AT_ONCE]]
        yield [{name: read[name](value) if value and name in read else value for name, value in row.items()} for row in rows]


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number the next entry after the last one; SQLite does by itself."""
    (key,) = table.primary_key.columns
    if connection.dialect.name == "postgresql":
        last = select(func.coalesce(func.max(key), 1)).scalar_subquery()
        connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, key.name), last)))
