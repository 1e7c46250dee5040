"""The lake: one Parquet file per asset and month, written beside and renamed into place.

What belongs here: how a frame becomes a file and a file a frame. No table's meaning. A file that is there is whole, so a run
that was killed leaves either the old month or the new one, never a half of it. One run writes at a time, whoever started it.
"""

import fcntl
import filecmp
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, ClassVar

import dagster as dg
import polars as pl
from pydantic import PrivateAttr
from upath import UPath

from contracts.errors import HulianError
from contracts.home import Home
from contracts.month import Month
from contracts.tables import Schema, conform, empty

LOCK = ".writing"
PATIENCE_S = 3600
HOW: Mapping[str, Any] = {"compression": "zstd", "compression_level": 1, "statistics": True}  # every table is written


class Lake(dg.ConfigurableIOManager, dg.UPathIOManager):
    """Polars frames as `<base_dir>/<asset key>/<month>.parquet`.

    Neither samples nor statistics of the data go into the run's metadata, for those are personal data; the table's columns do.
    """

    base_dir: str
    extension: ClassVar[str | None] = ".parquet"  # type: ignore[misc]
    _base_path: UPath = PrivateAttr()
    _held: ExitStack = PrivateAttr(default_factory=ExitStack)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        """Wait for the run that is writing, and keep others out until this one has ended."""
        self._base_path = UPath(self.base_dir)
        self._held.enter_context(only_writer(Path(self.base_dir)))
        for left_over in Path(self.base_dir).rglob(".*.part"):  # of a run that was killed, or found the disk full
            left_over.unlink()

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        """Let the next run in."""
        self._held.close()

    def dump_to_path(self, context: dg.OutputContext, obj: pl.DataFrame, path: UPath) -> None:  # noqa: ARG002
        """Write `obj` beside `path` and rename it into place. What says the same stays, and its time, by which the warehouse goes."""
        target = Path(str(path))
        beside = target.with_name(f".{target.name}.{os.getpid()}.part")
        obj.write_parquet(beside, **HOW)
        if target.exists() and filecmp.cmp(beside, target, shallow=False):
            beside.unlink()
        else:
            beside.replace(target)

    def load_from_path(self, context: dg.InputContext, path: UPath) -> pl.DataFrame:  # noqa: ARG002
        """The table."""
        return pl.read_parquet(str(path))

    def get_metadata(self, context: dg.OutputContext, obj: pl.DataFrame) -> dict[str, Any]:  # noqa: ARG002
        """The table's columns; row counts are given by the assets."""
        return {"dagster/column_schema": dg.TableSchema([dg.TableColumn(name, str(dtype)) for name, dtype in obj.schema.items()])}


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


def read(home: Home, key: str, month: Month, schema: Schema, *, only: bool = False) -> pl.DataFrame:
    """Table `key` of one month; empty when that month was never made. Columns that an older version did not write yet are null.

    With `only` no other columns than those of `schema` are read.
    """
    path = home.table(key, month)
    if not path.exists():
        return empty(schema)
    table = pl.scan_parquet(path)
    if only:
        there = table.collect_schema()
        table = table.select(name for name in schema if name in there)
    return conform(table.collect(), schema, keep_others=not only)


def months_with(home: Home, key: str, *, upto: Month, months: int) -> list[Month]:
    """Those of the `months` months up to `upto` for which table `key` lies in the lake, oldest first."""
    return [month for month in upto.back_to(upto.plus(1 - months)) if home.table(key, month).exists()]
