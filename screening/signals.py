"""Signals: every rule in force over the linked rows of its feed, one row per fact about one household.

One path for all rules: hits (rows that count -> measure -> comparison) -> whose household it is and its group -> sentences. The only
loop is over the rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import duckdb
import polars as pl

from contracts.county import County
from contracts.feed import Feed
from contracts.month import Month
from contracts.rule import RISK_TYPES, Rule
from contracts.tables import SIGNAL, conform, empty
from screening.hits import Facts, hits, number
from screening.measures import IDENTITIES
from screening.sentences import sentence

OF_PERSON = ("household_id", "person_id", "relation", "person_name")
OF_HOUSEHOLD = ("head_name", "village_code", "household_type", "is_monitored", "is_cleared", "tags")


def find_signals(
    month: Month, *, rules: Mapping[str, Rule], feeds: Mapping[str, Feed], county: County, facts: Facts, population: Population
) -> pl.DataFrame:
    """SIGNAL rows of all `rules` in force in `month`, sorted by signal_id.

    `facts` holds the linked rows of each feed for this month and earlier ones.
    """
    in_force = [rule for rule in rules.values() if rule.holds_in(month) and all(name in facts for name in rule.feeds)]
    if not in_force:
        return empty(SIGNAL)
    found = hits(in_force, facts, month, population.households, population.signed)
    known = zip(in_force, population.of_hits(found), strict=True)
    told = [signals_of(rule, feeds[rule.feed], hit, month=month, county=county) for rule, hit in known]
    signals = pl.concat(pl.collect_all(told))
    return conform(_with_ids(signals), SIGNAL).sort("signal_id")


@dataclass(frozen=True)
class Population:
    """What a signal says about who and where, and whose assets may be looked at."""

    households: pl.LazyFrame  # household_id, and OF_HOUSEHOLD
    persons: pl.LazyFrame  # household_id, person_id, register_name, relation
    signed: pl.LazyFrame  # household_id of those whose 承诺授权 is on record

    def of_hits(self, found: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
        """`found` with OF_HOUSEHOLD, register_name and relation, only of households of the register: looked up once for all."""
        person = ["household_id", "person_id"]
        whose = pl.concat([hit.select(person) for hit in found]).lazy()
        persons = self.persons.join(whose, on=person, how="semi").unique(person, keep="first", maintain_order=True)
        known = (
            whose.join(self.households.with_columns(is_listed=pl.lit(value=True)), on="household_id", how="left", maintain_order="left")
            .join(persons, on=person, how="left", maintain_order="left")
            .drop(person)
            .collect()
        )
        ends = accumulate(hit.height for hit in found)
        parts = [(hit, known.slice(end - hit.height, hit.height)) for hit, end in zip(found, ends, strict=True)]
        return [hit.drop(known.columns, strict=False).hstack(part).filter("is_listed") for hit, part in parts]

    @classmethod
    def of(cls, households: pl.DataFrame, persons: pl.DataFrame, signed: pl.DataFrame) -> Population:
        """From the tables HOUSEHOLD and PERSON, and the households that signed."""
        return cls(
            households.lazy().select("household_id", *OF_HOUSEHOLD),
            persons.lazy().select(OF_PERSON).rename({"person_name": "register_name"}),
            signed.lazy(),
        )


def signals_of(rule: Rule, feed: Feed, hit: pl.DataFrame, *, month: Month, county: County) -> pl.LazyFrame:
    """Signals of one rule from its hits of known households, without signal_id: SIGNAL columns and the `event_key`."""
    found = (
        hit.lazy()
        .with_columns(
            name=pl.coalesce("register_name", "person_name", "head_name"),
            value=pl.col("measure"),
            threshold=pl.lit(number(rule)),
            date=pl.col("fact_date"),
        )
        .with_columns(relation=pl.coalesce("relation", pl.when(pl.col("name") == pl.col("head_name")).then(pl.lit("户主"))))
    )
    schema = found.collect_schema()
    return found.select(
        pl.lit(rule.rule).alias("rule"),
        pl.lit(rule.kind).alias("kind"),
        pl.lit(rule.feed).alias("feed"),
        pl.lit(feed.bureau).alias("bureau"),
        "household_id",
        "person_id",
        pl.col("name").alias("person_name"),
        "relation",
        "village_code",
        _risk_type(rule).alias("risk_type"),
        "measure",
        "threshold",
        pl.lit(rule.operator).alias("operator"),
        pl.lit(rule.window).alias("window"),
        pl.lit(rule.cumulative).alias("is_cumulative"),
        pl.col("fact_date").fill_null(month.end).alias("event_date"),
        pl.lit(rule.urgency).alias("urgency"),
        _grade(rule, county.red_amount_factor).alias("grade"),
        sentence(rule.fact, schema).alias("fact"),
        sentence(rule.village_fact, schema).alias("village_fact"),
        pl.lit(pl.Series([rule.ask], dtype=pl.List(pl.String))).first().alias("ask"),
        pl.lit(pl.Series(IDENTITIES)).get(pl.col("identity_rank")).alias("identity"),
        "row_ids",
        pl.lit(_document(rule)).alias("document"),
        "person_key",
        "event_key",
    )


def has_amount(rule: Rule) -> bool:
    """Whether the measure is an amount that can be a multiple of its threshold, or grow by a step."""
    is_sum = rule.measure.aggregate in {"sum", "max", "rows"} and rule.operator in {">=", ">"}
    return is_sum and (isinstance(rule.value, str) or rule.value > 0)


def _grade(rule: Rule, factor: float) -> pl.Expr:
    if rule.kind == "flag":
        return pl.lit(None, dtype=pl.String)
    if rule.kind == "colour":
        return pl.lit(rule.grade)
    if rule.grade == "red" or rule.urgency == "sudden":
        return pl.lit("red")
    is_multiple = pl.col("measure") >= factor * number(rule) if has_amount(rule) else pl.lit(False)
    return pl.when(is_multiple).then(pl.lit("red")).otherwise(pl.lit("yellow"))


def _risk_type(rule: Rule) -> pl.Expr:
    own = pl.lit(rule.risk_type, dtype=pl.String)
    if not rule.risk_type_column:
        return own
    cell = pl.col(rule.risk_type_column)
    return pl.when(cell.is_in(RISK_TYPES)).then(cell).otherwise(own)


def _document(rule: Rule) -> str:
    quoted = f"：“{rule.document.text}”" if rule.document.text else ""
    return f"《{rule.document.title}》{rule.document.paragraph}{quoted}"


def _with_ids(signals: pl.DataFrame) -> pl.DataFrame:
    """Adds signal_id, a hash of rule, household, person and event: the same fact has the same number in every month."""
    with duckdb.connect() as connection:
        connection.register("signals", signals.select("rule", "household_id", "person_key", "event_key").with_row_index("position"))
        hashed = connection.sql("""
            SELECT 's' || left(md5(concat_ws(chr(31), rule, household_id, person_key, event_key)), 16) AS signal_id
            FROM signals
            ORDER BY position
        """).pl()
    return signals.with_columns(hashed["signal_id"])
