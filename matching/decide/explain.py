"""Why: the comparison in codes and in one Chinese sentence, without ID numbers and telephone numbers."""

from __future__ import annotations

from functools import reduce
from operator import add

import polars as pl

from matching.compare.vector import FIELDS

PHRASES: dict[str, dict[str, str]] = {
    "id": {
        "equal": "证件号码一致",
        "repaired": "证件号码只差一处笔误",
        "tail": "证件号码末尾丢失、前十五位一致",
        "masked": "证件号码未遮挡的位一致",
        "relative": "所填证件号码是同户家人的",
        "hint": "证件号码露出的几位一致",
        "slips": "证件号码差两三处",
        "sequence": "证件号码的地区和出生日期一致而顺序码不同",
        "birth": "证件号码里的出生日期一致而其余不同",
        "another": "所填证件号码是另一人的",
        "differs": "证件号码不同",
    },
    "name": {
        "equal": "姓名一致",
        "homophone": "姓名同音",
        "dialect": "姓名方言同音",
        "lookalike": "姓名有形近字",
        "near": "姓名字序或缺字不同",
        "dropped": "姓名多一字或少一字",
        "part": "姓名像小名或简写",
        "one": "姓名差一个字",
        "surname": "只有姓相同",
        "other": "姓名不同",
    },
    "birth": {
        "equal": "出生日期一致",
        "exchanged": "出生日期月日颠倒",
        "lunar": "出生日期像是农历",
        "slip": "出生日期像笔误",
        "year": "出生年份一致",
        "near_age": "年龄相近",
        "other": "出生日期不同",
    },
    "age": {"same": "年龄相符", "near": "年龄相近", "far": "年龄不符"},
    "sex": {"same": "", "other": "性别不符"},
    "place": {"village": "同村", "town": "同乡镇不同村", "other": "乡镇不同"},
    "town": {"same": "同乡镇", "other": "乡镇不同"},
    "group": {"same": "同组", "other": "组别不同"},
    "phone": {"same": "电话一致", "household": "电话是户里的", "other": "电话不同"},
    "company": {
        "number": "同行所填家人证件（或户编号）在该户",
        "name": "同行所填家人姓名在该户",
        "alike": "同行所填家人姓名与该户成员相近",
        "other": "同行所填家人不在该户",
    },
    "head": {"head": "是户主", "other": "不是户主"},
    "again": {"free": "", "taken": "清单中另有此人一行"},
}
# What goes without saying in a sentence, and still has its bits.
UNSAID = {("sex", "same"): "性别相符", ("again", "free"): "清单中此人没有另一行"}
BITS = 4  # of a packed vector for each field


def packed() -> pl.Expr:
    """The codes of all fields as one integer: of millions of comparisons only some thousands are different."""
    return reduce(add, ((pl.col(field).fill_null(-1) + 1).cast(pl.Int64) * (1 << BITS * at) for at, field in enumerate(FIELDS)))


SENTENCES = {"because": "", "unsure": "有相近的人但不能确定：", "unlike": "底册中没有足够相符的人；最相近的一位："}  # and how they begin


def evidence(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` (with one code per field) with what `meanings` says of each vector."""
    keyed = frame.with_columns(packed=packed())
    return keyed.join(meanings(keyed), on="packed", how="left", maintain_order="left").drop("packed")


def meanings(keyed: pl.DataFrame) -> pl.DataFrame:
    """One row per distinct vector of `keyed` (one code per field, and `packed`), with `packed` and what it means.

    `evidence`: codes such as `name:equal`; `phrases`: Chinese, parallel to them; `identity`; and `SENTENCES`.
    """
    once = keyed.select("packed", *FIELDS)[keyed["packed"].arg_unique()]
    codes: list[pl.Expr] = []
    phrases: list[pl.Expr] = []
    for field, levels in FIELDS.items():
        place = pl.col(field).fill_null(-1) + 1  # 0 where it cannot be compared
        codes.append(pl.lit(pl.Series([None, *(f"{field}:{level}" for level in levels)], dtype=pl.String)).gather(place))
        phrases.append(pl.lit(pl.Series([None, *(PHRASES[field][level] for level in levels)], dtype=pl.String)).gather(place))
    meant = {"evidence": codes, "phrases": phrases}
    told = once.select("packed", identity=identity(), **{name: pl.concat_list(each).list.drop_nulls() for name, each in meant.items()})
    said = pl.col("phrases").list.filter(pl.element() != "").list.join("，")
    return told.with_columns(pl.concat_str(pl.lit(begin), said, pl.lit("。")).alias(name) for name, begin in SENTENCES.items())


def identity() -> pl.Expr:
    """What the visitor is told about certainty: 证件一致, 姓名异 (number right, name written otherwise) or 需核身份."""
    same_number = pl.col("id") == 0
    return (
        pl.when(same_number & (pl.col("name") <= 0))
        .then(pl.lit("证件一致"))
        .when(same_number)
        .then(pl.lit("姓名异"))
        .otherwise(pl.lit("需核身份"))
    )
