"""Tables in markup: web pages that systems export as .xls, and Excel's XML of 2003. Parsed by libxml2; nothing is fetched or run.

All tables of a page stand below each other in one sheet, as they do when a spreadsheet program opens the page.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl
from lxml import etree, html

from connectors.encoding import Text, decode
from connectors.limits import MARKUP_BYTES, MARKUP_CELLS
from connectors.numbers import true_digits
from connectors.sheet import Merge, Remark, Sheet, Unreadable, text_cells

SHEETS = "{urn:schemas-microsoft-com:office:spreadsheet}"
AGAIN = "请用表格软件打开，另存为 .xlsx 后重新报送。"
WIDEST = 16_384  # columns of a sheet in Excel
WIDEST_SPAN = 1000  # HTML standard, 4.9.11
TALLEST = 1_048_576
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>")  # it names the encoding that the file had before it was decoded
_UNCLOSED = ("</table>", "</html>", "</body>", "-->", "</div>", "</xml>")


@dataclass
class _Grid:
    """Cells as they are met, by line and column; merged ranges keep their other cells empty."""

    lines: list[dict[int, str]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    numbers: set[tuple[int, int]] = field(default_factory=set)  # long numbers that were typed as numbers
    taken: dict[int, int] = field(default_factory=dict)  # column -> line until which a range from above covers it
    width: int = 0

    def reach(self, line: int) -> None:
        """Make sure that there is such a line."""
        if line >= TALLEST:
            raise Unreadable(f"第 {line + 1} 行超出了表格的范围（{TALLEST} 行）。", AGAIN)
        self.lines.extend({} for _ in range(line + 1 - len(self.lines)))

    def put(self, line: int, column: int, value: str, *, across: int, down: int) -> int:
        """One cell at the first free column from `column` on; returns the column after it."""
        while self.taken.get(column, 0) > line:
            column += 1
        if column + across > WIDEST or line + down > TALLEST:
            raise Unreadable(f"第 {line + 1} 行超出了表格的范围（{WIDEST} 列、{TALLEST} 行）。", AGAIN)
        self.reach(line)
        if value:
            self.lines[line][column] = value
        self.width = max(self.width, column + across)
        if self.width * len(self.lines) > MARKUP_CELLS:
            raise Unreadable(f"表格超过一张表的上限（{MARKUP_CELLS:,} 格）。", AGAIN)
        if down > 1:
            self.merges.append(Merge(line, column, line + down - 1, column + across - 1))
            self.taken.update(dict.fromkeys(range(column, column + across), line + down))
        return column + across

    def sheet(self, name: str, remarks: tuple[Remark, ...]) -> Sheet:
        """What was met, as a sheet."""
        columns = {f"c{number}": [line.get(number) for line in self.lines] for number in range(self.width)}
        cells = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
        for column in {column for _, column in self.numbers}:
            typed = pl.Series([(line, column) in self.numbers for line in range(len(self.lines))], dtype=pl.Boolean)
            cells = cells.with_columns(true_digits(cells.to_series(column), typed))
        merges = tuple(Merge(m.top, m.left, min(m.bottom, len(self.lines) - 1), m.right) for m in self.merges)
        return Sheet(name, text_cells(cells), merges=tuple(m for m in merges if m.bottom > m.top), remarks=remarks)


def read_html(text: Text) -> list[Sheet]:
    """The tables of a page as one sheet without a name. Raises `Unreadable` when there are none."""
    _check_size(text)
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(text.content, parser=parser)
    except (etree.LxmlError, ValueError):
        raise Unreadable("文件是网页，里面没有表格。", AGAIN) from None
    if any(entry.level_name == "FATAL" for entry in parser.error_log):  # the parser gave up: too deep, or one text too long
        raise Unreadable("文件是网页，结构不正常（嵌套太深或一格太长），读不全。", AGAIN)
    grid = _Grid()
    top, table = 0, None
    for row in tree.iter("tr"):
        if next(row.iter("table"), None) is not None:  # a row that only lays out other tables
            continue
        owner = next(row.iterancestors("table"), None)
        if owner is not table:
            top, table = max(top, len(grid.lines)), owner  # ranges do not reach into the next table
            grid.taken.clear()
        column = 0
        grid.reach(top)
        for cell in row.iterchildren("td", "th"):
            value = _html_value(cell)
            column = grid.put(top, column, value, across=_span(cell, "colspan", WIDEST_SPAN), down=_span(cell, "rowspan", TALLEST))
        top += 1
    if not grid.width:
        raise Unreadable("文件是网页，里面没有表格。", AGAIN)
    remarks = text.remarks
    if not text.content[-200:].rstrip().lower().endswith(tuple(tag.encode() for tag in _UNCLOSED)):
        reason = f"网页表格在第 {len(grid.lines)} 行之后没有正常结束，可能没有传完整。"
        remarks += (Remark("cut_off", "warn", reason, "请与原系统核对行数，不一致的请重新导出。"),)
    return [grid.sheet("", remarks)]


def read_mhtml(text: Text) -> list[Sheet]:
    """The pages of a web archive (`.mht`, or “单个文件网页”), as one sheet each. Raises `Unreadable`."""
    _check_size(text)
    message = email.message_from_bytes(text.content, policy=email.policy.compat32)
    pages = [part.get_payload(decode=True) for part in message.walk() if part.get_content_type() == "text/html"]
    sheets: list[Sheet] = []
    for page in pages:
        if isinstance(page, bytes) and b"<tr" in page.lower():
            sheets += read_html(decode(page))
    if not sheets:
        raise Unreadable("文件是网页，里面没有表格。", AGAIN)
    if len(sheets) == 1:
        return sheets
    return [Sheet(f"表{number}", one.cells, merges=one.merges, remarks=one.remarks) for number, one in enumerate(sheets, start=1)]


def read_spreadsheetml(text: Text) -> list[Sheet]:
    """The sheets of an Excel 2003 XML workbook. Raises `Unreadable` with the line of a fault."""
    _check_size(text)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
    try:
        book = etree.fromstring(_DECLARATION.sub(b"", text.content, count=1), parser)
    except etree.XMLSyntaxError as broken:
        raise Unreadable(
            f"XML 表格不完整或已损坏（文件第 {broken.lineno} 行）。", "请重新导出，或用表格软件另存为 .xlsx 后报送。"
        ) from None
    return [_spreadsheetml(sheet) for sheet in book.iter(f"{SHEETS}Worksheet")]


def _spreadsheetml(sheet: etree._Element) -> Sheet:
    grid = _Grid()
    line, hidden = 0, 0
    for row in sheet.iterfind(f"{SHEETS}Table/{SHEETS}Row"):
        line = max(_number(row, "Index", line + 1) - 1, line)
        hidden += row.get(f"{SHEETS}Hidden") == "1"
        column = 0
        for cell in row.iterchildren(f"{SHEETS}Cell"):
            column = max(_number(cell, "Index", column + 1) - 1, column)
            across, down = _number(cell, "MergeAcross", 0) + 1, _number(cell, "MergeDown", 0) + 1
            data = cell.find(f"{SHEETS}Data")
            value = "" if data is None else "".join(data.itertext())
            after = grid.put(line, column, value, across=across, down=down)
            if data is not None and data.get(f"{SHEETS}Type") == "Number" and len(value) > 15:
                grid.numbers.add((line, after - across))
            column = after
        line += 1
    remarks = (Remark("hidden", "note", f"有 {hidden} 行是隐藏的，已照样读取。"),) if hidden else ()
    return grid.sheet(sheet.get(f"{SHEETS}Name") or "", remarks)


def _html_value(cell: html.HtmlElement) -> str:
    """What a cell shows; where it shows a rounded number, the number behind it."""
    value = " ".join("".join(_text_of(cell)).split())
    behind = cell.get("x:num")
    return behind if behind and "E+" in value.upper() else value


def _text_of(cell: html.HtmlElement) -> Iterator[str]:
    for element in cell.iter():
        if element.tag == "br":
            yield " "
        if element.tag not in {"script", "style"} and element.text:
            yield element.text
        if element is not cell and element.tail:
            yield element.tail


def _span(cell: html.HtmlElement, name: str, most: int) -> int:
    text = (cell.get(name) or "1").strip()
    return min(max(int(text), 1), most) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _number(element: etree._Element, name: str, default: int) -> int:
    text = element.get(f"{SHEETS}{name}", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else default


def _check_size(text: Text) -> None:
    if len(text.content) > MARKUP_BYTES:
        raise _too_large()


def _too_large() -> Unreadable:
    return Unreadable(f"网页或 XML 表格超过上限 {MARKUP_BYTES >> 20} MB。", AGAIN)
