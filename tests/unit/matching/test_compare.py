"""Comparators, one by one."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import tables
from matching.compare import names, numbers
from matching.compare.births import LEVELS as BIRTHS
from matching.compare.births import birth_levels
from matching.compare.company import LEVELS as COMPANY
from matching.compare.company import company_levels
from matching.compare.vector import FIELDS
from matching.decide.explain import PHRASES
from matching.prepare import vocabulary
from matching.prepare.kinds import with_kinds
from matching.prepare.tables import group_of, with_known_groups
from standards import ids
from tests.unit.matching.cast import number


def level(one: str, other: str) -> str:
    """Level of the first name beside the second."""
    words = pl.Series([one, other])
    known = vocabulary.build([words])
    numbered = known.number(words).to_numpy().astype(np.int64)
    return names.LEVELS[names.name_levels(numbered[:1], numbered[1:], known)[0]]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("张小明", "张小明", "equal"),
        ("阿木尔布", "阿木·尔布", "equal"),
        ("张小明", "章晓明", "homophone"),
        ("单秀英", "山秀英", "homophone"),  # shan as a surname
        ("麦麦提艾力", "买买提艾力", "homophone"),
        ("刘兰英", "牛兰英", "dialect"),  # n and l
        ("杨茜", "杨希", "dialect"),  # qian and xi
        ("张晟", "张胜", "dialect"),  # cheng and sheng
        ("畅杏", "杨杏", "lookalike"),
        ("何未民", "何末民", "lookalike"),
        ("张小明", "张明小", "near"),
        ("张□明", "张小明", "near"),
        ("张□明", "张□明", "near"),  # what was lost in both need not have been the same
        ("张□明", "章□明", "near"),
        ("张xiao明", "张小明", "homophone"),  # a system that lacks the character
        ("阿布都热依木", "阿部都热西木", "near"),  # spelt by another clerk
        ("杜胜钦钦", "杜胜钦", "dropped"),
        ("任凡", "任凡月", "dropped"),
        ("小明", "张大明", "part"),
        ("明明", "张小明", "part"),
        ("小明", "张小明", "part"),
        ("尔布", "阿木·尔布", "part"),
        ("吴张桂兰", "张桂兰", "part"),  # a husband's surname before her own
        ("杨再豪", "杨再安", "one"),
        ("李秀英", "王秀英", "one"),
        ("畅红", "唐红", "one"),
        ("李四", "李五", "surname"),
        ("张□明", "张明英", "surname"),  # what was lost may be anything, and the other character is not the same
        ("老崔", "崔承大", "surname"),
        ("李四", "王五", "other"),
    ],
)
def test_names(one: str, other: str, expected: str) -> None:
    assert level(one, other) == expected
    assert level(other, one) == expected


@given(st.lists(st.text("张王李小明芳秀英□·老阿", min_size=1, max_size=6), min_size=2, max_size=2))
def test_names_are_compared_alike_from_both_sides(pair: list[str]) -> None:
    words = pl.Series(pair)
    known = vocabulary.build([words])
    numbered = known.number(words).fill_null(-1).to_numpy().astype(np.int64)
    forward = names.name_levels(numbered[:1], numbered[1:], known)
    assert forward == names.name_levels(numbered[1:], numbered[:1], known)


TRUE = number("19700925", 321)


def beside_true(sent: str, *, register: str = TRUE, relative: bool = False, owned: bool = False) -> str | None:
    """Level of a number as sent beside the one that the register has."""
    frame = pl.DataFrame({"sent": [sent, register]}).with_columns(number=ids.normalise(pl.col("sent")))
    frame = frame.with_columns(ids.read(frame["number"]).rename({"birth": "written"}), birth_date=pl.lit(None, pl.Date))
    frame = with_kinds(frame)
    row, person = frame.row(0, named=True), frame.row(1, named=True)
    pair = pl.DataFrame(
        {
            "kind": [row["kind"]], "l_number": [row["number"]], "l_key": [row["key"]], "r_number": [person["number"]],
            "r_key": [person["key"]], "r_valid": [person["valid"]], "r_shared": [False], "relative": [relative], "owned": [owned],
        },
        schema_overrides={"kind": pl.Int8, "l_key": pl.Int64, "r_key": pl.Int64},
    )  # fmt: skip
    code = numbers.number_levels(pair)[0]
    return None if code < 0 else numbers.LEVELS[code]


BORN = st.dates(date(1998, 1, 1), date(2001, 3, 31))
SLIPS = st.lists(st.tuples(st.integers(0, 16), st.sampled_from("0123456789")), max_size=4)


@given(BORN, st.integers(0, 999), SLIPS, st.sampled_from([numbers.VALID, numbers.TAIL_KIND]))
def test_sound_numbers_that_are_far_apart_need_not_be_compared_place_by_place(
    born: date, sequence: int, slips: list[tuple[int, str]], kind: int
) -> None:
    one = number(f"{born:%Y%m%d}", sequence)
    digits = list(one[:17])
    for place, digit in slips:
        digits[place] = digit
    frame = pl.DataFrame({"number": [one, "".join(digits)]})
    frame = frame.with_columns(number=pl.concat_str(pl.col("number").str.slice(0, 17), ids.check_digit(pl.col("number").str.slice(0, 17))))
    keys = ids.read(frame["number"])["key"]
    said = frame["number"][0] if kind == numbers.VALID else f"{one[:15]}000"
    pairs = pl.DataFrame(
        {"kind": kind, "l_number": said, "r_number": frame["number"][1:], "l_key": keys[0], "r_key": keys[1:], "l_body": int(said[:17])}
    ).with_columns(r_valid=pl.lit(value=True), r_shared=False, relative=False, owned=False)
    assert not numbers.far_apart(pairs)[0] or numbers.number_levels(pairs)[0] == numbers.unlike(pairs)[0]


def test_what_becomes_of_a_number() -> None:
    end = TRUE[-4:]
    cases = {
        TRUE: "equal",
        TRUE.lower() + "　": "equal",
        TRUE[:10] + str((int(TRUE[10]) + 3) % 10) + TRUE[11:]: "repaired",
        TRUE[:8] + TRUE[9] + TRUE[8] + TRUE[10:]: "repaired",
        TRUE[:6] + TRUE[7:]: "repaired",
        TRUE[:6] + TRUE[5] + TRUE[6:]: "repaired",
        TRUE[:15] + "000": "tail",
        str(int(float(TRUE[:17] + "0"))): "tail",
        f"{TRUE[:6]}********{end}": "masked",
        f"{TRUE[:3]}***********{end}": "masked",
        f"{TRUE[:4]}****{end}": "masked",
        end: "masked",
        f"{TRUE[:6]}********9{end[1:]}": "slips",
        f"{TRUE[:6]}********9999": "differs",
        f"*************9{end[1:]}": "differs",  # one of four is no slip
        f"{'*' * 15}{end[1:]}": "masked",
        f"{TRUE[:6]}{'*' * 9}{end[1:]}": "masked",
        f"{'*' * 16}{end[2:]}": "hint",  # one in a thousand has these, and a name in a village is one of as many
        f"{TRUE[:6]}{'*' * 10}{end[2:]}": "hint",
        f"5{'*' * 16}{end[3:]}": "hint",
        f"5{'*' * 9}{end[3:]}": "hint",
        f"{'*' * 8}{TRUE[8]}{'*' * 9}": "hint",
        f"{TRUE[:6]}{'*' * 12}": "hint",
        f"{TRUE[:2]}{'*' * 16}": "hint",
        f"{'*' * 16}9{end[3:]}": "differs",
        f"53{'*' * 16}": "differs",
        "*" * 18: None,
        "5**": None,
        number("19700925", 322): "sequence",
        number("19700925", 322, "110101"): "birth",
        number("19700925", 321, "110101"): "slips",  # the area that a county got later, and the check character with it
        number("19850101", 11): "differs",
    }
    assert {sent: beside_true(sent) for sent in cases} == cases


def test_whose_number_it_is() -> None:
    other = number("19850101", 11)
    assert beside_true(other, relative=True) == "relative"
    assert beside_true(other, owned=True) == "another"
    assert beside_true("无") is None
    assert beside_true("111111111111111111") is None


def test_a_number_that_is_wrong_in_the_register() -> None:
    wrong = TRUE[:12] + str((int(TRUE[12]) + 1) % 10) + TRUE[13:]
    assert beside_true(TRUE, register=wrong) == "repaired"
    assert beside_true(TRUE, register=TRUE[:6] + TRUE[8:17]) == "equal"  # fifteen digits


@pytest.mark.parametrize("listed", [TRUE[:2] + TRUE[3:], TRUE[:13] + TRUE[14:], TRUE[:9] + "4" + TRUE[9:]], ids=["early", "late", "more"])
def test_what_is_left_of_a_number_beside_the_registers_that_lacks_a_digit_or_has_one_too_many(listed: str) -> None:
    assert beside_true(f"{TRUE[:6]}********{TRUE[14:]}", register=listed) == "slips"
    assert beside_true(f"{TRUE[:15]}000", register=listed) == "slips"
    assert beside_true(f"{TRUE[:6]}********9999", register=listed) == "differs"
    assert beside_true(f"{TRUE[:12]}999000", register=listed) == "differs"
    assert beside_true(f"5{'*' * 16}9", register=listed) is None  # so few digits say nothing beside a number that is wrong itself


@pytest.mark.parametrize(
    ("said", "listed", "expected"),
    [
        (date(1980, 5, 12), date(1980, 5, 12), "equal"),
        (date(1980, 12, 5), date(1980, 5, 12), "exchanged"),
        (date(1979, 11, 15), date(1980, 1, 2), "lunar"),  # the lunar day written as a solar one
        (date(1980, 5, 13), date(1980, 5, 12), "slip"),
        (date(1980, 5, 22), date(1980, 5, 12), "slip"),
        (date(1980, 8, 30), date(1980, 5, 12), "year"),
        (date(1981, 8, 30), date(1980, 5, 12), "near_age"),
        (date(1995, 8, 30), date(1980, 5, 12), "other"),
    ],
)
def test_births(said: date, listed: date, expected: str) -> None:
    assert BIRTHS[birth_levels(pl.Series([said]), pl.Series([listed]))[0]] == expected


def test_births_that_are_missing() -> None:
    assert birth_levels(pl.Series([None], dtype=pl.Date), pl.Series([date(1980, 1, 1)]))[0] == -1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3组", "第三村民组"),
        ("03组", "3"),
        ("二十一组", "21组"),
        ("上寨", "上寨组"),
        ("第八生产队", "8组"),
        ("3小队", "3.0"),
        ("叁组", "3社"),
    ],
)
def test_groups(one: str, other: str) -> None:
    frame = pl.DataFrame({"one": [one], "other": [other]})
    assert frame.select(group_of(pl.col("one"))).item() == frame.select(group_of(pl.col("other"))).item()


def test_groups_that_cannot_be_compared() -> None:
    """Village 1 numbers its groups, village 2 names them."""
    people = {"h": [0, 1, 2, 3], "village": [1, 1, 2, 2], "group": ["1", "2", "上寨", "下寨"]}
    persons = pl.DataFrame(people, schema_overrides={"group": pl.Categorical})
    said = {
        (1, "2"): "2",
        (1, "上寨"): None,
        (2, "上寨"): "上寨",
        (2, "1"): None,
        (2, "大坪"): None,
        (None, "3"): "3",
        (None, "大坪"): None,
    }
    rows = pl.DataFrame([*said], schema={"village": pl.Int64, "group": pl.Categorical}, orient="row")
    assert with_known_groups(rows, persons)["group"].cast(pl.String).to_list() == [*said.values()]


@pytest.mark.parametrize(
    ("named", "expected", "known"),
    [("孙桂玉", "name", 1), ("孙贵玉", "alike", 1), ("赵大海", "other", 0), ("方华学", "other", 0)],  # the candidate himself is no company
)
def test_company(named: str, expected: str, known: int) -> None:
    people = pl.DataFrame({"p": [0, 1], "h": [0, 0], "name": ["方华学", "孙桂玉"], "key": [None, None]}, schema_overrides={"key": pl.Int64})
    words = vocabulary.build([people["name"], pl.Series([named])])
    people = people.with_columns(n=words.number(people["name"]))
    company = pl.DataFrame(
        {"m": [0], "role": ["co"], "n": words.number(pl.Series([named])), "key": [None]}, schema_overrides={"key": pl.Int64}
    )
    told = company_levels(pl.DataFrame({"m": [0], "h": [0], "p": [0]}), company, people, words)
    assert (COMPANY[told["company"].item()], told["known"].item()) == (expected, known)


def test_every_level_has_words_and_a_column_of_weights() -> None:
    assert tuple(FIELDS) == tables.FIELDS
    assert {field: tuple(PHRASES[field]) for field in FIELDS} == dict(FIELDS)
