"""Two numbers in one, keys in a sieve, and the keys of names: what must hold for them to stand for what they are made of."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from matching.pairs import joint, parted
from matching.prepare.vocabulary import build, key, spell, without
from matching.sieve import may_be

NUMBER = st.integers(0, 2**32 - 1)
NAMES = st.lists(st.text("杨秀英建国明欧阳", min_size=1, max_size=8), min_size=1, max_size=30)


@given(st.lists(st.tuples(NUMBER, NUMBER), min_size=1))
def test_a_pair_is_both_its_numbers_in_their_order(pairs: list[tuple[int, int]]) -> None:
    frame = pl.DataFrame(pairs, schema={"m": pl.UInt32, "p": pl.UInt32}, orient="row").with_columns(joint("m", "p"))
    assert frame.select(parted("m", "p")).equals(frame.select("m", "p"))
    assert frame.sort("pair").select("m", "p").equals(frame.sort("m", "p").select("m", "p"))


@given(st.lists(NUMBER), st.lists(NUMBER))
def test_a_sieve_keeps_whatever_is_asked_for(keys: list[int], among: list[int]) -> None:
    kept = may_be(np.array([*keys, *among], dtype=np.int64), np.array(among, dtype=np.int64))
    assert kept[len(keys) :].all()
    assert kept.any() == bool(among)


@given(NAMES)
def test_equal_keys_are_equal_names(written: list[str]) -> None:
    keys = spell(pl.Series(written)).keys().tolist()
    assert [[one == other for other in keys] for one in keys] == [[one == other for other in written] for one in written]


@given(NAMES, st.integers(0, 7))
def test_a_key_without_a_place_says_nothing_of_it(written: list[str], place: int) -> None:
    letters = spell(pl.Series(written))[np.arange(len(written))]
    left = without(key(letters), letters[:, place], place).tolist()
    letters[:, place] = 0
    assert left == key(letters).tolist()


@given(NAMES)
def test_a_given_name_has_the_key_of_the_name_that_it_is(written: list[str]) -> None:
    known = build([pl.Series(written), pl.Series([name[1:] for name in written if len(name) > 1], dtype=pl.String)])
    keys = dict(known.names.select("name", "spelt").iter_rows())
    for name, given_key, surname in zip(known.names["name"], known.names["given"], known.surname_length.tolist(), strict=True):
        rest = name[surname:]
        assert given_key == keys.get(rest, given_key)
        assert (given_key is None) == (rest == "")


@given(NAMES, NAMES)
def test_a_cell_has_the_number_of_its_name_and_what_was_never_read_has_none(written: list[str], others: list[str]) -> None:
    known = build([pl.Series(written)])
    numbers = known.number(pl.Series([None, *written, *others])).to_list()
    read = [None, *(name if name in written else None for name in [*written, *others])]
    assert [None if n is None else known.names["name"][n] for n in numbers] == read
