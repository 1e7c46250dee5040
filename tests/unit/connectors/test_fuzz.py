"""The first files of the fuzz run, and those that have found a mistake: no error but a held feed, and no row that vanishes."""

import pytest

from benchmarks.fuzz_files import make
from benchmarks.fuzz_readers import read_and_account

FOUND = [  # seed, number
    (1, 186),  # numbers rounded wrongly
    (1, 3266),  # numbers not rounded where a sheet begins at another column
    (3, 97),  # a row number of eight digits
    (3, 2624),
    (3, 3539),  # a column without header in a sheet that goes on from the one before it
    (3, 3021),  # a dump without rows
    (6, 2584),  # a header of several lines, wider than each of them
    (2, 2316),  # two tables of one name in a dump
]


@pytest.mark.parametrize(("seed", "number"), [*((1, number) for number in range(60)), *FOUND])
def test_damaged_files_are_read_or_held(tmp_path, seed, number):
    name, content, _, tokens = make(seed, number)
    path = tmp_path / name
    path.write_bytes(content)
    outcome, fault = read_and_account(path, content, tokens)
    assert outcome in {"read", "read in part", "held"}, fault
