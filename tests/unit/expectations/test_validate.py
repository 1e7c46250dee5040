import subprocess
import sys

import polars as pl
import pytest

from contracts.errors import HulianError
from contracts.feed import Expect
from expectations.suite import LINE, ROW, Check
from expectations.validate import validate


def test_a_check_that_cannot_be_evaluated_is_raised_not_taken_for_a_failure():
    check = Check(Expect(column="gone", check="present", reason="x"), "ExpectColumnValuesToNotBeNull", {"column": "gone"})
    with pytest.raises(HulianError, match="gone:present"):
        validate(pl.DataFrame({ROW: [0], LINE: [0]}), [check])


def test_failing_positions_are_those_of_the_batch():
    check = Check(
        Expect(column="amount", check="between", reason="x"), "ExpectColumnValuesToBeBetween", {"column": "amount", "max_value": 10}
    )
    (outcome,) = validate(pl.DataFrame({ROW: [0, 1, 2, 3], "amount": [1.0, 11.0, None, 12.0]}), [check])
    assert outcome.failing.to_list() == [1, 3]
    assert outcome.checked == 3
    assert not outcome.passed


WITHOUT = """
import sys
from expectations.great import LATER, great_expectations
great_expectations()
assert not [name for name in sys.modules if name.startswith(tuple(f"{later}." for later in LATER))]
from scipy.stats import norm
import scipy.stats
assert scipy.stats.norm is norm and norm.cdf(0) == 0.5
"""


def test_what_is_left_out_of_the_import_is_there_when_it_is_asked_for():
    subprocess.run([sys.executable, "-c", WITHOUT], check=True)
