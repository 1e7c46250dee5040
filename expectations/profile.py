"""A feed's month in a few numbers, kept for the months to come: rows, how full each column is, how common its commonest value.

No value of a cell is kept, only shares. What is unusual about the numbers is decided in `expectations.drift`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from contracts.feed import Feed
from contracts.observed import OBSERVED
from contracts.tables import ORIGIN, conform
from expectations.canonical import columns_of
from expectations.suite import LINE
from expectations.validate import Outcome

WHOLE = "整张清单"  # what a check looks at that looks at no column
SAMPLED = 50_000  # records looked at for shares, evenly taken; a share is then known to half a percent
NOT_COUNTED = {*ORIGIN, "co_names", "co_ids", "text"}


def counted(feed: Feed, numbers: Mapping[str, float], *, reasons: Mapping[str, str] | None = None) -> pl.DataFrame:
    """`OBSERVED` rows about the feed as a whole: code -> number."""
    rows = [(code, float(number), (reasons or {}).get(code)) for code, number in numbers.items()]
    frame = pl.DataFrame(rows, schema={"code": pl.String, "value": pl.Float64, "reason": pl.String}, orient="row")
    return conform(frame.with_columns(feed=pl.lit(feed.feed), kind=pl.lit("profile")), OBSERVED)


def profile(feed: Feed, records: pl.DataFrame, headers: Mapping[str, str], unknown: Sequence[str]) -> pl.DataFrame:
    """`OBSERVED`: how full each column is (`filled`) and the share of its commonest value (`top`), and headers that nobody knows.

    Only columns that the list has are named; `headers` gives what the bureau calls them.
    """
    names = [column.name for column in columns_of(feed) if column.name in headers and column.name not in NOT_COUNTED]
    step = max(1, -(-records.height // SAMPLED))
    sample = records.select(names).gather_every(step)
    filled = sample.select(pl.col(names).is_not_null().mean()) if names else None
    top = sample.select(pl.col(name).drop_nulls().unique_counts().max() / pl.col(name).count() for name in names) if names else None
    rows: list[tuple[str, str, float | None, str]] = []
    for code, shares in (("filled", filled), ("top", top)):
        if shares is not None:
            rows += [(code, name, share, headers[name]) for name, share in zip(shares.columns, shares.row(0), strict=True)]
    rows += [("unknown_header", header, 1.0, header) for header in unknown]
    columns = {"code": pl.String, "column": pl.String, "value": pl.Float64, "reason": pl.String}
    frame = pl.DataFrame(rows, schema=columns, orient="row").filter(pl.col("value").is_not_null())
    return conform(frame.with_columns(feed=pl.lit(feed.feed), kind=pl.lit("profile"), checked=pl.lit(sample.height)), OBSERVED)


def judged(feed: Feed, outcomes: Sequence[Outcome], headers: Mapping[str, str]) -> pl.DataFrame:
    """`OBSERVED`: every expectation with what was found."""
    rows = [
        {
            "feed": feed.feed,
            "kind": "expectation",
            "code": outcome.check.code,
            "column": WHOLE if outcome.check.needs == {LINE} else headers.get(outcome.check.expect.column, outcome.check.expect.column),
            "checked": outcome.checked,
            "failed": len(outcome.failing) or int(not outcome.passed),
            "value": None,
            "low": outcome.check.expect.min,
            "high": outcome.check.expect.max,
            "severity": "hold" if outcome.check.expect.column == "hold_below" else outcome.check.expect.on_failure,
            "reason": outcome.check.expect.reason,
            "why": outcome.check.expect.why,
        }
        for outcome in outcomes
    ]
    return pl.DataFrame(rows, schema=dict(OBSERVED))
