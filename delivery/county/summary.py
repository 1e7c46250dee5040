"""The monthly summary 汇总表: towns by risk type and by bureau, in households and in persons, and what became of every list.

Every total is counted twice, from the rows and from the columns, straight from the leads and never by adding up the table itself;
where the two disagree with each other or with the table, nothing is released.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from contracts.county import County
from contracts.month import Month
from delivery.book import GREEN, PALE, PALE_GREEN, Book, Column, height_of, merge, put, write_list
from delivery.errors import ReleaseError
from delivery.tables import PERSON_AT_RISK, ReleaseTables

UNITS = (("households", "户"), ("persons", "人"))


@dataclass(frozen=True)
class CrossTable:
    """Towns down, risk types or bureaus across. A household with two risk types counts once in each; `distinct` counts it once.

    cells: row, column, households, persons. by_row, by_column: totals counted from the leads. distinct: row, households, persons.
    """

    title: str
    rows: Sequence[str]
    columns: Sequence[str]
    cells: pl.DataFrame
    by_row: pl.DataFrame
    by_column: pl.DataFrame
    distinct: pl.DataFrame
    units: Sequence[tuple[str, str]] = UNITS
    note: str = "一户有几种风险、几个部门推送的，各列分别计；去重合计一户只计一次。人指涉险人；部门只报到户的按一人计。"

    @classmethod
    def of(cls, title: str, touched: pl.DataFrame, column: str) -> CrossTable:
        """From `touched`: household, village_code, person, `column` and the town as `row`. Towns by code, columns most households first."""
        pairs = touched.rename({column: "column"})
        by_column = _count(pairs, ["column"], ["row", "household_id"], ["row", "household_id", "person"])
        columns = by_column.sort("households", "column", descending=[True, False])["column"].to_list()
        return cls(
            title=title,
            rows=pairs.group_by("row").agg(pl.col("village_code").min()).sort("village_code", "row", nulls_last=True)["row"].to_list(),
            columns=columns,
            cells=_count(pairs, ["row", "column"], ["household_id"], ["household_id", "person"]),
            by_row=_count(pairs, ["row"], ["column", "household_id"], ["column", "household_id", "person"]),
            by_column=by_column,
            distinct=_count(pairs, ["row"], ["household_id"], ["household_id", "person"]),
        )

    def check(self, households: int) -> None:
        """Raise `ReleaseError` unless rows, columns and the whole agree, and every one of `households` leads is in one town."""
        for unit, word in self.units:
            for name, totals in (("row", self.by_row), ("column", self.by_column)):
                added = self.cells.group_by(name).agg(pl.col(unit).sum().cast(pl.Int64))
                both = added.join(totals.select(name, total=pl.col(unit).cast(pl.Int64)), on=name, how="full", coalesce=True)
                wrong = both.filter(pl.col(unit).ne_missing(pl.col("total")))
                if wrong.height:
                    raise ReleaseError(
                        f"{self.title}: {wrong.height} totals by {name} ({word}) do not agree with the table. Nothing is released."
                    )
            if self.by_row[unit].sum() != self.by_column[unit].sum():
                raise ReleaseError(f"{self.title}: the grand total ({word}) differs between rows and columns. Nothing is released.")
        if self.distinct["households"].sum() != households:
            raise ReleaseError(
                f"{self.title}: towns hold {self.distinct['households'].sum()} households, leads are {households}. Nothing is released."
            )


def _count(pairs: pl.DataFrame, by: list[str], household: list[str], person: list[str]) -> pl.DataFrame:
    return pairs.group_by(by).agg(households=pl.struct(household).n_unique(), persons=pl.struct(person).n_unique()).sort(by)


@dataclass(frozen=True)
class Summary:
    """The month's figures, checked."""

    risks: CrossTable
    bureaus: CrossTable
    towns: pl.DataFrame
    feeds: pl.DataFrame
    absent: str = ""

    @classmethod
    def of(cls, tables: ReleaseTables) -> Summary:
        """Count and check. Raises `ReleaseError` where figures disagree."""
        signals = tables.lead_signals.filter(pl.col("kind") == "risk")
        without_signal = tables.leads.join(signals, on="lead_id", how="anti").height
        if without_signal:
            raise ReleaseError(f"{without_signal} leads have no risk signal in `signals`. Nothing is released.")
        touched = signals.select(
            "risk_type",
            "bureau",
            "household_id",
            "village_code",
            row=pl.col("town").fill_null("未定乡镇"),
            person=PERSON_AT_RISK,
        )
        risks = CrossTable.of("乡镇×风险类型", touched, "risk_type")
        bureaus = CrossTable.of("乡镇×来源部门", touched, "bureau")
        for table in (risks, bureaus):
            table.check(tables.leads.height)
        _check_feeds(tables.conservation)
        return cls(risks, bureaus, _towns(tables), tables.conservation, tables.absent)


def _check_feeds(conservation: pl.DataFrame) -> None:
    records = pl.sum_horizontal("linked", "review", "absent", "set_aside")
    wrong = conservation.filter((pl.col("records") != records) | (pl.col("lost") != 0))
    if wrong.height:
        raise ReleaseError(f"feeds {', '.join(wrong['feed'])}: records read and records accounted for differ. Nothing is released.")


def _towns(tables: ReleaseTables) -> pl.DataFrame:
    """One row per town: leads by grade, enrichment of households already monitored, suppressed signals, first and last deadline."""
    town = pl.col("town").fill_null("未定乡镇")
    households = tables.households.select("household_id", town=town)
    suppressed = tables.suppressed.join(households, on="household_id", how="left").group_by(town).agg(suppressed=pl.len())
    members = pl.col("members").cast(pl.Int64).sum()
    leads = tables.leads.group_by(town).agg(
        leads=pl.len(),
        members=members,
        red=(pl.col("grade") == "red").sum(),
        yellow=(pl.col("grade") == "yellow").sum(),
        enrichment=pl.col("is_enrichment").sum(),
        villages=pl.col("village_code").n_unique(),
        code=pl.col("village_code").min(),
        due_first=pl.col("due_on").min(),
        due_last=pl.col("due_on").max(),
    )
    counts = ["leads", "members", "red", "yellow", "enrichment", "villages", "suppressed"]
    towns = (
        leads.join(suppressed, on="town", how="full", coalesce=True)
        .with_columns(pl.col(counts).fill_null(0).cast(pl.Int64))
        .sort("code", "town", nulls_last=True)
    )
    total = towns.select(
        pl.lit("合计").alias("town"), *(pl.col(name).sum() for name in counts), pl.col("due_first").min(), pl.col("due_last").max()
    )
    return pl.concat([towns, total], how="diagonal")


TOWN_COLUMNS = (
    Column("乡镇", "town", 16, "centre"),
    Column("线索村数", "villages", 10, "integer"),
    Column("线索户数", "leads", 10, "integer"),
    Column("涉及家庭人口", "members", 14, "integer"),
    Column("红色", "red", 8, "integer"),
    Column("黄色", "yellow", 8, "integer"),
    Column("其中已在监测", "enrichment", 14, "integer"),
    Column("重复抑制（条）", "suppressed", 16, "integer"),
    Column("最早时限", "due_first", 13, "date"),
    Column("最晚时限", "due_last", 13, "date"),
)
FEED_COLUMNS = (
    Column("清单", "title", 26),
    Column("部门", "bureau", 16, "centre"),
    Column("状态", "state", 8, "centre"),
    Column("文件行数", "rows_read", 11, "integer"),
    Column("读入记录", "records", 11, "integer"),
    Column("已关联", "linked", 11, "integer"),
    Column("待复核", "review", 11, "integer"),
    Column("不在册", "absent", 11, "integer"),
    Column("退回", "set_aside", 11, "integer"),
    Column("沿用记录", "carried", 11, "integer"),
    Column("沿用月份", "carried_from", 11, "centre"),
)
FEED_COUNTS = ("rows_read", "records", "linked", "review", "absent", "set_aside")


def write_summary(path: Path, summary: Summary, month: Month, county: County) -> int:
    """Write the summary workbook; returns its number of towns with leads."""
    heading = f"{county.name}{month.year}年{month.number}月防返贫监测预警"
    with Book(path, f"{heading}汇总表", county.office) as book:
        sheet = book.sheet("分乡镇", landscape=True, colour=GREEN)
        write_list(
            book,
            sheet,
            f"{heading}线索分乡镇汇总",
            f"一户一条线索；已在监测的户只补充措施，不重复识别。{summary.absent}",
            TOWN_COLUMNS,
            summary.towns,
        )
        for name, table in (("乡镇×风险类型", summary.risks), ("乡镇×来源部门", summary.bureaus)):
            write_cross(book, name, f"{heading}线索：{name}", table)
        feeds = summary.feeds.sort("bureau", "feed")
        total = feeds.select(pl.lit("合计").alias("title"), *(pl.col(column).sum() for column in FEED_COUNTS))
        sheet = book.sheet("数据接收", landscape=True)
        note = "读入记录 ＝ 已关联 ＋ 待复核 ＋ 不在册 ＋ 退回，逐表核对无误；一行写几个人的清单，记录数多于行数。"
        if summary.absent:
            note += f"\n{summary.absent}沿用的记录以前已计入读入，这里只列在“沿用”。"
        write_list(book, sheet, f"{heading}数据接收情况", note, FEED_COLUMNS, pl.concat([feeds, total], how="diagonal"))
    return len(summary.risks.rows)


def write_cross(book: Book, name: str, title: str, table: CrossTable) -> None:
    """A sheet of one cross table, in both its units."""
    sheet = book.sheet(name, landscape=True)
    groups = [*table.columns, f"合计{table.units[0][1]}次、{table.units[1][1]}次", "去重合计"]
    last = 2 * len(groups)
    merge(sheet, 0, 0, last, title, book.style(font_size=16, bold=True, font_color=GREEN))
    sheet.set_row(0, 28)
    note = f"{table.note}横向纵向合计已互相核对。"
    merge(sheet, 1, 0, last, note, book.style(font_size=10, font_color="#7B8794"))
    sheet.set_row(1, height_of([(note, 15 + 6.6 * last)], size=10))
    head = book.boxed(bold=True, align="center", bg_color=GREEN, font_color="#FFFFFF")
    sheet.merge_range(2, 0, 3, 0, "", head)
    put(sheet, 2, 0, "乡镇", head)
    sheet.set_column(0, 0, 15)
    sheet.set_column(1, last, 6.6)
    sheet.set_row(2, 38)
    for index, group in enumerate(groups):
        merge(sheet, 2, 1 + 2 * index, 2 + 2 * index, group, head)
        for offset, (_, word) in enumerate(table.units):
            put(sheet, 3, 1 + 2 * index + offset, word, book.boxed(bold=True, align="center", bg_color=PALE_GREEN))
    cells = {(row, column): counts for row, column, *counts in table.cells.iter_rows()}
    sums = {row: counts for row, *counts in table.by_row.iter_rows()}
    distinct = {row: counts for row, *counts in table.distinct.iter_rows()}
    columns = {column: counts for column, *counts in table.by_column.iter_rows()}
    whole = [[sum(pair[unit] for pair in counts.values()) for unit in (0, 1)] for counts in (sums, distinct)]
    lines = [(row, [*(cells.get((row, column), [None, None]) for column in table.columns), sums[row], distinct[row]]) for row in table.rows]
    lines.append(("合计", [*(columns[column] for column in table.columns), *whole]))
    for line, (row, pairs) in enumerate(lines, start=4):
        is_total = row == "合计"
        plain = book.boxed(align="center", bold=is_total, num_format="#,##0", **({"bg_color": PALE_GREEN} if is_total else {}))
        strong = book.boxed(align="center", bold=True, num_format="#,##0", bg_color=PALE_GREEN if is_total else PALE)
        put(sheet, line, 0, row, plain)
        for index, pair in enumerate(pairs):
            for offset, value in enumerate(pair):
                put(sheet, line, 1 + 2 * index + offset, value, strong if index >= len(table.columns) else plain)
        sheet.set_row(line, 22)
    sheet.freeze_panes(4, 1)
    sheet.repeat_rows(2, 3)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页 共 &N 页")
