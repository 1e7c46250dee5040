"""Households in one row: numbered groups of a name and an ID number across, found by headers that differ only in a number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from drafting.contents import Contents
from drafting.vocabulary import understand

_NUMBER = re.compile(r"\d+")
_REPEATED = re.compile(r"_(\d+)$")  # the connectors number headers that come again


@dataclass(frozen=True)
class Across:
    """Members across: patterns with `{n}`, how many members, and the headers that they take."""

    name: str
    id_number: str
    count: int
    headers: frozenset[str]  # names and ID numbers
    others: tuple[str, ...]  # what else is said of each member; a contract has no place for it


def across(columns: dict[str, Contents]) -> Across | None:
    """The members across of a table, by its headers in order; none where each row is one person."""
    patterns: dict[str, dict[int, str]] = {}
    for header in columns:
        number, pattern = _numbered(header, columns)
        if pattern:
            patterns.setdefault(pattern, {})[number] = header
    repeated = {
        pattern: found for pattern, found in patterns.items() if len(found) >= 2 and sorted(found) == list(range(1, len(found) + 1))
    }
    names = [pattern for pattern, found in repeated.items() if all(_is(header, columns, "name") for header in found.values())]
    numbers = [pattern for pattern, found in repeated.items() if all(_is(header, columns, "id") for header in found.values())]
    if not names or not numbers:
        return None
    count = max(len(repeated[names[0]]), len(repeated[numbers[0]]))
    own = {*repeated[names[0]].values(), *repeated[numbers[0]].values()}
    others = [header for found in repeated.values() if len(found) == count for header in found.values() if header not in own]
    return Across(names[0], numbers[0], min(count, 20), frozenset(own), tuple(header for header in columns if header in others))


def _numbered(header: str, columns: dict[str, Contents]) -> tuple[int, str]:
    """The number in a header and its pattern; a header that comes again without number is the first."""
    if match := _REPEATED.search(header):
        return int(match[1]), header[: match.start()] + "_{n}"
    if match := _NUMBER.search(header):
        return int(match[0]), header[: match.start()] + "{n}" + header[match.end() :]
    return (1, header + "_{n}") if f"{header}_2" in columns else (0, "")


def _is(header: str, columns: dict[str, Contents], noun: str) -> bool:
    """Whether a header speaks of a member's name or number, and its cells do not say otherwise: the last members are often nobody."""
    said = understand(header)
    kind = columns[header].kind
    if noun == "name":
        return (said is not None and said.name == "person_name" and kind in {"", "name", "names"}) or (said is None and kind == "name")
    return (said is not None and said.name == "id_number" and kind in {"", "id_number", "number"}) or (said is None and kind == "id_number")
