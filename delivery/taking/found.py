"""Where answers stand in a grid: on visit forms, found by their labels, and in lists, found by their headings.

A form's answer stands right of its label or below it, wherever rows were moved or columns added. Every answer is taken with its cell,
so that what cannot be understood can be pointed at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from delivery.taking.grids import Grid

LEAD = re.compile(r"\d{4}-\d{2}-\d{12}-\d+")
RIGHT = {"户编号": "household_id", "结论": "conclusion", "理由和措施": "note"}
BELOW = {"核查人(一)签字": "visitor_one", "核查人(二)签字": "visitor_two", "承诺授权": "authorised", "核查日期": "visited_on"}
OTHERS = ("建议", "当面宣读", "农户签字")  # labels whose answers are for the paper
START = "线索编号"
LABELS = {START, *RIGHT, *BELOW, *OTHERS}
LINES_BELOW = 3  # a line may have been put between a label and its answer
# What a list may call its columns.
HEADINGS = {
    "lead_id": (START, "lead_id"),
    "household_id": ("户编号", "household_id"),
    "conclusion": ("核查结论", "结论", "结论码", "conclusion"),
    "visited_on": ("核查日期", "入户日期", "实际核实日期", "visited_on"),
    "visitor_one": ("核查人一", "核查人1", "核查人(一)", "核查人(一)签字", "核查人", "核实人", "visitor_one"),
    "visitor_two": ("核查人二", "核查人2", "核查人(二)", "核查人(二)签字", "visitor_two"),
    "note": ("理由和措施", "核查情况", "备注", "说明", "note"),
    "authorised": ("承诺授权", "承诺授权日期", "授权日期", "authorised_on"),
}
HEADING_OF = {heading: field for field, headings in HEADINGS.items() for heading in headings}
SAID = ("conclusion", "visited_on", "visitor_one", "visitor_two", "note", "authorised")
LOOKED_THROUGH = 40  # lines among which headings are looked for


@dataclass(frozen=True)
class Said:
    """One answer as it stands: the text of each field, and its cell (`D57`); `place` is the cell of the whole."""

    sheet: str
    place: str
    texts: dict[str, str]
    cells: dict[str, str]

    @property
    def is_blank(self) -> bool:
        """Whether nothing was answered."""
        return not any(name in self.texts for name in SAID)


def find(grid: Grid) -> list[Said]:
    """All answers of a sheet, blank ones too; none where the sheet has neither forms nor a list."""
    listed = _list_heading(grid)
    if listed is not None:
        return list(_listed(grid, *listed))
    return list(_forms(grid))


def plain(text: str | None) -> str:
    """A label or a heading without blanks, in NFKC."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text or "")).rstrip(":")


def cell_name(line: int, column: int) -> str:
    """Line and column, both from 0, as a spreadsheet names the cell."""
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{letters}{line + 1}"


def _list_heading(grid: Grid) -> tuple[int, dict[str, int]] | None:
    for at, line in enumerate(grid.cells[:LOOKED_THROUGH]):
        columns: dict[str, int] = {}
        for column, cell in enumerate(line):
            field = HEADING_OF.get(plain(cell))
            if field:
                columns.setdefault(field, column)
        if {"lead_id", "conclusion"} <= columns.keys():
            return at, columns
    return None


def _listed(grid: Grid, at: int, columns: dict[str, int]) -> Iterator[Said]:
    for number, line in enumerate(grid.cells[at + 1 :], start=at + 1):
        here = {field: (line[column], column) for field, column in columns.items() if column < len(line)}
        texts = {field: text for field, (text, _) in here.items() if text is not None}
        if texts:
            cells = {field: cell_name(number, column) for field, column in columns.items()}
            yield Said(grid.name, cell_name(number, columns["lead_id"]), texts, cells)


def _forms(grid: Grid) -> Iterator[Said]:
    """The forms of a sheet, one below the other; one whose number was lost is found by its other labels."""
    labels = [
        (line, column, label)
        for line, cells in enumerate(grid.cells)
        for column, cell in enumerate(cells)
        if cell is not None and (label := plain(cell)) in LABELS
    ]
    heading_lines = {line for line, _, label in labels if label == START and _is_heading(grid, line)}
    labels = [each for each in labels if each[0] not in heading_lines]
    starts = [line for line, _, label in labels if label == START]
    for first, end in pairwise((0, *starts, len(grid.cells))):
        block = [each for each in labels if first <= each[0] < end]
        if any(label in {START, "结论"} for _, _, label in block):
            said = _form(grid, block)
            if START in {label for _, _, label in block} or not said.is_blank:
                yield said


def _is_heading(grid: Grid, line: int) -> bool:
    """Whether a line names columns: 线索编号 beside 户编号, and no number of a lead between them."""
    names = [plain(cell) for cell in grid.cells[line] if cell is not None]
    return "户编号" in names[names.index(START) + 1 :][:1]


def _form(grid: Grid, labels: list[tuple[int, int, str]]) -> Said:
    texts: dict[str, str] = {}
    cells: dict[str, str] = {}
    for line, column, label in labels:
        field = {START: "lead_id", **RIGHT, **BELOW}.get(label)
        if field is None or field in texts:
            continue
        places = _below(grid, labels, line, column) if label in BELOW else _right(grid, labels, line, column)
        cells[field] = cell_name(*places[0]) if places else cell_name(line, column)
        for at in places:
            text = _at(grid, *at)
            if text is not None:
                texts[field], cells[field] = text, cell_name(*at)
                break
    if "lead_id" in texts and not LEAD.fullmatch(plain(texts["lead_id"])):
        del texts["lead_id"]
    return Said(grid.name, cells.get("lead_id") or cell_name(*labels[0][:2]), texts, cells)


def _right(grid: Grid, labels: list[tuple[int, int, str]], line: int, column: int) -> list[tuple[int, int]]:
    """The cells right of a label, up to the next label of its line."""
    stop = min((other for at, other, _ in labels if at == line and other > column), default=len(grid.cells[line]))
    return [(line, other) for other in range(column + 1, stop)]


def _below(grid: Grid, labels: list[tuple[int, int, str]], line: int, column: int) -> list[tuple[int, int]]:
    """The cells below a label, as wide as it is, for a few lines and not beyond other labels."""
    stop = min((other for at, other, _ in labels if at == line and other > column), default=len(grid.cells[line]))
    ends = [at for at, _, _ in labels if at > line]
    last = min([line + LINES_BELOW, len(grid.cells) - 1, *(end - 1 for end in ends)])
    return [(at, other) for at in range(line + 1, last + 1) for other in range(column, max(stop, column + 1))]


def _at(grid: Grid, line: int, column: int) -> str | None:
    return grid.cells[line][column] if column < len(grid.cells[line]) else None
