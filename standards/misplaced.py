"""What stands in the wrong cell of a row: a number behind a name or in its place, a village or group before it."""

from __future__ import annotations

import polars as pl

PEOPLE = (("person_name", "id_number"), ("head_name", "head_id"), ("guardian_name", "guardian_id"))  # columns of names and their numbers
LEAST = 12  # bytes of the shortest village with a name behind it; a number has more
# Of whatever kind: no telephone is so long. One digit too few or too many, or some of them hidden.
NUMBER = r"(\d[\d*]{12,20}[\dXx*])"
SOME_DIGITS = r"\d{4}"  # of a number of whatever kind
NAME = r"\p{Han}{2}"
PLACE_AHEAD = r"^[\p{Han}\d]+(?:村|社区|组)(\p{Han}{2,4})$"


def put_right(rows: pl.DataFrame, name: str, number: str, village: str | None = None) -> pl.DataFrame:
    """`rows` with nothing but names in column `name`, and the numbers that stood there in column `number` where that has none.

    A name that stands in place of the number is exchanged with it. `village`: column of the row's village; with it, names lose a village or
    group that stands before them, too.
    """
    return moved(rows, misplaced(rows, name, number, village), name, number)


def moved(rows: pl.DataFrame, right: pl.DataFrame, name: str, number: str) -> pl.DataFrame:
    """`rows` with the cells that `misplaced` found to be right."""
    if right.is_empty():
        return rows
    return rows.with_columns(
        rows[name].clone().scatter(right["at"], right["name"]), rows[number].clone().scatter(right["at"], right["number"])
    )


def misplaced(rows: pl.DataFrame, name: str, number: str, village: str | None = None) -> pl.DataFrame:
    """at, name, number: position of each of `rows` in which `put_right` would alter these two cells, and what belongs in them."""
    long = (rows[name].str.len_bytes() >= LEAST).fill_null(value=False).arg_true()
    here = pl.col(village) if village is not None else pl.lit(None, pl.String)
    told = rows.select(name=name, number=number, village=here)[long].with_columns(at=long, found=pl.col("name").str.extract(NUMBER))
    written = pl.col("name").str.replace(rf"\s*{NUMBER}\s*", "")
    written = written if village is None else written.str.replace(PLACE_AHEAD, "${1}")
    ahead = written.str.starts_with(pl.col("village")) & (written.str.len_chars() >= pl.col("village").str.len_chars() + 2)
    told = told.with_columns(
        alone=pl.when(ahead.fill_null(value=False)).then(written.str.strip_prefix(pl.col("village"))).otherwise(written)
    )
    nameless = ~pl.col("alone").str.contains(NAME)  # 4组 is not
    exchanged = pl.col("found").is_not_null() & nameless & pl.col("number").str.contains(NAME) & ~pl.col("number").str.contains(SOME_DIGITS)
    return told.filter(pl.col("alone") != pl.col("name")).select(
        "at",
        name=pl.when(exchanged).then("number").otherwise(pl.when(pl.col("alone") != "").then("alone")),
        number=pl.when(pl.col("number").str.contains(SOME_DIGITS)).then("number").otherwise(pl.coalesce("found", "number")),
    )
