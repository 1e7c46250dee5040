import pytest
from nasty import feed, text

from connectors.encoding import decode
from connectors.read import read_feed

LINES = "乡镇,村,姓名,身份证号,出院日期,个人自付\r\n上坪镇,甲村,张三,52269919800101123X,2026-11-05,100\r\n"


def names(path):
    return read_feed(feed(), [path], root=path.parent).rows.select("row_number", "姓名").rows()


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("suffix", ["csv", "txt", "xlsx"])
def test_encodings_whatever_the_extension_says(tmp_path, encoding, suffix):
    assert names(text(tmp_path / f"住院.{suffix}", LINES, encoding)) == [(2, "张三")]


def test_rare_names_survive_gb18030(tmp_path):
    rare = "䶮\U00020087\U0003106c"
    assert names(text(tmp_path / "住院.csv", LINES.replace("张三", rare), "gb18030")) == [(2, rare)]


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_separators(tmp_path, separator):
    assert names(text(tmp_path / "住院.txt", LINES.replace(",", separator), "utf-8")) == [(2, "张三")]


def test_row_numbers_count_blank_lines_and_titles(tmp_path):
    content = "住院名单\n\n" + LINES + "\n\n上坪镇,甲村,李四,,2026-11-06,1\n合计,,,,,101\n"
    assert names(text(tmp_path / "住院.csv", content, "gb18030")) == [(4, "张三"), (7, "李四")]


def test_quoted_line_breaks_stay_in_their_cell_and_stray_marks_are_text(tmp_path):
    quoted = LINES + '上坪镇,"甲\n村",李四,,2026-11-06,1\n上坪镇,甲村,王五,,2026-11-06,1\n'
    assert names(text(tmp_path / "住院1.csv", quoted, "utf-8")) == [(2, "张三"), (3, "李四"), (4, "王五")]
    stray = LINES + '上坪镇,"甲村,李四,,2026-11-06,1\n上坪镇,甲村,王五,,2026-11-06,1\n'
    assert [name for _, name in names(text(tmp_path / "住院2.csv", stray, "utf-8"))] == ["张三", "李四", "王五"]


def test_a_longer_line_loses_nothing(tmp_path):
    content = LINES + "上坪镇,甲村,李四,,2026-11-06,1,多出来的\n"
    path = text(tmp_path / "住院.csv", content, "utf-8")
    assert read_feed(feed(), [path], root=tmp_path).rows["第7列"].to_list() == [None, "多出来的"]


def test_decoding_is_strict():
    with pytest.raises(Exception, match="编码无法识别"):
        decode("姓名".encode("gb18030") + b"\xff\xff")
