"""Which header of a sheet means which column of a contract.

Headers are found by name, never by position. A header of several rows arrives as a path joined by `_` (`监护人信息_姓名`), a header
that comes twice arrives numbered (`姓名_2`). Exact names go before parts of names, and each header is used once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from contracts.feed import Feed
from standards.text import header_key

key_of = lru_cache(maxsize=65_536)(header_key)
_BRACKETS = re.compile(r"[(\[【].*?[)\]】]")
LEVELS = 5  # the forms of a header that `_names` gives, the surest first
_NUMBERED = re.compile(r"_(\d+)$")
_UNIT = re.compile(r"[(（\[](?:单位[:：]?)?\s*(元|千元|万元|亿元)\s*[)）\]]")


@dataclass(frozen=True)
class Assignment:
    """What the headers of one table mean."""

    columns: dict[str, str] = field(default_factory=dict)  # canonical name -> header
    wide: dict[tuple[str, int], str] = field(default_factory=dict)  # (canonical name, number of the member) -> header
    ignored: tuple[str, ...] = ()  # known and not needed
    unknown: tuple[str, ...] = ()  # in no list of the contract
    doubled: tuple[str, ...] = ()  # named by the contract, but its column was already found under a better name

    @property
    def score(self) -> float:
        """How much of a table was recognised: columns found, and a little for headers known otherwise."""
        return len(self.columns) + len(self.wide) + 0.2 * len(self.ignored) + 0.1 * len(self.doubled)


class Headings:
    """The headers that a feed's contract knows, ready to be compared with those of a sheet."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self._targets: list[tuple[str, int, list[str]]] = [
            (column.name, 0, [key_of(name) for name in (*column.headers, column.name)]) for column in feed.columns
        ]
        if feed.wide is not None:
            for number in range(1, feed.wide.count + 1):
                self._targets.append(("person_name", number, _numbered(feed.wide.name, number)))
                self._targets.append(("id_number", number, _numbered(feed.wide.id_number, number)))
        self._ignored = {key_of(name) for name in feed.ignore}
        self._wanted = frozenset(key for _, _, keys in self._targets for key in keys)
        self.keys = self._wanted | self._ignored
        self.leaves = frozenset(key.rsplit("_", 1)[-1] for key in self.keys)

    def match(self, headers: Sequence[str]) -> Assignment:
        """The meaning of each of `headers`, which are all different."""
        names = _names(headers)
        found: dict[tuple[str, int], str] = {}
        ignored: list[str] = []
        left = list(headers)
        for level in range(LEVELS):
            at_level: dict[str, list[str]] = {}
            for header in left:
                at_level.setdefault(names[header][level], []).append(header)
            for name, number, keys in self._targets:
                key = next((key for key in keys if at_level.get(key)), None)
                if (name, number) not in found and key is not None:
                    found[name, number] = at_level[key].pop(0)
            ignored += [header for key in self._ignored & at_level.keys() for header in at_level[key]]
            left = [header for header in left if header not in found.values() and header not in ignored]
        doubled = tuple(header for header in left if self._wanted.intersection(names[header]))
        return Assignment(
            {name: header for (name, number), header in found.items() if not number},
            {(name, number): header for (name, number), header in found.items() if number},
            tuple(sorted(ignored)),
            tuple(header for header in left if header not in doubled),
            doubled,
        )

    def missing(self, found: Assignment) -> list[str]:
        """The required columns that were not found."""
        return [column.name for column in self.feed.columns if column.required and column.name not in found.columns]

    def as_bureaus_know(self, names: Iterable[str]) -> str:
        """Columns by their usual headers, each with the others that would do, for a message."""
        known = [self.feed.column(name).headers or [name] for name in names]
        return "；".join(f"“{usual}”" + (f"（也认：{'、'.join(others)}）" if others else "") for usual, *others in known)


def unit_of(header: str) -> str | None:
    """The money unit in a header's brackets: `本次自付（万元）` gives 万元; the innermost level of a path decides."""
    units = _UNIT.findall(header)
    return str(units[-1]) if units else None


def _numbered(patterns: Iterable[str], number: int) -> list[str]:
    """The headers of member `number`; the first member also goes by the header without a number."""
    keys = [key_of(pattern.replace("{n}", str(number))) for pattern in patterns]
    return keys + [key_of(pattern.replace("_{n}", "").replace("{n}", "")) for pattern in patterns] if number == 1 else keys


def _names(headers: Sequence[str]) -> dict[str, tuple[str, str, str, str, str]]:
    """What each header may be known by: whole path, path without separators, last level, and these without words in brackets."""
    seen: Counter[str] = Counter()
    names = {}
    for header in headers:
        whole = key_of(header)
        number = _NUMBERED.search(whole)
        bare = whole[: number.start()] if number else whole
        last = bare.rsplit("_", 1)[-1]
        seen[last] += 1
        leaf = last if seen[last] == 1 else f"{last}_{seen[last]}"
        names[header] = (whole, whole.replace("_", ""), leaf, _BRACKETS.sub("", whole) or whole, _BRACKETS.sub("", leaf) or leaf)
    return names
