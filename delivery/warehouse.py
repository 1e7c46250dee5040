"""The warehouse: the tables of the lake as one DuckDB file that analysts open read-only with any tool.

It is built anew beside the old one and renamed into place, so that nobody ever waits for a writer and a reader keeps what it has
opened. Tables of one feed stand in a schema of their layer (`accepted.housing_danger`), the others in `main`.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import polars as pl

from contracts.home import Home

# What bureaus sent, under headers of their own that change from month to month: half the data, and accepted rows name their origin.
LEFT_IN_THE_LAKE = "arrivals"


def build(home: Home, register_feed: str) -> pl.DataFrame:
    """Write `warehouse.duckdb` from the lake; returns one row per table: schema, table, rows.

    Left in the lake are the arrivals, and the accepted rows of the register, which `register.persons` and `households` hold.
    """
    target = home.warehouse
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    beside.unlink(missing_ok=True)
    tables = sorted({path.parent.relative_to(home.lake) for path in home.lake.rglob("*.parquet") if not path.name.startswith(".")})
    wanted = [table for table in tables if table.parts[0] != LEFT_IN_THE_LAKE and table != Path("accepted", register_feed)]
    with duckdb.connect(beside, config={"checkpoint_threshold": "16GB"}) as engine:  # once, at the end
        rows = [_copy(engine, home.lake / table, table) for table in wanted]
    beside.replace(target)
    return pl.DataFrame(rows, schema={"schema": pl.String, "table": pl.String, "rows": pl.Int64}, orient="row")


def _copy(engine: duckdb.DuckDBPyConnection, folder: Path, table: Path) -> tuple[str, str, int]:
    schema = table.parts[0] if len(table.parts) > 1 else "main"
    name = table.parts[-1]
    engine.sql(f"CREATE SCHEMA IF NOT EXISTS {_quoted(schema)}")
    # Tables such as leads carry their month themselves; the partition's month is the same and is added only where it is missing.
    files = [str(path) for path in sorted(folder.glob("[0-9]*.parquet"))]
    relation = engine.read_parquet(files, union_by_name=True, filename=True)
    month = "" if "month" in relation.columns else "regexp_extract(filename, '([0-9]{4}-[0-9]{2})\\.parquet$', 1) AS \"month\", "
    name_in_full = f"{_quoted(schema)}.{_quoted(name)}"
    relation.select(f"{month}* EXCLUDE (filename)").create(name_in_full)
    ((rows,),) = engine.sql(f"SELECT count(*) FROM {name_in_full}").fetchall()
    return schema, name, rows


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'
