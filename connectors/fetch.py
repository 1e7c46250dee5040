"""Rows of a query as text, block by block, so that the driver never holds them all as objects.

PostgreSQL and its relatives give them by COPY in their own spelling, which is text from the start; every other database gives objects,
which are spelt here, column by column.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl
from sqlalchemy import Connection, TextClause, bindparam, text
from sqlalchemy.types import NullType

from connectors.layout import distinct

AT_ONCE = 20_000  # rows fetched at a time
BLOCK = 16 * 2**20  # bytes of COPY that are read at a time
_FAST: tuple[set[type], ...] = ({str}, {int}, {float})


class Broken(Exception):
    """The driver stopped outside SQLAlchemy's sight; its error is the cause."""


def question(query: str, values: Mapping[str, str]) -> TextClause:
    """The query with those of `values` bound that it asks for.

    They are bound without a type, so that a database compares them with its dates and with its texts alike.
    """
    statement = text(query.strip().rstrip(";"))
    asked = [name for name in statement.compile().params if name in values]
    return statement.bindparams(*(bindparam(name, values[name], type_=NullType()) for name in asked))


def fetch(connection: Connection, statement: TextClause) -> pl.DataFrame:
    """All rows of `statement`, every column text; nothing is committed. Raises `SQLAlchemyError` or `Broken`."""
    names, blocks = _copied(connection, statement) if connection.dialect.driver == "psycopg" else _streamed(connection, statement)
    frames = list(blocks)
    connection.rollback()
    return pl.concat(frames, rechunk=True) if frames else pl.DataFrame(schema=dict.fromkeys(names, pl.String))


def _streamed(connection: Connection, statement: TextClause) -> tuple[list[str], Iterator[pl.DataFrame]]:
    result = connection.execution_options(stream_results=True, yield_per=AT_ONCE).execute(statement)
    names, cursor = distinct(list(result.keys())), result.cursor

    def blocks() -> Iterator[pl.DataFrame]:
        try:
            for part in result.partitions(AT_ONCE):
                yield pl.DataFrame([_spelt(name, values) for name, values in zip(names, zip(*part, strict=True), strict=True)])
        except Exception:
            _give_up(cursor)
            raise

    return names, blocks()


def _give_up(cursor: Any) -> None:
    """PyMySQL would read the rest of a lost result when it is thrown away, from a connection that is gone."""
    unread = getattr(cursor, "_result", None)
    if unread is not None and hasattr(unread, "unbuffered_active"):
        unread.unbuffered_active = False


def _spelt(name: str, values: Sequence[Any]) -> pl.Series:
    """A column as text: what is of one plain type at once, the rest value by value."""
    kinds = set(map(type, values)) - {type(None)}
    if kinds in _FAST or not kinds:
        return pl.Series(name, values, strict=True).cast(pl.String)
    return pl.Series(name, [None if value is None else _words(value) for value in values], dtype=pl.String)


def _words(value: Any) -> str:
    """A value as a bureau would write it."""
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return str(value.read() if hasattr(value, "read") else value)


def _copied(connection: Connection, statement: TextClause) -> tuple[list[str], Iterator[pl.DataFrame]]:
    """The rows by COPY as CSV. The driver quotes the values: COPY takes no parameters from outside."""
    compiled = statement.compile(dialect=connection.dialect)
    pieces = _records(connection, f"COPY (\n{compiled.string}\n) TO STDOUT (FORMAT csv, HEADER)", compiled.params)
    names = distinct(next(csv.reader(io.StringIO(bytes(next(pieces)).decode(), newline=""))))

    def blocks() -> Iterator[pl.DataFrame]:
        block, size = [], 0
        for piece in pieces:
            block.append(piece)
            size += len(piece)
            if size >= BLOCK:
                yield _parsed(names, block)
                block, size = [], 0
        if block:
            yield _parsed(names, block)

    return names, blocks()


def _records(connection: Connection, command: str, values: Mapping[str, Any]) -> Iterator[bytes]:
    """The records of a COPY one by one, the header first: the server sends each in a message of its own."""
    try:
        with connection.connection.cursor().copy(command, values) as copy:
            yield from copy
    except connection.dialect.loaded_dbapi.Error as broken:
        raise Broken from broken


def _parsed(names: list[str], pieces: list[bytes]) -> pl.DataFrame:
    """A block of whole CSV records; an empty cell is null, a quoted one is empty text."""
    schema = dict.fromkeys(names, pl.String)
    return pl.read_csv(io.BytesIO(b"".join(pieces)), has_header=False, schema=schema, infer_schema=False)
