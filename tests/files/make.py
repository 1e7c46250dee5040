"""Makes the nasty files of this folder: `python -m tests.files.make`. Each is named for its defect; all people are invented.

The files are kept in the repository, so that what is tested is what lies here and not what a library writes today. What no
library writes (passwords, bombs, damage) is made of a sound file by changing the bytes that say so.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
import xlwt

FOLDER = Path(__file__).parent
HEADER = ["乡镇", "村", "姓名", "身份证号", "出院日期", "个人自付"]
ZHANG = ["上坪镇", "甲村", "张三", "52269919800101123X", "2026-11-05", "100"]
LI = ["上坪镇", "甲村", "李四", "522699198202021236", "2026-11-06", "200"]
WANG = ["上坪镇", "甲村", "王五", "522699197503034579", "2026-11-07", "300"]
ZHAO = ["下坪镇", "丁村", "赵六", "522699196812120011", "2026-11-08", "400"]
PEOPLE = [ZHANG, LI, WANG, ZHAO]
Cell = object
Lines = Sequence[Sequence[Cell]]
FILES: dict[str, Callable[[], bytes]] = {}


def csv(lines: Lines, separator: str = ",", end: str = "\r\n") -> str:
    """Lines as text."""
    return "".join(separator.join(map(str, line)) + end for line in lines)


PLAIN = csv([HEADER, *PEOPLE])


def xlsx(sheets: dict[str, Lines] | Lines, dress: Callable[[xlsxwriter.Workbook], None] | None = None) -> bytes:
    """A workbook; `dress` does the rest."""
    content = io.BytesIO()
    named = sheets if isinstance(sheets, dict) else {"Sheet1": sheets}
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - the same bytes every time
        for name, lines in named.items():
            page = book.add_worksheet(name)
            for row, line in enumerate(lines):
                for column, cell in enumerate(line):
                    if cell is not None:
                        page.write(row, column, cell)
        if dress:
            dress(book)
    return content.getvalue()


def xls(lines: Lines, dress: Callable[[xlwt.Worksheet], None] | None = None) -> bytes:
    """A workbook of the old kind."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("Sheet1", cell_overwrite_ok=True)
    for row, line in enumerate(lines):
        for column, cell in enumerate(line):
            if cell is not None:
                page.write(row, column, cell)
    if dress:
        dress(page)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


class InGbk(zipfile.ZipInfo):
    """An entry whose name is GBK and does not say so, as Chinese Windows writes it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own name
        return self.filename.encode("gbk"), 0


def zipped(members: dict[str, bytes], kind: type[zipfile.ZipInfo] = zipfile.ZipInfo) -> bytes:
    """An archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            info = kind(name, (2026, 11, 5, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, body)
    return content.getvalue()


def rezipped(workbook: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """An .xlsx with one of its parts changed."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            body = old.read(info)
            new.writestr(zipfile.ZipInfo(info.filename), change(body) if info.filename == part else body, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def renamed_stream(name: str) -> bytes:
    """An OLE file whose only stream has another name than `Workbook`: what Office writes for passwords and for Word."""
    content = xls([HEADER])
    old = "Workbook".encode("utf-16-le")
    place = next(at for at in range(0, len(content), 128) if content[at : at + len(old) + 2] == old + b"\x00\x00")
    new = name.encode("utf-16-le")
    entry = new.ljust(64, b"\x00") + struct.pack("<H", len(new) + 2)
    return content[:place] + entry + content[place + 66 :]


def page(body: str, head: str = "") -> str:
    """A web page."""
    return f"<html><head>{head}</head><body>{body}</body></html>"


def table(lines: Lines) -> str:
    """An HTML table."""
    return "<table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in lines) + "</table>"


# text files

FILES |= {
    "gb18030_rare_names.csv": lambda: PLAIN.replace("张三", "䶮\U00020087\U0003106c").encode("gb18030"),
    "utf8_without_bom.csv": lambda: PLAIN.encode(),
    "utf8_with_bom.csv": lambda: PLAIN.encode("utf-8-sig"),
    "utf16_with_bom.txt": lambda: csv([HEADER, *PEOPLE], "\t").encode("utf-16"),
    "utf16_big_endian_without_bom.txt": lambda: csv([HEADER, *PEOPLE], "\t").encode("utf-16-be"),
    "tabs.tsv": lambda: csv([HEADER, *PEOPLE], "\t").encode("gb18030"),
    "semicolons.csv": lambda: csv([HEADER, *PEOPLE], ";").encode("gb18030"),
    "full_width_commas.csv": lambda: csv([HEADER, *PEOPLE], "，").encode("gb18030"),
    "sep_line.csv": lambda: ("sep=;\r\n" + csv([HEADER, *PEOPLE], ";")).encode("gb18030"),
    "ids_as_formulas.csv": lambda: csv([HEADER, *([*p[:3], f'="{p[3]}"', *p[4:]] for p in PEOPLE)]).encode("gb18030"),
    "stray_quotation_mark.csv": lambda: PLAIN.replace("甲村,李四", '"甲村,李四').encode("gb18030"),
    "two_stray_quotation_marks.csv": lambda: PLAIN.replace("李四,", '"李四,').replace("王五,", '王五",').encode("gb18030"),
    "marks_inside_cells.csv": lambda: PLAIN.replace("甲村,张三", '"甲"村,张三').replace("丁村", '丁"新"村').encode("gb18030"),
    "quoted_line_breaks.csv": lambda: PLAIN.replace("甲村,李四", '"甲\n村",李四').encode("gb18030"),
    "blanks_before_quotation_marks.csv": lambda: PLAIN.replace(",400", ', "400,00"').encode("gb18030"),
    "longer_line.csv": lambda: PLAIN.replace("200\r\n", "200,多出来的\r\n").encode("gb18030"),
    "shorter_lines.csv": lambda: PLAIN.replace(",2026-11-06,200", "").encode("gb18030"),
    "old_mac_line_ends.csv": lambda: csv([HEADER, *PEOPLE], end="\r").encode("gb18030"),
    "mixed_line_ends.csv": lambda: (csv([HEADER, ZHANG]) + csv([LI], end="\r") + csv([WANG, ZHAO], end="\n")).encode("gb18030"),
    "mixed_encodings.csv": lambda: csv([HEADER, ZHANG, LI]).encode("gb18030") + csv([WANG, ZHAO]).encode(),
    "cut_off_in_a_line.csv": lambda: PLAIN.encode("gb18030")[:-30],
    "cut_off_in_a_character.csv": lambda: csv([HEADER, ZHANG, ["下坪镇"]]).encode("gb18030")[:-3],
    "cut_off_in_a_character_utf8.csv": lambda: csv([HEADER, ZHANG, ["下坪镇"]]).encode()[:-3],
    "wrong_bytes.csv": lambda: PLAIN.encode("gb18030").replace("李四".encode("gb18030"), b"\xff\xff"),
    "null_bytes.csv": lambda: PLAIN.encode("gb18030").replace("李四".encode("gb18030"), bytes(2)),
    "empty.csv": bytes,
    "only_blank_lines.csv": lambda: b"\r\n , ,\r\n\r\n",
    "only_the_header.csv": lambda: csv([HEADER]).encode("gb18030"),
    "titles_totals_and_notes.csv": lambda: (
        "岚溪县2026年11月住院名单\r\n单位：万元\r\n"
        + PLAIN
        + "\r\n合　计,,,,,1000\r\n注：以上均为农村户籍\r\n填表人：钱七,,审核人：孙八\r\n"
    ).encode("gb18030"),
    "a_line_of_sixty_thousand_columns.csv": lambda: (PLAIN + "," * 60_000 + "\r\n" * 1_200).encode("gb18030"),
    "formulas_in_cells.csv": lambda: PLAIN.replace("张三", "=cmd|' /C calc'!A0").replace("李四", "@SUM(1)").encode("gb18030"),
    "another_list.csv": lambda: csv([["车牌号", "品牌", "登记日期"], ["贵A00001", "某", "2026-01-01"]]).encode("gb18030"),
}

# workbooks

FILES |= {
    "merged_title.xlsx": lambda: xlsx(
        [[], HEADER, *PEOPLE], lambda book: book.worksheets()[0].merge_range("A1:F1", "岚溪县住院名单（2026年11月）")
    ),
    "three_header_rows.xlsx": lambda: xlsx(
        [
            ["岚溪县2026年11月住院自付费用明细表"],
            [None, None, None, None, None, "单位：元"],
            ["人员信息", None, None, None, "住院信息", None],
            ["所在地", None, "姓名", "身份证号", "出院日期", "费用"],
            ["乡镇", "村", None, None, None, "个人自付"],
            *PEOPLE,
        ]
    ),
    "merged_village.xlsx": lambda: xlsx(
        [HEADER, ZHANG, [None, None, *LI[2:]], [None, None, *WANG[2:]], ZHAO],
        lambda book: [book.worksheets()[0].merge_range(place, ZHANG[n]) for n, place in enumerate(("A2:A4", "B2:B4"))],
    ),
    "merged_amount.xlsx": lambda: xlsx(
        [HEADER, ZHANG, LI[:5], WANG[:5], ZHAO], lambda book: book.worksheets()[0].merge_range("F2:F4", "600")
    ),
    "merged_over_lonely_cells.xlsx": lambda: xlsx(
        [HEADER, ZHANG, [*[None] * 5, "200"], [*[None] * 5, "300"], ZHAO],
        lambda book: [book.worksheets()[0].merge_range(f"{letter}2:{letter}4", ZHANG[n]) for n, letter in enumerate("ABCDE")],
    ),
    "two_lines_a_person.xlsx": lambda: xlsx(
        [HEADER, ZHANG, [], LI],
        lambda book: [
            book.worksheets()[0].merge_range(f"{letter}{row}:{letter}{row + 1}", person[n])
            for row, person in ((2, ZHANG), (4, LI))
            for n, letter in enumerate("ABCDEF")
        ],
    ),
    "merged_with_subtotals.xlsx": lambda: xlsx(
        [HEADER, ZHANG, [None, *LI[1:]], [None, "小计", None, None, None, "300"], ZHAO],
        lambda book: book.worksheets()[0].merge_range("A2:A4", "上坪镇"),
    ),
    "hidden_rows_and_columns.xlsx": lambda: xlsx(
        [HEADER, *PEOPLE],
        lambda book: [
            book.worksheets()[0].set_row(2, None, None, {"hidden": True}),
            book.worksheets()[0].set_column(3, 4, None, None, {"hidden": True}),
        ],
    ),
    "subtotals_and_totals.xlsx": lambda: xlsx(
        [
            HEADER,
            ZHANG,
            LI,
            WANG,
            ["上坪镇小计", None, None, None, None, 600],
            ZHAO,
            ["小 计", None, None, None, None, 400],
            ["总计2户", None, None, None, None, 1000],
        ]
    ),
    "people_called_like_totals.xlsx": lambda: xlsx([HEADER, [*ZHANG[:2], "合计", *ZHANG[3:]], [*LI[:2], "总计", None, *LI[4:]]]),
    "repeated_header.xlsx": lambda: xlsx([HEADER, ZHANG, LI, HEADER, WANG, HEADER, ZHAO]),
    "another_header_in_the_middle.xlsx": lambda: xlsx(
        [
            HEADER,
            ZHANG,
            LI,
            [],
            ["人员信息", None, None, "住院信息"],
            ["姓名", "身份证号", "村", "个人自付", "出院日期", "乡镇"],
            mixed(WANG),
            mixed(ZHAO),
        ]
    ),
    "blank_rows.xlsx": lambda: xlsx([[], [], HEADER, [], ZHANG, [], [], LI, [" ", "\u3000"], WANG, ZHAO, [], []]),
    "column_numbers_and_units.xlsx": lambda: xlsx([HEADER, ["1", "2", "3", "4", "5", "6"], *PEOPLE]),
    "numbered_but_empty_rows.xlsx": lambda: xlsx(
        [["序号", *HEADER], *([n, *person] for n, person in enumerate(PEOPLE, start=1)), [5], [6], ["以下空白"]]
    ),
    "section_lines.xlsx": lambda: xlsx([HEADER, ["一、上坪镇"], ZHANG, LI, WANG, ["二、下坪镇"], ZHAO]),
    "several_sheets.xlsx": lambda: xlsx({"上坪镇": [HEADER, ZHANG, LI, WANG], "下坪镇": [HEADER, ZHAO]}),
    "next_sheet_without_header.xlsx": lambda: xlsx({"1": [HEADER, ZHANG, LI], "2": [WANG, ZHAO]}),
    "explanations_first.xlsx": lambda: xlsx({"填表说明": [["请按月填报"], ["一人一行"]], "明细": [HEADER, *PEOPLE], "Sheet3": []}),
    "columns_in_another_order.xlsx": lambda: xlsx([list(reversed(HEADER)), *(list(reversed(person)) for person in PEOPLE)]),
    "headers_with_blanks_and_units.xlsx": lambda: xlsx([["乡 镇", "村*", "姓\u3000名", "身份证号：", "出院日期", "个人自付(元)"], *PEOPLE]),
    "numeric_ids_and_phones.xlsx": lambda: xlsx(
        [
            [*HEADER, "联系电话"],
            [*ZHANG[:3], 522699198001011234, *ZHANG[4:], 13900001111],
            [*LI[:3], "522699198202021236", *LI[4:], "13900002222"],
            [*WANG[:3], 522699750303457, *WANG[4:], 13900003333.0],
        ]
    ),
    "dates_and_money_as_numbers.xlsx": lambda: xlsx(
        [HEADER],
        lambda book: [
            book.worksheets()[0].write_row(1, 0, ZHANG[:4]),
            book.worksheets()[0].write_datetime(1, 4, date(2026, 11, 5), book.add_format({"num_format": "yyyy/m/d"})),
            book.worksheets()[0].write_number(1, 5, 0.1 + 0.2),
        ],
    ),
    "begins_at_column_c.xlsx": lambda: xlsx(
        [[], [], *([None, None, *line] for line in (HEADER, [*ZHANG[:3], 522699198001011234, *ZHANG[4:]], [None, None, *LI[2:]]))],
        lambda book: book.worksheets()[0].merge_range("D4:D5", "甲村"),
    ),
    "formulas_without_values.xlsx": lambda: rezipped(
        xlsx([HEADER, *PEOPLE], lambda book: book.worksheets()[0].write_formula("F2", "=SUM(1,2)")),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"</f><v>0</v></c>", b"</f></c>"),
    ),
    "error_cells.xlsx": lambda: xlsx([HEADER, *PEOPLE], lambda book: book.worksheets()[0].write_formula("F3", "=1/0", None, "#DIV/0!")),
    "prefixed_xml.xlsx": lambda: rezipped(
        xlsx([HEADER, *PEOPLE], lambda book: book.worksheets()[0].merge_range("B3:B4", "甲村")), "xl/worksheets/sheet1.xml", prefixed
    ),
    "a_cell_far_away.xlsx": lambda: xlsx([HEADER, *PEOPLE], lambda book: book.worksheets()[0].write(1_048_575, 16_383, "x")),
    "pictures_only.xlsx": lambda: xlsx(
        [[]], lambda book: book.worksheets()[0].insert_image("A1", "p.png", {"image_data": io.BytesIO(PNG)})
    ),
    "no_text_at_all.xlsx": lambda: xlsx([[]]),
    "workbook.xlsm": lambda: xlsx([HEADER, *PEOPLE]),
    "truncated.xlsx": lambda: xlsx([HEADER, *PEOPLE])[:-400],
    "damaged.xlsx": lambda: damaged(xlsx([HEADER, *PEOPLE])),
    "password.xlsx": lambda: renamed_stream("EncryptedPackage"),
    "says_it_unpacks_to_three_gigabytes.xlsx": lambda: grown(xlsx([HEADER, *PEOPLE]), "xl/worksheets/sheet1.xml"),
    "numeric_ids.xls": lambda: xls([HEADER, [*ZHANG[:3], 522699198001011234, *ZHANG[4:]], [*LI[:3], "522699198202021236", *LI[4:]]]),
    "merged_and_hidden.xls": lambda: xls([HEADER, ZHANG, [None, None, *LI[2:]], [None, None, *WANG[2:]], ZHAO], dressed_xls),
    "wps.et": lambda: xls([HEADER, *PEOPLE]),
    "password.xls": lambda: with_filepass(xls([HEADER, *PEOPLE])),
    "truncated.xls": lambda: xls([HEADER, *PEOPLE])[:3000],
    "column_number_beyond_the_sheet.xls": lambda: xls([HEADER, ZHANG]).replace(
        struct.pack("<HHHH", 0x00FD, 10, 1, 2), struct.pack("<HHHH", 0x00FD, 10, 1, 60_000)
    ),
}

# files that are not what they are called, and what is no table

FILES |= {
    "text_called.xlsx": lambda: PLAIN.encode("gb18030"),
    "workbook_called.csv": lambda: xlsx([HEADER, *PEOPLE]),
    "old_workbook_called.xlsx": lambda: xls([HEADER, *PEOPLE]),
    "web_page_called.xls": lambda: page(
        table([HEADER, *PEOPLE]), '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
    ).encode("gb18030"),
    "web_page_with_spans.xls": lambda: page(
        '<table border=1><tr><th colspan="6">岚溪县住院名单</th></tr>'
        "<tr>"
        + "".join(f"<th>{word}</th>" for word in HEADER)
        + "</tr>"
        + f'<tr><td rowspan="3">上坪镇</td><td rowspan=3>甲村</td>{cells(ZHANG[2:])}</tr>'
        + f"<tr>{cells(LI[2:])}</tr><tr>{cells(WANG[2:])}</tr><tr>{cells(ZHAO)}</tr></table>"
    ).encode(),
    "web_page_with_tables_for_layout.xls": lambda: page(
        f"<table><tr><td>菜单</td><td>{table([HEADER, *PEOPLE])}</td></tr></table>{table([['第1页'], ['共4人']])}"
    ).encode(),
    "web_page_with_rounded_ids.xls": lambda: page(
        f"<table><tr>{cells(HEADER)}</tr><tr>{cells(ZHANG[:3])}"
        f'<td x:num="522699198001011000">5.22699E+17</td>{cells(ZHANG[4:])}</tr></table>'
    ).encode(),
    "web_page_cut_off.xls": lambda: page(table([HEADER, *PEOPLE])).encode()[:-60],
    "web_page_without_table.xls": lambda: page("<p>登录已超时，请重新登录。</p>").encode(),
    "web_archive.xls": lambda: (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: 8bit\r\n\r\n" + page(table([HEADER, *PEOPLE])) + "\r\n--x--\r\n"
    ).encode(),
    "xml_of_2003.xls": lambda: spreadsheetml().encode(),
    "xml_of_2003_in_gb2312.xml": lambda: spreadsheetml("gb2312").encode("gb18030"),
    "xml_of_2003_truncated.xls": lambda: spreadsheetml().encode()[:-200],
    "word.docx": lambda: zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"}),
    "word.doc": lambda: renamed_stream("WordDocument"),
    "version.ofd": lambda: zipped({"OFD.xml": b"<OFD/>"}),
    "opendocument.ods": lambda: zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
    "print.pdf": lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
    "photo.jpg": lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9",
    "photo_called.xlsx": lambda: PNG,
    "packed.rar": lambda: b"Rar!\x1a\x07\x01\x00" + bytes(40),
    "rich_text.rtf": lambda: rb"{\rtf1\ansi \'d0\'d5\'c3\'fb}",
    "nonsense.xls": lambda: bytes(range(256)) * 8,
}

# archives and dumps

FILES |= {
    "names_in_gbk.zip": lambda: zipped(
        {"上坪镇.csv": csv([HEADER, ZHANG, LI, WANG]).encode("gb18030"), "下坪镇.xlsx": xlsx([HEADER, ZHAO])}, InGbk
    ),
    "one_of_three_unreadable.zip": lambda: zipped(
        {"a.csv": csv([HEADER, ZHANG]).encode(), "b.jpg": b"\xff\xd8\xff\xe0", "c.xls": xls([HEADER, LI]), "__MACOSX/._a.csv": b"x"}
    ),
    "archive_in_archive.zip": lambda: zipped({"a.csv": csv([HEADER, ZHANG]).encode(), "b.zip": zipped({"c.csv": PLAIN.encode()})}),
    "names_that_lead_out.zip": lambda: zipped(
        {"../../a.csv": csv([HEADER, ZHANG]).encode(), "/etc/b.csv": csv([HEADER, LI]).encode(), "..\\c.csv": csv([HEADER, WANG]).encode()}
    ),
    "same_name_twice.zip": lambda: zipped({"a.csv": csv([HEADER, ZHANG]).encode(), "./a.csv": csv([HEADER, LI]).encode()}),
    "nothing_in_it.zip": lambda: zipped({}),
    "locked.zip": lambda: flagged(zipped({"a.csv": PLAIN.encode()})),
    "truncated.zip": lambda: zipped({"a.csv": PLAIN.encode()})[:-40],
    "damaged.zip": lambda: damaged(zipped({"a.csv": PLAIN.encode()})),
    "says_it_unpacks_to_three_gigabytes.zip": lambda: grown(zipped({"a.csv": PLAIN.encode()}), "a.csv"),
    "postgresql.sql": lambda: dump([["1", *ZHANG[2:]], ["2", "李\\\\四\\t", *LI[3:]], ["3", "王五", "\\N", *WANG[4:]]]).encode(),
    "postgresql_truncated.sql": lambda: dump([["1", *ZHANG[2:]], ["2", *LI[2:]]]).encode()[:-140],
    "postgresql_custom.dump": lambda: b"PGDMP\x01\x0e\x00" + bytes(32),
    "mysql.sql": lambda: "-- MySQL dump 10.13\nINSERT INTO `stays` VALUES (1,'张三');\n".encode(),
}

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def mixed(person: Sequence[Cell]) -> list[Cell]:
    """A person's cells in another order."""
    return [person[place] for place in (2, 3, 1, 5, 4, 0)]


def cells(line: Sequence[Cell]) -> str:
    """Cells of an HTML table."""
    return "".join(f"<td>{cell}</td>" for cell in line)


def prefixed(xml: bytes) -> bytes:
    """Sheet XML as .NET programs write it: every element with a prefix."""
    main = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    opened = xml.replace(b"</", b"\x01").replace(b"<?", b"\x02").replace(b"<", b"<x:").replace(b"\x01", b"</x:").replace(b"\x02", b"<?")
    return opened.replace(main, main.replace(b"xmlns=", b"xmlns:x="))


def damaged(archive: bytes) -> bytes:
    """An archive with some bytes of its first entry turned over."""
    place = 30 + 40
    return archive[:place] + bytes(byte ^ 0xFF for byte in archive[place : place + 20]) + archive[place + 20 :]


def grown(archive: bytes, name: str) -> bytes:
    """An archive whose directory says that one entry has 3 GiB."""
    place = archive.rindex(b"PK\x01\x02", 0, archive.rindex(name.encode()))
    return archive[: place + 24] + struct.pack("<I", 3 << 30) + archive[place + 28 :]


def flagged(archive: bytes) -> bytes:
    """An archive whose first entry says that it is encrypted."""
    place = archive.index(b"PK\x01\x02")
    archive = archive[:6] + struct.pack("<H", 1) + archive[8:]
    return archive[: place + 8] + struct.pack("<H", 1) + archive[place + 10 :]


def with_filepass(workbook: bytes) -> bytes:
    """An .xls that says it is encrypted: its second record becomes FILEPASS."""
    place = workbook.index(struct.pack("<HH", 0x0809, 16))
    second = place + 4 + 16
    return workbook[:second] + struct.pack("<H", 0x002F) + workbook[second + 2 :]


def dressed_xls(page: xlwt.Worksheet) -> None:
    """Town and village merged over three people, one of them hidden."""
    page.write_merge(1, 3, 0, 0, "上坪镇")
    page.write_merge(1, 3, 1, 1, "甲村")
    page.row(2).hidden = True
    page.col(4).hidden = True


def spreadsheetml(encoding: str = "utf-8") -> str:
    """Excel 2003 XML: a merged title, a merged village, an index that skips lines, an ID typed as a number."""

    def row(line: Sequence[Cell], **attributes: object) -> str:
        said = "".join(f' ss:{name}="{value}"' for name, value in attributes.items())
        return f"<Row{said}>" + "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in line) + "</Row>"

    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">\n'
        '<Worksheet ss:Name="名单"><Table>\n'
        '<Row><Cell ss:MergeAcross="5"><Data ss:Type="String">岚溪县住院名单</Data></Cell></Row>\n'
        + row(HEADER)
        + f'\n<Row><Cell ss:MergeDown="1"><Data ss:Type="String">上坪镇</Data></Cell>{row(ZHANG[1:])[5:]}'
        + f'\n<Row><Cell ss:Index="2"><Data ss:Type="String">甲村</Data></Cell>{row(LI[2:])[5:]}\n'
        + '<Row ss:Index="7" ss:Hidden="1">'
        + row(WANG[:3])[5:-6]
        + '<Cell><Data ss:Type="Number">5.22699197503034E+17</Data></Cell>'
        + row(WANG[4:])[5:]
        + "\n"
        + row(ZHAO)
        + '\n</Table></Worksheet><Worksheet ss:Name="空"><Table/></Worksheet></Workbook>\n'
    )


def dump(rows: Lines) -> str:
    """A dump in text form with one COPY block among other statements."""
    lines = "".join("\t".join(map(str, row)) + "\n" for row in rows)
    return (
        "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n\n"
        'CREATE TABLE public.stays (\n    id integer,\n    "姓名" text\n);\n\n'
        f'COPY public.stays (id, "姓名", "身份证号", "出院日期", "个人自付") FROM stdin;\n{lines}\\.\n\n\n'
        "COPY public.empty (id) FROM stdin;\n\\.\n\n-- PostgreSQL database dump complete\n"
    )


def main() -> None:
    """Write every file of `FILES` beside this script."""
    for name, make in FILES.items():
        (FOLDER / name).write_bytes(make())


if __name__ == "__main__":
    main()
