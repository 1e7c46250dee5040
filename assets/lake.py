"""The lake: one Parquet file per asset and month, written beside and renamed into place.

What belongs here: how a frame becomes a file and a file a frame. No table's meaning. A file that is there is whole, so a run
that was killed leaves either the old month or the new one, never a half of it. One run writes at a time, whoever started it.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, ClassVar

import dagster as dg
import polars as pl
from dagster_polars import BasePolarsUPathIOManager
from pydantic import PrivateAttr

from contracts.errors import HulianError
from contracts.home import Home
from contracts.month import Month
from contracts.tables import Schema, conform, empty

LOCK = ".writing"
PATIENCE_S = 3600


class Lake(BasePolarsUPathIOManager):  # type: ignore[misc]
    """Polars frames as `<base_dir>/<asset key>/<month>.parquet`.

    `dagster_polars.PolarsParquetIOManager` passes arguments that Polars 2 has removed, writes in place, and puts samples and
    statistics of the data into the run's metadata; this one does none of the three.
    """

    extension: ClassVar[str | None] = ".parquet"
    _held: ExitStack = PrivateAttr(default_factory=ExitStack)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Wait for the run that is writing, and keep others out until this one has ended."""
        super().setup_for_execution(context)
        self._held.enter_context(only_writer(Path(self.base_dir)))

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Let the next run in."""
        self._held.close()
        super().teardown_after_execution(context)

    def write_df_to_path(self, context: dg.OutputContext, df: pl.DataFrame, path: Any) -> None:  # noqa: ARG002
        """Write `df` beside `path` and rename it into place."""
        _atomically(Path(str(path)), lambda beside: df.write_parquet(beside, compression="zstd", statistics=True))

    def sink_df_to_path(self, context: dg.OutputContext, df: pl.LazyFrame, path: Any) -> None:  # noqa: ARG002
        """Stream `df` beside `path` and rename it into place."""
        _atomically(Path(str(path)), lambda beside: df.sink_parquet(beside, compression="zstd", statistics=True))

    def scan_df_from_path(self, path: Any, context: dg.InputContext) -> pl.LazyFrame:  # noqa: ARG002
        """The file as a lazy frame."""
        return pl.scan_parquet(str(path))

    def get_metadata(self, context: dg.OutputContext, obj: pl.DataFrame | pl.LazyFrame | None) -> dict[str, Any]:  # noqa: ARG002
        """The table's columns; no sample and no statistics, for those are personal data. Row counts are given by the assets."""
        if obj is None:
            return {}
        columns = [dg.TableColumn(name, str(dtype)) for name, dtype in obj.collect_schema().items()]
        return {"dagster/column_schema": dg.TableSchema(columns)}


@contextmanager
def only_writer(lake: Path, patience_s: float = PATIENCE_S) -> Iterator[None]:
    """Be the one process that writes to `lake`. The operating system ends it with the process, however that ends.

    Raises `HulianError` when another has not ended within `patience_s`.
    """
    lake.mkdir(parents=True, exist_ok=True)
    with (lake / LOCK).open("a", encoding="ascii") as file:
        end = time.monotonic() + patience_s
        while not _locked(file.fileno()):
            if time.monotonic() > end:
                raise HulianError(
                    f"另一次运行正在写入 {lake}，等了 {patience_s:.0f} 秒还没有结束。请等它结束，或在分析界面的 Runs 里停止它后再试。"
                )
            time.sleep(min(1.0, patience_s))
        yield


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _atomically(path: Path, write: Callable[[Path], object]) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    write(beside)
    beside.replace(path)


def read(home: Home, key: str, month: Month, schema: Schema) -> pl.DataFrame:
    """Table `key` of one month; empty when that month was never made. Columns that an older version did not write yet are null."""
    path = home.table(key, month)
    return conform(pl.read_parquet(path), schema, keep_others=True) if path.exists() else empty(schema)


def months_with(home: Home, key: str, *, upto: Month, months: int) -> list[Month]:
    """Those of the `months` months up to `upto` for which table `key` lies in the lake, oldest first."""
    return [month for month in upto.back_to(upto.plus(1 - months)) if home.table(key, month).exists()]
