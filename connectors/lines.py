"""What kind of line each line below a header is: a row of data, or one of those that only look like it.

Totals, notes, repeated headers, blank lines, numbered but empty ones: they are told apart here so that none is taken for a person and
no person for one of them. Everything is decided by whole-column expressions.
"""

from __future__ import annotations

import re
from itertools import pairwise

import polars as pl

from connectors.layout import Table, header_rows
from connectors.sheet import Sheet
from contracts.feed import Feed
from standards.text import compact

DATA = "data"
KINDS = {  # kind of a line that is no data -> what the bureau may read about it
    "blank_line": "空行，未作数据处理。",
    "numbered_blank_line": "只有序号、没有内容的行，未作数据处理。",
    "repeated_header": "表中间重复的表头，未作数据处理。",
    "column_numbers": "列号行，未作数据处理。",
    "unit_line": "单位行，未作数据处理。",
    "total_line": "合计、小计行，未作数据处理。",
    "section_line": "只有一格文字的行（分组标题或落款），未作数据处理。",
    "note_line": "填表说明、备注或落款行，未作数据处理。",
    "title_line": "表头以上的标题行，未作数据处理。",
    "header_line": "表头。",
}

LONELY = ["section_line", "numbered_blank_line"]
_TOTAL = r"^(?:(?:本页|本月|全县|全镇|全乡|全村)?(?:小计|合计|总计|累计|共计|总和))[:]?(?:\d+(?:户|人|条|个)?)?$"
_TOTAL_OF = r"^.{1,20}(?:小计|合计|总计)[:]?(?:\d+(?:户|人|条|个)?)?$"
_NOTE = (
    r"^(?:\*|※)?(?:\S{0,4}签[字章名][:]|填表|填报|制表|审核|复核|审批|经办|负责|主管|分管|联系人|联系电话|统计人|统计日期|打印|制单|报送|单位负责人|单位盖章|盖章|签字|签章"
    r"|备注[:]|说明|注[:\d]|注意|附[:注]|数据来源|数据截止|截止|第\d+页|共\d+(?:页|条|人|户)|以上|以下空白|此表|本表|日期[:])"
)
_FIRST_LETTERS = (
    "计和签填制审复批经负主分联统打报单盖备说注附数截第共以此本日*※"  # one of these is in all that the three patterns above find
)
_UNIT = r"^\(?(?:亿元|万元|千元|元|人|户|岁|亩|间|㎡|平方米|个|年月日|年-月-日|%)\)?$"


def kinds(feed: Feed, sheet: Sheet, table: Table, body: pl.DataFrame) -> pl.Series:
    """The kind of every line of `body`, the cells below the header: `data` or one of `KINDS`."""
    if body.is_empty():
        return pl.Series("kind", [], dtype=pl.String)
    lines = body.with_row_index("line").filter(_suspicious(sheet, table, body))
    judged = _judged(_facts(feed, sheet, table, lines), table, feed)
    kind = pl.Series("kind", [DATA]).extend_constant(DATA, body.height - 1)
    return kind.scatter(judged["line"], judged["kind"])


def kinds_of_merged(feed: Feed, sheet: Sheet, table: Table, plain: pl.DataFrame, filled: pl.DataFrame) -> pl.Series:
    """`kinds` where merged cells were filled down: a line that is lonely only without its share of them is data.

    A line that has no cell of its own stays blank: it is the second half of the line above, and no second person.
    """
    own, shared = kinds(feed, sheet, table, plain), kinds(feed, sheet, table, filled)
    return pl.select(kind=pl.when(own.is_in(LONELY)).then(shared).otherwise(own)).to_series()


def _suspicious(sheet: Sheet, table: Table, body: pl.DataFrame) -> pl.Series:
    """Which lines need a closer look: few cells, a first cell that says so, or one of the first two. All others are data."""
    first = body.select(pl.coalesce(pl.all()).alias("first")).to_series()
    words = _header_words(sheet, table)
    hints = "".join(sorted({*_FIRST_LETTERS, *(word[0] for word in words)}))
    different = first.filter(first.str.contains(f"[{re.escape(hints)}]")).unique().to_frame()  # most first cells are numbers and places
    word = pl.col("compact")
    telling = different.with_columns(compact=compact(pl.col("first"))).filter(
        word.str.contains(_TOTAL) | word.str.contains(_TOTAL_OF) | word.str.contains(_NOTE) | word.is_in(words)
    )
    few = pl.sum_horizontal(pl.all().is_not_null().cast(pl.Int32)) <= max(2, body.width // 3)
    line = pl.int_range(pl.len())
    return body.select(
        (few | pl.lit(first.is_in(telling["first"].implode())).fill_null(value=False) | (line < 2)).alias("closer")
    ).to_series()


def _header_words(sheet: Sheet, table: Table) -> list[str]:
    """What the header rows say, cell by cell."""
    said = header_rows(sheet, table).select(list(table.headers)).select(compact(pl.all()))
    return sorted({word for column in said.iter_columns() for word in column.drop_nulls()})


def _facts(feed: Feed, sheet: Sheet, table: Table, lines: pl.DataFrame) -> pl.DataFrame:
    """What has to be known of each line to judge it."""
    cells = lines.select("line", compact(pl.exclude("line")))
    roles = _roles(feed, table)
    names, marks = roles["name"], [*roles["id"], *roles["text"]]
    every = pl.exclude("line")
    count = pl.sum_horizontal(every.is_not_null().cast(pl.Int32))
    first = pl.coalesce(every)
    marked, named = (_any_but_notes(columns) for columns in (marks, names))
    return cells.select(
        "line",
        count=count,
        first=first,
        marked=marked,
        named=named,
        in_name=(pl.coalesce(pl.col(names)) == first).fill_null(value=False) if names else pl.lit(False),
        repeated=_repeats_header(sheet, table),
        counted=_counts_up(list(table.headers)),
        units=pl.all_horizontal(every.str.contains(_UNIT).fill_null(value=True)) & (count > 0),
        numbers=pl.all_horizontal(every.str.contains(r"^[-\d.,%]+$").fill_null(value=True)),
        words=pl.sum_horizontal(every.str.contains(r"[^\d.,%:\-]").fill_null(value=False).cast(pl.Int32)),
    )


def _any_but_notes(columns: list[str]) -> pl.Expr:
    """Whether one of `columns` holds anything but the words of a signature line."""
    return pl.any_horizontal(pl.col(columns).str.contains(_NOTE).not_()).fill_null(value=False) if columns else pl.lit(False)


def _judged(facts: pl.DataFrame, table: Table, feed: Feed) -> pl.DataFrame:
    """line, kind: from what is known of each line."""
    has_name = any(_roles(feed, table).values())
    first, count = pl.col("first"), pl.col("count")
    # a total's only word is its label; a person called 小计 would have a village, an ID or a date beside the name
    is_total = (first.str.contains(_TOTAL) & ~pl.col("marked")) | (
        first.str.contains(_TOTAL_OF) & ~pl.col("marked") & ~(pl.col("named") & ~pl.col("in_name")) & (pl.col("words") <= 1)
    )
    is_note = first.str.contains(_NOTE) & ~pl.col("marked") & ~(pl.col("named") & ~pl.col("in_name"))
    lonely = (count == 1) & ~pl.col("marked") & pl.lit(len(table.headers) > 3 and has_name)
    return facts.select(
        "line",
        kind=pl.when(count == 0)
        .then(pl.lit("blank_line"))
        .when(pl.col("repeated"))
        .then(pl.lit("repeated_header"))
        .when(pl.col("counted") & (pl.col("line") < 2))
        .then(pl.lit("column_numbers"))
        .when(pl.col("units") & (pl.col("line") < 2))
        .then(pl.lit("unit_line"))
        .when(is_total)
        .then(pl.lit("total_line"))
        .when(is_note)
        .then(pl.lit("note_line"))
        .when(lonely & pl.col("numbers"))
        .then(pl.lit("numbered_blank_line"))
        .when(lonely & (~pl.col("in_name") | (first.str.len_chars() > 12)))
        .then(pl.lit("section_line"))
        .otherwise(pl.lit(DATA)),
    )


def _roles(feed: Feed, table: Table) -> dict[str, list[str]]:
    """Cell columns that hold names, IDs and free text."""
    cell_of = {header: cell for cell, header in table.headers.items()}
    groups: dict[str, list[str]] = {"name": [], "id": [], "text": []}
    for column in feed.columns:
        header = table.found.columns.get(column.name)
        if header is None:
            continue
        if column.type in {"name", "names"}:
            groups["name"].append(cell_of[header])
        elif column.type in {"id_number", "ids"}:
            groups["id"].append(cell_of[header])
        elif column.name == "text":
            groups["text"].append(cell_of[header])
    for (name, _), header in table.found.wide.items():
        groups["name" if name == "person_name" else "id"].append(cell_of[header])
    return groups


def _repeats_header(sheet: Sheet, table: Table) -> pl.Expr:
    """Whether a line says again what one of the header rows says: all of its cells, and at least two."""
    said = header_rows(sheet, table).select(list(table.headers)).select(compact(pl.all()))
    filled = pl.sum_horizontal(pl.exclude("line").is_not_null().cast(pl.Int32))
    again = pl.lit(False)
    for row in said.iter_rows(named=True):
        words = {cell: word for cell, word in row.items() if word}
        alike = pl.sum_horizontal(
            [(pl.col(cell) == word).fill_null(value=False).cast(pl.Int32) for cell, word in words.items()] or [pl.lit(0)]
        )
        again = again | ((alike >= 2) & (alike * 2 > len(words)) & (alike * 2 > filled))
    return again


def _counts_up(cells: list[str]) -> pl.Expr:
    """Whether a line numbers its columns: 1, 2, 3, … or 甲, 乙, 1, 2."""
    if len(cells) < 4:
        return pl.lit(False)
    numbers = [pl.col(cell).str.extract(r"^[(]?(\d{1,3})[)]?$", 1).cast(pl.Int32) for cell in cells]
    steps = [(after - before == 1).fill_null(value=False).cast(pl.Int32) for before, after in pairwise(numbers)]
    return pl.sum_horizontal(steps) >= max(3, len(cells) // 2)
