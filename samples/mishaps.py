"""What goes wrong with house, harvest and limb, who helps, and what people say of it. One function per kind: new facts by feed."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from samples.draw import ADULT, Draw, Facts, facts_of
from samples.vocabulary import DISASTERS, LIKELY, MATTERS, PROJECTS


def storm(draw: Draw) -> Facts:
    """Disasters, in the second month a flood in one town; ruined houses are rated by 住建 as well."""
    town = draw.choose("storm-town", tuple(sorted(set(draw.seen["town"].drop_nulls().unique().to_list()))), 1)[0]
    flood = draw.people("storm", 1.2 if draw.first else 3.5, pl.col("is_head") & (pl.col("town") == town), others=0.02)
    alone = draw.people("mishap", 1.0, pl.col("is_head"), others=0.02)
    people = pl.concat([flood, alone]).unique("person_uid", keep="first", maintain_order=True)
    count, rng = people.height, draw.rng("storm-damage")
    collapsed = np.where(rng.random(count) < 0.12, rng.integers(1, 5, count), 0)
    damaged = np.where(rng.random(count) < 0.4, rng.integers(1, 5, count), 0)
    day = draw.days("storm", count, last=draw.month.start + timedelta(days=24))
    kind = pl.select(
        pl.when(pl.int_range(count) < flood.height).then(pl.lit("洪涝")).otherwise(draw.choose("storm-kind", DISASTERS, count))
    ).to_series()
    events = facts_of(
        people,
        event_date=day,
        disaster_kind=kind,
        rooms_collapsed=pl.Series(collapsed),
        rooms_damaged=pl.Series(damaged),
        casualty=draw.choose("storm-casualty", ("无", "受伤", "失踪", "死亡"), count, (0.965, 0.025, 0.004, 0.006)),
    )
    rated = events.filter(pl.Series((collapsed + damaged > 0) & (rng.random(count) < 0.5)))
    houses = rated.select(
        "event_id",
        "person_uid",
        event_date=pl.col("event_date") + pl.duration(days=3),
        house_grade=pl.when(pl.col("rooms_collapsed") > 0).then(pl.lit("D")).otherwise(pl.lit("C")),
        is_only_house=pl.lit("是"),
        structure=pl.lit("木结构"),
    )
    return {"emergency_disaster": events, "housing_danger": houses}


def projects(draw: Draw) -> Facts:
    """Failed projects, each with the households that had a share in it; forests lost to pests and ice."""
    people = draw.people("project", 3.0, pl.col("is_head"), others=0.03).sort("town", "person_uid")
    count, rng = people.height, draw.rng("project-loss")
    forest = draw.people("forest", 2.0, pl.col("is_head"), others=0.02)
    area = np.round(rng.lognormal(2.0, 0.7, forest.height), 1)
    return {
        "agriculture_failed_project": facts_of(
            people,
            event_date=draw.days("project", count),
            project=people["town"].fill_null("外乡") + draw.choose("project-name", PROJECTS, count) + "项目",
            loss=pl.Series(np.round(rng.lognormal(9.2, 0.6, count), -2)),
            outcome=draw.choose("project-outcome", ("绝收", "项目失败", "未达效果"), count),
        ),
        "forestry_loss": facts_of(
            forest,
            event_date=draw.days("forest", forest.height),
            area_mu=pl.Series(area),
            loss=pl.Series(np.round(area * 420.0, 0)),
            cause=draw.choose("forest-cause", ("松材线虫病", "凝冻", "森林火灾", "天牛"), forest.height),
        ),
    }


def accidents(draw: Draw) -> Facts:
    """Traffic accidents, of which a part is told to the hotline as well, and crimes."""
    people = draw.people("traffic", 1.5, pl.col("age") >= 6, others=0.15)
    victims = draw.people("crime", 0.25, ADULT, others=0.1)
    outcomes, liabilities = ("受伤", "重伤致残", "死亡"), ("全责", "主责", "同责", "次责", "无责")
    harm = ("丧失劳动能力", "死亡", "其他")
    told = pl.Series(draw.rng("traffic-told").random(people.height) < 0.2)
    day = draw.days("traffic", people.height)
    calls = facts_of(people, event_date=day, problem=pl.lit("因意外事故")).filter(told)
    return {
        "hotline_12345": calls,
        "police_traffic_accident": facts_of(
            people,
            event_date=day,
            outcome=draw.choose("traffic-outcome", outcomes, people.height, (0.75, 0.15, 0.1)),
            liability=draw.choose("traffic-liability", liabilities, people.height),
        ),
        "police_crime_victim": facts_of(
            victims,
            event_date=draw.days("crime", victims.height),
            consequence=draw.choose("crime-harm", harm, victims.height, (0.4, 0.2, 0.4)),
        ),
    }


def aid(draw: Draw) -> Facts:
    """Relief of 民政 and aid of charities."""
    relief = draw.people("relief", 1.8, ADULT, others=0.04)
    aid = draw.people("aid", 1.2, others=0.05)
    rng = draw.rng("aid-money")
    return {
        "civil_temporary_relief": facts_of(
            relief,
            event_date=draw.days("relief", relief.height),
            relief_reason=draw.choose("relief-reason", ("因病", "因灾", "因学", "意外事故", "其他"), relief.height),
            amount=pl.Series(np.round(rng.uniform(500, 6000, relief.height), -2)),
        ),
        "charity_aid": facts_of(
            aid,
            event_date=draw.days("aid", aid.height),
            aid_reason=draw.choose("aid-reason", ("因病", "因学", "因灾", "因意外", "其他"), aid.height),
            amount=pl.Series(np.round(rng.uniform(500, 5000, aid.height), -2)),
        ),
    }


def voices(draw: Draw) -> Facts:
    """What people say themselves or of others: calls, petitions, self-reports, tips, findings of cadres."""
    facts: Facts = {}
    for feed, rate, others in (
        ("hotline_12345", 5.0, 0.08),
        ("petition", 1.8, 0.05),
        ("public_opinion", 0.6, 0.1),
        ("self_report_app", 2.2, 0.03),
        ("cadre_finding", 5.0, 0.02),
    ):
        people = draw.people(feed, rate, ADULT, others=others)
        facts[feed] = facts_of(
            people, event_date=draw.days(feed, people.height), problem=draw.choose(feed + "-matter", MATTERS, people.height, LIKELY)
        )
    facts["petition"] = facts["petition"].with_columns(
        looks_like_object=draw.choose("petition-is", ("是", "否"), facts["petition"].height, (0.7, 0.3))
    )
    return facts
