"""Drift: how a feed's month differs from its own months before, and no word where there are too few of them to tell.

Robust statistics: the middle of the past months and their median distance from it (MAD × 1.4826 estimates a standard deviation), so
that one bad month in the past hides nothing. A column that the last list still had and this one has not needs one month only.
"""

from __future__ import annotations

import polars as pl

from contracts.county import Drift
from contracts.feed import Expect
from contracts.observed import OBSERVED
from contracts.tables import FINDING, conform, empty
from expectations.suite import YES, Check
from expectations.validate import validate

KEY = ["feed", "code", "column"]
MEASURED = ("rows", "filled", "top")
WITHIN = Expect(column="within", check="one_of", on_failure="warn", reason="与本清单以往各月相差很大。")
ADVICE = {
    "rows": "请核对是否漏报、重报或发错了表；确有其事请回复说明。",
    "filled": "请核对这一列是否漏填或导出时丢失。",
    "top": "请核对这一列是否整列误填成同一个值。",
    "vanished": "请核对导出时是否漏了这一列；确已取消的，请改 config/feeds 里的约定。",
    "new_column": "新增的列没有使用；确实需要的请登记到 config/feeds 的约定里。",
}


def drift(observed: pl.DataFrame, history: pl.DataFrame, settings: Drift) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Findings (`FINDING`) and what they were judged by (`OBSERVED` of kind drift).

    `observed`: this month of all feeds; `history`: `OBSERVED` and `month` of months before. Months in which nothing came, or in which an
    older list stood in, are no history.
    """
    now = _own(observed.with_columns(month=pl.lit("")))
    past = _own(history)
    bounded = _bounded(now, past, settings)
    within = bounded.with_columns(within=_is_within(settings))
    judged = within.filter(pl.col("within").is_not_null())
    outcomes = validate(judged.select("within"), [Check(WITHIN, "ExpectColumnValuesToBeInSet", {"column": "within", "value_set": [YES]})])
    failing = judged[outcomes[0].failing] if judged.height else judged
    told = pl.concat([_about_numbers(failing), _about_columns(now, past)])
    findings = conform(told.with_columns(code="drift:" + pl.col("code"), severity=pl.lit("warn")), FINDING).sort("feed", "code", "column")
    return findings, _in_numbers(within, settings).sort(KEY)


def _own(observed: pl.DataFrame) -> pl.DataFrame:
    """The profile of the months in which rows of the feed came."""
    of_feed = observed.filter(pl.col("kind") == "profile")
    came = of_feed.filter((pl.col("code") == "rows") & (pl.col("value") > 0)).select("feed", "month")
    return of_feed.join(came, on=["feed", "month"], how="semi")


def _bounded(now: pl.DataFrame, past: pl.DataFrame, settings: Drift) -> pl.DataFrame:
    """This month's measured numbers with `months` of history, their `middle`, and `low` and `high`. Rows are compared by ratio."""
    scale = pl.when(pl.col("code") == "rows").then(pl.col("value").log()).otherwise(pl.col("value"))
    measured = past.filter(pl.col("code").is_in(MEASURED)).with_columns(scaled=scale)
    middle = measured.with_columns(middle=pl.col("scaled").median().over(KEY))
    stats = middle.group_by(KEY).agg(
        pl.col("middle").first(), spread=(pl.col("scaled") - pl.col("middle")).abs().median() * 1.4826, months=pl.col("month").n_unique()
    )
    least = pl.col("code").replace_strict(
        {"rows": pl.Series([settings.rows_factor]).log().item(), "filled": settings.fill_drop, "top": settings.top_rise}, default=None
    )
    reach = pl.max_horizontal(settings.spreads * pl.col("spread"), least)
    back = [pl.when(pl.col("code") == "rows").then(edge.exp()).otherwise(edge) for edge in (pl.col("middle"), *_edges(reach))]
    rows = now.filter(pl.col("code") == "rows").select("feed", came="value")
    return (
        now.filter(pl.col("code").is_in(MEASURED))
        .drop("low", "high")
        .join(stats, on=KEY, how="left", nulls_equal=True)
        .join(rows, on="feed")
        .with_columns(pl.col("months").fill_null(0), middle=back[0], low=back[1], high=back[2])
    )


def _edges(reach: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    return pl.col("middle") - reach, pl.col("middle") + reach


def _is_within(settings: Drift) -> pl.Expr:
    """True, false, or null where there is too little to judge by: few months, or few rows. Fuller than ever and more varied is no fault."""
    value, code = pl.col("value"), pl.col("code")
    few = (value - pl.col("middle")).abs() < settings.least_rows
    yes = (
        pl.when(code == "rows")
        .then(value.is_between("low", "high") | few)
        .when(code == "filled")
        .then(value >= pl.col("low"))
        .otherwise(value <= pl.col("high"))
    )
    enough = (pl.col("months") >= settings.least_months) & ((code == "rows") | (pl.col("came") >= settings.least_rows))
    return pl.when(enough).then(yes)


def _about_numbers(failing: pl.DataFrame) -> pl.DataFrame:
    """What the bureau reads about each number out of bounds: `feed`, `column`, `code`, `reason`, `advice`."""
    share = [pl.col(name).mul(100).round(0).cast(pl.Int64) for name in ("value", "middle")]
    count = [pl.col(name).round(0).cast(pl.Int64) for name in ("value", "middle", "low", "high")]
    reason = (
        pl.when(pl.col("code") == "rows")
        .then(pl.format("本月{}行，以往各月一般{}行（{}到{}行之间）。", *count))
        .when(pl.col("code") == "filled")
        .then(pl.format("“{}”本月只填了{}%，以往各月一般{}%。", "reason", *share))
        .otherwise(pl.format("“{}”本月{}%是同一个值，以往各月一般{}%。", "reason", *share))
    )
    header = pl.when(pl.col("code") != "rows").then("reason")
    return failing.select("feed", header.alias("column"), "code", reason.alias("reason"), pl.col("code").replace(ADVICE).alias("advice"))


def _about_columns(now: pl.DataFrame, past: pl.DataFrame) -> pl.DataFrame:
    """Columns that the last list had, at least half filled, and this one lacks; unknown headers that no list before had."""
    latest = past.filter(pl.col("month") == pl.col("month").max().over("feed")).join(now.select("feed").unique(), on="feed", how="semi")
    had = latest.filter((pl.col("code") == "filled") & (pl.col("value") >= 0.5))
    gone = had.join(now.filter(pl.col("code") == "filled"), on=["feed", "column"], how="anti").with_columns(
        code=pl.lit("vanished"), told=pl.format("上次（{}）有“{}”列，本月没有。", "month", "reason")
    )
    known = past.filter(pl.col("code") == "unknown_header")
    unknown = now.filter(pl.col("code") == "unknown_header").join(latest.select("feed").unique(), on="feed", how="semi")
    new = unknown.join(known, on=["feed", "column"], how="anti").with_columns(
        code=pl.lit("new_column"), told=pl.format("“{}”列以往没有，本月新出现。", "reason")
    )
    return pl.concat(
        frame.select(
            "feed", pl.col("reason").alias("column"), "code", pl.col("told").alias("reason"), pl.col("code").replace(ADVICE).alias("advice")
        )
        for frame in (gone, new)
    )


def _in_numbers(within: pl.DataFrame, settings: Drift) -> pl.DataFrame:
    """`OBSERVED` of kind drift: numbers with their bounds; where there was too little to judge by, `severity` is note."""
    no_history = pl.col("months") < settings.least_months
    why = (
        pl.when(no_history)
        .then(pl.format("只有{}个月的历史，至少要{}个月才判断。", "months", pl.lit(settings.least_months)))
        .when(pl.col("within").is_null())
        .then(pl.format("本月不足{}行，不判断。", pl.lit(settings.least_rows)))
        .otherwise(pl.format("以往{}个月的中位数和离散程度。", "months"))
    )
    if within.is_empty():
        return empty(OBSERVED)
    judged = pl.col("within").is_not_null()
    return conform(
        within.with_columns(
            kind=pl.lit("drift"),
            checked=judged.cast(pl.Int64),
            failed=(~pl.col("within")).fill_null(value=False).cast(pl.Int64),
            severity=pl.when(judged).then(pl.lit("warn")).otherwise(pl.lit("note")),
            why=why,
        ),
        OBSERVED,
    )
