"""Names whose bytes were read in another code than they were written in, read again.

A file in UTF-8 that is opened as GBK shows 瀛欓潚 for 孙青; opened as Latin-1, one in GBK shows `ÀîÃ÷` for 李明. The bytes are all there
but for those that no table has a sign for: a character that lost one is `□`.
"""

from __future__ import annotations

import re
from functools import cache

import polars as pl

LOST, HOLE = "\ufffd", "□"
SIGNS = r"[\x{80}-\x{FF}\x{FFFD}]"  # of Latin-1, of which a Chinese name has none, and of what was lost
# What the first two bytes of a Chinese character in UTF-8 look like as GBK: nobody's name begins so but for a handful of rare surnames.
HEADS = "".join(bytes((first, second)).decode("gbk", errors="ignore") for first in range(0xE4, 0xEA) for second in range(0x80, 0xC0))
STRANGE = rf"^[{HEADS}]\P{{Latin}}{{2,}}$"
HAN = re.compile(r"[\u4e00-\u9fff]")
NAME = re.compile(r"[\u4e00-\u9fff□]{2,4}|[\u4e00-\u9fff]{2,}·?[\u4e00-\u9fff]{2,}")
# What bringing to one form (NFKC) made of the signs of Latin-1; whoever writes other letters writes pinyin.
UNFOLDED = {"1⁄4": "¼", "1⁄2": "½", "3⁄4": "¾", "1": "¹", "2": "²", "3": "³", "a": "ª", "o": "º", "μ": "µ"}
UNFOLDED |= {" \u0308": "¨", " \u0304": "¯", " \u0301": "´", " \u0327": "¸"}
FOLDED = re.compile("|".join(UNFOLDED))
LETTER = re.compile("[A-Zb-np-z]")


def unscrambled(names: pl.Series) -> pl.Series:
    """`names` in which those that were read in the wrong code are what was written; all others as they are."""
    at = (names.str.contains(SIGNS) | names.str.contains(STRANGE)).fill_null(value=False).arg_true()
    return names.scatter(at, [_read_again(name) for name in names.gather(at)]) if len(at) else names


def _read_again(name: str) -> str:
    """One name as it was written; itself where its bytes make no other name."""
    if HAN.search(name):
        return name if common().issuperset(name) else _as_utf8(name)  # a name of nothing else is one, whatever its bytes would be
    if LETTER.search(name):
        return name
    signs = FOLDED.sub(lambda folded: UNFOLDED[folded.group()], name)
    written = b"".join(sign.encode("latin-1" if ord(sign) < 0x100 else "cp1252", errors="replace") for sign in signs)
    return next((read for code in ("utf-8", "gbk") if NAME.fullmatch(read := _decoded(written, code))), name)


def _as_utf8(name: str) -> str:
    """A name of which bytes of UTF-8 were read as GBK; more characters than one may be lost only where the signs show it."""
    lost = name.count(LOST) + name.count("?")
    written = b"".join(b"\xff" if sign in {LOST, "?"} else sign.encode("gbk", errors="replace") for sign in name)
    read = _decoded(written, "utf-8")
    told = NAME.fullmatch(read) and HAN.search(read) and read.count(HOLE) <= max(lost, 1) and (lost or HOLE not in read[:-1])
    return read if told else name


def _decoded(written: bytes, code: str) -> str:
    """The text of bytes; what cannot be read is one `□` a stretch."""
    return re.sub(f"{LOST}+", HOLE, written.decode(code, errors="replace"))


@cache
def common() -> frozenset[str]:
    """The characters of GB 2312."""
    pairs = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return frozenset(b"\n".join(pairs).decode("gb2312", errors="ignore")) - {"\n"}
