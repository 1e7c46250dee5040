"""Candidates of rows with a masked number: whoever has the digits that it shows, and the row's surname or village.

Digits are joined as integers, half a million at a time, and read as texts only where they meet.
"""

from __future__ import annotations

import polars as pl

from matching.pairs import among
from matching.prepare.kinds import AREA, LEAST_SHOWN, ends
from matching.prepare.tables import Register
from matching.sieve import sieved
from standards import ids

BODY = 17  # digits before the check character
MIXED = 1_000_003  # spreads runs of digits over one integer


def masked_blocks(masked: pl.DataFrame, register: Register) -> dict[str, pl.DataFrame]:
    """Candidates (m, p) of these rows by two blocks: of the surname, or of a household of the village in which somebody is called so."""
    front, back = (end.str.len_bytes() for end in ends(pl.col("number")))
    shapes = masked.with_columns(front=front, back=back).filter(
        (pl.col("front").cast(pl.Int64) - AREA).clip(0) + pl.col("back") >= LEAST_SHOWN
    )
    nobody = masked.select("m", p="m").clear()
    names, houses = [nobody], [nobody]
    if shapes.height:
        persons = register.persons
        given = register.broken.select(ids.to18(pl.col("number")).str.slice(0, BODY).cast(pl.Int64)).to_series()
        body = persons["key"].clone().scatter(persons["p"].search_sorted(register.broken["p"]), given)
        numbered = persons.select("p", "h", "surname", "village", "key", body=body)
        for (first, last), rows in sorted(shapes.partition_by("front", "back", as_dict=True).items()):
            named, near = _owners(rows, numbered, int(first), int(last), register)
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
