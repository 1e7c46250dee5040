"""与户主关系: words of forms and codes of GB/T 4761-2008, brought to the words of the national system (domain.md 9.5)."""

from __future__ import annotations

import polars as pl

HEAD = "户主"

# Canonical word -> how it is written otherwise, with the codes of GB/T 4761-2008.
WORDS: dict[str, tuple[str, ...]] = {
    HEAD: ("本人", "户主本人", "本户户主", "01", "02", "1", "2"),
    "配偶": ("之配偶", "妻子", "妻", "之妻", "丈夫", "夫", "之夫", "爱人", "老婆", "老公", "媳妇", "10", "11", "12"),
    "之子": ("子", "儿子", "长子", "次子", "三子", "四子", "独生子", "养子", "大儿子", "二儿子", "小儿子", *map(str, range(20, 28)), "29"),
    "之女": ("女", "女儿", "长女", "次女", "三女", "四女", "独生女", "养女", "大女儿", "二女儿", "小女儿", *map(str, range(30, 38)), "39"),
    "之女婿": ("女婿", "28"),
    "之儿媳": ("儿媳", "儿媳妇", "38"),
    "之孙子": ("孙子", "孙", "长孙", "40", "41"),
    "之孙女": ("孙女", "42"),
    "之外孙子": ("外孙", "外孙子", "43"),
    "之外孙女": ("外孙女", "44"),
    "之曾孙子": ("曾孙", "曾孙子", "46"),
    "之曾孙女": ("曾孙女", "47"),
    "之父": ("父", "父亲", "爸爸", "50", "51"),
    "之母": ("母", "母亲", "妈妈", "52"),
    "之公公": ("公公", "53"),
    "之婆婆": ("婆婆", "54"),
    "之岳父": ("岳父", "55"),
    "之岳母": ("岳母", "56"),
    "之祖父": ("祖父", "爷爷", "60", "61"),
    "之祖母": ("祖母", "奶奶", "62"),
    "之外祖父": ("外祖父", "外公", "63"),
    "之外祖母": ("外祖母", "外婆", "64"),
    "之兄弟姐妹": ("兄弟姐妹", "兄", "弟", "姐", "妹", "哥哥", "弟弟", "姐姐", "妹妹", *map(str, range(70, 80))),
    "之兄弟媳妇": ("兄弟媳妇", "嫂子", "弟媳"),
    "之侄儿": ("侄儿", "侄子", "侄女", "之侄女", "83", "84"),
    "之叔伯": ("叔伯", "叔叔", "伯父", "80", "81", "82"),
    "其他": ("其它", "其他亲属", "非亲属", "97", "98", "99"),
}  # fmt: skip


def normalise(relation: pl.Expr) -> pl.Expr:
    """The national word for a relation; unknown words stay as they are, without blanks."""
    spellings = {other: word for word, others in WORDS.items() for other in others}
    text = relation.str.normalize("NFKC").str.replace_all(r"[\s\p{Cc}\p{Cf}]", "")
    return pl.when(text != "").then(text.replace(list(spellings), list(spellings.values())))


def is_head(relation: pl.Expr) -> pl.Expr:
    """Whether a normalised relation is the head himself."""
    return (relation == HEAD).fill_null(value=False)
