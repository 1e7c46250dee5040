"""Every file of tests/files/: the rows that must come out, what its other lines are, and what is said; or the message that holds it.

Rows are written `<row number> <name>`, with `<file within>:` or `<sheet>!` before them where there are several. Lines are written
`<row number> <kind>`.
"""

from pathlib import Path

import polars as pl
import pytest
from nasty import feed

from connectors.contents import read_sheets
from connectors.read import read_feed
from contracts.errors import HeldFeed
from standards.headers import Headings
from tests.files.make import FILES, zipped

FOLDER = Path(__file__).parents[2] / "files"
ALL = "2 张三, 3 李四, 4 王五, 5 赵六"

# file: (rows, other lines, what is said)
READ = {
    "gb18030_rare_names.csv": ("2 䶮\U00020087\U0003106c, 3 李四, 4 王五, 5 赵六", "1 header", ""),
    "utf8_without_bom.csv": (ALL, "1 header", ""),
    "utf8_with_bom.csv": (ALL, "1 header", ""),
    "utf16_with_bom.txt": (ALL, "1 header", ""),
    "utf16_big_endian_without_bom.txt": (ALL, "1 header", ""),
    "tabs.tsv": (ALL, "1 header", ""),
    "semicolons.csv": (ALL, "1 header", ""),
    "full_width_commas.csv": (ALL, "1 header", ""),
    "sep_line.csv": ("3 张三, 4 李四, 5 王五, 6 赵六", "1 title, 2 header", ""),
    "ids_as_formulas.csv": (ALL, "1 header", ""),
    "stray_quotation_mark.csv": (ALL, "1 header", ""),
    "two_stray_quotation_marks.csv": ('2 张三, 3 "李四, 4 王五", 5 赵六', "1 header", ""),
    "marks_inside_cells.csv": (ALL, "1 header", ""),
    "quoted_line_breaks.csv": (ALL, "1 header", ""),
    "blanks_before_quotation_marks.csv": (ALL, "1 header", ""),
    "longer_line.csv": (ALL, "1 header", ""),
    "shorter_lines.csv": (ALL, "1 header", ""),
    "old_mac_line_ends.csv": (ALL, "1 header", ""),
    "mixed_line_ends.csv": (ALL, "1 header", ""),
    "mixed_encodings.csv": (ALL, "1 header", "mixed_encoding"),
    "cut_off_in_a_line.csv": (ALL, "1 header", "cut_off"),
    "only_the_header.csv": ("", "1 header", ""),
    "titles_totals_and_notes.csv": (
        "4 张三, 5 李四, 6 王五, 7 赵六",
        "1 title, 2 title, 3 header, 8 blank, 9 total, 10 note, 11 note",
        "",
    ),
    "formulas_in_cells.csv": ("2 =cmd|' /C calc'!A0, 3 @SUM(1), 4 王五, 5 赵六", "1 header", ""),
    "merged_title.xlsx": ("3 张三, 4 李四, 5 王五, 6 赵六", "1 title, 2 header", ""),
    "three_header_rows.xlsx": ("6 张三, 7 李四, 8 王五, 9 赵六", "1 title, 2 title, 3 header, 4 header, 5 header", ""),
    "merged_village.xlsx": (ALL, "1 header", ""),
    "merged_amount.xlsx": (ALL, "1 header", "merged_amount"),
    "merged_over_lonely_cells.xlsx": ("2 张三, 3 张三, 4 张三, 5 赵六", "1 header", ""),
    "two_lines_a_person.xlsx": ("2 张三, 4 李四", "1 header, 3 blank", "merged_amount"),
    "merged_with_subtotals.xlsx": ("2 张三, 3 李四, 5 赵六", "1 header, 4 total", ""),
    "hidden_rows_and_columns.xlsx": (ALL, "1 header", "hidden"),
    "subtotals_and_totals.xlsx": ("2 张三, 3 李四, 4 王五, 6 赵六", "1 header, 5 total, 7 total, 8 total", ""),
    "people_called_like_totals.xlsx": ("2 合计, 3 总计", "1 header", ""),
    "repeated_header.xlsx": ("2 张三, 3 李四, 5 王五, 7 赵六", "1 header, 4 repeated_header, 6 repeated_header", ""),
    "another_header_in_the_middle.xlsx": (
        "2 张三, 3 李四, Sheet1（第5行起）!7 王五, Sheet1（第5行起）!8 赵六",
        "1 header, 4 blank, Sheet1（第5行起）!5 header, Sheet1（第5行起）!6 header",
        "",
    ),
    "blank_rows.xlsx": (
        "5 张三, 8 李四, 10 王五, 11 赵六",
        "1 title, 2 title, 3 header, 4 blank, 6 blank, 7 blank, 9 blank",
        "",
    ),
    "column_numbers_and_units.xlsx": ("3 张三, 4 李四, 5 王五, 6 赵六", "1 header, 2 column_numbers", ""),
    "numbered_but_empty_rows.xlsx": (ALL, "1 header, 6 numbered_blank, 7 numbered_blank, 8 note", ""),
    "section_lines.xlsx": ("3 张三, 4 李四, 5 王五, 7 赵六", "1 header, 2 section, 6 section", ""),
    "several_sheets.xlsx": (
        "上坪镇!2 张三, 上坪镇!3 李四, 上坪镇!4 王五, 下坪镇!2 赵六",
        "上坪镇!1 header, 下坪镇!1 header",
        "",
    ),
    "next_sheet_without_header.xlsx": ("1!2 张三, 1!3 李四, 2!1 王五, 2!2 赵六", "1!1 header", "continued_sheet"),
    "explanations_first.xlsx": (
        "明细!2 张三, 明细!3 李四, 明细!4 王五, 明细!5 赵六",
        "明细!1 header",
        "no_header, empty_sheet",
    ),
    "columns_in_another_order.xlsx": (ALL, "1 header", ""),
    "headers_with_blanks_and_units.xlsx": (ALL, "1 header", ""),
    "numeric_ids_and_phones.xlsx": ("2 张三, 3 李四, 4 王五", "1 header", ""),
    "dates_and_money_as_numbers.xlsx": ("2 张三", "1 header", ""),
    "begins_at_column_c.xlsx": ("4 张三, 5 李四", "1 title, 2 title, 3 header", ""),
    "formulas_without_values.xlsx": (ALL, "1 header", "formula_without_value"),
    "error_cells.xlsx": (ALL, "1 header", "error_cells"),
    "prefixed_xml.xlsx": (ALL, "1 header", ""),
    "workbook.xlsm": (ALL, "1 header", ""),
    "numeric_ids.xls": ("2 张三, 3 李四", "1 header", ""),
    "merged_and_hidden.xls": (ALL, "1 header", "hidden"),
    "wps.et": (ALL, "1 header", ""),
    "text_called.xlsx": (ALL, "1 header", "wrong_extension"),
    "workbook_called.csv": (ALL, "1 header", "wrong_extension"),
    "old_workbook_called.xlsx": (ALL, "1 header", "wrong_extension"),
    "web_page_called.xls": (ALL, "1 header", "wrong_extension"),
    "web_page_with_spans.xls": ("3 张三, 4 李四, 5 王五, 6 赵六", "1 title, 2 header", "wrong_extension"),
    "web_page_with_tables_for_layout.xls": (ALL, "1 header, 6 note, 7 note", "wrong_extension"),
    "web_page_with_rounded_ids.xls": ("2 张三", "1 header", "wrong_extension"),
    "web_page_cut_off.xls": (ALL, "1 header", "cut_off, wrong_extension"),
    "web_archive.xls": (ALL, "1 header", "wrong_extension"),
    "xml_of_2003.xls": (
        "名单!3 张三, 名单!4 李四, 名单!7 王五, 名单!8 赵六",
        "名单!1 title, 名单!2 header, 名单!5 blank, 名单!6 blank",
        "hidden, empty_sheet, wrong_extension",
    ),
    "xml_of_2003_in_gb2312.xml": (
        "名单!3 张三, 名单!4 李四, 名单!7 王五, 名单!8 赵六",
        "名单!1 title, 名单!2 header, 名单!5 blank, 名单!6 blank",
        "hidden, empty_sheet",
    ),
    "names_in_gbk.zip": (
        "上坪镇.csv:2 张三, 上坪镇.csv:3 李四, 上坪镇.csv:4 王五, 下坪镇.xlsx:2 赵六",
        "上坪镇.csv:1 header, 下坪镇.xlsx:1 header",
        "",
    ),
    "one_of_three_unreadable.zip": ("a.csv:2 张三, c.xls:2 李四", "a.csv:1 header, c.xls:1 header", "unreadable_file"),
    "archive_in_archive.zip": ("a.csv:2 张三", "a.csv:1 header", "unreadable_file"),
    "names_that_lead_out.zip": (
        "a.csv:2 张三, etc/b.csv:2 李四, c.csv:2 王五",
        "a.csv:1 header, etc/b.csv:1 header, c.csv:1 header",
        "",
    ),
    "same_name_twice.zip": ("a.csv:2 张三, a (2).csv:2 李四", "a.csv:1 header, a (2).csv:1 header", ""),
    "postgresql.sql": (
        "public.stays!13 张三, public.stays!14 李\\四\t, public.stays!15 王五",
        "public.stays!12 header",
        "no_header",
    ),
}

# file: what its message must say
HELD = {
    "cut_off_in_a_character.csv": "第 3 行），不完整",
    "cut_off_in_a_character_utf8.csv": "第 3 行），不完整",
    "wrong_bytes.csv": "第 3 行开始读不出来",
    "null_bytes.csv": "第 3 行有空字节",
    "empty.csv": "文件是空的",
    "only_blank_lines.csv": "没有内容",
    "a_line_of_sixty_thousand_columns.csv": "第 6 行有 60001 列，超过一张表的上限",
    "another_list.csv": "没有找到表头",
    "a_cell_far_away.xlsx": "工作表“Sheet1”的内容一直到第 1048576 行、第 16384 列",
    "pictures_only.xlsx": "只有图片",
    "no_text_at_all.xlsx": "没有内容",
    "truncated.xlsx": "不完整或已损坏",
    "damaged.xlsx": "不完整或已损坏",
    "password.xlsx": "打开密码",
    "says_it_unpacks_to_three_gigabytes.xlsx": "解压后超过上限",
    "password.xls": "打开密码",
    "truncated.xls": "已损坏",
    "column_number_beyond_the_sheet.xls": "不完整或已损坏",
    "web_page_without_table.xls": "里面没有表格",
    "xml_of_2003_truncated.xls": "XML 表格不完整或已损坏（文件第 10 行）",
    "word.docx": "文字文档",
    "word.doc": "文字文档",
    "version.ofd": "OFD",
    "opendocument.ods": "OpenDocument",
    "print.pdf": "PDF",
    "photo.jpg": "图片",
    "photo_called.xlsx": "图片",
    "packed.rar": "RAR",
    "rich_text.rtf": "RTF",
    "nonsense.xls": "不是表格",
    "nothing_in_it.zip": "没有文件",
    "locked.zip": "密码",
    "truncated.zip": "压缩包不完整或已损坏",
    "damaged.zip": "压缩包不完整或已损坏",
    "says_it_unpacks_to_three_gigabytes.zip": "解压后超过上限",
    "postgresql_truncated.sql": "第 12 行起的表 public.stays 没有结束符",
    "postgresql_custom.dump": "pg_restore",
    "mysql.sql": "INSERT",
}

# file, header of the feed's column, its cells: where more than the rows must be right
CELLS = [
    ("merged_village.xlsx", "village", ["甲村", "甲村", "甲村", "丁村"]),
    ("merged_and_hidden.xls", "village", ["甲村", "甲村", "甲村", "丁村"]),
    ("web_page_with_spans.xls", "village", ["甲村", "甲村", "甲村", "丁村"]),
    ("xml_of_2003.xls", "town", ["上坪镇", "上坪镇", "上坪镇", "下坪镇"]),
    ("merged_with_subtotals.xlsx", "town", ["上坪镇", "上坪镇", "下坪镇"]),
    ("merged_amount.xlsx", "self_paid", ["600", None, None, "400"]),
    ("merged_over_lonely_cells.xlsx", "self_paid", ["100", "200", "300", "400"]),
    ("numeric_ids_and_phones.xlsx", "id_number", ["522699198001011000", "522699198202021236", "522699750303457"]),
    ("numeric_ids_and_phones.xlsx", "联系电话", ["13900001111", "13900002222", "13900003333"]),
    ("begins_at_column_c.xlsx", "id_number", ["522699198001011000", "522699198202021236"]),
    ("begins_at_column_c.xlsx", "village", ["甲村", "甲村"]),
    ("numeric_ids.xls", "id_number", ["522699198001011000", "522699198202021236"]),
    ("xml_of_2003.xls", "id_number", ["52269919800101123X", "522699198202021236", "522699197503034000", "522699196812120011"]),
    ("web_page_with_rounded_ids.xls", "id_number", ["522699198001011000"]),
    ("ids_as_formulas.csv", "id_number", ["52269919800101123X", "522699198202021236", "522699197503034579", "522699196812120011"]),
    ("dates_and_money_as_numbers.xlsx", "event_date", ["2026-11-05 00:00:00"]),
    ("dates_and_money_as_numbers.xlsx", "self_paid", ["0.3"]),
    ("quoted_line_breaks.csv", "village", ["甲村", "甲\n村", "甲村", "丁村"]),
    ("marks_inside_cells.csv", "village", ['"甲"村', "甲村", "甲村", '丁"新"村']),
    ("stray_quotation_mark.csv", "village", ["甲村", '"甲村', "甲村", "丁村"]),
    ("blanks_before_quotation_marks.csv", "self_paid", ["100", "200", "300", "400,00"]),
    ("longer_line.csv", "第7列", [None, "多出来的", None, None]),
    ("postgresql.sql", "id_number", ["52269919800101123X", "522699198202021236", None]),
]


def arrived(name):
    return read_feed(feed(), [FOLDER / name], root=FOLDER)


def cells(rows, column):
    """The cells of a column by its meaning, else by its header; sheets may differ in their headers."""
    found = []
    for part in rows.partition_by("file", "sheet", maintain_order=True):
        headers = [name for name in part.columns if name not in {"row_id", "file", "sheet", "row_number"} and part[name].count()]
        found += part[Headings(feed()).match(headers).columns.get(column, column)].to_list()
    return found


def place(file, sheet, row, within):
    inside = file.removeprefix(within).removeprefix("/")
    several = sheet not in {"", "Sheet1"}
    return f"{inside + ':' if inside else ''}{sheet + '!' if several else ''}{row}"


def test_every_file_is_in_the_table_and_made_by_the_script():
    lying = {path.name for path in FOLDER.iterdir() if path.is_file() and path.suffix != ".py" and not path.name.startswith(".")}
    assert lying == set(FILES) == set(READ) | set(HELD)
    assert len(lying) >= 40
    assert sum((FOLDER / name).stat().st_size for name in lying) < 1_000_000


@pytest.mark.parametrize("name", READ)
def test_rows_lines_and_remarks(name):
    read = arrived(name)
    rows, lines, said = READ[name]
    origin = read.rows.select("file", "sheet", "row_number").rows()
    names = cells(read.rows, "person_name")
    assert ", ".join(f"{place(*where, name)} {who}" for where, who in zip(origin, names, strict=True)) == rows
    told = read.findings.filter(pl.col("row_number").is_not_null()).select("file", "sheet", "row_number", "code").rows()
    assert ", ".join(f"{place(*where, name)} {code.removesuffix('_line')}" for *where, code in told) == lines
    assert sorted(read.findings.filter(pl.col("row_number").is_null())["code"]) == sorted(said.split(", ") if said else [])


@pytest.mark.parametrize("name", HELD)
def test_a_file_that_cannot_be_read_is_explained(name):
    with pytest.raises(HeldFeed, match=name) as held:
        arrived(name)
    assert HELD[name] in str(held.value)
    assert "请" in str(held.value)  # and the way out
    for value in ("张三", "李四", "522699"):
        assert value not in str(held.value)


@pytest.mark.parametrize(("name", "column", "expected"), CELLS)
def test_cells(name, column, expected):
    assert cells(arrived(name).rows, column) == expected


@pytest.mark.parametrize("name", [name for name in READ if not name.endswith(".zip")])
def test_every_line_is_a_row_or_has_a_finding(name):
    read = arrived(name)
    sheets, _ = read_sheets((FOLDER / name).read_bytes(), name)
    whole = read.findings.filter(pl.col("row_number").is_null())["sheet"].to_list()
    for sheet in sheets:
        filled = [number for number, line in enumerate(sheet.cells.iter_rows(), start=sheet.first) if any(line)]
        lines = list(range(sheet.first, filled[-1] + 1)) if filled else []
        is_own = pl.col("sheet").str.replace(r"（?第\d+行起）?$", "") == sheet.name
        own = [frame.filter(is_own)["row_number"].drop_nulls().to_list() for frame in (read.rows, read.findings)]
        assert sorted(own[0] + own[1]) == lines or sheet.name in whole


@pytest.mark.parametrize("name", ["住院.zip", "住院.xlsx"])
def test_a_bomb_is_not_unpacked_beyond_the_limit(tmp_path, monkeypatch, name):
    inside = (
        {"a.csv": bytes(5_000_000)} if name.endswith("zip") else {"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": bytes(5_000_000)}
    )
    (tmp_path / name).write_bytes(zipped(inside))
    assert (tmp_path / name).stat().st_size < 10_000
    for module in ("archives", "ooxml"):
        monkeypatch.setattr(f"connectors.{module}.UNPACKED_BYTES", 1_000_000)
    with pytest.raises(HeldFeed, match="解压后超过上限"):
        read_feed(feed(), [tmp_path / name], root=tmp_path)
