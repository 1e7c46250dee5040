"""Suppression: which signals of this month send nobody, because what they say was already sent and has not changed.

Every suppressed signal gets a code, a Chinese reason and the earlier lead. What is new always goes out: another event, another
person, another rule of the same feed, a step up in an amount, a worse grade, or a household whose support has ended since.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from contracts.county import Suppression
from contracts.month import Month
from contracts.rule import Rule
from contracts.tables import SUPPRESSED, conform
from screening.sentences import date_text, number_text
from screening.signals import has_amount

LIKENESS = (  # what a signal has in common with one that was sent, and how it may then repeat it; the strongest first
    ("rule", "sent_rule", ["1 event", "2 cumulative"]),
    ("kind_of_event", "sent_kind", ["3 bureau"]),
    ("risk_type", "sent_risk_type", ["4 visited"]),
)
WORDS = ("person_name", "relation", "fact", "village_fact", "ask", "identity", "row_ids", "document")  # nothing of it is compared


def suppress(
    month: Month, signals: pl.DataFrame, sent: pl.DataFrame, *, households: pl.DataFrame, rules: Mapping[str, Rule], settings: Suppression
) -> pl.DataFrame:
    """SUPPRESSED rows for the risk `signals` that were sent before and have nothing new, sorted by signal_id.

    `sent` is what went out in the 12 months before, as `Earlier.sent` gives it.
    """
    kinds = _kinds(rules)
    sent_kinds = kinds.select(sent_rule="rule", sent_kind="kind_of_event")
    risks = signals.filter(pl.col("kind") == "risk").drop(WORDS).join(kinds, on="rule").join(_status(households), on="household_id")
    last = _likest(month, risks, sent.join(sent_kinds, on="sent_rule", how="left"), settings)
    code = _code(settings)
    suppressed = last.with_columns(code=code).filter(pl.col("code").is_not_null()).with_columns(reason=_reason(settings))
    renamed = suppressed.with_columns(month=pl.lit(str(month)), earlier_month="sent_month", earlier_lead_id="sent_lead_id")
    return conform(renamed, SUPPRESSED).sort("signal_id")


def _likest(month: Month, risks: pl.DataFrame, sent: pl.DataFrame, settings: Suppression) -> pl.DataFrame:
    """Each of `risks` that repeats something with the newest that it repeats most strongly, and their `sameness`."""
    found, visit = [], _months_since(month, pl.col("sent_visited_on"))
    for column, sent_column, strengths in LIKENESS:
        pairs = risks.join(sent, left_on=["household_id", column], right_on=["household_id", sent_column], coalesce=True)
        alike = (
            pairs.with_columns(pl.col(column).alias(sent_column), visit_age=visit)
            .with_columns(_sameness(settings).alias("sameness"), age=_months_since(month, pl.col("sent_month").str.to_date("%Y-%m")))
            .filter(pl.col("sameness").is_in(strengths))
            .sort("sameness", "sent_month", "sent_lead_id", "sent_signal_id", descending=[False, True, False, False])
            .unique("signal_id", keep="first", maintain_order=True)
        )
        found.append(alike)
        risks = risks.join(alike, on="signal_id", how="anti")
    return pl.concat(found, how="diagonal")


def _kinds(rules: Mapping[str, Rule]) -> pl.DataFrame:
    """One row per rule: its kind of event, and whether it measures an amount."""
    return pl.DataFrame(
        {
            "rule": list(rules),
            "kind_of_event": [rule.event_kind for rule in rules.values()],
            "has_amount": [has_amount(rule) for rule in rules.values()],
        },
        schema={"rule": pl.String, "kind_of_event": pl.String, "has_amount": pl.Boolean},
    )


def _status(households: pl.DataFrame) -> pl.DataFrame:
    """Whether each household is monitored, or cleared, by the register of the month."""
    now = [pl.col(name).fill_null(value=False).alias(f"{name}_now") for name in ("is_monitored", "is_cleared")]
    return households.select("household_id", *now)


def _months_since(month: Month, day: pl.Expr) -> pl.Expr:
    """Months from the month of `day` to `month`."""
    return (month.year - day.dt.year()) * 12 + month.number - day.dt.month()


def _sameness(settings: Suppression) -> pl.Expr:
    """How a signal repeats one that was sent: `1 event`, `2 cumulative`, `3 bureau`, `4 visited` (by strength); null when it does not."""
    same_rule = pl.col("rule") == pl.col("sent_rule")
    same_amount = ~pl.col("has_amount") | (pl.col("measure") == pl.col("sent_measure"))
    same_fact = same_rule & same_amount & (pl.col("event_date") == pl.col("sent_event_date"))
    same_person = pl.col("person_id").eq_missing(pl.col("sent_person_id"))
    some_person = same_person | pl.col("person_id").is_null() | pl.col("sent_person_id").is_null()
    same_year = pl.col("event_date").dt.year() == pl.col("sent_event_date").dt.year()
    days = (pl.col("event_date") - pl.col("sent_event_date")).dt.total_days().abs()
    not_worse = (pl.col("grade") == "yellow") | (pl.col("sent_grade") == "red")
    was_included = pl.col("sent_conclusion").str.contains("拟纳入").fill_null(value=False)
    ended = (pl.col("sent_is_enrichment") & ~pl.col("is_monitored_now")) | (was_included & pl.col("is_cleared_now"))
    return (
        pl.when(ended)
        .then(None)
        .when(~pl.col("is_cumulative") & ((pl.col("signal_id") == pl.col("sent_signal_id")) | (same_fact & some_person & ~same_person)))
        .then(pl.lit("1 event"))
        .when(pl.col("is_cumulative") & same_rule & same_person & ((pl.col("window") != "year_to_date") | same_year))
        .then(pl.lit("2 cumulative"))
        .when(
            (pl.col("kind_of_event") == pl.col("sent_kind"))
            & ~same_rule
            & some_person
            & (days <= pl.when(pl.col("feed") == pl.col("sent_feed")).then(0).otherwise(settings.same_event_days))
            & not_worse
        )
        .then(pl.lit("3 bureau"))
        .when(_seen_at_visit(settings) & some_person)
        .then(pl.lit("4 visited"))
    )


def _seen_at_visit(settings: Suppression) -> pl.Expr:
    """A yellow fact from before a recent visit that found the same risk true: the visitors saw the household after it."""
    months = pl.lit(settings.visited_months)
    recent = pl.col("visit_age").is_between(0, months - 1) if settings.visited_months else pl.lit(value=False)
    return (
        recent
        & (pl.col("grade") == "yellow")
        & (pl.col("risk_type") == pl.col("sent_risk_type"))
        & (pl.col("event_date") <= pl.col("sent_visited_on"))
        & pl.col("sent_conclusion").str.starts_with("属实").fill_null(value=False)
    )


def _code(settings: Suppression) -> pl.Expr:
    """Why the signal stays at home; null when it goes out after all (a new step, or the months are over and the lead is closed)."""
    is_dated_event = (pl.col("sameness") == "1 event") & (pl.col("event_date") == pl.col("sent_event_date"))
    grown = pl.col("has_amount") & (pl.col("measure") - pl.col("sent_measure") >= settings.step * pl.col("threshold"))
    is_verified = pl.col("sent_conclusion").is_not_null()
    is_repeat = pl.col("sameness").is_in(["1 event", "2 cumulative"])
    over = (pl.col("age") >= settings.months) & ~is_dated_event & is_repeat
    return (
        pl.when(pl.col("sameness") == "4 visited")
        .then(pl.lit("visited"))
        .when(grown & is_repeat)
        .then(None)
        .when(over & is_verified)
        .then(None)
        .when(over)
        .then(pl.lit("open_lead"))
        .when(is_verified)
        .then(pl.lit("verified"))
        .when(pl.col("sameness") == "2 cumulative")
        .then(pl.lit("no_new_step"))
        .when(pl.col("sameness") == "3 bureau")
        .then(pl.lit("same_event"))
        .otherwise(pl.lit("already_sent"))
    )


def _reason(settings: Suppression) -> pl.Expr:
    month = pl.col("sent_month").str.to_date("%Y-%m").dt.strftime("%Y年%-m月")
    sent = pl.concat_str(month, pl.lit("已交办（线索"), "sent_lead_id", pl.lit("）"))
    texts = {
        "already_sent": pl.concat_str(pl.lit("同一事实"), sent, pl.lit("，本月重复推送，情况没有变化")),
        "same_event": pl.concat_str(pl.lit("同一事件由"), "sent_bureau", pl.lit("推送后"), sent, pl.lit("，不再另行交办")),
        "no_new_step": pl.concat_str(
            sent,
            pl.lit("，当时累计"),
            number_text(pl.col("sent_measure")),
            pl.lit("，本月累计"),
            number_text(pl.col("measure")),
            pl.lit(f"，增加不到标准的{settings.step:.0%}，未达到新台阶"),
        ),
        "verified": pl.concat_str(
            sent, pl.lit("，"), date_text(pl.col("sent_visited_on")), pl.lit("核查结论“"), "sent_conclusion", pl.lit("”，之后情况没有变化")
        ),
        "visited": pl.concat_str(
            date_text(pl.col("sent_visited_on")),
            pl.lit("刚就同类风险入户核查（线索"),
            "sent_lead_id",
            pl.lit("，结论“"),
            "sent_conclusion",
            pl.lit("”），本事实发生在那次入户之前，不另行交办"),
        ),
        "open_lead": pl.concat_str(sent, pl.lit("，尚未反馈核查结果，请先办结，不重复交办")),
    }
    reason = pl.lit(None, dtype=pl.String)
    for code, text in texts.items():
        reason = pl.when(pl.col("code") == code).then(text).otherwise(reason)
    return reason
