"""Where the table stands in a sheet: the header, found by the names that the contract knows, and what stands above it.

A header may take one to three rows with merged cells; titles and a unit row (`单位：万元`) may stand above. Columns come out under
one name each: the levels joined by `_`, numbered when a name comes again, with the unit of money written behind it, because that is
all that travels on to acceptance.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise

import polars as pl

from connectors.sheet import Sheet
from contracts.tables import ARRIVAL, FINDING, SET_ASIDE
from standards.headers import Assignment, Headings, key_of, unit_of

SEARCHED = 60  # lines from the top in which a header is looked for
DEEPEST = 3
# names that stand beside the bureau's own in later tables: a column called `line` must not take the place of ours
RESERVED = frozenset({*ARRIVAL, *SET_ASIDE, *FINDING, "at_fault", "filename", "kind", "line", "month", "part"})
FEWEST = 2  # columns that must be known, lest a title or a note be taken for a header

_SPACE = re.compile(r"\s+")
_UNIT_LINE = re.compile(r"单位[:：]?[^:：]{0,8}?(元|千元|万元|亿元)|[(（](?:单位[:：])?(元|千元|万元|亿元)[)）]")
_NO_GROUP = re.compile(r"[:：]|单位|\d{4}|填报|制表|日期")
_UNIT_CELL = re.compile(r"^(元|千元|万元|亿元)$")

Lines = list[list[str | None]]


@dataclass(frozen=True)
class Table:
    """A table found in a sheet. Positions count from 0."""

    first: int  # first header row
    last: int  # last header row
    headers: dict[str, str]  # cell column -> header, without empty columns
    found: Assignment
    unnamed: tuple[str, ...] = ()  # headers made up for columns that hold cells but have none


def find_table(sheet: Sheet, headings: Headings) -> Table | None:
    """The best table of a sheet, or none when no row looks like a header of this feed."""
    top = sheet.cells.head(SEARCHED + DEEPEST)
    lines: Lines = [list(row) for row in top.iter_rows()]
    best: tuple[float, int, int] | None = None  # score, then the one that ends highest up, then the one with the fewest rows
    for first, depth in _places(lines, headings):
        found = headings.match([path for path in _numbered(paths(lines[first : first + depth])) if path])
        if len(found.columns) + len(found.wide) >= min(FEWEST, len(headings.feed.columns)):
            rank = (found.score, -(first + depth), -depth)
            best = rank if best is None else max(best, rank)
    if best is None:
        return None
    last = -best[1] - 1
    first = last + best[2] + 1
    while first > 0 and last - first + 1 < DEEPEST and is_group_row(lines[first - 1]):
        first -= 1  # groups above a header that is known without them tell a person's name from a guardian's
    return table_at(sheet, headings, lines, first=first, depth=last - first + 1)


def continued(sheet: Sheet, headings: Headings, above: Table) -> Table | None:
    """The table of a sheet that has no header because it goes on from the sheet before it; none when its cells look otherwise.

    It must be as wide as `above`, and where the feed has ID numbers or dates, most cells of one such column must hold digits.
    """
    filled = [f"c{number}" for number, column in enumerate(sheet.cells.iter_columns()) if column.is_not_null().any()]
    if not filled or int(filled[-1][1:]) > max(int(cell[1:]) for cell in above.headers) or len(filled) * 2 < len(above.headers):
        return None
    cell_of = {header: cell for cell, header in above.headers.items()}
    telling = {
        cell_of[above.found.columns[column.name]]
        for column in headings.feed.columns
        if column.type in {"id_number", "date", "money", "phone"} and column.name in above.found.columns
    } | {cell_of[header] for (name, _), header in above.found.wide.items() if name == "id_number"}
    for cell in telling.intersection(sheet.cells.columns):
        column = sheet.cells[cell].drop_nulls()
        if len(column) * 2 >= sheet.cells.height and column.str.contains(r"^\D{0,2}\d").sum() * 10 >= len(column) * 9:
            return _continuing(sheet.cells.columns, filled, above)
    return None


def _continuing(cells: list[str], filled: list[str], above: Table) -> Table:
    """The table `above` with the columns that stand in `cells`, and a name for each of the `filled` ones that has none there."""
    headers = {cell: header for cell, header in above.headers.items() if cell in cells}
    used = set(above.headers.values())
    unnamed = {cell: _unused(f"第{int(cell[1:]) + 1}列", used) for cell in filled if cell not in headers}
    there = set(headers.values())
    found = replace(
        above.found,
        columns={name: header for name, header in above.found.columns.items() if header in there},
        wide={member: header for member, header in above.found.wide.items() if header in there},
    )
    return Table(0, -1, headers | unnamed, found, (*above.unnamed, *unnamed.values()))


def is_group_row(line: list[str | None]) -> bool:
    """Whether a line above a header is a part of it: several words, and no title, unit or date line."""
    words = [cell for cell in line if cell]
    return len(words) >= 2 and not any(_NO_GROUP.search(word) for word in words)


def _places(lines: Lines, headings: Headings) -> list[tuple[int, int]]:
    """First row and depth of every block of rows that ends or begins with a row in which known words stand."""
    hits = [
        index
        for index, line in enumerate(lines[:SEARCHED])
        if any(cell and (key_of(cell) in headings.keys or key_of(cell) in headings.leaves) for cell in line)
    ]
    blocks = {
        (first, depth)
        for hit in hits
        for depth in range(1, DEEPEST + 1)
        for first in range(max(hit - depth + 1, 0), hit + 1)
        if first + depth <= len(lines)
    }
    return sorted(blocks)


def paths(block: Lines) -> list[str | None]:
    """One path per column: a merged upper cell holds for the columns to its right, as long as something stands below it."""
    filled: Lines = []
    for level, line in enumerate(block):
        row = [_SPACE.sub("", cell) if cell else None for cell in line]
        if level < len(block) - 1:
            below = [any(lower[column] for lower in block[level + 1 :]) for column in range(len(row))]
            for column in range(1, len(row)):
                same_parent = not filled or filled[-1][column] == filled[-1][column - 1]
                if row[column] is None and row[column - 1] and below[column] and below[column - 1] and same_parent:
                    row[column] = row[column - 1]
        filled.append(row)
    found: list[str | None] = []
    for levels in zip(*filled, strict=True):
        parts = [level for level in levels if level]
        parts = parts[:1] + [after for before, after in pairwise(parts) if after != before]
        found.append("_".join(parts) or None)
    return found


def _numbered(named: list[str | None]) -> list[str | None]:
    """The paths `named` with `_2`, `_3` behind those that come again, and no name that the pipeline uses for itself."""
    used: set[str] = set()
    seen: dict[str, int] = {}
    names: list[str | None] = []
    for path in named:
        if path is None:
            names.append(None)
            continue
        free = f"{path}（列）" if path.lower() in RESERVED else path
        seen[free] = seen.get(free, 0) + 1
        names.append(_unused(free, used, seen[free]))
    return names


def distinct(names: list[str]) -> list[str]:
    """The columns of a query under names that differ and are none of ours."""
    return [name for name in _numbered([name or "（无名）" for name in names]) if name]


def _unused(name: str, used: set[str], number: int = 1) -> str:
    """`name`, numbered from `number` on where it is taken; the result is taken from then on."""
    free = name if number == 1 else f"{name}_{number}"
    while free in used:
        number += 1
        free = f"{name}_{number}"
    used.add(free)
    return free


def table_at(sheet: Sheet, headings: Headings, lines: Lines, *, first: int, depth: int) -> Table:
    """The table whose header is rows `first` to `first + depth`, its headers carrying their units."""
    last = first + depth - 1
    names = _numbered(paths(lines[first : last + 1]))
    body = sheet.cells.slice(last + 1)
    filled = [column.is_not_null().any() for column in body.iter_columns()]
    under = lines[last + 1] if last + 1 < len(lines) else [None] * len(names)
    common = _common_unit(lines[:first])
    found = headings.match([name for name in names if name])
    money = {found.columns[column.name] for column in headings.feed.columns if column.type == "money" and column.name in found.columns}
    headers: dict[str, str] = {}
    unnamed: list[str] = []
    renamed: dict[str, str] = {}
    used = {name for name in names if name}
    for number, name in enumerate(names):
        cell = f"c{number}"
        if name is None:
            if filled[number]:
                unnamed.append(_unused(f"第{number + 1}列", used))
                headers[cell] = unnamed[-1]
            continue
        unit = (_UNIT_CELL.findall(_SPACE.sub("", under[number] or "")) or [common])[0]
        if name in money and unit_of(name) is None and unit:
            renamed[name] = _unused(f"{name}（{unit}）", used)
        headers[cell] = renamed.get(name, name)
    columns = {column: renamed.get(header, header) for column, header in found.columns.items()}
    return Table(first, last, headers, Assignment(columns, found.wide, found.ignored, found.unknown, found.doubled), tuple(unnamed))


def _common_unit(above: Lines) -> str | None:
    """The money unit named above the header, if any."""
    for line in reversed(above):
        for cell in line:
            if cell and (match := _UNIT_LINE.search(_SPACE.sub("", unicodedata.normalize("NFKC", cell)))):
                return match[1] or match[2]
    return None


def header_rows(sheet: Sheet, table: Table) -> pl.DataFrame:
    """The header rows as they stand in the sheet."""
    return sheet.cells.slice(table.first, table.last - table.first + 1)
