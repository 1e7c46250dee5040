"""What may hang on a village's wall: the columns, and for each what a cell of it may be. Everything else cannot be made public.

`PublicRows` is the only thing that the notice's writers take, and it cannot exist with a cell that is not of its column's kind, whatever
stood in the register or in a bureau's list: ID numbers, telephones, accounts, health and causes fit no kind. Allowed are village, group,
name of the head, number of members and category (domain.md 8.6, after the notices' model text of the national guide).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import polars as pl

from contracts.tables import Schema
from delivery.errors import NoticeError

INCLUDED, HELPED, CLEARED = "拟纳入监测对象", "拟给予单项帮扶", "拟标注风险消除"
MATTERS = (INCLUDED, HELPED, CLEARED)
CATEGORIES = ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户")

HAN = r"\p{Han}"
WORD = rf"{HAN}{{1,16}}"
# column -> the whole of what a cell may be; empty where nothing is known
KINDS: Mapping[str, str] = {
    "matter": "|".join(MATTERS),
    "town": WORD,
    "village": WORD,
    "group": rf"|{HAN}{{0,6}}[0-9]{{0,2}}{HAN}{{1,4}}",
    "head_name": rf"{HAN}{{1,8}}(?:·{HAN}{{1,8}}){{0,3}}",
    "members": r"|[1-9]|[1-3][0-9]",
    "category": "|" + "|".join(CATEGORIES),
}
PUBLIC: Schema = dict.fromkeys(KINDS, pl.String())
# Words of health and causes, and numbers spelt out, which would pass as names.
HIDDEN = (
    r"病|症|癌|瘤|残|瘫|炎$|[肝肺肾胃肠脑膜腺管节髓盆]炎|血压|血糖|血友|糖尿|透析|化疗|放疗|移植|手术|住院|精神|智力|抑郁|痴呆|中风|骨折|梗|"
    r"结核|艾滋|梅毒|内障|失能|失明|聋|哑|盲|自闭|早产|流产|尿毒|瘘|疮|癫|痫|衰竭|坏死|中毒|烧伤|硬化|出血|畸形|信访|上访|贷款|存款|"
    r"[〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺]{5}"
)


@dataclass(frozen=True)
class PublicRows:
    """Rows of `PUBLIC` in which every cell is of its column's kind. Raises `NoticeError` when one is not; it never says which value."""

    rows: pl.DataFrame

    def __post_init__(self) -> None:
        if self.rows.schema != dict(PUBLIC):
            raise NoticeError(f"A public notice has the columns {', '.join(PUBLIC)} and no others. Nothing is written.")
        counts = self.rows.select((~_is_public(name)).sum() for name in PUBLIC).row(0, named=True)
        wrong = {name: count for name, count in counts.items() if count}
        if wrong:
            told = ", ".join(f"{count} of {name}" for name, count in wrong.items())
            raise NoticeError(f"Cells that may not be public: {told}. Nothing is written; correct them in the register.")

    @classmethod
    def of(cls, rows: pl.DataFrame) -> tuple[Self, pl.DataFrame]:
        """The rows that may be public, and those that are left out, as they came. Columns beside those of `PUBLIC` are dropped."""
        texts = rows.with_columns(pl.col(name).cast(pl.String).fill_null("").str.strip_chars() for name in PUBLIC)
        passes = texts.select(pl.all_horizontal(_is_public(name) for name in PUBLIC)).to_series()
        return cls(texts.filter(passes).select(list(PUBLIC))), rows.filter(~passes)


def _is_public(name: str) -> pl.Expr:
    cell = pl.col(name).fill_null("\n")
    return (cell.str.contains(rf"\A(?:{KINDS[name]})\z") & ~cell.str.contains(HIDDEN)).alias(name)
