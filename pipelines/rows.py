"""One row of a list by the name that a person has for it: its row_id, or file and row number, or the row number alone."""

from __future__ import annotations

import re

import polars as pl

from assets.lake import read
from contracts.errors import HulianError
from contracts.home import Home
from contracts.month import Month
from contracts.tables import ACCEPTED, ARRIVAL, SET_ASIDE, conform
from pipelines.summary import proposed_months

FILE_AND_NUMBER = re.compile(r"^(?:(?P<file>.+):)?(?P<number>\d+)$")


def latest(home: Home, month: Month | None) -> Month:
    """`month`, or the last one that has been run. Raises `HulianError` where none has."""
    if month is not None:
        return month
    months = proposed_months(home)
    if not months:
        raise HulianError(f"{home.root} 还没有结果。先运行: hulian run --month YYYY-MM --home {home.root}")
    return months[-1]


def find_rows(home: Home, month: Month, feed: str, row: str) -> pl.DataFrame:
    """The accepted records of `feed` (`ACCEPTED`, then its measures) that `row` names: at least one, several where it is not precise.

    Raises `HulianError` where there is none, saying whether the row was refused, is somewhere else, or is not there at all.
    """
    path = home.table(f"accepted/{feed}", month)
    if not path.exists():
        there = sorted(found.parent.name for found in home.lake.glob(f"accepted/*/{month}.parquet"))
        if not there:
            raise HulianError(f"{month} 还没有运行过。先运行: hulian run --month {month} --home {home.root}")
        raise HulianError(f"{month} 没有清单 {feed!r}。可选: {'、'.join(there)}。")
    rows = conform(pl.read_parquet(path), ACCEPTED, keep_others=True)
    found = rows.filter(named(row))
    if found.is_empty():
        raise HulianError(_not_there(home, month, feed, row))
    whole = found.filter(pl.col("row_id") == row)
    return found if whole.is_empty() else whole


def named(row: str) -> pl.Expr:
    """Whether a row is the one that a person calls `row`."""
    exact = pl.col("row_id") == row
    parts = FILE_AND_NUMBER.match(row)
    if parts is None:
        return exact
    at = pl.col("row_number") == int(parts["number"])
    if parts["file"] is None:
        return exact | at
    file = pl.col("file")
    return exact | (at & ((file == parts["file"]) | file.str.ends_with(f"/{parts['file']}")))


def _not_there(home: Home, month: Month, feed: str, row: str) -> str:
    if not read(home, f"set_aside/{feed}", month, SET_ASIDE).filter(named(row)).is_empty():
        return f"清单 {feed} {month} 的这一行被退回了，没有参加比对；原因见该部门的纠错清单。"
    if not read(home, f"arrivals/{feed}", month, ARRIVAL).filter(named(row)).is_empty():
        return f"清单 {feed} {month} 有这一行，但没有可比对的人（标题、小计或空行）。"
    return (
        f"清单 {feed} {month} 没有这一行。写法: 行号（如 9）、文件名:行号（如 名单.xlsx:9），或 row_id 全文；"
        "行号是表格软件左边显示的行号。其他月份请加 --month。"
    )
