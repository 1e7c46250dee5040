"""Names, readings and relations."""

from __future__ import annotations

import polars as pl
import pytest

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
        ("   ", None, None),
        (None, None, None),
    ],
)
def test_names(sent: str | None, normal: str | None, pinyin: str | None) -> None:
    frame = pl.DataFrame({"name": [sent]}, schema={"name": pl.String}).with_columns(normal=names.normalise(pl.col("name")))
    assert frame["normal"].item() == normal
    assert frame.select(names.pinyin(pl.col("normal"))).item() == pinyin


@pytest.mark.parametrize(("name", "surname", "given"), [("欧阳建国", "欧阳", "建国"), ("欧阳", "欧", "阳"), ("杨", "杨", None)])
def test_surname(name: str, surname: str, given: str | None) -> None:
    assert pl.select(names.surname(pl.lit(name))).item() == surname
    assert pl.select(names.given(pl.lit(name))).item() == given


@pytest.mark.parametrize(("one", "other"), [("张", "章"), ("刘", "牛"), ("陈", "岑"), ("林", "凌"), ("黄", "方")])
def test_heard_alike_in_a_dialect(one: str, other: str) -> None:
    heard = [pl.select(names.dialect(names.pinyin(pl.lit(name)))).item() for name in (one, other)]
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
