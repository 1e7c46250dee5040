"""Months handed out in a few rows, for tests that are about what follows from it: no workbooks, only tables and their manifest."""

from __future__ import annotations

from typing import Any

import polars as pl

from contracts.home import Home
from contracts.month import Month
from contracts.tables import LEAD, SIGNAL, SUPPRESSED, conform, empty
from delivery.desk import Desk
from delivery.releases.issuing import Release, release
from delivery.releases.manifest import TABLES, fingerprint, write_manifest


def leads(*rows: dict[str, Any]) -> pl.DataFrame:
    """LEAD rows with what is given."""
    return conform(pl.DataFrame(rows), LEAD) if rows else empty(LEAD)


def propose(home: Home, month: Month, leads: pl.DataFrame, **others: pl.DataFrame) -> None:
    """A proposal of `month`; `others`: its signals and suppressed signals, where they matter."""
    folder = home.proposal(month)
    (folder / TABLES).mkdir(parents=True, exist_ok=True)
    kept = []
    for name, table in {"leads": leads, "signals": empty(SIGNAL), "suppressed": empty(SUPPRESSED), **others}.items():
        path = f"{TABLES}/{name}.parquet"
        table.write_parquet(folder / path)
        kept.append({"path": path, "rows": table.height, "sha256": fingerprint((folder / path).read_bytes())})
    digest = fingerprint(leads.write_ndjson().encode())
    said = {"month": str(month), "digest": digest, "made_of": {"handed_out": {}}, "counts": {"leads": leads.height}, "changes": {}}
    write_manifest(folder, {**said, "files": [], TABLES: kept})


def hand_out(home: Home, desk: Desk, month: Month, leads: pl.DataFrame, **others: pl.DataFrame) -> Release:
    """A release of `month`."""
    propose(home, month, leads, **others)
    return release(home, desk, month, by="样例办公室", why="示例")[0]
