"""What an .xls says beside its cells: passwords, merged ranges, hidden rows, and how far its cells reach.

calamine reads the cells. This walks over the records beforehand, because calamine lays a sheet out as one rectangle and believes
every column number: one damaged byte would take all memory. Record numbers after [MS-XLS] 2.3.
"""

from __future__ import annotations

import io
from struct import Struct, error

import olefile

from connectors.recognise import REFUSED
from connectors.sheet import Facts, Merge, Unreadable

BOF, EOF, FILEPASS, BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x0085
COLINFO, ROW, MERGED, DRAWING = 0x007D, 0x0208, 0x00E5, 0x00EC
MULRK, CELLS = 0x00BD, {0x0006, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x0206, 0x027E, 0x0406}
BOOLERR = 0x0205
MAY_BE_ERRORS = {0x0006, 0x0206, 0x0406, BOOLERR}  # and formulas
COLUMNS = 256  # of a sheet in .xls
_HEAD, _SHORT, _TWO, _FOUR, _PLACE = Struct("<HH"), Struct("<H"), Struct("<HH"), Struct("<4H"), Struct("<I")
_ROW_HIDDEN, _COLUMN_HIDDEN = 0x20, 0x01


def look_through(content: bytes) -> list[Facts]:
    """The facts of each sheet in order. Raises `Unreadable` for damage and passwords."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            stream = next((name for name in ("Workbook", "Book") if ole.exists(name)), None)
            records = ole.openstream(stream).read() if stream else b""
        places = _sheet_places(records)
        return [_sheet(records, place) for place in places]
    except (OSError, ValueError, IndexError, KeyError, error, MemoryError, RecursionError, AttributeError, TypeError) as broken:
        raise Unreadable(*REFUSED["broken_xlsx"]) from broken


def _sheet_places(records: bytes) -> list[int]:
    """Where the sheets begin, from the globals at the beginning of the stream."""
    places = []
    place = 0
    while place + 4 <= len(records):
        kind, size = _HEAD.unpack_from(records, place)
        if kind == FILEPASS:
            raise Unreadable(*REFUSED["password"])
        if kind == BOUNDSHEET:
            places.append(_PLACE.unpack_from(records, place + 4)[0])
        if kind == EOF:
            return places
        place += 4 + size
    raise Unreadable(*REFUSED["broken_xlsx"])


def _sheet(records: bytes, place: int) -> Facts:
    facts = Facts()
    depth = 0  # charts stand inside sheets as streams of their own
    end = len(records) - 3
    while place < end:
        kind, size = _HEAD.unpack_from(records, place)
        data = place + 4
        if kind in CELLS or kind == MULRK:
            (column,) = _SHORT.unpack_from(records, data + 2 if kind in CELLS else data + size - 2)
            if column >= COLUMNS:
                break
            if kind in MAY_BE_ERRORS:
                facts.errors += _is_error(kind, records, data)
        elif kind == BOF:
            depth += 1
        elif kind == EOF:
            depth -= 1
            if depth <= 0:
                return facts
        else:
            _note(facts, kind, records, data)
        place = data + size
    raise Unreadable(*REFUSED["broken_xlsx"])


def _is_error(kind: int, records: bytes, data: int) -> bool:
    """Whether a cell shows an error: a value of its own, or what a formula gave."""
    if kind == BOOLERR:
        return records[data + 7] == 1
    return records[data + 6] == 2 and records[data + 12 : data + 14] == b"\xff\xff"


def _note(facts: Facts, kind: int, records: bytes, data: int) -> None:
    """What a record that is no cell says of the sheet."""
    if kind == ROW:
        facts.hidden_rows += bool(records[data + 12] & _ROW_HIDDEN)
    elif kind == COLINFO and records[data + 8] & _COLUMN_HIDDEN:
        first, last = _TWO.unpack_from(records, data)
        facts.hidden_columns += min(last, COLUMNS - 1) - first + 1
    elif kind == DRAWING:
        facts.has_pictures = True
    elif kind == MERGED:
        (count,) = _SHORT.unpack_from(records, data)
        for number in range(count):
            top, bottom, left, right = _FOUR.unpack_from(records, data + 2 + 8 * number)
            if bottom > top:
                facts.merges.append(Merge(top, left, bottom, right))
