"""What happens to ID numbers on their way: typing, Excel, old numbers, somebody else's number (`domain.md` 9.2)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from samples.characters import join, pick, split
from samples.seeds import Bools, Rng, texts, weighted

LENGTH = 18
LABELS = (
    "id_substitution",
    "id_transposition",
    "id_lost_digit",
    "id_added_digit",
    "id_excel_tail",
    "id_15",
    "id_relative",
    "id_missing",
    "id_typing",
)


def applicable(numbers: pl.Series, relative: pl.Series) -> dict[str, Bools]:
    """Label -> for which rows it can happen: Excel ruins only numbers of digits, 15-digit numbers end with the births of 1999."""
    frame = pl.DataFrame({"number": numbers, "relative": relative})
    number = pl.col("number")
    whole = number.str.len_chars() == LENGTH
    masks = frame.select(
        id_excel_tail=whole & number.str.contains(r"^\d{18}$") & ~number.str.ends_with("000"),
        id_15=whole & (number.str.slice(6, 2) == "19"),
        id_relative=pl.col("relative").is_not_null() & (pl.col("relative") != number),
        id_missing=number.is_not_null(),
        whole=whole,
    ).fill_null(value=False)
    return {label: (masks[label] if label in masks.columns else masks["whole"]).to_numpy() for label in LABELS}


def substitution(rng: Rng, numbers: pl.Series) -> pl.Series:
    """One of the first seventeen digits is another one; the check character no longer fits."""
    characters, rows = split(numbers, LENGTH), np.arange(len(numbers))
    at = rng.integers(0, 17, len(numbers))
    digits = characters[rows, at].astype(np.int64)
    characters[rows, at] = ((digits + rng.integers(1, 10, len(numbers))) % 10).astype("U1")
    return join(characters)


def transposition(rng: Rng, numbers: pl.Series) -> pl.Series:
    """Two neighbouring digits that differ change places."""
    characters, rows = split(numbers, LENGTH), np.arange(len(numbers))
    at = pick(rng, (characters[:, :16] != characters[:, 1:17]))
    characters[rows, at], characters[rows, at + 1] = characters[rows, at + 1].copy(), characters[rows, at].copy()
    return join(characters)


def _places(rng: Rng, count: int) -> pl.Series:
    return pl.Series("at", rng.integers(0, LENGTH, count))


def lost_digit(rng: Rng, numbers: pl.Series) -> pl.Series:
    """One character is left out."""
    frame = pl.DataFrame({"n": numbers, "at": _places(rng, len(numbers))})
    return frame.select(pl.col("n").str.slice(0, pl.col("at")) + pl.col("n").str.slice(pl.col("at") + 1)).to_series()


def added_digit(rng: Rng, numbers: pl.Series) -> pl.Series:
    """One character stands twice."""
    frame = pl.DataFrame({"n": numbers, "at": _places(rng, len(numbers))})
    return frame.select(pl.col("n").str.slice(0, pl.col("at") + 1) + pl.col("n").str.slice(pl.col("at"))).to_series()


def excel_tail(rng: Rng, numbers: pl.Series) -> pl.Series:
    """Fifteen digits and 000 (three of four), the nearest double (a fifth), or `5.22699E+17` (one in twenty-five)."""
    rounded = numbers.cast(pl.Int64).cast(pl.Float64).cast(pl.Int64).cast(pl.String)
    scientific = numbers.str.slice(0, 1) + "." + numbers.str.slice(1, 5) + "E+17"
    zeros = numbers.str.slice(0, 15) + "000"
    style = weighted(rng, (76, 20, 4), len(numbers))
    return zeros.zip_with(pl.Series(style == 0), rounded.zip_with(pl.Series(style == 1), scientific))


def fifteen(_: Rng, numbers: pl.Series) -> pl.Series:
    """The number of before 1999: without century and check character."""
    return numbers.str.slice(0, 6) + numbers.str.slice(8, 9)


def typing(rng: Rng, numbers: pl.Series) -> pl.Series:
    """The right number as it should not be typed: apostrophe, blanks, lower case, wide digits, a word before it, × for X, O for 0."""
    frame = pl.DataFrame({"n": numbers, "style": weighted(rng, (18, 22, 16, 14, 8, 10, 12), len(numbers))})
    n, style = pl.col("n"), pl.col("style")
    wide = n.str.replace_many({str(digit): chr(0xFF10 + digit) for digit in range(10)})
    ends_with_x = n.str.ends_with("X")
    return frame.select(
        pl.when(ends_with_x & (style >= 4))
        .then(n.str.slice(0, 17) + "×")
        .when(ends_with_x)
        .then(n.str.to_lowercase())
        .when(style == 0)
        .then("'" + n)
        .when(style == 1)
        .then(n + " ")
        .when(style == 2)
        .then(n.str.slice(0, 6) + " " + n.str.slice(6, 8) + " " + n.str.slice(14))
        .when(style == 3)
        .then(wide)
        .when(style == 4)
        .then(pl.lit("身份证:") + n)
        .when((style == 5) & n.str.contains("0", literal=True))
        .then(n.str.replace("0", "O", literal=True))
        .otherwise(n + "\u00a0")
    ).to_series()


SHAPES: dict[str, Callable[[Rng, pl.Series], pl.Series]] = {
    "id_substitution": substitution,
    "id_transposition": transposition,
    "id_lost_digit": lost_digit,
    "id_added_digit": added_digit,
    "id_excel_tail": excel_tail,
    "id_15": fifteen,
    "id_typing": typing,
}


def apply(rng: Rng, label: str, numbers: pl.Series, relative: pl.Series) -> pl.Series:
    """`numbers` with the damage called `label`; all of them must be fit for it."""
    if label == "id_relative":
        return relative
    if label == "id_missing":
        return texts(np.full(len(numbers), None, dtype=object))
    return SHAPES[label](rng, numbers)
