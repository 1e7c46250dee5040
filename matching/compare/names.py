"""How alike two names are, once per distinct pair. Levels, best first, in `LEVELS`.

`homophone` and `dialect` (or another reading of a character that has two) are what an ear does to a name, `lookalike` what an eye or a
scanner does, `near` what a hand or a code page does (characters exchanged, one lost to `□`, a foreign name spelt otherwise), `dropped`
one character too few or too many, `part` what a village does (a nickname made of one character of the given name, a long name cut short,
a husband's surname before the own). `one` is one character otherwise than in any of these ways: a slip of the pen, but also what tells
brothers of one generation apart, and weighed accordingly.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from matching.compare.levels import Bools, Levels, count, graded
from matching.pairs import distinct
from matching.prepare.vocabulary import HOLE, SHORT, Kind, Letters, Signs, Vocabulary, read_alike
from standards.shapes import look_alike

LEVELS = ("equal", "homophone", "dialect", "lookalike", "near", "dropped", "part", "one", "surname", "other")
EQUAL, HOMOPHONE, DIALECT, LOOKALIKE, NEAR, DROPPED, PART, ONE, SURNAME, OTHER = range(len(LEVELS))
LONG = 4  # characters of names that are spelt by their sound, such as Uyghur and Tibetan ones
SPELT_ALIKE = 0.75  # share of their syllables in which two spellings of one long name agree, at least
DIMINUTIVES = np.array([ord(one) for one in "小老阿幺"], dtype=np.uint32)
ENDEARMENTS = np.array([ord(one) for one in "娃仔崽伢囡子儿妹哥姐"], dtype=np.uint32)  # 明娃, 刚子
CHUNK = 500_000  # pairs compared at once; bounds memory

Lengths = npt.NDArray[np.int8]


def name_levels(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64], vocabulary: Vocabulary) -> Levels:
    """Codes of `LEVELS` for pairs of names by number (-1 for none, answered by -1). Symmetric, each distinct pair worked out once."""
    levels = np.full(len(one), -1, dtype=np.int8)
    both = (one >= 0) & (other >= 0)
    same = np.flatnonzero(both & (one == other))
    levels[same] = np.where(vocabulary.holed[one[same]], NEAR, EQUAL)  # what was lost in both need not have been the same
    asked = np.flatnonzero(both & (one != other))
    if len(asked):
        bits = len(vocabulary.length).bit_length()
        pair = np.minimum(one[asked], other[asked]) << bits | np.maximum(one[asked], other[asked])
        once, back = distinct(pair)
        once = once >> bits << 32 | once & ((1 << bits) - 1)
        chunks = [_by_length(once[at : at + CHUNK], vocabulary) for at in range(0, len(once), CHUNK)]
        levels[asked] = np.concatenate(chunks)[back]
    return levels


def _by_length(pairs: npt.NDArray[np.int64], vocabulary: Vocabulary) -> Levels:
    """Levels of pairs of different names; most names are short and compared in their first characters only."""
    short = (vocabulary.length[pairs >> 32] <= SHORT) & (vocabulary.length[pairs & 0xFFFFFFFF] <= SHORT)
    levels = np.empty(len(pairs), dtype=np.int8)
    levels[short] = _levels(pairs[short], vocabulary.narrow)
    levels[~short] = _levels(pairs[~short], vocabulary)
    return levels


def _places(codes: Signs[Kind], names: npt.NDArray[np.int64]) -> npt.NDArray[Kind]:
    """The codes of these names, one row a place, so that what is asked of every name is asked of whole rows at once."""
    return np.ascontiguousarray(codes[names].T)


def _levels(pairs: npt.NDArray[np.int64], vocabulary: Vocabulary) -> Levels:
    """Levels of pairs of different names. What shares neither letter nor syllable in its place is told from the first syllable alone."""
    one, other = pairs >> 32, pairs & 0xFFFFFFFF
    a, b = (_places(vocabulary.letters, names) for names in (one, other))
    heard, other_heard = (_places(vocabulary.heards, names) for names in (one, other))
    alike = heard == other_heard
    levels = np.where(alike[0] | _old(a, b) | _old(b, a), SURNAME, OTHER).astype(np.int8)
    some = np.flatnonzero(_share_letters(a, b) | (alike & (heard > 0)).any(axis=0))
    a, b = (places.take(some, axis=1) for places in (a, b))
    levels[some] = _closer(one[some], other[some], a, b, alike.take(some, axis=1), levels[some], vocabulary)
    return levels


def _old(short: Letters, full: Letters) -> Bools:
    """Whether `short` is 老崔 or 小崔 and `full` is called 崔."""
    old: Bools = (short[2] == 0) & (short[1] == full[0]) & _is_one_of(short[0], DIMINUTIVES)
    return old


def _is_one_of(letters: Letters, some: Letters) -> Bools:
    """Which letters are some of a few."""
    found = np.zeros(letters.shape, dtype=bool)
    for letter in some:
        found |= letters == letter
    return found


def _share_letters(one: Letters, other: Letters) -> Bools:
    """Whether any of the first letters stands in both names."""
    shared = np.zeros(one.shape[1], dtype=bool)
    for letter in one[:LONG]:
        shared |= ((other[: LONG + 1] == letter) & (letter > 0)).any(axis=0)
    return shared


def _closer(
    one: npt.NDArray[np.int64], other: npt.NDArray[np.int64], a: Letters, b: Letters, heards: Bools, far: Levels, vocabulary: Vocabulary
) -> Levels:
    """Levels of pairs that share something, by their letters and where they are heard alike; `far` where they are alike in no way below."""
    length_a, length_b = vocabulary.length[one], vocabulary.length[other]
    same_length = length_a == length_b
    differs = a != b
    many = count(differs)
    hole = (a == HOLE) | (b == HOLE)
    heards = heards & ~hole
    sounds = (_places(vocabulary.sounds, one) == _places(vocabulary.sounds, other)) & ~hole
    looks = np.zeros_like(differs)
    few = differs & same_length & (many <= 2)
    looks[few] = look_alike(a[few], b[few])
    few &= ~heards
    heards[few] = read_alike(a[few], b[few])
    kept = (length_a - count(differs | hole)) >= 1  # something stands in both
    open_ = count(differs & ~hole & ~heards & ~looks)  # characters that no law explains
    explained = (open_ == 0) & (kept | (heards | ~(differs | hole)).all(axis=0))
    # What was lost may be anything, so it is not alike; of two characters it is the given name that counts.
    two_alike = (count((differs | hole) & ~heards & ~looks) <= length_a - 2) | ((length_a == 2) & ~(differs | hole)[1])
    long = (length_a >= LONG) & (length_b >= LONG)
    after_a, after_b = vocabulary.surname_length[one], vocabulary.surname_length[other]
    chosen = [
        (same_length & sounds.all(axis=0), HOMOPHONE),
        (same_length & heards.all(axis=0), DIALECT),
        (same_length & kept & ((~differs & ~hole) | looks).all(axis=0), LOOKALIKE),
        (same_length & explained & (length_a >= 2), NEAR),
        (_exchanged(a, b, asked=same_length & (np.bitwise_xor.reduce(a ^ b, axis=0) == 0)), NEAR),
        (_spelt_alike(vocabulary.sounds, one, other, asked=long), NEAR),
        (_dropped(a, b, length_a, length_b), DROPPED),
        (_part(a, b, length_a, length_b, after_b) | _part(b, a, length_b, length_a, after_a), PART),
        (same_length & (open_ == 1) & two_alike, ONE),
    ]
    return graded(chosen, far)


def _exchanged(one: Letters, other: Letters, asked: Bools) -> Bools:
    """Whether one name has the characters of the other in another order."""
    exchanged = np.zeros(len(asked), dtype=bool)
    at = np.flatnonzero(asked)
    exchanged[at] = (np.sort(one[:, at], axis=0) == np.sort(other[:, at], axis=0)).all(axis=0)
    return exchanged


def _spelt_alike(sounds: Signs[np.uint16], one: npt.NDArray[np.int64], other: npt.NDArray[np.int64], asked: Bools) -> Bools:
    """Whether two long names agree in most of their syllables, in order; asked only where it matters."""
    alike = np.zeros(len(one), dtype=bool)
    at = np.flatnonzero(asked)
    if len(at):
        words = [["".join(map(chr, row[row > 0] + 1)) for row in sounds[names[at]]] for names in (one, other)]
        alike[at] = cpdist(*words, scorer=Indel.normalized_similarity, dtype=np.float32, workers=-1) >= SPELT_ALIKE
    return alike


def _part(short: Letters, full: Letters, length: Lengths, whole: Lengths, after: Lengths) -> Bools:
    """Whether the bearer of `full` goes by `short`: a part of it, a nickname made of it. `after`: where the given name begins."""
    inner = _is_one_of(short[1], DIMINUTIVES) | (short[1] == short[2])
    part: Bools = (length <= 2) | (length < whole) | (inner & (length == 3))  # what none of these is true of is no part of anything
    at = np.flatnonzero(part)
    part[at] = _called(short[:, at], full[:, at], length[at].astype(np.int64), whole[at].astype(np.int64), after[at])
    return part


def _called(s: Letters, f: Letters, length: npt.NDArray[np.int64], whole: npt.NDArray[np.int64], after: Lengths) -> Bools:
    """`_part` of pairs for which it may be true."""
    place = np.arange(len(s))[:, None]
    given = np.where((place >= after) & (place < whole), f, 0)
    has = [((given == s[at]) & (s[at] > 0)).any(axis=0) for at in range(3)]  # letter of `short` in the given name
    same_surname = s[0] == f[0]
    small = [_is_one_of(s[at], DIMINUTIVES) for at in range(2)]
    doubled = [s[at] == s[at + 1] for at in range(2)]
    dear = _is_one_of(s[1], ENDEARMENTS)
    called = (length == 2) & ((small[0] & has[1]) | ((doubled[0] | dear) & has[0]))  # 小明, 明明, 明娃
    alone = (length == 1) & has[0] & (whole >= 2)
    surnamed = (length == 3) & same_surname & has[2] & (small[1] | doubled[1]) & (whole == 3)  # 张小明, 张明明 of 张大明
    suffix = (length >= 2) & (whole > length) & _stands_in(s, f, length, whole)
    compatible = (whole - length <= 2) | (whole >= LONG)
    result: Bools = called | alone | surnamed | (suffix & compatible)
    return result


def _dropped(one: Letters, other: Letters, length: Lengths, other_length: Lengths) -> Bools:
    """Whether one name is the other without one of its later characters, doubled ones included."""
    dropped: Bools = (one[0] == other[0]) & (np.abs(length - other_length) == 1) & (np.minimum(length, other_length) >= 2)
    at = np.flatnonzero(dropped)
    shorter, one, other = (length < other_length)[at], one[:, at], other[:, at]
    dropped[at] = _one_dropped(np.where(shorter, one, other), np.where(shorter, other, one))
    return dropped


def _one_dropped(short: Letters, full: Letters) -> Bools:
    """Whether `full` without one of its characters is `short`."""
    always = np.ones((1, short.shape[1]), dtype=bool)
    before = np.logical_and.accumulate(np.concatenate([always, (short == full)[:-1]]))
    after = np.logical_and.accumulate(np.concatenate([short[:-1] == full[1:], always])[::-1])[::-1]
    dropped: Bools = np.any(before & after, axis=0)
    return dropped


def _stands_in(short: Letters, full: Letters, length: npt.NDArray[np.int64], whole: npt.NDArray[np.int64]) -> Bools:
    """Whether the characters of `short` stand together at the head or at the end of `full`."""
    place = np.arange(len(short))[:, None]
    inside = place < length
    head = ((short == full) | ~inside).all(axis=0)
    moved = np.take_along_axis(full, np.minimum(place + (whole - length).clip(0), len(place) - 1), axis=0)
    end = ((short == moved) | ~inside).all(axis=0)
    found: Bools = head | end
    return found
