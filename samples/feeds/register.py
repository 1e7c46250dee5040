"""The register as the national system exports it: one workbook a town, two title rows, the header on row 3, everything as text."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl

from samples.feeds.base import TRUTH, Context, names_of
from samples.feeds.layout import Col, Layout, lay_out
from samples.register import register_rows
from samples.writers import write_big_xlsx

EXPORT = Layout(
    file="（自定义）户籍底册_{town}_{month}.xlsx",
    files_by="place",
    titles=("全国防返贫监测信息系统", "（自定义）户籍底册　数据日期：{year}年{number}月"),
    columns=(
        Col("序号", "#"),
        Col("县(市、区、旗)", "county"),
        Col("乡(镇)", "town"),
        Col("行政村", "village"),
        Col("自然村", "group"),
        Col("户编号", "household_id"),
        Col("人编号", "person_id"),
        Col("姓名", "person_name"),
        Col("性别", "sex"),
        Col("证件号码", "id_number"),
        Col("人数", "members"),
        Col("与户主关系", "relation"),
        Col("民族", "ethnicity"),
        Col("在校生状况", "student"),
        Col("健康状况", "health"),
        Col("残疾类别", "disability"),
        Col("劳动技能", "labour"),
        Col("人均纯收入（元）", "income_per_capita", "money"),
        Col("户联系电话", "household_phone"),
        Col("人联系电话", "phone"),
        Col("户类型", "household_type"),
        Col("监测对象类别", "monitored_kind"),
        Col("风险是否已消除", "is_risk_cleared"),
        Col("识别监测时间", "identified_month"),
        Col("致贫/返贫风险1", "risk1"),
        Col("综合保障", "tags"),
    ),
)


def register_files(context: Context, inbox: Path) -> pl.DataFrame:
    """Write the register of the month; its truth, one row per line of the files."""
    rows = register_rows(context.population, context.month, context.noise, context.seed)
    rows = rows.with_columns(county=pl.lit("岚溪县"))
    laid = lay_out(EXPORT, rows, names_of(context.month), context.rng("register-layout"))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda file: write_big_xlsx(inbox / file.name, file.sheets), laid.files))
    truth = laid.rows.with_columns(
        feed=pl.lit("register"), month=pl.lit(str(context.month)), part=pl.lit(1, dtype=pl.Int16), event_id=pl.lit(None, dtype=pl.String)
    )
    return truth.select(TRUTH)
