"""What a month proposes to hand out: every file, written beside and renamed into place as one folder, with its manifest.

The same tables give byte-equal files: rows are sorted, dates in the files are fixed, and nothing asks the clock. A person makes a release
of it (delivery.releases.issuing). The tables that later months count are kept with the files.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import polars as pl

from contracts.county import County
from contracts.month import Month
from contracts.tables import RELEASED_FILE, conform
from delivery.beside import begin_beside
from delivery.bureau.answer_book import bureaus_to_tell, write_answers
from delivery.bureau.corrections import bureaus_to_correct, write_corrections
from delivery.county.changes import changes, counts, write_changes
from delivery.county.ledger import write_ledger
from delivery.county.report import write_report
from delivery.county.review import write_review
from delivery.county.summary import Summary, write_summary
from delivery.errors import ReleaseError
from delivery.releases.manifest import TABLES, check_code, fingerprint, write_manifest
from delivery.tables import ReleaseTables
from delivery.village.handout import villages_of, words_of
from delivery.village.pages import Pages
from delivery.village.paper import write_paper
from delivery.village.typeface import rare
from delivery.village.workbook import write_village

__all__ = ["ReleaseError", "ReleaseTables", "write"]

KEPT = ("leads", "signals", "suppressed")  # what was handed out, as later months count it
MOST_PROCESSES = 4
WORTH_PROCESSES = 800  # leads
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
        files = _with_fingerprints(beside, list(_write_all(month, tables, beside, county, check_code(digest))))
        write_manifest(beside, _manifest(month, county, digest, made_of or {}, files, tables, _keep(tables, beside)))
        _swap(beside, out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return files


def _write_all(month: Month, tables: ReleaseTables, folder: Path, county: County, code: str) -> Iterator[Written]:
    folder.mkdir(parents=True)
    summary = Summary.of(tables)  # first, because it may refuse
    with _side_by_side(tables.leads.height) as over:
        villages = villages_of(tables, month)
        paths = [f"村级/{_file_name(each.town)}/{_file_name(each.name)}_{each.code or '未定'}_{month}.xlsx" for each in villages]
        pages = [Pages(village, month, county, code) for village in villages]
        counts = over(partial(_write_village, prepared=rare(words_of(villages))), [folder / path for path in paths], pages)
        yield from _write_county(month, tables, summary, folder, county)
        for path, village, count in zip(paths, villages, counts, strict=True):
            yield path, "village_workbook", village.code or village.town, count
            yield str(Path(path).with_suffix(".pdf")), "village_forms", village.code or village.town, count


def _write_village(path: Path, pages: Pages, prepared: str) -> int:
    """The workbook at `path` and the same pages as a PDF beside it; returns the number of leads. `prepared`: rare characters of all."""
    write_paper(path.with_suffix(".pdf"), pages, prepared)
    return write_village(path, pages)


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


@contextmanager
def _side_by_side(leads: int) -> Iterator[Callable[..., Iterable[int]]]:
    """A `map` for the villages' papers. Many leads are begun at once in other processes, while this one writes the county's lists.

    A second process halves 12 s for 3,000 forms; a few forms are not worth the second that it takes to start.
    """
    workers = min(MOST_PROCESSES, os.cpu_count() or 1)
    if workers == 1 or leads < WORTH_PROCESSES:
        yield map
        return
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=begin_beside)
    try:
        for _ in range(workers):  # they start while it is gathered what they shall write
            pool.submit(_nothing)
        yield partial(pool.map, chunksize=4)
    finally:
        pool.shutdown(cancel_futures=True)  # where a list failed or somebody stops the run, nobody waits for the other villages


def _nothing() -> None:
    """But a process that is asked to do it has imported what it needs."""


def _file_name(words: str) -> str:
    return re.sub(r'[\\/:*?"<>|\s]', "", words) or "未定"


def _with_fingerprints(folder: Path, written: list[Written]) -> pl.DataFrame:
    frame = pl.DataFrame(written, schema=["path", "kind", "audience", "rows"], orient="row")
    fingerprints = [fingerprint((folder / path).read_bytes()) for path in frame["path"]]
    return conform(frame.with_columns(sha256=pl.Series(fingerprints, dtype=pl.String)), RELEASED_FILE).sort("path")


def _keep(tables: ReleaseTables, folder: Path) -> list[dict[str, Any]]:
    """Write the tables that later months count; returns path, rows and fingerprint of each."""
    (folder / TABLES).mkdir()
    kept = []
    for name in KEPT:
        table: pl.DataFrame = getattr(tables, name)
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
