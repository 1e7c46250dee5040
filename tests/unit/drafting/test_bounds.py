"""Where a table begins and ends, members across, several people in a cell, several sheets: drafted and read with the draft."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from drafted import CELLS, NAMES, ROWS, drafted, made, numbers

from contracts.errors import HulianError
from drafting.draft import draft

COLUMNS = [("序号", "count"), ("姓名", "name"), ("身份证号", "id"), ("村", "village"), ("补助金额", "money"), ("发放日期", "date")]
BODY = [list(row) for row in zip(*(CELLS[kind] for _, kind in COLUMNS), strict=True)]
HEADER = [header for header, _ in COLUMNS]

# what stands in the sheet, header rows as a person counts them
SHEETS = {
    "nothing above": ([HEADER, *BODY], (1, 1)),
    "titles and who filled it in": ([["某县补助发放表"], ["填报单位：某局", "", "", "填报日期：2026-11-05"], HEADER, *BODY], (3, 3)),
    "a blank line above": ([["某县补助发放表"], [], HEADER, *BODY], (3, 3)),
    "totals, notes and blank lines": (
        [
            HEADER,
            *BODY[:10],
            ["小计", "", "", "", "70000"],
            [],
            *BODY[10:],
            ["合计", "", "", "", "140000"],
            ["填表人：某某", "", "审核人："],
        ],
        (1, 1),
    ),
    "two rows of header": (
        [["序号", "人员信息", "", "", "发放情况", ""], ["", "姓名", "身份证号", "村", "补助金额", "发放日期"], *BODY],
        (1, 2),
    ),
    "three rows of header under a title": (
        [
            ["补助发放表"],
            ["序号", "人员信息", "", "", "发放情况", ""],
            ["", "姓名", "身份证号", "所在地", "补助金额", "发放日期"],
            ["", "", "", "村", "", ""],
            *BODY,
        ],
        (2, 4),
    ),
    "a row of column numbers": ([HEADER, ["1", "2", "3", "4", "5", "6"], *BODY], (1, 1)),
    "a row of units": ([HEADER, ["", "", "", "", "元", ""], *BODY], (1, 1)),
    "the header again in the middle": ([HEADER, *BODY[:10], HEADER, *BODY[10:]], (1, 1)),
    "headers that say nothing": ([["表一"], [f"列{number}" for number in range(1, 7)], *BODY], (2, 2)),
}


@pytest.mark.parametrize("case", SHEETS)
def test_the_table_is_found_and_its_rows_are_read(tmp_path: Path, case: str) -> None:
    lines, header_rows = SHEETS[case]
    made_of = drafted(tmp_path / "补助.xlsx", lines)
    assert made_of.tables[0].header_rows == header_rows
    assert made_of.tables[0].data.height == made_of.rows == ROWS
    assert {"person_name", "id_number", "village", "event_date"} <= {column.name for column in made_of.feed.columns}


def test_groups_above_tell_the_student_from_the_guardian(tmp_path: Path) -> None:
    kinds = ["name", "id", "other name", "other id", "phone"]
    body = [list(row) for row in zip(*(CELLS[kind] for kind in kinds), strict=True)]
    head = [["学生信息", "", "监护人信息", "", ""], ["姓名", "身份证号", "姓名", "身份证号", "联系电话"]]
    columns = drafted(tmp_path / "学生.xlsx", [*head, *body]).feed.columns
    assert [column.name for column in columns] == ["person_name", "id_number", "guardian_name", "guardian_id", "phone"]


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        (["成员1姓名", "成员2姓名", "成员3姓名"], ["成员1身份证号", "成员2身份证号", "成员3身份证号"]),
        (["姓名1", "姓名2", "姓名3"], ["证件号码1", "证件号码2", "证件号码3"]),
        (["姓名", "姓名", "姓名"], ["身份证号", "身份证号", "身份证号"]),
    ],
)
def test_members_across(tmp_path: Path, names: list[str], ids: list[str]) -> None:
    pairs = [(name, number) for name, number in zip(NAMES, numbers(), strict=True)]
    rows = [
        ["上坪镇", NAMES[row], *pairs[row], *pairs[(row + 1) % ROWS], *(pairs[(row + 2) % ROWS] if row % 2 else ("", ""))]
        for row in range(ROWS)
    ]
    header = ["乡镇", "户主", *(cell for pair in zip(names, ids, strict=True) for cell in pair)]
    made_of = drafted(tmp_path / "低保.csv", [header, *rows])
    assert made_of.feed.shape == "wide"
    assert made_of.feed.wide is not None
    assert made_of.feed.wide.count == 3
    assert [column.name for column in made_of.feed.columns] == ["town", "head_name"]
    assert made_of.rows == ROWS


def test_several_people_in_a_cell(tmp_path: Path) -> None:
    feed = made(tmp_path, [("权利人", "two names"), ("权利人证件号", "two ids"), ("登记日期", "date")]).feed
    assert (feed.shape, [column.type for column in feed.columns]) == ("several", ["names", "ids", "date"])


def test_calls_are_text(tmp_path: Path) -> None:
    feed = made(tmp_path, [("工单号", "plate"), ("来电时间", "date"), ("工单内容", "story")], name="12345热线工单202611.csv").feed
    assert feed.shape == "text"
    assert [column.name for column in feed.columns if column.required] == ["text"]


def test_one_list_over_sheets_beside_an_explanation(tmp_path: Path) -> None:
    path = tmp_path / "各镇名单.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("填报说明").write_column(0, 0, ["一、请按时填报", "二、请核对身份证号"])
        for town in ("上坪镇", "下坪乡"):
            sheet = book.add_worksheet(town)
            for row, line in enumerate([["名单"], HEADER, *BODY]):
                sheet.write_row(row, 0, line)
    made_of = draft(path)
    assert made_of.rows == 2 * ROWS
    assert made_of.feed.source.sheets == ["上坪镇", "下坪乡"]
    assert draft(path, sheet="下坪乡").feed.source.sheets == ["下坪乡"]


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("2026年11月临时救助发放表.xls", "*临时救助发放表*.xls*"),
        ("上坪镇11月排查发现情况.xlsx", "*排查发现情况*.xls*"),
        ("返乡务工人员监测202611（副本）.csv", "*返乡务工人员监测*.csv"),
        ("某溪县残疾人名册（2026年第三季度）.xlsx", "*残疾人名册*.xls*"),
    ],
)
def test_the_pattern_leaves_open_what_changes_from_month_to_month(tmp_path: Path, name: str, pattern: str) -> None:
    kind = name.rsplit(".", 1)[1]
    path = tmp_path / (name if kind != "xls" else name + "x")
    assert drafted(path, [HEADER, *BODY]).feed.source.files == [pattern]


@pytest.mark.parametrize(
    ("name", "above", "bureau"),
    [
        ("补贴.xlsx", ["填报单位：县民政局"], "民政局"),
        ("岚溪县卫健局救治名单202611.xlsx", ["救治名单"], "卫健局"),
        ("危房名单.xlsx", ["危房名单"], "住建局"),
        ("名单.xlsx", ["名单"], "待填"),
    ],
)
def test_the_bureau_is_the_one_that_signs_or_the_one_whose_matter_it_is(tmp_path: Path, name: str, above: list[str], bureau: str) -> None:
    assert drafted(tmp_path / name, [above, HEADER, *BODY]).feed.bureau == bureau


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的"),
        (b"%PDF-1.7", "文件是 PDF"),
        ("关于召开会议的通知\n\n请各单位参加。".encode(), "没有找到表头和数据"),
    ],
)
def test_what_holds_no_table_is_answered_with_a_way_out(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes(content)
    with pytest.raises(HulianError, match=said):
        draft(path)


def test_an_unknown_sheet_is_answered_with_those_that_there_are(tmp_path: Path) -> None:
    path = tmp_path / "名单.xlsx"
    drafted(path, [HEADER, *BODY])
    with pytest.raises(HulianError, match=r"没有工作表“不在”。有：Sheet1"):
        draft(path, sheet="不在")
