"""Why one row was answered as it was: what it says, the answer, and the evidence bit by bit, on the terminal and as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from assets.lake import read
from contracts.county import Configuration
from contracts.errors import HulianError
from contracts.home import Home
from contracts.month import Month
from contracts.tables import FIELDS, HOUSEHOLD, LINK, PERSON, REVIEW
from delivery.county.sides import strength
from delivery.pictures import Step, waterfall
from delivery.privacy import mask_id, mask_ids_in_text, mask_name, mask_phone
from matching.decide.explain import PHRASES, UNSAID
from pipelines.rows import find_rows, latest

STATUS = {"linked": "已关联", "review": "待复核", "absent": "不在册"}
METHODS = {
    "id_and_name": "证件和姓名", "id_relative": "证件是家人的", "id_repaired": "修复证件", "id_tail": "证件前十五位",
    "id_masked": "证件可见位",
    "candidates": "逐项比较", "household": "同户（人未定）", "decision": "人工决定", "none": "—",
}  # fmt: skip
BAR = 36  # characters of the widest bar
MANY = 20


def explain(
    console: Console, home: Home, county_file: Path, feed: str, row: str, month: Month | None, *, picture: Path | None, names: bool
) -> None:
    """Print all about the row, and write its picture where one is asked for. Names are masked unless `names`.

    Raises `HulianError` where there is no such row, or no weights to draw.
    """
    feeds = Configuration.load(county_file).feeds
    if feed in feeds and feeds[feed].role == "register":
        raise HulianError(f"{feed} 是底册本身，不参加比对。请给出部门清单里的行。")
    month = latest(home, month)
    found = find_rows(home, month, feed, row)
    title = feeds[feed].title if feed in feeds else feed
    if found.height > 1:
        _list(console, found, f"{title} {month}：有 {found.height} 条叫这个名字，请写出 row_id", names=names)
        return
    row_id = str(found["row_id"][0])
    link = read(home, "links", month, LINK).filter(pl.col("feed") == feed, pl.col("row_id") == row_id)
    if link.is_empty():
        raise HulianError(f"{month} 的关联结果里没有这一行。先运行: hulian run --month {month} --home {home.root}")
    answer = link.row(0, named=True)
    _said(console, found, f"{title} {month}", names=names)
    _answer(console, home, month, answer, names=names)
    queue = read(home, "review_queue", month, REVIEW)
    asked = queue.filter(pl.col("feed") == feed, pl.col("row_id") == row_id).sort("rank")
    shown = asked.row(0, named=True) if asked.height else answer
    steps = steps_of(shown["weights"], shown["evidence"])
    _waterfall(console, steps, "第 1 候选的依据" if asked.height else "依据")
    if asked.height:
        _candidates(console, home, month, asked, names=names)
    if picture is not None:
        _draw(console, picture, steps, f"{title} {month}  {STATUS[answer['status']]}", found, answer, names=names)


def steps_of(weights: dict[str, float | None] | None, evidence: list[str] | None) -> list[Step]:
    """The bits of a link: where the odds begin, then each field that could be compared, in the order of the fields."""
    if not weights or weights.get("prior") is None:
        return []
    level = dict(code.split(":", 1) for code in evidence or [])
    steps = [Step("起点：底册里任意一人", float(weights["prior"] or 0.0))]
    for field in FIELDS:
        bits = weights.get(field)
        if bits is not None:
            steps.append(Step(phrase(field, level.get(field, "")), float(bits)))
    return steps


def phrase(field: str, level: str) -> str:
    """What a code says, in words; those that go without saying in sentences are named all the same."""
    return PHRASES.get(field, {}).get(level) or UNSAID.get((field, level)) or f"{field}:{level}"


def _masked(column: str, *, names: bool) -> pl.Expr:
    return pl.col(column) if names else mask_name(pl.col(column))


def _list(console: Console, rows: pl.DataFrame, title: str, *, names: bool) -> None:
    table = Table(box=box.SIMPLE_HEAD, title=title)
    for heading in ("row_id", "姓名"):
        table.add_column(heading, overflow="fold")
    for cells in rows.head(MANY).select("row_id", _masked("person_name", names=names)).iter_rows():
        table.add_row(*(Text(str(cell or "")) for cell in cells))
    if rows.height > MANY:
        table.add_row(f"… 另有 {rows.height - MANY} 条", "")
    console.print(table)


def _said(console: Console, rows: pl.DataFrame, title: str, *, names: bool) -> None:
    """What the row says, masked."""
    hidden = rows.select(
        row_id="row_id",
        姓名=_masked("person_name", names=names),
        证件号=mask_id(pl.col("id_number")),
        性别="sex",
        出生日期="birth_date",
        年龄="age",
        电话=mask_phone(pl.col("phone")),
        乡镇="town",
        村="village",
        组="group",
        地址=mask_phone(mask_ids_in_text(pl.col("address"))),
        户主=_masked("head_name", names=names),
        监护人=_masked("guardian_name", names=names),
        同行=(pl.col("co_names") if names else pl.col("co_names").list.eval(mask_name(pl.element()))).list.join("、"),
        文字=pl.when(pl.col("text").is_not_null()).then(pl.lit("（有文字，见原表）")),
    ).row(0, named=True)
    table = Table(box=box.SIMPLE_HEAD, title=title, show_header=False)
    for name, value in hidden.items():
        if value not in {None, ""}:
            table.add_row(name, Text(str(value)))
    console.print(table)


def _answer(console: Console, home: Home, month: Month, answer: dict[str, Any], *, names: bool) -> None:
    household = read(home, "register/households", month, HOUSEHOLD).filter(pl.col("household_id") == (answer["household_id"] or ""))
    where = household.select(
        _masked("head_name", names=names).fill_null("—"), pl.concat_str("town", "village", "group", separator=" ", ignore_nulls=True)
    ).rows()
    said = f"  {METHODS.get(answer['method'], answer['method'])}  {answer['explanation']}"
    console.print(Text(STATUS[answer["status"]], style="bold") + Text(said, style="not bold"), soft_wrap=True)
    console.print(f"户的把握 {answer['probability']:.2%}，领先第二户 {answer['margin']:.2%}。", soft_wrap=True)
    if where:
        house = f"户 {answer['household_id']}（户主 {where[0][0]}，{where[0][1]}）  人 {answer['person_id'] or '未定'}"
        console.print(house, soft_wrap=True, markup=False)


def _waterfall(console: Console, steps: list[Step], title: str) -> None:
    """Bits per field, each bar from where the one before ended."""
    if not steps:
        console.print("没有逐项的分值（不是由比较得来的）。")
        return
    ends, total = [], 0.0
    for step in steps:
        ends.append((total, total + step.bits))
        total += step.bits
    low = min(min(pair) for pair in ends)
    scale = BAR / max(max(max(pair) for pair in ends) - low, 1.0)
    words = pl.DataFrame({"bits": [step.bits for step in steps]}).select(strength(pl.col("bits"))).to_series()
    table = Table(box=box.SIMPLE_HEAD, title=f"{title}（比特：每加 1，把握的比数翻一番）")
    for heading, side in (("", "left"), ("比特", "right"), ("强弱", "left"), ("", "left")):
        table.add_column(heading, justify=side, no_wrap=True)  # type: ignore[arg-type]
    for number, (step, (begin, end), word) in enumerate(zip(steps, ends, words, strict=True)):
        first, last = round((min(begin, end) - low) * scale), round((max(begin, end) - low) * scale)
        colour = "dim" if number == 0 else "green" if step.bits >= 0 else "red"
        bar = Text(" " * first) + Text("█" * max(last - first, 1), style=colour)
        table.add_row(step.label, f"{step.bits:+.1f}", "" if number == 0 else word, bar)
    table.add_section()
    table.add_row("合计", f"{total:+.1f}", "", f"单看这一人，与“不在册”之比约 2 的 {total:.0f} 次方")
    console.print(table)


def _candidates(console: Console, home: Home, month: Month, asked: pl.DataFrame, *, names: bool) -> None:
    persons = read(home, "register/persons", month, PERSON).unique(["household_id", "person_id"], keep="first")
    people = asked.join(
        persons.select("household_id", "person_id", "person_name", "id_number"), on=["household_id", "person_id"], how="left"
    )
    table = Table(box=box.SIMPLE_HEAD, title="候选")
    for heading in ("", "姓名", "证件号", "户编号", "把握", "依据"):
        table.add_column(heading, overflow="fold")
    wanted = people.sort("rank").select(
        "rank", _masked("person_name", names=names), mask_id(pl.col("id_number")), "household_id", "probability", "explanation"
    )
    for rank, name, number, household, probability, because in wanted.iter_rows():
        table.add_row(str(rank), Text(name or "—"), number or "—", household, f"{probability:.1%}", because)
    console.print(table)


def _draw(console: Console, path: Path, steps: list[Step], title: str, rows: pl.DataFrame, answer: dict[str, Any], *, names: bool) -> None:
    if not steps:
        raise HulianError("这一行没有逐项的分值可画（底册中没有相近的人）。去掉 --picture 看文字说明。")
    notes = [f"户的把握 {answer['probability']:.2%}，领先第二户 {answer['margin']:.2%}。"]
    if names:
        notes.append(f"姓名 {rows['person_name'][0] or '—'}")
    try:
        path.write_text(waterfall(title, steps, notes), encoding="utf-8")
    except OSError as refused:
        raise HulianError(f"{path}: 写不进去（{refused.strerror}）。请换一个可以写入的位置。") from refused
    console.print(f"图已写入 {path}", soft_wrap=True)
