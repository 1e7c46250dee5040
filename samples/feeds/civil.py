"""Lists of 民政局, 生态移民局 and 调查队: a household across one row, old .xls files, resettled households, incomes."""

from __future__ import annotations

import polars as pl

from samples.feeds import typists
from samples.feeds.base import Context, Spec
from samples.feeds.layout import Col, Layout

PAIRS = 5


def _minimum_living(context: Context) -> pl.DataFrame:
    """Up to five living members of each household on the list, the head first; one line per household."""
    heads = context.stock("civil_minimum_living").with_row_index("line")
    people = context.population.persons.filter("is_alive")
    household = people.select(pl.col("person_uid").alias("head_uid"), "household_id")
    members = heads.rename({"person_uid": "head_uid"}).join(household, on="head_uid", how="inner", maintain_order="left")
    named = members.join(
        people.select("household_id", "person_uid", "is_head"), on="household_id", how="inner", maintain_order="left_right"
    )
    ordered = named.sort("line", "is_head", "person_uid", descending=[False, True, False])
    part = pl.int_range(1, pl.len() + 1).over("line")
    counted = ordered.with_columns(part=part, insured_members=pl.len().over("line"))
    return counted.filter(pl.col("part") <= PAIRS).drop("household_id", "is_head", "head_uid")


def side_by_side(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per line, with name_1, id_1, … name_5, id_5."""
    pairs = [
        pl.col(source).filter(pl.col("part") == number).first().alias(f"{short}_{number}")
        for number in range(1, PAIRS + 1)
        for source, short in (("person_name", "name"), ("id_number", "id"))
    ]
    first = [pl.col(name).first() for name in rows.columns if name not in {"line", "part"}]
    return rows.group_by("line", maintain_order=True).agg(*first, *pairs)


MINIMUM = Layout(
    file="{year}年{number}月农村低保在册家庭名册.xlsx",
    titles=("岚溪县农村居民最低生活保障家庭名册", "数据截止：{year}年{number}月"),
    columns=(
        Col("序号", "#"),
        Col("乡镇", "town"),
        Col("村", "village"),
        Col("组", "group"),
        Col("保障类别", "category"),
        Col("起始月", "start_month", "month"),
        Col("保障人数", "insured_members", "number"),
        *(
            Col(f"保障对象{number}|{header}", f"{short}_{number}")
            for number in range(1, PAIRS + 1)
            for header, short in (("姓名", "name"), ("身份证号", "id"))
        ),
        Col("月保障金额", "monthly_amount", "money"),
    ),
    subtotals_by="place",
    sums=("monthly_amount",),
    total=True,
    footer=("填表人：　　　审核人：",),
)
DESTITUTE = Layout(
    file="特困供养人员和孤儿名册{month}.xls",
    kind="xls",
    titles=("岚溪县特困供养人员、孤儿在册名单（{year}年{number}月）",),
    columns=(
        Col("序号", "#", "number"),
        Col("姓名", "person_name"),
        Col("性别", "sex"),
        Col("证件号码", "id_number"),
        Col("乡镇", "town"),
        Col("行政村", "village"),
        Col("类别", "category"),
        Col("供养方式", "care_kind"),
        Col("家庭住址", "address"),
    ),
    footer=("制表：社会救助股",),
)
RELIEF = Layout(
    file="{year}年{number}月临时救助发放表.xls",
    kind="xls",
    titles=("临时救助资金发放花名册",),
    unit="单位：元",
    columns=(
        Col("序号", "#", "number"),
        Col("申请人", "person_name"),
        Col("身份证号", "id_number"),
        Col("户主姓名", "head_name"),
        Col("乡镇", "town"),
        Col("村", "village"),
        Col("困难类型", "relief_reason"),
        Col("救助金额", "amount", "money"),
        Col("发放日期", "event_date", "date"),
        Col("联系电话", "phone"),
    ),
    dates=("dot",),
    sums=("amount",),
    total=True,
    footer=("经办人：　　　　负责人：",),
)
MOVED = Layout(
    file="易地扶贫搬迁安置名单{month}.xlsx",
    titles=("岚溪县易地扶贫搬迁户安置情况",),
    columns=(
        Col("序号", "#"),
        Col("户主姓名", "person_name"),
        Col("户主身份证号", "id_number"),
        Col("迁出地|迁出乡镇", "town"),
        Col("迁出地|迁出村", "village"),
        Col("安置情况|安置点", "settlement"),
        Col("安置情况|入住时间", "event_date", "date"),
        Col("搬迁人口", "members", "number"),
        Col("联系电话", "phone"),
    ),
    dates=("chinese",),
)
INCOME = Layout(
    file="住户收入调查样本户{month}.xls",
    kind="xls",
    titles=("农村住户收支调查样本户情况",),
    unit="单位：元",
    columns=(
        Col("样本编码", "#", "number"),
        Col("户主姓名", "person_name"),
        Col("户主证件号码", "id_number"),
        Col("乡镇", "town"),
        Col("村", "village"),
        Col("常住人口", "members", "number"),
        Col("人均可支配收入", "income_per_capita", "money"),
    ),
)

SPECS = (
    Spec("civil_minimum_living", (MINIMUM,), _minimum_living, fold=side_by_side, faults=(("category", "code"),), profile=typists.BY_HAND),
    Spec(
        "civil_destitute",
        (DESTITUTE,),
        lambda context: context.stock("civil_destitute"),
        faults=(("person_name+id_number", "nobody"), ("category", "code")),
        profile=typists.OLD_NAMES,
    ),
    Spec(
        "civil_temporary_relief",
        (RELIEF,),
        lambda context: context.facts("civil_temporary_relief"),
        faults=(("amount", "amount"), ("event_date", "date")),
        profile=typists.BY_HAND,
    ),
    Spec(
        "resettlement", (MOVED,), lambda context: context.stock("resettlement"), faults=(("event_date", "date"),), profile=typists.OLD_NAMES
    ),
    Spec(
        "statistics_income",
        (INCOME,),
        lambda context: context.stock("statistics_income"),
        faults=(("income_per_capita", "amount"),),
        profile=typists.OLD_NAMES,
    ),
)
