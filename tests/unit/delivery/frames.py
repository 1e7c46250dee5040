"""A small released month, built by hand: villages, households of five, leads of three kinds, two bureaus' lists with faults.

`tables(villages, households)` scales it for the benchmark; everything follows from the numbers of village and household.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from contracts.county import County
from contracts.feed import Feed
from contracts.month import Month
from contracts.tables import (
    ACCEPTED,
    AREA_ALARM,
    ARRIVAL,
    CONSERVATION,
    FINDING,
    FLAG,
    HOUSEHOLD,
    LEAD,
    LINK,
    PERSON,
    QUALITY,
    REVIEW,
    SET_ASIDE,
    SIGNAL,
    SUPPRESSED,
    Schema,
)
from delivery.releases.proposal import ReleaseTables

MONTH = Month(2026, 11)
COUNTY = County(
    code="522699",
    name="岚溪县",
    province="贵州省",
    office="县农业农村局（乡村振兴局）",
    rules=["rules/huangping_2021.yml"],
    monitoring_lines=[{"valid_from": date(2026, 1, 1), "value": 8800, "document": "示例"}],
)
DISEASE = "尿毒症"
PETITION = "邻居强占田坎"
ASSET = "小型轿车"
PHONE = "13885512345"
HEADS = ("杨正华", "龙□生", "买买提·吐尔逊", "=cmd", "吴老四", "石光明")


def feeds() -> dict[str, Feed]:
    """Two lists of two bureaus."""
    inpatient = Feed.model_validate(
        {
            "feed": "medical_inpatient",
            "title": "住院自付费用清单",
            "bureau": "医保局",
            "role": "risk",
            "source": {"files": ["*住院*.xlsx"]},
            "columns": [
                {"name": "person_name", "headers": ["姓名"], "type": "name"},
                {"name": "id_number", "headers": ["证件号码"], "type": "id_number"},
                {"name": "disease", "headers": ["疾病名称"], "sensitive": True},
                {"name": "self_paid", "headers": ["个人自付（元）"], "type": "money"},
            ],
        }
    )
    danger = Feed.model_validate(
        {
            "feed": "housing_danger",
            "title": "危房鉴定清单",
            "bureau": "住建局",
            "role": "risk",
            "source": {"files": ["*危房*.xls"]},
            "columns": [{"name": "person_name", "headers": ["户主姓名"], "type": "name"}],
        }
    )
    return {"medical_inpatient": inpatient, "housing_danger": danger}


def _frame(schema: Schema, rows: list[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=dict(schema))


def id_number(village: int, household: int, member: int) -> str:
    """An 18-place number that differs for every person; its check digit is of no matter here."""
    return f"522699{1950 + member * 12}0{1 + household % 9}1{village % 10}{household % 10}{village // 10 % 10}{member}X"


def tables(villages: int = 2, households: int = 3, *, members: int = 4) -> ReleaseTables:
    """The tables of a month in which every one of `households` per village has a lead."""
    pairs = [(village, household) for village in range(villages) for household in range(households)]
    signals = [signal for pair in pairs for signal in _signals(*pair)]
    return ReleaseTables(
        leads=_frame(LEAD, [_lead(*pair, signals=_signals(*pair), members=members) for pair in pairs]),
        signals=_frame(SIGNAL, signals),
        suppressed=_frame(
            SUPPRESSED,
            [
                {
                    "signal_id": "old", "month": str(MONTH), "household_id": "H0-0", "village_code": _code(0), "rule": "medical.year",
                    "code": "repeat", "reason": "上月已核查，未到新的台阶", "earlier_month": "2026-10", "earlier_lead_id": "2026-10-x-01",
                }
            ],
        ),
        flags=_frame(
            FLAG,
            [{"household_id": "H0-0", "village_code": _code(0), "rule": "vehicle", "bureau": "公安局交警大队", "fact": f"名下有{ASSET}"}],
        ),
        area_alarms=_frame(
            AREA_ALARM,
            [
                {
                    "level": "village", "code": _code(0), "town": "城关镇", "village": "第0村", "risk_type": "因灾", "households": 5,
                    "expected": 0.4, "p_value": 0.001, "message": "本月5户，往常0.4户",
                }
            ],
        ),
        links=_frame(LINK, [{"feed": "medical_inpatient", "row_id": "住院.xlsx#Sheet1!9", "status": "review"}]),
        review_queue=_frame(
            REVIEW,
            [
                {
                    "feed": "medical_inpatient", "row_id": "住院.xlsx#Sheet1!9", "rank": rank, "household_id": f"H0-{rank - 1}",
                    "person_id": f"P0-{rank - 1}-0", "probability": 0.9 - rank / 10, "explanation": "姓名同音，同村",
                }
                for rank in (1, 2)
            ],
        ),
        matching_quality=_frame(QUALITY, [{"feed": "medical_inpatient", "records": 10, "sure": 8, "tested": 8, "right": 8}]),
        conservation=_frame(CONSERVATION, [_balance(name, feed) for name, feed in feeds().items()]),
        households=_frame(HOUSEHOLD, [_household(*pair, members=members) for pair in pairs]),
        persons=_frame(PERSON, [_person(*pair, member) for pair in pairs for member in range(members)]),
        feeds=feeds(),
        arrivals={"medical_inpatient": _arrivals(), "housing_danger": _frame(ARRIVAL, [])},
        accepted={"medical_inpatient": _accepted(), "housing_danger": _frame(ACCEPTED, [])},
        set_aside={"medical_inpatient": _set_aside(), "housing_danger": _frame(SET_ASIDE, [])},
        findings={"medical_inpatient": _findings(), "housing_danger": _frame(FINDING, [_held()])},
    )  # fmt: skip


def in_review(candidates: list[tuple[int, int, str, str]]) -> ReleaseTables:
    """The same month with these candidates in the queue: row number, rank, household, person."""
    base = tables()
    numbers = sorted({number for number, *_ in candidates})
    asked = [
        {
            "feed": "medical_inpatient", "row_id": f"住院.xlsx#Sheet1!{number}", "rank": rank, "household_id": household,
            "person_id": person, "probability": 0.9 - rank / 10, "explanation": "姓名同音，同村",
        }
        for number, rank, household, person in candidates
    ]  # fmt: skip
    waiting = [{"feed": "medical_inpatient", "row_id": f"住院.xlsx#Sheet1!{number}", "status": "review"} for number in numbers]
    named = {"part": 1, "person_name": "杨广华", "village": "第0村"}
    accepted = _frame(ACCEPTED, [{**_origin(number), **named} for number in numbers])
    return replace(
        base, review_queue=_frame(REVIEW, asked), links=_frame(LINK, waiting), accepted={**base.accepted, "medical_inpatient": accepted}
    )


def _code(village: int) -> str:
    return f"522699{100 + village // 21:03d}{200 + village:03d}"


def _town(village: int) -> str:
    return ("城关镇", "大坪乡", "云雾镇")[village // 21 % 3]


def _household(village: int, household: int, *, members: int) -> dict[str, object]:
    return {
        "household_id": f"H{village}-{household}",
        "head_name": HEADS[household % len(HEADS)],
        "head_id": id_number(village, household, 0),
        "phone": PHONE,
        "town": _town(village),
        "village": f"第{village}村",
        "village_code": _code(village),
        "group": f"{household % 7 + 1}组",
        "members": members,
        "household_type": "一般农户",
        "tags": ["低保"] if household % 2 else [],
    }


def _person(village: int, household: int, member: int) -> dict[str, object]:
    return {
        "person_id": f"P{village}-{household}-{member}",
        "household_id": f"H{village}-{household}",
        "person_name": HEADS[household % len(HEADS)] if member == 0 else f"杨光{'荣华富贵'[member % 4]}",
        "id_number": id_number(village, household, member),
        "sex": "男",
        "birth_date": date(1950 + member * 12, household % 9 + 1, 10),
        "relation": ("户主", "配偶", "之子", "之孙子")[member % 4],
        "is_head": member == 0,
        "phone": "13900000000",
        "health": DISEASE,
        "labour": ("普通劳动力", "弱劳动力或半劳动力", "普通劳动力", "无劳动力")[member % 4],
        "is_student": member == 3,
    }


def _signals(village: int, household: int) -> list[dict[str, object]]:
    common: dict[str, object] = {
        "kind": "risk",
        "household_id": f"H{village}-{household}",
        "village_code": _code(village),
        "event_date": date(2026, 11, household % 28 + 1),
        "identity": "证件一致",
        "document": "某县筛查预警方案",
    }
    medical = {
        **common,
        "signal_id": f"m-{village}-{household}",
        "rule": "medical.year",
        "feed": "medical_inpatient",
        "bureau": "医保局",
        "person_id": f"P{village}-{household}-1",
        "person_name": "杨光华",
        "relation": "配偶",
        "risk_type": "因病",
        "measure": 26000.0,
        "threshold": 20000.0,
        "operator": ">=",
        "fact": f"杨光华因{DISEASE}住院，本年累计自付26,000元，达到20,000元",
        "village_fact": "杨光华本年医疗费用个人自付累计26,000元，达到20,000元（医保局）。",
        "row_ids": ["住院.xlsx#Sheet1!7"],
    }
    if household % 3:
        return [medical]
    housing = {
        **common,
        "signal_id": f"h-{village}-{household}",
        "rule": "housing.d",
        "feed": "housing_danger",
        "bureau": "住建局",
        "person_id": None,
        "risk_type": "因安全住房",
        "measure": 1.0,
        "threshold": 1.0,
        "operator": ">=",
        "fact": "唯一住房鉴定为D级",
        "village_fact": "唯一住房经鉴定为D级危房，尚未改造（住建局）。",
        "row_ids": ["危房.xls#表1!4"],
    }
    return [medical, housing]


def _lead(village: int, household: int, *, signals: list[dict[str, object]], members: int) -> dict[str, object]:
    red = len(signals) > 1
    return {
        **{name: value for name, value in _household(village, household, members=members).items() if name in LEAD},
        "lead_id": f"{MONTH}-{_code(village)}-{household + 1:02d}",
        "month": str(MONTH),
        "is_enrichment": household == 1,
        "monitored_kind": "边缘易致贫户" if household == 1 else None,
        "grade": "red" if red else "yellow",
        "grade_reason": "两个部门同时预警" if red else "一条规则",
        "risk_types": [signal["risk_type"] for signal in signals],
        "persons": "杨光华（配偶）",
        "facts": "；".join(str(signal["fact"]) for signal in signals),
        "village_facts": "\n".join(str(signal["village_fact"]) for signal in signals),
        "bureaus": [signal["bureau"] for signal in signals],
        "rules": [signal["rule"] for signal in signals],
        "signal_ids": [signal["signal_id"] for signal in signals],
        "ask": ["医药费报销后自己出了多少？钱从哪里来？", "有没有借钱、还能不能承受？"]
        + (["现在住在哪里，房子还能不能住人？"] if red else []),
        "identity": "需核身份" if household == 2 else "证件一致",
        "proposed_category": "边缘易致贫户",
        "income_per_capita": 8123.5,
        "monitoring_line": 8800.0,
        "flags": f"名下有{ASSET}（2024-05）" if household == 0 else None,
        "leads_last_12_months": household % 3,
        "last_conclusion": "属实-单项帮扶" if household % 3 == 2 else None,
        "last_conclusion_date": date(2026, 5, 12) if household % 3 == 2 else None,
        "latest_fact_date": date(2026, 11, household % 28 + 1),
        "assigned_on": date(2026, 12, 6),
        "due_on": date(2026, 12, 8) if red else date(2026, 12, 11),
    }


def _balance(name: str, feed: Feed) -> dict[str, object]:
    counts = {"rows_read": 4, "records": 4, "linked": 1, "review": 1, "absent": 1, "set_aside": 1, "lost": 0}
    return {"feed": name, "title": feed.title, "bureau": feed.bureau, "state": "已收", **counts}


def _origin(number: int) -> dict[str, object]:
    return {"row_id": f"住院.xlsx#Sheet1!{number}", "file": "住院.xlsx", "sheet": "Sheet1", "row_number": number}


def _arrivals() -> pl.DataFrame:
    rows = [
        {**_origin(7), "姓名": "杨光华", "证件号码": id_number(0, 0, 1), "疾病名称": DISEASE, "个人自付（元）": "26000"},
        {**_origin(8), "姓名": None, "证件号码": None, "疾病名称": DISEASE, "个人自付（元）": "=1+1"},
        {**_origin(9), "姓名": "杨广华", "证件号码": "522699196200000", "疾病名称": DISEASE, "个人自付（元）": "12"},
        {**_origin(10), "姓名": "外地人", "证件号码": "520000000000000000", "疾病名称": DISEASE, "个人自付（元）": "12"},
    ]
    return pl.DataFrame(
        rows, schema={**ARRIVAL, "姓名": pl.String, "证件号码": pl.String, "疾病名称": pl.String, "个人自付（元）": pl.String}
    )


def _accepted() -> pl.DataFrame:
    named = {"person_name": "杨广华", "id_number": "522699196200000", "sex": "男", "village": "第0村", "town": "城关镇", "address": "一组"}
    return _frame(ACCEPTED, [{**_origin(9), "part": 1, **named}])


def _set_aside() -> pl.DataFrame:
    refusal = {"codes": ["no_person"], "columns": ["person_name"], "reasons": ["没有姓名也没有证件号"], "advice": ["请补填姓名或证件号"]}
    return _frame(SET_ASIDE, [{**_origin(8), **refusal}])


def _findings() -> pl.DataFrame:
    doubt = {"column": "证件号码", "code": "id_short", "severity": "warn", "reason": "证件号只有15位", "advice": "请换成18位"}
    note = {"code": "subtotal", "severity": "note", "reason": "小计行", "advice": ""}
    return _frame(FINDING, [{"feed": "medical_inpatient", **_origin(9), **doubt}, {"feed": "medical_inpatient", **_origin(20), **note}])


def _held() -> dict[str, object]:
    reason = {"code": "no_header", "severity": "hold", "reason": "找不到“户主姓名”列", "advice": "请按上月格式重报"}
    return {"feed": "housing_danger", "file": "危房.xls", "sheet": "", **reason}
