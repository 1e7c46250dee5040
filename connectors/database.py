"""A bureau's database through SQLAlchemy: one query for one month, streamed, everything as text.

The query is the contract's, its parameters are bound and never written into it. The connection only reads and nothing is committed.
Rows are handed on only when the last has come: a connection that is lost on the way gives no half list, the query is asked again as a
whole, in a snapshot of its own, so that no row is doubled or lost.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import NoReturn

import polars as pl
from sqlalchemy import create_engine
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from connectors.dialects import KINDS, address, begin, cause_of, named_in
from connectors.fetch import Broken, fetch, question
from connectors.read import Arrived
from contracts.errors import HeldFeed
from contracts.feed import Feed
from contracts.month import Month
from contracts.tables import ARRIVAL, FINDING, conform, empty
from standards.headers import Headings

_ASKS = re.compile(r"(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*(?:select|with)\b", re.IGNORECASE | re.DOTALL)  # not every database can refuse to write
WAITS = (1.0, 5.0, 15.0)  # seconds before a lost query is asked again
WHY = {
    "password": "用户名或密码不对。请核对环境变量 {variable}（或 {variable}_PASSWORD）里的账号和密码",
    "no_database": "没有这个数据库。请核对地址里的数据库名（环境变量 {variable} 或 county.yml 的 databases）",
    "permission": "账号没有权限读{named}。请对方给这个账号查询（SELECT）权限",
    "writes": "查询要改动数据，已被拒绝。请把 config/feeds/{feed}.yml 里的查询改成只读的 SELECT",
    "no_table": "查询里的表{named}不存在。请核对 config/feeds/{feed}.yml 里的表名和模式名",
    "no_column": "查询里的列{named}不存在。请核对 config/feeds/{feed}.yml 里的列名",
    "timeout": "查询超过 {seconds} 秒没有完成。请缩小查询范围、请对方建索引，或在 config/feeds/{feed}.yml 里调大 timeout_seconds",
    "lost": "连接中断，重试 {tries} 次仍未读完。请检查网络，稍后再运行",
    "unreachable": "连不上数据库服务器。请检查地址、端口、网络和防火墙（环境变量 {variable} 或 county.yml 的 databases）",
    "syntax": "查询语句有语法错误。请核对 config/feeds/{feed}.yml 里的查询",
    "other": "读不出来（{kind}）。请检查地址（环境变量 {variable}）、账号权限，以及 config/feeds/{feed}.yml 里的查询",
}


def read_query(feed: Feed, url: str, month: Month, *, wait: Callable[[float], None] = time.sleep) -> Arrived:
    """The rows that the feed's query gives for `month`, numbered from 1. Raises `HeldFeed`; the address is never part of a message."""
    frame = _asked(feed, url, month, wait)
    source = feed.source
    headings = Headings(feed)
    found = headings.match(frame.columns)
    if missing := headings.missing(found):
        raise HeldFeed(
            f"{feed.title}：数据库 {source.database} 的查询结果缺少必需的列：{headings.as_bureaus_know(missing)}，"
            f"有：{'、'.join(frame.columns)}。"
            f"请在 config/feeds/{feed.feed}.yml 的查询里补上。"
        )
    origin = f"database:{source.database}"
    rows = frame.with_row_index("row_number", offset=1).with_columns(
        pl.concat_str(pl.lit(f"{origin}#!"), pl.col("row_number").cast(pl.String)).alias("row_id"), file=pl.lit(origin), sheet=pl.lit("")
    )
    return Arrived(conform(rows, ARRIVAL, keep_others=True), empty(FINDING))


def _asked(feed: Feed, url: str, month: Month, wait: Callable[[float], None]) -> pl.DataFrame:
    """All rows of the query as text; a lost connection is taken up anew, as often as `WAITS` says."""
    query, seconds = feed.source.query, feed.source.timeout_seconds
    if query is None:
        raise HeldFeed(f"feed {feed.feed!r}: there is no query under `source`. Add one to config/feeds/{feed.feed}.yml.")
    if not _ASKS.match(query):
        _held(feed, "writes", None, 0)
    values = {
        "month": str(month),
        "first_day": month.start.isoformat(),
        "last_day": month.end.isoformat(),
        "next_first_day": month.plus(1).start.isoformat(),
    }
    statement = question(query, values)
    if unknown := sorted(set(statement.compile().params) - set(values)):
        given = "、".join(f":{name}" for name in values)
        raise HeldFeed(f"{feed.title}：查询里的参数 {'、'.join(unknown)} 不认识，可用的是 {given}。请改 config/feeds/{feed.feed}.yml。")
    causes: list[str] = []
    for pause in (*WAITS, None):
        try:
            parsed = address(url)
            kind = KINDS.get(parsed.get_backend_name())
            engine = create_engine(parsed, connect_args=dict(kind.connect) if kind else {}, hide_parameters=True)
            try:
                with engine.connect() as connection:
                    begin(connection, seconds)
                    return fetch(connection, statement)
            finally:
                engine.dispose()
        except (ArgumentError, ImportError, NoSuchModuleError) as missing:
            _no_driver(feed, url, missing)
        except (SQLAlchemyError, OSError, Broken) as broken:
            error = broken.__cause__ if isinstance(broken, Broken) and broken.__cause__ is not None else broken
            causes.append(cause_of(error))
            # a server that was just lost may need a while to come back
            if pause is None or not (causes[-1] == "lost" or (causes[-1] == "unreachable" and "lost" in causes)):
                _held(feed, causes[0] if causes[0] == "lost" else causes[-1], error, len(causes) - 1)
        wait(pause)
    raise AssertionError  # the last turn returns or raises


def _no_driver(feed: Feed, url: str, error: Exception) -> NoReturn:
    """What to install, or that the address is none."""
    name = re.split(r"[+:]", url, maxsplit=1)[0].strip().lower()
    subject = f"{feed.title}：数据库 {feed.source.database}"
    if (isinstance(error, ArgumentError) and not isinstance(error, NoSuchModuleError)) or name not in KINDS:
        known = "、".join(f"{key}://（{kind.title}）" for key, kind in KINDS.items())
        raise HeldFeed(f"{subject} 的地址写法不对，应以 {known} 之一开头。请检查环境变量 {_variable(feed)} 或 county.yml。") from None
    kind = KINDS[name]
    raise HeldFeed(f'{subject} 需要 {kind.title} 的驱动，这台电脑上没有。请执行：pip install "hulian[{kind.extra}]"。') from None


def _held(feed: Feed, cause: str, error: BaseException | None, tries: int) -> NoReturn:
    named = named_in(error, feed.source.query or "") if error else ""
    words = WHY[cause].format(
        variable=_variable(feed),
        feed=feed.feed,
        named=f" {named} " if named else "",
        seconds=feed.source.timeout_seconds,
        tries=tries,
        kind=type(error).__name__,
    )
    raise HeldFeed(f"{feed.title}：数据库 {feed.source.database} {words}。") from None


def _variable(feed: Feed) -> str:
    return f"HULIAN_DB_{str(feed.source.database).upper()}"
