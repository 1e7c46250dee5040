"""A release as its readers open it: what stands in the files, and what must never stand there."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from polars.testing import assert_frame_equal

from contracts.tables import RELEASED_FILE
from delivery import beside
from delivery.county.review import HEADINGS, TOP
from delivery.releases.manifest import MANIFEST
from delivery.releases.proposal import ReleaseError, write
from delivery.village.handout import villages_of
from delivery.words import CARE, NOT_A_VERDICT, NUMBERED_CONCLUSIONS, REVIEW_CHOICES, YES_NO_PARTLY
from tests.unit.delivery import frames

VILLAGE = "村级/城关镇/第0村_522699100200_2026-11.xlsx"
FULL_ID = re.compile(r"\d{6}(?:19|20)\d{2}\d{4}\d{3}[\dX]")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pl.DataFrame]:
    folder = tmp_path_factory.mktemp("releases") / "2026-11"
    return folder, write(frames.MONTH, frames.tables(), folder, frames.COUNTY, "digest")


def cells(path: Path) -> dict[str, list[str]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None] for sheet in book}


def sheet(path: Path, name: str) -> Worksheet:
    found = openpyxl.load_workbook(path)[name]
    assert isinstance(found, Worksheet)
    return found


def test_every_file_is_listed_with_its_rows(released):
    folder, files = released
    assert files.schema == dict(RELEASED_FILE)
    assert files.select("path", "kind", "audience", "rows").sort("path").rows() == [
        ("县级/台账_2026-11.xlsx", "ledger", "县", 6),
        ("县级/待复核_2026-11.xlsx", "review_queue", "县", 1),
        ("县级/汇总表_2026-11.xlsx", "summary", "县", 1),
        (VILLAGE, "village_workbook", "522699100200", 3),
        ("村级/城关镇/第1村_522699100201_2026-11.xlsx", "village_workbook", "522699100201", 3),
        ("纠错清单/住建局_2026-11.xlsx", "correction_list", "住建局", 0),
        ("纠错清单/医保局_2026-11.xlsx", "correction_list", "医保局", 2),
    ]
    on_disk = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert on_disk == {*files["path"], MANIFEST, *(f"tables/{name}.parquet" for name in ("leads", "papers", "signals", "suppressed"))}
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["digest"] == "digest"
    assert manifest["counts"]["leads"] == 6
    assert [file["sha256"] for file in manifest["files"]] == files["sha256"].to_list()


def test_the_same_tables_give_the_same_bytes(released, tmp_path):
    folder, files = released
    again = write(frames.MONTH, frames.tables(), tmp_path / "2026-11", frames.COUNTY, "digest")
    assert_frame_equal(files, again)
    assert (folder / MANIFEST).read_bytes() == (tmp_path / "2026-11" / MANIFEST).read_bytes()


def test_several_processes_write_the_same_bytes(released, tmp_path, monkeypatch):
    _, files = released
    monkeypatch.setattr(beside, "WORTH_PROCESSES", 1)
    monkeypatch.setattr(beside.os, "cpu_count", lambda: 2)
    assert_frame_equal(files, write(frames.MONTH, frames.tables(), tmp_path / "2026-11", frames.COUNTY, "digest"))


def test_no_cell_is_a_formula_and_no_id_number_is_whole(released):
    folder, files = released
    for path in files.filter(pl.col("path").str.ends_with(".xlsx"))["path"]:
        for values in cells(folder / path).values():
            assert not [value for value in values if value.startswith("=")], path
            assert not [value for value in values if FULL_ID.search(value)], path


def test_a_village_learns_no_disease_petition_or_asset(released):
    folder, files = released
    for path in files.filter(pl.col("kind") == "village_workbook")["path"]:
        text = "\n".join(value for values in cells(folder / path).values() for value in values)
        assert not [word for word in (frames.DISEASE, frames.PETITION, frames.ASSET) if word in text]
    corrections = "\n".join(value for values in cells(folder / "纠错清单/医保局_2026-11.xlsx").values() for value in values)
    assert frames.DISEASE not in corrections


def test_a_village_sees_its_own_households_only(released):
    folder, _ = released
    text = "\n".join(value for values in cells(folder / VILLAGE).values() for value in values)
    assert "第0村" in text
    assert "第1村" not in text


def test_ages_follow_from_the_numbers_where_the_register_has_no_dates():
    tables = frames.tables(1, 1)
    bare = replace(tables, persons=tables.persons.with_columns(birth_date=pl.lit(None, pl.Date)))
    ages = [[member["age"] for member in villages_of(each, frames.MONTH)[0].members["H0-0"]] for each in (tables, bare)]
    assert ages == [[76, 64, 52, 40]] * 2


def test_phones_stand_on_visit_forms_only(released):
    folder, _ = released
    for name, values in cells(folder / VILLAGE).items():
        assert (frames.PHONE in values) == (name not in {"封面", "线索清单"})


def test_the_lead_list_prints_well(released):
    folder, _ = released
    leads = sheet(folder / VILLAGE, "线索清单")
    assert leads.page_setup.orientation == "landscape"
    assert leads.page_setup.paperSize == 9  # A4
    assert (leads.page_setup.fitToWidth or 1, leads.page_setup.fitToHeight) == (1, 0)
    assert leads.print_title_rows == "$3:$3"
    assert leads.print_area == "'线索清单'!$A$1:$L$6"
    assert [leads.cell(row, 2).value for row in (4, 5, 6)] == ["红", "黄", "黄"]  # urgent first
    assert leads["C4"].value == "杨正华\n522699********000X"
    assert NOT_A_VERDICT in leads["A2"].value
    assert min(cell.font.size for row in leads["A4:L6"] for cell in row) >= 11
    assert leads.protection.sheet
    assert not leads.protection.password
    assert not leads["L4"].protection.locked
    assert leads["C4"].protection.locked


def test_a_red_lead_is_red_and_a_doubtful_person_too(released):
    folder, _ = released
    leads = sheet(folder / VILLAGE, "线索清单")
    assert leads["B4"].fill.fgColor.rgb == "FFC0392B"
    assert leads["B5"].fill.fgColor.rgb == "FFF4C542"
    doubtful = {leads.cell(row, 10).value: leads.cell(row, 10).font.color.rgb for row in (4, 6)}
    assert [(value.split("\n")[0], colour) for value, colour in doubtful.items()] == [("证件一致", "FF1F2933"), ("需核身份", "FFC0392B")]


def test_a_visit_form_is_one_page_with_its_choices(released):
    folder, _ = released
    form = sheet(folder / VILLAGE, "01 杨正华")
    assert form.page_setup.orientation != "landscape"
    assert form.page_setup.paperSize == 9
    assert form.sheet_properties.pageSetUpPr.fitToPage
    assert (form.page_setup.fitToWidth or 1, form.page_setup.fitToHeight or 1) == (1, 1)
    lists = {rule.formula1.strip('"') for rule in form.data_validations.dataValidation if rule.type == "list"}
    assert {",".join(NUMBERED_CONCLUSIONS), ",".join(YES_NO_PARTLY)} <= lists
    values = cells(folder / VILLAGE)["01 杨正华"]
    for expected in ("城关镇 第0村 1组", "※杨光华", "一般农户", "8,124 元", "2026-11-522699100200-01", NOT_A_VERDICT):
        assert expected in values
    assert CARE in form.oddFooter.left.text
    fills = [cell for row in form.iter_rows() for cell in row if not cell.protection.locked]
    assert fills
    assert all(cell.value is None for cell in fills)
    assert form.protection.sheet


def test_a_name_that_looks_like_a_formula_is_text(tmp_path):
    write(frames.MONTH, frames.tables(1, 4), tmp_path / "x", frames.COUNTY, "")
    book = openpyxl.load_workbook(tmp_path / "x" / VILLAGE)
    assert book.sheetnames[2:] == ["01 杨正华", "04 =cmd", "02 龙□生", "03 买买提·吐尔逊"]
    texts = [cell.value for row in book["04 =cmd"].iter_rows() for cell in row]
    assert "'=cmd" in texts
    assert "=cmd" not in texts


def test_leads_without_a_village_are_handed_to_the_town(tmp_path):
    tables = frames.tables(1, 2)
    nowhere = tables.leads.with_columns(village_code=pl.lit(None, pl.String), village=pl.lit(None, pl.String))
    files = write(frames.MONTH, replace(tables, leads=nowhere), tmp_path / "x", frames.COUNTY, "")
    assert files.filter(pl.col("kind") == "village_workbook").select("path", "audience", "rows").rows() == [
        ("村级/城关镇/未定行政村_未定_2026-11.xlsx", "城关镇", 2)
    ]


def test_a_month_without_leads_still_has_its_county_files(tmp_path):
    tables = frames.tables(1, 1)
    files = write(
        frames.MONTH, replace(tables, leads=tables.leads.clear(), signals=tables.signals.clear()), tmp_path / "x", frames.COUNTY, ""
    )
    assert files["kind"].value_counts().sort("kind").rows() == [
        ("correction_list", 2),
        ("ledger", 1),
        ("review_queue", 1),
        ("summary", 1),
    ]


def test_a_new_release_replaces_the_folder_as_a_whole(tmp_path):
    out = tmp_path / "2026-11"
    write(frames.MONTH, frames.tables(2, 1), out, frames.COUNTY, "first")
    (tmp_path / ".2026-11.999.part").mkdir()  # left over from a run that was killed
    write(frames.MONTH, frames.tables(1, 1), out, frames.COUNTY, "second")
    assert {path.name for path in (out / "村级/城关镇").iterdir()} == {"第0村_522699100200_2026-11.xlsx"}
    assert [path.name for path in tmp_path.iterdir()] == ["2026-11"]


def test_a_contradiction_stops_the_release_and_leaves_the_old_one(tmp_path):
    out = tmp_path / "2026-11"
    tables = frames.tables()
    write(frames.MONTH, tables, out, frames.COUNTY, "first")
    without_signals = replace(tables, signals=tables.signals.filter(pl.col("household_id") != "H0-0"))
    with pytest.raises(ReleaseError, match="1 leads have no risk signal"):
        write(frames.MONTH, without_signals, out, frames.COUNTY, "second")
    assert json.loads((out / MANIFEST).read_text(encoding="utf-8"))["digest"] == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["2026-11"]


def test_corrections_show_the_row_as_sent_and_mark_the_cell(released):
    folder, _ = released
    rows = sheet(folder / "纠错清单/医保局_2026-11.xlsx", "住院自付费用清单")
    assert [cell.value for cell in rows[2]][6:] == ["姓名", "证件号码", "疾病名称", "个人自付（元）"]
    assert [cell.value for cell in rows[3]] == [
        "退回", "住院.xlsx", "Sheet1", 8, "没有姓名也没有证件号", "请补填姓名或证件号", None, None, "（见原表）", "'=1+1",
    ]  # fmt: skip
    assert [cell.value for cell in rows[4]] == [
        "存疑", "住院.xlsx", "Sheet1", 9, "证件号只有15位", "请换成18位", "杨广华", "522699*****0000", "（见原表）", "12",
    ]  # fmt: skip
    pale = "FFFBE9E7"
    assert [(row, cell.column) for row in (3, 4) for cell in rows[row] if cell.fill.fgColor.rgb == pale] == [(3, 7), (4, 8)]
    held = cells(folder / "纠错清单/住建局_2026-11.xlsx")
    assert list(held) == ["汇总"]
    assert "整表暂缓" in held["汇总"]


def test_the_review_queue_puts_candidates_under_the_record(released):
    folder, _ = released
    queue = sheet(folder / "县级/待复核_2026-11.xlsx", "待复核")
    at = {name: HEADINGS.index(name) + 1 for name in HEADINGS}
    lines = [[queue.cell(TOP + 1 + line, at[name]).value for name in ("候选", "姓名", "户编号", "决定")] for line in range(3)]
    assert lines == [
        ["部门记录", "杨广华", None, None], ["候选 1", "杨正华", "H0-0", None], ["候选 2", "龙□生", "H0-1", None],
    ]  # fmt: skip
    rule = queue.data_validations.dataValidation[0]
    assert rule.formula1 == f'"{",".join(REVIEW_CHOICES)}"'
    assert [queue.cell(TOP + line, at["决定"]).protection.locked for line in (1, 2, 3)] == [True, False, False]
