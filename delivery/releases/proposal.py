"""What a month proposes to hand out: every file, written beside and renamed into place as one folder, with its manifest.

The same tables give byte-equal files: rows are sorted, dates in the files are fixed, and nothing asks the clock. A person makes a release
of it (delivery.releases.issuing). The tables that later months count are kept with the files.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from contracts.county import County
from contracts.month import Month
from contracts.tables import PAPER, RELEASED_FILE, conform
from delivery.beside import side_by_side
from delivery.bureau.answer_book import bureaus_to_tell, write_answers
from delivery.bureau.corrections import bureaus_to_correct, write_corrections
from delivery.county.changes import changes, counts, write_changes
from delivery.county.ledger import write_ledger
from delivery.county.report import write_report
from delivery.county.review import write_review
from delivery.county.summary import Summary, write_summary
from delivery.errors import ReleaseError
from delivery.releases.manifest import PAPERS, TABLES, check_code, fingerprint, write_manifest
from delivery.tables import ReleaseTables
from delivery.village.handout import villages_of
from delivery.village.pages import Pages
from delivery.village.paper import Manuscript, manuscript_of
from delivery.village.workbook import write_village

__all__ = ["ReleaseError", "ReleaseTables", "write"]

KEPT = ("leads", "signals", "suppressed")  # what was handed out, as later months count it
Written = tuple[str, str, str, int]  # path, kind, audience, rows


def write(
    month: Month, tables: ReleaseTables, out: Path, county: County, digest: str, made_of: Mapping[str, Any] | None = None
) -> pl.DataFrame:
    """Write all files of `month` into the folder `out`, which they replace as a whole.

    Args:
        month: the month of the lists.
        tables: its tables.
        out: `proposals/<month>`; a reader sees the old folder or the new one, never half of one.
        county: names, office and lines that stand on the pages.
        digest: fingerprint of inputs, configuration and code, kept in `manifest.json`; the 核对码 on the papers is made of it.
        made_of: the fingerprints of its parts, kept there, too.

    Returns:
        `RELEASED_FILE`: one row per file, by path. The manifest itself is not among them.

    Raises:
        ReleaseError: when figures of the summary do not agree; `out` is left as it was.
    """
    beside = out.with_name(f".{out.name}.{os.getpid()}.part")
    for left_over in (beside, *out.parent.glob(f".{out.name}.*.part")):
        shutil.rmtree(left_over, ignore_errors=True)
    try:
        written, papers = _write_all(month, tables, beside, county, check_code(digest))
        files = _with_fingerprints(beside, written)
        write_manifest(beside, _manifest(month, county, digest, made_of or {}, files, tables, _keep(tables, papers, beside)))
        _swap(beside, out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return files


def _write_all(month: Month, tables: ReleaseTables, folder: Path, county: County, code: str) -> tuple[list[Written], pl.DataFrame]:
    """All files, and `PAPER`: what is printed when they are released."""
    folder.mkdir(parents=True)
    summary = Summary.of(tables)  # first, because it may refuse
    with side_by_side(tables.leads.height) as over:
        villages = villages_of(tables, month)
        paths = [f"村级/{_file_name(each.town)}/{_file_name(each.name)}_{each.code or '未定'}_{month}.xlsx" for each in villages]
        done = over(_write_village, [folder / path for path in paths], [Pages(village, month, county, code) for village in villages])
        written = list(_write_county(month, tables, summary, folder, county))
        papers = []
        for path, village, (count, manuscript) in zip(paths, villages, done, strict=True):
            audience = village.code or village.town
            written.append((path, "village_workbook", audience, count))
            papers.append((str(Path(path).with_suffix(".pdf")), audience, count, *manuscript))
    return written, pl.DataFrame(papers, schema=dict(PAPER), orient="row").sort("path")


def _write_village(path: Path, pages: Pages) -> tuple[int, Manuscript]:
    """The workbook at `path`; returns its number of leads, and the same pages as they are to be printed."""
    return write_village(path, pages), manuscript_of(pages)


def _write_county(month: Month, tables: ReleaseTables, summary: Summary, folder: Path, county: County) -> Iterator[Written]:
    path = f"县级/汇总表_{month}.xlsx"
    yield path, "summary", "县", write_summary(folder / path, summary, month, county)
    path = f"县级/台账_{month}.xlsx"
    yield path, "ledger", "县", write_ledger(folder / path, tables, month, county)
    path = f"县级/待复核_{month}.xlsx"
    yield path, "review_queue", "县", write_review(folder / path, tables, month, county)
    if tables.compared:
        path = f"县级/变动_{month}.xlsx"
        yield path, "changes", "县", write_changes(folder / path, month, tables.leads, tables.compared, county)
    if tables.reception.height:
        path = f"县级/验收报告_{month}.html"
        yield path, "acceptance_report", "县", write_report(folder / path, tables, month, county)
    for bureau in bureaus_to_tell(tables):
        path = f"部门反馈/{_file_name(bureau)}_{month}.xlsx"
        yield path, "bureau_feedback", bureau, write_answers(folder / path, bureau, tables, month, county)
    for bureau in bureaus_to_correct(tables):
        path = f"纠错清单/{_file_name(bureau)}_{month}.xlsx"
        yield path, "correction_list", bureau, write_corrections(folder / path, bureau, tables, month, county)


def _file_name(words: str) -> str:
    return re.sub(r'[\\/:*?"<>|\s]', "", words) or "未定"


def _with_fingerprints(folder: Path, written: list[Written]) -> pl.DataFrame:
    frame = pl.DataFrame(written, schema=["path", "kind", "audience", "rows"], orient="row")
    fingerprints = [fingerprint((folder / path).read_bytes()) for path in frame["path"]]
    return conform(frame.with_columns(sha256=pl.Series(fingerprints, dtype=pl.String)), RELEASED_FILE).sort("path")


def _keep(tables: ReleaseTables, papers: pl.DataFrame, folder: Path) -> list[dict[str, Any]]:
    """Write the tables that later months count, and the papers; returns path, rows and fingerprint of each."""
    (folder / TABLES).mkdir()
    kept = []
    for name, table in ((PAPERS, papers), *((name, getattr(tables, name)) for name in KEPT)):
        path = f"{TABLES}/{name}.parquet"
        table.write_parquet(folder / path, compression="zstd")
        kept.append({"path": path, "rows": table.height, "sha256": fingerprint((folder / path).read_bytes())})
    return kept


def _manifest(
    month: Month,
    county: County,
    digest: str,
    made_of: Mapping[str, Any],
    files: pl.DataFrame,
    tables: ReleaseTables,
    kept: list[dict[str, Any]],
) -> dict[str, Any]:
    rows = {name: getattr(tables, name).height for name in ("leads", "signals", "suppressed", "flags", "area_alarms")}
    return {
        "month": str(month),
        "county": county.code,
        "digest": digest,
        "made_of": made_of,
        "counts": {**rows, "files": files.height, "villages": files.filter(pl.col("kind") == "village_workbook").height},
        "changes": {each.number: counts(changes(tables.leads, each.leads)) for each in tables.compared},
        "files": files.to_dicts(),
        TABLES: kept,
    }


def _swap(beside: Path, out: Path) -> None:
    """Put `beside` in the place of `out`. A kill between the two renames leaves no `out`, which the next run makes again."""
    retired = out.with_name(f".{out.name}.{os.getpid()}.old.part")
    if out.exists():
        out.rename(retired)
    beside.rename(out)
    shutil.rmtree(retired, ignore_errors=True)
