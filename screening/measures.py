"""What a rule measures: which rows count, in which window, netted and without repeats, summed up to one row per event.

All rules take this one path. A row's date is the rule's `event_date`; a row without one is dated by the last day of the month in
whose list it stands. An event of one person is named by `net_by` (an admission number), else by its date. Few columns of all rows are
measured, with persons and months as numbers; what the rows say beside is looked up for the hits alone.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from contracts.expression import Named
from contracts.month import Month
from contracts.rule import Rule, Since, Where

WINDOW_MONTHS = 12
IDENTITIES = ("证件一致", "姓名异", "需核身份")  # from certain to least certain
UNDATED = "undated"

KEYS = ("household_id", "person_key", "event_key")
AMOUNT = "measured_amount"
HOUSEHOLD = pl.col("household_id").cast(pl.Categorical)
PLACE = "place_in_list"  # which row of the list it is
ROW = ("row_id", "listed", "household_id", "person_key", "person_id", "person_name", "identity")  # listed: last day of the list's month


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


def keyed(rows: pl.LazyFrame) -> pl.LazyFrame:
    """`rows` of a list with household_id and person_key as categories, by which they are grouped and joined as numbers.

    Who a fact is about is told by the person's number, else by the name as sent.
    """
    person_key = pl.coalesce("person_id", pl.lit("name:") + pl.col("person_name"), pl.lit(""))
    return rows.with_columns(HOUSEHOLD, person_key.cast(pl.Categorical).alias("person_key"))


def measured(
    rule: Rule,
    rows: pl.DataFrame,
    month: Month,
    began: pl.DataFrame | None = None,
    kept: Callable[[pl.LazyFrame], pl.LazyFrame] = lambda measures: measures,
) -> pl.DataFrame:
    """One row per household, person and event or period, with its `measure`: those that are `kept` of all KEYS and measures.

    `rows` have ROW and the columns of the feed that the rule names; `began` are the rows of the list that a `since_event` window starts
    from. The result has KEYS, measure and what is `kept` beside, fact_date, identity_rank, row_ids; feed columns are those of the most
    telling row.
    """
    windowed = _windowed(rule, rows, month, began).collect()
    return _told(rule, rows, windowed, kept(_measures(rule, windowed.lazy(), month)).collect())


def _windowed(rule: Rule, rows: pl.DataFrame, month: Month, began: pl.DataFrame | None) -> pl.LazyFrame:
    """The rows that count, each with its place in `rows`, KEYS, `listed`, `when`, `fact_date` and what is measured."""
    events = [name for name in (rule.measure.net_by, rule.risk_type_column) if name]
    matching = (
        rows.lazy()
        .with_row_index(PLACE)
        .filter(pl.col("listed") <= month.end, *[condition(where, rows.schema) for where in rule.where])
        .select(
            PLACE,
            "household_id",
            _key(rule),
            "listed",
            *events,
            fact_date(rule).alias("fact_date"),
            amount(rule).alias(AMOUNT),
        )
    )
    match rule.measure.aggregate, rule.window:
        case "change", _:
            return _then_and_now(rule, matching, month)
        case "newly_listed", _:
            return _newly_listed(rule, matching, month)
        case _, "single" | "listed_12":
            return _events(rule, matching, month)
    if rule.since is not None and began is not None:
        return _since_event(matching, _beginnings(rule, rule.since, began, month), month)
    return _period(rule, matching, month)


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


def _key(rule: Rule) -> pl.Expr:
    """`person_key`, and nobody in particular for a household rule."""
    return pl.lit("").cast(pl.Categorical).alias("person_key") if rule.per == "household" else pl.col("person_key")


def fact_date(rule: Rule) -> pl.Expr:
    """The day of a row's fact, null where the rule has no date."""
    return pl.col(rule.event_date) if rule.event_date else pl.lit(None, dtype=pl.Date)


def _events(rule: Rule, rows: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """Rows of the events that are on the lists looked at; with `net_by` also their rows on earlier lists, so that reversals cancel."""
    first = month if rule.window == "single" else month.plus(1 - WINDOW_MONTHS)
    is_looked_at = pl.col("listed") >= first.start
    number = pl.col(rule.measure.net_by) if rule.measure.net_by else pl.lit(None, dtype=pl.String)
    key = pl.coalesce(pl.lit("no:") + number, pl.col("fact_date").dt.to_string("%Y-%m-%d"), pl.lit(UNDATED))
    if rule.risk_type_column:
        key = pl.concat_str(key, pl.lit("|"), pl.col(rule.risk_type_column).fill_null(""))
    if not rule.measure.net_by:
        return rows.filter(is_looked_at).with_columns(event_key=key, when="fact_date")
    netted = rows.filter(is_looked_at | number.is_in(number.filter(is_looked_at).implode()))
    return netted.with_columns(event_key=key, when="fact_date").filter(is_looked_at.any().over(KEYS))


def _period(rule: Rule, rows: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """Rows of the window, by the date of the fact: the year's end is where the dates put it, whichever list a row came on.

    Facts that arrive late for an earlier month or year are counted there, in the month in which they arrive.
    """
    rows = rows.with_columns(when=pl.coalesce("fact_date", "listed")).filter(pl.col("when") <= month.end)
    if rule.window.startswith("rolling_"):
        first = month.plus(1 - int(rule.window.removeprefix("rolling_"))).start
        return rows.filter(pl.col("when") >= first).with_columns(event_key=pl.lit(month.start))
    first, period = (month.start, "1mo") if rule.window == "month" else (Month(month.year, 1).start, "1y")
    now = rows.filter(pl.col("when") >= first).with_columns(event_key=pl.lit(first))
    before = rows.filter(pl.col("when") < first).with_columns(event_key=pl.col("when").dt.truncate(period))
    return pl.concat([now, before.join(before.filter(pl.col("listed") == month.end), on=KEYS, how="semi")])


def _beginnings(rule: Rule, since: Since, rows: pl.DataFrame, month: Month) -> pl.LazyFrame:
    """The newest event of 12 months of lists: household_id, person_key, `since`."""
    first = month.plus(1 - WINDOW_MONTHS).start
    met = [condition(where, rows.schema) for where in since.where]
    return (
        rows.lazy()
        .filter(pl.col("listed").is_between(first, month.end), pl.col(since.event_date) <= month.end, *met)
        .group_by("household_id", _key(rule))
        .agg(since=pl.col(since.event_date).max())
        .drop_nulls("since")
    )


def _since_event(rows: pl.LazyFrame, began: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """Rows dated on or after the event of the same person (household); the event's day names the period."""
    joined = rows.with_columns(when=pl.coalesce("fact_date", "listed")).join(began, on=["household_id", "person_key"])
    return joined.filter(pl.col("when").is_between("since", month.end)).rename({"since": "event_key"})


def _newly_listed(rule: Rule, rows: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """Rows of this month's list of people who were on none of the lists before; nobody is new where there was no list before."""
    before = rows.filter(pl.col("listed").is_between(month.plus(-rule.measure.months_back).start, month.plus(-1).end))
    there_was_one = before.select(pl.len().alias("rows_before"))
    return (
        rows.filter(pl.col("listed") == month.end)
        .join(before, on=["household_id", "person_key"], how="anti")
        .join(there_was_one, how="cross")
        .filter(pl.col("rows_before") > 0)
        .drop("rows_before")
        .with_columns(event_key=pl.lit(month.start), when="fact_date")
    )


def _then_and_now(rule: Rule, rows: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """Rows of this month's list and of the one `months_back` before."""
    both = pl.col("listed").is_in([month.end, month.plus(-rule.measure.months_back).end])
    return rows.filter(both).with_columns(event_key=pl.lit(month.start), when="fact_date")


def once(same: list[str], rows: pl.LazyFrame) -> pl.LazyFrame:
    """One row per kind of equal rows (`same`), and how many `times` it counts.

    The same event, date and amount on a later list is the same once more; within one list equal rows are different ones.
    """
    return rows.group_by(*same, "listed").agg(times=pl.len()).group_by(same).agg(pl.col("times").max())


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
        case "max":
            measure = column.max().cast(pl.Float64)
        case "change":
            is_now = pl.col("listed") == month.end
            now, then = (column.filter(of).max().cast(pl.Float64) for of in (is_now, ~is_now))
            measure = ((now - then) / then.abs() if rule.measure.relative else now - then).round(4)
        case "days_since":
            measure = (pl.lit(month.end) - column.max()).dt.total_days().cast(pl.Float64)
        case "months_since":  # the end is a month's last day, on which every month begun since is complete (民法典 202)
            measure = ((month.year - column.max().dt.year()) * 12 + month.number - column.max().dt.month()).cast(pl.Float64)
    if rule.measure.aggregate in {"sum", "rows"}:
        rows = once([*KEYS, "when", AMOUNT, *([rule.measure.net_by] if rule.measure.net_by else [])], rows)
    measures = rows.group_by(KEYS).agg(measure.alias("measure"))
    return measures.filter(pl.col("measure").is_finite()) if rule.measure.aggregate == "change" else measures


def _told(rule: Rule, rows: pl.DataFrame, windowed: pl.DataFrame, hit: pl.DataFrame) -> pl.DataFrame:
    """One row per KEYS of `hit`, with what its rows say beside the measure; the largest and newest one says most."""
    found = windowed.select(PLACE, *KEYS, "fact_date", AMOUNT).join(hit, on=KEYS)
    carried = [name for name in rows.columns if name not in ROW or name in {"person_id", "person_name"}]
    said = rows.select("listed", "row_id", "identity", *carried)[found[PLACE]]
    largest = [AMOUNT] if rule.measure.aggregate in {"sum", "max"} else []
    descending = [*(True for _ in largest), True, False]
    rank = pl.col("identity").replace_strict({text: number for number, text in enumerate(IDENTITIES)}, default=len(IDENTITIES) - 1)
    told = (
        found.hstack(said)
        .sort(*largest, "listed", "row_id", descending=descending, nulls_last=True)
        .group_by(KEYS, maintain_order=True)
        .agg(
            pl.col("fact_date").max(),
            rank.cast(pl.Int8).max().alias("identity_rank"),
            pl.col("row_id").unique().sort().alias("row_ids"),
            *[pl.col(name).first() for name in (*hit.columns[len(KEYS) :], *carried)],
        )
    )
    event = pl.col("event_key").dt.to_string(_period_text(rule)) if told.schema["event_key"] == pl.Date else pl.col("event_key")
    return told.with_columns(pl.col("household_id", "person_key").cast(pl.String), event)


def _period_text(rule: Rule) -> str:
    """How the day that a period is known by is written in an event_key: the format of `strftime`."""
    if rule.measure.aggregate in {"change", "newly_listed"}:
        return {"change": "change|%Y-%m", "newly_listed": "new|%Y-%m"}[rule.measure.aggregate]
    return {"month": "%Y-%m", "year_to_date": "%Y", "since_event": "since_event|%Y-%m-%d"}.get(rule.window, rule.window)
