"""What the people of the sample county look like: the frames that the generators hand to each other.

These are the true facts. What the register and the bureaus say about them is damaged afterwards (`samples.noise`). A
`person_uid` begins with P (a person of the county), O (an outsider, in no register) or T (an outsider who shares name and birth
date with somebody in the register: a trap).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from contracts.month import Month

Schema = Mapping[str, pl.DataType | type[pl.DataType]]

COUNTY_CODE = "522699"
FIRST_MONTH = Month(2026, 10)
AS_OF = date(2026, 9, 30)  # the day that `build_population` describes: the eve of the first sample month

# One row per person, the dead of the last year included. By person_uid.
PERSONS: Schema = {
    "person_uid": pl.String,
    "person_id": pl.String,  # 人编号; null for outsiders
    "household_id": pl.String,  # 户编号; null for outsiders
    "person_name": pl.String,
    "id18": pl.String,  # null for new-borns who have none yet
    "sex": pl.String,  # 男 | 女
    "birth_date": pl.Date,
    "age": pl.Int16,  # completed years at the end of the month described
    "ethnicity": pl.String,
    "relation": pl.String,  # 与户主关系, words of the national system
    "is_head": pl.Boolean,
    "phone": pl.String,
    "village_code": pl.String,  # where the household is registered; null for outsiders from elsewhere
    "town": pl.String,
    "village": pl.String,
    "group": pl.String,  # 组, such as 3组
    "lives_elsewhere": pl.Boolean,
    "residence": pl.String,  # province and city where somebody lives who lives elsewhere
    "is_alive": pl.Boolean,
    "died_on": pl.Date,
    "health": pl.String,  # 健康 | 长期慢性病 | 患有大病 | 残疾
    "labour": pl.String,  # 普通劳动力 | 技能劳动力 | 弱劳动力或半劳动力 | 丧失劳动力 | 无劳动力
    "stage": pl.String,  # 学前教育 | 小学 | 初中 | 高中 | 中职 | 高职高专 | 本科; null when not at school
    "disability_class": pl.String,  # 视力 听力 言语 肢体 智力 精神 多重; null
    "disability_level": pl.Int8,  # 1 (worst) to 4; null
    "disability_number": pl.String,  # the 20-digit certificate: ID number, class, level; null
    "registered_name": pl.String,  # the name that the register still has, for people who changed theirs
    "listed_household_id": pl.String,  # the household left by a move within the county in which the register still lists him
    "listed_person_id": pl.String,
    "listed_relation": pl.String,
    "nickname": pl.String,  # what the village calls him
    "head_name": pl.String,
    "head_id": pl.String,
    "guardian_uid": pl.String,  # a parent or grandparent, for people under 25 in a household
    "guardian_name": pl.String,
    "guardian_id": pl.String,
    "relative_id": pl.String,  # ID number that is given in place of his own by mistake: the head's, a parent's, the spouse's
}

# One row per household. By household_id.
HOUSEHOLDS: Schema = {
    "household_id": pl.String,
    "head_uid": pl.String,
    "head_name": pl.String,
    "head_id": pl.String,
    "phone": pl.String,
    "village_code": pl.String,
    "town": pl.String,
    "village": pl.String,
    "group": pl.String,
    "members": pl.Int16,  # living
    "household_type": pl.String,  # 脱贫户 | 一般农户
    "monitored_kind": pl.String,  # 脱贫不稳定户 | 边缘易致贫户 | 突发严重困难户 | null
    "is_cleared": pl.Boolean,  # 风险已消除; null when never monitored
    "identified_month": pl.String,  # YYYYMM, null
    "risk1": pl.String,  # 因病 …, null
    "income_per_capita": pl.Float64,  # 元 a year
    "tags": pl.List(pl.String),  # 低保 | 特困供养 | 残疾人补贴
}

# What happened in a month. One row per person and event. By event_date, person_uid.
CHANGES: Schema = {
    "kind": pl.String,  # 死亡注销 | 出生登记 | 迁出 | 迁入 | 姓名变更; the words of the police feed
    "event_date": pl.Date,
    "person_uid": pl.String,
    "household_id": pl.String,  # the household left or joined
    "former_name": pl.String,
}


@dataclass(frozen=True)
class Population:
    """The county on one day, and what changed in the month that ended on it."""

    persons: pl.DataFrame  # PERSONS
    households: pl.DataFrame  # HOUSEHOLDS
    outsiders: pl.DataFrame  # PERSONS, without person_id and household_id
    changes: pl.DataFrame  # CHANGES of the month that ended at `as_of`; empty for the first
    places: pl.DataFrame  # contracts.tables.PLACE, all of the county
    village_codes: tuple[str, ...]  # the villages that have people
    as_of: date
    seed: int


def age_on(day: date) -> pl.Expr:
    """Completed years of `birth_date` on `day`."""
    born = pl.col("birth_date")
    before = born.dt.month().cast(pl.Int32) * 32 + born.dt.day() > day.month * 32 + day.day
    return (day.year - born.dt.year() - before.cast(pl.Int32)).cast(pl.Int16).alias("age")
