"""Where the table of an unknown sheet stands: the header rows, by their words and by what stands below them.

A contract finds a header by its own names (`connectors.layout`); here there are none. A row is a header when its cells name the columns
that have cells below, when none of them looks like data, and the more of them are known words, the surer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from connectors.layout import DEEPEST, SEARCHED, Lines, Table, is_group_row, paths, table_at
from connectors.lines import DATA, kinds
from connectors.merged import filled_down, tall_merges
from connectors.sheet import Sheet
from contracts.feed import Feed, Source
from drafting.vocabulary import understand
from standards.headers import Headings

KNOWN, NAMED, DATA_LIKE, DEEP = 2.0, 1.0, 4.0, 0.3  # what a known word, a named column, a cell like data and a row more are worth
CUT = 1.0  # what it costs that the row below is one of headers, too
LONGEST = 30  # characters of a header
_LIKE_DATA = re.compile(r"[-+]?[\d.,:：/\-年月日\s*Xx%￥¥()]*\d[\d.,:：/\-年月日\s*Xx%￥¥()]*(?:元|万元|亩|人|岁|级|组|号)?$")
_YEAR = re.compile(r"(?:19|20)\d\d年?(?:\d\d?月)?$")
_REMARK = re.compile(r"[:：]|^单位|^填报|^制表")


@dataclass(frozen=True)
class Found:
    """The table of one sheet. `data`: its rows, columns under their headers; `counts`: kind of line -> how many below the header."""

    sheet: Sheet
    table: Table
    data: pl.DataFrame
    counts: dict[str, int]
    guessed: bool  # whether no word of the header was known

    @property
    def header_rows(self) -> tuple[int, int]:
        """First and last row of the header, as a person counts them."""
        return self.sheet.first + self.table.first, self.sheet.first + self.table.last


def provisional(columns: list[dict[str, object]] | None = None) -> Feed:
    """A contract of nothing but columns, to ask the connectors with."""
    return Feed.model_validate(
        {"feed": "draft", "title": "draft", "bureau": "", "role": "risk", "source": Source(files=["*"]), "columns": columns or []}
    )


def find(sheet: Sheet) -> Found | None:
    """The table of a sheet; none where nothing looks like a header above data."""
    lines: Lines = [list(row) for row in sheet.cells.head(SEARCHED + DEEPEST).iter_rows()]
    best: tuple[float, int, int] | None = None
    for first in range(min(len(lines), SEARCHED)):
        for depth in range(1, DEEPEST + 1):
            if first + depth <= len(lines) and (score := _score(sheet, lines, first, depth)) is not None:
                rank = (score, -(first + depth), -depth)
                best = rank if best is None else max(best, rank)
    if best is None:
        return None
    last, depth = -best[1] - 1, -best[2]
    first = last - depth + 1
    while (
        first > 0 and last - first + 1 < DEEPEST and is_group_row(lines[first - 1]) and not any(_is_data(cell) for cell in lines[first - 1])
    ):
        first -= 1
    table = table_at(sheet, Headings(provisional()), lines, first=first, depth=last - first + 1)
    return _with_data(sheet, table) if table.headers else None


def _score(sheet: Sheet, lines: Lines, first: int, depth: int) -> float | None:
    """How much rows `first` to `first + depth` look like a header; none where they cannot be one."""
    block = lines[first : first + depth]
    if any(_is_lonely(line, is_first=not level) or _is_remark(line) for level, line in enumerate(block)):
        return None
    body = sheet.cells.slice(first + depth, 200)
    if body.is_empty():
        return None
    filled = body.select(pl.all().is_not_null().any()).row(0)
    named = [path for path, is_filled in zip(paths(block), filled, strict=True) if path and is_filled]
    every = [path for path in paths(block) if path]
    if len(every) < 2 or len({*every}) * 2 < len(every):
        return None
    data = sum(_is_data(cell) for line in block for cell in line)
    known = sum(understand(path) is not None for path in every)
    cut = depth < DEEPEST and first + depth < len(lines) and _is_all_words(lines[first + depth])
    return KNOWN * known + NAMED * len(named) - DATA_LIKE * data - DEEP * depth - CUT * cut


def _is_all_words(line: list[str | None]) -> bool:
    """Whether a line below a header says nothing but words of headers: it is the header's last row."""
    said = [understand(cell) for cell in line if cell]
    return bool(said) and all(meaning is not None and meaning.sure for meaning in said)


def _is_data(cell: str | None) -> bool:
    """Whether a cell is no header: a number, a date, an ID number, a long text."""
    return cell is not None and (len(cell) > LONGEST or (_LIKE_DATA.match(cell.strip()) is not None and _YEAR.match(cell.strip()) is None))


def _is_lonely(line: list[str | None], *, is_first: bool) -> bool:
    """Whether a line says too little for a row of headers: a title; below another row, one known word is enough."""
    cells = [cell for cell in line if cell]
    return len(cells) < 2 and (is_first or not cells or understand(cells[0]) is None)


def _is_remark(line: list[str | None]) -> bool:
    """Whether a line above the table says who filled it in, and in what unit."""
    cells = [cell for cell in line if cell]
    return sum(bool(_REMARK.search(cell)) for cell in cells) * 2 >= len(cells)


def _with_data(sheet: Sheet, table: Table) -> Found:
    """The rows of data below a header, told from totals and notes as acceptance will tell them, by columns whose headers are known."""
    said = {header: understand(header) for header in table.headers.values()}
    typed = {
        header: meaning.type
        for header, meaning in said.items()
        if meaning is not None and meaning.type in {"name", "id_number", "money", "number", "integer"} and header not in table.unnamed
    }
    feed = provisional([{"name": f"c{number}", "headers": [header], "type": kind} for number, (header, kind) in enumerate(typed.items())])
    named = Table(table.first, table.last, table.headers, Headings(feed).match(list(table.headers.values())), table.unnamed)
    cells = sheet.cells.slice(table.last + 1).select(list(table.headers))
    if merges := tall_merges(sheet, table):
        cells = filled_down(cells, merges, feed, named)
    kind = kinds(feed, sheet, named, cells)
    counts = {str(name): int(number) for name, number in kind.value_counts(name="times").iter_rows()}
    rows = cells.rename(table.headers).filter(kind == DATA)
    return Found(sheet, named, rows, counts, guessed=not any(said.values()))
