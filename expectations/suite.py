"""A feed's contract -> a Great Expectations suite.

Each `Expect` of the contract becomes one expectation, and every feed gets a few that nobody has to write: somebody must be named,
numbers and dates must be readable, IDs must have their shape, nothing happens after the month. What a bureau reads when one fails
travels beside it in a `Check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from contracts.feed import Column, Expect, Feed
from contracts.month import Month
from expectations.canonical import CAN_FAIL, READ, columns_of

ROW, LINE = "_record", "_line"  # columns of the batch: number of the record, number of the arrived row
PROBLEM = "#"  # suffix: what is wrong with an ID
ANYONE = "_anyone"  # prefix: whether one of several columns says something
AGAINST = "~"  # suffix: whether a column agrees with others, true, false, or null where they cannot be compared
BETWEEN_COLUMNS = {"adds_up", "agrees_with_id", "agrees_with_certificate"}
IDENTITY = ("person_name", "id_number", "head_name", "head_id", "guardian_name", "guardian_id", "household_no", "phone", "text")
FINE = "fine"
YES = 1  # what Great Expectations sees of a true
HOW_TO_WRITE = {
    "date": "请按 2026-11-05 的样式填写。",
    "code": "请用规定的写法填写。",
    "phone": "请填11位手机号码。",
    "sex": "请填男或女。",
}


@dataclass(frozen=True)
class Check:
    """One expectation: its type and arguments for Great Expectations, and the contract's words for the bureau."""

    expect: Expect
    kind: str  # class name in great_expectations.expectations
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Stable name of what fails, `<column>:<check>`."""
        return f"{self.expect.column}:{self.expect.check}"

    @property
    def needs(self) -> set[str]:
        """Columns of the batch that the expectation looks at."""
        named = self.arguments.get("column")
        return {*([named] if named else []), *self.arguments.get("column_list", [])}


def checks_of(feed: Feed, month: Month, *, households: int | None = None) -> list[Check]:
    """All checks of a feed for `month`, those of the contract first. `households`: size of the register, for bounds that depend on it."""
    expects = [*feed.expectations, *_defaults(feed)]
    can_fail = {column.name for column in columns_of(feed) if column.type in CAN_FAIL}
    return [*(_check(expect, month, can_fail) for expect in expects), *_row_counts(feed, households)]


def _check(expect: Expect, month: Month, can_fail: AbstractSet[str]) -> Check:
    """The Great Expectations side of one `Expect`. A cell that could not be read is not absent, so `present` asks what was read."""
    missing = {"ignore_row_if": "any_value_is_missing"}
    column, in_set, between = expect.column, "ExpectColumnValuesToBeInSet", "ExpectColumnValuesToBeBetween"
    unique = {"column": column} if not expect.columns else {"column_list": [column, *expect.columns], **missing}
    sides: dict[str, tuple[str, dict[str, Any]]] = {
        "present": ("ExpectColumnValuesToNotBeNull", {"column": column + READ if column in can_fail else column}),
        "readable": (in_set, {"column": column + READ, "value_set": [YES]}),
        "between": (between, {"column": column, "min_value": expect.min, "max_value": expect.max}),
        "one_of": (in_set, {"column": column, "value_set": expect.values}),
        "matches": ("ExpectColumnValuesToMatchRegex", {"column": column, "regex": expect.pattern or ""}),
        "not_after_month": (between, {"column": column, "max_value": _midnight(month.end)}),
        "not_before": (between, {"column": column, "min_value": _midnight(month.start - timedelta(days=expect.days or 0))}),
        "valid_id": (in_set, {"column": column + PROBLEM, "value_set": [FINE]}),
        "unique": ("ExpectCompoundColumnsToBeUnique" if expect.columns else "ExpectColumnValuesToBeUnique", unique),
        "any_present": (in_set, {"column": any_of(expect), "value_set": [YES]}),
        **{check: (in_set, {"column": column + AGAINST, "value_set": [YES]}) for check in BETWEEN_COLUMNS},
    }
    return Check(expect, *sides[expect.check])


def any_of(expect: Expect) -> str:
    """The column of the batch that says whether any of the columns of an `any_present` is filled."""
    return "+".join([ANYONE, expect.column, *expect.columns])


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00"


def _defaults(feed: Feed) -> list[Expect]:
    """What every feed is expected to satisfy unless its contract says it in its own words."""
    said = {(expect.column, expect.check) for expect in feed.expectations}
    columns = {column.name: column for column in columns_of(feed)}
    who = [name for name in IDENTITY if name in columns]
    given = any(expect.check == "any_present" or (expect.check, expect.column) == ("present", "text") for expect in feed.expectations)
    expects = []
    if who and not given:
        reason, advice = "没有姓名、证件号码等任何线索，无法知道是谁。", "请补上后重新报送。"
        expects.append(Expect(column=who[0], check="any_present", columns=who[1:], reason=reason, advice=advice))
    for column in columns.values():
        expects += [expect for expect in _of_column(column) if (expect.column, expect.check) not in said]
    expects += [expect for expect in _against_id(columns) if (expect.column, expect.check) not in said]
    return expects


def _against_id(columns: Mapping[str, Column]) -> list[Expect]:
    """Sex and birth date are the ones in the person's own ID number, where that is a valid one."""
    if "id_number" not in columns:
        return []
    return [
        Expect(
            column=name,
            check="agrees_with_id",
            columns=["id_number"],
            on_failure="warn",
            reason=f"{title}与身份证号里的不一致。",
            advice=f"请按身份证或户口簿核对{title}和号码；也可能填了别人的号码。",
            why="GB 11643-1999：第7至14位是出生日期，第17位单数为男。常见的是填了亲属的号码，仍可比对，因此只提醒。",
        )
        for name, title in (("sex", "性别"), ("birth_date", "出生日期"))
        if name in columns
    ]


def _of_column(column: Column) -> list[Expect]:
    """The default expectations on one column."""
    title = column.headers[0] if column.headers else {"person_name": "姓名", "id_number": "身份证号"}.get(column.name, column.name)
    expects = []
    if column.type in CAN_FAIL:
        advice = HOW_TO_WRITE.get(column.type, "请只填数字，单位写在表头里。")
        expects.append(Expect(column=column.name, check="readable", on_failure="warn", reason=f"{title}无法识别。", advice=advice))
    if column.type in {"id_number", "ids"}:
        expects.append(
            Expect(
                column=column.name,
                check="valid_id",
                on_failure="warn",
                reason=f"{title}不是有效的18位号码。",
                advice="请按身份证或户口簿核对；在表格里请先把该列设为文本再填。",
                why="GB 11643-1999",
            )
        )
    if column.name == "event_date":
        advice = "请核对年份和月份。"
        expects.append(Expect(column=column.name, check="not_after_month", reason=f"{title}晚于本期数据的月份。", advice=advice))
    return expects


def _row_counts(feed: Feed, households: int | None) -> list[Check]:
    """Bounds on the number of input rows: `hold` below the contract's floor, else a warning."""
    bounds: list[tuple[str, float, float | None]] = []
    if feed.rows.hold_below:
        bounds.append(("hold_below", feed.rows.hold_below, None))
    if feed.rows.min or feed.rows.max is not None:
        bounds.append(("row_count", feed.rows.min, feed.rows.max))
    if feed.rows.per_1000_households and households:
        few, many = (share * households / 1000 for share in feed.rows.per_1000_households)
        bounds.append(("row_count_of_county", int(few), int(many) + 1))
    checks = []
    advice = "请核对是否漏报、重报或发错了表。"
    for name, low, high in bounds:
        span = f"不少于{low:g}行" if high is None else f"{low:g}到{high:g}行"
        reason = f"行数不在合理范围（{span}）。{feed.rows.why}"
        expect = Expect(column=name, check="between", min=low, max=high, on_failure="warn", reason=reason, advice=advice)
        checks.append(Check(expect, "ExpectColumnUniqueValueCountToBeBetween", {"column": LINE, "min_value": low, "max_value": high}))
    return checks
