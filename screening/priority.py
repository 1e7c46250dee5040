"""Which door first: the expected worth of a visit, and the words that say why.

worth = how grave it is × how sure we are × how often such leads proved true × how long ago somebody was there. The numbers are the
county's (`priority` in county.yml); nothing here decides whether a door is visited, only in which order.
"""

from __future__ import annotations

import polars as pl

from contracts.county import Priority
from contracts.month import Month
from screening.earlier import Earlier
from screening.sentences import number_text

TRUE = "属实"  # conclusions that begin so say that the fact was true (domain.md 8.3)


def with_worth(leads: pl.DataFrame, signals: pl.DataFrame, earlier: Earlier, month: Month, settings: Priority) -> pl.DataFrame:
    """`leads` (one row per household, merged) with `worth` and `worth_reason`."""
    ratio = (
        signals.filter(pl.col("has_amount"))
        .with_columns(ratio=pl.col("measure") / pl.col("threshold"))
        .group_by("household_id")
        .agg(pl.col("ratio").max())
    )
    found = proven(earlier)
    shares = (
        signals.select("household_id", "rule")
        .unique()
        .join(found, on="rule", how="left")
        .with_columns(pl.col("verified", "true").fill_null(0))
        .with_columns(share=(pl.col("true") + settings.prior_true) / (pl.col("verified") + settings.prior_visits))
        .sort("household_id", "share", "rule", descending=[False, True, False])
        .unique("household_id", keep="first", maintain_order=True)
        .select("household_id", "share", "verified", "true")
    )
    joined = leads.join(ratio, on="household_id", how="left").join(shares, on="household_id", how="left")
    return joined.with_columns(_months_since_visit(month)).with_columns(worth=_worth(settings), worth_reason=_words(settings))


def proven(earlier: Earlier) -> pl.DataFrame:
    """One row per rule with visits in 12 months: rule, verified, true."""
    hits = earlier.leads.select("lead_id", rule="rules").explode("rule", empty_as_null=True).drop_nulls().unique()
    return (
        hits.join(earlier.conclusions.select("lead_id", "conclusion"), on="lead_id")
        .group_by("rule")
        .agg(verified=pl.len(), true=pl.col("conclusion").str.starts_with(TRUE).sum())
    )


def _months_since_visit(month: Month) -> pl.Expr:
    last = pl.col("last_conclusion_date")
    return ((month.year - last.dt.year()) * 12 + month.number - last.dt.month()).alias("months_since_visit")


def _worth(settings: Priority) -> pl.Expr:
    grave = (
        pl.when("is_sudden").then(settings.sudden).when("is_irreversible").then(settings.irreversible).when(pl.col("grade") == "red")
        .then(settings.red).otherwise(1.0)
    )  # fmt: skip
    amount = 1 + settings.amount * (pl.col("ratio").fill_null(1.0).clip(1.0, 4.0) - 1)
    further = settings.bureau * (pl.col("bureaus").list.len().cast(pl.Float64) - 1) + settings.reason * (
        pl.col("signal_ids").list.len().cast(pl.Float64) - 1
    )
    sure = pl.col("identity").replace_strict(settings.identity, default=min(settings.identity.values()), return_dtype=pl.Float64)
    since = pl.col("months_since_visit")
    visited = pl.when(since < settings.recent_months).then(settings.recent).when(since < 12).then(1.0).otherwise(settings.never)
    return (grave * amount * (1 + further) * sure * pl.col("share") * visited).round(4)


def _words(settings: Priority) -> pl.Expr:
    """The parts of the worth that say something about this door."""
    since = pl.col("months_since_visit")
    parts = [
        pl.when("is_sudden").then(pl.lit("突发事件")).when("is_irreversible").then(pl.lit("难以挽回")),
        pl.when(pl.col("ratio") >= 1.5).then(pl.format("数额为标准的{}倍", number_text(pl.col("ratio").round(1)))),
        pl.when(pl.col("bureaus").list.len() > 1).then(pl.format("{}个部门反映", pl.col("bureaus").list.len())),
        pl.when(pl.col("identity") != "证件一致").then(pl.format("身份{}", pl.col("identity"))).otherwise(pl.lit("证件一致")),
        pl.when(pl.col("verified") > 0)
        .then(pl.format("这类线索走访{}户、属实{}户", "verified", "true"))
        .otherwise(pl.lit("这类线索还没有走访结果")),
        pl.when(since.is_null())
        .then(pl.lit("近一年没有走访记录"))
        .when(since < settings.recent_months)
        .then(pl.lit("刚走访过"))
        .otherwise(pl.format("{}个月前走访过", since)),
    ]
    return pl.concat_str(parts, separator="，", ignore_nulls=True)
