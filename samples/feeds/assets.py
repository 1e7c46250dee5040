"""Lists of what people own, owe and are employed as: two owners in one cell, IDs typed as numbers, IDs masked in the middle."""

from __future__ import annotations

import polars as pl

from samples.feeds import typists
from samples.feeds.base import Context, Spec
from samples.feeds.layout import Col, Layout

MIDDLE = pl.concat_str(pl.col("id_number").str.slice(0, 6), pl.lit("********"), pl.col("id_number").str.slice(14))


def masked(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Whole ID numbers with their birth date hidden; labelled `id_masked`, at every level of noise but clean."""
    if context.noise == "clean":
        return rows
    whole = pl.col("id_number").str.len_chars() == 18
    return rows.with_columns(
        id_number=pl.when(whole).then(MIDDLE).otherwise("id_number"),
        errors=pl.when(whole).then(pl.concat_list("errors", pl.lit(["id_masked"]))).otherwise("errors"),
    )


def typed_as_number(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """ID numbers without X in cells of the type number: the sheet keeps 15 digits. Labelled `id_excel_tail`."""
    if context.noise == "clean":
        return rows
    number = pl.col("id_number").str.contains(r"^[0-9]{16,}$")
    tail = pl.col("id_number").str.slice(0, 15).str.pad_end(18, "0")
    changed = number & (pl.col("id_number") != tail)
    known = pl.col("errors").list.contains("id_excel_tail")
    return rows.with_columns(
        id_number=pl.when(number).then(tail).otherwise("id_number"),
        errors=pl.when(changed & ~known).then(pl.concat_list("errors", pl.lit(["id_excel_tail"]))).otherwise("errors"),
    )


def _owners(context: Context) -> pl.DataFrame:
    """Owners, and for most married ones the spouse in the same line."""
    owners = context.stock("natural_resources_realty").with_row_index("line").with_columns(part=pl.lit(1))
    people = context.population.persons.filter("is_alive")
    pair = people.filter(pl.col("relation").is_in(["户主", "配偶"])).select("person_uid", "household_id", "relation")
    spouses = (
        pair.join(pair, on="household_id", suffix="_of")
        .filter(pl.col("relation") != pl.col("relation_of"))
        .unique("person_uid_of", maintain_order=True)
    )
    second = owners.filter(pl.col("line") % 5 < 3).join(
        spouses.select(pl.col("person_uid_of").alias("person_uid"), pl.col("person_uid").alias("spouse")),
        on="person_uid",
        how="inner",
        maintain_order="left",
    )
    both = second.with_columns(person_uid="spouse", part=pl.lit(2)).drop("spouse")
    return pl.concat([owners, both]).sort("line", "part")


def in_one_cell(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per line, its owners and their ID numbers separated by `、`."""
    several = [pl.col(name).str.join("、", ignore_nulls=False).alias(name) for name in ("person_name", "id_number")]
    first = [pl.col(name).first() for name in rows.columns if name not in {"line", "person_name", "id_number"}]
    return rows.with_columns(pl.col("person_name", "id_number").fill_null("")).group_by("line", maintain_order=True).agg(*several, *first)


REALTY = Layout(
    file="不动产登记信息{month}.xlsx",
    titles=("岚溪县不动产登记信息（{year}年{number}月）",),
    columns=(
        Col("序号", "#"),
        Col("权利人", "person_name"),
        Col("权利人证件号", "id_number"),
        Col("坐落", "location"),
        Col("房屋用途", "property_kind"),
        Col("建筑面积（㎡）", "area_m2", "number"),
        Col("登记时间", "event_date", "date"),
    ),
    dates=("dash", "slash"),
)
COMPANY = Layout(
    file="市场主体登记人员{month}.xlsx",
    titles=("市场主体法定代表人、股东信息",),
    columns=(
        Col("序号", "#"),
        Col("企业名称", "company"),
        Col("姓名", "person_name"),
        Col("身份证号", "id_number", "as_number"),
        Col("职务", "position"),
        Col("注册资本（万元）", "capital", "wan"),
        Col("成立日期", "event_date", "date"),
    ),
    dates=("serial", "dash"),
)
SERVANT = Layout(
    file="全县公职人员名册{month}.xls",
    kind="xls",
    titles=("岚溪县公职人员名册",),
    columns=(
        Col("序号", "#", "number"),
        Col("姓名", "person_name"),
        Col("性别", "sex"),
        Col("身份证号", "id_number"),
        Col("工作单位", "employer"),
        Col("职务", "position"),
        Col("任职日期", "event_date", "day"),
    ),
    dates=("dot",),
)
STAFF = Layout(
    file="财政供养人员{month}.csv",
    kind="csv",
    encoding="gb18030",
    columns=(Col("姓名", "person_name"), Col("证件号码", "id_number"), Col("预算单位", "employer"), Col("人员类别", "staff_kind")),
)
BANK = Layout(
    file="征信不良客户{month}.csv",
    kind="csv",
    encoding="utf-8",
    columns=(
        Col("客户姓名", "person_name"),
        Col("证件号码", "id_number"),
        Col("乡镇", "town"),
        Col("村", "village"),
        Col("机构", "bank"),
        Col("逾期余额（元）", "overdue_amount", "money"),
        Col("起始逾期日", "event_date", "date"),
    ),
)
COURT = Layout(
    file="失信被执行人名单{month}.xlsx",
    titles=("岚溪县人民法院失信被执行人名单",),
    columns=(
        Col("序号", "#"),
        Col("被执行人姓名", "person_name"),
        Col("性别", "sex"),
        Col("年龄", "age", "number"),
        Col("证件号码", "id_number"),
        Col("住址", "address"),
        Col("案由", "case_kind"),
        Col("发布日期", "event_date", "date"),
    ),
    dates=("chinese",),
)
OFFENCE = Layout(
    file="社区矫正对象名单{month}.xlsx",
    titles=("社区矫正、安置帮教对象名单",),
    columns=(
        Col("序号", "#"),
        Col("姓名", "person_name"),
        Col("身份证号", "id_number"),
        Col("乡镇", "town"),
        Col("村", "village"),
        Col("罪名", "offence_kind"),
        Col("入矫日期", "event_date", "day"),
    ),
    dates=("dot",),
)

SPECS = (
    Spec("natural_resources_realty", (REALTY,), _owners, fold=in_one_cell, faults=(("property_kind", "code"),), profile=typists.OLD_SYSTEM),
    Spec("market_company", (COMPANY,), lambda c: c.stock("market_company"), after=typed_as_number, faults=(("capital", "amount"),)),
    Spec("organisation_public_servant", (SERVANT,), lambda c: c.stock("organisation_public_servant"), sort_by="employer"),
    Spec(
        "finance_paid_staff",
        (STAFF,),
        lambda c: c.stock("finance_paid_staff"),
        sort_by="employer",
        faults=(("person_name+id_number", "nobody"),),
    ),
    Spec(
        "bank_credit",
        (BANK,),
        lambda c: c.stock("bank_credit"),
        after=masked,
        faults=(("overdue_amount", "amount"),),
        profile=typists.CARD_READER,
    ),
    Spec("court_dishonest", (COURT,), lambda c: c.stock("court_dishonest"), after=masked, faults=(("event_date", "date"),)),
    Spec("justice_offence", (OFFENCE,), lambda c: c.stock("justice_offence")),
)
