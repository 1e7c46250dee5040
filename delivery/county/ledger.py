"""The county ledger 台账: every lead with all that is known of it, every signal with its rule and origin, and what was held back."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from contracts.county import County
from contracts.month import Month
from delivery.book import GREEN, Book, Column, write_list
from delivery.privacy import mask_id
from delivery.tables import ReleaseTables
from delivery.words import GRADES, NOT_A_VERDICT

LEADS = (
    Column("线索编号", "lead_id", 26, "centre"),
    Column("等级", "grade", 6, "centre"),
    Column("定级理由", "grade_reason", 20),
    Column("乡镇", "town", 11, "centre"),
    Column("行政村", "village", 12, "centre"),
    Column("组", "group", 8, "centre"),
    Column("户编号", "household_id", 18, "centre"),
    Column("户主", "head_name", 10, "centre"),
    Column("户主证件号（脱敏）", "head_masked", 20, "centre"),
    Column("人口", "members", 6, "integer"),
    Column("户类型", "household_type", 10, "centre"),
    Column("监测类别", "monitored_kind", 14, "centre"),
    Column("已在监测", "is_enrichment", 8, "centre"),
    Column("风险类型", "risk_types", 12, "centre"),
    Column("涉险人", "persons", 16),
    Column("风险情况", "facts", 44),
    Column("来源部门", "bureaus", 14, "centre"),
    Column("命中规则", "rules", 24),
    Column("最近事实日期", "latest_fact_date", 12, "date"),
    Column("身份核对", "identity", 10, "centre"),
    Column("可能类别", "proposed_category", 13, "centre"),
    Column("册上人均纯收入", "income_per_capita", 12, "money"),
    Column("监测线", "monitoring_line", 11, "money"),
    Column("比对提示（已授权）", "flags", 26),
    Column("入户问什么", "ask", 30),
    Column("近12月线索", "leads_last_12_months", 8, "integer"),
    Column("上次结论", "last_conclusion", 14, "centre"),
    Column("上次核查日", "last_conclusion_date", 12, "date"),
    Column("交办日", "assigned_on", 12, "date"),
    Column("办理时限", "due_on", 12, "date"),
)
SIGNALS = (
    Column("线索编号", "lead_id", 26, "centre"),
    Column("户编号", "household_id", 18, "centre"),
    Column("姓名", "person_name", 10, "centre"),
    Column("与户主关系", "relation", 10, "centre"),
    Column("风险类型", "risk_type", 10, "centre"),
    Column("部门", "bureau", 13, "centre"),
    Column("规则", "rule", 24),
    Column("实际值", "measure", 12, "money"),
    Column("比较", "operator", 6, "centre"),
    Column("标准", "threshold", 12, "money"),
    Column("事实", "fact", 44),
    Column("日期", "event_date", 12, "date"),
    Column("依据文件", "document", 26),
    Column("来源（文件#表!行）", "row_ids", 36),
)
SUPPRESSED = (
    Column("户编号", "household_id", 18, "centre"),
    Column("村代码", "village_code", 15, "centre"),
    Column("规则", "rule", 26),
    Column("原因代码", "code", 20, "centre"),
    Column("原因", "reason", 56),
    Column("原线索月份", "earlier_month", 11, "centre"),
    Column("原线索编号", "earlier_lead_id", 26, "centre"),
)
FLAGS = (
    Column("户编号", "household_id", 18, "centre"),
    Column("村代码", "village_code", 15, "centre"),
    Column("部门", "bureau", 14, "centre"),
    Column("规则", "rule", 26),
    Column("事实", "fact", 52),
    Column("日期", "event_date", 12, "date"),
    Column("来源（文件#表!行）", "row_ids", 36),
)
ALARMS = (
    Column("层级", "level_word", 8, "centre"),
    Column("乡镇", "town", 12, "centre"),
    Column("村", "village", 14, "centre"),
    Column("风险类型", "risk_type", 14, "centre"),
    Column("户数", "households", 8, "integer"),
    Column("往常预期", "expected", 10, "money"),
    Column("说明", "message", 60),
)
CLEARING = (
    Column("可提名", "proposed", 8, "centre"),
    Column("乡镇", "town", 12, "centre"),
    Column("行政村", "village", 13, "centre"),
    Column("户编号", "household_id", 18, "centre"),
    Column("户主", "head_name", 10, "centre"),
    Column("监测类别", "monitored_kind", 14, "centre"),
    Column("已监测（月）", "months_monitored", 10, "integer"),
    Column("期间最低人均收入", "lowest_income", 13, "money"),
    Column("监测线", "monitoring_line", 11, "money"),
    Column("还差什么", "unmet", 44),
    Column("入户要核", "ask", 36),
)
CONTRADICTIONS = (
    Column("乡镇", "town", 12, "centre"),
    Column("行政村", "village", 13, "centre"),
    Column("户编号", "household_id", 18, "centre"),
    Column("户主", "head_name", 10, "centre"),
    Column("姓名", "person_name", 10, "centre"),
    Column("矛盾", "fact", 44),
    Column("怎样改", "advice", 44),
    Column("依据", "source", 36),
)
TESTED = (
    "把证件确凿的记录遮住证件再匹配一次，看有多少还能对上。"
    "“本月不低于”：本月没有确凿证件而连上的行里连对的比例，二十次里十九次不低于它；行少，错一行就差很多。"
)
QUALITY = (
    Column("清单", "title", 26),
    Column("记录", "records", 10, "integer"),
    Column("证件确凿", "sure", 10, "integer"),
    Column("自测", "tested", 10, "integer"),
    Column("对上", "right", 10, "integer"),
    Column("错连", "wrong", 10, "integer"),
    Column("未定", "undecided", 10, "integer"),
    Column("查准率", "precision", 10, "share"),
    Column("本月不低于", "precision_low", 11, "share"),
    Column("查全率", "recall", 10, "share"),
)


def write_ledger(path: Path, tables: ReleaseTables, month: Month, county: County) -> int:
    """Write the ledger; returns its number of leads. ID numbers are masked here too."""
    heads = tables.households.select("household_id", head_masked=mask_id(pl.col("head_id")))
    leads = tables.leads.join(heads, on="household_id", how="left", maintain_order="left").with_columns(
        grade=pl.col("grade").replace(GRADES)
    )
    titles = pl.DataFrame(
        {"feed": list(tables.feeds), "title": [feed.title for feed in tables.feeds.values()]},
        schema={"feed": pl.String, "title": pl.String},
    )
    quality = tables.matching_quality.join(titles, on="feed", how="left", maintain_order="left")
    alarms = tables.area_alarms.with_columns(level_word=pl.col("level").replace({"village": "村", "town": "乡镇"}))
    clearing = tables.clearing.with_columns(proposed=pl.when("may_be_proposed").then(pl.lit("可")).otherwise(pl.lit("否")))
    sheets = (
        ("线索台账", "防返贫监测预警线索台账", f"{NOT_A_VERDICT} 仅限县级工作人员使用。", LEADS, leads),
        ("预警信号", "预警信号明细", "每条信号带规则、实际值、标准、依据和来源行，可逐级追溯。", SIGNALS, tables.lead_signals),
        ("重复抑制", "重复抑制清单", "命中规则但本月不派人的信号，逐条列明原因。", SUPPRESSED, tables.suppressed),
        ("比对提示", "比对提示清单", "仅列已签承诺授权的户。只作提示，不作否决，特殊情况由村民代表会议评议。", FLAGS, tables.flags),
        ("区域预警", "区域预警", "同类风险户数明显超出当地往常，防范规模性返贫。", ALARMS, alarms),
        ("风险消除", "监测户风险消除对照", "逐条对照消除条件，可提名的在前；只供提名，须入户核实、评议公示。", CLEARING, clearing),
        (
            "账实核对",
            "底册账实核对清单",
            "底册里互相矛盾、或与部门数据不符的地方，按村排列，请在监测系统里更正。",
            CONTRADICTIONS,
            tables.contradictions,
        ),
        ("匹配自测", "匹配质量自测", TESTED, QUALITY, quality),
    )
    with Book(path, f"{county.name}{month} 台账", county.office) as book:
        for index, (name, title, note, columns, rows) in enumerate(sheets):
            sheet = book.sheet(name, landscape=True, colour=None if index else GREEN)
            write_list(book, sheet, f"{county.name}{month.year}年{month.number}月{title}", note, columns, rows)
            if not index:
                sheet.freeze_panes(3, 2)
    return leads.height
