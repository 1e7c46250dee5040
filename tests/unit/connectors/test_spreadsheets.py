import pytest
from nasty import feed, xls, xlsx

from connectors.read import read_feed
from contracts.errors import HeldFeed
from contracts.tables import ARRIVAL

HEADER = ["乡镇", "村", "姓名", "身份证号", "出院日期", "个人自付"]
ZHANG = ["上坪镇", "甲村", "张三", "52269919800101123X", "2026-11-05", "100"]
LI = ["上坪镇", "乙村", "李四", "522699198202021236", "2026-11-06", "200"]


def read(path, **changes):
    arrived = read_feed(feed(**changes), [path], root=path.parent)
    lines = dict(arrived.findings.filter(arrived.findings["row_number"].is_not_null()).select("row_number", "code").iter_rows())
    return arrived.rows, lines


def test_titles_unit_row_three_header_rows_subtotals_totals_notes(tmp_path):
    path = xlsx(
        tmp_path / "住院.xlsx",
        [
            ["岚溪县2026年11月住院自付费用明细表"],
            [None, None, None, None, None, "单位：万元"],
            ["人员信息", None, None, None, "住院信息", None],
            ["所在地", None, "姓名", "身份证号", "出院日期", "费用"],
            ["乡镇", "村", None, None, None, "个人自付"],
            ["上坪镇", "甲村", "张三", "52269919800101123X", "2026-11-05", 1.25],
            ["上坪镇小计", None, None, None, None, 1.25],
            [],
            ["下坪镇", "乙村", "王小计", "522699198202021236", "2026-11-06", 2],
            ["合计", None, None, None, None, 3.25],
            ["填表人：赵六", None, None, "审核人：钱七"],
        ],
    )
    rows, lines = read(path)
    assert rows.select("row_number", "人员信息_姓名", "住院信息_费用_个人自付（万元）").rows() == [(6, "张三", "1.25"), (9, "王小计", "2")]
    assert rows["row_id"].to_list() == ["住院.xlsx#Sheet1!6", "住院.xlsx#Sheet1!9"]
    assert lines == {
        **dict.fromkeys([1, 2], "title_line"),
        **dict.fromkeys([3, 4, 5], "header_line"),
        7: "total_line",
        8: "blank_line",
        10: "total_line",
        11: "note_line",
    }


def test_every_line_is_a_row_or_a_finding(tmp_path):
    lines = [
        [], ["名单"], HEADER, ["1", "2", "3", "4", "5", "6"], ZHANG, [], HEADER, LI, ["一、下坪镇"], ZHANG,
        ["小 计", None, None, None, None, "300"], ["总计", None, None, None, None, "300"], ["注：以上均为农村户籍"],
    ]  # fmt: skip
    rows, told = read(xlsx(tmp_path / "住院.xlsx", lines))
    assert sorted([*rows["row_number"], *told]) == list(range(1, len(lines) + 1))
    assert rows["row_number"].to_list() == [5, 8, 10]
    assert {told[4], told[6], told[7], told[9], told[11], told[12], told[13]} == {
        "column_numbers", "blank_line", "repeated_header", "section_line", "total_line", "note_line",
    }  # fmt: skip


def test_people_who_are_called_like_totals_stay(tmp_path):
    people = [["上坪镇", "甲村", "合计", None, "2026-11-05", "1"], ["上坪镇", "甲村", "总计", "52269919800101123X", None, None]]
    rows, _ = read(xlsx(tmp_path / "住院.xlsx", [HEADER, *people]))
    assert rows["姓名"].to_list() == ["合计", "总计"]


@pytest.mark.parametrize("write", [xlsx, xls])
def test_ids_typed_as_numbers_keep_their_true_digits_and_no_others(tmp_path, write):
    path = write(
        tmp_path / f"住院.{write.__name__}",
        [
            HEADER,
            [*ZHANG[:3], 522699198001011000, *ZHANG[4:]],
            [*LI[:3], "522699198001011328", *LI[4:]],
            [*LI[:3], 522699800101123, *LI[4:]],
        ],
    )
    rows, _ = read(path)
    assert rows["身份证号"].to_list() == ["522699198001011000", "522699198001011328", "522699800101123"]


def test_columns_are_found_by_name_in_any_order(tmp_path):
    shuffled = ["证件号码", "本次自付(元)", "患者姓名", "备 注", "出院日期", "行政村", "乡镇", "从没见过"]
    cells = ["52269919800101123X", "100", "张三", None, "2026-11-05", "甲村", "上坪镇", "x"]
    rows, _ = read(xlsx(tmp_path / "住院.xlsx", [shuffled, cells]))
    assert rows.select("患者姓名", "证件号码", "从没见过").rows() == [("张三", "52269919800101123X", "x")]


@pytest.mark.parametrize(
    ("headers", "columns"),
    [
        (["姓名", "姓名_2", "姓名"], ["姓名_2", "姓名_2_2", "姓名_3"]),
        (["row_id", "line", "Kind"], ["row_id（列）", "line（列）", "Kind（列）"]),
        (["第8列", None, "第8列"], ["第8列", "第8列_3", "第8列_2"]),
        (['"; DROP TABLE x; --', "a'b", "../../x"], ['";DROPTABLEx;--', "a'b", "../../x"]),
    ],
)
def test_whatever_columns_are_called_none_is_lost_and_none_takes_the_place_of_ours(tmp_path, headers, columns):
    path = xlsx(tmp_path / "住院.xlsx", [[*HEADER, *headers], [*ZHANG, "x", "y", "z"]])
    arrived, _ = read(path)
    assert arrived.columns == [*ARRIVAL, *HEADER, *columns]
    assert arrived.row(0)[-3:] == ("x", "y", "z")


def test_several_sheets_and_one_of_explanations(tmp_path):
    path = xlsx(
        tmp_path / "住院.xlsx", [HEADER, ZHANG], sheet="上坪镇", more={"下坪镇": [HEADER, LI], "填表说明": [["请按月填报"]], "空表": []}
    )
    arrived = read_feed(feed(), [path], root=tmp_path)
    assert arrived.rows.select("sheet", "row_number").rows() == [("上坪镇", 2), ("下坪镇", 2)]
    told = arrived.findings.filter(arrived.findings["severity"] == "warn").select("sheet", "code").rows()
    assert told == [("填表说明", "no_header"), ("空表", "empty_sheet")]


def test_unwanted_sheets_are_reported(tmp_path):
    path = xlsx(tmp_path / "住院.xlsx", [HEADER, ZHANG], sheet="明细", more={"透视": [HEADER, LI]})
    arrived = read_feed(feed(source={"files": ["*住院*"], "sheets": ["明细*"]}), [path], root=tmp_path)
    assert arrived.rows.height == 1
    assert ("透视", "sheet_not_wanted") in arrived.findings.select("sheet", "code").rows()


def test_a_missing_column_names_file_sheet_what_was_looked_for_and_found(tmp_path):
    path = xlsx(tmp_path / "住院.xlsx", [["乡镇", "村", "姓名", "金额合计"], ["上坪镇", "甲村", "张三", "1"]])
    with pytest.raises(HeldFeed) as held:
        read(path)
    for word in ("住院.xlsx", "Sheet1", "“个人自付”（也认：本次自付）", "乡镇、村、姓名、金额合计", "config/feeds/stays.yml"):
        assert word in str(held.value)
    assert "张三" not in str(held.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "空的"),
        (b"PK\x03\x04" + b"broken" * 30, "不完整或已损坏"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "没有找到表头"),
        ("姓名,".encode("gb18030") + b"\xff\xff", "编码无法识别"),
    ],
)
def test_a_broken_file_is_explained_and_does_not_stop_the_others(tmp_path, content, message):
    broken = tmp_path / "住院1.xlsx"
    broken.write_bytes(content)
    with pytest.raises(HeldFeed, match=message):
        read(broken)
    good = xlsx(tmp_path / "住院2.xlsx", [HEADER, ZHANG])
    arrived = read_feed(feed(), [broken, good], root=tmp_path)
    assert arrived.rows.height == 1
    assert arrived.findings.filter(arrived.findings["severity"] == "hold")["file"].to_list() == ["住院1.xlsx"]


def test_a_mistake_of_ours_holds_the_file_and_tells_where_but_nothing_of_its_cells(tmp_path, monkeypatch):
    def broken(*_):
        raise TypeError("张三")

    path = xlsx(tmp_path / "住院.xlsx", [HEADER, ZHANG])
    monkeypatch.setattr("connectors.read.read_sheets", broken)
    with pytest.raises(HeldFeed, match=r"住院.xlsx：读取程序出错（TypeError，test_spreadsheets.py 第 \d+ 行）") as held:
        read(path)
    assert "张三" not in str(held.value)


def test_a_truncated_workbook_is_explained(tmp_path):
    path = xlsx(tmp_path / "住院.xlsx", [HEADER, ZHANG])
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(HeldFeed, match="不完整或已损坏"):
        read(path)


def test_no_files_give_no_rows(tmp_path):
    arrived = read_feed(feed(), [], root=tmp_path)
    assert arrived.rows.is_empty()
    assert arrived.findings.is_empty()
