"""Readings of characters as tables: one toneless syllable per character, and what dialects make of a syllable.

The data are those of pypinyin (MIT); nothing is looked up per name. A character that is read otherwise as a surname has that reading
at the head of a name.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import polars as pl

# Surnames whose reading is not the first one of the dictionary; compound ones first. 覃 is qin in Guizhou and Guangxi.
SURNAMES = {
    "万俟": "mo qi", "尉迟": "yu chi", "长孙": "zhang sun", "澹台": "tan tai", "单于": "chan yu", "令狐": "ling hu", "单": "shan",
    "仇": "qiu", "解": "xie", "查": "zha", "曾": "zeng", "区": "ou", "朴": "piao", "任": "ren", "盖": "ge", "覃": "qin", "乐": "yue",
    "冼": "xian", "员": "yun", "折": "she", "逄": "pang", "仉": "zhang", "迮": "ze", "乜": "nie", "缪": "miao", "召": "shao", "佴": "nai",
    "昝": "zan", "厍": "she", "翟": "zhai", "种": "chong", "黑": "he", "秘": "bi", "祭": "zhai", "晟": "cheng", "洗": "xian", "那": "na",
    "尹": "yin", "贾": "jia", "沈": "shen", "车": "che", "石": "shi", "葛": "ge", "费": "fei", "柏": "bai", "卜": "bu", "褚": "chu",
    "乾": "qian", "繁": "po", "句": "gou", "阚": "kan", "臧": "zang", "隗": "wei", "宓": "mi", "殷": "yin", "应": "ying", "於": "yu",
    "俞": "yu", "燕": "yan", "宁": "ning", "令": "ling", "撒": "sa", "纪": "ji", "教": "jiao", "粘": "nian",
}  # fmt: skip

# What is heard alike in the south-west and wherever a name is taken down by ear: zh/z, ch/c, sh/s, n/l, -ng/-n, f/h before u; and, from
# Guizhou to Yunnan, ü as i and o for e (飞 as 辉, 元 as 颜, 军 as 金, 何 as 火).
DIALECT = (
    (r"\b([zcs])h", "${1}"),
    (r"\bn", "l"),
    (r"\br", "l"),
    (r"ng\b", "n"),
    (r"\bfei\b", "hui"),
    (r"\b(?:fen|hun)\b", "hon"),
    (r"\bf", "hu"),
    (r"\bhuu\b", "hu"),
    (r"\b(?:huo|he)\b", "ho"),
    (r"\b(?:guo|ge)\b", "go"),
    (r"\byu(an|e)\b", "y${1}"),
    (r"\byu", "yi"),
    (r"\b([jqx])u", "${1}i"),
    (r"\blv", "li"),
)
SYLLABLES = 4  # of a name in pinyin, at most
FOREIGN = 9  # of one of several words of two syllables or more: Maimaiti Tuerxun
LETTERS = re.compile(r"[A-Za-z\u00c0-\u024f\u0300-\u036f]+\d?")
HOLE = "□"


def syllable(code: int) -> str | None:
    """First reading of the character with this code point, without tone; null for what has none."""
    readings = _dictionary().get(str(code))
    return None if readings is None else _toneless(readings.split(",", 1)[0])


def second(code: int) -> str | None:
    """Second reading of the character with this code point, without tone, where it is another syllable than the first (乐: yue)."""
    first, _, others = _dictionary().get(str(code), "").partition(",")
    other = others.partition(",")[0]
    return _toneless(other) if other and _toneless(other) != _toneless(first) else None


@cache
def _dictionary() -> dict[str, str]:
    """Code point, in digits -> readings with tones, parted by commas."""
    # Only the table is wanted: the package would set up styles and 47,000 phrases for nothing.
    readings: dict[str, str] = json.loads(Path(str(distribution("pypinyin").locate_file("pypinyin/pinyin_dict.json"))).read_bytes())
    return readings


@cache
def _toneless(reading: str) -> str:
    """`dān` in plain letters; ü is v."""
    letters = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(letter for letter in letters if letter.isalpha() and letter.isascii())


def read(text: pl.Expr) -> pl.Expr:
    """Every character replaced by its reading, syllables joined by blanks; what has no reading stays as it is."""
    return text.map_batches(_read, return_dtype=pl.String, is_elementwise=True)


def _read(texts: pl.Series) -> pl.Series:
    """`read` of a series, with the part of the table that it needs: a search for all 42,000 characters takes long to set up."""
    characters = "".join(sorted(set(texts.str.join("").item())))
    table = {character: f"{sound} " for character in characters if (sound := syllable(ord(character))) is not None}
    return texts.str.replace_many(table).str.strip_chars() if table else texts


def transcribed(name: pl.Expr) -> pl.Expr:
    """Names in pinyin (`Yang Xiuying`, `YANGXIUYING`, `Xiuying Yang`) in characters that are read so; what is no pinyin stays as it is."""
    return name.map_batches(_transcribed, return_dtype=pl.String, is_elementwise=True)


def _transcribed(names: pl.Series) -> pl.Series:
    """`transcribed` of a series, one by one: few names are in letters."""
    return pl.Series(names.name, [None if name is None else _in_characters(name) for name in names], dtype=pl.String)


def filled(name: pl.Expr) -> pl.Expr:
    """Names in which letters stand among characters (杨xiu英, 杨XY): characters that are read so, `□` for each letter of no syllable."""
    return name.map_batches(_filled, return_dtype=pl.String, is_elementwise=True)


def _filled(names: pl.Series) -> pl.Series:
    """`filled` of a series, one by one, where there are letters."""
    at = names.str.contains(r"\p{Latin}").fill_null(value=False).arg_true()
    return names.scatter(at, [LETTERS.sub(_stand_in, name) for name in names.gather(at)]) if len(at) else names


def _stand_in(letters: re.Match[str]) -> str:
    """Characters that are read as these letters; a single letter and initials only show that something stood there."""
    word = _toneless(letters.group()).lower()
    parted = _parted(word) if len(word) > 1 else []
    return "".join(_characters()[syllable] for syllable in parted) if 1 <= len(parted) < SYLLABLES else HOLE * min(len(word), SYLLABLES)


def _in_characters(name: str) -> str:
    """`transcribed` of one name. A last word of one syllable behind one of several is a surname that was put last."""
    words = [_parted(_toneless(word)) for word in re.split(r"[\s.,-]+", name.lower().strip(" .,-"))]
    if not words or not all(words):
        return name
    if len(words) > 1 and len(words[-1]) == 1 and len(words[0]) > 1:
        words = [words[-1], *words[:-1]]
    read_so = [syllable for word in words for syllable in word]
    most = FOREIGN if len(words) > 1 and all(len(word) > 1 for word in words) else SYLLABLES
    return "".join(_characters()[syllable] for syllable in read_so) if 1 < len(read_so) <= most else name


def _parted(word: str) -> list[str]:
    """The fewest syllables that a word can be parted into, the longer one first; none if it cannot be."""
    known, ways = _characters(), {0: list[str]()}
    for end in range(1, len(word) + 1):
        found = [[*ways[at], word[at:end]] for at in range(max(0, end - 6), end) if at in ways and word[at:end] in known]
        if found:
            ways[end] = min(found, key=lambda way: (len(way), -len(way[0])))
    return ways.get(len(word), [])


@cache
def _characters() -> dict[str, str]:
    """By syllable, a character that is read so and stands in nobody's name: the one with the highest code point of the unified ones."""
    unified = sorted(code for code in map(int, _dictionary()) if code < 0xA000)
    return {sound: chr(code) for code in unified if (sound := syllable(code))}


def dialect(pinyin: pl.Expr) -> pl.Expr:
    """Syllables as a dialect merges them; equal results mean that two names may sound alike, not that they are alike."""
    for pattern, instead in DIALECT:
        pinyin = pinyin.str.replace_all(pattern, instead)
    return pinyin
