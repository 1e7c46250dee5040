"""ID numbers as they arrive."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards import ids

GOOD = "52269919900101543X"[:17] + pl.select(ids.check_digit(pl.lit("52269919900101543"))).item()


def one(expression: pl.Expr) -> object:
    return pl.select(expression).item()


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("５１０３２２１９９００１０１５４３１", "510322199001015431"),
        ("'510322 1990 0101 5431", "510322199001015431"),
        ("身份证:51032219900101543x", "51032219900101543X"),
        ("51032219900101543Х", "51032219900101543X"),  # Cyrillic
        ("51O322199OO1015431", "510322199001015431"),
        ("51032219900I0l543I", "510322199001015431"),
        ("S1032219900101S431", "510322199001015431"),
        ("5l03221gg00l0lS431", "510322199001015431"),
        ("R520123456", "R520123456"),  # of a birth certificate
        ("1990年1月5日", "19900105"),
        ("1990年1月", None),
        ("510322199001015424.0", "510322199001015424"),
        ("￥510,322,199,001,015,000.00", "510322199001015000"),
        ("5.10322199001015E+17", "510322199001015000"),
        ("522699********1234", "522699********1234"),
        ("522699××××××××123X", "522699********123X"),
        ("522699XXXXXXXX123x", "522699********123X"),
        ("无", None),
        (None, None),
    ],
)
def test_normalise(sent: str | None, read: str | None) -> None:
    assert one(ids.normalise(pl.lit(sent, pl.String))) == read


@pytest.mark.parametrize(
    ("sent", "whole"),
    [
        ("130503670401001", "130503196704010016"),  # the example of GB 11643-1999
        ("13050319670401001643", "130503196704010016"),  # disability certificate: class 4, level 3
        ("13050319670401001643B1", "130503196704010016"),
        ("13050319670401", None),
    ],
)
def test_to18(sent: str, whole: str | None) -> None:
    assert one(ids.to18(pl.lit(sent))) == whole


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("130503196704010016", True),
        ("130503670401001", True),
        ("130503196704010017", False),
        ("130503196702300010", False),  # 30 February
        ("999999196704010011", False),  # a number for people who have none
        ("130503********0016", False),
        (None, False),
    ],
)
def test_is_valid(number: str | None, valid: bool) -> None:  # noqa: FBT001
    assert one(ids.is_valid(pl.lit(number, pl.String))) is valid


def test_what_a_number_says() -> None:
    assert one(ids.birth_date(pl.lit("130503196704010016"))) == date(1967, 4, 1)
    assert one(ids.sex(pl.lit("130503196704010016"))) == "男"
    assert one(ids.sex(pl.lit("130503196704010024"))) == "女"
    assert one(ids.mask(pl.lit("130503196704010016"))) == "130503********0016"
    assert one(ids.mask(pl.lit("1305"))) == "********"
    assert one(ids.is_masked(pl.lit("130503********0016"))) is True
    assert one(ids.is_masked(pl.lit("130***********001X"))) is True


@pytest.mark.parametrize(
    ("number", "lost"),
    [
        ("510322199001015000", True),
        ("510322199001015424", True),  # 510322199001015432 as a double
        ("510322199001015431", False),
        ("522699********1234", False),
        (None, False),
    ],
)
def test_lost_tail(number: str | None, lost: bool) -> None:  # noqa: FBT001
    assert one(ids.lost_tail(pl.lit(number, pl.String))) is lost


def test_a_double_of_a_rounded_number_keeps_its_first_fifteen_digits_in_one_of_two_ways() -> None:
    shown = str(int(5.10322199001015e17))  # …014976: even the fifteenth digit has changed
    assert "510322199001015" in pl.select(ids.tail_stems(pl.lit(shown))).item().to_list()


@pytest.mark.parametrize("shown", [f"{int('522699197708094699'):.15g}", "522699197708094000"], ids=["printed", "typed"])
def test_a_tail_of_zeros_comes_from_cutting_or_from_rounding(shown: str) -> None:
    """A cell formatted to fifteen digits shows …095, one typed into Excel …094."""
    number = ids.normalise(pl.lit(f"{float(shown):.14E}"))
    assert "522699197708094" in pl.select(ids.tail_stems(number)).item().to_list()
    assert pl.select(ids.tail_stems(pl.lit("0" * 18))).item().to_list() == ["0"]


def repaired(number: str) -> list[str]:
    return ids.repairs(pl.Series([number]))["repaired"].to_list()


@pytest.mark.parametrize(
    "damaged",
    [
        GOOD[:9] + str((int(GOOD[9]) + 1) % 10) + GOOD[10:],
        GOOD[:6] + GOOD[7] + GOOD[6] + GOOD[8:],
        GOOD[:12] + GOOD[13:],
        GOOD[:5] + "7" + GOOD[5:],
        GOOD[:17] + str((int(GOOD[17]) + 1) % 10 if GOOD[17] != "X" else 0),
    ],
    ids=["one wrong", "exchanged", "lost", "added", "wrong check"],
)
def test_repairs_contain_the_true_number(damaged: str) -> None:
    assert GOOD in repaired(damaged)


def test_month_and_day_in_each_others_place_are_repaired() -> None:
    body = "52269919820920428"
    number = body + str(one(ids.check_digit(pl.lit(body))))
    assert number in repaired(number[:10] + number[12:14] + number[10:12] + number[14:])


def test_valid_numbers_need_no_repair() -> None:
    assert repaired(GOOD) == []


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_the_checksum_finds_every_single_wrong_digit(born: date, sequence: int, place: int, more: int) -> None:
    id17 = f"522699{born:%Y%m%d}{sequence:03d}"
    whole = id17 + str(one(ids.check_digit(pl.lit(id17))))
    wrong = whole[:place] + str((int(whole[place]) + more) % 10) + whole[place + 1 :]
    assert one(ids.is_valid(pl.lit(whole))) is True
    assert one(ids.is_valid(pl.lit(wrong))) is False


@given(st.dates(date(1880, 1, 1), date(2099, 12, 31)), st.integers(100_000, 699_999), st.integers(1, 999))
def test_what_is_read_of_a_number_at_once(born: date, area: int, sequence: int) -> None:
    stem = f"{area}{born:%Y%m%d}{sequence:03}"
    whole = stem + str(one(ids.check_digit(pl.lit(stem))))
    read = ids.read(pl.Series([whole, None, stem + "?", stem[:8] + "1399" + whole[12:]])).rows()
    assert read[0] == (True, int(stem), born)
    assert read[1:] == [(False, None, None)] * 3
    assert ids.written(pl.Series([int(stem), None], dtype=pl.Int64)).to_list() == [whole, None]


def test_numbers_as_sent_are_read_as_when_they_are_clean() -> None:
    sent = pl.Series([GOOD, f" {GOOD}", GOOD[:6] + GOOD[8:17], f"{GOOD}11", "522699********1234", "无", None])
    told, clean = ids.read_sent(sent), sent.to_frame("sent").select(ids.normalise(pl.col("sent"))).to_series()
    assert told.drop("number").equals(ids.read(clean))
    assert told["number"].to_list() == clean.to_list()
