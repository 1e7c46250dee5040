"""Lists in other forms: the sheets of a released workbook as CSV, JSON, or several villages' as one.

They are read out of the released file itself, so that they cannot hold more than it does. A list is a sheet with one line of
headings: the first line with several cells. Texts stay as they stand in the cells, numbers as they are shown.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl

from delivery.book import Book, Column, safe, write_list

LOOKED_THROUGH = 12  # lines among which the headings are looked for
LEAST_HEADINGS = 3
LEAD_SHEET = "线索清单"
ONLY = {"village_workbook": (LEAD_SHEET,)}  # the other sheets are forms, not lists
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Listing:
    """One sheet: its name, its headings (unique), and its rows of as many texts each, null where a cell is empty."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str | None]]

    def cells(self) -> list[dict[str, str | None]]:
        """Its rows by heading."""
        return [dict(zip(self.headings, row, strict=True)) for row in self.rows]


def listings(workbook: bytes, kind: str, only: Sequence[str] = ()) -> list[Listing]:
    """The lists of a released workbook, in the order of its sheets; with `only`, of those sheets."""
    book = fastexcel.read_excel(workbook)
    wanted = only or ONLY.get(kind, book.sheet_names)
    names = [name for name in book.sheet_names if name in wanted]
    frames = ((name, book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()) for name in names)
    return [found for name, frame in frames if (found := _listing(name, frame)) is not None]


def _listing(name: str, frame: pl.DataFrame) -> Listing | None:
    rows = frame.rows()
    at = next((line for line, cells in enumerate(rows[:LOOKED_THROUGH]) if _filled(cells) >= LEAST_HEADINGS), None)
    if at is None:
        return None
    width = max(index for index, cell in enumerate(rows[at]) if cell) + 1
    kept = [index for index in range(width) if rows[at][index]]  # an empty column keeps two lists apart
    headings = _unique(["／".join(rows[at][index].split("\n")) for index in kept])
    return Listing(name, headings, [[row[index] for index in kept] for row in rows[at + 1 :] if _filled(row)])


def _filled(cells: Sequence[str | None]) -> int:
    return sum(1 for cell in cells if cell)


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
    counted = dict.fromkeys(names, 0)
    result = []
    for name in names:
        counted[name] += 1
        result.append(name if counted[name] == 1 else f"{name}_{counted[name]}")
    return result


def together(villages: Iterable[tuple[str, Sequence[Listing]]]) -> Listing:
    """The lead lists of several villages as one, with a column for the village's code; headings as the first one has them."""
    headings: list[str] = []
    rows: list[list[str | None]] = []
    for code, found in villages:
        for listing in found:
            headings = headings or list(listing.headings)
            rows += [[code, *(cells.get(name) for name in headings)] for cells in listing.cells()]
    return Listing(LEAD_SHEET, ["行政村代码", *headings], rows)


def mark(*parts: str) -> str:
    """A short fingerprint of several texts, for validators."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def as_csv(listing: Listing) -> bytes:
    """UTF-8 with its mark, so that spreadsheets read it; no cell that one would take for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(listing.headings)
    writer.writerows([safe(cell or "") for cell in row] for row in listing.rows)
    return out.getvalue().encode("utf-8-sig")


def as_json(about: dict[str, Any], found: Sequence[Listing]) -> bytes:
    """One object: what it is about, and its `sheets`, each with `name`, `columns` and `rows`."""
    sheets = [{"name": each.name, "columns": list(each.headings), "rows": each.cells()} for each in found]
    return (json.dumps({**about, "sheets": sheets}, ensure_ascii=False, indent=1) + "\n").encode()


def as_workbook(title: str, author: str, listing: Listing) -> bytes:
    """One printable list."""
    columns = [Column(heading, heading, 14) for heading in listing.headings]
    frame = pl.DataFrame(listing.rows, schema=dict.fromkeys(listing.headings, pl.String), orient="row")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        with Book(path, title, author) as book:
            write_list(book, book.sheet(listing.name, landscape=True), title, "由已发布的各村工作簿汇成。", columns, frame)
        return path.read_bytes()


def as_archive(files: Iterable[tuple[str, bytes]]) -> bytes:
    """The files in one archive, which is the same for the same files; workbooks are compressed already, so it only packs them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, ZIP_DATE), content)
    return out.getvalue()
