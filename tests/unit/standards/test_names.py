"""Names, readings and relations."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given as whenever
from hypothesis import strategies as st

from standards import names, relations


@pytest.mark.parametrize(
    ("sent", "normal", "pinyin"),
    [
        ("陳　偉", "陈伟", "chen wei"),
        ("阿木•尔布", "阿木·尔布", "a mu ·er bu"),
        ("阿木..尔布", "阿木·尔布", "a mu ·er bu"),
        ("单秀英", "单秀英", "shan xiu ying"),  # dan elsewhere
        ("欧阳建国", "欧阳建国", "ou yang jian guo"),
        ("单于明", "单于明", "chan yu ming"),
        ("李四（子）", "李四", "li si"),
        ("张?三", "张□三", "zhang □san"),
        ("\ue000国", "□国", "□guo"),
        ("吕明", "吕明", "lv ming"),
        ("户主：张三", "张三", "zhang san"),
        ("12、张三 13900000001", "张三", "zhang san"),
        ("张小三同学", "张小三", "zhang xiao san"),
        ("张三等2人", "张三", "zhang san"),
        ("户主吉木史布", "吉木史布", "ji mu shi bu"),
        ("王伟杰先生", "王伟杰", "wang wei jie"),
        ("李四本人", "李四", "li si"),
        ("李四 代", "李四", "li si"),
        ("李 代", "李代", "li dai"),  # a name that is padded
        ("阿依古丽－亚森", "阿依古丽·亚森", "a yi gu li ·ya sen"),
        ("张某三", "张□三", "zhang □san"),
        ("张某某", "张□□", "zhang □□"),
        ("张师傅", "张□□", "zhang □□"),
        ("张氏", "张□□", "zhang □□"),
        ("张小三一家", "张小三", "zhang xiao san"),
        ("张小三家", "张小三", "zhang xiao san"),
        ("张小家", "张小家", "zhang xiao jia"),
        ("张三户", "张三", "zhang san"),
        ("五保户张小三", "张小三", "zhang xiao san"),
        ("张三户主", "张三", "zhang san"),
        ("张三一家4口", "张三", "zhang san"),
        ("张小三等三人", "张小三", "zhang xiao san"),
        ("张小三-已核实", "张小三", "zhang xiao san"),
        ("张小三代领", "张小三", "zhang xiao san"),
        ("张小三苗族", "张小三", "zhang xiao san"),
        ("张三 户主李四", "张三", "zhang san"),
        ("死者张小三", "张小三", "zhang xiao san"),
        ("张小三组长", "张小三", "zhang xiao san"),
        ("张书记", "张□□", "zhang □□"),
        ("张小五(身份证名:张三)", "张三", "zhang san"),
        ("张小五（现名张三）", "张三", "zhang san"),
        ("张三(身份证不符)", "张三", "zhang san"),
        ("张三 曾用名 张小五", "张三", "zhang san"),
        ("《张小三》", "张小三", "zhang xiao san"),
        ("张小三*", "张小三", "zhang xiao san"),  # a footnote; nobody hides a fourth character
        ("张小*", "张小□", "zhang xiao □"),
        ("张口三", "张□三", "zhang □san"),  # the box that shows a lost character
        ("阿木■尔布", "阿木·尔布", "a mu ·er bu"),  # the dot that a system lost
        ("张李氏", "李□□", "li □□"),
        ("张XS", "张□□", "zhang □□"),
        ("张三 男", "张三", "zhang san"),
        ("张三，男，45岁", "张三", "zhang san"),
        ("张三-长子", "张三", "zhang san"),
        ("阿木·尔布 之妻", "阿木·尔布", "a mu ·er bu"),
        ("李四(代张三)", "张三", "zhang san"),
        ("张三(代签字)", "张三", "zhang san"),
        ("张三45岁", "张三", "zhang san"),
        ("张三 5人", "张三", "zhang san"),
        ("张胜 男子", "张胜男子", "zhang sheng nan zi"),
        ("张胜男", "张胜男", "zhang sheng nan"),
        ("张 女", "张女", "zhang nv"),  # a name that is padded
        ("已故张三", "张三", "zhang san"),
        ("张三已死亡", "张三", "zhang san"),
        ("张小三：", "张小三", "zhang xiao san"),
        ("张小_", "张小□", "zhang xiao □"),
        ("阿木•尔布同志", "阿木·尔布", "a mu ·er bu"),
        ("户主阿木·尔布", "阿木·尔布", "a mu ·er bu"),
        ("同上", None, None),
        ("″", None, None),
        ("#N/A", None, None),
        ("无名氏", None, None),
        ("   ", None, None),
        (None, None, None),
    ],
)
def test_names(sent: str | None, normal: str | None, pinyin: str | None) -> None:
    frame = pl.DataFrame({"name": [sent]}, schema={"name": pl.String}).with_columns(normal=names.normalise(pl.col("name")))
    assert frame["normal"].item() == normal
    assert frame.select(names.pinyin(pl.col("normal"))).item() == pinyin


@pytest.mark.parametrize("letters", ["Yang Xiuying", "YANGXIUYING", "Xiuying Yang", "yang xiu ying", "YANG,Xiuying", "Yáng Xiùyīng"])
def test_names_in_letters_are_heard_as_their_characters(letters: str) -> None:
    name = pl.select(names.normalise(pl.lit(letters)))
    assert pl.select(names.pinyin(pl.lit(name.item()))).item() == "yang xiu ying"
    assert name.item() != "杨秀英"
    assert pl.select(names.normalise(pl.lit("Maria Lopez"))).item() == "Maria Lopez"


def test_names_of_two_words_in_letters() -> None:
    assert pl.select(names.pinyin(names.normalise(pl.lit("Maimaiti Tuerxun")))).item() == "mai mai ti tu er xun"


@pytest.mark.parametrize("letters", ["杨xiu英", "杨xiù英", "杨XIU英", "杨xiu4英"])
def test_letters_among_characters_are_heard_as_the_character_that_could_not_be_typed(letters: str) -> None:
    assert pl.select(names.pinyin(names.normalise(pl.lit(letters)))).item() == "yang xiu ying"


@pytest.mark.parametrize("code", [("utf-8", "gbk"), ("gbk", "latin-1"), ("utf-8", "latin-1")])
def test_names_read_in_the_wrong_code(code: tuple[str, str]) -> None:
    for name in ("李明", "孙青", "张昕瑞"):
        scrambled = name.encode(code[0]).decode(code[1], errors="replace")
        read = pl.select(names.normalise(pl.lit(scrambled))).item()
        assert read[:2] == name[:2]
        assert len(read) == len(name)


def test_a_long_name_read_in_the_wrong_code() -> None:
    scrambled = "热依汗·艾合买提".encode("gbk").decode("latin-1")
    assert pl.select(names.normalise(pl.lit(scrambled))).item() == "热依汗·艾合买提"


@pytest.mark.parametrize("name", ["黄喆", "杨堃英", "邝芃甡", "Maria Lopez", "口"])
def test_rare_characters_are_no_other_code(name: str) -> None:
    assert pl.select(names.normalise(pl.lit(name))).item() in {name, "□"}


@pytest.mark.parametrize(("name", "surname", "given"), [("欧阳建国", "欧阳", "建国"), ("欧阳", "欧", "阳"), ("杨", "杨", None)])
def test_surname(name: str, surname: str, given: str | None) -> None:
    assert pl.select(names.surname(pl.lit(name))).item() == surname
    assert pl.select(names.given(pl.lit(name))).item() == given


@pytest.mark.parametrize("pair", ["张章", "刘牛", "陈岑", "林凌", "黄方", "辉飞", "元颜", "军金", "何火"])
def test_heard_alike_in_a_dialect(pair: str) -> None:
    heard = [pl.select(names.dialect(names.pinyin(pl.lit(name)))).item() for name in pair]
    assert heard[0] == heard[1]


@pytest.mark.parametrize(
    ("sent", "word"),
    [
        ("儿子", "之子"),
        ("02", "户主"),
        ("38", "之儿媳"),
        ("儿 媳", "之儿媳"),
        ("妻", "配偶"),
        ("之子", "之子"),
        ("干亲", "干亲"),
        ("", None),
    ],
)
def test_relations(sent: str, word: str | None) -> None:
    assert pl.select(relations.normalise(pl.lit(sent))).item() == word


@whenever(st.lists(st.text("杨生某户主村民同志大爷等人氏一家全庭囗陳·?a1𠮷欧", min_size=1, max_size=6), min_size=1, max_size=20))
def test_what_is_plain_stays_as_it_is(written: list[str]) -> None:
    codes = np.array(written, dtype="U6").view(np.uint32).reshape(len(written), 6)
    plain = pl.Series(written).filter(pl.Series(names.are_plain(codes)))
    assert plain.to_frame("name").select(names.normalise(pl.col("name")))["name"].to_list() == plain.to_list()
