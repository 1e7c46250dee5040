"""How the number of a row stands to that of a person. Levels, best first, in `LEVELS`; what cannot be compared is -1.

A number is compared place by place in what can be seen of it: all of it, its first fifteen digits where a spreadsheet took the rest, or
what a mask leaves, of the number itself or of the double that a program made of it. The few digits of a mask that shows no more are a
hint. One slip of the hand is a digit otherwise, two neighbours (or next but one) exchanged, one lost or added; or the month and the day in
each other's place.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from matching.compare.levels import Bools, Levels, count, graded
from matching.prepare.kinds import KINDS
from standards import ids

LEVELS = ("equal", "repaired", "tail", "masked", "relative", "hint", "slips", "sequence", "birth", "another", "differs")
EQUAL, REPAIRED, TAIL, MASKED, RELATIVE, HINT, SLIPS, SEQUENCE, BIRTH, ANOTHER, DIFFERS = range(len(LEVELS))
WIDTH = 20
ROUNDED = 10  # places that no rounding to a double changes in a number that holds a date
FEW = 3  # places in which one number, mistyped more than once, may differ
MANY = 8  # digits beside a mask, one of which may differ
ZERO = ord("0")
STAR = ord("*")
BLANK = ord(" ")
STEM = 15
PARTS = (10**3, 100, 100, 100, 100)  # of a sound number, from its end: sequence, day, month, year, century; before them stands the area
NONE, VALID, WRONG, TAIL_KIND, MASKED_KIND, HINT_KIND = range(len(KINDS))

Digits = npt.NDArray[np.uint8]


def digits(numbers: pl.Series) -> Digits:
    """Characters of each number as bytes, one row a number, blanks beyond its end; nothing but blanks for null."""
    found = np.full((len(numbers), WIDTH), BLANK, dtype=np.uint8)
    whole = ((numbers.str.len_bytes() == ids.LENGTH) & (numbers.str.len_chars() == ids.LENGTH)).fill_null(value=False)
    plain, odd = whole.arg_true(), (~whole).arg_true()
    shown = ids.characters(numbers[plain], ids.LENGTH)
    known = (shown - np.uint8(ZERO) <= 9) | (shown == ord("X")) | (shown == STAR)
    found[plain.to_numpy(), : ids.LENGTH] = np.where(known, shown, np.uint8(ord("?")))
    padded = numbers[odd].fill_null("").str.replace_all(r"[^0-9X*]", "?").str.slice(0, WIDTH).str.pad_end(WIDTH)
    found[odd.to_numpy()] = ids.characters(padded, WIDTH)
    return found


def _repeated(numbers: pl.Series) -> Digits:
    """`digits` of a series in which equal numbers mostly follow each other."""
    first = numbers.ne_missing(numbers.shift()).to_numpy(writable=True)
    first[:1] = True
    repeated: Digits = digits(numbers.filter(first)).take(np.cumsum(first) - 1, axis=0)
    return repeated


def far_apart(pairs: pl.DataFrame) -> Bools:
    """Whether both numbers are sound, or but for a lost tail, and so different that `unlike` tells their level.

    Fewer than three of their six parts are the same, then. Whatever makes two such numbers alike leaves three parts: three digits
    otherwise, the day of birth, the digits that a double keeps, a slip in fifteen digits. `pairs`: kind, l_body (the first seventeen
    digits of the row's number), r_key, r_valid.
    """
    whole = (pl.col("kind") == VALID) | (pl.col("kind") == TAIL_KIND)
    both = whole & pl.col("r_valid") & pl.col("l_body").is_not_null() & pl.col("r_key").is_not_null()
    at = pairs.select(both.arg_true()).to_series()
    one, other = (pairs[key][at].to_numpy() for key in ("l_body", "r_key"))
    same = np.zeros(len(at), dtype=np.int8)
    for size in PARTS:
        ours, theirs = one // size, other // size
        same += one - ours * size == other - theirs * size
        one, other = ours, theirs
    apart = np.zeros(pairs.height, dtype=bool)
    apart[at.to_numpy()] = same + (one == other) < 3
    return apart


def unlike(pairs: pl.DataFrame) -> npt.NDArray[np.int8]:
    """Codes of `LEVELS` for numbers that are not alike. `pairs`: r_shared, relative, owned (`number_levels`)."""
    level = pl.when("relative").then(RELATIVE).when("r_shared").then(-1).when("owned").then(ANOTHER).otherwise(DIFFERS)
    return pairs.select(level.cast(pl.Int8).alias("level"))["level"].to_numpy()


def number_levels(pairs: pl.DataFrame) -> npt.NDArray[np.int8]:
    """Codes of `LEVELS`, one per pair.

    `pairs`: kind (code of `KINDS`), number and key of the row (l_) and of the person (r_), r_valid, r_shared, born (of the person), and
    `relative` and `owned`: whether somebody else of the person's household, or anybody else at all, has the row's number.
    """
    levels = np.full(pairs.height, -1, dtype=np.int8)
    # A few digits say nothing beside a number that is wrong itself.
    told = (pairs["kind"] != NONE) & ((pairs["kind"] != HINT_KIND) | pairs["r_valid"])
    at = np.flatnonzero((told & pairs["r_number"].is_not_null()).to_numpy())
    if len(at):
        levels[at] = _levels(pairs[at])
    return levels


def _levels(pairs: pl.DataFrame) -> npt.NDArray[np.int8]:
    """Levels of pairs that have a number on both sides."""
    kind = pairs["kind"].to_numpy()
    # One row a place, so that what is asked of every number is asked of whole rows at once.
    left, right = (np.ascontiguousarray(codes.T) for codes in (_repeated(pairs["l_number"]), digits(pairs["r_number"])))
    length, other = count(left != BLANK), count(right != BLANK)
    whole = (length == 18) & (other == 18)
    differs = left[:18] != right[:18]
    many = count(differs)
    same_key = (pairs["l_key"] == pairs["r_key"]).fill_null(value=False).to_numpy()
    equal = same_key | ((left == right).all(axis=0) & (kind != MASKED_KIND))
    broken = (kind == WRONG) | ((kind == VALID) & ~pairs["r_valid"].to_numpy())
    slip = broken & (
        (whole & ((many == 1) | _exchanged(differs, left, right) | _day_and_month(differs, left, right)))
        | _lost_or_added(pairs, length, other, asked=broken & ~whole)
    )
    in_stem = count(differs[:STEM])
    stems = (kind == TAIL_KIND) & _stem(pairs, kind)
    stem_slip = (kind == TAIL_KIND) & ((in_stem == 1) | _exchanged(differs[:STEM], left, right))
    starred = (kind == MASKED_KIND) | (kind == HINT_KIND)
    starred[starred] = ((left == right) | (left == STAR))[:18, starred].all(axis=0)
    masked = starred & (kind == MASKED_KIND)
    masked |= _double_masked(pairs, left, asked=(kind == MASKED_KIND) & whole & ~masked)
    rounded = _as_double(pairs, asked=whole & ~differs[:ROUNDED].any(axis=0))
    blurred = (kind == MASKED_KIND) & whole
    blurred[blurred] = _blurred(left[:18, blurred], right[:18, blurred], ~pairs["r_valid"].to_numpy()[blurred])
    blurred |= _mended(pairs, left, asked=((kind == MASKED_KIND) | (kind == TAIL_KIND)) & (np.abs(other - 18.0) == 1))
    few = whole & (broken | (kind == VALID)) & (many <= FEW) & (kind != MASKED_KIND)
    few |= _slips(pairs, asked=broken & ~few)
    few |= _slip_and_tail(pairs, asked=broken & ~few & (left[15:18] == ZERO).all(axis=0))
    # The same number but for its area (and the check character that goes with it); month and day exchanged, by which it stayed sound.
    elsewhere = whole & (kind != MASKED_KIND) & (~differs[6:17].any(axis=0) | _day_and_month(differs, left, right))
    sequence = whole & (kind != MASKED_KIND) & ~differs[:14].any(axis=0)
    born = whole & (kind != MASKED_KIND) & ~differs[6:14].any(axis=0)
    chosen = [
        (equal, EQUAL),
        (slip, REPAIRED),
        (stems | rounded, TAIL),
        (masked, MASKED),
        (pairs["relative"].to_numpy(), RELATIVE),
        (starred & ~masked, HINT),
        (pairs["r_shared"].to_numpy(), -1),
        (stem_slip | (few & (broken | ~born)) | elsewhere | blurred, SLIPS),
        (sequence, SEQUENCE),
        (born, BIRTH),
        (pairs["owned"].to_numpy(), ANOTHER),
    ]
    return graded(chosen, np.full(len(kind), DIFFERS, dtype=np.int8))


def _blurred(left: Digits, right: Digits, broken: Bools) -> Bools:
    """Whether what a mask shows differs as slips do: once beside many digits, or a few times where the register's number is `broken`."""
    shown = left != STAR
    differs = (left != right) & shown
    many = count(differs)
    once = (count(shown) >= MANY) & ((many == 1) | _exchanged(differs, left, right))
    result: Bools = once | (broken & (many < FEW))
    return result


def _mended(pairs: pl.DataFrame, left: Digits, asked: Bools) -> Bools:
    """Whether what a mask or a spreadsheet left agrees with a number of the register after the character that it lacks or has too many."""
    found = np.zeros(pairs.height, dtype=bool)
    at = np.flatnonzero(asked)
    if len(at):
        repairs = ids.repair_keys(pairs["r_number"][at])
        whose = at[repairs["at"].to_numpy()]
        shown, theirs = left[: ids.LENGTH, whose], digits(ids.written(repairs["key"])).T[: ids.LENGTH]
        agrees = (shown == theirs) | (shown == STAR)
        found[whose[np.where(pairs["kind"].to_numpy()[whose] == TAIL_KIND, agrees[:STEM].all(axis=0), agrees.all(axis=0))]] = True
    return found


def _exchanged(differs: Bools, left: Digits, right: Digits) -> Bools:
    """Whether two places, neighbours or next but one, hold each other's digits and all else is equal."""
    exchanged: Bools = np.equal(count(differs), 2)
    at = np.flatnonzero(exchanged)
    first = differs[:, at].argmax(axis=0)
    last = len(differs) - 1 - differs[::-1, at].argmax(axis=0)
    crossed = (left[first, at] == right[last, at]) & (left[last, at] == right[first, at])
    exchanged[at] = (last - first <= 2) & crossed
    return exchanged


def _day_and_month(differs: Bools, left: Digits, right: Digits) -> Bools:
    """Whether the numbers are the same but for month and day of the birth date, which hold each other's place."""
    crossed = (left[10:12] == right[12:14]) & (left[12:14] == right[10:12])
    exchanged: Bools = ~differs[:10].any(axis=0) & ~differs[14:].any(axis=0) & crossed.all(axis=0)
    return exchanged


def _lost_or_added(pairs: pl.DataFrame, length: Levels, other: Levels, asked: Bools) -> Bools:
    """Whether one digit was lost or added on either side."""
    found = np.zeros(pairs.height, dtype=bool)
    at = np.flatnonzero(asked & (np.abs(length - other) == 1) & (np.minimum(length, other) >= STEM))
    if len(at):
        some = pairs[at]
        found[at] = cpdist(some["l_number"].to_list(), some["r_number"].to_list(), scorer=OSA.distance, score_cutoff=1, dtype=np.int32) == 1
    return found


def _slips(pairs: pl.DataFrame, asked: Bools) -> Bools:
    """Whether a few slips of any kind lie between the numbers: digits doubled that pushed the others on, blocks that changed places."""
    found = np.zeros(pairs.height, dtype=bool)
    at = np.flatnonzero(asked)
    if len(at):
        some = pairs[at]
        found[at] = (
            cpdist(
                some["l_number"].to_list(), some["r_number"].to_list(), scorer=OSA.distance, score_cutoff=FEW, dtype=np.int32, workers=-1
            )
            <= FEW
        )
    return found


def _slip_and_tail(pairs: pl.DataFrame, asked: Bools) -> Bools:
    """Whether a slip of the hand lies in the first fifteen digits of a number whose end a spreadsheet took."""
    found = np.zeros(pairs.height, dtype=bool)
    at = np.flatnonzero(asked)
    if len(at):
        stems = pairs["l_number"][at].str.slice(0, STEM).to_list()
        # A digit that was lost has drawn the next one in, one too many has pushed the last one out.
        for width in (STEM - 1, STEM, STEM + 1):
            theirs = pairs["r_number"][at].str.slice(0, width).to_list()
            found[at] |= cpdist(stems, theirs, scorer=OSA.distance, score_cutoff=1, dtype=np.int32) <= 1
    return found


def _double_masked(pairs: pl.DataFrame, left: Digits, asked: Bools) -> Bools:
    """Whether a mask shows the digits that are left of the person's number where it is kept as a double (IEEE 754)."""
    found = np.zeros(pairs.height, dtype=bool)
    at = np.flatnonzero(asked)
    if len(at):
        number = pl.col("r_number").cast(pl.Int64, strict=False)
        rounded = digits(pairs.select("r_number")[at].select(number.cast(pl.Float64).cast(pl.Int64).cast(pl.String))["r_number"])
        found[at] = ((left[:, at] == rounded.T) | (left[:, at] == STAR))[:18].all(axis=0)
    return found


def _as_double(pairs: pl.DataFrame, asked: Bools) -> Bools:
    """Whether the row's number is the person's after a program kept it as a double (IEEE 754), which alters its last digits."""
    found = np.zeros(pairs.height, dtype=bool)
    at = np.flatnonzero(asked)
    one, other = (pl.col(name).cast(pl.Int64, strict=False) for name in ("l_number", "r_number"))
    same = (other.cast(pl.Float64).cast(pl.Int64) == one) & (other != one)
    found[at] = pairs.select("l_number", "r_number")[at].select(same.fill_null(value=False).alias("same"))["same"].to_numpy()
    return found


def _stem(pairs: pl.DataFrame, kind: npt.NDArray[np.int8]) -> Bools:
    """Whether the person's first fifteen digits are some that the row's number may have had."""
    found = np.zeros(pairs.height, dtype=bool)
    at = np.flatnonzero(kind == TAIL_KIND)
    if len(at):
        asked = pairs.select("l_number", "r_number")[at].select("l_number", stem=pl.col("r_number").str.slice(0, STEM))
        stems = asked.select("l_number").unique().with_columns(stems=ids.tail_stems(pl.col("l_number")))
        told = asked.join(stems, on="l_number", how="left", maintain_order="left")
        found[at] = told.select(pl.col("stems").list.contains(pl.col("stem")).fill_null(value=False)).to_series().to_numpy()
    return found
