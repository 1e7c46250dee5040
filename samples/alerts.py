"""Which facts ought to send somebody to the door: 篇八 in the generator's own words, apart from the rules of the screening.

`judge` looks at the rows of one list and month, as they happened and not as they were typed. Rule names are those of
`config/rules/huangping_2021.yml`, written from the same document.
"""

from __future__ import annotations

import polars as pl

from contracts.month import Month
from contracts.tables import Schema

ANY = pl.lit(value=True)
HIGHER = pl.col("stage").is_in(["高中", "中职", "高职高专", "大专", "本科", "研究生"])
JOBLESS = pl.col("job_status") == "未就业"
LOST = pl.col("casualty").is_in(["死亡", "失踪"])


def _cases(feed: str, month: Month) -> list[tuple[str, pl.Expr]]:
    """Rule and condition, the most particular first; `is_registered` says that the household is 脱贫户 or monitored."""
    net = pl.col("self_paid").sum().over("event_id") if feed == "medical_inpatient" else pl.lit(0.0)
    stay = pl.col("visit_kind") == "住院"
    ruined = (pl.col("rooms_collapsed") > 0) | (pl.col("rooms_damaged") > 0)
    known: dict[str, list[tuple[str, pl.Expr]]] = {
        "medical_inpatient": [
            ("medical.single.registered", stay & pl.col("is_registered") & (net.round(2) >= 4000)),
            ("medical.single.general", stay & ~pl.col("is_registered") & (net.round(2) >= 10000)),
        ],
        "medical_serious_illness": [("medical.serious_illness", ANY)],
        "health_serious_illness": [("health.serious_illness", ANY)],
        "health_public_event": [("health.public_event", ANY)],
        "civil_temporary_relief": [("civil.temporary_relief", ANY)],
        "education_tuition": [
            ("education.tuition", HIGHER & (pl.col("in_province") != "省外") & (pl.col("self_paid") > 10000)),
            ("education.costly_school", pl.col("is_private_or_coastal") == "是"),
            ("education.out_of_province_tuition", HIGHER & (pl.col("in_province") == "省外")),
        ],
        "education_out_of_province": [("education.out_of_province", HIGHER)],
        "education_dropout": [("education.dropout", ANY)],
        "housing_danger": [("housing.danger_d", pl.col("house_grade") == "D"), ("housing.danger_c", pl.col("house_grade") == "C")],
        "water_unsafe": [("water.unsafe", ANY)],
        "labour_returned": [
            ("labour.returned", JOBLESS & (pl.col("event_date").dt.offset_by("1mo") <= month.end)),
            ("labour.planned_date_passed", JOBLESS & (pl.col("planned_out_on") <= month.end)),
        ],
        "disability_severe": [("disability.severe", pl.col("disability_level").is_in(["1", "2"]))],
        "emergency_disaster": [("emergency.casualty", LOST), ("emergency.house", ruined), ("emergency.disaster", ANY)],
        "agriculture_failed_project": [("agriculture.failed_project", ANY)],
        "forestry_loss": [("forestry.loss", ANY)],
        "police_traffic_accident": [("traffic.severe", pl.col("outcome").is_in(["死亡", "重伤致残"])), ("traffic.injury", ANY)],
        "police_crime_victim": [("crime.lost_labour", pl.col("consequence").is_in(["丧失劳动能力", "死亡"]))],
        "petition": [("petition.suspected", pl.col("looks_like_object") == "是")],
        "public_opinion": [("opinion.tip", ANY)],
        "hotline_12345": [("hotline.call", ANY)],
        "self_report_app": [("self_report.application", ANY)],
        "cadre_finding": [("cadre.finding", ANY)],
        "charity_aid": [("charity.aid", ANY)],
    }
    return known.get(feed, [])


def judge(feed: str, rows: pl.DataFrame, month: Month) -> pl.DataFrame:
    """`rows` with `rule`: the rule by which the row's household should get a lead in `month`, null where it should not.

    People of no household of the register never do.
    """
    rule = pl.lit(None, dtype=pl.String)
    for name, condition in reversed(_cases(feed, month)):
        rule = pl.when(condition.fill_null(value=False)).then(pl.lit(name)).otherwise(rule)
    return rows.with_columns(rule=pl.when(pl.col("household_id").is_not_null()).then(rule))


EVENTS: Schema = {
    "event_id": pl.String,
    "kind": pl.String,
    "feed": pl.String,
    "month": pl.String,  # the first in which it alerts, else the first in which it was sent
    "event_date": pl.Date,
    "household_id": pl.String,
    "person_id": pl.String,
    "amount": pl.Float64,  # 元
    "should_alert": pl.Boolean,
    "rule": pl.String,
}
AMOUNTS = {
    "medical_inpatient": "self_paid",
    "education_tuition": "self_paid",
    "civil_temporary_relief": "amount",
    "charity_aid": "amount",
    "agriculture_failed_project": "loss",
    "forestry_loss": "loss",
}


def events_of(feed: str, rows: pl.DataFrame, month: Month) -> pl.DataFrame:
    """One row per event among the judged `rows` whose household is in the register."""
    if not _cases(feed, month):
        return pl.DataFrame(schema=dict(EVENTS))
    amount = pl.col(AMOUNTS[feed]).sum() if feed in AMOUNTS else pl.lit(None, dtype=pl.Float64)
    return (
        rows.filter(pl.col("event_id").is_not_null(), pl.col("household_id").is_not_null())
        .group_by("event_id", "household_id", "person_id", maintain_order=True)
        .agg(pl.col("event_date").first(), amount.cast(pl.Float64).alias("amount"), pl.col("rule").drop_nulls().first())
        .select(
            "event_id",
            kind=pl.col("event_id").str.extract(r"([a-z_]+[0-9]*[a-z_]*)-\d+$"),
            feed=pl.lit(feed),
            month=pl.lit(str(month)),
            event_date="event_date",
            household_id="household_id",
            person_id="person_id",
            amount="amount",
            should_alert=pl.col("rule").is_not_null(),
            rule="rule",
        )
    )


def first_sent(events: pl.DataFrame) -> pl.DataFrame:
    """One row per event, feed and person: of the first month in which it alerts, else of the first in which it was sent."""
    key = ["event_id", "feed", "household_id", "person_id"]
    order = [*key, "should_alert", "month"]
    return events.sort(order, descending=[False, False, False, False, True, False], nulls_last=True).unique(
        key, keep="first", maintain_order=True
    )
