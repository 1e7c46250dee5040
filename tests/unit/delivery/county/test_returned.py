"""A review workbook comes back: sorted, moved, with columns added, saved by another program; and what is doubtful is told, not guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from contracts.errors import HulianError
from contracts.month import Month
from delivery.county.returned import Returned, read_lines, understand
from delivery.county.review import HEADINGS, TOP, write_review
from delivery.desk import REVIEW_DECISION, open_desk
from tests.unit.delivery import frames

# candidates of two records: row 9 may be P0-0-0, P0-1-0 or P0-2-0, row 10 P0-0-1 or P0-1-1
CANDIDATES = [
    (9, 1, "H0-0", "P0-0-0"),
    (9, 2, "H0-1", "P0-1-0"),
    (9, 3, "H0-2", "P0-2-0"),
    (10, 1, "H0-0", "P0-0-1"),
    (10, 2, "H0-1", "P0-1-1"),
]
LINES = {"A": TOP + 1, "A1": TOP + 2, "A2": TOP + 3, "A3": TOP + 4, "B": TOP + 5, "B1": TOP + 6, "B2": TOP + 7}  # as a person counts them
DECISION = HEADINGS.index("决定") + 1


@pytest.fixture
def known() -> pl.DataFrame:
    rows = [(str(frames.MONTH), "medical_inpatient", row_id(row), house, person, f"c{row}", None) for row, _, house, person in CANDIDATES]
    return pl.DataFrame(rows, schema=dict(REVIEW_DECISION), orient="row")


def row_id(row: int) -> str:
    return f"住院.xlsx#Sheet1!{row}"


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    """The workbook as it is handed out."""
    path = tmp_path / "待复核_2026-11.xlsx"
    write_review(path, frames.in_review(CANDIDATES), frames.MONTH, frames.COUNTY)
    return path


def filled(path: Path, change: Callable[[Worksheet], None]) -> Path:
    """The workbook saved by another program after `change`."""
    book = openpyxl.load_workbook(path)
    change(book.worksheets[0])
    book.save(path)
    return path


def said(path: Path, known: pl.DataFrame, month: Month | None = None) -> Returned:
    return understand(path, month, read_lines(path), known)


def write(words: dict[str, str]) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        for line, word in words.items():
            sheet.cell(LINES[line], DECISION).value = word

    return change


def told(returned: Returned) -> dict[str, str]:
    """Word by candidate, as A1, B2."""
    keys = {(row_id(row), person): f"{'A' if row == 9 else 'B'}{rank}" for row, rank, _, person in CANDIDATES}
    return {keys[key]: word for *key, word in returned.decisions.select("row_id", "person_id", "decision").rows() for key in [tuple(key)]}


GOOD = [
    ("one person", {"A1": "同一人"}, {"A1": "同一人"}),
    ("blanks and the mark of a list", {"A1": " 同一 人 ", "B2": "3.不是"}, {"A1": "同一人", "B2": "不是"}),
    ("the household of both", {"A2": "同户他人", "A1": "不是"}, {"A1": "不是", "A2": "同户他人"}),
    ("a doubt is about the whole record", {"A2": "无法判断"}, {"A1": "无法判断", "A2": "无法判断", "A3": "无法判断"}),
    ("what is refused is not in doubt", {"A1": "不是", "A2": "无法判断"}, {"A1": "不是", "A2": "无法判断", "A3": "无法判断"}),
    ("a refusal leaves the others open", {"A1": "不是"}, {"A1": "不是"}),
    ("taken back", {"A1": "撤销"}, {"A1": "撤销"}),
    ("nothing", {}, {}),
]


@pytest.mark.parametrize(("words", "expected"), [case[1:] for case in GOOD], ids=[case[0] for case in GOOD])
def test_what_is_understood(words: dict[str, str], expected: dict[str, str], blank: Path, known: pl.DataFrame) -> None:
    returned = said(filled(blank, write(words)), known)
    assert told(returned) == expected
    assert returned.problems == []
    assert returned.decisions.schema == dict(REVIEW_DECISION)
    assert set(returned.decisions["content"]) <= {"c9", "c10"}


BAD = [
    # what is written, lines complained about, words of the complaint, what is understood all the same
    ("an unknown word", {"A1": "是的", "B1": "不是"}, ["A1"], "下拉框", {"B1": "不是"}),
    ("two persons", {"A1": "同一人", "A2": "同一人", "B1": "不是"}, ["A1", "A2"], "最多一个", {"B1": "不是"}),
    ("a person and a household", {"A1": "同一人", "A3": "同户他人", "A2": "不是"}, ["A1", "A2", "A3"], "最多一个", {}),
    ("a word on the bureau's line", {"A": "同一人", "B1": "同一人"}, ["A"], "部门记录行", {"B1": "同一人"}),
]


@pytest.mark.parametrize(("words", "lines", "complaint", "expected"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_what_is_doubtful_is_told_with_its_row(
    words: dict[str, str], lines: list[str], complaint: str, expected: dict[str, str], blank: Path, known: pl.DataFrame
) -> None:
    returned = said(filled(blank, write(words)), known)
    assert sorted(line for line, _ in returned.problems) == sorted(LINES[line] for line in lines)
    assert all(complaint in message for _, message in returned.problems)
    assert told(returned) == expected


def test_one_candidate_on_two_lines_with_two_words(blank: Path, known: pl.DataFrame) -> None:
    def change(sheet: Worksheet) -> None:
        write({"A1": "同一人", "B1": "不是"})(sheet)
        sheet.append([cell.value for cell in sheet[LINES["A1"]]])
        sheet.cell(sheet.max_row, DECISION).value = "不是"

    returned = said(filled(blank, change), known)
    assert [line for line, _ in returned.problems] == [LINES["A1"], LINES["B2"] + 1]
    assert told(returned) == {"B1": "不是"}


def test_sorted_moved_and_with_columns_added(blank: Path, known: pl.DataFrame) -> None:
    def change(sheet: Worksheet) -> None:
        write({"A1": "同一人", "B1": "不是"})(sheet)
        rows = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=TOP)]
        sheet.delete_rows(1, sheet.max_row)
        sheet.append(["我们县的复核表"])
        for cells in [rows[0], *reversed(rows[1:])]:
            sheet.append(["甲", *reversed(cells)])

    returned = said(filled(blank, change), known)
    assert told(returned) == {"A1": "同一人", "B1": "不是"}
    assert (returned.month, returned.records, returned.blank) == (frames.MONTH, 2, 0)


def test_lines_that_are_in_no_queue(blank: Path, known: pl.DataFrame) -> None:
    path = filled(blank, write({"A1": "同一人", "B1": "不是"}))
    returned = said(path, known.filter(pl.col("row_id") != row_id(9)))
    assert [line for line, _ in returned.problems] == [LINES["A1"]]
    assert told(returned) == {"B1": "不是"}


def test_another_month_is_refused(blank: Path, known: pl.DataFrame) -> None:
    with pytest.raises(HulianError, match="--month 2026-11"):
        said(blank, known, Month(2026, 10))


def test_two_months_in_one_workbook(blank: Path, known: pl.DataFrame) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.cell(LINES["B1"], HEADINGS.index("期次") + 1).value = "2026-10"

    with pytest.raises(HulianError, match="2 个期次"):
        said(filled(blank, change), known)


def test_a_workbook_without_its_hidden_columns(blank: Path) -> None:
    with pytest.raises(HulianError, match="找不到表头"):
        read_lines(filled(blank, lambda sheet: sheet.delete_cols(DECISION + 2, 9)))


def test_what_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_text("杨正华", encoding="utf-8")
    with pytest.raises(HulianError, match="不是可以读的工作簿") as refused:
        read_lines(path)
    assert "杨正华" not in str(refused.value)


def test_handing_in_twice_changes_nothing_and_a_new_answer_takes_back_the_old(blank: Path, known: pl.DataFrame, tmp_path: Path) -> None:
    desk = open_desk(f"sqlite:///{tmp_path}/desk.sqlite")
    returned = said(filled(blank, write({"A1": "同一人", "B1": "不是"})), known)
    assert [desk.decide(returned.decisions), desk.decide(returned.decisions)] == [2, 0]
    corrected = said(filled(blank, write({"A1": "", "A2": "同户他人", "B1": "撤销"})), known)
    assert [desk.decide(corrected.decisions), desk.decide(corrected.decisions)] == [2, 0]
    assert desk.review_decisions().select("person_id", "decision").rows() == [("P0-1-0", "同户他人")]
