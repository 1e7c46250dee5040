"""The one place where Great Expectations runs: a batch and its checks in, the numbers of the failing records out.

It keeps nothing on disk, and neither asks nor tells the network anything. A result that carries an exception is raised, because Great
Expectations would report it as a failure without rows.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from contracts.errors import HulianError
from expectations.great import great_expectations, lean, source
from expectations.suite import ROW, Check

# without named index columns the rows come back as positions, which takes no loop over the failing rows; positions are record numbers
RESULT = {
    "result_format": "COMPLETE",
    "return_unexpected_index_query": False,
    "exclude_unexpected_values": True,
    "partial_unexpected_count": 0,
}
ONLY_THERE = {"ExpectColumnValuesToNotBeNull"}  # kinds that ask whether values are there
ONLY_ALIKE = ONLY_THERE | {  # kinds that ask whether values are there, or alike, not what they are
    "ExpectColumnValuesToBeUnique",
    "ExpectCompoundColumnsToBeUnique",
    "ExpectColumnUniqueValueCountToBeBetween",
}


@dataclass(frozen=True)
class Outcome:
    """The result of one check. `failing` holds positions in the batch; checks on the whole table only say whether they passed."""

    check: Check
    passed: bool
    checked: int
    failing: pl.Series


def validate(batch: pl.DataFrame, checks: Sequence[Check]) -> list[Outcome]:
    """One validation of `batch` (record number = position) against the suite of `checks`; outcomes in the order of the checks."""
    if not checks:
        return []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gx = great_expectations()
        made = [lean(check.kind)(**check.arguments, meta={"check": number}) for number, check in enumerate(checks)]
        suite = gx.ExpectationSuite(name="contract", expectations=made)
        frame = _pandas(batch, checks)
        validator = gx.validator.v1_validator.Validator(source(), RESULT, {"dataframe": frame})
        result = validator.validate_expectation_suite(suite)
    by_check = {one.expectation_config.meta["check"]: one for one in result.results}
    return [_outcome(check, by_check[number], batch.height) for number, check in enumerate(checks)]


def _outcome(check: Check, result: Any, height: int) -> Outcome:
    """What Great Expectations found; raises when it could not look."""
    if _raised(result.exception_info):
        raise HulianError(
            f"expectation {check.code} could not be evaluated. Check the column's type and the bounds in the feed's contract."
        )
    found = result.result
    failing = found.get("unexpected_index_list") or []
    if not result.success and not failing and "observed_value" not in found:
        raise HulianError(f"expectation {check.code} failed without naming rows.")
    checked = found.get("element_count", height) - (found.get("missing_count") or 0)
    return Outcome(check, bool(result.success), checked, pl.Series(ROW, failing, dtype=pl.Int64))


def _raised(info: Any) -> bool:
    """Whether an exception stands anywhere in a result's `exception_info`, which is flat or one entry per metric."""
    if not isinstance(info, dict):
        return False
    return bool(info.get("raised_exception")) or any(_raised(entry) for entry in info.values())


def _pandas(batch: pl.DataFrame, checks: Sequence[Check]) -> Any:
    """`batch` as a pandas frame of which no column is one of Python's objects, which are slow to make, to hash and to compare.

    Dates are in nanoseconds, the only timestamps that Great Expectations compares without a loop; yes and no are 1 and 0, and so is a
    column of which no check asks more than whether something stands there; texts are categories, or only the numbers of their categories
    where no check looks at what they say.
    """
    read, alike = (set().union(*(check.needs for check in checks if check.kind not in less)) for less in (ONLY_ALIKE, ONLY_THERE))
    kinds = {name: kind if name in alike else pl.Null() for name, kind in batch.schema.items()}
    there, dates, flags, texts = ([name for name in kinds if kinds[name] == kind] for kind in (pl.Null, pl.Date, pl.Boolean, pl.String))
    unread = [name for name in texts if name not in read]
    categories = pl.Categorical(pl.Categories.random())
    return (
        batch.with_columns(
            pl.when(pl.col(there).is_not_null()).then(pl.lit(1.0, dtype=pl.Float32)).name.keep(),
            pl.col(dates).cast(pl.Datetime("ns")),
            pl.col(flags).cast(pl.Float32),
            pl.col(texts).cast(categories),
        )
        .with_columns(pl.col(unread).to_physical().cast(pl.Float64))
        .to_pandas()
    )
