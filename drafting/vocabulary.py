"""What a header usually means: whom it speaks of, what it says of him, and which kind of cells belong under it.

The words are data (`standards/header_words.yml`). A header is understood by its levels, the last one first; nothing here looks at cells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

import standards
from contracts.feed import ColumnType
from contracts.load import Strict, check, read_yaml
from standards.text import header_key

Role = Literal["", "subject", "member", "head", "guardian", "household", "other"]
WORDS = Path(standards.__file__ or "").with_name("header_words.yml")
OF_ROLE: dict[tuple[str, str], str] = {  # who, what -> the canonical name, where the pipeline has one
    ("head", "name"): "head_name",
    ("head", "id"): "head_id",
    ("guardian", "name"): "guardian_name",
    ("guardian", "id"): "guardian_id",
}
PERSONAL = frozenset({"name", "id", "phone", "sex", "birth_date", "age", "relation"})
OF_PERSON = {"name": "person_name", "id": "id_number"}
_BRACKETS = re.compile(r"[(\[【].*?[)\]】]")
_NUMBER = re.compile(r"[\d一二三四五六七八九十]+$")
_JOINTS = ("的", "信息", "基本信息", "_")


class Noun(Strict):
    """What can be said of a person, and the words for it."""

    type: ColumnType
    words: list[str]


class Measure(Strict):
    """A column of a feed's own: its usual name and type, and the words by which it is known."""

    name: str
    type: ColumnType
    sensitive: bool = False
    words: list[str] = []
    holds: list[str] = []
    begins: list[str] = []
    ends: list[str] = []


class EventDates(Strict):
    """Words of dates: those of a fact, the surest first, and those that never are one."""

    best: list[str]
    never: list[str]


class Words(Strict):
    """`standards/header_words.yml`."""

    roles: dict[str, list[str]]
    nouns: dict[str, Noun]
    measures: list[Measure]
    event_dates: EventDates
    ignore: list[str]
    sensitive: list[str]
    assets: list[str]
    authorised: list[str]
    verify: list[str]
    bureaus: dict[str, list[str]]
    values: list[dict[str, list[str]]]
    surnames: str = Field(description="one character each")


@dataclass(frozen=True)
class Meaning:
    """What a header says. `name`: a linkage column or a suggestion for a measure; `sure`: a whole word was known."""

    name: str
    type: ColumnType
    role: Role = ""
    noun: str = ""
    sensitive: bool = False
    sure: bool = True

    @property
    def is_ignored(self) -> bool:
        """Whether the column is known and not needed."""
        return self.name == "ignore"


IGNORED = Meaning("ignore", "text")


@cache
def words() -> Words:
    """The words, read once. Raises `ConfigError` when somebody has broken the file."""
    return check(Words, read_yaml(WORDS), str(WORDS))


@cache
def _nouns() -> dict[str, str]:
    return {header_key(word): noun for noun, said in words().nouns.items() for word in said.words}


@cache
def _roles() -> list[tuple[str, Role]]:
    """Words for people, the longest first, so that 帮扶责任人 is not taken for 责任人."""
    known: list[tuple[str, Role]] = [(word, role) for role, said in words().roles.items() for word in said]  # type: ignore[misc]
    return sorted(known, key=lambda pair: (-len(pair[0]), pair[0]))


@cache
def _ignored() -> frozenset[str]:
    return frozenset(header_key(word) for word in words().ignore)


@cache
def understand(header: str) -> Meaning | None:
    """The usual meaning of a header, a path of levels joined by `_`; none where no word of it is known."""
    levels = [_NUMBER.sub("", level) if number and level.isdigit() else level for number, level in enumerate(header_key(header).split("_"))]
    levels = [level for level in levels if level]
    if not levels:
        return None
    leaf, above = levels[-1], "".join(levels[:-1])
    for text in dict.fromkeys((leaf, _BRACKETS.sub("", leaf))):
        if text and (found := _exactly(text, above) or _of_someone(text, above)):
            return _kept_secret(found, header)
    plain = _BRACKETS.sub("", leaf) or leaf
    found = _by_ending(plain, above, PERSONAL) or _measure(plain) or _by_ending(plain, above, frozenset(_nouns().values()) - PERSONAL)
    return _kept_secret(found, header) if found else None


def _kept_secret(meaning: Meaning, header: str) -> Meaning:
    """The meaning, sensitive where a word of the header is; what the matcher needs is always shown to the county office alone."""
    own = (not meaning.noun or meaning.noun == "text") and meaning.type != "money"
    return replace(meaning, sensitive=meaning.sensitive or (own and any(word in header for word in words().sensitive)))


def _exactly(text: str, above: str) -> Meaning | None:
    """A word that is a whole header."""
    if text in _ignored():
        return IGNORED
    if noun := _nouns().get(text):
        return _said(noun, _role_in(above))
    for measure in words().measures:
        if text in map(header_key, measure.words):
            return Meaning(measure.name, measure.type, sensitive=measure.sensitive)
    return None


def _of_someone(text: str, above: str) -> Meaning | None:
    """A person and what is said of him, or a person alone, which means his name."""
    for word, role in _roles():
        if not text.startswith(word):
            continue
        rest = _NUMBER.sub("", text[len(word) :].lstrip("0123456789一二三四五六七八九十"))
        for joint in _JOINTS:
            rest = rest.removeprefix(joint)
        if rest in _nouns():
            return _said(_nouns()[rest], role)
        if not rest and role != "household":
            return replace(_said("name", role), sure=False)
    if (bare := _NUMBER.sub("", text)) != text and bare in _nouns():  # 姓名1, 姓名2 across
        return _said(_nouns()[bare], _role_in(above))
    return None


def _role_in(above: str) -> Role:
    """Of whom the groups above a header speak."""
    return next((role for word, role in _roles() if len(word) > 1 and word in above), "")


def _said(noun: str, role: Role) -> Meaning:
    """The meaning of a noun said of somebody."""
    kind = words().nouns[noun].type
    if role == "other" and noun in {*PERSONAL, "address"}:
        return replace(IGNORED, role=role)
    if (role, noun) in OF_ROLE:
        return Meaning(OF_ROLE[role, noun], kind, role, noun)
    if role == "guardian" and noun not in {"phone", "address", "town", "village", "group"}:
        return Meaning(f"guardian_{noun}", "text" if noun == "relation" else kind, role)
    if role == "household" and noun == "phone":
        return Meaning("household_phone", "phone", role)
    return Meaning(OF_PERSON.get(noun, noun), kind, role, noun)


def _measure(text: str) -> Meaning | None:
    """A column of the feed's own by a part of its header: what it begins with, then what it holds or ends with."""
    for measure in words().measures:
        if text.startswith(tuple(measure.begins) or ("\0",)):
            return Meaning(measure.name, measure.type, sensitive=measure.sensitive, sure=False)
    for measure in words().measures:
        bare = _NUMBER.sub("", text)
        if any(word in text for word in measure.holds) or bare.endswith(tuple(measure.ends) or ("\0",)):
            if measure.type in {"money", "number", "integer"} and text.startswith(("是否", "有无")):
                continue
            return Meaning(measure.name, measure.type, sensitive=measure.sensitive, sure=False)
    return None


def _by_ending(text: str, above: str, nouns: frozenset[str]) -> Meaning | None:
    """One of `nouns` at the end of a header whose beginning is not known: 转诊者身份证号."""
    for noun in sorted(_nouns(), key=lambda word: (-len(word), word)):
        if len(noun) > 1 and text.endswith(noun) and _nouns()[noun] in nouns:
            return replace(_said(_nouns()[noun], _role_in(text[: -len(noun)]) or _role_in(above)), sure=False)
    return None
