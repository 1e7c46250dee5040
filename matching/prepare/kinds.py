"""What the number that a row gives is worth: all of a number, what a spreadsheet or a mask left of it, or a few digits only.

A mask that shows hardly more than where a number was given is no number, by which somebody could be found; its digits are a hint, and
weigh as much as so few can. Whose number it is, is compared in `compare.numbers`.
"""

from __future__ import annotations

import polars as pl

from matching.prepare.cells import OLD, birth_alone
from standards import ids

KINDS = ("none", "valid", "wrong", "tail", "masked", "hint")  # what a row's number is worth; codes are positions
HIDDEN = 15  # characters of a number that is whole enough to be compared place by place
SHOWN = 4  # digits of a number that are enough to be compared at all
CUT = r"^\d{3,7}[\dX]$"  # the end of a number
STARRED = r"^[0-9*]*\*{4}[0-9*]*X?$"  # hidden on purpose, however little is shown
AREA = 6  # digits that a number begins with, which say where it was given
LEAST_SHOWN = 3  # characters beside these that make a masked number one; of what shows fewer, the digits are a hint


def with_kinds(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with `kind` (a code of `KINDS`), and what numbers of any kind show of a birth: a day in `written`, or alone in `birth_date`.

    A masked or cut number of another length becomes one of eighteen: what its ends show, and stars between them.
    """
    number = pl.col("number")
    sound = (pl.col("valid") & (number.str.len_bytes() == ids.LENGTH) & ~number.str.ends_with("000")).fill_null(value=False)
    given = number.is_not_null()
    told = rows.with_columns(kind=pl.when(given).then(KINDS.index("valid")).otherwise(KINDS.index("none")).cast(pl.Int8))
    odd = rows.select("number", "valid", "written", "birth_date").with_row_index("at").filter(given & ~sound)
    odd = odd.select(
        "at",
        "number",
        kind=_kind(),
        written=pl.coalesce("written", ids.birth_date(number)),
        birth_date=pl.coalesce("birth_date", birth_alone(number)),
    )
    hidden = odd.filter(pl.col("kind") == KINDS.index("masked")).select("at", kind=_kind_of_hidden(), number=_spread_out())
    told = told.with_columns(told[name].scatter(odd["at"], odd[name]) for name in ("kind", "written", "birth_date"))
    return told.with_columns(told[name].clone().scatter(hidden["at"], hidden[name]) for name in ("kind", "number"))


def ends(number: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The digits that a masked number begins with, and the characters that it ends with."""
    return number.str.extract(r"^(\d*)[*]").fill_null(""), number.str.extract(r"([\dX]*)$")


def _kind() -> pl.Expr:
    """Valid, tail (a spreadsheet took its end), masked or cut, wrong, or none."""
    number, length = pl.col("number"), pl.col("number").str.len_chars()
    code = {kind: pl.lit(at, pl.Int8) for at, kind in enumerate(KINDS)}
    filler = number.str.strip_chars(number.str.slice(0, 1)) == ""  # 111111111111111111
    vouched = pl.col("valid") & (length != OLD)  # fifteen digits have no check character that would show a slip
    return (
        pl.when(number.is_null() | filler)
        .then(code["none"])
        .when(number.str.starts_with(ids.PSEUDO) | birth_alone(number).is_not_null())
        .then(code["none"])
        .when(vouched & ~number.str.ends_with("000"))
        .then(code["valid"])
        .when(ids.is_masked(number) | number.str.contains(STARRED))
        .then(code["masked"])
        .when(ids.lost_tail(number) & ids.birth_date(number).is_not_null())
        .then(code["tail"])
        .when(vouched)
        .then(code["valid"])
        .when((length >= HIDDEN - 1) & (number.str.count_matches(r"[1-9]") >= SHOWN))
        .then(code["wrong"])
        .when(number.str.contains(CUT) & (number.str.count_matches(r"[1-9]") > 0))
        .then(code["masked"])
        .otherwise(code["none"])
    )


def _kind_of_hidden() -> pl.Expr:
    """Of masked and cut numbers: masked, a hint where hardly more than the area is shown, or none where nothing can be compared."""
    front, back = (end.str.len_bytes().cast(pl.Int64) for end in ends(pl.col("number")))
    every = pl.col("number").str.count_matches(r"[\dX]").cast(pl.Int64)
    shown = pl.when(pl.col("number").str.len_bytes() == ids.LENGTH).then(every).otherwise(front + back)
    kind = pl.when(shown - front.clip(upper_bound=AREA) >= LEAST_SHOWN).then(KINDS.index("masked"))
    return kind.when(shown > 0).then(KINDS.index("hint")).otherwise(KINDS.index("none")).cast(pl.Int8)


def _spread_out() -> pl.Expr:
    """The number as one of eighteen characters."""
    front, back = ends(pl.col("number"))
    stars = (ids.LENGTH - front.str.len_bytes().cast(pl.Int64) - back.str.len_bytes().cast(pl.Int64)).clip(0)
    spread = pl.concat_str(front, pl.lit("*").repeat_by(stars).list.join(""), back)
    return pl.when(pl.col("number").str.len_bytes() == ids.LENGTH).then("number").otherwise(spread)
