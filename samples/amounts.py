"""Money that people pay: hospital bills with their shares, and a school year's fees, some of them right at the thresholds.

The thresholds of 篇八 (4,000 and 10,000 元) are approached from both sides on purpose: 以上 includes the number, 超过 does not.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from samples.vocabulary import HOSPITALS, ILLNESSES, SCHOOLS

EDGES = (3999.99, 4000.00, 4000.01, 3980.5, 4020.5, 9999.99, 10000.00, 10000.01, 9950.0, 10050.0)
FEE_EDGES = (9999.0, 10000.0, 10000.5, 10001.0, 9990.0, 10100.0)


def visits(facts: pl.DataFrame, people: pl.DataFrame, households: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Bills of the visits in `facts`, one row per settlement: kind, dates, shares of the funds, what was paid by the patient.

    One stay in a hundred was settled wrongly first: a reversal (negative) and a new settlement follow under the same number.
    """
    count = facts.height
    kind = rng.choice(np.array(["住院", "门诊", "门特"]), count, p=[0.55, 0.3, 0.15])
    paid = _paid(kind, rng)
    registered = households.filter(pl.col("household_type") == "脱贫户")["household_id"].implode()
    poor = people.select(pl.col("household_id").is_in(registered).fill_null(value=False)).to_series().to_numpy()
    total = np.round(paid / rng.uniform(0.18, 0.5, count), 2)
    rest = np.maximum(total - paid, 0.0)
    relief = np.round(np.where(poor & (kind == "住院"), rest * 0.12, 0.0), 2)
    serious = np.round(np.where(paid > 7000, rest * 0.2, 0.0), 2)
    stay = np.where(kind == "住院", rng.integers(2, 25, count), 0)
    rows = facts.with_columns(pl.Series("stay", stay)).with_columns(
        visit_kind=pl.Series(kind),
        admission_no=pl.lit("ZY") + pl.col("event_date").dt.strftime("%Y%m") + pl.int_range(pl.len()).cast(pl.String).str.zfill(6),
        admitted_on=pl.col("event_date") - pl.duration(days="stay"),
        hospital=pl.Series(rng.choice(np.array(HOSPITALS), count)),
        disease=pl.Series(rng.choice(np.array(ILLNESSES), count)),
        total_cost=pl.Series(total),
        pool_paid=pl.Series(np.round(rest - relief - serious, 2)),
        serious_paid=pl.Series(serious),
        relief_paid=pl.Series(relief),
        self_paid=pl.Series(paid),
        settlement=pl.lit(1),
    )
    before = pl.Series("before", np.round(rng.exponential(700.0, count), 2))
    year = pl.col("self_paid").cum_sum().over("person_uid", order_by="event_date") + pl.col("before").first().over(
        "person_uid", order_by="event_date"
    )
    rows = rows.with_columns(before).with_columns(self_paid_ytd=year.round(2)).drop("before", "stay")
    return pl.concat([rows, _corrections(rows, rng)])


def _paid(kind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What patients paid themselves, 元: mostly little, at times a ruinous sum, at times a threshold to the cent."""
    count = len(kind)
    paid = np.where(kind == "住院", rng.lognormal(7.0, 0.7, count), rng.lognormal(5.2, 0.8, count))
    paid = np.where((kind == "住院") & (rng.random(count) < 0.008), rng.lognormal(9.7, 0.5, count), paid)
    paid = np.where(rng.random(count) < 0.02, rng.choice(np.array(EDGES), count), paid)
    return np.round(np.maximum(paid, 8.0), 2)


def _corrections(rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Reversals and the settlements that replace what was reversed."""
    stays = rows.filter(pl.col("visit_kind") == "住院")
    wrong = stays.filter(pl.Series(rng.random(stays.height) < 0.01))
    money = ["total_cost", "pool_paid", "serious_paid", "relief_paid", "self_paid"]
    back = wrong.with_columns(*(-pl.col(name) for name in money), settlement=pl.lit(2))
    anew = wrong.with_columns(*((pl.col(name) * 0.3).round(2) for name in money), settlement=pl.lit(3))
    return pl.concat([back, anew])


def fees(students: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """A school year's fees of `students` (with `stage`): tuition, lodging, books, aid, and what the family pays, 元."""
    count = students.height
    stage = students["stage"].to_numpy()
    college = np.isin(stage, ["高职高专", "本科"])
    costly = college & (rng.random(count) < 0.06)
    tuition = np.select([stage == "高中", stage == "中职", costly], [1600.0, 0.0, 0.0], 0.0)
    tuition = np.where(college, np.where(costly, rng.integers(140, 260, count) * 100.0, rng.integers(35, 70, count) * 100.0), tuition)
    lodging = np.where(college, rng.integers(8, 14, count) * 100.0, rng.integers(3, 8, count) * 100.0)
    books = np.where(college, rng.integers(4, 9, count) * 100.0, rng.integers(5, 10, count) * 100.0)
    aid = np.where(rng.random(count) < 0.4, rng.choice(np.array([1000.0, 2000.0, 3300.0, 4400.0]), count), 0.0)
    aid = np.minimum(aid, tuition + lodging + books)
    edge = college & ~costly & (rng.random(count) < 0.12)
    tuition = np.where(edge, rng.choice(np.array(FEE_EDGES), count) + aid - lodging - books, tuition)
    away = college & (rng.random(count) < 0.04)
    return students.with_columns(
        in_province=pl.Series(np.where(away, "省外", "省内")),
        is_private_or_coastal=pl.Series(np.where(costly, "是", "否")),
        school=pl.col("stage").replace_strict(SCHOOLS),
        tuition=pl.Series(tuition),
        lodging=pl.Series(lodging),
        books=pl.Series(books),
        aid=pl.Series(aid),
        self_paid=pl.Series(np.round(tuition + lodging + books - aid, 2)),
    )
