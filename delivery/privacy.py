"""What leaves the warehouse without identifying more than it must: masked ID numbers and phones, hidden sensitive cells.

Masks work on damaged numbers too: a cell that merely looks like an ID number is treated as one.
"""

from __future__ import annotations

import polars as pl

from standards import ids

HIDDEN = "（见原表）"
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
