"""What a rule measures: which rows count, in which window, netted and without repeats, summed up to one row per event.

All rules take this one path. A row's date is the rule's `event_date`; a row without one is dated by the last day of the month in
whose list it stands. An event of one person is named by `net_by` (an admission number), else by its date.
"""

from __future__ import annotations

import polars as pl

from contracts.month import Month
from contracts.rule import Rule, Where

WINDOW_MONTHS = 12
IDENTITIES = ("证件一致", "姓名异", "需核身份")  # from certain to least certain
UNDATED = "undated"

KEYS = ("household_id", "person_key", "event_key")


def condition(where: Where, schema: pl.Schema) -> pl.Expr:
    """Whether a row meets `where`; an empty cell does not, before `negate`."""
    met = pl.any_horizontal([_cell_meets(where, name, schema[name]) for name in where.columns])
    return ~met if where.negate else met


def _cell_meets(where: Where, name: str, dtype: pl.DataType) -> pl.Expr:
    cell = pl.col(name)
    if where.values:
        text = cell.cast(pl.Int64, strict=False).cast(pl.String) if dtype.is_numeric() else cell.cast(pl.String)
        return text.is_in(where.values).fill_null(value=False)
    number = cell.cast(pl.Float64, strict=False)
    low = number >= where.min if where.min is not None else pl.lit(True)
    high = number <= where.max if where.max is not None else pl.lit(True)
    return (low & high).fill_null(value=False)


def measured(rule: Rule, rows: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """One row per household, person and event or period, with its `measure`, before it is compared with the rule's value.

    `rows` has the columns of the feed that the rule names and row_id, month (of the list), household_id, person_id, person_name,
    identity. The result adds KEYS, measure, fact_date, identity_rank, row_ids; feed columns are those of the most telling row.
    """
    schema = rows.collect_schema()
    matching = rows.filter(pl.col("month") <= str(month), *[condition(where, schema) for where in rule.where]).with_columns(
        _person_key(rule).alias("person_key"), _fact_date(rule).alias("fact_date")
    )
    windowed = _events(rule, matching, month) if rule.window in {"single", "listed_12"} else _period(rule, matching, month)
    return _aggregate(rule, _repeats_marked(rule, windowed), month, [name for name in schema.names() if name not in _OWN])


_OWN = {"household_id", "month", "row_id", "identity"}


def _person_key(rule: Rule) -> pl.Expr:
    """Who the fact is about: the person's number, else his name as sent; nobody in particular for a household rule."""
    if rule.per == "household":
        return pl.lit("")
    return pl.coalesce("person_id", pl.lit("name:") + pl.col("person_name"), pl.lit(""))


def _fact_date(rule: Rule) -> pl.Expr:
    return pl.col(rule.event_date) if rule.event_date else pl.lit(None, dtype=pl.Date)


def _events(rule: Rule, rows: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """Rows of the events that are on the lists looked at; with `net_by` also their rows on earlier lists, so that reversals cancel."""
    first = month if rule.window == "single" else month.plus(1 - WINDOW_MONTHS)
    dated = pl.col("fact_date").dt.to_string("%Y-%m-%d").fill_null(UNDATED)
    key = pl.coalesce(pl.lit("no:") + pl.col(rule.measure.net_by), dated) if rule.measure.net_by else dated
    if rule.risk_type_column:
        key = pl.concat_str(key, pl.lit("|"), pl.col(rule.risk_type_column).fill_null(""))
    keyed = rows.with_columns(event_key=key, when="fact_date", is_looked_at=pl.col("month") >= str(first))
    if rule.measure.net_by:
        is_netted = pl.col(rule.measure.net_by).is_not_null()
        return keyed.filter(pl.col("is_looked_at") | (is_netted & pl.col("is_looked_at").any().over(KEYS)))
    return keyed.filter("is_looked_at")


def _period(rule: Rule, rows: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """Rows of the window, by the date of the fact: the year's end is where the dates put it, whichever list a row came on.

    Facts that arrive late for an earlier month or year are counted there, in the month in which they arrive.
    """
    when = pl.coalesce("fact_date", pl.col("month").str.to_date("%Y-%m").dt.month_end())
    rows = rows.with_columns(when=when, is_of_month=pl.col("month") == str(month)).filter(pl.col("when") <= month.end)
    if rule.window == "rolling_12":
        return rows.filter(pl.col("when") >= month.plus(1 - WINDOW_MONTHS).start).with_columns(event_key=pl.lit(rule.window))
    style = "%Y-%m" if rule.window == "month" else "%Y"
    now = month.start.strftime(style)
    period = rows.with_columns(period=pl.col("when").dt.to_string(style))
    kept = period.filter((pl.col("period") == now) | pl.col("is_of_month").any().over("household_id", "person_key", "period"))
    return kept.with_columns(event_key="period")


def _repeats_marked(rule: Rule, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Adds `is_repeat`: the same event, date and amount was on an earlier list already (within one list equal rows are different ones)."""
    if rule.measure.aggregate not in {"sum", "rows"}:
        return rows.with_columns(is_repeat=pl.lit(False))
    same = [*KEYS, "when", *(name for name in (rule.measure.net_by, rule.measure.column) if name)]
    numbered = rows.sort("month", "row_id").with_columns(occurrence=pl.int_range(pl.len()).over(*same, "month"))
    return numbered.with_columns(is_repeat=pl.int_range(pl.len()).over(*same, "occurrence") > 0)


def _measure(rule: Rule, month: Month) -> pl.Expr:
    """The rule's measure over the rows of one group."""
    kept = ~pl.col("is_repeat")
    column = pl.col(rule.measure.column or "row_id")
    match rule.measure.aggregate:
        case "any":
            return pl.lit(1.0)
        case "rows":
            return kept.sum().cast(pl.Float64)
        case "sum":
            return column.filter(kept).sum().round(2)
        case "max":
            return column.max().cast(pl.Float64)
        case "days_since":
            return (pl.lit(month.end) - column.max()).dt.total_days().cast(pl.Float64)
        case "months_since":  # the end is a month's last day, on which every month begun since is complete (民法典 202)
            return ((month.year - column.max().dt.year()) * 12 + month.number - column.max().dt.month()).cast(pl.Float64)


def _aggregate(rule: Rule, rows: pl.LazyFrame, month: Month, carried: list[str]) -> pl.LazyFrame:
    amount = [rule.measure.column] if rule.measure.aggregate in {"sum", "max"} and rule.measure.column else []
    ordered = rows.sort(*amount, "month", "row_id", descending=[*(True for _ in amount), True, False], nulls_last=True)
    rank = pl.col("identity").replace_strict({text: number for number, text in enumerate(IDENTITIES)}, default=len(IDENTITIES) - 1)
    return ordered.group_by(KEYS, maintain_order=True).agg(
        _measure(rule, month).alias("measure"),
        pl.col("fact_date").max(),
        rank.cast(pl.Int8).max().alias("identity_rank"),
        pl.col("row_id").unique().sort().alias("row_ids"),
        *[pl.col(name).first() for name in carried],
    )
