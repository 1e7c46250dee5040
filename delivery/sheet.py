"""A worksheet that keeps each cell as the XML it becomes: one string made once, instead of a tuple, a list of pairs and seven calls.

Everything else is xlsxwriter's. Three million cells stand on a county's visit forms, and two thirds of the time they took went here.
"""
# ruff: noqa: SLF001 - it stands in for xlsxwriter's innermost loop; a test compares the two, and the version is locked

from __future__ import annotations

from functools import lru_cache
from math import isfinite

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

LONGEST = 16_000  # characters that fit a cell for certain, whatever they are; longer ones xlsxwriter counts and cuts

_letters = lru_cache(maxsize=None)(xl_col_to_name)


class Sheet(Worksheet):  # type: ignore[misc] # xlsxwriter has no types
    """A worksheet whose blank, text and number cells are written by row and column, with a format."""

    def write_blank(self, row: int, col: int, _blank: object, cell_format: Format) -> int:
        """An empty cell that shows its format."""
        self.table[row][col] = f'<c r="{_letters(col)}{row + 1}" s="{cell_format._get_xf_index()}"/>'
        return 0

    def write_string(self, row: int, col: int, string: str, cell_format: Format) -> int:
        """A text, kept once in the workbook's table of texts."""
        if len(string) > LONGEST:
            return int(super().write_string(row, col, string, cell_format))
        index = self.str_table._get_shared_string_index(string)
        self.table[row][col] = f'<c r="{_letters(col)}{row + 1}" s="{cell_format._get_xf_index()}" t="s"><v>{index}</v></c>'
        return 0

    def write_number(self, row: int, col: int, number: float, cell_format: Format) -> int:
        """A number; what is none raises, as in xlsxwriter."""
        if not isfinite(number):
            return int(super().write_number(row, col, number, cell_format))
        self.table[row][col] = f'<c r="{_letters(col)}{row + 1}" s="{cell_format._get_xf_index()}"><v>{number:.16G}</v></c>'
        return 0

    def _assemble_xml_file(self) -> None:
        filled = {row: cells for row, cells in self.table.items() if cells}
        if filled:  # what the cells did not tell when they were written: how far they reach
            self._check_dimensions(min(filled), min(map(min, filled.values())))
            self._check_dimensions(max(filled), max(map(max, filled.values())))
        super()._assemble_xml_file()

    def _write_rows(self) -> None:
        for row in sorted({*self.table, *self.row_info}):
            cells, info = self.table.get(row), self.row_info.get(row)
            if not cells:
                if info is not None:
                    self._write_empty_row(row, None, info)
                continue
            self._write_row(row, None, info)
            for column in sorted(cells):
                cell = cells[column]
                if isinstance(cell, str):
                    self.fh.write(cell)
                else:
                    self._write_cell(row, column, cell)
            self._xml_end_tag("row")

    def _write_merge_cells(self) -> None:
        if self.merge:
            areas = (f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}" for top, left, bottom, right in self.merge)
            cells = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
            self.fh.write(f'<mergeCells count="{len(self.merge)}">{cells}</mergeCells>')
