"""A month beside the list's own months before: what is unusual is told, and nothing where there is too little history."""

import polars as pl
import pytest

from contracts.county import Drift
from contracts.observed import OBSERVED
from contracts.tables import conform
from expectations.drift import drift

SETTINGS = Drift()
COLUMNS = {"code": pl.String, "column": pl.String, "value": pl.Float64}


def observed(rows, **shares):
    """A month: rows, and `filled` or `top` of columns, as `filled_phone=0.9`; a column of shares is called by its name."""
    lines = [("rows", None, float(rows)), *((key.split("_")[0], key.split("_")[1], share) for key, share in shares.items())]
    frame = pl.DataFrame(lines, schema=COLUMNS, orient="row")
    return conform(frame.with_columns(feed=pl.lit("f"), kind=pl.lit("profile"), reason=pl.col("column")), OBSERVED)


def past(*months):
    return pl.concat(month.with_columns(month=pl.lit(f"2026-{number:02d}")) for number, month in enumerate(months, start=1))


USUAL = {"filled_phone": 0.9, "top_village": 0.1}
HISTORY = past(*(observed(rows, **USUAL) for rows in (100, 110, 95, 105)))


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (observed(120, **USUAL), []),
        (observed(40, **USUAL), ["drift:rows"]),
        (observed(300, **USUAL), ["drift:rows"]),
        (observed(100, filled_phone=0.5, top_village=0.1), ["drift:filled"]),
        (observed(100, filled_phone=1.0, top_village=0.01), []),
        (observed(100, filled_phone=0.9, top_village=0.8), ["drift:top"]),
        (observed(100, top_village=0.1), ["drift:vanished"]),
        (observed(100, **USUAL, unknown_header=1.0), []),
    ],
)
def test_what_is_unusual_is_told(now, told):
    now = now.with_columns(code=pl.col("code").replace("unknown", "other"))
    assert drift(now, HISTORY, SETTINGS)[0]["code"].to_list() == told


def test_a_new_unknown_column_is_told_once():
    new = observed(100, **USUAL, unknown_备注2=1.0).with_columns(code=pl.col("code").replace("unknown", "unknown_header"))
    findings, _ = drift(new, HISTORY, SETTINGS)
    assert findings.select("code", "column").rows() == [("drift:new_column", "备注2")]
    again = pl.concat([HISTORY, new.with_columns(month=pl.lit("2026-05"))])
    assert drift(new, again, SETTINGS)[0].is_empty()


def test_nothing_is_said_without_history_and_that_is_said():
    findings, measured = drift(observed(5, **USUAL), past(observed(100, **USUAL), observed(100, **USUAL)), SETTINGS)
    assert findings.is_empty()
    assert measured["severity"].unique().to_list() == ["note"]
    assert measured["why"].unique().to_list() == ["只有2个月的历史，至少要3个月才判断。"]


def test_one_bad_month_in_the_past_hides_nothing():
    spoilt = past(*(observed(rows, **USUAL) for rows in (100, 5000, 105, 98, 102)))
    assert drift(observed(400, **USUAL), spoilt, SETTINGS)[0]["code"].to_list() == ["drift:rows"]


def test_months_in_which_nothing_came_are_no_history():
    empty_months = past(*(observed(0) for _ in range(6)))
    assert drift(observed(100, **USUAL), empty_months, SETTINGS)[0].is_empty()


def test_a_list_that_did_not_come_has_not_drifted():
    assert drift(observed(0), HISTORY, SETTINGS)[0].is_empty()
