"""What people have or are, month after month: allowances, vehicles, houses, companies, posts, debts, certificates.

Drawn once from the county's first day; a few entries begin in a later month (`since`, counted from 0), so that lists grow.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from contracts.month import Month
from samples.draw import ADULT, Draw, Facts, facts_of
from samples.tables import Population
from samples.vocabulary import BANKS, CASES, COMPANIES, EMPLOYERS, OFFENCES, POSITIONS, SETTLEMENTS


def hold(population: Population, month: Month, seed: int) -> Facts:
    """The standing lists by feed, drawn on the population of the first `month`. Column `since`: index of the month they begin in."""
    draw = Draw(population, month, seed)
    stocks: Facts = {}
    for step in (_allowances, _certificates, _vehicles, _houses, _companies, _posts, _debts, _moved):
        stocks |= step(draw)
    return {
        feed: frame.with_columns(since=pl.Series(np.where(draw.rng(feed + "-since").random(frame.height) < 0.03, 1, 0)))
        for feed, frame in stocks.items()
    }


def _since(draw: Draw, kind: str, count: int, years: int) -> pl.Series:
    """Days in the last `years` before the month."""
    return draw.days(kind, count, date(draw.month.year - years, 1, 1), draw.month.plus(-1).end)


def _allowances(draw: Draw) -> Facts:
    """低保 households by their heads, with category and amount; 特困 persons."""
    tagged = draw.population.households.filter(pl.col("tags").list.contains("低保"))
    heads = tagged.select(person_uid="head_uid", household_id="household_id").join(
        draw.seen.select("person_uid"), on="person_uid", how="semi", maintain_order="left"
    )
    rng, count = draw.rng("allowance"), heads.height
    category = rng.choice(np.array(["A类", "B类", "C类"]), count, p=[0.25, 0.45, 0.3])
    monthly = np.select([category == "A类", category == "B类"], [430.0, 320.0], 240.0) * rng.integers(1, 5, count)
    minimum = heads.select(
        "person_uid",
        event_id=pl.lit(None, dtype=pl.String),
        category=pl.Series(category),
        monthly_amount=pl.Series(monthly),
        start_month=_since(draw, "allowance", count, 6),
    )
    destitute = draw.population.households.filter(pl.col("tags").list.contains("特困供养"))["household_id"].implode()
    persons = draw.seen.filter(pl.col("household_id").is_in(destitute)).with_columns(event_id=pl.lit(None, dtype=pl.String))
    if persons.is_empty():
        persons = draw.people("destitute", 5.0, pl.col("age") >= 60).with_columns(event_id=pl.lit(None, dtype=pl.String))
    kept = facts_of(
        persons,
        category=pl.select(pl.when(persons["age"] < 18).then(pl.lit("孤儿")).otherwise(pl.lit("特困供养"))).to_series(),
        care_kind=draw.choose("care", ("分散", "集中"), persons.height, (0.85, 0.15)),
    )
    return {"civil_minimum_living": minimum, "civil_destitute": kept}


def _certificates(draw: Draw) -> Facts:
    """Disability certificates, one in eight issued or changed this year."""
    people = draw.seen.filter(pl.col("disability_number").is_not_null()).with_row_index("nth")
    rng, count = draw.rng("certificate"), people.height
    this_year = rng.random(count) < 0.12
    old = _since(draw, "certificate", count, 9).dt.offset_by("-1y")
    start = date(draw.month.year, 1, 1)
    new = draw.days("certificate-new", count, start, draw.month.plus(1).end)
    frame = pl.DataFrame({"event_date": old, "new": new, "is_new": this_year})
    issued = frame.select(pl.when("is_new").then("new").otherwise("event_date").alias("event_date")).to_series()
    number = pl.col("nth").cast(pl.String).str.zfill(6)
    return {
        "disability_severe": people.select(
            "person_uid",
            event_id=pl.format("certificate-{}", number),
            event_date=issued,
            disability_class="disability_class",
            disability_level=pl.col("disability_level").cast(pl.String),
        )
    }


def _asset(draw: Draw, kind: str, rate: float, others: float) -> pl.DataFrame:
    """Adults on a standing list; no event."""
    people = draw.people(kind, rate, ADULT, others=others, one_per_household=False)
    return people.with_columns(event_id=pl.lit(None, dtype=pl.String))


def _vehicles(draw: Draw) -> Facts:
    """Registered vehicles."""
    people = _asset(draw, "vehicle", 250.0, 0.2)
    count = people.height
    plate = pl.Series(draw.rng("plate").integers(0, 10**5, count)).cast(pl.String).str.zfill(5)
    kinds = draw.choose("vehicle-kind", ("小型轿车", "货车", "摩托车"), count, (0.42, 0.13, 0.45))
    return {"police_vehicle": facts_of(people, event_date=_since(draw, "vehicle", count, 8), vehicle_kind=kinds, plate="贵H" + plate)}


def _houses(draw: Draw) -> Facts:
    """Real estate, most of it owned by two of a household."""
    people = _asset(draw, "realty", 30.0, 0.25)
    count, rng = people.height, draw.rng("realty-area")
    return {
        "natural_resources_realty": facts_of(
            people,
            event_date=_since(draw, "realty", count, 10),
            property_kind=draw.choose("realty-kind", ("商品房", "门面房", "宅基地"), count, (0.45, 0.1, 0.45)),
            area_m2=pl.Series(np.round(rng.normal(110, 30, count).clip(20), 2)),
            location=pl.Series(rng.choice(np.array(SETTLEMENTS), count)) + pl.Series(rng.integers(1, 20, count)).cast(pl.String) + "栋",
        )
    }


def _companies(draw: Draw) -> Facts:
    """Companies and shares in them."""
    people = _asset(draw, "company", 22.0, 0.25)
    count = people.height
    number = pl.Series(draw.rng("company").integers(1, 400, count)).cast(pl.String)
    return {
        "market_company": facts_of(
            people,
            event_date=_since(draw, "company", count, 8),
            company="岚溪县" + number + "号" + draw.choose("company-name", COMPANIES, count),
            position=draw.choose("company-position", ("法定代表人", "股东", "监事", "经营者"), count),
            capital=pl.Series(draw.rng("capital").choice(np.array([30000.0, 100000.0, 500000.0, 1000000.0, 2000000.0]), count)),
        )
    }


def _posts(draw: Draw) -> Facts:
    """Public servants and staff paid by the treasury; most of them are on no register of rural households."""
    servants, staff = _asset(draw, "servant", 8.0, 1.5), _asset(draw, "staff", 14.0, 1.0)
    return {
        "organisation_public_servant": facts_of(
            servants,
            event_date=_since(draw, "servant", servants.height, 20),
            employer=draw.choose("servant-employer", EMPLOYERS, servants.height),
            position=draw.choose("servant-position", POSITIONS, servants.height),
        ),
        "finance_paid_staff": facts_of(
            staff,
            employer=draw.choose("staff-employer", EMPLOYERS, staff.height),
            staff_kind=draw.choose("staff-kind", ("行政", "事业", "公益性岗位"), staff.height),
        ),
    }


def _debts(draw: Draw) -> Facts:
    """Bad credit, court lists, offences."""
    bank, court, offence = _asset(draw, "bank", 18.0, 0.08), _asset(draw, "court", 9.0, 0.1), _asset(draw, "offence", 4.0, 0.05)
    return {
        "bank_credit": facts_of(
            bank,
            event_date=_since(draw, "bank", bank.height, 4),
            overdue_amount=pl.Series(np.round(draw.rng("overdue").lognormal(9.0, 1.0, bank.height), 2)),
            bank=draw.choose("bank-name", BANKS, bank.height),
        ),
        "court_dishonest": facts_of(
            court, event_date=_since(draw, "court", court.height, 4), case_kind=draw.choose("case", CASES, court.height)
        ),
        "justice_offence": facts_of(
            offence,
            event_date=_since(draw, "offence", offence.height, 3),
            offence_kind=draw.choose("offence-kind", OFFENCES, offence.height),
        ),
    }


def _moved(draw: Draw) -> Facts:
    """Resettled households, and the sample households of the income survey."""
    none = pl.lit(None, dtype=pl.String)
    moved = draw.people("moved", 80.0, pl.col("is_head"), others=0.02).with_columns(event_id=none)
    asked = draw.people("asked", 30.0, pl.col("is_head"), others=0.02).with_columns(event_id=none)
    income = asked.join(
        draw.population.households.select("household_id", "income_per_capita", "members"),
        on="household_id",
        how="left",
        maintain_order="left",
    )
    rng = draw.rng("asked-income")
    return {
        "resettlement": facts_of(
            moved,
            event_date=draw.days("moved", moved.height, date(2016, 3, 1), date(2020, 6, 30)),
            settlement=draw.choose("settlement", SETTLEMENTS, moved.height),
            members=pl.Series(rng.integers(1, 8, moved.height)),
        ),
        "statistics_income": income.select(
            "event_id",
            "person_uid",
            pl.col("members").cast(pl.Int64).fill_null(3),
            income_per_capita=(pl.col("income_per_capita").fill_null(15000.0) * pl.Series(rng.normal(1.05, 0.08, asked.height))).round(2),
        ),
    }
