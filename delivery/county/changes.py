"""What a proposal changes: the doors of the month beside those of its last release, and beside those of the month before.

A door is a household; the same household with the same words is the same, whatever its number. For the county only.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from contracts.county import County
from contracts.month import Month
from delivery.book import GREEN, Book, Column, write_list
from delivery.tables import Compared
from delivery.words import COUNTY_ONLY, GRADES

ADDED, DROPPED, CHANGED, SAME = "新增", "减少", "变化", "不变"
KINDS = {"added": ADDED, "dropped": DROPPED, "changed": CHANGED, "same": SAME}
# What a visitor would do otherwise for: column of LEAD, and its name in the list.
WATCHED = {
    "grade": "等级", "village": "行政村", "risk_types": "风险类型", "bureaus": "来源部门", "facts": "风险情况", "due_on": "办理时限",
}  # fmt: skip
OF_MONTH = "新增＝原来没有，现在要走访；减少＝原来有，更正后取消，不用再去；"
OF_MONTH_BEFORE = "新增＝上月没有的户；减少＝上月有、本月没有的户，不是取消，上月的线索仍须办结；"
SPOKEN = ("facts",)  # too long to be told twice: only that they differ
SHOWN = ("lead_id", "month", "town", "village_code", "head_name")
COLUMNS = (
    Column("变动", "kind", 8, "centre"),
    Column("线索编号", "lead_id", 27, "centre"),
    Column("原线索编号", "lead_id_before", 27, "centre"),
    Column("乡镇", "town", 11, "centre"),
    Column("行政村", "village", 12, "centre"),
    Column("户编号", "household_id", 18, "centre"),
    Column("户主", "head_name", 10, "centre"),
    Column("等级", "grade", 7, "centre"),
    Column("风险类型", "risk_types", 16, "centre"),
    Column("哪里变了", "what", 52),
)
COUNTS = (Column("乡镇", "town", 14, "centre"), *(Column(word, name, 9, "integer") for name, word in KINDS.items()))


def changes(now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """One row per household of either: kind, lead_id and lead_id_before, what stands of it now (else stood), and what differs.

    By kind, town, village, household.
    """
    one, other = (_told(leads, suffix) for leads, suffix in ((now, ""), (before, "_before")))
    both = one.join(other, on="household_id", how="full", coalesce=True)
    is_new, is_gone = pl.col("lead_id_before").is_null(), pl.col("lead_id").is_null()
    differs = {name: pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in WATCHED}
    differs["due_on"] &= pl.col("month") == pl.col("month_before")  # another month has other days
    told = [
        pl.when(differs[name]).then(
            pl.lit(f"{word}有变") if name in SPOKEN else pl.format("{} {} → {}", pl.lit(word), _or_none(f"{name}_before"), _or_none(name))
        )
        for name, word in WATCHED.items()
    ]
    is_changed = ~is_new & ~is_gone & pl.any_horizontal(differs.values())
    kind = pl.when(is_new).then(pl.lit(ADDED)).when(is_gone).then(pl.lit(DROPPED)).when(is_changed).then(pl.lit(CHANGED))
    return (
        both.with_columns(
            kind=kind.otherwise(pl.lit(SAME)),
            what=pl.when(is_changed).then(pl.concat_str(told, separator="；", ignore_nulls=True)),
        )
        .with_columns(pl.coalesce(name, f"{name}_before").alias(name) for name in (*SHOWN[1:], *WATCHED))
        .sort(pl.col("kind").replace_strict({word: at for at, word in enumerate(KINDS.values())}), "village_code", "town", "household_id")
    )


def counts(changed: pl.DataFrame) -> dict[str, int]:
    """How many doors of each kind: added, dropped, changed, same."""
    return {name: int((changed["kind"] == word).sum()) for name, word in KINDS.items()}


def write_changes(path: Path, month: Month, now: pl.DataFrame, compared: Sequence[Compared], county: County) -> int:
    """Write one list, and its counts by town, for each release in `compared`; returns the doors that are not the same as in the first."""
    found = [(each.number, changes(now, each.leads)) for each in compared]
    with Book(path, f"{county.name}{month} 变动", county.office) as book:
        for at, (number, changed) in enumerate(found):
            title = f"{county.name}{month} 走访户变动：与 {number} 号发布相比"
            sheet = book.sheet(f"与{number}比", landscape=True, colour=None if at else GREEN)
            note = f"{OF_MONTH if number.startswith(str(month)) else OF_MONTH_BEFORE}变化＝两次都有，但内容不同；不变的不列。{COUNTY_ONLY}"
            write_list(book, sheet, title, note, COLUMNS, changed.filter(pl.col("kind") != SAME))
            sheet = book.sheet(f"与{number}比 分乡镇", landscape=False)
            write_list(book, sheet, title, "单位：户。", COUNTS, _by_town(changed))
    return found[0][1].filter(pl.col("kind") != SAME).height


def _told(leads: pl.DataFrame, suffix: str) -> pl.DataFrame:
    """What is compared of each lead, as text, under names that end with `suffix`."""
    lists = ("risk_types", "bureaus")
    watched = [pl.col(name).list.sort().list.join("、") if name in lists else pl.col(name).cast(pl.String) for name in WATCHED]
    said = leads.select("household_id", *SHOWN, *watched).with_columns(pl.col("grade").replace(GRADES))
    return said.rename(lambda name: name if name == "household_id" else f"{name}{suffix}")


def _or_none(column: str) -> pl.Expr:
    return pl.col(column).fill_null("无")


def _by_town(changed: pl.DataFrame) -> pl.DataFrame:
    counted = [(pl.col("kind") == word).sum().cast(pl.Int64).alias(name) for name, word in KINDS.items()]
    towns = changed.group_by("town").agg(*counted, code=pl.col("village_code").min()).sort("code", "town", nulls_last=True).drop("code")
    return pl.concat([towns, changed.select(pl.lit("合计").alias("town"), *counted)])
