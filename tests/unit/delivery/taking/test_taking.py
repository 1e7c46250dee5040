"""What comes back from villages: written by us, filled in by somebody, saved by something, and read again."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from contracts.errors import HulianError
from delivery.taking.take import KNOWN, Taken, take
from delivery.village.handout import villages_of
from delivery.village.pages import Pages
from delivery.village.workbook import write_village
from delivery.words import CONCLUSIONS, NUMBERED_CONCLUSIONS
from tests.filling import VISITORS, fill, forms, label, saved
from tests.unit.delivery.frames import COUNTY, MONTH, tables

TODAY = date(2026, 12, 20)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pl.DataFrame]:
    """A village's workbook as it was handed out, and the leads that were released."""
    first = villages_of(tables(), MONTH)[0]
    path = tmp_path_factory.mktemp("village") / "村.xlsx"
    write_village(path, Pages(first, MONTH, COUNTY))
    return path, known(first.leads)


def known(leads: pl.DataFrame) -> pl.DataFrame:
    return leads.select("lead_id", "household_id", month=pl.lit(str(MONTH)), standing_id="lead_id").cast(dict(KNOWN))


Village = tuple[Path, pl.DataFrame]


def filled(village: Village, **answers: object) -> Workbook:
    book = openpyxl.load_workbook(village[0])
    for number, sheet in enumerate(forms(book)):
        fill(sheet, NUMBERED_CONCLUSIONS[number % 9], **answers)
    return book


def said(taken: Taken) -> dict[str, str]:
    return dict(taken.understood.select("lead_id", "conclusion").iter_rows())


def expected(village: Village) -> dict[str, str]:
    return {lead: CONCLUSIONS[number % 9] for number, lead in enumerate(village[1]["lead_id"])}


def moved_rows(book: Workbook) -> None:
    for sheet in forms(book):
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        sheet.insert_rows(1, 2)
        row, _ = label(sheet, "结论")
        sheet.insert_rows(row, 3)
        row, _ = label(sheet, "核查日期")
        sheet.insert_rows(row + 1)


def added_columns(book: Workbook) -> None:
    for sheet in forms(book):
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        sheet.insert_cols(1)
        sheet.insert_cols(3)


def renamed_sheets(book: Workbook) -> None:
    for number, sheet in enumerate(book.worksheets):
        sheet.title = f"Sheet{number}"
    book.move_sheet(book.worksheets[-1], -3)


def only_forms(book: Workbook) -> None:
    for sheet in book.worksheets[:2]:
        book.remove(sheet)


@pytest.mark.parametrize("change", [lambda _: None, moved_rows, added_columns, renamed_sheets, only_forms])
def test_a_filled_in_workbook_is_read_whatever_was_done_to_it(change: Callable[[Workbook], None], village: Village):
    book = filled(village, signed="已签")
    change(book)
    taken = take(saved(book), "村.xlsx", village[1], TODAY)
    assert taken.refused.rows() == []
    assert said(taken) == expected(village)
    assert taken.understood.select("visited_on", "visitor_one", "visitor_two", "authorised_on").unique().rows() == [
        (date(2026, 12, 8), *VISITORS, date(2026, 12, 8))
    ]


@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_what_libreoffice_saves_is_read(form: str, village: Village, tmp_path: Path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    source = tmp_path / "in" / "村.xlsx"
    source.parent.mkdir()
    source.write_bytes(saved(filled(village, day=date(2026, 12, 8))))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run([office, profile, "--headless", "--convert-to", form, "--outdir", tmp_path, source], check=True, capture_output=True)
    taken = take((tmp_path / f"村.{form}").read_bytes(), "村", village[1], TODAY)
    assert taken.refused.rows() == []
    assert said(taken) == expected(village)
    assert taken.understood["visited_on"].unique().to_list() == [date(2026, 12, 8)]


def test_an_empty_workbook_says_nothing(village: Village):
    taken = take(village[0].read_bytes(), "村.xlsx", village[1], TODAY)
    assert (taken.understood.height, taken.refused.height, taken.blank) == (0, 0, village[1].height)


# How a conclusion may be written, and what is read; null is refused.
WRITTEN = [
    ("1 属实-拟纳入", 1), ("１", 1), ("1.0", 1), (2, 2), ("②", 2),
    ("属实—单项帮扶", 2), ("3 已在监测", 3), ("单项帮扶", 2), ("5、不属实", 5),
    ("查无此人", 6), ("9暂未联系上", 9), ("属实", None), ("1、2", None), ("10", None), ("1 不属实-数据有误", None), ("去过了", None),
]  # fmt: skip


@pytest.mark.parametrize(("written", "number"), WRITTEN)
def test_how_a_conclusion_may_be_written(written: object, number: int | None, village: Village):
    book = openpyxl.load_workbook(village[0])
    fill(forms(book)[0], written)
    taken = take(saved(book), "村.xlsx", village[1], TODAY)
    assert taken.understood["conclusion"].to_list() == ([CONCLUSIONS[number - 1]] if number else [])
    assert taken.refused["field"].to_list() == ([] if number else ["结论"])


DAYS = [
    ("2026年12月8日", date(2026, 12, 8)), ("12月8日", date(2026, 12, 8)), ("12.8", date(2026, 12, 8)),
    (date(2026, 12, 8), date(2026, 12, 8)),
    (46364, date(2026, 12, 8)), ("2026/12/8 上午", date(2026, 12, 8)), ("8日上午", None),
    ("2027-12-08", None), ("2025-12-08", None), ("昨天", None), (None, None),
]  # fmt: skip


@pytest.mark.parametrize(("written", "day"), DAYS)
def test_how_a_day_may_be_written(written: object, day: date | None, village: Village):
    book = openpyxl.load_workbook(village[0])
    fill(forms(book)[0], "1", day=written)
    taken = take(saved(book), "村.xlsx", village[1], TODAY)
    assert taken.understood["visited_on"].to_list() == ([day] if day else [])
    assert taken.refused["field"].to_list() == ([] if day else ["核查日期"])


VISITOR_CELLS = [(VISITORS, []), (("石光明、龙小妹", None), []), (("石光明", None), ["核查人（二）"]),
                 (("石光明", "石 光明"), ["核查人（二）"]),
                 ((None, "龙小妹"), ["核查人（一）"])]  # fmt: skip


@pytest.mark.parametrize(("visitors", "faults"), VISITOR_CELLS)
def test_two_visitors_are_needed(visitors: tuple[object, object], faults: list[str], village: Village):
    book = openpyxl.load_workbook(village[0])
    fill(forms(book)[0], "1", visitors=visitors)
    taken = take(saved(book), "村.xlsx", village[1], TODAY)
    assert taken.refused["field"].to_list() == faults


def test_what_is_refused_names_the_cell_and_repeats_nothing(village: Village):
    book = openpyxl.load_workbook(village[0])
    sheet = forms(book)[0]
    fill(sheet, "王大爷家没人")
    row, column = label(sheet, "结论")
    fault = take(saved(book), "村.xlsx", village[1], TODAY).refused.row(0, named=True)
    assert (fault["sheet"], fault["cell"]) == (sheet.title, f"{chr(64 + column + 1)}{row}")
    assert "王大爷" not in str(fault)


def number_of(sheet: Worksheet, words: str, value: object) -> None:
    row, column = label(sheet, words)
    sheet.cell(row, column + 1).value = value


# What was done to the number of a form, the lead that stands, and the fault.
NUMBERS = [
    ("线索编号", None, "线索编号"), ("线索编号", "2026-11-000000000000-001", "线索编号"), ("线索编号", "张三", "线索编号"),
    ("户编号", "H-another", "户编号"), ("户编号", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("words", "value", "fault"), NUMBERS)
def test_an_answer_belongs_to_a_lead_that_was_released(words: str, value: str | None, fault: str | None, village: Village):
    book = openpyxl.load_workbook(village[0])
    fill(forms(book)[0], "1")
    number_of(forms(book)[0], words, value)
    taken = take(saved(book), "村.xlsx", village[1], TODAY)
    assert taken.refused["field"].to_list() == ([fault] if fault else [])
    assert taken.understood.height == (0 if fault else 1)


def test_an_answer_on_a_superseded_workbook_counts_for_the_household(village: Village):
    book = filled(village)
    released = village[1].with_row_index("at")
    first = released.with_columns(
        standing_id=pl.when(pl.col("at") == 0).then(None).otherwise(pl.col("standing_id").shift(1, fill_value=""))
    )
    second = first.filter(pl.col("standing_id").is_not_null()).with_columns(lead_id="standing_id")
    taken = take(saved(book), "村.xlsx", pl.concat([first, second]).drop("at"), TODAY)
    assert taken.refused["reason"].str.contains("撤回").to_list() == [True]
    assert taken.understood["household_id"].to_list() == village[1]["household_id"].to_list()[1:]
    assert taken.understood["lead_id"].to_list() == village[1]["lead_id"].to_list()[:-1]


def test_two_answers_about_one_lead_are_a_contradiction(village: Village):
    book = openpyxl.load_workbook(village[0])
    fill(forms(book)[0], "1")
    fill(book.copy_worksheet(forms(book)[0]), "1")
    assert take(saved(book), "村.xlsx", village[1], TODAY).understood.height == 1
    fill(book.worksheets[-1], "5")
    taken = take(saved(book), "村.xlsx", village[1], TODAY)
    assert (taken.understood.height, taken.conflicts.height) == (0, 2)


HEADINGS = ("线索编号", "户编号", "核查结论", "核查日期", "核查人一", "核查人二", "承诺授权日期", "备注")


def listed(village: Village) -> list[tuple[str, ...]]:
    leads = village[1].select("lead_id", "household_id").rows()
    return [(*lead, str(number % 9 + 1), "2026-12-08", *VISITORS, "2026-12-07", "属实") for number, lead in enumerate(leads)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_is_read(encoding: str, delimiter: str, village: Village):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([HEADINGS, *listed(village)])
    taken = take(text.getvalue().encode(encoding), "村.csv", village[1], TODAY)
    assert taken.refused.rows() == []
    assert said(taken) == expected(village)
    assert taken.understood["authorised_on"].unique().to_list() == [date(2026, 12, 7)]


@pytest.mark.parametrize("wrap", [lambda answers: answers, lambda answers: {"answers": answers}])
def test_json_is_read(wrap: Callable[[object], object], village: Village):
    names = ("lead_id", "household_id", "conclusion", "visited_on", "visitor_one", "visitor_two", "authorised_on", "note")
    answers = [dict(zip(names, row, strict=True)) for row in listed(village)]
    taken = take(json.dumps(wrap(answers)).encode(), "村.json", village[1], TODAY)
    assert taken.refused.rows() == []
    assert said(taken) == expected(village)


def test_a_list_added_to_the_workbook_is_read_beside_the_forms(village: Village):
    book = openpyxl.load_workbook(village[0])
    fill(forms(book)[0], "1")
    sheet = book.create_sheet("汇总")
    for row in [("村里汇总",), HEADINGS[:1] + HEADINGS[2:6], *[row[:1] + row[2:6] for row in listed(village)]]:
        sheet.append(row)
    taken = take(saved(book), "村.xlsx", village[1], TODAY)
    assert said(taken) == expected(village)


WRONG = [(b"", "读不出"), (b"%PDF-1.7\x00", "读不出"), (b"PK\x03\x04 broken", "工作簿"), (b"[1, 2", "JSON"), (b"[1, 2]", "列表")]


@pytest.mark.parametrize(("content", "told"), WRONG)
def test_a_file_that_is_none_is_refused_as_a_whole(content: bytes, told: str):
    with pytest.raises(HulianError, match=told):
        take(content, "村.xlsx", pl.DataFrame(schema=dict(KNOWN)), TODAY)


def test_a_file_without_any_answer_to_read_says_what_is_expected():
    taken = take("姓名,金额\n张三,3\n".encode(), "村.csv", pl.DataFrame(schema=dict(KNOWN)), TODAY)
    assert re.search("核查结论", taken.refused["reason"][0])
