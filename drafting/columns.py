"""Which column means what: the header's word and the cells' look brought together, each canonical name given once.

A header is believed as long as its cells do not plainly look like something else; cells are believed where a header says nothing.
What could not be decided becomes a question, in Chinese, for the officer who edits the contract.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import polars as pl

from contracts.feed import ColumnType
from contracts.tables import LINKAGE
from drafting.contents import Contents
from drafting.vocabulary import Meaning, understand, words
from standards.pinyin import read
from standards.text import header_key

PERSONAL: dict[str, tuple[str, ColumnType]] = {  # kinds of cells that are somebody's whatever the header says
    "id_number": ("id_number", "id_number"), "ids": ("id_number", "ids"), "phone": ("phone", "phone"), "sex": ("sex", "sex"),
    "relation": ("relation", "relation"), "town": ("town", "place"), "village": ("village", "place"), "group": ("group", "place"),
    "address": ("address", "place"), "name": ("person_name", "name"), "names": ("person_name", "names"), "text": ("text", "text"),
}  # fmt: skip
AGAINST: dict[str, set[str]] = {  # type that a header promises -> kinds of cells that give it the lie
    "name": {"id_number", "ids", "phone", "date", "sex", "number", "counted", "address"},
    "id_number": {"phone", "sex", "relation", "town", "village", "address", "name", "names", "text"},
    "phone": {"id_number", "ids", "sex", "relation", "town", "village", "address", "name", "names", "text", "date"},
    "sex": {"id_number", "phone", "date", "number", "counted", "address", "name", "text", "town", "village"},
    "relation": {"id_number", "phone", "date", "sex", "address", "text", "town", "village"},
    "place": {"id_number", "ids", "phone", "date", "sex", "relation"},
    "date": {"id_number", "ids", "phone", "sex", "relation", "town", "village", "address", "name", "text"},
    "money": {"id_number", "ids", "phone", "date", "sex", "relation", "town", "village", "address", "name", "text"},
    "number": {"id_number", "ids", "phone", "date", "sex", "relation", "town", "village", "address", "name", "text"},
    "integer": {"id_number", "ids", "phone", "date", "sex", "relation", "town", "village", "address", "name", "text"},
    "code": {"id_number", "ids", "phone", "date", "address", "text"},
    "text": {"id_number", "ids", "phone", "date"},
}
CALLED = {
    "id_number": "身份证号", "ids": "几个身份证号", "phone": "手机号", "date": "日期", "sex": "性别", "relation": "与户主关系",
    "town": "乡镇", "village": "村", "group": "村民组", "address": "地址", "name": "人名", "names": "几个人名", "text": "大段文字",
    "number": "数字", "counted": "顺序编号", "": "文字",
}  # fmt: skip
UNLIKELY = 0.4  # of the cells: fewer do not bear a header out
SLUG = re.compile(r"[^a-z0-9]+")
_AMOUNT = re.compile(r"[元款费金额钱]")


@dataclass(frozen=True)
class Drafted:
    """One column of the file as it is understood."""

    header: str
    name: str  # canonical name, or of the feed's own
    type: ColumnType
    contents: Contents
    said: Meaning | None = None
    sensitive: bool = False
    ignored: bool = False
    unit: str | None = None
    questions: tuple[str, ...] = ()
    values: dict[str, list[str]] = field(default_factory=dict)

    def asking(self, *questions: str) -> Drafted:
        """The same with questions added."""
        return replace(self, questions=(*self.questions, *questions))


def decide(columns: dict[str, Contents], *, unnamed: frozenset[str] = frozenset()) -> list[Drafted]:
    """What each column, by its header, is taken for. `unnamed`: headers made up by the program."""
    drafted = [_one(header, contents, is_named=header not in unnamed) for header, contents in columns.items()]
    drafted = _head_alone(_paired(drafted))
    drafted = _event_date(drafted)
    return _named_once(drafted)


def _one(header: str, contents: Contents, *, is_named: bool) -> Drafted:
    """One column by itself."""
    said = understand(header) if is_named else None
    kind = contents.kind
    if said is None:
        return _by_contents(header, contents, is_named=is_named)
    if said.is_ignored:
        lost = kind in {"id_number", "phone", "name"} and contents.shares[kind] >= 0.8 and said.role != "other"
        drafted = Drafted(header, "ignored", "text", contents, said, ignored=not lost)
        return drafted if not lost else _contradicted(drafted, kind)
    drafted = Drafted(header, said.name, said.type, contents, said, sensitive=said.sensitive)
    if not contents.filled:
        return drafted.asking(f"“{header}”在这份文件里全是空的，只按表头登记。对吗？")
    if kind in AGAINST.get(said.type, set()):
        return _contradicted(drafted, kind)
    return _fitted(drafted, kind)


def _fitted(drafted: Drafted, kind: str) -> Drafted:
    """A column whose header and cells agree, its type brought to what the cells are."""
    shares, said = drafted.contents.shares, drafted.said
    as_text = replace(drafted, name=slug(drafted.header), type="text")
    match drafted.type:
        case "name":
            fitted = replace(drafted, type="names") if kind == "names" else drafted
            if said is not None and not said.sure and shares["name"] + shares["names"] < UNLIKELY:
                fitted = _by_contents(drafted.header, drafted.contents, is_named=True)  # 户主 over something that is no name
        case "id_number":
            fitted = replace(drafted, type="ids") if kind == "ids" else drafted
            if kind != "ids" and shares["id_number"] < UNLIKELY:
                fitted = as_text.asking(f"“{drafted.header}”不像18位身份证号，先按文字登记。是什么号码？")
        case "date":
            fitted = drafted
            if shares["date"] + shares["serial"] < UNLIKELY:
                fitted = as_text.asking(f"“{drafted.header}”多数不像日期，先按文字登记。是什么？")
        case "money" | "number" | "integer" if shares["number"] < UNLIKELY:
            fitted = _worded(drafted)
        case "integer" if shares["integer"] < 0.9 * shares["number"]:
            fitted = replace(drafted, type="number")
        case "code" | "sex":
            fitted = _worded(drafted)
        case _:
            fitted = drafted
    return _worded(replace(fitted, name=slug(fitted.header))) if fitted.name == "text" and drafted.contents.repeats else fitted


def _worded(drafted: Drafted) -> Drafted:
    """A column of words: codes where few come again and again, text otherwise, numbers where there are only numbers."""
    contents = drafted.contents
    if drafted.type == "sex":
        one_or_two = sum(times for value, times in contents.values if value in {"1", "2"})
        return (
            drafted
            if contents.shares["sex"] * contents.filled + one_or_two >= 0.5 * contents.filled
            else replace(drafted, type="text", name="sex_text")
        )
    few = contents.repeats or (contents.filled < 60 and contents.different <= 12 and contents.longest <= 10 and drafted.type == "code")
    if drafted.type == "code" and contents.kind == "number" and not contents.repeats:
        return replace(drafted, type="number" if contents.shares["integer"] < 0.9 else "integer")
    return replace(drafted, type="code") if few and drafted.type != "text" else replace(drafted, type="text")


def _contradicted(drafted: Drafted, kind: str) -> Drafted:
    """A column whose cells give its header the lie: the cells count."""
    by_cells = _by_contents(drafted.header, drafted.contents, is_named=True)
    expected = CALLED.get(drafted.said.type if drafted.said else "", "别的内容")
    if drafted.said is not None and drafted.said.is_ignored:
        expected = "用不上的内容"
    question = f"表头“{drafted.header}”一般是{expected}，但内容多数像{CALLED[kind]}，已按内容登记。对吗？"
    return replace(by_cells, said=None, sensitive=drafted.sensitive, questions=(question,))


def _by_contents(header: str, contents: Contents, *, is_named: bool) -> Drafted:
    """A column whose header says nothing that is known."""
    kind = contents.kind
    secret = any(word in header for word in words().sensitive)
    drafted = Drafted(header, slug(header), "text", contents, sensitive=secret)
    called = f"“{header}”" if is_named else f"{header}没有表头，"
    if kind == "name" and (contents.repeats or (is_named and not _looks_named(contents))):
        kind = ""
    if kind == "group" and is_named and contents.repeats:
        kind = ""
    if kind == "counted":
        return replace(drafted, ignored=True)
    if kind in PERSONAL:
        name, type_ = PERSONAL[kind]
        told = replace(drafted, name=name, type=type_, sensitive=secret or name == "text")
        return told.asking(f"{called}内容像{CALLED[kind]}，按 {name} 登记。对吗？")
    if kind in {"date", "number"}:
        return replace(drafted, type="date") if kind == "date" else _number(drafted, called)
    return _words(drafted, called)


def _number(drafted: Drafted, called: str) -> Drafted:
    """Numbers under a header that says nothing: money only where the header speaks of it."""
    if _AMOUNT.search(drafted.header):
        return replace(drafted, type="money")
    whole = drafted.contents.shares["integer"] >= 0.9 * drafted.contents.shares["number"]
    question = f"{called}内容是数字。是金额（元、万元）、数量，还是代码？现按{'整数' if whole else '数字'}登记。"
    return replace(drafted, type="integer" if whole else "number").asking(question)


def _words(drafted: Drafted, called: str) -> Drafted:
    """Words under a header that says nothing."""
    if not drafted.contents.filled:
        return replace(drafted, ignored=True).asking(f"{called}是空的，没有登记。需要吗？")
    if drafted.contents.repeats:
        return drafted.asking(f"{called}只有{drafted.contents.words}种写法。如有固定取值，请改为 type: code 并列出 values。")
    return drafted.asking(f"{called}是什么？现按文字登记；用不上的请移到 ignore。")


def _looks_named(contents: Contents) -> bool:
    """Whether a column of short words is one of people: nearly all different."""
    return contents.different * 2 > contents.filled or contents.filled < 6


def _paired(drafted: list[Drafted]) -> list[Drafted]:
    """Where a cell may hold several names, the cell of numbers beside it may hold several numbers, and the other way round."""
    kinds = {"names": ("id_number", "ids"), "ids": ("name", "names")}
    person = {column.type for column in drafted if column.name in {"person_name", "id_number"}}
    swap = {old: new for kind, (old, new) in kinds.items() if kind in person}
    return [
        replace(column, type=swap.get(column.type, column.type)) if column.name in {"person_name", "id_number"} else column  # type: ignore[arg-type]
        for column in drafted
    ]


def _head_alone(drafted: list[Drafted]) -> list[Drafted]:
    """A list whose only person is the head of the household, with a number, is a list of persons; without one it names households."""
    names = {column.name for column in drafted if not column.ignored}
    if "person_name" in names or "head_name" not in names:
        return drafted
    if "head_id" in names and "id_number" not in names:
        swap = {"head_name": "person_name", "head_id": "id_number"}
    elif "id_number" in names and "guardian_id" not in names:
        swap = {"head_name": "person_name"}
    else:
        return drafted
    return [replace(column, name=swap.get(column.name, column.name)) for column in drafted]


def _event_date(drafted: list[Drafted]) -> list[Drafted]:
    """Of all dates of a list, the one on which the fact happened; the others keep a name of their own."""
    never, best = words().event_dates.never, words().event_dates.best
    dates = [column for column in drafted if column.type == "date" and column.name != "birth_date" and not column.ignored]
    rank = {column.header: next((n for n, word in enumerate(best) if word in column.header), len(best)) for column in dates}
    fit = [column for column in dates if not any(word in column.header for word in never)]
    if not fit:
        return [replace(column, name=slug(column.header)) if column in dates else column for column in drafted]
    chosen = min(fit, key=lambda column: rank[column.header])
    others = [column.header for column in fit if column is not chosen]
    made = []
    for column in drafted:
        if column is chosen:
            doubt = f"有几个日期，“{column.header}”当作事情发生的日期（另有{'、'.join(others)}）。对吗？"
            made.append(replace(column, name="event_date").asking(*([doubt] if others else [])))
        else:
            made.append(replace(column, name=slug(column.header)) if column in dates else column)
    return made


def _named_once(drafted: list[Drafted]) -> list[Drafted]:
    """Every name once: the surest column keeps it, the others get names of their own."""
    winner: dict[str, Drafted] = {}
    for column in drafted:
        if not column.ignored and (column.name not in winner or _strength(column) > _strength(winner[column.name])):
            winner[column.name] = column
    used = {column.name for column in drafted if winner.get(column.name) is column}
    made = []
    for column in drafted:
        if column.ignored or winner[column.name] is column:
            made.append(column)
            continue
        name = _free(slug(column.header), used)
        used.add(name)
        asked = f"“{column.header}”和“{winner[column.name].header}”都像 {column.name}，只能有一列，这列另取名登记。选得对吗？"
        made.append(replace(column, name=name).asking(*([asked] if column.name in LINKAGE else [])))
    return made


def _strength(column: Drafted) -> tuple[bool, bool, bool, float]:
    """How surely a column is what it is named."""
    said = column.said
    return (
        said is not None,
        said is not None and said.role in {"", "subject", "member"},
        said is not None and said.sure,
        round(column.contents.fill, 1),
    )


def _free(name: str, used: set[str]) -> str:
    number, free = 1, name if name not in LINKAGE else f"{name}_2"
    while free in used or free in LINKAGE:
        number += 1
        free = f"{name}_{number}"
    return free


def slug(header: str) -> str:
    """A name for a column of the feed's own: the known word in English, else the header's last level in pinyin."""
    leaf = header_key(header).rsplit("_", 1)[-1] if not header.rsplit("_", 1)[-1].isdigit() else header_key(header)
    plain = re.sub(r"[(\[【].*?[)\]】]", "", leaf) or leaf
    sounds = pl.select(read(pl.lit(plain[:12]))).item() or ""
    name = SLUG.sub("_", sounds.lower()).strip("_")
    return name if name and name[0].isalpha() else f"column_{name}".strip("_")
