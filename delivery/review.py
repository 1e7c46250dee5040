"""The review queue 待复核 as a workbook: what the bureau wrote beside up to five households it may mean, and one decision to make.

One row per record and candidate. What agrees is green, what does not is red, what cannot be compared is plain; a record's rows stand
together under a strong line. ID numbers are masked on both sides; front and end are enough to compare.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from contracts.county import County
from contracts.month import Month
from contracts.tables import ACCEPTED, conform
from delivery.book import GREEN, PALE_GREEN, RED, WRITE, Book, choose, height_of, merge, protect, put
from delivery.privacy import mask_id
from delivery.tables import ReleaseTables
from delivery.words import REVIEW_DECISIONS

CANDIDATES = 5
# heading, column of the record, column of the candidate, width
COMPARED = (
    ("姓名", "person_name", "c_person_name", 10.0),
    ("性别", "sex", "c_sex", 5.5),
    ("出生日期", "birth_date", "c_birth_date", 12.0),
    ("证件号（脱敏）", "id_masked", "c_id_masked", 20.0),
    ("乡镇", "town", "c_town", 10.0),
    ("村", "village", "c_village", 11.0),
    ("户主或监护人", "head", "c_head", 11.0),
)
TAIL = (("与户主关系", "c_relation", 10.0), ("组", "c_group", 8.0), ("把握", "probability", 7.0), ("依据", "explanation", 36.0))
DECISION_WIDTH, NOTE_WIDTH = 12.0, 18.0


def _pairs(tables: ReleaseTables) -> pl.DataFrame:
    """One row per record in review and candidate (`rank` null when there is none), with both sides' texts. By feed, row_id, rank."""
    waiting = tables.links.filter(pl.col("status") == "review").select("feed", "row_id")
    titles = pl.DataFrame(
        [(name, feed.title) for name, feed in tables.feeds.items()], schema={"feed": pl.String, "title": pl.String}, orient="row"
    )
    records = pl.concat(
        conform(frame, ACCEPTED).with_columns(feed=pl.lit(name)).join(waiting, on=["feed", "row_id"], how="semi")
        for name, frame in sorted(tables.accepted.items())
    ).select(
        "feed", "row_id", "person_name", "sex", "birth_date", "town", "village", "address",
        id_masked=mask_id(pl.col("id_number")), head=pl.coalesce("head_name", "guardian_name"),
    )  # fmt: skip
    persons = tables.persons.select(
        "household_id", "person_id", c_person_name="person_name", c_sex="sex", c_birth_date="birth_date", c_relation="relation",
        c_id_masked=mask_id(pl.col("id_number")),
    ).unique(["household_id", "person_id"], keep="first", maintain_order=True)  # fmt: skip
    households = tables.households.select("household_id", c_town="town", c_village="village", c_group="group", c_head="head_name")
    candidates = tables.review_queue.filter(pl.col("rank") <= CANDIDATES)
    return (
        waiting.join(titles, on="feed", how="left")
        .join(records, on=["feed", "row_id"], how="left")
        .join(candidates, on=["feed", "row_id"], how="left")
        .join(households, on="household_id", how="left")
        .join(persons, on=["household_id", "person_id"], how="left")
        .with_columns(pl.col("village").fill_null(pl.col("address")))
        .sort("feed", "row_id", "rank")
    )


def write_review(path: Path, tables: ReleaseTables, month: Month, county: County) -> int:
    """Write the review workbook; returns its number of records in review."""
    pairs = _pairs(tables).with_columns(is_first=pl.struct("feed", "row_id").is_first_distinct())
    count = int(pairs["is_first"].sum())
    with Book(path, f"{county.name}{month} 待复核", county.office) as book:
        sheet = book.sheet("待复核", landscape=True, colour=GREEN)
        headings = [("清单", 16.0), *((name, width) for name, _, _, width in COMPARED), ("候选", 5.5)]
        headings += [*((name, width) for name, _, _, width in COMPARED), *((name, width) for name, _, width in TAIL)]
        headings += [("决定", DECISION_WIDTH), ("备注", NOTE_WIDTH), ("来源行", 40.0), ("户编号", 20.0), ("人编号", 20.0)]
        decision = len(headings) - 5
        title = f"{county.name}{month.year}年{month.number}月待复核记录  {count} 条"
        merge(sheet, 0, 0, decision + 1, title, book.style(font_size=16, bold=True, font_color=GREEN))
        note = "左边是部门原记录，右边是底册里可能的户；绿色相符，红色不符。每个候选选一个决定，一条记录最多一个“同一人”。"
        merge(sheet, 1, 0, decision + 1, note, book.style(font_size=10, font_color="#7B8794"))
        sheet.set_row(0, 28)
        for index, (heading, width) in enumerate(headings):
            sheet.set_column(index, index, width)
            record_side = index <= len(COMPARED)
            colours = {"bg_color": PALE_GREEN} if record_side else {"bg_color": GREEN, "font_color": "#FFFFFF"}
            put(sheet, 2, index, heading, book.boxed(bold=True, align="center", **colours))
        sheet.set_row(2, 30)
        for line, row in enumerate(pairs.iter_rows(named=True), start=3):
            cells = _cells(row)
            for index, (value, properties) in enumerate(cells):
                edge = {"top": 2, "top_color": GREEN} if row["is_first"] else {}
                put(sheet, line, index, value, book.boxed(**properties, **edge))
            sheet.set_row(
                line, height_of([(row["explanation"] or "", TAIL[-1][2]), (row["village"] or "", 11.0), (row["title"] or "", 16.0)])
            )
        if pairs.height:
            choose(sheet, (3, decision, 2 + pairs.height, decision), REVIEW_DECISIONS)
            sheet.autofilter(2, 0, 2 + pairs.height, len(headings) - 1)
        sheet.print_area(0, 0, max(3, 2 + pairs.height), decision + 1)
        sheet.freeze_panes(3, 2)
        sheet.repeat_rows(2)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C第 &P 页 共 &N 页")
        protect(sheet)
    return count


def _cells(row: dict[str, object]) -> list[tuple[object, dict[str, object]]]:
    """The cells of one line with their own style properties."""
    centre: dict[str, object] = {"align": "center"}
    faint = centre if row["is_first"] else {**centre, "font_color": "#9AA5B1"}
    probability = row["probability"]
    cells: list[tuple[object, dict[str, object]]] = [(row["title"], faint)]
    cells += [(row[name], faint) for _, name, _, _ in COMPARED]
    cells.append((row["rank"] if row["rank"] is not None else "无候选", centre))
    for _, name, other, _ in COMPARED:
        cells.append((row[other], {**centre, **_agreement(row[name], row[other])}))
    shown = f"{probability:.0%}" if isinstance(probability, float) else None
    cells += [(row["c_relation"], centre), (row["c_group"], centre), (shown, centre), (row["explanation"], {})]
    fill: dict[str, object] = {**centre, "bg_color": WRITE, "locked": False}
    quiet: dict[str, object] = {"font_color": "#9AA5B1", "font_size": 9}
    return [*cells, (None, fill), (None, fill), (row["row_id"], quiet), (row["household_id"], quiet), (row["person_id"], quiet)]


def _agreement(ours: object, theirs: object) -> dict[str, object]:
    if ours in {None, ""} or theirs in {None, ""}:
        return {}
    return {"font_color": GREEN, "bold": True} if ours == theirs else {"font_color": RED}
