"""What a file that came back says: answers that are understood, answers that are refused with the cell and the way out, contradictions.

`take` is a pure function of the file, of the leads that were released, and of today. It writes nothing and repeats no text of a cell in
what it says about a fault, so that its words may stand on a screen or in a log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from contracts.tables import Schema, conform, empty
from delivery.desk.schemas import ANSWER
from delivery.taking.found import Said, find
from delivery.taking.grids import WAY_OUT, read_grids
from delivery.words import CONCLUSIONS, NUMBERED_CONCLUSIONS, SIGNED, UNSIGNED
from standards.dates import parse_date
from standards.text import clean, compact

# Leads of all releases. `standing_id` is the number that the household's lead of that month has in the release that stands, null where
# it has none (withdrawn, or dropped by a later release).
KNOWN: Schema = {"lead_id": pl.String, "household_id": pl.String, "month": pl.String, "standing_id": pl.String}
REFUSED: Schema = {
    "sheet": pl.String,
    "cell": pl.String,
    "lead_id": pl.String,
    "field": pl.String,
    "reason": pl.String,
    "advice": pl.String,
}
FIELDS = {
    "lead_id": "线索编号", "household_id": "户编号", "conclusion": "结论", "visited_on": "核查日期", "visitor_one": "核查人（一）",
    "visitor_two": "核查人（二）", "note": "理由和措施", "authorised": "承诺授权",
}  # fmt: skip
# What people write besides the nine conclusions themselves, their numbers, or both.
OTHER_WORDS = {
    "拟纳入": 1, "纳入监测": 1, "单项帮扶": 2, "已在监测": 3, "已享受": 3, "能自行应对": 4, "不属实": 5, "数据有误": 5, "查无此人": 6,
    "非本村": 6, "已死亡": 7, "迁出": 7, "已迁出": 7, "重复": 8, "未联系上": 9,
}  # fmt: skip
SIGNS = r"[-—–―_.、:：()（）/]"
RAW = ("sheet", "place", *(f"t_{name}" for name in FIELDS), *(f"{name}_cell" for name in FIELDS))
SAID = ("household", "conclusion", "visited_on", "visitor_one", "visitor_two", "note", "authorised_on")  # what may differ
OF_NO_YEAR = r"^\d{1,2}[月./-]\d{1,2}日?$"
Fault = tuple[str, pl.Expr, str, str]  # field, when, reason, advice


@dataclass(frozen=True)
class Taken:
    """What a file says.

    Attributes:
        name: of the file, as it was given.
        origin: SHA-256 of its content.
        understood: `ANSWER`, one row a lead, by lead_id.
        refused: `REFUSED`, one row for each fault, in the file's order.
        conflicts: `REFUSED`, one row for each answer that contradicts another one of the file; none of them is in `understood`.
        blank: forms and lines without any answer.
    """

    name: str
    origin: str
    understood: pl.DataFrame
    refused: pl.DataFrame
    conflicts: pl.DataFrame
    blank: int


def take(content: bytes, name: str, known: pl.DataFrame, today: date) -> Taken:
    """Read a filled-in workbook, CSV or JSON against the released leads (`KNOWN`).

    Raises `HulianError` where nothing can be read in the file as a whole.
    """
    found = [said for grid in read_grids(content, name) for said in find(grid)]
    origin = hashlib.sha256(content).hexdigest()
    if not found:
        nothing = ("", "", None, "", "文件里没有核查表，也没有带“线索编号”和“核查结论”的清单。", WAY_OUT)
        return Taken(name, origin, empty(ANSWER), pl.DataFrame([nothing], schema=dict(REFUSED), orient="row"), empty(REFUSED), 0)
    spoken = [said for said in found if not said.is_blank]
    raw = _read(_frame(spoken), known)
    faults = pl.concat([_faults_of(raw, fault) for fault in _faults(today)])
    good = raw.join(faults.select("number").unique(), on="number", how="anti", maintain_order="left")
    differs = pl.struct(SAID).n_unique().over("lead") > 1
    conflicts = _pointed(good.filter(differs), "conclusion", "同一条线索在本文件里有不同的答复，都没有采用。", "请只留一个，再交一次。")
    understood = good.filter(~differs).unique("lead", keep="first", maintain_order=True)
    return Taken(
        name,
        origin,
        conform(understood.drop("lead_id").rename({"lead": "lead_id", "household": "household_id"}), ANSWER).sort("lead_id"),
        conform(faults.sort("number", maintain_order=True), REFUSED),
        conform(conflicts, REFUSED),
        len(found) - len(spoken),
    )


def _frame(spoken: Sequence[Said]) -> pl.DataFrame:
    """One row per answer, all text: number, sheet, place, each field and its cell."""
    rows = [
        (said.sheet, said.place, *(said.texts.get(name) for name in FIELDS), *(said.cells.get(name, said.place) for name in FIELDS))
        for said in spoken
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(RAW, pl.String), orient="row").with_row_index("number")


def _read(raw: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """`raw` with what each field means, and the lead that it is about."""
    one, two = clean(pl.col("t_visitor_one")), clean(pl.col("t_visitor_two"))
    together = one.str.replace_all(r"[、,，;；/\s]+", "、").str.split("、")
    is_pair = two.is_null() & (together.list.len() == 2)
    said = {way: words for number, words in enumerate(CONCLUSIONS, start=1) for way in _ways(number, words)}
    read = raw.with_columns(
        lead_id=compact(pl.col("t_lead_id")),
        household_given=compact(pl.col("t_household_id")),
        conclusion=_word(pl.col("t_conclusion")).replace_strict(said, default=None, return_dtype=pl.String),
        visitor_one=pl.when(is_pair).then(together.list.first()).otherwise(one),
        visitor_two=pl.when(is_pair).then(together.list.last()).otherwise(two),
        note=clean(pl.col("t_note")),
    )
    read = read.with_columns(of_month=pl.col("lead_id").str.extract(r"^(\d{4}-\d{2})-", 1))
    read = read.with_columns(visited_on=_day(pl.col("t_visited_on")))
    signed = clean(pl.col("t_authorised"))
    read = read.with_columns(
        authorised_on=pl.when(signed.is_in(list(SIGNED))).then(pl.col("visited_on")).otherwise(_day(pl.col("t_authorised"))),
        is_unsigned=signed.is_null() | signed.is_in(list(UNSIGNED)),
    )
    return _about(read, known)


def _ways(number: int, words: str) -> list[str]:
    """How a conclusion may be written: its number, its words, both, or what else people say, also with the number."""
    spoken = [words.replace("-", ""), *(other for other, meant in OTHER_WORDS.items() if meant == number)]
    return [str(number), *spoken, *(f"{number}{word}" for word in spoken)]


def _word(text: pl.Expr) -> pl.Expr:
    """A conclusion without blanks and signs; a number that a spreadsheet made of it without its decimals."""
    return compact(text).str.replace(r"^0*([1-9])\.0+$", "${1}").str.replace_all(SIGNS, "")


def _day(text: pl.Expr) -> pl.Expr:
    """The date; one without a year is of the lead's year, or of the next one where the lead is of December."""
    bare = compact(text)
    december = pl.col("of_month").str.ends_with("-12") & ~bare.str.contains(r"^12\D")
    year = (pl.col("of_month").str.head(4).cast(pl.Int32) + december.cast(pl.Int32)).cast(pl.String)
    full = pl.concat_str(year, pl.lit("-"), bare.str.replace(r"日$", "").str.replace_all(r"[月./]", "-"))
    return parse_date(pl.when(bare.str.contains(OF_NO_YEAR)).then(full).otherwise(text))


def _about(read: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Adds `household` and `lead`, the number that stands now, and why there is none: is_known, is_ambiguous, agrees."""
    leads = known.group_by("lead_id").agg(households=pl.col("household_id").unique().sort())
    pairs = known.select("lead_id", household="household_id", lead="standing_id", is_released=pl.lit(value=True)).unique(
        ["lead_id", "household"], keep="last", maintain_order=True
    )
    only = pl.when(pl.col("households").list.len() == 1).then(pl.col("households").list.first())
    return (
        read.join(leads, on="lead_id", how="left", maintain_order="left")
        .with_columns(household=pl.coalesce("household_given", only))
        .join(pairs, on=["lead_id", "household"], how="left", maintain_order="left")
        .with_columns(
            is_known=pl.col("households").is_not_null(),
            is_ambiguous=pl.col("household").is_null() & pl.col("households").is_not_null(),
            is_pair=pl.col("is_released").fill_null(value=False),
        )
    )


def _faults(today: date) -> list[Fault]:
    """What may be wrong with an answer. Only the first fault of its number is told; others one by one."""
    text = pl.col
    start = pl.concat_str("of_month", pl.lit("-01")).str.to_date("%Y-%m-%d", strict=False)
    no_number = text("lead_id").is_null()
    is_clear = ~no_number & text("is_known")
    names = "、".join(NUMBERED_CONCLUSIONS[:2])
    same = compact(text("visitor_one")) == compact(text("visitor_two"))
    return [
        ("lead_id", no_number, "线索编号没有了或被改动，不知道是哪一条线索。", "请从原来的工作簿里照抄线索编号，不要改动白色单元格。"),
        ("lead_id", ~no_number & ~text("is_known"), "没有发布过这个线索编号。", "请核对编号；若是未发布的试算表，请换用正式发布的工作簿。"),
        ("household_id", is_clear & text("is_ambiguous"), "这个编号在更正发布前后不是同一户。", "请补填户编号，或用最新发布的工作簿填写。"),
        (
            "household_id",
            is_clear & text("household").is_not_null() & ~text("is_pair"),
            "线索编号和户编号对不上。",
            "请核对是不是把另一户的表改成了这一户；照原工作簿恢复编号后再填。",
        ),
        (
            "lead_id",
            text("is_pair") & text("lead").is_null(),
            "这条线索已撤回，或在更正发布中取消，不需要反馈。",
            "以最新发布的工作簿为准。",
        ),
        ("conclusion", text("t_conclusion").is_null(), "填了其他内容，但没有填结论。", "请从九种结论中选一个填上。"),
        (
            "conclusion",
            text("t_conclusion").is_not_null() & text("conclusion").is_null(),
            "结论不是九种之一，或一格里填了几种。",
            f"请只填一种，如“{names}”，或只填 1 到 9 的编号。",
        ),
        ("visited_on", text("t_visited_on").is_null(), "没有填核查日期。", "请填入户的日期，如 2026-12-08。"),
        (
            "visited_on",
            text("t_visited_on").is_not_null() & text("visited_on").is_null(),
            "核查日期读不出来。",
            "请写年月日，如 2026-12-08 或 2026年12月8日。",
        ),
        ("visited_on", text("visited_on") > pl.lit(today), "核查日期在今天以后。", "请核对年份和月份。"),
        ("visited_on", text("visited_on") < start, "核查日期在线索所属月份以前。", "请核对年份和月份。"),
        ("visitor_one", text("visitor_one").is_null(), "没有填核查人（一）。", "入户须两人，请填两人姓名。"),
        (
            "visitor_two",
            text("visitor_one").is_not_null() & text("visitor_two").is_null(),
            "没有填核查人（二）。",
            "入户须两人，请填两人姓名。",
        ),
        ("visitor_two", same, "两名核查人是同一个人。", "入户须两人，请填另一人的姓名。"),
        (
            "authorised",
            ~text("is_unsigned") & text("authorised_on").is_null(),
            "承诺授权一栏读不出来。",
            "已签的填“已签”或签署日期，没有签的填“未签”或留空。",
        ),
        ("authorised", text("authorised_on") > pl.lit(today), "承诺授权的日期在今天以后。", "请核对年份和月份。"),
    ]


def _faults_of(read: pl.DataFrame, fault: Fault) -> pl.DataFrame:
    field, when, reason, advice = fault
    return _pointed(read.filter(when.fill_null(value=False)), field, reason, advice)


def _pointed(rows: pl.DataFrame, field: str, reason: str, advice: str) -> pl.DataFrame:
    """One row per answer at fault: number, then `REFUSED`."""
    return rows.select(
        "number",
        "sheet",
        pl.col(f"{field}_cell").alias("cell"),
        "lead_id",
        pl.lit(FIELDS[field]).alias("field"),
        pl.lit(reason).alias("reason"),
        pl.lit(advice).alias("advice"),
    )
