"""The warehouse: the tables of the lake as one DuckDB file that analysts open read-only with any tool.

It is brought up to date in a copy and renamed into place, so that nobody ever waits for a writer and a reader keeps what it has opened.
Months whose files are still the same stay as they are, for a county has sixty of them after five years. Tables of one feed stand in a
schema of their layer (`accepted.housing_danger`), the others in `main`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
import polars as pl

from contracts.home import Home

# What bureaus sent, under headers of their own that change from month to month: half the data, and accepted rows name their origin.
LEFT_IN_THE_LAKE = "arrivals"
HELD = "lake_files"  # table of the warehouse: the files of the lake that it holds, as they were
MEMORY = "1GB"  # that DuckDB may take while the program holds the month itself
State = tuple[int, int]  # of a file: its bytes, and the nanosecond of its last change


def build(home: Home, register_feed: str) -> pl.DataFrame:
    """Write `warehouse.duckdb` from the lake; returns one row per table: schema, table, rows.

    Left in the lake are the arrivals, and the accepted rows of the register, which `register.persons` and `households` hold.
    """
    there = sorted({path.parent.relative_to(home.lake) for path in home.lake.rglob("*.parquet") if not path.name.startswith(".")})
    tables = [table for table in there if table.parts[0] != LEFT_IN_THE_LAKE and table != Path("accepted", register_feed)]
    for left_over in home.root.glob(f".{home.warehouse.name}.*"):  # of a run that was killed, or found the disk full
        shutil.rmtree(left_over) if left_over.is_dir() else left_over.unlink()
    beside = home.warehouse.with_name(f".{home.warehouse.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(home.warehouse, beside)
        rows = _brought_up(beside, home.lake, tables)
    except (FileNotFoundError, duckdb.Error):  # there is none yet, or one that is damaged or of an earlier version
        beside.unlink(missing_ok=True)
        with duckdb.connect(beside) as engine:
            engine.sql(f"CREATE TABLE {HELD} (file VARCHAR, bytes BIGINT, changed_ns BIGINT)")
        rows = _brought_up(beside, home.lake, tables)
    beside.replace(home.warehouse)
    return pl.DataFrame(rows, schema={"schema": pl.String, "table": pl.String, "rows": pl.Int64}, orient="row")


def _brought_up(warehouse: Path, lake: Path, tables: Iterable[Path]) -> list[tuple[str, str, int]]:
    files = {table: {path.relative_to(lake): _state(path) for path in sorted((lake / table).glob("[0-9]*.parquet"))} for table in tables}
    with duckdb.connect(warehouse, config={"checkpoint_threshold": "16GB", "memory_limit": MEMORY}) as engine:  # once, at the end
        held: dict[Path, dict[Path, State]] = {}
        for file, *state in engine.sql(f"FROM {HELD}").fetchall():
            held.setdefault(Path(file).parent, {})[Path(file)] = tuple(state)
        engine.begin()
        for table in held.keys() - files.keys():
            engine.sql(f"DROP TABLE {_in_full(table)}")
        rows = []
        for table, there in files.items():
            _copy(engine, lake, table, there, held.get(table, {}))
            ((count,),) = engine.sql(f"SELECT count(*) FROM {_in_full(table)}").fetchall()
            rows.append((_schema(table), table.name, count))
        now = [(str(file), *state) for there in files.values() for file, state in there.items()]
        copied = pl.DataFrame(now, schema={"file": pl.String, "bytes": pl.Int64, "changed_ns": pl.Int64}, orient="row")  # noqa: F841
        engine.sql(f"CREATE OR REPLACE TABLE {HELD} AS FROM copied")
        engine.commit()
        return rows


def _copy(engine: duckdb.DuckDBPyConnection, lake: Path, table: Path, files: Mapping[Path, State], held: Mapping[Path, State]) -> None:
    """Make `table` hold `files`: changing what differs from what is `held`, or anew where that has other columns."""
    new, old = (sorted(file for file, _ in these.items() - those.items()) for these, those in ((files, held), (held, files)))
    if held and not new and not old:
        return
    name = _in_full(table)
    arriving = _read(engine, lake, new) if new else None
    if held and (arriving is None or _columns(arriving) == _columns(engine.table(name))):
        if old:
            engine.execute(f"DELETE FROM {name} WHERE month IN (SELECT unnest(?))", [[file.stem for file in old]])
        if arriving is not None:
            engine.sql(f"INSERT INTO {name} FROM arriving")
    else:
        engine.sql(f'CREATE SCHEMA IF NOT EXISTS "{_schema(table)}"')
        everything = _read(engine, lake, sorted(files))  # noqa: F841 - named in the SQL
        engine.sql(f"CREATE OR REPLACE TABLE {name} AS FROM everything")


def _read(engine: duckdb.DuckDBPyConnection, lake: Path, files: Iterable[Path]) -> duckdb.DuckDBPyRelation:
    """The rows of a table's files. Tables such as leads carry their month themselves; to the others the file's is added."""
    relation = engine.read_parquet([str(lake / file) for file in files], union_by_name=True, filename=True)
    month = "" if "month" in relation.columns else "parse_filename(filename, true) AS month, "
    return relation.select(f"{month}* EXCLUDE (filename)")


def _columns(relation: duckdb.DuckDBPyRelation) -> list[tuple[str, str]]:
    return [(name, str(kind)) for name, kind in zip(relation.columns, relation.types, strict=True)]


def _state(path: Path) -> State:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _schema(table: Path) -> str:
    return table.parts[0] if len(table.parts) > 1 else "main"


def _in_full(table: Path) -> str:
    return f'"{_schema(table)}"."{table.name}"'
