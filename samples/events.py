"""What happens in the county: stays in hospital, fees, houses, water, lost work; `samples.mishaps` has the sudden things.

`happen` draws the new facts of one month, one frame per feed; a fact that two bureaus learn of has one `event_id` in both. Rates
are facts per 1,000 households and month, chosen so that a month brings a few dozen doors per 1,000 households and not hundreds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import polars as pl

from contracts.month import Month
from samples import amounts, mishaps
from samples.draw import PUPIL, STUDENT, WORKING, Draw, Facts, facts_of
from samples.tables import Population
from samples.vocabulary import DANGERS, HOSPITALS, PROVINCES, SERIOUS


def happen(population: Population, month: Month, seed: int, *, first: bool) -> Facts:
    """The new facts of `month`, by feed. In the `first` month the lists still hold what happened in the two months before."""
    draw = Draw(population, month, seed, first)
    facts: Facts = {}
    for step in STEPS:
        for feed, frame in step(draw).items():
            facts[feed] = pl.concat([facts[feed], frame], how="diagonal") if feed in facts else frame
    return {feed: frame.with_columns(first_month=pl.lit(str(month))) for feed, frame in facts.items()}


def _serious_illness(draw: Draw) -> Facts:
    """New cases of the 30 serious illnesses: 医保 and 卫健 each know most of them; a part costs much, gets relief or charity."""
    people = draw.people("serious", 3.0, others=0.04)
    count = people.height
    rng = draw.rng("serious-bureaus")
    found = pl.Series(draw.days("serious", count))
    cases = facts_of(
        people,
        event_date=found,
        disease=draw.choose("serious-disease", SERIOUS, count),
        hospital=draw.choose("serious-hospital", HOSPITALS, count),
    )
    bureau = rng.random(count)
    help_ = rng.random(count)
    gift = pl.Series(np.round(rng.uniform(1000, 8000, count), -2))
    return {
        "medical_serious_illness": cases.filter(pl.Series(bureau < 0.8)),
        "health_serious_illness": cases.filter(pl.Series(bureau > 0.25)).drop("hospital"),
        "civil_temporary_relief": cases.select("event_id", "person_uid", "event_date")
        .with_columns(relief_reason=pl.lit("因病"), amount=gift)
        .filter(pl.Series(help_ < 0.12)),
        "charity_aid": cases.select("event_id", "person_uid", "event_date", aid_reason=pl.lit("因病"), amount=gift).filter(
            pl.Series(help_ > 0.88)
        ),
    }


def _hospital(draw: Draw) -> Facts:
    """Settlements of stays and visits of the month, in the first month of two months before as well."""
    start = draw.month.plus(-2).start if draw.first else draw.month.start
    people = draw.people("visit", 480.0 if draw.first else 160.0, one_per_household=False, others=0.03)
    settled = draw.days("visit", people.height, start)
    return {
        "medical_inpatient": amounts.visits(
            facts_of(people, event_date=settled), people, draw.population.households, draw.rng("visit-money")
        )
    }


def _public_event(draw: Draw) -> Facts:
    """One outbreak in one village."""
    villages = draw.population.village_codes
    village = villages[int(draw.rng("outbreak").integers(len(villages)))]
    people = draw.people("outbreak", 0.8, pl.col("village_code") == village, others=0.0, one_per_household=False)
    return {"health_public_event": facts_of(people, event_date=draw.days("outbreak", people.height), event_kind=pl.lit("传染病疫情"))}


def _students(draw: Draw) -> Facts:
    """Fees of the last autumn term, sent with the first list and then as late entries; students in other provinces."""
    scale = 1.0 if draw.first else 0.08
    autumn = draw.month.year if draw.month.number >= 9 else draw.month.year - 1
    term = (date(autumn, 8, 28), date(autumn, 9, 20)) if draw.first else (draw.month.start, draw.month.end)
    people = draw.people("fees", 35.0 * scale, STUDENT & pl.col("guardian_uid").is_not_null(), others=0.04)
    fees = amounts.fees(people.select("event_id", "person_uid", "stage"), draw.rng("fees-money"))
    away = draw.people("away", 4.0 * scale, STUDENT & pl.col("guardian_uid").is_not_null(), others=0.04)
    outside = facts_of(
        away,
        event_date=draw.days("away", away.height, *term),
        stage=away["stage"],
        province=draw.choose("away-province", PROVINCES, away.height),
        school=draw.choose("away-school", ("职业技术学院", "理工大学", "师范学院", "民族中学", "科技学院"), away.height),
    ).with_columns(school=pl.col("province").str.slice(0, 2) + pl.col("school"))
    gone = draw.people("dropout", 0.5, PUPIL & pl.col("age").is_between(6, 15), others=0.0)
    dropped = facts_of(
        gone,
        event_date=draw.days("dropout", gone.height),
        stage=gone["stage"],
        school=pl.lit("岚溪县") + gone["town"] + gone["stage"] + "学校",
    )
    return {
        "education_tuition": fees.with_columns(event_date=draw.days("fees", fees.height, *term)),
        "education_out_of_province": outside,
        "education_dropout": dropped,
    }


def _houses(draw: Draw) -> Facts:
    """Rated houses, most of them sound."""
    people = draw.people("house", 8.0, pl.col("is_head"), others=0.03)
    count = people.height
    return {
        "housing_danger": facts_of(
            people,
            event_date=draw.days("house", count),
            house_grade=draw.choose("house-grade", ("A", "B", "C", "D"), count, (0.35, 0.42, 0.16, 0.07)),
            is_only_house=draw.choose("house-only", ("是", "否"), count, (0.8, 0.2)),
            structure=draw.choose("house-structure", ("木结构", "砖木", "砖混", "土木"), count),
        )
    }


def _water(draw: Draw) -> Facts:
    """Households without safe water, many of them in a few dry villages."""
    villages = draw.rng("dry").choice(draw.population.village_codes, max(1, len(draw.population.village_codes) // 20), replace=False)
    dry = draw.people("dry", 1.5, pl.col("is_head") & pl.col("village_code").is_in(villages.tolist()), others=0.0)
    alone = draw.people("water", 1.2, pl.col("is_head"), others=0.03)
    people = pl.concat([dry, alone]).unique("person_uid", keep="first", maintain_order=True)
    count = people.height
    return {
        "water_unsafe": facts_of(
            people,
            event_date=draw.days("water", count),
            problem=draw.choose("water-problem", DANGERS, count),
            members_affected=pl.Series(draw.rng("water-members").integers(1, 7, count)),
        )
    }


def _returned(draw: Draw) -> Facts:
    """People back from work elsewhere; few of them are still without work. Nobody is back for just about one month."""
    people = draw.people("returned", 110.0 if draw.first else 60.0, WORKING, others=0.04, one_per_household=False)
    count, rng = people.height, draw.rng("returned-work")
    back = pl.DataFrame({"back": draw.days("returned", count, draw.month.plus(-3).start if draw.first else draw.month.start)})
    near = [
        pl.col("back").is_between(start - timedelta(days=4), start + timedelta(days=9))
        for start in (draw.month.start, draw.month.plus(1).start)
    ]
    back = back.with_columns(back=pl.when(pl.any_horizontal(near)).then(pl.col("back") + pl.duration(days=14)).otherwise("back"))
    back = back.with_columns(back=pl.when(pl.col("back") > draw.month.end).then(pl.col("back") - pl.duration(days=18)).otherwise("back"))
    jobless = rng.random(count) < 0.07
    planned = pl.Series(rng.random(count) < 0.4)
    plan = pl.Series(rng.integers(20, 120, count) * 86_400_000_000).cast(pl.Duration("us"))
    return {
        "labour_returned": facts_of(
            people,
            event_date=back["back"],
            job_status=pl.Series(np.where(jobless, "未就业", "已就业")),
            planned_out_on=pl.select(pl.when(planned).then(back["back"] + plan)).to_series(),
            worked_at=draw.choose("returned-place", PROVINCES, count),
        )
    }


STEPS: tuple[Callable[[Draw], Facts], ...] = (
    _hospital,
    _serious_illness,
    _public_event,
    _students,
    _houses,
    _water,
    _returned,
    mishaps.storm,
    mishaps.projects,
    mishaps.accidents,
    mishaps.aid,
    mishaps.voices,
)
