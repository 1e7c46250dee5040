"""Columns that were understood -> the contract as data: shape, values, units, expectations, and the questions about the whole list."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Literal

from contracts.feed import Feed
from drafting.columns import SLUG, Drafted, slug
from drafting.contents import FEW, spelt_alike
from drafting.vocabulary import words
from drafting.wide import Across
from standards.headers import unit_of
from standards.text import header_key

SHOWN = 40  # characters of a value that is written down
_DATES = re.compile(
    r"(?:19|20)\d{2}[年.\-_]?(?:\d{1,2}[月.\-_]?(?:\d{1,2}日?)?)?|\d{1,2}月(?:份|\d{1,2}日)?|第?[一二三四1-4]季度|[上下]半年|[上中下]旬"
)
_EDITIONS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]|副本|更正|修订|重报|最新|更新|终稿|定稿|[vV]\d+")
_COUNTY = re.compile(r"^[\u4e00-\u9fff]{2,4}县")
_TOWN = re.compile(r"^[\u4e00-\u9fff]{2,4}(?:镇|乡|街道)")
_BUREAU = re.compile(r"^(?:[\u4e00-\u9fff]{2,4}[县市区州省])?([\u4e00-\u9fff]{2,8}?(?:局|委员会|联合会))(?!部)")
_SENDER = re.compile(r"(?:填报|报送|制表|上报)(?:单位|部门)[:：]\s*(?:[\u4e00-\u9fff]{0,4}?[县市区])?([\u4e00-\u9fff]{2,12})")
_LISTS = re.compile(r"(?:情况)?(?:花名册|明细表|统计表|登记表|汇总表|信息表|一览表|台账|名单|清单|名册|报表|表)$")

Role = Literal["risk", "verify", "asset"]


@dataclass(frozen=True)
class Whole:
    """What is known of a list as a whole."""

    feed: str
    title: str
    bureau: str
    role: str
    files: tuple[str, ...]
    sheets: tuple[str, ...]
    needs_authorisation: bool
    questions: tuple[str, ...]


def about(file: str, titles: list[str], sheets: tuple[str, ...], feed: str | None) -> Whole:
    """The list as a whole, from the name of its file and the lines above its table."""
    stem = PurePosixPath(file).name.rsplit(".", 1)[0]
    said = " ".join([stem, *titles])
    known = words()
    bureau = next((bureau for bureau, hints in known.bureaus.items() if any(hint in said for hint in hints)), "")
    if match := _SENDER.search(said) or _BUREAU.search(_DATES.sub("", stem)):
        bureau = match[1]
    role = "asset" if any(word in said for word in known.assets) else "verify" if any(word in said for word in known.verify) else "risk"
    title = _bare(stem) or "未命名清单"
    called = {"risk": "有风险的人（会产生线索）", "verify": "用来核对的情况", "asset": "财产、身份等只作提示的情况"}
    questions = [
        f"名称“{title}”取自文件名，是大家平时的叫法吗？",
        f"role 现定为 {role}，即{called[role]}。对吗？（risk、verify、asset 三选一）",
    ]
    if not bureau:
        questions.append("是哪个部门报送的？请改 bureau。")
    return Whole(
        feed=feed or (SLUG.sub("_", slug(_LISTS.sub("", title))).strip("_") or "new_feed"),
        title=title,
        bureau=bureau or "待填",
        role=role,
        files=(_pattern(file),),
        sheets=sheets,
        needs_authorisation=any(word in said for word in known.authorised),
        questions=tuple(questions),
    )


def _bare(stem: str) -> str:
    """A file's name without month, edition, county and town."""
    bare = _EDITIONS.sub("", _DATES.sub("", stem))
    bare = _TOWN.sub("", _COUNTY.sub("", bare.strip("_- .·")))
    return re.sub(r"\d{6,8}", "", bare).strip("_- .·")


def _pattern(file: str) -> str:
    """A pattern for the file of every month: what changes from month to month, and between towns, is left open."""
    name = PurePosixPath(file).name
    core = re.sub(r"[\[\]*?]", "?", _bare(name.rsplit(".", 1)[0])) or "*"
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else "*"
    return f"*{core}*.{'xls*' if extension.startswith('xls') else extension}".replace("**", "*")


def contract(whole: Whole, drafted: list[Drafted], wide: Across | None) -> dict[str, Any]:
    """The contract as it is written and checked. `drafted` in the order of the file."""
    used = [column for column in drafted if not column.ignored]
    shape = _shape(used, wide)
    content: dict[str, Any] = {
        "feed": whole.feed,
        "title": whole.title,
        "bureau": whole.bureau,
        "role": whole.role,
        "cadence": {"every": "month", "due_day": 5},
        "source": {"files": list(whole.files), **({"sheets": list(whole.sheets)} if whole.sheets != ("*",) else {})},
        "shape": shape,
    }
    if wide is not None:
        content["wide"] = {"name": [wide.name], "id_number": [wide.id_number], "count": wide.count}
    if whole.needs_authorisation:
        content["needs_authorisation"] = True
    required = next(
        (name for name in ("person_name", "head_name", "text") if any(c.name == name and not _is_unnamed(c) for c in used)), None
    )
    content["columns"] = [_column(column, is_required=column.name == required and wide is None) for column in used]
    content["ignore"] = list(dict.fromkeys(_plain(column.header) for column in drafted if column.ignored))
    content["expectations"] = _expectations(used, wide)
    Feed.model_validate(content)
    return content


def _is_unnamed(column: Drafted) -> bool:
    return re.fullmatch(r"第\d+列", column.header) is not None


def _shape(used: list[Drafted], wide: Across | None) -> str:
    names = {column.name for column in used}
    if wide is not None:
        return "wide"
    if any(column.type in {"names", "ids"} for column in used):
        return "several"
    if "text" in names and "id_number" not in names:
        return "text"
    return "household" if "head_name" in names and "person_name" not in names else "person"


def _plain(header: str) -> str:
    """A header without the unit that the connectors have written behind it, which another month may not have."""
    return re.sub(r"[(（](?:元|千元|万元|亿元)[)）]$", "", header)


def _column(column: Drafted, *, is_required: bool) -> dict[str, Any]:
    """One column as the contract has it."""
    entry: dict[str, Any] = {"name": column.name, "headers": [_plain(column.header)]}
    if column.type != "text":
        entry["type"] = column.type
    if column.type == "money":
        entry["unit"] = column.unit if column.unit in {"元", "万元"} else "元"
    if is_required:
        entry["required"] = True
    if column.sensitive:
        entry["sensitive"] = True
    if column.type == "code":
        entry["values"] = column.values
    return entry


def _expectations(used: list[Drafted], wide: Across | None) -> list[dict[str, Any]]:
    """The expectations that nearly every list has; what they say is for the bureau."""
    names = {column.name for column in used} | ({"person_name", "id_number"} if wide else set())
    expects = []
    who = [name for name in ("person_name", "id_number", "head_name", "text") if name in names]
    if who:
        reason, advice = "没有姓名、证件号码等任何线索，无法知道是谁。", "请补上姓名和身份证号后重新报送。"
        expects.append({"column": who[0], "check": "any_present", "columns": who[1:], "reason": reason, "advice": advice})
    if day := next((column for column in used if column.name == "event_date"), None):
        title = header_key(day.header).rsplit("_", 1)[-1]
        expects.append(
            {
                "column": "event_date",
                "check": "readable",
                "on_failure": "set_aside",
                "reason": f"{title}无法识别。",
                "advice": "请按 2026-11-05 的样式填写。",
            }
        )
        expects.append(
            {"column": "event_date", "check": "not_after_month", "reason": f"{title}晚于本期数据的月份。", "advice": "请核对年份和月份。"}
        )
    return expects


def with_values(column: Drafted) -> Drafted:
    """A column of codes with its values: what stands there more than once, spellings of one value together; else it is text."""
    if column.type != "code":
        return column
    contents = column.contents
    enough = 1 if contents.filled < 60 else max(2, round(contents.filled * 0.002))
    kept = [value for value, times in contents.values if times >= enough and len(value) <= SHOWN][:FEW]
    groups = spelt_alike(kept)
    for known in words().values:
        every = {spelling: value for value, spellings in known.items() for spelling in spellings}
        if kept and all(value in every or value.upper() in every for value in kept):
            groups = known
    if not groups:
        return replace(column, type="text").asking(f"“{column.header}”像代码，但没有可列的取值，按文字登记。有固定取值吗？")
    rest = contents.words - len(kept)
    asked = [f"“{column.header}”的取值按文件里出现的列出，写法不同、意思相同的请合并。齐全吗？"]
    if rest:
        asked.append(f"“{column.header}”另有{rest}种很少见的写法没有列出，会提醒报送部门。")
    return replace(column, values=groups).asking(*asked)


def with_unit(column: Drafted, headers: dict[str, str]) -> Drafted:
    """A column of money with the unit that its header or the line above the table names; `headers`: canonical name -> header."""
    if column.type != "money":
        return column
    unit = unit_of(headers.get(column.name, column.header))
    if unit in {"元", "万元"}:
        return replace(column, unit=unit)
    if unit:
        return replace(column, unit=None).asking(f"“{column.header}”的单位是{unit}，写在表头里的会照算。")
    of = f"中位数约{column.contents.median:,.6g}，" if column.contents.median is not None else ""
    return replace(column, unit="元").asking(f"“{column.header}”没有写单位，{of}按元登记。是元还是万元？")
