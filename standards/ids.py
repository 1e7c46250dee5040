"""Citizen identity numbers (GB 11643-1999) as they arrive: cleaned, extended, checked, read and masked.

Six digits of address, eight of birth, three of sequence (odd for men), one check character (ISO 7064 MOD 11-2). Every function takes
and gives expressions. A number that a spreadsheet has ruined is recognised here and repaired elsewhere, with the name as witness.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from standards.text import unless

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
CHECK = "10X98765432"  # by the weighted sum modulo 11
PSEUDO = "999999"  # numbers that offices give to people who have none (domain.md 9.2)
WHOLE = r"^[0-9]{17}[0-9X]$"
PLAIN = r"^[0-9*]*[0-9][0-9*]*X?$"  # whole or not: nothing is added to it
# Letters that are typed, or read by a scanner, for digits; where all else of a number is there.
LETTERS = dict(zip("ILSZBGDQ|", "115286001", strict=True))
LETTERED = r"^(?:[0-9]*[ILSZBGDQ|][0-9]*){1,6}$|^(?:[0-9]*[ILSZBGDQ|]){1,6}[0-9]*X$"
SMALL = dict(zip("bgq", "699", strict=True))  # which a scanner reads for other digits than their capitals
BORN = r"^\D*(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?\D*$"
LENGTH = 18
OTHER_LENGTHS = (15, 20, 22)  # of old numbers and of certificates, which hold a whole one
LEAP_DAY = 229
MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

Characters = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.uint16]
Flags = npt.NDArray[np.bool_]
_ZERO = ord("0")
_SIGNS = np.frombuffer(CHECK.encode(), dtype=np.uint8)
_VALUES = np.full(256, len(CHECK))  # by character: the weighted sum of which it is the check
_VALUES[_SIGNS] = range(len(CHECK))
_SUMS = _VALUES.astype(np.uint8)  # the same to compare with
_TENS = np.array([10**power for power in range(LENGTH - 2, -1, -1)] + [0])  # what a digit counts for in a key, by its place
_FOURS = (np.arange(10_000) // np.array([[1000], [100], [10], [1]]) % 10 + _ZERO).astype(np.uint8)  # by number: its four digits
_INVERSES = np.array([pow(weight, -1, len(CHECK)) for weight in WEIGHTS] + [0])
_OPEN = -1  # the place of a character that follows from the others
# By length of a number: the ways to undo one slip, each as the places from which its eighteen characters come.
_UNDONE = {
    LENGTH: np.array(
        [np.where(np.arange(LENGTH) == at, _OPEN, np.arange(LENGTH)) for at in range(LENGTH)]
        + [np.r_[:at, at + 1, at, at + 2 : LENGTH] for at in range(LENGTH - 1)]
        + [np.r_[:10, 12:14, 10:12, 14:LENGTH]]
    ),
    LENGTH - 1: np.array([np.insert(np.arange(LENGTH - 1), at, _OPEN) for at in range(LENGTH)]),
    LENGTH + 1: np.array([np.delete(np.arange(LENGTH + 1), at) for at in range(LENGTH + 1)]),
}
BLOCK = 1 << 16  # numbers that are read at once, so that what is made on the way stays in the processor's cache
READ = {"valid": np.bool_, "key": np.int64, "born": np.bool_, "birth": np.int32}
FIRST, LAST = 1880, 2100  # years of birth: from the one, before the other
# Places of a number that are read at once: the third are the year, the fourth the day.
_PARTS = ((0, 2), (2, 6), (6, 10), (10, 14), (14, 17))
_ALL_FOURS = np.arange(10_000)
_IS_DAY = np.isin(_ALL_FOURS, [100 * month + day for month, days in enumerate(MONTHS, 1) for day in range(1, days + 1)])
_OF_YEAR = np.cumsum(_IS_DAY, dtype=np.int32) - _IS_DAY  # by day as in 1231: how many days of the year are before it
_IS_YEAR = (_ALL_FOURS >= FIRST) & (_ALL_FOURS < LAST)
_IS_LEAP = (_ALL_FOURS % 4 == 0) & ((_ALL_FOURS % 100 != 0) | (_ALL_FOURS % 400 == 0))
_NEW_YEARS = (_ALL_FOURS - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int32)  # days since 1970


def normalise(number: pl.Expr) -> pl.Expr:
    """The number as sent, without what typing and spreadsheets add: width, blanks, apostrophes, words, `.0`, `×` for X, O for 0.

    `5.10322199001015E+17` is written out with zeros. Masked digits become `*`. Null for cells without a digit.
    """
    return number.map_batches(_normalise, return_dtype=pl.String, is_elementwise=True)


def _normalise(numbers: pl.Series) -> pl.Series:
    """`normalise` of a series."""
    cells = numbers.cast(pl.String)
    return unless(cells.str.contains(PLAIN), cells, _without_additions)


def _without_additions(numbers: pl.Series) -> pl.Series:
    """`normalise` of numbers that hold other signs than digits and stars."""
    numbers = unless(~numbers.str.contains(BORN), numbers, _day_of_birth)
    number = pl.col("number")
    text = number.str.normalize("NFKC")
    text = pl.when(text.str.contains(r"^\s*\d[\dbgqlOIDSZBX|\s]*$")).then(text.str.replace_many(SMALL)).otherwise(text)
    text = text.str.to_uppercase().str.replace_all(r"[\s\p{C}\p{Sc}'`\"‘’“”:,;()\[\]-]|[\p{Han}]", "")
    text = text.str.replace_all("[ХχΧ×✕╳]", "X").str.replace_all("[OΟО]", "0").str.replace(r"^([0-9]{15,22})\.0*$", "${1}")
    frame = numbers.to_frame("number").select(text=text).with_columns(text=_stars(pl.col("text")))
    lettered = frame["text"].str.contains(LETTERED) & frame["text"].str.len_bytes().is_in([15, LENGTH])
    frame = frame.with_columns(unless(~lettered, frame["text"], lambda cells: cells.str.replace_many(LETTERS)))
    text = pl.col("text")
    digits = text.str.extract(r"^([0-9](?:\.[0-9]+)?)E\+?1[67]$").str.replace(".", "", literal=True).str.pad_end(18, "0")
    whole = pl.coalesce(digits, text)
    return frame.select(pl.when(text.str.contains(r"\d")).then(whole).alias(numbers.name))[numbers.name]


def _day_of_birth(numbers: pl.Series) -> pl.Series:
    """The digits of cells that hold a birth date in words; null where the day is missing."""
    parts = pl.col("cell").str.extract_groups(BORN).struct
    written = numbers.to_frame("cell").select(pl.concat_str(parts[0], parts[1].str.zfill(2), parts[2].str.zfill(2)))
    return written.to_series().rename(numbers.name)


def _stars(text: pl.Expr) -> pl.Expr:
    """Every sign that hides a digit as `*`; a single X at the end is a check character and stays."""
    body = text.str.replace_all(r"[●•·#_?]", "*")
    return pl.when(body.str.contains("X{2,}")).then(body.str.replace_all("X(.)", "*${1}").str.replace_all("X(.)", "*${1}")).otherwise(body)


def check_digit(id17: pl.Expr) -> pl.Expr:
    """The check character that belongs to seventeen digits; null for anything else."""
    return id17.map_batches(_check_digits, return_dtype=pl.String, is_elementwise=True)


def _check_digits(id17: pl.Series) -> pl.Series:
    """`check_digit` of a series."""
    there, columns = _of_length(id17, LENGTH - 1)
    sums = np.where(_are_digits(columns), _weighted(columns), len(CHECK))
    place = np.full(len(id17), len(CHECK))
    place[there] = sums
    return pl.Series(id17.name, [*CHECK, None]).gather(place)


def _weighted(columns: Characters) -> Numbers:
    """Weighted sum modulo 11 of the first seventeen characters of each number."""
    total = np.zeros(columns.shape[1], dtype=np.uint16)
    for column, weight in zip(columns, WEIGHTS, strict=False):
        total += (column - np.uint8(_ZERO)) * np.uint8(weight)
    return total % np.uint16(11)


def characters(cells: pl.Series, width: int) -> Characters:
    """The bytes of ASCII cells that are all `width` characters long, none of them null: one row a cell."""
    array = cells.to_arrow(compat_level=pl.CompatLevel.oldest())
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    data = array.buffers()[2]
    if data is None or not len(cells):
        return np.zeros((0, width), dtype=np.uint8)
    return np.frombuffer(data, dtype=np.uint8)[array.offset * width :][: len(cells) * width].reshape(-1, width)


def to18(number: pl.Expr) -> pl.Expr:
    """Eighteen characters from 15 (century 19 inserted, check character added), 18, 20 or 22 (disability certificates); else null."""
    return number.map_batches(_to18, return_dtype=pl.String, is_elementwise=True)


def _to18(numbers: pl.Series) -> pl.Series:
    """`to18` of a series."""
    return unless(numbers.str.contains(WHOLE), numbers, _brought_to18)


def _brought_to18(numbers: pl.Series) -> pl.Series:
    """`to18` of numbers that are not plainly eighteen characters."""
    number = pl.col("number")
    old = pl.when(number.str.contains(r"^[0-9]{15}$")).then(pl.concat_str(number.str.slice(0, 6), pl.lit("19"), number.str.slice(6, 9)))
    frame = numbers.to_frame("number").with_columns(old=old)
    return frame.with_columns(check=check_digit(pl.col("old"))).select(
        pl.when(number.str.contains(r"^[0-9]{17}[0-9X]$"))
        .then(number)
        .when(number.str.contains(r"^[0-9]{17}[0-9X][0-9][0-9A-Z](?:[A-Z][0-9])?$"))
        .then(number.str.slice(0, 18))
        .otherwise(pl.concat_str("old", "check"))
        .alias(numbers.name)
    )[numbers.name]


def is_valid(number: pl.Expr) -> pl.Expr:
    """Whether the number, brought to 18 characters, is a person's: check character, existing birth date, no pseudo-number."""
    return number.map_batches(_is_valid, return_dtype=pl.Boolean, is_elementwise=True)


def _is_valid(numbers: pl.Series) -> pl.Series:
    """`is_valid` of a series."""
    return read(numbers)["valid"].rename(numbers.name)


def read(numbers: pl.Series) -> pl.DataFrame:
    """What normalised numbers, brought to eighteen characters, say, one row each: `valid` (`is_valid`), `key`, `birth` (`birth_date`).

    `key`: a valid number as one integer of seventeen digits (the check character follows from them), null for others.
    """
    spread: dict[str, npt.NDArray[Any]] = {name: np.zeros(len(numbers), dtype=kind) for name, kind in READ.items()}
    plain = np.zeros(len(numbers), dtype=bool)
    for part in (slice(start, start + BLOCK) for start in range(0, len(numbers), BLOCK)):
        there, columns = _of_length(numbers[part])
        whole = _are_digits(columns[:-1]) & (_SUMS.take(columns[-1]) < len(CHECK))
        _spread({name: column[part] for name, column in spread.items()}, there, columns, whole)
        plain[part][there] = whole
    odd = np.flatnonzero(numbers.is_not_null().to_numpy() & ~plain)
    odd = odd[numbers.gather(odd).str.len_chars().is_in(OTHER_LENGTHS).to_numpy()]
    if len(odd):
        brought = _brought_to18(numbers.gather(odd))
        at, columns = _of_length(brought)
        _spread(spread, odd[at], columns, np.ones(columns.shape[1], dtype=bool))
    return pl.DataFrame(spread).select("valid", pl.when("valid").then("key"), pl.when("born").then("birth").cast(pl.Date))


def read_sent(cells: pl.Series, clean: Callable[[pl.Expr], pl.Expr] = normalise) -> pl.DataFrame:
    """`read` of numbers as sent, where they are valid and whole, else when they are `clean`; and `number`: what was read."""
    told = read(cells)
    plain = (told["valid"] & (cells.str.len_bytes() == LENGTH)) | cells.is_null()
    number = unless(plain, cells, lambda odd: odd.to_frame("number").select(clean(pl.col("number"))).to_series())
    odd = (~plain).arg_true()
    again = read(number.gather(odd))
    return told.with_columns(*(told[name].scatter(odd, again[name]) for name in again.columns), number=number)


def _spread(spread: dict[str, npt.NDArray[Any]], at: npt.NDArray[Any], columns: Characters, whole: Flags) -> None:
    """Put what those `columns` say that are `whole` where they stand (`at`)."""
    parts = [_number(columns[first:last]) for first, last in _PARTS]
    is_day, days = _births(*parts[2:4])
    born = whole & is_day
    spread["valid"][at], spread["key"][at] = born & _are_sound(columns), _keys(parts)
    spread["born"][at], spread["birth"][at] = born, days


def _are_sound(columns: Characters) -> Flags:
    """Which numbers of seventeen digits and a check character are a person's, if they hold a day."""
    pseudo = (columns[: len(PSEUDO)] == np.frombuffer(PSEUDO.encode(), dtype=np.uint8)[:, None]).all(axis=0)
    sound: Flags = (_weighted(columns) == _SUMS.take(columns[LENGTH - 1])) & ~pseudo
    return sound


def _of_length(numbers: pl.Series, length: int = LENGTH) -> tuple[Flags, Characters]:
    """Which cells have so many bytes, and these, one column a cell: what is done to a place of all numbers is done at once."""
    plain = (numbers.str.len_bytes() == length).fill_null(value=False)
    return plain.to_numpy(writable=True), np.ascontiguousarray(characters(numbers.filter(plain), length).T)


def _are_digits(columns: Characters) -> Flags:
    """Columns of nothing but digits."""
    digits = np.ones(columns.shape[1], dtype=bool)
    for column in columns:
        digits &= column - np.uint8(_ZERO) <= 9
    return digits


def _births(year: Numbers, day: Numbers) -> tuple[Flags, npt.NDArray[np.int32]]:
    """Whether these are a day (as 1231) since 1880 and before 2100, and days from 1970-01-01 to it; anything where they are none."""
    year, day = year.astype(np.intp), day.astype(np.intp)
    leap = _IS_LEAP.take(year, mode="clip")
    born = _IS_YEAR.take(year, mode="clip") & (_IS_DAY.take(day, mode="clip") | ((day == LEAP_DAY) & leap))
    days = _NEW_YEARS.take(year, mode="clip") + _OF_YEAR.take(day, mode="clip") + (leap & (day > LEAP_DAY))
    return born, days


def _keys(parts: list[Numbers]) -> npt.NDArray[np.int64]:
    """The first seventeen digits as a number."""
    key = parts[0].astype(np.int64)
    for (first, last), part in zip(_PARTS[1:], parts[1:], strict=True):
        key *= 10 ** (last - first)
        key += part
    return key


def written(keys: pl.Series) -> pl.Series:
    """The eighteen characters of the numbers with these keys (`read`); null for null."""
    columns = np.empty((LENGTH, len(keys)), dtype=np.uint8)
    rest, digit = np.divmod(keys.fill_null(0).to_numpy(), 10)
    columns[LENGTH - 2] = digit + _ZERO
    for at in range(LENGTH - 6, -1, -4):
        rest, four = np.divmod(rest, 10_000)
        columns[at : at + 4] = _FOURS.take(four, axis=1)
    columns[LENGTH - 1] = _SIGNS[_weighted(columns)]
    signs, ends = np.ascontiguousarray(columns.T), np.arange(0, columns.size + 1, LENGTH)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(signs)]
    # By way of a table: for a bare array Polars loads what it does not need.
    number = pl.DataFrame(pa.table({"number": pa.Array.from_buffers(pa.large_string(), len(keys), buffers)}))["number"]
    return (number.set(keys.is_null(), None) if keys.has_nulls() else number).alias(keys.name)


def _number(columns: Characters) -> Numbers:
    """Up to four digits as a number."""
    number = np.zeros(columns.shape[1], dtype=np.uint16)
    for column in columns:
        number *= np.uint16(10)
        number += column - np.uint8(_ZERO)
    return number


def birth_date(number: pl.Expr) -> pl.Expr:
    """The birth date written in an 18-character number, if there is such a day since 1880; the check character is not looked at."""
    return number.map_batches(_birth_dates, return_dtype=pl.Date, is_elementwise=True)


def _birth_dates(numbers: pl.Series) -> pl.Series:
    """`birth_date` of a series."""
    plain, columns = _of_length(numbers)
    is_day, days = _births(_number(columns[6:10]), _number(columns[10:14]))
    born = _are_digits(columns[:14]) & is_day
    at = np.flatnonzero(plain)[born]
    found = pl.repeat(None, len(numbers), dtype=pl.Date, eager=True).scatter(at, pl.Series(days[born]).cast(pl.Date))
    odd = (~pl.Series(plain) & (numbers.str.len_chars() >= LENGTH - 1)).fill_null(value=False).arg_true()
    return found.scatter(odd, _written_births(numbers.gather(odd))).rename(numbers.name)


def _written_births(numbers: pl.Series) -> pl.Series:
    """`birth_date` of numbers that are longer or shorter."""
    number = pl.col("number")
    written = number.str.contains(r"^[0-9]{6}(?:18[89]|19[0-9]|20[0-9])[0-9]{5}")
    day = pl.when(written).then(number.str.slice(6, 8)).str.to_date("%Y%m%d", strict=False)
    return numbers.to_frame("number").select(day=day)["day"]


def sex(number: pl.Expr) -> pl.Expr:
    """男 or 女 by the seventeenth digit of an 18-character number, else null."""
    digit = number.str.extract(r"^[0-9]{16}([0-9])").cast(pl.UInt8, strict=False)
    return pl.when(digit % 2 == 1).then(pl.lit("男")).when(digit % 2 == 0).then(pl.lit("女"))


def mask(number: pl.Expr) -> pl.Expr:
    """The first six and the last four characters with stars between; short numbers become stars altogether."""
    length = number.str.len_chars()
    stars = pl.lit("*").repeat_by(pl.max_horizontal(length.cast(pl.Int64) - 10, 0)).list.join("")
    long = pl.concat_str(number.str.slice(0, 6), stars, number.str.slice(-4, 4))
    return pl.when(length >= 15).then(long).when(length >= 0).then(pl.lit("*" * 8))


def is_masked(number: pl.Expr) -> pl.Expr:
    """Whether digits were hidden on purpose (`522699********1234`)."""
    return number.str.contains(r"^[0-9*]+[0-9X*]$") & number.str.contains("*", literal=True) & number.str.contains(r"[0-9]{3}[0-9X]")


def lost_tail(number: pl.Expr) -> pl.Expr:
    """Whether a spreadsheet may have replaced the last digits: fifteen true digits and `000`, or a number rounded to a double.

    Doubles between 2^57 and 2^59 are multiples of 32 or 64, above that of 128 (IEEE 754). Zeros may be true ones: 9 % of such tails
    pass the checksum (domain.md 9.2), so a valid number ending in 000 counts as lost, too, and one that is only a multiple does not.
    """
    whole = number.str.contains(r"^[0-9]{18}$")
    value = pl.when(whole).then(number).cast(pl.UInt64, strict=False)
    step = pl.when(value < 2**57).then(16).when(value < 2**58).then(32).when(value < 2**59).then(64).otherwise(128)
    return ((number.str.ends_with("000") & whole) | ((value % step == 0) & ~is_valid(number))).fill_null(value=False)


def tail_stems(number: pl.Expr) -> pl.Expr:
    """The first fifteen digits that a number with a lost tail may have had, as a list.

    As written (typed numbers are cut), one less for `000` (printing fifteen digits of a double rounds), and as before rounding to a double.
    """
    value = pl.when(number.str.contains(r"^[0-9]{18}$")).then(number).cast(pl.UInt64, strict=False)
    rounded = pl.when(number.str.ends_with("000") & (value > 0)).then(value // 1000 - 1).otherwise((value + 64) // 1000)
    stems = pl.concat_list((value // 1000).cast(pl.String), rounded.cast(pl.String)).list.unique(maintain_order=True)
    return pl.when(value.is_not_null()).then(stems)


def repairs(numbers: pl.Series) -> pl.DataFrame:
    """Which valid numbers one slip of the hand may have turned into these: columns `number`, `repaired`, one row per pair.

    Valid numbers have none. For the slips see `repair_keys`.
    """
    wrong = numbers.alias("number").unique().drop_nulls()
    wrong = wrong.filter(~_is_valid(wrong))
    found = repair_keys(wrong).unique()
    whole = pl.DataFrame({"number": wrong[found["at"]], "repaired": written(found["key"])})
    return whole.filter(is_valid(pl.col("repaired"))).sort("number", "repaired")


def repair_keys(numbers: pl.Series) -> pl.DataFrame:
    """Seventeen digits that one slip of the hand may have turned into these numbers with their check: `at` (place in `numbers`), `key`.

    Slips are one wrong character, two neighbours exchanged, month and day exchanged, one character lost, one added. A failed checksum
    allows at most one other digit at each place, so that a number has about twenty repairs; some of them twice, some on a day that does
    not exist, and a number whose check is right is one of its own. Numbers of other lengths have none.
    """
    length = numbers.str.len_chars()
    return pl.concat(_undone(numbers, (length == wanted).arg_true(), wanted) for wanted in _UNDONE)


def _undone(numbers: pl.Series, at: pl.Series, length: int) -> pl.DataFrame:
    """`repair_keys` of the numbers at these places, which have this length."""
    codes = characters(numbers.gather(at).str.replace_all("[^0-9X]", "?"), length)
    is_digit = codes - np.uint8(_ZERO) <= 9
    values = np.where(is_digit, codes - np.uint8(_ZERO), 0).astype(np.int64)
    ways = _UNDONE[length]
    gap = np.where((ways == _OPEN).any(axis=1), (ways == _OPEN).argmax(axis=1), _OPEN)
    taken = np.arange(length)[:, None, None] == ways[:, : LENGTH - 1]  # place in the number, way, place in the key
    total, check = values @ (taken @ np.array(WEIGHTS)), _VALUES[codes[:, ways[:, -1]]]
    digit = (check - total) * _INVERSES[gap] % len(CHECK)
    follows = (digit < 10) & ((check < len(CHECK)) | (gap == LENGTH - 1))
    right = np.where(gap == _OPEN, total % len(CHECK) == check, follows) & ~(~is_digit @ taken.any(axis=2))
    keys = values @ (taken @ _TENS[:-1]) + digit * _TENS[gap]
    number, _ = np.nonzero(right)
    return pl.DataFrame({"at": at[number], "key": keys[right]})
