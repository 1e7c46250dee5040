"""What an .xlsx says beside its cells: merged ranges, hidden rows, formulas without values, and how far its cells reach.

calamine reads the cells. This looks through the XML once beforehand, piece by piece, because calamine lays a sheet out as one
rectangle: one stray cell at XFD1048576 would take all memory. It also unpacks every part within a limit, which calamine does not.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

from lxml import etree

from connectors.archives import BROKEN, stream
from connectors.glance import column_number, glance
from connectors.limits import CELLS, UNPACKED_BYTES
from connectors.recognise import REFUSED
from connectors.sheet import Facts, Merge, Unreadable

_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ROW_HIDDEN = re.compile(rb"""<(?:\w+:)?row\b[^>]*\shidden=["'](?:1|true)["']""")
_COLUMN_HIDDEN = re.compile(rb"""<(?:\w+:)?col\b[^>]*\shidden=["'](?:1|true)["'][^>]*>""")
_BOUNDS = re.compile(rb"""\s(min|max)=["'](\d{1,5})["']""")
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\b[^>]*\sref=["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["']""")
_IN_COLUMN_A = re.compile(rb"""<c r="A\d+"[^>]*><v>[^<]""")
_SCIENTIFIC = re.compile(rb"E\+?(?:1[5-9]|2[01])<")  # 5.22E+17 as Excel writes it, 5.22E17 as Java does
_IS_TEXT = re.compile(rb"""\st=["'](?:s|str)["']""")
TALLEST = 1_048_576  # rows of a sheet in Excel
NO_SHEETS = ("sharedstrings.xml", "styles.xml", ".rels")
_UNCOMPUTED = (b"</f></c>", b"</f><v/></c>", b"</f><v></v></c>")


@dataclass
class BookFacts:
    """What stands in a workbook. `sheets` by name; a sheet that cannot be told by its name is missing."""

    sheets: dict[str, Facts]
    has_pictures: bool


def look_through(content: bytes) -> BookFacts:
    """The facts of a workbook. Raises `Unreadable` for damage, passwords, bombs, and sheets that reach too far."""
    left = UNPACKED_BYTES
    parts: dict[str, Facts] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            for info in entries:
                name = _part(info.filename)
                if not name.endswith((".xml", ".rels")):
                    continue
                facts = Facts(has_long_numbers=False)
                looks = not name.endswith(NO_SHEETS)
                rest = b""
                for piece in stream(archive, info, left):
                    left -= len(piece)
                    if looks:
                        rest += piece
                        if name not in parts and b"sheetData" in rest:
                            parts[name] = facts
                        rest = _look(facts, rest)
                if looks:
                    _look(facts, rest + b"</row>")
            names = _sheet_parts(archive)
            has_pictures = any(info.filename.startswith("xl/media/") for info in entries)
    except (*BROKEN, etree.LxmlError) as broken:
        raise Unreadable(*REFUSED["broken_xlsx"]) from broken
    called = {part: name for name, part in names.items()}
    for part, facts in parts.items():
        name = called.get(part, part)
        if facts.rows * facts.columns > CELLS or facts.rows > TALLEST:
            raise Unreadable(
                f"工作表“{name}”的内容一直到第 {facts.rows} 行、第 {facts.columns} 列，超过一张表的上限（{CELLS:,} 格）。",
                "多半是在很远的地方误填了一格：请删除数据以外的行和列（Ctrl+End 可定位），保存后重新报送。",
            )
    return BookFacts({name: parts[part] for name, part in names.items() if part in parts}, has_pictures)


def _look(facts: Facts, text: bytes) -> bytes:
    """Note what stands in a piece of XML; returns its end, which belongs to the next row."""
    cut = text.rfind(b"row>") + 4
    if cut < 4 and len(text) < 1 << 24:
        return text
    text, rest = (text[:cut], text[cut:]) if cut >= 4 else (text, b"")
    seen = glance(text)
    facts.rows, facts.columns = max(facts.rows, seen.rows), max(facts.columns, seen.columns)
    if seen.hidden and b"hidden=" in text:
        facts.hidden_rows += len(_ROW_HIDDEN.findall(text))
        for column in _COLUMN_HIDDEN.findall(text):
            bounds = dict(_BOUNDS.findall(column))
            facts.hidden_columns += max(int(bounds.get(b"max", 0)) - int(bounds.get(b"min", 0)) + 1, 0)
    if seen.merged and b"mergeCell" in text:
        for left, top, right, bottom in _MERGED.findall(text):
            if int(bottom) > int(top) > 0:
                facts.merges.append(Merge(int(top) - 1, column_number(left) - 1, int(bottom) - 1, column_number(right) - 1))
    if b"f" in text and b"/f>" in text:  # one letter is found many times faster than three
        facts.uncomputed += sum(text.count(mark) for mark in _UNCOMPUTED)
    if seen.errors:
        facts.errors += text.count(b' t="e"')
    facts.begins_at_a = facts.begins_at_a or (seen.columns > 0 and _IN_COLUMN_A.search(text) is not None)
    facts.has_long_numbers = facts.has_long_numbers or seen.long_numbers or (seen.scientific and _has_scientific(text))
    return rest


def _has_scientific(text: bytes) -> bool:
    """Whether a power of ten stands in a cell that is not marked as text, `<c t="str"><v>`."""
    for found in _SCIENTIFIC.finditer(text):
        value = max(text.rfind(b"<", 0, found.start()), 0)
        if not _IS_TEXT.search(text, text.rfind(b"<", 0, value), value):
            return True
    return False


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> its part in the archive."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
        workbook = archive.read("xl/workbook.xml")
    except KeyError:
        return {}
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    book = etree.fromstring(workbook, parser)
    names = {}
    for sheet in book.iter("{*}sheet"):
        target = targets.get(sheet.get(_RELATED), "")
        names[sheet.get("name", "")] = _part(target if target.startswith("/") else f"xl/{target}")
    return names


def _part(name: str) -> str:
    """A part's name as it is compared: some programs write backslashes or capitals."""
    return name.replace("\\", "/").lstrip("/").lower()
