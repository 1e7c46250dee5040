"""How alike two names are, once per distinct pair. Levels, best first: equal, homophone, near, part, one, surname, other.

`near` is what a hand or a code page does to a name: characters exchanged, one lost to `□`, a dot lost. `part` is what a village does:
a nickname made of one character of the given name, or a dotted name cut short. `one` is one character wrong or missing of three or
more: a slip of the pen, but also what tells brothers of one generation apart, and weighed accordingly.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from standards.names import HOLE

EQUAL, HOMOPHONE, NEAR, PART, ONE, SURNAME, OTHER = range(7)
NICK = r"^[小老阿幺]"


def name_levels(pairs: pl.DataFrame, left: str = "left", right: str = "right") -> pl.Series:
    """One level per row of `pairs` (two columns of normalised names, with `<side>_sound` readings); -1 where one is missing."""
    sounds = [f"{left}_sound", f"{right}_sound"]
    once = pairs.select(left, right, *sounds).unique().filter(pl.col(left).is_not_null() & pl.col(right).is_not_null())
    once = once.rename({left: "a", right: "b", sounds[0]: "a_sound", sounds[1]: "b_sound"})
    once = once.with_columns(level=_levels(once))
    answered = pairs.select(a=left, b=right).join(once.select("a", "b", "level"), on=["a", "b"], how="left", maintain_order="left")
    return answered["level"].fill_null(-1).alias("name")


def _levels(once: pl.DataFrame) -> pl.Series:
    """Levels of distinct pairs without nulls. Most pairs share no character, and only what is heard is left to ask of them."""
    a, b = pl.col("a"), pl.col("b")
    length = pl.max_horizontal(a.str.len_chars(), b.str.len_chars())
    distance = pl.Series("distance", cpdist(once["a"], once["b"], scorer=OSA.distance, dtype=np.int32, workers=-1))
    pairs = once.with_columns(distance).with_columns(length=length, level=_heard()).with_row_index("at")
    shared = pairs.filter((pl.col("distance") < pl.col("length")) & (pl.col("level") >= SURNAME))
    written = shared.with_columns(written=_written()).select("at", "written")
    return pairs.join(written, on="at", how="left", maintain_order="left").select(level=pl.coalesce("written", "level"))["level"]


def _heard() -> pl.Expr:
    """equal, homophone, surname or other."""
    a, b = pl.col("a"), pl.col("b")
    same_surname = (a.str.slice(0, 1) == b.str.slice(0, 1)) | (
        pl.col("a_sound").str.extract(r"^(\S+)") == pl.col("b_sound").str.extract(r"^(\S+)")
    )
    same_sound = (pl.col("a_sound") == pl.col("b_sound")) & (a.str.len_chars() == b.str.len_chars())
    level = pl.when(a == b).then(EQUAL).when(same_sound).then(HOMOPHONE).when(same_surname).then(SURNAME).otherwise(OTHER)
    return level.cast(pl.Int8)


def _written() -> pl.Expr:
    """near, part or one where two names share characters; null where they are alike in no such way."""
    a, b = pl.col("a"), pl.col("b")
    same_length = a.str.len_chars() == b.str.len_chars()
    holed = a.str.contains(HOLE, literal=True) | b.str.contains(HOLE, literal=True)
    undotted = a.str.replace_all("·", "", literal=True) == b.str.replace_all("·", "", literal=True)
    near = (holed & same_length & (pl.col("distance") == 1) & (pl.col("length") >= 2)) | _exchanged(a, b) | undotted
    part = _nickname(a, b) | _nickname(b, a) | _cut(a, b) | _cut(b, a)
    one = (pl.col("length") >= 3) & (pl.col("distance") == 1)
    return pl.when(near).then(NEAR).when(part).then(PART).when(one).then(ONE).cast(pl.Int8)


def _exchanged(a: pl.Expr, b: pl.Expr) -> pl.Expr:
    """The same characters in another order: 张小明, 张明小, 小明张."""
    return (a.str.len_chars() == b.str.len_chars()) & (
        a.str.split("").list.sort().list.join("") == b.str.split("").list.sort().list.join("")
    )


def _nickname(short: pl.Expr, full: pl.Expr) -> pl.Expr:
    """Whether `short` is made of the full name's given characters: 小明, 阿芳, 芳芳, 老三 excluded, with or without the surname."""
    given = full.str.slice(1)
    core = short.str.replace(NICK, "")
    doubled = (core.str.len_chars() == 2) & (core.str.slice(0, 1) == core.str.slice(1, 1))
    body = pl.when(doubled).then(core.str.slice(0, 1)).otherwise(core)
    called = (short.str.contains(NICK) & (short.str.len_chars() == 2)) | doubled
    without_surname = (short == given) & (given.str.len_chars() >= 2)
    alone = short.str.len_chars() == 1
    inside = (body.str.len_chars() == 1) & given.str.contains(body, literal=True)
    surname_and_one = (short.str.slice(0, 1) == full.str.slice(0, 1)) & (full.str.len_chars() == 3)
    redoubled = surname_and_one & (short.str.len_chars() == 3) & (short.str.slice(1, 1) == short.str.slice(2, 1))
    small = surname_and_one & (short.str.len_chars() == 3) & short.str.slice(1, 1).is_in(list("小老阿"))
    lost = surname_and_one & (short.str.len_chars() == 2) & given.str.contains(short.str.slice(1, 1), literal=True)
    last = given.str.contains(short.str.slice(2, 1), literal=True)
    return (full.str.len_chars() >= 2) & (((called | alone) & inside) | without_surname | ((redoubled | small) & last) | lost)


def _cut(short: pl.Expr, full: pl.Expr) -> pl.Expr:
    """Whether a dotted name was shortened to some of its parts, at least two characters."""
    return full.str.contains("·", literal=True) & (short.str.len_chars() >= 2) & full.str.contains(short, literal=True)
