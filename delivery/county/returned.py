"""The review workbook as it comes back: which decisions it holds, and what in it could not be understood.

Columns are found by their headings and lines by their hidden keys, so that sorted, filtered, moved or added ones do no harm. What is
doubtful is told with its row number and the way out, and the rest goes on. No text of a cell is repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import fastexcel
import polars as pl

from contracts.errors import HulianError
from contracts.month import Month
from delivery.county.review import DECISION, FEED, HOUSEHOLD, MONTH, PERSON, ROW, SHEET
from delivery.desk import CANDIDATE, REVIEW_DECISION
from delivery.words import REVIEW_CHOICES, REVIEW_NOT, REVIEW_UNKNOWN, REVIEW_YES, REVOKED

NEEDED = {MONTH: "month", FEED: "feed", ROW: "row_id", HOUSEHOLD: "household_id", PERSON: "person_id", DECISION: "decision"}
LOOKED_THROUGH = 40  # lines among which the headings are looked for
RECORD = CANDIDATE[:3]


@dataclass(frozen=True)
class Returned:
    """What a workbook says.

    Attributes:
        month: the month that it is of.
        decisions: `REVIEW_DECISION`, with 撤销 among the words.
        problems: row number as a person sees it, and what is the matter with it.
        records: how many have a decision.
        blank: how many have none.
    """

    month: Month
    decisions: pl.DataFrame
    problems: list[tuple[int, str]]
    records: int
    blank: int


def read_lines(path: Path) -> pl.DataFrame:
    """The candidates' lines of a returned workbook: `line` (row number), month, feed, row_id, household_id, person_id, decision.

    Raises:
        HulianError: where the file is no workbook or has no line with the headings.
    """
    try:
        book = fastexcel.read_excel(path)
        names = sorted(book.sheet_names, key=lambda name: name != SHEET)
        frames = [book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars() for name in names]
    except (fastexcel.FastExcelError, OSError) as broken:
        raise HulianError(f"{path.name}: 不是可以读的工作簿。请交回填好的“待复核”工作簿（.xlsx），不要改成其他格式。") from broken
    for frame in frames:
        found = _heading(frame)
        if found is not None:
            return _named(frame, *found)
    wanted = "、".join(NEEDED)
    raise HulianError(
        f"{path.name}: 找不到表头（{wanted}）。隐藏的列不能删除；请在原来的“待复核”工作簿里填写，或从 proposals/<期次>/县级/ 重新取一份。"
    )


def _heading(frame: pl.DataFrame) -> tuple[int, dict[str, str]] | None:
    """Line of the headings, and the frame's column of each."""
    for at, cells in enumerate(frame.head(LOOKED_THROUGH).iter_rows()):
        places = {
            str(cell).strip(): column for column, cell in zip(reversed(frame.columns), reversed(cells), strict=True) if cell is not None
        }
        if NEEDED.keys() <= places.keys():
            return at, {NEEDED[name]: places[name] for name in NEEDED}
    return None


def _named(frame: pl.DataFrame, at: int, columns: dict[str, str]) -> pl.DataFrame:
    trimmed = [pl.col(column).str.strip_chars().alias(name) for name, column in columns.items()]
    rows = frame.with_row_index("line", offset=1).slice(at + 1).select(pl.col("line").cast(pl.Int64), *trimmed)
    return rows.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in columns)


def months_in(lines: pl.DataFrame) -> list[Month]:
    """The months that the lines are of, as far as they can be read."""
    texts = lines["month"].drop_nulls().unique().sort()
    return [Month.parse(text) for text in texts.filter(texts.str.contains(r"^\d{4}-(0[1-9]|1[0-2])$"))]


def understand(path: Path, month: Month | None, lines: pl.DataFrame, known: pl.DataFrame) -> Returned:
    """Decisions among `lines`. `known`: month, feed, row_id, household_id, person_id, content of all that may be decided.

    Raises `HulianError` where the workbook is of no month, of several, or of another one than `month`.
    """
    months = months_in(lines)
    if len(months) != 1:
        raise HulianError(f"{path.name}: 一个工作簿只能是一个月的，现在有 {len(months)} 个期次。请每月单独交回。")
    if month is not None and months != [month]:
        raise HulianError(f"{path.name}: 是 {months[0]} 的复核表，不是 {month} 的。去掉 --month，或换成 --month {months[0]}。")
    candidates = lines.filter(pl.col("household_id").is_not_null() | pl.col("decision").is_not_null())
    spoken = candidates.filter(pl.col("decision").is_not_null()).with_columns(decision=_word(pl.col("decision")))
    problems: list[tuple[int, str]] = []
    good = _without_faults(spoken, known, str(months[0]), problems)
    good = _without_contradictions(good, problems)
    good = pl.concat([good, _silent(good, candidates, known)], how="diagonal").join(
        known.select(*CANDIDATE, "content"), on=CANDIDATE, how="left", nulls_equal=True, maintain_order="left"
    )
    decisions = good.select(pl.col(name).cast(dtype) for name, dtype in REVIEW_DECISION.items()).unique(
        CANDIDATE, keep="last", maintain_order=True
    )
    asked = candidates.filter(pl.col("row_id").is_not_null()).select(RECORD).unique()
    blank = asked.join(spoken, on=RECORD, how="anti").height
    return Returned(months[0], decisions, sorted(problems), decisions.select(RECORD).n_unique() if decisions.height else 0, blank)


def _word(cell: pl.Expr) -> pl.Expr:
    """The decision as it stands in the list of choices: blanks and quotes around it, and numbers before it, do not count."""
    return cell.str.normalize("NFKC").str.replace_all(r"[\s\"'“”‘’.。、0-9]", "")


def _without_faults(spoken: pl.DataFrame, known: pl.DataFrame, month: str, problems: list[tuple[int, str]]) -> pl.DataFrame:
    """`spoken` without lines that cannot be understood, each told in `problems`."""
    words = "、".join(REVIEW_CHOICES)
    bad_word = spoken.filter(~pl.col("decision").is_in(REVIEW_CHOICES))
    problems += [(line, f"“决定”不是可选的词。请从下拉框选：{words}。") for line in bad_word["line"]]
    rest = spoken.filter(pl.col("decision").is_in(REVIEW_CHOICES))
    headless = rest.filter(pl.col("household_id").is_null())
    problems += [(line, "决定填在了部门记录行，或这一行的户编号没有了。请填在它下面的候选行。") for line in headless["line"]]
    rest = rest.filter(pl.col("household_id").is_not_null())
    strange = rest.with_columns(pl.col("month").fill_null(month)).join(known, on=CANDIDATE, how="anti", nulls_equal=True)
    problems += [
        (line, "复核清单里没有这一行（清单、来源行、户编号、人编号对不上）。请不要改动隐藏的列，从原工作簿重新填这一行。")
        for line in strange["line"]
    ]
    return rest.with_columns(pl.col("month").fill_null(month)).join(
        known.select(CANDIDATE).unique(), on=CANDIDATE, how="semi", nulls_equal=True
    )


def _without_contradictions(good: pl.DataFrame, problems: list[tuple[int, str]]) -> pl.DataFrame:
    """`good` without records that are said to be two people, and candidates of whom two things are said."""
    twice = good.filter(pl.col("decision").n_unique().over(CANDIDATE) > 1)
    problems += [(line, "同一个候选填了不同的决定，都没有采用。请只留一个。") for line in twice["line"]]
    good = good.filter(pl.col("decision").n_unique().over(CANDIDATE) == 1).unique(CANDIDATE, keep="first", maintain_order=True)
    yes = pl.col("decision").is_in(REVIEW_YES).sum().over(RECORD)
    several = good.filter(yes > 1)
    at_once = "、".join(REVIEW_YES)
    problems += [
        (line, f"一条记录最多一个“{at_once.replace('、', '”或“')}”，这条记录的决定都没有采用。请只留一个。") for line in several["line"]
    ]
    return good.filter(yes <= 1)


def _silent(good: pl.DataFrame, candidates: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """无法判断 for the candidates left blank of a record of which nothing but that (and 不是) is said: it is said of the whole record."""
    left = good.filter(
        (pl.col("decision") == REVIEW_UNKNOWN).any().over(RECORD), pl.col("decision").is_in([REVIEW_UNKNOWN, REVIEW_NOT]).all().over(RECORD)
    )
    others = candidates.filter(pl.col("decision").is_null()).join(left.select(RECORD).unique(), on=RECORD, how="semi")
    others = others.join(known.select(CANDIDATE).unique(), on=CANDIDATE, how="semi", nulls_equal=True)
    return others.with_columns(decision=pl.lit(REVIEW_UNKNOWN))


def counts(decisions: pl.DataFrame) -> dict[str, int]:
    """How many candidates each word is said of, in the order of the choices."""
    by_word = dict(decisions.group_by("decision").len().iter_rows())
    return {word: by_word[word] for word in (*REVIEW_CHOICES[:-1], REVOKED) if word in by_word}
