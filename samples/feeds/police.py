"""Lists of 公安局 and its brigades: changes of residence, accidents, vehicles, victims of crimes."""

from __future__ import annotations

import polars as pl

from samples.feeds import typists
from samples.feeds.base import Context, Spec
from samples.feeds.layout import Col, Layout

RESIDENCE = Layout(
    file="户籍变动信息{month}.csv",
    kind="csv",
    encoding="utf-8-sig",
    columns=(
        Col("序号", "#"),
        Col("变动类型", "change_kind"),
        Col("变动日期", "event_date", "date"),
        Col("姓名", "person_name"),
        Col("公民身份号码", "id_number"),
        Col("性别", "sex"),
        Col("出生日期", "birth_date", "date"),
        Col("户主姓名", "head_name"),
        Col("与户主关系", "relation"),
        Col("户籍地址", "address"),
        Col("曾用名", "former_name"),
    ),
    dates=("digits",),
)
ACCIDENT = Layout(
    file="{year}年{number}月交通事故伤亡人员情况.xlsx",
    titles=("道路交通事故伤亡人员情况统计",),
    columns=(
        Col("序号", "#"),
        Col("事故时间", "event_date", "date"),
        Col("当事人姓名", "person_name"),
        Col("当事人身份证号", "id_number"),
        Col("性别", "sex"),
        Col("年龄", "age", "number"),
        Col("家庭住址", "address"),
        Col("损害后果", "outcome"),
        Col("事故责任", "liability"),
    ),
    dates=("chinese", "time"),
    footer=("交警大队事故中队",),
)
VEHICLE = Layout(
    file="机动车登记信息_{month}.csv",
    kind="csv",
    encoding="gb18030",
    columns=(
        Col("号牌号码", "plate"),
        Col("车辆类型", "vehicle_kind"),
        Col("机动车所有人", "person_name"),
        Col("所有人证件号码", "id_number"),
        Col("住址", "address"),
        Col("初次登记日期", "event_date", "date"),
    ),
    dates=("slash",),
)
CRIME = Layout(
    file="刑事案件致劳动力受损人员{month}.xlsx",
    titles=("因刑事案件造成家庭重要劳动力失去能力人员名单",),
    columns=(
        Col("序号", "#"),
        Col("被害人姓名", "person_name"),
        Col("被害人身份证号", "id_number"),
        Col("乡镇", "town"),
        Col("村", "village"),
        Col("案发日期", "event_date", "date"),
        Col("损害后果", "consequence"),
    ),
)


def _changes(context: Context) -> pl.DataFrame:
    """Deaths, births, moves and new names of the month, as the population had them."""
    changes = context.population.changes.select("person_uid", "event_date", "former_name", change_kind="kind")
    return changes.with_columns(event_id=pl.lit(None, dtype=pl.String))


SPECS = (
    Spec("police_residence", (RESIDENCE,), _changes, faults=(("change_kind", "code"), ("event_date", "date")), profile=typists.ISSUER),
    Spec("police_traffic_accident", (ACCIDENT,), lambda c: c.facts("police_traffic_accident"), profile=typists.ISSUER),
    Spec(
        "police_vehicle",
        (VEHICLE,),
        lambda c: c.stock("police_vehicle"),
        faults=(("person_name+id_number", "nobody"), ("event_date", "future")),
        profile=typists.OLD_SYSTEM,
    ),
    Spec("police_crime_victim", (CRIME,), lambda c: c.facts("police_crime_victim"), profile=typists.ISSUER),
)
