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

from matching.vocabulary import HOLE, SHORT, Letters, Sounds, Vocabulary, read_alike
from standards.shapes import look_alike

LEVELS = ("equal", "homophone", "dialect", "lookalike", "near", "dropped", "part", "one", "surname", "other")
EQUAL, HOMOPHONE, DIALECT, LOOKALIKE, NEAR, DROPPED, PART, ONE, SURNAME, OTHER = range(len(LEVELS))
LONG = 4  # characters of names that are spelt by their sound, such as Uyghur and Tibetan ones
SPELT_ALIKE = 0.75  # share of their syllables in which two spellings of one long name agree, at least
DIMINUTIVES = np.array([ord(one) for one in "小老阿幺"], dtype=np.uint32)
CHUNK = 500_000  # pairs compared at once; bounds memory

Bools = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.int8]


def name_levels(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64], vocabulary: Vocabulary) -> Levels:
    """Codes of `LEVELS` for pairs of names by number (-1 for none, answered by -1). Symmetric, each distinct pair worked out once."""
    levels = np.full(len(one), -1, dtype=np.int8)
    both = (one >= 0) & (other >= 0)
    levels[both & (one == other)] = EQUAL
    asked = np.flatnonzero(both & (one != other))
    if len(asked):
        pair = np.minimum(one[asked], other[asked]) << 32 | np.maximum(one[asked], other[asked])
        distinct, back = np.unique(pair, return_inverse=True)
        chunks = [_by_length(distinct[at : at + CHUNK], vocabulary) for at in range(0, len(distinct), CHUNK)]
        levels[asked] = np.concatenate(chunks)[back]
    return levels


def _by_length(pairs: npt.NDArray[np.int64], vocabulary: Vocabulary) -> Levels:
    """Levels of pairs of different names; most names are short and compared in their first characters only."""
    short = (vocabulary.length[pairs >> 32] <= SHORT) & (vocabulary.length[pairs & 0xFFFFFFFF] <= SHORT)
    levels = np.empty(len(pairs), dtype=np.int8)
    levels[short] = _levels(pairs[short], vocabulary.narrow)
    levels[~short] = _levels(pairs[~short], vocabulary)
    return levels


def _levels(pairs: npt.NDArray[np.int64], vocabulary: Vocabulary) -> Levels:
    """Levels of pairs of different names. What shares neither letter nor syllable in its place is told from the first syllable alone."""
    one, other = pairs >> 32, pairs & 0xFFFFFFFF
    heard = vocabulary.heards[one], vocabulary.heards[other]
    same_surname = (heard[0][:, 0] == heard[1][:, 0]) | _old(one, other, vocabulary) | _old(other, one, vocabulary)
    levels = np.where(same_surname, SURNAME, OTHER).astype(np.int8)
    letters = vocabulary.letters[one], vocabulary.letters[other]
    shared = _share_letters(*letters) | ((heard[0] == heard[1]) & (heard[0] > 0)).sum(axis=1).astype(bool)
    some = np.flatnonzero(shared)
    levels[some] = _closer(one[some], other[some], levels[some], vocabulary)
    return levels


def _old(short: npt.NDArray[np.int64], full: npt.NDArray[np.int64], vocabulary: Vocabulary) -> Bools:
    """Whether `short` is 老崔 or 小崔 and `full` is called 崔."""
    old: Bools = vocabulary.length[short] == 2
    letters, called = vocabulary.letters[short[old]], vocabulary.letters[full[old], 0]
    old[old] = np.isin(letters[:, 0], DIMINUTIVES) & (letters[:, 1] == called)
    return old


def _share_letters(one: Letters, other: Letters) -> Bools:
    """Whether any of the first letters stands in both names."""
    shared = np.zeros(len(one), dtype=bool)
    for at in range(LONG):
        letter = one[:, at : at + 1]
        shared |= ((other[:, : LONG + 1] == letter) & (letter > 0)).any(axis=1)
    return shared


def _closer(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64], far: Levels, vocabulary: Vocabulary) -> Levels:
    """Levels of pairs that share something; `far` where they are alike in no way below."""
    a, b = vocabulary.letters[one], vocabulary.letters[other]
    length_a, length_b = vocabulary.length[one], vocabulary.length[other]
    same_length = length_a == length_b
    differs = a != b
    count = differs.sum(axis=1)
    hole = differs & ((a == HOLE) | (b == HOLE))
    sounds = vocabulary.sounds[one] == vocabulary.sounds[other]
    heards = vocabulary.heards[one] == vocabulary.heards[other]
    looks = np.zeros_like(differs)
    few = differs & (same_length & (count <= 2))[:, None]
    looks[few] = look_alike(a[few], b[few])
    few &= ~heards
    heards[few] = read_alike(a[few], b[few])
    kept = (length_a - count) >= 1  # something stands in both
    open_ = (differs & ~hole & ~heards & ~looks).sum(axis=1)  # characters that no law explains
    explained = (open_ == 0) & (kept | (heards | ~differs).all(axis=1))
    # What was lost may be anything, so it is not alike; of two characters it is the given name that counts.
    two_alike = ((differs & ~heards & ~looks).sum(axis=1) <= length_a - 2) | ((length_a == 2) & ~differs[:, 1])
    long = (length_a >= LONG) & (length_b >= LONG)
    chosen = [
        (same_length & sounds.all(axis=1), HOMOPHONE),
        (same_length & heards.all(axis=1), DIALECT),
        (same_length & kept & (~differs | looks).all(axis=1), LOOKALIKE),
        (same_length & explained & (length_a >= 2), NEAR),
        (same_length & (np.sort(a, axis=1) == np.sort(b, axis=1)).all(axis=1), NEAR),
        (long & _spelt_alike(vocabulary.sounds[one], vocabulary.sounds[other], long), NEAR),
        (_dropped(a, b, length_a, length_b), DROPPED),
        (_part(one, other, vocabulary) | _part(other, one, vocabulary), PART),
        (same_length & (open_ == 1) & two_alike, ONE),
    ]
    return np.select([condition for condition, _ in chosen], [level for _, level in chosen], default=far).astype(np.int8)


def _spelt_alike(one: Sounds, other: Sounds, asked: Bools) -> Bools:
    """Whether two long names agree in most of their syllables, in order; asked only where it matters."""
    alike = np.zeros(len(one), dtype=bool)
    at = np.flatnonzero(asked)
    if len(at):
        words = [["".join(map(chr, row[row > 0] + 1)) for row in codes[at]] for codes in (one, other)]
        alike[at] = cpdist(*words, scorer=Indel.normalized_similarity, dtype=np.float32, workers=-1) >= SPELT_ALIKE
    return alike


def _part(short: npt.NDArray[np.int64], full: npt.NDArray[np.int64], vocabulary: Vocabulary) -> Bools:
    """Whether `short` is a name that the bearer of `full` goes by: a part of it, a nickname made of it."""
    length, whole = vocabulary.length[short], vocabulary.length[full]
    letters = vocabulary.letters[short]
    inner = np.isin(letters[:, 1], DIMINUTIVES) | (letters[:, 1] == letters[:, 2])
    part: Bools = (length <= 2) | (length < whole) | (inner & (length == 3))  # what none of these is true of is no part of anything
    part[part] = _called(short[part], full[part], vocabulary)
    return part


def _called(short: npt.NDArray[np.int64], full: npt.NDArray[np.int64], vocabulary: Vocabulary) -> Bools:
    """`_part` of pairs for which it may be true."""
    s, f = vocabulary.letters[short], vocabulary.letters[full]
    length, whole = vocabulary.length[short].astype(np.int64), vocabulary.length[full].astype(np.int64)
    after = vocabulary.surname_length[full]
    place = np.arange(s.shape[1])
    given = np.where((place >= after[:, None]) & (place < whole[:, None]), f, 0)
    has = [((given == s[:, at : at + 1]) & (s[:, at : at + 1] > 0)).any(axis=1) for at in range(3)]  # letter of `short` in the given name
    same_surname = s[:, 0] == f[:, 0]
    small = [np.isin(s[:, at], DIMINUTIVES) for at in range(2)]
    doubled = [s[:, at] == s[:, at + 1] for at in range(2)]
    called = (length == 2) & ((small[0] & has[1]) | (doubled[0] & has[0]))  # 小明, 明明
    alone = (length == 1) & has[0] & (whole >= 2)
    surnamed = (length == 3) & same_surname & has[2] & (small[1] | doubled[1]) & (whole == 3)  # 张小明, 张明明 of 张大明
    suffix = (length >= 2) & (whole > length) & _stands_in(s, f, length, whole)
    compatible = (whole - length <= 2) | (whole >= LONG)
    result: Bools = called | alone | surnamed | (suffix & compatible)
    return result


def _dropped(one: Letters, other: Letters, length: npt.NDArray[np.int8], other_length: npt.NDArray[np.int8]) -> Bools:
    """Whether one name is the other without one of its later characters, doubled ones included."""
    dropped: Bools = (one[:, 0] == other[:, 0]) & (np.abs(length - other_length) == 1) & (np.minimum(length, other_length) >= 2)
    at = np.flatnonzero(dropped)
    shorter = (length < other_length)[at, None]
    dropped[at] = _one_dropped(np.where(shorter, one[at], other[at]), np.where(shorter, other[at], one[at]))
    return dropped


def _one_dropped(short: Letters, full: Letters) -> Bools:
    """Whether `full` without one of its characters is `short`."""
    same, shifted = short == full, short[:, :-1] == full[:, 1:]
    before = np.cumprod(np.concatenate([np.ones((len(same), 1), dtype=bool), same[:, :-1]], axis=1), axis=1).astype(bool)
    padded = np.concatenate([shifted, np.ones((len(same), 1), dtype=bool)], axis=1)
    after = np.cumprod(padded[:, ::-1], axis=1)[:, ::-1].astype(bool)
    dropped: Bools = (before & after).any(axis=1)
    return dropped


def _stands_in(short: Letters, full: Letters, length: npt.NDArray[np.int64], whole: npt.NDArray[np.int64]) -> Bools:
    """Whether the characters of `short` stand together at the head or at the end of `full`."""
    place = np.arange(short.shape[1])
    inside = place < length[:, None]
    head = ((short == full) | ~inside).all(axis=1)
    moved = np.take_along_axis(full, np.minimum(place + (whole - length).clip(0)[:, None], len(place) - 1), axis=1)
    end = ((short == moved) | ~inside).all(axis=1)
    found: Bools = head | end
    return found
