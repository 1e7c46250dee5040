"""Leads: one door with all its reasons. One row per household and month, made of the signals that nothing suppressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from contracts.county import County
from contracts.month import Month
from contracts.rule import Rule
from contracts.tables import LEAD, conform
from screening.earlier import Earlier
from screening.flags import flag_texts
from screening.measures import IDENTITIES
from screening.priority import with_worth
from screening.signals import has_amount
from standards.workdays import add_workdays

LIST = "；"
STILL_OPEN = "上期线索{}尚未反馈核查结果（{}），请一并核查反馈，不另行上门"


def build_leads(
    month: Month,
    signals: pl.DataFrame,
    *,
    households: pl.DataFrame,
    beside: Beside,
    earlier: Earlier,
    rules: Mapping[str, Rule],
    county: County,
) -> pl.DataFrame:
    """LEAD rows for the households of the risk `signals`, by village, red first, then by worth. They have no `lead_id` yet: `numbered`."""
    known = signals.join(_rule_table(rules), on="rule")
    merged = (
        with_worth(_merged(known, county).join(_history(earlier), on="household_id", how="left"), known, earlier, month, county.priority)
        .join(households.drop("village_code"), on="household_id")
        .join(flag_texts(beside.flags), on="household_id", how="left")
        .join(beside.colours.select("household_id", "colour"), on="household_id", how="left")
        .join(beside.incomes, on="household_id", how="left")
        .with_columns(
            month=pl.lit(str(month)),
            is_enrichment=pl.col("is_monitored").fill_null(value=False),
            monitoring_line=pl.lit(county.line(month).value),
            assigned_on=pl.lit(county.assigned_on(month)),
            due_on=_due(month, county),
            is_green_channel=pl.col("is_sudden"),
            continues="open_lead",
            leads_last_12_months=pl.col("leads_last_12_months").fill_null(0),
            ask=pl.concat_list(pl.col("still_open").fill_null(pl.lit([], dtype=pl.List(pl.String))), "ask"),
        )
        .with_columns(grade_reason=_grade_reason(county), proposed_category=_proposed_category())
    )
    return conform(merged, LEAD)


@dataclass(frozen=True)
class Beside:
    """What is known of households beside this month's risks: FLAG and COLOUR rows, and `screening.income.incomes`."""

    flags: pl.DataFrame
    colours: pl.DataFrame
    incomes: pl.DataFrame


def _rule_table(rules: Mapping[str, Rule]) -> pl.DataFrame:
    """One row per rule: its place in the pack, whether it is irreversible, whether it measures an amount."""
    return pl.DataFrame(
        {
            "rule": list(rules),
            "rule_order": range(len(rules)),
            "is_irreversible": [rule.grade == "red" and rule.urgency != "sudden" for rule in rules.values()],
            "has_amount": [has_amount(rule) for rule in rules.values()],
        },
        schema={"rule": pl.String, "rule_order": pl.Int32, "is_irreversible": pl.Boolean, "has_amount": pl.Boolean},
    )


def _merged(signals: pl.DataFrame, county: County) -> pl.DataFrame:
    """One row per household: its signals, the gravest first, put together."""
    is_named = pl.col("relation").is_not_null()
    person = pl.concat_str("person_name", pl.when(is_named).then(pl.format("（{}）", "relation")).otherwise(pl.lit("")))
    certainty = pl.col("identity").replace_strict({text: number for number, text in enumerate(IDENTITIES)}, return_dtype=pl.Int8)
    ordered = signals.with_columns(
        person=person,
        certainty=certainty,
        is_multiple=pl.col("has_amount") & (pl.col("measure") >= county.red_amount_factor * pl.col("threshold")),
    ).sort("household_id", "grade", "urgency", "rule_order", "event_date", "signal_id", descending=[False, False, True, False, True, False])
    once = {name: pl.col(name).unique(maintain_order=True) for name in ("person", "fact", "village_fact", "bureau", "rule", "risk_type")}
    return (
        ordered.group_by("household_id", maintain_order=True)
        .agg(
            pl.col("village_code").first(),
            grade=pl.col("grade").min(),  # red comes before yellow in the alphabet
            is_sudden=(pl.col("urgency") == "sudden").any(),
            is_irreversible=pl.col("is_irreversible").any(),
            is_multiple=pl.col("is_multiple").any(),
            has_amount=pl.col("has_amount").any(),
            risk_types=once["risk_type"],
            persons=once["person"].str.join("、"),
            facts=once["fact"].str.join(LIST),
            village_facts=once["village_fact"].str.join(LIST),
            bureaus=once["bureau"],
            rules=once["rule"],
            signal_ids="signal_id",
            ask=pl.col("ask").explode(empty_as_null=False).unique(maintain_order=True),
            identity=pl.lit(pl.Series(IDENTITIES)).get(pl.col("certainty").max()),
            latest_fact_date=pl.col("event_date").max(),
        )
        .with_columns(
            grade=pl.when(pl.col("bureaus").list.len() >= county.red_bureaus).then(pl.lit("red")).otherwise("grade"),
        )
    )


def _history(earlier: Earlier) -> pl.DataFrame:
    """One row per household that had leads or visits: leads_last_12_months, last_conclusion, last_conclusion_date, `still_open`.

    `still_open` asks to settle the household's last lead on the same visit when nothing has come back about it.
    """
    leads = (
        earlier.leads.select("lead_id", "household_id", "month", "village_facts")
        .join(earlier.conclusions.select("lead_id", "visited_on"), on="lead_id", how="left")
        .sort("month", "lead_id")
        .group_by("household_id")
        .agg(
            leads_last_12_months=pl.len().cast(pl.Int16),
            open_lead=pl.col("lead_id").filter(pl.col("visited_on").is_null()).last(),
            open_facts=pl.col("village_facts").filter(pl.col("visited_on").is_null()).last(),
        )
        .with_columns(
            still_open=pl.when(pl.col("open_lead").is_not_null()).then(pl.concat_list(pl.format(STILL_OPEN, "open_lead", "open_facts")))
        )
    )
    last = (
        earlier.conclusions.sort("visited_on", "lead_id")
        .group_by("household_id")
        .agg(last_conclusion=pl.col("conclusion").last(), last_conclusion_date=pl.col("visited_on").last())
    )
    return leads.join(last, on="household_id", how="full", coalesce=True)


def _due(month: Month, county: County) -> pl.Expr:
    """Day by which the visit is reported, in working days from the day of assignment (县定时限, `deadlines` in county.yml)."""
    start = county.assigned_on(month)
    sudden, normal = (add_workdays(start, count) for count in (county.deadlines.sudden, county.deadlines.normal))
    return pl.when("is_sudden").then(pl.lit(sudden)).otherwise(pl.lit(normal))


def _grade_reason(county: County) -> pl.Expr:
    """Why red or yellow, in words that may stand on a village's list."""
    causes = [
        pl.when("is_sudden").then(pl.lit("突发事件，走绿色通道，可先帮扶后补手续")),
        pl.when("is_irreversible").then(pl.lit("情形严重或难以挽回")),
        pl.when(pl.col("bureaus").list.len() >= county.red_bureaus).then(pl.format("{}个部门同时反映", pl.col("bureaus").list.len())),
        pl.when("is_multiple").then(pl.lit(f"数额达到预警标准的{county.red_amount_factor:g}倍以上")),
        pl.when(pl.col("grade") == "yellow").then(
            pl.when("has_amount").then(pl.lit("数额达到预警标准")).otherwise(pl.lit("列入部门预警名单"))
        ),
        pl.when("is_enrichment").then(pl.lit("已在监测，核实新情况，不重复纳入")),
        pl.when(pl.col("is_cleared").fill_null(value=False)).then(pl.lit("风险消除后再次出现问题")),
    ]
    return pl.concat_str(causes, separator="；", ignore_nulls=True)


def _proposed_category() -> pl.Expr:
    """监测对象 category by register status and income against the line (篇八 监测对象); a monitored household keeps its own."""
    income, line = pl.col("income_per_capita"), pl.col("monitoring_line")
    below = pl.when(pl.col("household_type") == "脱贫户").then(pl.lit("脱贫不稳定户")).otherwise(pl.lit("边缘易致贫户"))
    return (
        pl.when("is_enrichment")
        .then(pl.coalesce("monitored_kind", below))
        .when(income.is_null())
        .then(pl.concat_str(below, pl.lit("或突发严重困难户（收入待核）")))
        .when(income < line)
        .then(below)
        .otherwise(pl.lit("突发严重困难户"))
    )


def numbered(leads: pl.DataFrame, month: Month, county: County, given: pl.DataFrame) -> pl.DataFrame:
    """LEAD rows with lead_id: month, village, and a number within the village, red first, then what is worth most.

    A number that was `given` to a household (lead_id, household_id) when the month was released before is its own for good: the household
    keeps it, and others get numbers after the last one of the village.
    """
    place = pl.col("village_code").fill_null(f"{county.code}000000")
    number = pl.col("lead_id").str.extract(r"-(\d+)$", 1).cast(pl.Int64)
    kept = given.unique().with_columns(place=pl.col("lead_id").str.slice(len(f"{month}-"), len(f"{county.code}000000")))
    last = kept.group_by("place").agg(last=number.max())
    ordered = (
        leads.drop("lead_id")
        .with_columns(place=place)
        .sort("place", "grade", "worth", "household_id", descending=[False, False, True, False], nulls_last=True)
        .join(kept, on=["place", "household_id"], how="left", maintain_order="left")
        .join(last, on="place", how="left", maintain_order="left")
    )
    next_number = pl.col("lead_id").is_null().cum_sum().over("place") + pl.col("last").fill_null(0)
    fresh = pl.concat_str(pl.lit(f"{month}-"), "place", pl.lit("-"), next_number.cast(pl.String).str.zfill(3))
    return conform(ordered.with_columns(lead_id=pl.coalesce("lead_id", fresh)), LEAD)
