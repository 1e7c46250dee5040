"""Lists of 医保局 and 卫健局: bills with three header rows and town subtotals, serious illnesses, an outbreak."""

from __future__ import annotations

import polars as pl

from samples.feeds import typists
from samples.feeds.base import Context, Spec
from samples.feeds.layout import Col, Layout

INPATIENT = Layout(
    file="{year}年{number}月住院门诊自付费用明细表.xlsx",
    titles=("岚溪县{year}年{number}月城乡居民医保住院、门诊个人自付费用情况表",),
    unit="单位：元",
    columns=(
        Col("序号", "#"),
        Col("参保人员信息|姓名", "person_name"),
        Col("参保人员信息|身份证号", "id_number"),
        Col("参保人员信息|性别", "sex"),
        Col("参保人员信息|所在地|乡镇", "town"),
        Col("参保人员信息|所在地|村", "village"),
        Col("参保人员信息|所在地|组", "group"),
        Col("参保人员信息|联系电话", "phone"),
        Col("就诊信息|就诊类型", "visit_kind"),
        Col("就诊信息|住院号", "admission_no"),
        Col("就诊信息|入院日期", "admitted_on", "date"),
        Col("就诊信息|出院日期", "event_date", "date"),
        Col("就诊信息|定点医疗机构", "hospital"),
        Col("就诊信息|病种", "disease"),
        Col("费用信息|总费用", "total_cost", "money"),
        Col("费用信息|报销金额|统筹支付", "pool_paid", "money"),
        Col("费用信息|报销金额|大病支付", "serious_paid", "money"),
        Col("费用信息|报销金额|医疗救助", "relief_paid", "money"),
        Col("费用信息|个人自付|本次自付", "self_paid", "money"),
        Col("费用信息|个人自付|年度累计自付", "self_paid_ytd", "comma"),
    ),
    subtotals_by="place",
    sums=("total_cost", "pool_paid", "serious_paid", "relief_paid", "self_paid"),
    total=True,
    blank_every=1,
    footer=("说明：负数为冲销；年度累计自付截至本月末。", "填表人：医保中心　　审核人："),
)


def _inpatient(context: Context) -> pl.DataFrame:
    """The month's settlements, and those of months before again where they were not small."""
    return context.facts("medical_inpatient", again=pl.col("self_paid").abs() >= 500)


def _serious(context: Context) -> pl.DataFrame:
    """New applications; one in three of last month stands on the list again."""
    again = pl.col("event_id").str.slice(-1).is_in(["0", "3", "6"])
    return context.facts("medical_serious_illness", again=again)


SERIOUS = Layout(
    file="30种大病救治申请名单{month}.csv",
    kind="csv",
    encoding="gb18030",
    columns=(
        Col("序号", "#"),
        Col("参保人姓名", "person_name"),
        Col("身份证号码", "id_number"),
        Col("乡镇", "town"),
        Col("村", "village"),
        Col("病种", "disease"),
        Col("申请日期", "event_date", "date"),
        Col("定点医院", "hospital"),
        Col("联系电话", "phone"),
    ),
    dates=("slash",),
)
HEALTH = Layout(
    file="岚溪县卫健局大病专项救治新增名单（{year}年{number}月）.xlsx",
    titles=("{town}大病专项救治新增人员名单",),
    sheets_by="place",
    columns=(
        Col("序号", "#"),
        Col("患者姓名", "person_name"),
        Col("性别", "sex"),
        Col("年龄", "age", "number"),
        Col("患者身份证号", "id_number"),
        Col("行政村", "village"),
        Col("组", "group"),
        Col("确诊病种", "disease"),
        Col("确诊时间", "event_date", "date"),
        Col("电话", "phone"),
    ),
    dates=("dot", "chinese"),
    footer=("填表人：",),
)
OUTBREAK = Layout(
    file="突发公共卫生事件涉及人员_{month}.csv",
    kind="csv",
    encoding="utf-8-sig",
    columns=(
        Col("姓名", "person_name"),
        Col("身份证号", "id_number"),
        Col("乡镇", "town"),
        Col("村", "village"),
        Col("联系电话", "phone"),
        Col("事件类型", "event_kind"),
        Col("发病日期", "event_date", "date"),
    ),
    dates=("time",),
)

SPECS = (
    Spec(
        "medical_inpatient",
        (INPATIENT,),
        _inpatient,
        faults=(("person_name+id_number", "nobody"), ("self_paid", "amount"), ("event_date", "date"), ("event_date", "future")),
        profile=typists.CARD_READER,
    ),
    Spec("medical_serious_illness", (SERIOUS,), _serious, faults=(("event_date", "date"),), profile=typists.CARD_READER),
    Spec("health_serious_illness", (HEALTH,), lambda context: context.facts("health_serious_illness"), profile=typists.BY_HAND),
    Spec("health_public_event", (OUTBREAK,), lambda context: context.facts("health_public_event"), faults=(("event_kind", "code"),)),
)
