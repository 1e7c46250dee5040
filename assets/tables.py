"""How an asset presents itself: its partitions, its layer, and what an analyst reads about it in Dagster.

What belongs here: keys, groups, descriptions and the metadata that every asset shows. No computation.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg
import polars as pl

from contracts.feed import Feed

FIRST_MONTH = "2025-01"  # a year before the first counties, for their history

# Lists of a month arrive until the 5th of the next one. The running month is offered too, for an early look before it ends.
MONTHS = dg.MonthlyPartitionsDefinition(start_date=FIRST_MONTH, fmt="%Y-%m", timezone="Asia/Shanghai", end_offset=1)

DESCRIPTIONS: Mapping[str, str] = {
    "inbox": "收件登记：当月收件夹里的每个文件一行，识别为哪张清单、指纹、是否重复；不认识的文件也列出，不会漏掉。",
    "reception": "收件情况：每张清单本月已收、未报、暂缓还是沿用以前月份，多少行验收合格、退回、存疑。",
    "drift": "变化提醒：行数、列、填写率、取值与本清单以往各月相差很大的地方，只提醒，不退回。",
    "drift_measured": "变化测量：每张清单的行数、各列填写率和最常见取值所占比例，及按以往各月算出的正常范围；历史不足的注明。",
    "register/persons": "人口底册：防返贫监测系统导出的家庭成员，每人每户一行。",
    "register/households": "农户底册：每户一行，户类型、监测类别、人均纯收入和所在村。",
    "register/places": "地名对照：乡镇、村的现名、曾用名、撤并村名与12位代码。",
    "links": "关联结果：每条部门记录对应到哪一户、哪一人，有多大把握，依据是什么。",
    "review_queue": "待复核：把握不够、需要人来判断的记录及其候选。",
    "matching_quality": "匹配质量自测：把证件确凿的记录遮住证件再匹配一次，看有多少还能对上。",
    "conservation": "平衡表：每张清单 读入 = 已关联 + 待复核 + 不在册 + 退回，一行不少。",
    "signals": "预警信号：一条规则在一户身上命中一次为一行，带实际值、标准、依据文件和来源行。",
    "leads": "预警线索：每户每月最多一条，汇总全部理由、等级、时限和入户要问的事。",
    "suppressed": "重复抑制：不再派人的信号及原因，逐条列明。",
    "flags": "比对提示：车辆、房产、企业、信用等，仅限已签承诺授权的户；只作提示，不作否决。",
    "area_alarms": "区域预警：某村某乡镇同类风险户数明显超出往常，防规模性返贫。",
    "contradictions": "账实相符：底册自相矛盾、或与部门数据对不上的地方，按村列出，写明怎么改。",
    "clearing": "风险消除提名：监测户逐户对照四项指标，够条件的列在前面，不够的写明差在哪里；提名由村里开始，按程序评议审定。",
    "colours": "户的颜色：红、黄、绿分级管理，一户取最重的颜色；只上色，不派人。",
    "origins": "线索来源：每条线索的每个理由来自哪条规则、哪份文件、哪张清单的哪一行，关联把握多大。",
    "fates": "行的去向：部门清单的每一行（每个人）后来怎样：已关联、待复核、不在册还是退回，进入哪条线索。",
    "release": "草稿文件：村级工作簿、台账、汇总表、纠错清单、复核表，每个文件一行，带指纹。由人核对后发布（release_month），届时印出。",
    "overview": "本月一览：来了什么、缺什么、准不准、多少户、现在要办什么。打开界面先看这一页。",
    "verifications": "核查结论：入户核查结果。",
    "yields": "规则成效：每条规则的线索数、属实率、纳入率。",
    "overdue": "超期线索：过了办理时限还没有结论的线索。",
    "warehouse": "数据仓库：全部表的只读副本（warehouse.duckdb），可用任何工具打开。",
}


def out(key: str, group: str, feed: Feed | None = None) -> dg.AssetOut:
    """One table of the lake as an output of a multi-asset; a table of one `feed` is owned by its bureau."""
    return dg.AssetOut(
        key=key.split("/"),
        group_name=group,
        description=feed_description(feed, key.split("/", maxsplit=1)[0]) if feed else DESCRIPTIONS[key],
        io_manager_key="lake",
        kinds={"polars", "parquet"},
        owners=[f"team:{feed.bureau}"] if feed else [],
        tags={"hulian/role": feed.role} if feed else {},
        dagster_type=dg.Any,
    )


def from_headers(feed: Feed, headers: Mapping[str, str]) -> dg.TableColumnLineage:
    """Which header of the bureau's list each accepted column was read from. `headers`: column -> header."""
    arrived = dg.AssetKey(["arrivals", feed.feed])
    return dg.TableColumnLineage({column: [dg.TableColumnDep(arrived, header)] for column, header in headers.items()})


def feed_description(feed: Feed, layer: str) -> str:
    """What a table of a feed is, in the county's words."""
    words = {
        "arrivals": "原样收进的行，全部为文本",
        "accepted": "验收合格、可供比对的记录",
        "set_aside": "退回部门的行及原因",
        "findings": "验收中发现的问题",
        "observed": "逐条期望的结果和本月概况（行数、填写率），供报告和以后各月比较",
    }
    return f"{feed.bureau}《{feed.title}》：{words[layer]}。{feed.description}".strip()


def output(name: str, frame: pl.DataFrame, **metadata: Any) -> dg.Output[pl.DataFrame]:
    """An output with its row count; further metadata must be counts or small tables without personal data."""
    return dg.Output(frame, output_name=name, metadata={"dagster/row_count": frame.height, **metadata})


def small_table(frame: pl.DataFrame) -> dg.MarkdownMetadataValue:
    """A small table of counts as Markdown. Only for frames without personal data."""
    head = "| " + " | ".join(frame.columns) + " |\n|" + " --- |" * frame.width
    body = "\n".join("| " + " | ".join(_cell(cell) for cell in row) + " |" for row in frame.iter_rows())
    return dg.MarkdownMetadataValue(f"{head}\n{body}")


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case float():
            return f"{value:.4f}".rstrip("0").rstrip(".")
        case _:
            return str(value)
