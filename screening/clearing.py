"""Clearing: which monitored households could be proposed for 风险消除, and what still stands in the way of the others.

篇二 (四) names four indicators: measures fit the risk, 三保障 and water are secured, the income stays above the line, large expenses are
settled; never within six months of identification, never a household without anybody who can work. Lists tell three of the four:
whether the measures fit is asked in the village. A proposal is where the procedure begins, never its result.
"""

from __future__ import annotations

import polars as pl

from contracts.county import Clearing
from contracts.month import Month
from contracts.standing import CLEARING
from contracts.tables import conform
from screening.earlier import Earlier
from screening.sentences import number_text

ABLE = ["普通劳动力", "技能劳动力", "弱劳动力或半劳动力"]
SECURED = ["因安全住房", "因安全饮水", "因学"]  # risk types that put 三保障 or water in question
ASK = "针对性帮扶措施是否已经落实，由村核实"


def clearing(
    month: Month,
    households: pl.DataFrame,
    persons: pl.DataFrame,
    registers: pl.DataFrame,
    signals: pl.DataFrame,
    earlier: Earlier,
    line: float,
    settings: Clearing,
) -> pl.DataFrame:
    """CLEARING rows: one per monitored household, those that could be proposed first, by village.

    `registers`: household_id, month, income_per_capita, identified_month of this month's register and of those before; `signals` are this
    month's, `earlier` what earlier months found and what of it is still open.
    """
    first = str(month.plus(1 - settings.months))
    known = registers.filter(pl.col("month") >= first).group_by("household_id")
    incomes = known.agg(lowest_income=pl.col("income_per_capita").min(), identified=pl.col("identified_month").max())
    risks = pl.concat(
        [
            frame.filter(pl.col("kind") == "risk").select("household_id", "risk_type")
            for frame in (signals, earlier.signals.filter(pl.col("month") >= first))
        ]
    )
    hit = risks.group_by("household_id").agg(
        is_secured=~pl.col("risk_type").is_in(SECURED).any(), is_settled=pl.col("risk_type").is_in(SECURED).all()
    )
    able = persons.group_by("household_id").agg(
        can_work=pl.col("labour").is_in(ABLE).any(), labour_known=pl.col("labour").is_not_null().any()
    )
    open_leads = (
        earlier.leads.join(earlier.conclusions, on="lead_id", how="anti").select("household_id", is_open=pl.lit(value=True)).unique()
    )
    judged = (
        households.filter(pl.col("is_monitored"))
        .join(incomes, on="household_id", how="left")
        .join(hit, on="household_id", how="left")
        .join(able, on="household_id", how="left")
        .join(open_leads, on="household_id", how="left")
        .with_columns(months_monitored=_months(month), monitoring_line=pl.lit(line))
    )
    return conform(
        judged.with_columns(unmet=pl.concat_list(_in_the_way(settings)).list.drop_nulls())
        .with_columns(may_be_proposed=pl.col("unmet").list.len() == 0, ask=pl.lit(ASK))
        .sort("may_be_proposed", "village_code", "household_id", descending=[True, False, False], nulls_last=True),
        CLEARING,
    )


def _months(month: Month) -> pl.Expr:
    """Whole months since the household was identified."""
    since = pl.col("identified")
    return ((month.year - since.dt.year()) * 12 + month.number - since.dt.month()).cast(pl.Int32)


def _in_the_way(settings: Clearing) -> list[pl.Expr]:
    """What is not met, each in the county's words; null where it is."""
    income, line = pl.col("lowest_income"), pl.col("monitoring_line")
    low = pl.format(
        "近{}个月册上人均纯收入最低{}元，没有稳定超过监测线{}元", pl.lit(settings.months), number_text(income), number_text(line)
    )
    return [
        pl.when(income.is_null()).then(pl.lit("册上没有人均纯收入")).when(income <= line).then(low),
        pl.when(~pl.col("is_secured").fill_null(value=True)).then(pl.lit(f"近{settings.months}个月住房、饮水或就学有预警")),
        pl.when(~pl.col("is_settled").fill_null(value=True)).then(pl.lit(f"近{settings.months}个月还有其他风险预警")),
        pl.when(pl.col("months_monitored").is_null())
        .then(pl.lit("册上没有识别监测时间"))
        .when(pl.col("months_monitored") < settings.months)
        .then(pl.format("识别监测才{}个月，不满{}个月", "months_monitored", pl.lit(settings.months))),
        pl.when(~pl.col("can_work").fill_null(value=False)).then(
            pl.when("labour_known").then(pl.lit("整户无劳动能力，暂不标注风险消除")).otherwise(pl.lit("册上没有劳动能力"))
        ),
        pl.when(pl.col("is_open")).then(pl.lit("还有线索没有反馈核查结果")),
    ]
