"""What leaves the warehouse without identifying more than it must: masked ID numbers and phones, hidden sensitive cells.

Masks work on damaged numbers too: a cell that merely looks like an ID number is treated as one.
"""

from __future__ import annotations

import polars as pl

from standards import ids

HIDDEN = "（见原表）"
PLACES = 18
HIDDEN_FROM, HIDDEN_TO = 6, 14  # the places of an 18-place number that a mask hides: the day of birth
MOST_OPENED = 3  # of these, in a correction that is proposed: one wrong place, two exchanged ones with one between
_BIRTH = r"(?:1[89]|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_SHORT_BIRTH = r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"


def mask_id(number: pl.Expr) -> pl.Expr:
    """The first six and the last four characters, stars between, as long as the number was; short numbers are stars altogether.

    Of disability certificates (20 or 22 characters) only the ID number's own 18 are shown: the rest is class and level.
    """
    is_certificate = number.str.len_chars().is_in([20, 22])
    return ids.mask(pl.when(is_certificate).then(number.str.slice(0, 18)).otherwise(number))


def mask_ids_in_text(text: pl.Expr) -> pl.Expr:
    """Free text in which every run of characters that reads as an ID number of 15 or 18 places is masked."""
    return text.str.replace_all(rf"(\d{{6}}){_BIRTH}(\d{{3}}[\dXx])", "${1}********${2}").str.replace_all(
        rf"(\d{{6}}){_SHORT_BIRTH}(\d{{3}})", "${1}******${2}"
    )


def mask_phone(phone: pl.Expr) -> pl.Expr:
    """A mobile number with its middle four digits hidden, also inside other text."""
    return phone.str.replace_all(r"(1[3-9]\d)\d{4}(\d{4})", "${1}****${2}")


def mask_name(name: pl.Expr) -> pl.Expr:
    """A name of which only the first character is shown, and the last of those longer than two."""
    ends = name.str.replace(r"^(.).+(.)$", "${1}*${2}")
    long = name.str.len_chars() > 2
    return pl.when(long).then(ends).when(name != "").then(pl.concat_str(name.str.slice(0, 1), pl.lit("*")))


def mask_but_differences(number: pl.Expr, sent: pl.Expr) -> pl.Expr:
    """`mask_id` of an 18-place `number` in which the places stay open that differ from what was `sent`; null where too many do.

    The places between the beginning and the end that both share are those that differ: of a number sent with 15 places, the century.
    Who sent a number that is wrong in a place or two learns these, and nothing that would tell him another number.
    """
    places = range(PLACES)
    before = pl.sum_horizontal((number.str.slice(0, at + 1) == sent.str.slice(0, at + 1)).cast(pl.Int64) for at in places)
    behind = pl.sum_horizontal((number.str.slice(at) == sent.str.slice(at - PLACES)).cast(pl.Int64) for at in places)
    century = sent.str.len_chars() == 15
    end = pl.when(century).then(8).otherwise(PLACES - behind)
    start = pl.when(century).then(6).when(sent.str.len_chars() < PLACES).then(pl.min_horizontal(before, end - 1)).otherwise(before)
    opened = pl.min_horizontal(end, HIDDEN_TO) - pl.max_horizontal(start, HIDDEN_FROM)
    shown = pl.concat_str(
        pl.when((at < HIDDEN_FROM) | (at >= HIDDEN_TO) | ((start <= at) & (end > at))).then(number.str.slice(at, 1)).otherwise(pl.lit("*"))
        for at in places
    )
    return pl.when(opened <= MOST_OPENED).then(shown)
