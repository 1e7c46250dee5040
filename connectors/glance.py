"""What a piece of a sheet's XML may hold, told from its bytes alone: how far its cells reach, and what is worth searching for.

A list of 200,000 rows is 75 MB of XML of which nearly nothing but cells matters. Comparing whole blocks of bytes with numpy is five
times as fast as searching each word in them, so that only what a glance leaves possible is searched for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BLOCK = 2**18  # bytes looked at together: they stay in the processor's cache
LAP = 24  # bytes of the next block that are needed to understand the end of this one
BACK = 5  # bytes of the block before that are needed to understand a number at the beginning of this one
LETTERS = 26
LONG = 16  # digits of a number that a double cannot hold
_EACH = 0x0101010101010101  # in a word of eight bytes, 1 in each
_WORD = 8

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]


class Glance(NamedTuple):
    """`rows` and `columns`: the highest that a reference `r="AB12"` names. The others: whether there may be such a thing."""

    rows: int = 0
    columns: int = 0
    hidden: bool = False  # hidden="1"
    merged: bool = False  # ref="A1:B2"
    errors: bool = False  # t="e"
    long_numbers: bool = False  # <v>1234567890123456 that is not marked as text
    scientific: bool = False  # 5E+17


def glance(text: bytes) -> Glance:
    """What a piece of XML may hold."""
    codes = np.frombuffer(bytes(BACK) + text + bytes(LAP), dtype=np.uint8)
    blocks = [_block(codes[start : start + BACK + BLOCK + LAP]) for start in range(0, len(text), BLOCK)]
    return Glance(*map(max, zip(*blocks, strict=True))) if blocks else Glance()


def _block(around: Bytes) -> Glance:
    """What begins in a block, the `BACK` before it and the `LAP` behind it left out."""
    codes = around[BACK:]
    size = len(codes) - LAP
    quotes = codes[2 : size + 2]
    places = np.flatnonzero((codes[1 : size + 1] == ord("=")) & ((quotes == ord('"')) | (quotes == ord("'"))))  # of `r` in r="AB12"
    names, values = codes[places], codes[places + 3]
    rows, columns = _reach(codes, places[names == ord("r")] + 3)
    is_digit = codes - np.uint8(ord("0")) < np.uint8(10)
    return Glance(
        rows,
        columns,
        hidden=bool((names == ord("n")).any()),
        merged=bool((names == ord("f")).any()),
        errors=bool(((names == ord("t")) & (values == ord("e"))).any()),
        long_numbers=_has_long(around, is_digit),
        scientific=bool((is_digit[:-1] & (codes[1:] == ord("E"))).any()),
    )


def _has_long(around: Bytes, is_digit: NDArray[np.bool_]) -> bool:
    """Whether a value of `LONG` digits begins in a block that is not that of a cell marked as text, `t="str"><v>`."""
    run, length = is_digit, 1
    while length < LONG:
        run, length = run[length:] & run[:-length], length * 2
    closed = around[BACK : BACK + len(run) - 1] == ord(">")
    places = np.flatnonzero(run[1:] & closed) + BACK
    values = places[around[places - 1] == ord("v")]  # and not <t>
    return any(bool((around[values - place] != ord(sign)).any()) for place, sign in enumerate('<>"r', start=2))


def _reach(codes: Bytes, places: NDArray[np.int64]) -> tuple[int, int]:
    """The highest row and column of the references that begin at `places`."""
    if not len(places):
        return 0, 0
    words: Words = np.ndarray(len(codes) - _WORD + 1, "<u8", codes, strides=(1,))  # the eight bytes from each place on
    letters, column = _leading(words[places], ord("A") - 1, LETTERS)
    _, row = _leading(words[places + letters], ord("0"), 9)
    return int(row or b"0"), column_number(column)


def _leading(words: Words, zero: int, last: int) -> tuple[NDArray[np.int64], bytes]:
    """How many bytes each word begins with that lie from `zero` to `zero + last`, and the highest of the longest such beginnings."""
    differing = words ^ np.uint64(zero * _EACH)  # up to `last` for a byte that is meant, because `zero` ends in more zero bits
    others = (differing + np.uint64((0x7F - last) * _EACH) | differing) & np.uint64(0x80 * _EACH)
    before = (others & -others) - np.uint64(1)  # all bits below the mark of the first byte that is not meant
    most = before.max()
    length = int(most).bit_length() // 8
    highest = int(words[before == most].byteswap().max()) >> 8 * (_WORD - length)
    return (np.bitwise_count(before) >> 3).astype(np.int64), highest.to_bytes(length, "big")


def column_number(letters: bytes) -> int:
    """The number of a column, A being 1; 0 without letters."""
    number = 0
    for letter in letters:
        number = number * LETTERS + letter - ord("A") + 1
    return number
