"""Lists about house, water, work, disability and harvest: grades written in every way, heads without ID, 万元, a database table."""

from __future__ import annotations

import polars as pl

from contracts.month import Month
from samples.feeds import typists
from samples.feeds.base import Built, Context, Spec
from samples.feeds.layout import Col, Layout

GRADES = {
    "A": ("A", "A级", "a级", "Ａ级"),
    "B": ("B", "B级", "b", "Ｂ级"),
    "C": ("C", "C级", "c级", "Ｃ", "三级"),
    "D": ("D", "D级", "d级", "d", "D级危房"),
}


def _graded(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Grades as different clerks write them."""
    pick = pl.Series(context.rng("grades").integers(0, 4, rows.height))
    written = pl.lit(None, dtype=pl.String)
    for grade, ways in GRADES.items():
        for number in range(4):
            written = pl.when((pl.col("house_grade") == grade) & (pick == number)).then(pl.lit(ways[number])).otherwise(written)
    return rows.with_columns(house_grade=written)


HOUSE = Layout(
    file="农村危房鉴定结果{month}.xls",
    kind="xls",
    titles=("岚溪县{year}年{number}月农村房屋安全鉴定名单", "填报单位：岚溪县住房和城乡建设局"),
    columns=(
        Col("序号", "#", "number"),
        Col("户主", "person_name"),
        Col("户主身份证号", "id_number"),
        Col("乡镇", "town"),
        Col("村", "village"),
        Col("组", "group"),
        Col("房屋结构", "structure"),
        Col("危房等级", "house_grade"),
        Col("是否唯一住房", "is_only_house"),
        Col("鉴定时间", "event_date", "date"),
        Col("联系电话", "phone"),
    ),
    dates=("slash", "dot"),
    blank_every=15,
    footer=("填表人：　　　　填报日期：",),
)
WATER = Layout(
    file="{number}月饮水未完全保障农户清单.xlsx",
    titles=("农村饮水安全动态监测问题农户清单",),
    columns=(
        Col("序号", "#"),
        Col("乡镇", "town"),
        Col("村", "village"),
        Col("组", "group"),
        Col("户主", "person_name"),
        Col("电话", "phone"),
        Col("影响人数", "members_affected", "number"),
        Col("存在问题", "problem"),
        Col("发现日期", "event_date", "date"),
    ),
    dates=("chinese", "dot"),
    subtotals_by="place",
    sums=("members_affected",),
    total=True,
    footer=("备注：季节性缺水户请注明。",),
)
RETURNED = Layout(
    file="返乡务工人员监测{month}.csv",
    kind="csv",
    encoding="gb18030",
    columns=(
        Col("姓名", "person_name"),
        Col("身份证号码", "id_number"),
        Col("性别", "sex"),
        Col("乡镇", "town"),
        Col("行政村", "village"),
        Col("组", "group"),
        Col("联系电话", "phone"),
        Col("原务工地", "worked_at"),
        Col("返乡时间", "event_date", "date"),
        Col("计划外出时间", "planned_out_on", "date"),
        Col("就业状态", "job_status"),
    ),
    dates=("dash", "slash", "dot", "digits"),
)
DISABLED = Layout(
    file="database:disabled_federation",
    kind="database",
    columns=(
        Col("xm", "person_name"),
        Col("cjzh", "disability_number"),
        Col("xb", "sex"),
        Col("xzmc", "town"),
        Col("czmc", "village"),
        Col("zz", "address"),
        Col("lxdh", "phone"),
        Col("jhr", "guardian_name"),
        Col("cjlb", "disability_class"),
        Col("cjdj", "disability_level"),
        Col("fzrq", "event_date", "date"),
    ),
)
STORM = Layout(
    file="受灾农户统计表{month}.xlsx",
    titles=("岚溪县{year}年{number}月因灾受损农户情况统计表", "填报单位：岚溪县应急管理局"),
    columns=(
        Col("乡镇", "town"),
        Col("村", "village"),
        Col("组", "group"),
        Col("户主姓名", "person_name"),
        Col("户主身份证号", "id_number"),
        Col("联系电话", "phone"),
        Col("灾种", "disaster_kind"),
        Col("受灾时间", "event_date", "date"),
        Col("房屋受损（间）|倒塌间数", "rooms_collapsed", "number"),
        Col("房屋受损（间）|严重损坏间数", "rooms_damaged", "number"),
        Col("人员伤亡", "casualty"),
    ),
    dates=("chinese", "slash"),
    subtotals_by="place",
    sums=("rooms_collapsed", "rooms_damaged"),
    total=True,
    footer=("审核人：　　填表人：",),
)
PROJECT = Layout(
    file="产业绝收和失败项目农户名单{month}.xlsx",
    titles=("产业项目失败利益联结农户名单",),
    unit="单位：万元",
    columns=(
        Col("序号", "#"),
        Col("农户姓名", "person_name"),
        Col("身份证号", "id_number"),
        Col("乡镇", "town"),
        Col("村", "village"),
        Col("项目名称", "project"),
        Col("损失金额", "loss", "wan"),
        Col("失败类型", "outcome"),
        Col("认定日期", "event_date", "date"),
        Col("电话", "phone"),
    ),
    dates=("dot",),
    total=True,
    sums=("loss",),
)
FOREST = Layout(
    file="林木受灾农户登记表{month}.xlsx",
    titles=("岚溪县林木受灾农户登记表",),
    columns=(
        Col("户主姓名", "person_name"),
        Col("乡镇", "town"),
        Col("村", "village"),
        Col("自然寨", "group"),
        Col("手机号", "phone"),
        Col("受灾面积（亩）", "area_mu", "number"),
        Col("受灾原因", "cause"),
        Col("经济损失（元）", "loss", "comma"),
        Col("受灾日期", "event_date", "date"),
    ),
    dates=("slash",),
    blank_every=10,
)


def _returned(context: Context) -> pl.DataFrame:
    """Who came back this month, and those without work of the months before."""
    return context.facts("labour_returned", again=pl.col("job_status") == "未就业")


def _as_floats(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Some telephone numbers went through a column of floating-point numbers, some are two in one cell."""
    luck = pl.Series(context.rng("floats").random(rows.height))
    other = pl.concat_str(pl.col("phone"), pl.lit("，"), pl.col("phone").str.slice(0, 7), pl.col("phone").str.slice(7).str.reverse())
    phone = pl.when(luck < 0.08).then(pl.col("phone") + ".0").when(luck < 0.1).then(other).otherwise("phone")
    return rows.with_columns(phone=phone)


def _certificates(context: Context) -> pl.DataFrame:
    """Every certificate of the bureau's database, those of coming months as well."""
    return context.stocks["disability_severe"]


def certificate_number(rows: pl.DataFrame, _context: Context) -> pl.DataFrame:
    """The certificate number follows the ID number, with its damage: two digits for class and level, `B1` for a second issue."""
    again = pl.when(pl.col("line") % 29 == 7).then(pl.lit("B1")).otherwise(pl.lit(""))
    number = pl.concat_str(pl.col("id_number"), pl.col("disability_number").str.slice(18), again)
    return rows.with_columns(disability_number=number)


def _loose(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Some members affected are missing."""
    gone = pl.Series(context.rng("loose").random(rows.height) < 0.05).cast(pl.Boolean)
    return rows.with_columns(members_affected=pl.when(~gone).then("members_affected").cast(pl.Int64))


SPECS = (
    Spec(
        "housing_danger",
        (HOUSE,),
        lambda c: c.facts("housing_danger"),
        after=_graded,
        faults=(("house_grade", "code"), ("event_date", "date")),
        profile=typists.BY_HAND,
    ),
    Spec(
        "water_unsafe",
        (WATER,),
        lambda c: c.facts("water_unsafe"),
        after=_loose,
        faults=(("person_name+phone", "nobody"),),
        profile=typists.NEIGHBOURS,
    ),
    Spec(
        "labour_returned",
        (RETURNED,),
        _returned,
        after=_as_floats,
        faults=(("person_name+id_number", "nobody"), ("event_date", "date")),
        profile=typists.BY_HAND,
    ),
    Spec(
        "disability_severe",
        (DISABLED,),
        _certificates,
        after=certificate_number,
        sort_by="",
        faults=(("disability_level", "code"),),
        profile=typists.OLD_SYSTEM,
    ),
    Spec(
        "emergency_disaster", (STORM,), lambda c: c.facts("emergency_disaster"), faults=(("event_date", "date"),), profile=typists.BY_HAND
    ),
    Spec(
        "agriculture_failed_project",
        (PROJECT,),
        lambda c: c.facts("agriculture_failed_project"),
        faults=(("loss", "amount"),),
        profile=typists.BY_HAND,
    ),
    Spec("forestry_loss", (FOREST,), lambda c: c.facts("forestry_loss"), faults=(("event_date", "date"),), profile=typists.NEIGHBOURS),
)


def issued_by(whole: Built, month: Month) -> Built:
    """What the contract's query on the whole table gives in `month`: this year's certificates, numbered in the order of the table."""
    dates = whole.laid.rows.select(pl.col("row_number"), issued="event_date")
    due = dates.filter(pl.col("issued").is_between(month.start.replace(month=1), month.end)).sort("row_number")
    numbered = due.select("row_number", number=pl.int_range(1, pl.len() + 1, dtype=pl.Int32))
    truth = whole.truth.join(numbered, on="row_number", how="inner", maintain_order="right")
    shown = truth.with_columns(row_number="number", month=pl.lit(str(month))).drop("number")
    events = whole.events.filter(pl.col("event_id").is_in(shown["event_id"].implode())).with_columns(month=pl.lit(str(month)))
    return Built(whole.laid, shown, events)
