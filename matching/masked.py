"""Candidates of rows with a masked number: whoever has the digits that it shows, and the row's surname or village.

Digits are joined as integers, half a million at a time, and read as texts only where they meet.
"""

from __future__ import annotations

import polars as pl

from matching.prepare import Register
from matching.sieve import sieved
from standards import ids

AREA = 6  # digits that say where a number was given
LEAST_SHOWN = 3  # digits behind these that a masked number must show beside a surname or a village
BODY = 17  # digits before the check character
MIXED = 1_000_003  # spreads runs of digits over one integer


def masked_blocks(masked: pl.DataFrame, register: Register) -> dict[str, pl.DataFrame]:
    """Candidates (m, p) of these rows by two blocks: of the surname, or of a household of the village in which somebody is called so."""
    shapes = masked.with_columns(
        front=pl.col("number").str.extract(r"^(\d*)[*]").fill_null("").str.len_chars(),
        back=pl.col("number").str.extract(r"([\dX]*)$").str.len_chars(),
    ).filter((pl.col("front").cast(pl.Int64) - AREA).clip(0) + pl.col("back") >= LEAST_SHOWN)
    names, houses = [masked.select("m", p="m").clear()], [masked.select("m", p="m").clear()]
    if shapes.height:
        persons = register.persons
        given = register.broken.select(ids.to18(pl.col("number")).str.slice(0, BODY).cast(pl.Int64)).to_series()
        body = persons["key"].clone().scatter(persons["p"].search_sorted(register.broken["p"]), given)
        numbered = persons.select("p", "h", "surname", "village", "key", body=body)
        for (front, back), rows in sorted(shapes.partition_by("front", "back", as_dict=True).items()):
            named, near = (_owners(rows, numbered, where, int(front), int(back), register) for where in ("surname", "village"))
            members = persons.select("p", "h", "heard").join(near.select("h"), on="h", how="semi")
            names.append(named.select("m", "p"))
            # the one whose number it is, too, whatever he is called: for the others of the household it is a relative's
            houses += [near.drop("p").join(members, on=["h", "heard"]).select("m", "p"), near.select("m", "p")]
    return {"masked": pl.concat(names), "masked_household": pl.concat(houses)}


def _owners(rows: pl.DataFrame, numbered: pl.DataFrame, where: str, front: int, back: int, register: Register) -> pl.DataFrame:
    """m, heard, p, h: rows that show so many digits at the front and at the back, and who of the same surname or village has them."""
    first, last = min(front, BODY), min(max(back - 1, 0), BODY)
    number, body = pl.col("number"), pl.col("body")
    said = number.str.slice(0, first), number.str.tail(back).str.slice(0, last)
    head, tail = (digits.cast(pl.Int64, strict=False).fill_null(0) for digits in said)
    asked = rows.select("m", "heard", "number", shown=(head * MIXED + tail) * MIXED + pl.col(where)).drop_nulls("shown")
    shown = numbered.select(shown=(body // 10 ** (BODY - first) * MIXED + body % 10**last) * MIXED + pl.col(where))["shown"]
    met = asked.join(numbered.select("p", "h", "key").with_columns(shown).filter(sieved(shown, asked["shown"])), on="shown")
    theirs = register.written(met.select("p", "key")).alias("theirs").to_frame().select(ids.to18(pl.col("theirs"))).to_series()
    return met.filter(number.str.slice(0, front) == theirs.str.slice(0, front), number.str.tail(back) == theirs.str.tail(back))
