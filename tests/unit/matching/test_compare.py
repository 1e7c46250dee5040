"""Comparators, one by one."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from matching.compare.births import birth_levels
from matching.compare.names import name_levels
from matching.prepare import group_of, with_sounds
from matching.settings import LEVELS


def level(one: str, other: str) -> str:
    sounds = [with_sounds(pl.DataFrame({"name": [name]}))["sound"].item() for name in (one, other)]
    frame = pl.DataFrame({"left": [one], "right": [other], "left_sound": sounds[:1], "right_sound": sounds[1:]})
    return LEVELS["name"][name_levels(frame).item()]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("张小明", "张小明", "equal"),
        ("张小明", "章晓明", "homophone"),
        ("刘兰英", "牛兰英", "homophone"),  # n and l
        ("张小明", "张明小", "near"),
        ("张□明", "张小明", "near"),
        ("阿木尔布", "阿木·尔布", "near"),
        ("小明", "张大明", "part"),
        ("明明", "张小明", "part"),
        ("小明", "张小明", "part"),
        ("尔布", "阿木·尔布", "part"),
        ("杨再豪", "杨再家", "one"),
        ("李四", "李五", "surname"),
        ("李四", "王五", "other"),
    ],
)
def test_names(one: str, other: str, expected: str) -> None:
    assert level(one, other) == expected
    assert level(other, one) == expected


@pytest.mark.parametrize(
    ("said", "listed", "expected"),
    [
        (date(1980, 5, 12), date(1980, 5, 12), "equal"),
        (date(1980, 12, 5), date(1980, 5, 12), "slip"),  # day and month exchanged
        (date(1980, 5, 13), date(1980, 5, 12), "slip"),
        (date(1980, 5, 22), date(1980, 5, 12), "slip"),
        (date(1979, 11, 15), date(1980, 1, 2), "slip"),  # the lunar day written as a solar one
        (date(1980, 8, 30), date(1980, 5, 12), "year"),
        (date(1981, 8, 30), date(1980, 5, 12), "near_age"),
        (date(1995, 8, 30), date(1980, 5, 12), "other"),
    ],
)
def test_births(said: date, listed: date, expected: str) -> None:
    assert LEVELS["birth"][birth_levels(pl.Series([said]), pl.Series([listed])).item()] == expected


def test_births_that_are_missing() -> None:
    assert birth_levels(pl.Series([None], dtype=pl.Date), pl.Series([date(1980, 1, 1)])).item() == -1


@pytest.mark.parametrize(("one", "other"), [("3组", "第三村民组"), ("03组", "3"), ("二十一组", "21组"), ("上寨", "上寨组")])
def test_groups(one: str, other: str) -> None:
    frame = pl.DataFrame({"one": [one], "other": [other]})
    assert frame.select(group_of(pl.col("one"))).item() == frame.select(group_of(pl.col("other"))).item()
