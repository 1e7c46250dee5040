"""Candidates of rows with a masked number: whoever has the digits that it shows, and the row's surname or village.

Of a mask that shows too little to find anybody by (`5****************7`), the end still says who is not meant.

Digits are joined as integers, half a million at a time, and read as texts only where they meet.
"""

from __future__ import annotations

import polars as pl

from matching.compare.numbers import NONE
from matching.pairs import among
from matching.prepare.tables import Register
from matching.sieve import sieved
from standards import ids

AREA = 6  # digits that say where a number was given
LEAST_SHOWN = 3  # digits behind these that a masked number must show beside a surname or a village
BODY = 17  # digits before the check character
END_ALONE = r"^\d{0,6}\*{9,}([\dX]{1,3})$"  # a mask that is no number, for it says who somebody is in a thousand at most
MIXED = 1_000_003  # spreads runs of digits over one integer


def masked_blocks(masked: pl.DataFrame, register: Register) -> dict[str, pl.DataFrame]:
    """Candidates (m, p) of these rows by two blocks: of the surname, or of a household of the village in which somebody is called so."""
    shapes = masked.with_columns(
        front=pl.col("number").str.extract(r"^(\d*)[*]").fill_null("").str.len_chars(),
        back=pl.col("number").str.extract(r"([\dX]*)$").str.len_chars(),
    ).filter((pl.col("front").cast(pl.Int64) - AREA).clip(0) + pl.col("back") >= LEAST_SHOWN)
    nobody = masked.select("m", p="m").clear()
    names, houses = [nobody], [nobody]
    if shapes.height:
        persons = register.persons
        given = register.broken.select(ids.to18(pl.col("number")).str.slice(0, BODY).cast(pl.Int64)).to_series()
        body = persons["key"].clone().scatter(persons["p"].search_sorted(register.broken["p"]), given)
        numbered = persons.select("p", "h", "surname", "village", "key", body=body)
        for (front, back), rows in sorted(shapes.partition_by("front", "back", as_dict=True).items()):
            named, near = _owners(rows, numbered, int(front), int(back), register)
            members = persons[["p", "h", "heard"]].filter(among(persons["h"], near["h"]))
            names.append(named[["m", "p"]])
            # the one whose number it is, too, whatever he is called: for the others of the household it is a relative's
            houses += [near[["m", "h", "heard"]].join(members, on=["h", "heard"])[["m", "p"]], near[["m", "p"]]]
    return {"masked": pl.concat(names), "masked_household": pl.concat(houses)}


def _owners(rows: pl.DataFrame, numbered: pl.DataFrame, front: int, back: int, register: Register) -> list[pl.DataFrame]:
    """m, heard, p, h: rows that show so many digits at the front and at the back, and who has them, of the same surname or village."""
    first, last = min(front, BODY), min(max(back - 1, 0), BODY)
    number, body = pl.col("number"), pl.col("body")
    said = number.str.slice(0, first), number.str.tail(back).str.slice(0, last)
    head, tail = (digits.cast(pl.Int64, strict=False).fill_null(0) for digits in said)
    asked = rows.select("m", "heard", "surname", "village", "number", digits=head * MIXED + tail, end=number.str.tail(back))
    digits = numbered.select(body // 10 ** (BODY - first) * MIXED + body % 10**last).to_series()
    found = []
    for where in ("surname", "village"):
        here = asked.with_columns(shown=pl.col("digits") * MIXED + pl.col(where)).drop_nulls("shown")
        shown = (digits * MIXED + numbered[where]).alias("shown")
        some = sieved(shown, here["shown"])
        who = numbered.select("p", "h", "key", shown).filter(some)
        theirs = register.written(who[["p", "key"]]).alias("theirs").to_frame().select(ids.to18(pl.col("theirs"))).to_series()
        who = who.select("p", "h", "shown", theirs, end=theirs.str.tail(back))
        met = here.join(who, on=["shown", "end"])
        found.append(met.filter(number.str.slice(0, front) == pl.col("theirs").str.slice(0, front)))
    return found


def fitting(pairs: pl.DataFrame, rows: pl.DataFrame, register: Register) -> pl.DataFrame:
    """`pairs` (m, p) without people whose sound number ends otherwise than a mask that shows hardly more than its end."""
    ends = rows[["m", "number"]].filter(rows["kind"] == NONE).select("m", end=pl.col("number").str.extract(END_ALONE)).drop_nulls()
    if ends.is_empty():
        return pairs
    met = pairs.select("m", "p").filter(among(pairs["m"], ends["m"])).join(ends, on="m")
    persons = register.persons
    met = met.with_columns(theirs=ids.written(persons["key"].gather(persons["p"].search_sorted(met["p"]))))
    others = met.filter(~pl.col("theirs").str.ends_with(pl.col("end")))
    return pairs.join(others, on=["m", "p"], how="anti", maintain_order="left")
