"""`hulian feed draft`: a file that nobody has seen -> a contract that loads as it is, with questions where the program is not sure.

The contract is tried at once: the file is read with it as a month would read it, and what differs from what was seen is asked about.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from connectors.archives import is_archive, members, read_file
from connectors.contents import read_sheets
from connectors.layout import find_table
from connectors.read import read_feed
from connectors.sheet import Sheet, Unreadable
from contracts.errors import HeldFeed, HulianError
from contracts.feed import Feed
from contracts.tables import ARRIVAL
from drafting.bounds import Found, find
from drafting.columns import Drafted, decide
from drafting.contents import look_at
from drafting.contract import about, contract, with_unit, with_values
from drafting.wide import Across, across
from drafting.writing import as_yaml
from standards.headers import Headings

ALIKE = 0.6  # share of headers that two sheets of one list have in common


@dataclass(frozen=True)
class Draft:
    """A drafted contract: as a model, as text, what was seen where, and how many rows the file gives with it."""

    feed: Feed
    text: str
    columns: list[Drafted]
    wide: Across | None
    tables: list[Found]
    rows: int
    questions: int


def draft(path: Path, *, sheet: str | None = None, feed: str | None = None, schema: str = "../feeds.schema.json") -> Draft:
    """A contract for the file at `path`. `feed`: its name, else one is made from the file's.

    Raises `HulianError` (in Chinese) when the file cannot be read or holds no table that could be recognised.
    """
    name, sheets = _sheets(path)
    chosen = [each for each in sheets if sheet is None or each.name == sheet]
    if not chosen:
        raise HulianError(f"文件 {path.name}：没有工作表“{sheet}”。有：{'、'.join(each.name for each in sheets)}。")
    found = [table for each in chosen if (table := find(each)) is not None]
    if not found:
        raise HulianError(
            f"文件 {path.name}：没有找到表头和数据。请检查是否发错了文件；表格没有表头的，请在第一行补上各列的名称后再试；"
            "有多张工作表的，可用 --sheet 指定。"
        )
    tables = _of_one_list(found)
    data = pl.concat([table.data for table in tables], how="diagonal")
    columns = {header: look_at(data[header]) for header in data.columns}
    wide = across(columns)
    taken = wide.headers if wide else frozenset()
    unnamed = frozenset(header for table in tables for header in table.table.unnamed)
    drafted = decide({header: contents for header, contents in columns.items() if header not in taken}, unnamed=unnamed)
    if wide is not None:
        drafted = [_beside_members(column, wide) for column in drafted]
    patterns = _patterns([table.sheet for table in tables], sheets)
    whole = about(name, [title for table in tables[:1] for title in _titles(table)], patterns, feed)
    drafted = [with_values(column) for column in drafted]
    first = Feed.model_validate(contract(whole, drafted, wide))
    headers = _headers(first, tables[0])
    drafted = [with_unit(column, headers) for column in drafted]
    content = contract(whole, drafted, wide)
    made = Feed.model_validate(content)
    rows, doubts = _tried(made, path, tables)
    questions = [*whole.questions, *_about_wide(wide), *doubts]
    head = _seen(path, tables, found, rows)
    text = as_yaml(content, drafted, head, questions, schema)
    return Draft(made, text, drafted, wide, tables, rows, len(questions) + sum(len(column.questions) for column in drafted))


def _sheets(path: Path) -> tuple[str, list[Sheet]]:
    """The name of the file that tells, and all sheets of it or, for an archive, of the files in it."""
    try:
        content = read_file(path)
        if not is_archive(content):
            return path.name, read_sheets(content, path.name)[0]
        inside = [(member.name, read_sheets(member.content, member.name)[0]) for member in members(content)]
    except Unreadable as why:
        raise HulianError(f"文件 {path.name}：{why}") from None
    if not inside:
        raise HulianError(f"文件 {path.name}：压缩包是空的。")
    return inside[0][0], [sheet for _, sheets in inside for sheet in sheets]


def _of_one_list(found: list[Found]) -> list[Found]:
    """The largest table and those that have most headers in common with it, largest first."""
    largest = max(found, key=lambda table: (table.data.height * table.data.width, -found.index(table)))
    own = set(largest.data.columns)
    alike = [table for table in found if len(own & {*table.data.columns}) >= ALIKE * len(own | {*table.data.columns})]
    return [largest, *(table for table in alike if table is not largest)]


def _patterns(used: list[Sheet], every: list[Sheet]) -> tuple[str, ...]:
    """Which sheets are read: all, or those of the list by name where the file holds others with cells, too."""
    names = {sheet.name for sheet in used}
    others = [sheet for sheet in every if sheet.name not in names and sheet.cells.height]
    return ("*",) if not others else tuple(dict.fromkeys(sheet.name for sheet in used))


def _titles(found: Found) -> list[str]:
    """What stands above the header."""
    return [cell for row in found.sheet.cells.head(found.table.first).iter_rows() for cell in row if cell]


def _headers(feed: Feed, found: Found) -> dict[str, str]:
    """Canonical name -> header with its unit, as the connectors find it with the drafted contract."""
    table = find_table(found.sheet, Headings(feed))
    return table.found.columns if table is not None else {}


def _beside_members(column: Drafted, wide: Across) -> Drafted:
    """A column beside members across: who is named besides them is the head of the household."""
    if column.header in wide.others:
        return replace(
            column, ignored=True, questions=(f"“{column.header}”是各成员的其他情况，目前只读成员的姓名和证件号，已放入 ignore。",)
        )
    name = {"person_name": "head_name", "id_number": "head_id"}.get(column.name, column.name)
    return replace(column, name=name)


def _about_wide(wide: Across | None) -> list[str]:
    return [f"一户一行、横排{wide.count}组“姓名、身份证号”。最多有几人？请核对 wide 的 count。"] if wide else []


def _tried(feed: Feed, path: Path, tables: list[Found]) -> tuple[int, list[str]]:
    """How many rows the file gives when it is read with the draft, and what to ask where that is not what was seen."""
    try:
        arrived = read_feed(feed, [path], root=path.parent)
    except HeldFeed as why:
        return 0, [f"按这份草稿读不出文件：{' '.join(str(why).split())}"]
    seen = sum(table.data.height for table in tables)
    doubts = []
    if arrived.rows.height != seen:
        doubts.append(f"认出的数据是{seen}行，按草稿读出{arrived.rows.height}行。请用 hulian feed check 看看差在哪里。")
    unknown = Headings(feed).match([header for header in arrived.rows.columns if header not in ARRIVAL]).unknown
    if unknown:
        doubts.append(f"还有没有登记的列：{'、'.join(unknown)}。")
    return arrived.rows.height, doubts


def _seen(path: Path, tables: list[Found], found: list[Found], rows: int) -> list[str]:
    """What the draft was made from, for its first lines."""
    first, last = tables[0].header_rows
    at = f"第{first}行" if first == last else f"第{first}至{last}行"
    lines = [f"由 hulian feed draft 根据 {path.name} 起草，读出{rows}行数据。表头在{at}。"]
    if len(tables) > 1:
        lines.append(f"同样的表有{len(tables)}张。")
    if len(found) > len(tables):
        left = "、".join(dict.fromkeys(each.sheet.name for each in found if each not in tables))
        lines.append(f"另有列名不同的表没有起草：{left}。需要的请用 --sheet 另行起草。")
    counts = Counter[str]()
    for table in tables:
        counts.update({kind: number for kind, number in table.counts.items() if kind != "data"})
    if said := "、".join(f"{KINDS_SHORT.get(kind, kind)}{number}行" for kind, number in sorted(counts.items())):
        lines.append(f"表中另有{said}，不算数据。")
    if tables[0].guessed:
        lines.append("表头里没有一个认识的词，是按内容猜的，请特别核对。")
    return lines


KINDS_SHORT = {
    "blank_line": "空行",
    "numbered_blank_line": "只有序号的",
    "repeated_header": "重复表头",
    "column_numbers": "列号",
    "unit_line": "单位",
    "total_line": "合计小计",
    "section_line": "分组标题",
    "note_line": "说明落款",
}
