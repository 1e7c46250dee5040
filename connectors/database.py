"""A bureau's database through SQLAlchemy: one query for one month, streamed, everything as text.

The query is the contract's, its parameters are bound and never written into it. The connection only reads: it is rolled back at the
end, and put into read-only mode where the dialect knows one.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from sqlalchemy import Connection, bindparam, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from connectors.layout import distinct
from connectors.read import Arrived
from contracts.errors import HeldFeed
from contracts.feed import Feed
from contracts.month import Month
from contracts.tables import ARRIVAL, FINDING, conform, empty
from standards.headers import Headings

AT_ONCE = 20_000  # rows fetched at a time
READ_ONLY = {
    "sqlite": "PRAGMA query_only = ON",
    "postgresql": "SET TRANSACTION READ ONLY",
    "mysql": "SET TRANSACTION READ ONLY",
    "mariadb": "SET TRANSACTION READ ONLY",
    "oracle": "SET TRANSACTION READ ONLY",
}


def read_query(feed: Feed, url: str, month: Month) -> Arrived:
    """The rows that the feed's query gives for `month`, numbered from 1. Raises `HeldFeed`; the address is never part of a message."""
    source = feed.source
    if source.query is None:
        raise HeldFeed(f"feed {feed.feed!r}: there is no query under `source`. Add one to config/feeds/{feed.feed}.yml.")
    values = {"month": str(month), "first_day": month.start.isoformat(), "last_day": month.end.isoformat()}
    statement = text(source.query)
    statement = statement.bindparams(*(bindparam(name, values[name]) for name in statement.compile().params if name in values))
    try:
        engine = create_engine(url)
        try:
            with engine.connect() as connection:
                frame = _streamed(connection, statement)
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError, OSError) as broken:
        raise HeldFeed(
            f"{feed.title}：数据库 {source.database} 读不出来（{type(broken).__name__}）。"
            f"请检查地址（环境变量 HULIAN_DB_{str(source.database).upper()}）、网络、账号权限，以及 config/feeds/{feed.feed}.yml 里的查询。"
        ) from None
    headings = Headings(feed)
    found = headings.match(frame.columns)
    if missing := headings.missing(found):
        raise HeldFeed(
            f"{feed.title}：数据库 {source.database} 的查询结果缺少必需的列 {'、'.join(missing)}，有：{'、'.join(frame.columns)}。"
            f"请在 config/feeds/{feed.feed}.yml 的查询里补上。"
        )
    origin = f"database:{source.database}"
    rows = frame.with_row_index("row_number", offset=1).with_columns(
        pl.concat_str(pl.lit(f"{origin}#!"), pl.col("row_number").cast(pl.String)).alias("row_id"), file=pl.lit(origin), sheet=pl.lit("")
    )
    return Arrived(conform(rows, ARRIVAL, keep_others=True), empty(FINDING))


def _streamed(connection: Connection, statement: Any) -> pl.DataFrame:
    """All rows of a query as text, fetched in blocks, so that the driver never holds them all as objects."""
    if command := READ_ONLY.get(connection.dialect.name):
        connection.execute(text(command))
    result = connection.execution_options(stream_results=True, yield_per=AT_ONCE).execute(statement)
    names = distinct(list(result.keys()))
    blocks = [
        pl.DataFrame([tuple(block) for block in part], schema=names, orient="row", infer_schema_length=None, strict=False).with_columns(
            pl.all().cast(pl.String)
        )
        for part in result.partitions()
    ]
    connection.rollback()
    return pl.concat(blocks) if blocks else pl.DataFrame(schema=dict.fromkeys(names, pl.String))
