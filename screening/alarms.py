"""Area alarms: more households of one risk type in one village or town than its own history explains (规模性返贫).

The number expected is the place's own monthly mean, steadied by one month at the rate of the county's other places; without history
only that rate counts. A Poisson test says how likely so many are by chance, and the bound is set so that the whole county raises
`false_alarms` by chance a month and level.
"""

from __future__ import annotations

import polars as pl
from scipy.special import gammainc

from contracts.county import Alarms
from contracts.month import Month
from contracts.tables import AREA_ALARM, conform
from screening.earlier import Earlier

LEVELS = {"village": 12, "town": 9}  # digits of the statistical code that name the place (GB/T 10114)


def area_alarms(month: Month, signals: pl.DataFrame, households: pl.DataFrame, earlier: Earlier, settings: Alarms) -> pl.DataFrame:
    """AREA_ALARM rows of this month's new risk `signals`, sorted by level, code and risk type."""
    now = signals.filter(pl.col("kind") == "risk").select("household_id", "village_code", "risk_type")
    past = _past(earlier)
    alarms = [_of_level(level, now, past, households, settings) for level in LEVELS]
    found = pl.concat(alarms).with_columns(message=_message(month))
    return conform(found, AREA_ALARM).sort("level", "code", "risk_type")


def _past(earlier: Earlier) -> pl.DataFrame:
    """Signals that went out in earlier months: month, household_id, village_code, risk_type."""
    held = earlier.suppressed.select("signal_id", "month")
    of_signal = ["signal_id", "month", "household_id", "village_code", "risk_type"]
    risks = earlier.signals.select("kind", *of_signal).filter(pl.col("kind") == "risk")
    return risks.join(held, on=["signal_id", "month"], how="anti").select("month", "household_id", "village_code", "risk_type")


def _of_level(level: str, now: pl.DataFrame, past: pl.DataFrame, households: pl.DataFrame, settings: Alarms) -> pl.DataFrame:
    """Alarms of the villages or of the towns, without message."""
    code = pl.col("village_code").str.head(LEVELS[level])
    names = ["town", "village"] if level == "village" else ["town"]
    places = (
        households.filter(pl.col("village_code").is_not_null())
        .group_by(code.alias("code"))
        .agg(pl.len().alias("size"), *[pl.col(name).drop_nulls().mode().sort().first() for name in names])
        .with_columns(village=pl.col("village") if level == "village" else pl.lit(None, dtype=pl.String))
    )
    total = places["size"].sum()
    months = past["month"].n_unique()
    counted = now.group_by(code.alias("code"), "risk_type").agg(households=pl.col("household_id").n_unique().cast(pl.Int64))
    history = past.group_by(code.alias("code"), "risk_type").agg(before=pl.struct("month", "household_id").n_unique().cast(pl.Int64))
    county = history.group_by("risk_type").agg(county_before=pl.col("before").sum())
    tests = places.height * max(now["risk_type"].n_unique(), 1)
    expected = (
        counted.join(places, on="code")
        .join(history, on=["code", "risk_type"], how="left")
        .join(county, on="risk_type", how="left")
        .with_columns(
            pl.col("before", "county_before").fill_null(0),
            elsewhere=pl.col("households").sum().over("risk_type") - pl.col("households"),
        )
        # rate elsewhere: this month and all months of history, per household and month; half a case keeps it above zero
        .with_columns(
            rate=(pl.col("elsewhere") + pl.col("county_before") - pl.col("before") + 0.5)
            / ((total - pl.col("size")).clip(lower_bound=1) * (months + 1))
        )
        .with_columns(expected=(pl.col("rate") * pl.col("size") + pl.col("before")) / (months + 1))
    )
    tested = expected.with_columns(pl.Series("p_value", gammainc(expected["households"].to_numpy(), expected["expected"].to_numpy())))
    return tested.filter(pl.col("households") >= settings.min_households, pl.col("p_value") * tests <= settings.false_alarms).select(
        pl.lit(level).alias("level"), "code", "town", "village", "risk_type", "households", "expected", "p_value"
    )


def _message(month: Month) -> pl.Expr:
    return pl.format(
        "{}{}本月有{}户出现“{}”风险，按以往情况约为{}户，偶然出现的可能性约为{}，请研判是否存在区域性、规模性返贫风险（{}）",
        pl.col("town").fill_null(""),
        pl.col("village").fill_null(""),
        "households",
        "risk_type",
        pl.col("expected").round(1),
        pl.when(pl.col("p_value") < 0.0001).then(pl.lit("不到万分之一")).otherwise(pl.format("{}%", (pl.col("p_value") * 100).round(2))),
        pl.lit(str(month)),
    )
