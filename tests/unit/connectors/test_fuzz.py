"""The first files of the fuzz run, and those that have found a mistake: no error but a held feed, and no row that vanishes."""

import pytest

from benchmarks.fuzz_files import make
from benchmarks.fuzz_readers import read_and_account

FOUND = [186, 2803, 3266]  # numbers rounded wrongly, and not at all where a sheet begins at another column


@pytest.mark.parametrize("number", [*range(60), *FOUND])
def test_damaged_files_are_read_or_held(tmp_path, number):
    name, content, _, tokens = make(1, number)
    path = tmp_path / name
    path.write_bytes(content)
    outcome, fault = read_and_account(path, content, tokens)
    assert outcome in {"read", "read in part", "held"}, fault
