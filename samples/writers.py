"""Files as bureaus send them: .xlsx with titles and merged cells, real .xls, Chinese text files, a table in a database.

A sheet is a grid of text; cells of `numeric` columns that look like numbers are written as numbers, all others as text, so that
nothing ever becomes a formula. The same grid gives the same bytes. Sheets with many cells are written as XML put together by
Polars, which takes a fiftieth of the time that a cell-by-cell writer needs.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

import polars as pl
import xlsxwriter
import xlwt
from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, insert

MANY_CELLS = 20_000
XLS_ROWS = 60_000  # clerks' tools split at 60,000 rows; the format ends at 65,536
WRITTEN = datetime(2026, 11, 1, tzinfo=UTC).replace(tzinfo=None)
ZIP_DATE = (2026, 11, 1, 0, 0, 0)
NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
EPOCH = date(1899, 12, 30)  # day 0 of spreadsheets

Merge = tuple[int, int, int, int]  # first row, first column, last row, last column, from 0


@dataclass(frozen=True)
class Sheet:
    """One sheet: `grid` holds every line from the first on, one text column per column of the sheet, null for an empty cell."""

    name: str
    grid: pl.DataFrame
    head: int = 1  # titles and header rows at the top
    titles: int = 0  # how many of them are titles
    merges: tuple[Merge, ...] = ()
    numeric: frozenset[int] = field(default_factory=frozenset)
    dates: frozenset[int] = field(default_factory=frozenset)  # columns whose YYYY-MM-DD cells are dates to the spreadsheet


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """One .xlsx workbook; the writer is chosen by the number of cells, what a reader gets is the same."""
    if sum(sheet.grid.height * sheet.grid.width for sheet in sheets) > MANY_CELLS:
        write_big_xlsx(path, sheets)
    else:
        write_xlsx(path, sheets)


def write_xlsx(path: Path, sheets: Sequence[Sheet]) -> None:
    """One .xlsx workbook with bold merged titles and boxed headers, cell by cell."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": WRITTEN, "author": "岚溪县"})
        title = book.add_format({"bold": True, "align": "center", "font_size": 16})
        header = book.add_format(
            {"bold": True, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True, "bg_color": "#D9E1F2"}
        )
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(sheet.head, 0)
            page.set_column(0, max(sheet.grid.width - 1, 0), 14)
            for top, left, bottom, right in sheet.merges:
                page.merge_range(top, left, bottom, right, "", title if top < sheet.titles else header)
            _fill(page, sheet, (title, header, day))


def _fill(page: Any, sheet: Sheet, formats: tuple[Any, Any, Any]) -> None:
    """Every cell that is not empty, column by column."""
    title, header, day = formats
    for column, cells in enumerate(sheet.grid.iter_columns()):
        values = _values(sheet, column)
        for row, text in enumerate(cells):
            if text is None:
                continue
            if row < sheet.head:
                page.write_string(row, column, text, title if row < sheet.titles else header)
            elif isinstance(values[row], str):
                page.write_string(row, column, text)
            else:
                page.write_number(row, column, values[row], day if column in sheet.dates else None)


def _values(sheet: Sheet, column: int) -> list[str | float | None]:
    """What a column's cells hold: text, or the numbers that numbers and dates are to a spreadsheet."""
    cells = sheet.grid.to_series(column)
    if column not in sheet.numeric | sheet.dates:
        return cells.to_list()
    numbers = cells.to_frame("cell").select(_number(pl.col("cell"), dates=column in sheet.dates).cast(pl.Float64)).to_series()
    return [cell if number is None else number for cell, number in zip(cells, numbers, strict=True)]


def _number(cell: pl.Expr, *, dates: bool) -> pl.Expr:
    """The number of a cell as text, null for a cell that stays text."""
    if dates:
        days = (pl.when(cell.str.contains(DAY)).then(cell).str.to_date("%Y-%m-%d", strict=False) - pl.lit(EPOCH)).dt.total_days()
        return days.cast(pl.String)
    return pl.when(cell.str.contains(NUMBER)).then(cell)


def write_xls(path: Path, sheets: Sequence[Sheet]) -> None:
    """One .xls workbook (BIFF8). Sheets longer than 60,000 rows are split, the header standing on each part."""
    book = xlwt.Workbook(encoding="utf-8")
    bold, plain = xlwt.easyxf("font: bold on; align: horiz center"), xlwt.XFStyle()
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for whole in sheets:
        for sheet in _split(whole):
            page = book.add_sheet(sheet.name)
            covered = {(top, left) for top, left, _, _ in sheet.merges}
            for top, left, bottom, right in sheet.merges:
                page.write_merge(top, bottom, left, right, sheet.grid.item(top, left) or "", bold)
            for column, cells in enumerate(sheet.grid.iter_columns()):
                values, style = _values(sheet, column), day if column in sheet.dates else plain
                for row, text in enumerate(cells):
                    if text is not None and (row, column) not in covered:
                        page.write(row, column, text if row < sheet.head else values[row], bold if row < sheet.head else style)
    book.save(str(path))


def _split(sheet: Sheet) -> list[Sheet]:
    """`sheet` in parts of at most 60,000 rows, the later ones named `<name>_2` and so on."""
    if sheet.grid.height <= XLS_ROWS:
        return [sheet]
    head, body, room = sheet.grid.head(sheet.head), sheet.grid.slice(sheet.head), XLS_ROWS - sheet.head
    return [
        Sheet(
            sheet.name if part == 0 else f"{sheet.name}_{part + 1}",
            pl.concat([head, body.slice(part * room, room)]),
            sheet.head,
            sheet.titles,
            tuple(merge for merge in sheet.merges if merge[2] < sheet.head),
            sheet.numeric,
            sheet.dates,
        )
        for part in range(-(-body.height // room))
    ]


def write_csv(path: Path, grid: pl.DataFrame, encoding: str) -> None:
    """A text file of all lines of `grid` in `encoding` (`gb18030`, `utf-8`, `utf-8-sig`), lines ended as on Windows."""
    text = grid.write_csv(include_header=False, line_terminator="\r\n", null_value="")
    path.write_bytes(text.encode(encoding))


def write_big_xlsx(path: Path, sheets: Sequence[Sheet]) -> None:
    """One .xlsx workbook whose sheets are built as XML text at once: seconds for millions of cells."""
    names = [f"sheet{number}.xml" for number in range(1, len(sheets) + 1)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in _package(sheets, names).items():
            archive.writestr(zipfile.ZipInfo(name, ZIP_DATE), content, zipfile.ZIP_DEFLATED)
        for name, sheet in zip(names, sheets, strict=True):
            entry = zipfile.ZipInfo(f"xl/worksheets/{name}", ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as out:
                _sheet_xml(sheet, out)


ROWS_AT_ONCE = 25_000
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def _sheet_xml(sheet: Sheet, out: IO[bytes]) -> None:
    """The XML of one sheet, written in blocks so that memory stays small."""
    write = out.write
    write(f'{DECLARATION}<worksheet xmlns="{MAIN}"><sheetFormatPr defaultRowHeight="15"/><sheetData>'.encode())
    for row, cells in enumerate(sheet.grid.head(sheet.head).iter_rows(), start=1):
        style = 1 if row <= sheet.titles else 2
        written = "".join("<c/>" if cell is None else f'<c s="{style}" t="str"><v>{escape(cell)}</v></c>' for cell in cells)
        write(f'<row r="{row}">{written}</row>'.encode())
    body = sheet.grid.slice(sheet.head).with_row_index("row", offset=sheet.head + 1)
    written_cells = [
        _cell(name, numeric=number in sheet.numeric, dates=number in sheet.dates) for number, name in enumerate(sheet.grid.columns)
    ]
    line = pl.concat_str(pl.lit('<row r="'), pl.col("row").cast(pl.String), pl.lit('">'), *written_cells, pl.lit("</row>"))
    for block in body.iter_slices(ROWS_AT_ONCE):
        write(block.select(line.str.join("")).item().encode())
    write(b"</sheetData>")
    if sheet.merges:
        ranges = "".join(f'<mergeCell ref="{_cell_name(a, b)}:{_cell_name(c, d)}"/>' for a, b, c, d in sheet.merges)
        write(f'<mergeCells count="{len(sheet.merges)}">{ranges}</mergeCells>'.encode())
    write(b"</worksheet>")


def _cell(column: str, *, numeric: bool, dates: bool) -> pl.Expr:
    """The XML of one cell: text as `t="str"`, numbers bare, empty as an empty element."""
    value = pl.col(column)
    text = value.str.replace_many(["&", "<", ">"], ["&amp;", "&lt;", "&gt;"])
    written = pl.concat_str(pl.lit('<c t="str"><v>'), text, pl.lit("</v></c>"))
    if numeric or dates:
        number = _number(value, dates=dates)
        written = pl.coalesce(pl.concat_str(pl.lit('<c s="3"><v>' if dates else "<c><v>"), number, pl.lit("</v></c>")), written)
    return written.fill_null("<c/>")


def _cell_name(row: int, column: int) -> str:
    """`A1` for 0, 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _package(sheets: Sequence[Sheet], names: Sequence[str]) -> dict[str, str]:
    """The parts of the workbook besides its sheets."""
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = "".join(f'<Override PartName="/xl/worksheets/{name}" ContentType="{office}.worksheet+xml"/>' for name in names)
    listed = "".join(f'<sheet name="{escape(sheet.name)}" sheetId="{n}" r:id="rId{n}"/>' for n, sheet in enumerate(sheets, start=1))
    targets = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/{name}"/>' for n, name in enumerate(names, start=1)
    )
    styles = f'<Relationship Id="rId{len(names) + 1}" Type="{RELATIONS}/styles" Target="styles.xml"/>'
    return {
        "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{office}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{office}.styles+xml"/>{parts}</Types>',
        "_rels/.rels": f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{targets}{styles}</Relationships>',
        "xl/styles.xml": f'{DECLARATION}<styleSheet xmlns="{MAIN}">'
        '<fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="14"/><name val="宋体"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="2"><border/><border><left style="thin"/><right style="thin"/><top style="thin"/>'
        '<bottom style="thin"/></border></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf fontId="0"/>'
        '<xf fontId="1" applyFont="1" applyAlignment="1"><alignment horizontal="center"/></xf>'
        '<xf fontId="1" borderId="1" applyFont="1" applyBorder="1" applyAlignment="1"><alignment horizontal="center" wrapText="1"/></xf>'
        '<xf numFmtId="14" fontId="0" applyNumberFormat="1"/>'
        '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    }


def write_database(path: Path, table: str, rows: pl.DataFrame) -> None:
    """`rows` as table `table` of an SQLite database, written through SQLAlchemy as any other database would be."""
    columns: list[Column[Any]] = [Column("id", Integer, primary_key=True), *(Column(name, Text) for name in rows.columns)]
    engine = create_engine(f"sqlite:///{path}")
    target = Table(table, MetaData(), *columns)
    target.create(engine)
    numbered = rows.with_row_index("id", offset=1)
    with engine.begin() as connection:
        for block in numbered.iter_slices(20_000):
            connection.execute(insert(target), block.to_dicts())
    engine.dispose()
