"""What a rule measures: which rows count, in which window, netted and without repeats, summed up to one row per event.

All rules take this one path. A row's date is the rule's `event_date`; a row without one is dated by the last day of the month in
whose list it stands. An event of one person is named by `net_by` (an admission number), else by its date.
"""

from __future__ import annotations

import polars as pl

from contracts.expression import Named
from contracts.month import Month
from contracts.rule import Rule, Since, Where

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
    if where.contains:
        return cell.cast(pl.String).str.contains_any(where.contains).fill_null(value=False)
    if where.values:
        return _cell_text(cell, dtype).is_in(where.values).fill_null(value=False)
    number = cell.cast(pl.Float64, strict=False)
    low = number >= where.min if where.min is not None else pl.lit(True)
    high = number <= where.max if where.max is not None else pl.lit(True)
    return (low & high).fill_null(value=False)


def _cell_text(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """A cell as a rule's `values` write it: whole numbers without decimals, 是 and 否 for what is true or not."""
    if dtype == pl.Boolean:
        return pl.when(cell).then(pl.lit("是")).when(~cell).then(pl.lit("否"))
    return cell.cast(pl.Int64, strict=False).cast(pl.String) if dtype.is_numeric() else cell.cast(pl.String)


def measured(
    rule: Rule, rows: pl.LazyFrame, month: Month, began: pl.LazyFrame | None = None, is_hit: pl.Expr | None = None
) -> pl.LazyFrame:
    """One row per household, person and event or period, with its `measure`: of all, or only of those that are a hit.

    `rows` has the columns of the feed that the rule names and row_id, month (of the list), household_id, person_id, person_name,
    identity; `began` are the rows of the list that a `since_event` window starts from. The result adds KEYS, measure, fact_date,
    identity_rank, row_ids; feed columns are those of the most telling row.
    """
    schema = rows.collect_schema()
    matching = rows.filter(pl.col("month") <= str(month), *[condition(where, schema) for where in rule.where]).with_columns(
        _key(rule).alias("person_key"), fact_date(rule).alias("fact_date"), amount(rule).alias(AMOUNT)
    )
    carried = [name for name in schema.names() if name not in _OWN]
    if rule.measure.aggregate == "change":
        return _changed(rule, matching, month, carried, is_hit)
    if rule.measure.aggregate == "newly_listed":
        windowed = _newly_listed(rule, matching, month)
    elif rule.window in {"single", "listed_12"}:
        windowed = _events(rule, matching, month)
    elif rule.since is not None and began is not None:
        windowed = _since_event(rule, matching, _beginnings(rule, rule.since, began, month), month)
    else:
        windowed = _period(rule, matching, month)
    measures = _measures(rule, windowed, month)
    return _told(rule, windowed, measures if is_hit is None else measures.filter(is_hit), carried)  # most are no hit, and need no sorting


AMOUNT = "measured_amount"


def amount(rule: Rule) -> pl.Expr:
    """What is measured in one row: a column, or a sum of columns in which an empty cell is nothing (unless all are empty)."""
    expression = rule.measure.expression
    if expression is None:
        return pl.lit(None, dtype=pl.Float64)
    names = rule.measure.columns
    if [expression.text.strip()] == names:
        return pl.col(names[0])

    def cell(named: Named) -> pl.Expr:
        return pl.col(named.name).cast(pl.Float64).fill_null(0.0)

    value = expression.evaluate(cell)
    return pl.when(pl.any_horizontal(pl.col(names).is_not_null())).then(pl.lit(value) if isinstance(value, float) else value)


_OWN = {"household_id", "month", "row_id", "identity"}


def person_key() -> pl.Expr:
    """Who the fact is about: the person's number, else his name as sent."""
    return pl.coalesce("person_id", pl.lit("name:") + pl.col("person_name"), pl.lit(""))


def _key(rule: Rule) -> pl.Expr:
    """`person_key`, and nobody in particular for a household rule."""
    return pl.lit("") if rule.per == "household" else person_key()


def fact_date(rule: Rule) -> pl.Expr:
    """The day of a row's fact, null where the rule has no date."""
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
    if rule.window.startswith("rolling_"):
        months = int(rule.window.removeprefix("rolling_"))
        return rows.filter(pl.col("when") >= month.plus(1 - months).start).with_columns(event_key=pl.lit(rule.window))
    style = "%Y-%m" if rule.window == "month" else "%Y"
    now = month.start.strftime(style)
    periods = rows.with_columns(event_key=pl.col("when").dt.to_string(style))
    late = periods.filter(pl.col("event_key") != now)
    return pl.concat([periods.filter(pl.col("event_key") == now), late.join(late.filter("is_of_month"), on=KEYS, how="semi")])


def _beginnings(rule: Rule, since: Since, rows: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """The newest event of 12 months of lists: household_id, person_key, `since`."""
    schema = rows.collect_schema()
    first = str(month.plus(1 - WINDOW_MONTHS))
    met = [condition(where, schema) for where in since.where]
    return (
        rows.filter(pl.col("month").is_between(pl.lit(first), pl.lit(str(month))), pl.col(since.event_date) <= month.end, *met)
        .group_by("household_id", _key(rule).alias("person_key"))
        .agg(since=pl.col(since.event_date).max())
        .drop_nulls("since")
    )


def _since_event(rule: Rule, rows: pl.LazyFrame, began: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """Rows dated on or after the event of the same person (household); the event's day names the period."""
    when = pl.coalesce("fact_date", pl.col("month").str.to_date("%Y-%m").dt.month_end())
    joined = rows.with_columns(when=when).join(began, on=["household_id", "person_key"])
    return joined.filter(pl.col("when").is_between("since", month.end)).with_columns(
        event_key=pl.format("{}|{}", pl.lit(rule.window), pl.col("since").dt.to_string("%Y-%m-%d"))
    )


def _newly_listed(rule: Rule, rows: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """Rows of this month's list of people who were on none of the lists before; nobody is new where there was no list before."""
    first = str(month.plus(-rule.measure.months_back))
    before = rows.filter(pl.col("month").is_between(pl.lit(first), pl.lit(str(month.plus(-1)))))
    there_was_one = before.select(pl.len().alias("rows_before"))
    new = rows.filter(pl.col("month") == str(month)).join(before, on=["household_id", "person_key"], how="anti")
    return (
        new.join(there_was_one, how="cross")
        .filter(pl.col("rows_before") > 0)
        .drop("rows_before")
        .with_columns(event_key=pl.lit(f"new|{month}"), when="fact_date")
    )


def _changed(rule: Rule, rows: pl.LazyFrame, month: Month, carried: list[str], is_hit: pl.Expr | None) -> pl.LazyFrame:
    """This month's value less the one `months_back` before, for who is on both lists."""
    keys = ["household_id", "person_key"]
    now = rows.filter(pl.col("month") == str(month)).with_columns(event_key=pl.lit(f"change|{month}"))
    then = rows.filter(pl.col("month") == str(month.plus(-rule.measure.months_back)))
    change = pl.col("measure") - pl.col("then")
    measures = (
        _measures(rule, now, month)
        .join(then.group_by(keys).agg(then=pl.col(AMOUNT).max()), on=keys)
        .select(*KEYS, measure=(change / pl.col("then").abs() if rule.measure.relative else change).round(4))
        .filter(pl.col("measure").is_finite())
    )
    hit = measures if is_hit is None else measures.filter(is_hit)
    then_rows = then.join(hit, on=keys, how="semi").group_by(keys).agg(then_rows=pl.col("row_id").unique())
    return (
        _told(rule, now, hit, carried)
        .join(then_rows, on=keys)
        .with_columns(row_ids=pl.concat_list("row_ids", "then_rows").list.unique().list.sort())
        .drop("then_rows")
    )


def once(same: list[str], rows: pl.LazyFrame) -> pl.LazyFrame:
    """One row per kind of equal rows (`same`), and how many `times` it counts.

    The same event, date and amount on a later list is the same once more; within one list equal rows are different ones.
    """
    return rows.group_by(*same, "month").agg(times=pl.len()).group_by(same).agg(pl.col("times").max())


def _measures(rule: Rule, rows: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """KEYS and the rule's `measure` over the rows of each."""
    column = pl.col(AMOUNT)
    match rule.measure.aggregate:
        case "any" | "newly_listed":
            measure = pl.lit(1.0)
        case "rows":
            measure = pl.col("times").sum().cast(pl.Float64)
        case "sum":
            measure = (column * pl.col("times")).sum().round(2)
        case "max" | "change":
            measure = column.max().cast(pl.Float64)
        case "days_since":
            measure = (pl.lit(month.end) - column.max()).dt.total_days().cast(pl.Float64)
        case "months_since":  # the end is a month's last day, on which every month begun since is complete (民法典 202)
            measure = ((month.year - column.max().dt.year()) * 12 + month.number - column.max().dt.month()).cast(pl.Float64)
    if rule.measure.aggregate in {"sum", "rows"}:
        rows = once([*KEYS, "when", AMOUNT, *([rule.measure.net_by] if rule.measure.net_by else [])], rows)
    return rows.group_by(KEYS).agg(measure.alias("measure"))


def _told(rule: Rule, rows: pl.LazyFrame, hit: pl.LazyFrame, carried: list[str]) -> pl.LazyFrame:
    """One row per KEYS of `hit`, with what its `rows` say beside the measure."""
    largest = [AMOUNT] if rule.measure.aggregate in {"sum", "max"} else []
    descending = [*(True for _ in largest), True, False]
    ordered = rows.join(hit, on=KEYS).sort(*largest, "month", "row_id", descending=descending, nulls_last=True)
    rank = pl.col("identity").replace_strict({text: number for number, text in enumerate(IDENTITIES)}, default=len(IDENTITIES) - 1)
    return ordered.group_by(KEYS, maintain_order=True).agg(
        pl.col("measure").first(),
        pl.col("fact_date").max(),
        rank.cast(pl.Int8).max().alias("identity_rank"),
        pl.col("row_id").unique().sort().alias("row_ids"),
        *[pl.col(name).first() for name in carried],
    )
