"""Lists of 教育局: fees under two header rows, students elsewhere (columns change in the second month), drop-outs without ID."""

from __future__ import annotations

import polars as pl

from samples.feeds import typists
from samples.feeds.base import Context, Spec
from samples.feeds.layout import Col, Layout


def _again(context: Context, feed: str) -> pl.DataFrame:
    """The term's list with the late entries added."""
    return context.facts(feed, again=pl.lit(value=True))


TUITION = Layout(
    file="{year}年秋季学期自费过高学生名单（{number}月报）.xlsx",
    titles=("非义务教育阶段农村学生自付费用情况统计表",),
    unit="单位：元",
    columns=(
        Col("序号", "#"),
        Col("学生信息|学生姓名", "person_name"),
        Col("学生信息|学生身份证号", "id_number"),
        Col("学生信息|学段", "stage"),
        Col("学生信息|就读学校", "school"),
        Col("学生信息|省内外", "in_province"),
        Col("学生信息|是否民办或沿海", "is_private_or_coastal"),
        Col("监护人信息|监护人姓名", "guardian_name"),
        Col("监护人信息|监护人身份证号", "guardian_id"),
        Col("监护人信息|监护人电话", "guardian_phone"),
        Col("监护人信息|乡镇", "town"),
        Col("监护人信息|村", "village"),
        Col("费用情况|学费", "tuition", "money"),
        Col("费用情况|住宿费", "lodging", "money"),
        Col("费用情况|教科书费", "books", "money"),
        Col("费用情况|资助金额", "aid", "money"),
        Col("费用情况|自付合计", "self_paid", "money"),
        Col("入学日期", "event_date", "day"),
    ),
    subtotals_by="place",
    sums=("self_paid",),
    dates=("dash", "slash"),
    footer=("注：自付合计＝学费＋住宿费＋教科书费－各类资助。", "填表人：学生资助中心"),
)
AWAY = Layout(
    file="省外就读学生名单{month}.xlsx",
    titles=("岚溪县省外高中及以上就读学生名单",),
    columns=(
        Col("序号", "#"),
        Col("学生姓名", "person_name"),
        Col("学生身份证号", "id_number"),
        Col("学段", "stage"),
        Col("学校名称", "school"),
        Col("就读省份", "province"),
        Col("监护人姓名", "guardian_name"),
        Col("监护人身份证号", "guardian_id"),
        Col("乡镇", "town"),
        Col("村", "village"),
        Col("家长电话", "guardian_phone"),
        Col("入学日期", "event_date", "date"),
    ),
)
AWAY_RENAMED = Layout(
    file="省外学生情况（{month}更新）.xlsx",
    titles=("岚溪县省外高中及以上就读学生名单", "说明：本期起按新版式填报"),
    columns=(
        Col("编号", "#"),
        Col("乡(镇)", "town"),
        Col("行政村", "village"),
        Col("家长姓名", "guardian_name"),
        Col("家长身份证号", "guardian_id"),
        Col("联系方式", "guardian_phone"),
        Col("学生", "person_name"),
        Col("学生证件号", "id_number"),
        Col("就读院校", "school"),
        Col("学校所在省", "province"),
        Col("在读阶段", "stage"),
        Col("入学时间", "event_date", "date"),
    ),
    dates=("chinese",),
)
DROPOUT = Layout(
    file="控辍保学疑似辍学台账{number}月.xlsx",
    titles=("义务教育阶段疑似失学辍学学生台账",),
    columns=(
        Col("序号", "#"),
        Col("学生姓名", "person_name"),
        Col("性别", "sex"),
        Col("年龄", "age", "number"),
        Col("监护人", "guardian_name"),
        Col("乡镇", "town"),
        Col("村", "village"),
        Col("学段", "stage"),
        Col("原就读学校", "school"),
        Col("离校日期", "event_date", "date"),
    ),
    dates=("dot", "chinese"),
    footer=("填表人：",),
)


def _phones(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The guardian's phone beside the student's own name."""
    phones = context.population.persons.select(pl.col("person_uid").alias("guardian_uid"), pl.col("phone").alias("guardian_phone"))
    guardian = context.population.persons.select("person_uid", "guardian_uid")
    known = rows.join(guardian, on="person_uid", how="left", maintain_order="left")
    return known.join(phones, on="guardian_uid", how="left", maintain_order="left").with_columns(
        pl.col("guardian_phone").fill_null(pl.col("phone"))
    )


SPECS = (
    Spec(
        "education_tuition",
        (TUITION,),
        lambda context: _again(context, "education_tuition"),
        after=_phones,
        faults=(("self_paid", "amount"), ("stage", "code"), ("person_name+id_number+guardian_id", "nobody")),
        profile=typists.PARENTS,
    ),
    Spec(
        "education_out_of_province",
        (AWAY, AWAY_RENAMED),
        lambda context: _again(context, "education_out_of_province"),
        after=_phones,
        profile=typists.PARENTS,
    ),
    Spec(
        "education_dropout",
        (DROPOUT,),
        lambda context: context.facts("education_dropout"),
        faults=(("event_date", "date"),),
        profile=typists.BY_HAND,
    ),
)
