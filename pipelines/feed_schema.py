"""The JSON schema of contracts, made from `contracts.feed.Feed`; `config/feeds.schema.json` is kept equal to it by a test.

Editors show its descriptions beside a field. Fields whose model has no words of its own have them here, in Chinese, for the data officer.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from contracts.feed import Feed
from pipelines.defaults import PROJECT

SCHEMA = PROJECT / "config" / "feeds.schema.json"
SAID = {  # model.field -> what an editor shows
    "Feed.feed": "清单的代号：小写英文、数字和下划线，与文件名相同",
    "Feed.title": "大家对这份清单的叫法，写在各种报表里",
    "Feed.bureau": "报送部门",
    "Feed.role": "register 户籍底册（只有一份）；risk 产生线索；verify 用来核对；asset 财产、身份等，只作提示",
    "Feed.description": "一句话说明这份清单",
    "Feed.cadence": "多久报一次、几日前报",
    "Feed.source": "从哪里来：文件名样式，或部门数据库的查询",
    "Feed.shape": "一行是什么：person 一人；household 一户；wide 一户、成员横排；several 一格里有几个人；text 只有文字",
    "Feed.wide": "shape 为 wide 时，各成员的姓名和证件号码列怎么认",
    "Feed.columns": "各列的意思",
    "Feed.expectations": "怎样才算合格的行；不合格的退回或提醒",
    "Feed.rows": "一个月大约有多少行",
    "Column.type": "这一列的格子怎么读",
    "Wide.name": "成员姓名列的表头样式，{n} 代表第几人，例如 成员{n}姓名",
    "Wide.id_number": "成员证件号码列的表头样式，{n} 代表第几人",
    "Wide.count": "一行最多有几名成员",
    "Carry.months": "最多沿用几个月前的清单",
    "Carry.why": "为什么可以沿用",
    "Cadence.every": "month 每月；ten_days 每旬；half_year 只在 months 所列的月份；event 有事才报",
    "Expect.column": "检查哪一列（登记的名字）",
    "Expect.check": (
        "present 不能空；readable 要能读懂；between 在 min 和 max 之间；one_of 是 values 之一；matches 符合 pattern；"
        "not_after_month 不晚于本月；not_before 不早于 days 天前；valid_id 证件号码有效；unique 不重复；any_present 几列里至少有一列"
    ),
    "Expect.min": "between 的下限",
    "Expect.max": "between 的上限",
    "Expect.values": "one_of 的取值",
    "Expect.pattern": "matches 的正则表达式",
    "Expect.on_failure": "set_aside 退回该行；warn 保留并提醒",
    "Expect.reason": "写给报送部门的原因",
    "Expect.advice": "写给报送部门的办法",
    "Expect.why": "界限从哪里来，给以后改这份文件的人看",
    "Rows.min": "少于这么多行就提醒",
    "Rows.max": "多于这么多行就提醒",
    "Rows.hold_below": "少于这么多行就整份暂缓",
    "Rows.why": "行数的依据",
}


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of a contract, every field with a description."""
    made = Feed.model_json_schema()
    for name, model in {"Feed": made, **made.get("$defs", {})}.items():
        for field, about in model.get("properties", {}).items():
            about.setdefault("description", SAID.get(f"{name}.{field}", ""))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def text() -> str:
    """The schema as it is written."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def beside(out: Path | None) -> str:
    """Where the schema lies as seen from a contract at `out`: beside the folder of feeds, where a county's copy of config/ has it."""
    if out is None or (out.parent.parent / SCHEMA.name).exists():
        return f"../{SCHEMA.name}"
    return os.path.relpath(SCHEMA, out.parent)
