"""What the register records about people and households beside their names: schooling, health, disability, labour, poverty, income.

The shares are those of a former poor county in `domain.md` 2.2 and 6: about 18 % 脱贫户, 1.5 % of the households monitored, half of
them with the risk cleared, one person in eighteen disabled.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from samples import name_tables
from samples.seeds import Bools, Ints, Texts, by_age, texts, weighted

DISABILITIES = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")  # classes 1 to 7 of the certificate (domain.md 9.2)
TERTIARY = ("高职高专", "本科")


def people(rng: np.random.Generator, age: Ints) -> pl.DataFrame:
    """One row per age given: stage, disability_class, disability_level, health, labour, lives_elsewhere, residence."""
    count = len(age)
    stage = _stages(rng, age)
    disability, level = _disabilities(rng, age)
    health = np.full(count, "健康", dtype=object)
    health[rng.random(count) < by_age(age, (0, 30, 45, 60, 75), (0.004, 0.02, 0.07, 0.20, 0.33))] = "长期慢性病"
    health[rng.random(count) < by_age(age, (0, 20, 45, 60), (0.002, 0.004, 0.012, 0.024))] = "患有大病"
    health[level > 0] = "残疾"
    away = rng.random(count) < np.where(
        stage != "", by_age(age, (0, 15, 18), (0.12, 0.3, 0.95)), by_age(age, (0, 17, 25, 46, 56, 63), (0.12, 0.55, 0.46, 0.34, 0.14, 0.03))
    )
    provinces = np.array(name_tables.PROVINCES.split(), dtype=object)
    residence = provinces[weighted(rng, 1.0 / (np.arange(len(provinces)) + 3.0), count)]
    return pl.DataFrame(
        {
            "stage": texts(stage, stage != ""),
            "disability_class": texts(disability, level > 0),
            "disability_level": pl.Series(level).cast(pl.Int8).replace(0, None),
            "health": texts(health),
            "labour": texts(_labour(rng, age, stage, level)),
            "lives_elsewhere": away,
            "residence": texts(residence, away),
        }
    )


def _stages(rng: np.random.Generator, age: Ints) -> Texts:
    chance = rng.random(len(age))
    stages = np.full(len(age), "", dtype=object)
    for low, high, steps in (
        (3, 5, ((0.86, "学前教育"),)),
        (6, 11, ((0.985, "小学"),)),
        (12, 14, ((0.98, "初中"),)),
        (15, 17, ((0.52, "高中"), (0.89, "中职"))),
        (18, 21, ((0.20, "本科"), (0.48, "高职高专"))),
        (22, 22, ((0.10, "本科"),)),
    ):
        mine = (age >= low) & (age <= high)
        for share, stage in reversed(steps):
            stages[mine & (chance < share)] = stage
    return stages


def _disabilities(rng: np.random.Generator, age: Ints) -> tuple[Texts, Ints]:
    disabled = rng.random(len(age)) < by_age(age, (0, 18, 45, 60, 75), (0.010, 0.025, 0.055, 0.105, 0.15))
    classes = np.array(DISABILITIES, dtype=object)[weighted(rng, (12, 10, 2, 55, 8, 9, 4), len(age))]
    return classes, np.where(disabled, 1 + weighted(rng, (12, 25, 28, 35), len(age)), 0)


def _labour(rng: np.random.Generator, age: Ints, stage: Texts, level: Ints) -> Texts:
    labour = np.array(["普通劳动力", "技能劳动力", "弱劳动力或半劳动力"], dtype=object)[weighted(rng, (82, 12, 6), len(age))]
    labour[age >= 60] = "弱劳动力或半劳动力"
    labour[(age < 16) | (stage != "") | (age >= 72)] = "无劳动力"
    labour[(level > 0) & (level <= 2) & (age >= 16)] = "丧失劳动力"
    return labour


def ethnicities(rng: np.random.Generator, village: Ints, villages: int, lineage: Bools) -> Texts:
    """民族 of each person: that of the village for four of five of its lineages (`lineage`), else drawn from the county's."""
    words = np.array([word for word, _ in name_tables.ETHNICITIES], dtype=object)
    weights = [weight for _, weight in name_tables.ETHNICITIES]
    main = weighted(rng, weights, villages)[village]
    return words[np.where(lineage, main, weighted(rng, weights, len(village)))]


def households(rng: np.random.Generator, summary: pl.DataFrame, village: Ints, villages: int) -> pl.DataFrame:
    """household_type … tags for each row of `summary` (members, oldest, disabled, severe, ill, workers), `village` being its number."""
    count = summary.height
    members, workers = (summary[name].to_numpy() for name in ("members", "workers"))
    share = rng.beta(3.2, 14.5, villages)[village]  # some villages were poor, most less so
    frail = summary["disabled"].to_numpy() + summary["ill"].to_numpy() > 0
    lifted = rng.random(count) < np.clip(share * np.where(frail, 1.35, 0.92), 0, 0.9)
    monitored = rng.random(count) < np.where(lifted, 0.034, 0.0105) * np.where(frail, 1.6, 0.8)
    sudden = rng.random(count) < 0.14
    kind = np.where(sudden, "突发严重困难户", np.where(lifted, "脱贫不稳定户", "边缘易致贫户"))
    income = np.exp(rng.normal(np.where(lifted, 9.62, 9.78), np.where(lifted, 0.36, 0.42))) * (
        0.72 + 0.5 * workers / np.maximum(members, 1)
    )
    income = np.where(monitored & ~sudden, np.clip(rng.normal(7600, 900, count), 3200, 8700), np.maximum(income, 4300))
    destitute = (members <= 1) & (summary["oldest"].to_numpy() >= 62) & (rng.random(count) < 0.35)
    minimum = ~destitute & (rng.random(count) < np.where(monitored, 0.52, np.where(lifted, 0.10, 0.018)) * np.where(frail, 1.8, 0.7))
    risk = np.array(["因病", "因残", "因意外事故", "因灾", "务工就业不稳", "因产业失败", "因学", "缺劳动力"], dtype=object)
    year, month = 2021 + weighted(rng, (10, 14, 16, 18, 20, 12), count), rng.integers(1, 10, count)
    return pl.DataFrame(
        {
            "household_type": np.where(lifted, "脱贫户", "一般农户"),
            "monitored_kind": texts(kind, monitored),
            "is_cleared": monitored & (rng.random(count) < np.where(year < 2025, 0.62, 0.2)),
            "identified_month": texts((year * 100 + month).astype(str), monitored),
            "risk1": texts(risk[weighted(rng, (46, 16, 6, 9, 10, 3, 3, 7), count)], monitored),
            "income_per_capita": np.round(income, 2),
            "is_minimum": minimum,
            "is_destitute": destitute,
            "is_subsidised": summary["severe"].to_numpy() > 0,
        }
    ).select(
        pl.exclude("is_minimum", "is_destitute", "is_subsidised"),
        tags=pl.concat_list(
            pl.when("is_minimum").then(pl.lit("低保")),
            pl.when("is_destitute").then(pl.lit("特困供养")),
            pl.when("is_subsidised").then(pl.lit("残疾人补贴")),
        ).list.drop_nulls(),
    )
