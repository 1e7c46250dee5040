"""What people say: petitions, tips, hotline calls, self-reports, findings of cadres, charities. Free text written from templates.

A text names the person in need (`subject`) in one of many phrasings; the one who calls or writes is often a child, a neighbour or
nobody. The truth is the subject. A share of texts names nobody (`unidentifiable`): no household should be found for them.
"""

from __future__ import annotations

import polars as pl

from samples.feeds import typists
from samples.feeds.base import Context, Spec
from samples.feeds.layout import Col, Layout
from samples.vocabulary import MATTERS, ORGANISATIONS

TROUBLES = {
    "因病": ("住院花了五万多，报销后还要自己承担两万多", "患重病长期吃药，家里积蓄用完了", "查出大病需要手术，拿不出钱"),
    "因学": ("两个孩子在外读大学，学费生活费负担重", "孩子考上大学，学费还没有着落"),
    "因残": ("重度残疾，生活不能自理，没有人照顾", "家中残疾人需要长期护理，没有收入"),
    "因灾": ("房屋被暴雨冲毁一半，现在借住亲戚家", "家里失火，粮食和家具都烧了"),
    "因意外事故": ("出车祸受伤，对方没有赔偿，失去劳动能力", "在工地摔伤，一直没有拿到赔偿"),
    "因产业项目失败": ("合作社垮了，入股的钱和分红都没有了", "种的辣椒绝收，欠着农资店的钱"),
    "因务工就业不稳": ("厂里裁员回家几个月没有找到活", "在外打工几个月没有拿到工资"),
    "缺劳动力": ("家里只有老人和小孩，没有劳动力", "儿子去世，儿媳改嫁，独自带着孙子"),
    "因安全住房": ("房子墙体开裂漏雨，怕住着出事", "老木房快要倒了，没有钱修"),
    "因安全饮水": ("家里经常停水，要到两里外挑水", "水管断了三个月没人修，喝的是沟水"),
    "其他": ("生活困难，希望政府帮助", "低保被取消，生活过不下去"),
}

HOTLINE = (
    "来电人反映：{town}{village}{group}村民{name}{trouble}，希望有关部门核实帮扶。",
    "市民来电，其父亲{name}（{village}{group}）{trouble}，咨询能否申请救助。",
    "群众反映{village}{name}家{trouble}，请乡镇入户了解。回复电话{phone}。",
    "来电人自称{town}{village}{name}，{trouble}，要求尽快处理。",
    "来电人是{name}的邻居，说{name}住在{village}{group}，{trouble}。",
    "{village}村民{name}（户主{head}）{trouble}，来电人为其亲属，不愿透露姓名。",
    "反映{town}{village}“{nickname}”家{trouble}，本名{name}。",
    "来电咨询：我是{village}{group}的{name}，电话{phone}，{trouble}，怎么申请监测对象？",
)
NAMELESS = (
    "来电人反映{town}有一户人家{trouble}，不清楚姓名，请核实。",
    "有人反映{village}一位老人{trouble}，具体是哪家不清楚。",
    "市民反映在{town}街上看到一人{trouble}，请民政部门关注。",
)
OPINION = (
    "网帖：{town}{village}{name}一家{trouble}，有网友呼吁关注。",
    "短视频平台有人发布：我老家{village}的{name}，{trouble}，求扩散。",
    "微信群截图显示{village}{group}{name}家{trouble}，村里还没有上门。",
    "论坛留言：帮帮{village}的{name}吧，{trouble}。",
)
PETITION = (
    "信访人反映其家庭{trouble}，要求纳入监测对象。",
    "{name}来访，称家在{village}{group}，{trouble}，请求解决。",
    "信访人要求核实其家庭困难情况：{trouble}。联系电话{phone}。",
    "反映{trouble}，多次找村里没有结果。",
)
SELF = ("家里{trouble}。", "{trouble}，请求帮助。", "我家{trouble}，现申请帮扶。", "本人{name}，{trouble}。")
CADRE = ("走访发现{trouble}", "{trouble}，收入下降", "入户了解到{name}家{trouble}", "{trouble}，建议关注")


def worded(rows: pl.DataFrame, templates: tuple[str, ...], context: Context, feed: str) -> pl.DataFrame:
    """`rows` with `text`: a template and a trouble for each, filled with the names and places as they stand in the row."""
    rng = context.rng(feed + "-words")
    trouble = pl.lit(None, dtype=pl.String)
    pick = pl.Series(rng.integers(0, 1000, rows.height))
    for matter in MATTERS:
        ways = TROUBLES[matter]
        for number, words in enumerate(ways):
            trouble = pl.when((pl.col("problem") == matter) & (pick % len(ways) == number)).then(pl.lit(words)).otherwise(trouble)
    rows = rows.with_columns(trouble=trouble)
    which = pl.Series(rng.integers(0, len(templates), rows.height))
    text = pl.lit(None, dtype=pl.String)
    for number, template in enumerate(templates):
        text = pl.when(which == number).then(_filled(template)).otherwise(text)
    return rows.with_columns(text=text)


SLOTS = {"name": "person_name", "head": "head_name"}


def _filled(template: str) -> pl.Expr:
    """A template with the row's own values; what a row lacks leaves nothing behind."""
    parts: list[pl.Expr] = []
    for piece in template.split("{"):
        slot, closed, rest = piece.partition("}")
        if closed:
            parts += [pl.col(SLOTS.get(slot, slot)).fill_null(""), pl.lit(rest)]
        else:
            parts.append(pl.lit(piece))
    return pl.concat_str(parts)


def _calls(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Calls: half from the subject's own phone, the others from a child's or a neighbour's; one in eight names nobody."""
    said = worded(rows, HOTLINE, context, "hotline_12345")
    vague = worded(rows, NAMELESS, context, "hotline_vague")["text"]
    rng = context.rng("hotline-callers")
    callers = context.population.persons.filter("is_alive", pl.col("phone").is_not_null())["phone"]
    other = callers.gather(rng.integers(0, callers.len(), rows.height))
    luck = pl.Series(rng.random(rows.height))
    named = luck >= 0.12
    own = (luck < 0.55) & pl.col("text").str.contains("我是|自称").not_()
    called = said.with_columns(phone=pl.when(own & named & pl.col("phone").is_not_null()).then("phone").otherwise(other), named=named)
    return _unnamed(called.with_columns(text=pl.when("named").then("text").otherwise(vague)))


def _unnamed(rows: pl.DataFrame) -> pl.DataFrame:
    """Texts that name nobody are about nobody, as far as anybody can know."""
    nobody = [pl.when("named").then(name).alias(name) for name in ("person_uid", "household_id", "person_id", "event_id", "rule")]
    errors = pl.when("named").then("errors").otherwise(pl.concat_list("errors", pl.lit(["unidentifiable"])))
    return rows.with_columns(*nobody, errors=errors).drop("named")


def _tips(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Tips from the net."""
    platform = context.rng("platforms").choice(["抖音", "微信公众号", "贴吧", "微博"], rows.height)
    return worded(rows, OPINION, context, "public_opinion").with_columns(platform=pl.Series(platform))


def _petitions(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Petitions in the petitioner's own cause."""
    return worded(rows, PETITION, context, "petition")


def _reports(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Self-reports; every fifth number is left out."""
    left_out = pl.Series(context.rng("left-out").random(rows.height) < 0.2)
    keep = ~left_out | pl.lit(context.noise == "clean")
    label = pl.when(keep).then("errors").otherwise(pl.concat_list("errors", pl.lit(["id_missing"])))
    said = worded(rows, SELF, context, "self_report_app").with_columns(errors=label, id_number=pl.when(keep).then("id_number"))
    return said.with_columns(reason="problem")


def _findings(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Findings, one file a town."""
    return worded(rows, CADRE, context, "cadre_finding")


def _donors(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Which organisation helped."""
    who = context.rng("donors").choice(list(ORGANISATIONS), rows.height)
    return rows.with_columns(organisation=pl.Series(who)).sort("organisation", maintain_order=True)


CALLS = Layout(
    file="12345热线民生诉求工单{month}.csv",
    kind="csv",
    encoding="gb18030",
    columns=(
        Col("工单号", "#"),
        Col("来电时间", "event_date", "date"),
        Col("来电号码", "phone"),
        Col("诉求内容", "text"),
        Col("乡镇", "town"),
    ),
    dates=("time",),
)
TIPS = Layout(
    file="涉农村困难群众舆情{month}.csv",
    kind="csv",
    encoding="utf-8-sig",
    columns=(Col("监测日期", "event_date", "date"), Col("平台", "platform"), Col("舆情内容", "text")),
    dates=("slash",),
)
PETITIONS = Layout(
    file="信访登记疑似监测对象{number}月.xlsx",
    titles=("{year}年{number}月信访反映生活困难事项登记",),
    columns=(
        Col("序号", "#"),
        Col("登记日期", "event_date", "date"),
        Col("信访人", "person_name"),
        Col("联系电话", "phone"),
        Col("住址", "address"),
        Col("诉求摘要", "text"),
        Col("是否疑似监测对象", "looks_like_object"),
    ),
    dates=("dot",),
    footer=("说明：内容敏感，不得转发。",),
)
REPORTS = Layout(
    file="农户自主申报_{month}.csv",
    kind="csv",
    encoding="utf-8",
    columns=(
        Col("申报编号", "#"),
        Col("申报时间", "event_date", "date"),
        Col("申报人", "person_name"),
        Col("身份证号", "id_number"),
        Col("手机号", "phone"),
        Col("家庭住址", "address"),
        Col("困难类型", "reason"),
        Col("困难说明", "text"),
    ),
    dates=("time",),
)
FINDINGS = Layout(
    file="{town}{number}月排查发现情况.xlsx",
    files_by="place",
    titles=("{town}防返贫动态监测日常排查发现情况表",),
    columns=(
        Col("序号", "#"),
        Col("村", "village"),
        Col("组", "group"),
        Col("户主姓名", "head_name"),
        Col("姓名", "person_name"),
        Col("与户主关系", "relation"),
        Col("身份证号", "id_number"),
        Col("联系电话", "phone"),
        Col("风险类型", "problem"),
        Col("情况说明", "text"),
        Col("入户日期", "event_date", "date"),
    ),
    dates=("dash", "slash", "dot", "chinese", "digits", "serial"),
    footer=("排查人签字：　　　　村支书签字：",),
)
AID = Layout(
    file="群团组织救助名单{month}.xlsx",
    sheets_by="organisation",
    titles=("{town}困难群众救助名单",),
    columns=(
        Col("序号", "#"),
        Col("受助人", "person_name"),
        Col("身份证号", "id_number"),
        Col("乡镇", "town"),
        Col("村", "village"),
        Col("救助原因", "aid_reason"),
        Col("救助金额（元）", "amount", "comma"),
        Col("救助单位", "organisation"),
        Col("救助日期", "event_date", "date"),
    ),
    dates=("chinese", "dash"),
    total=True,
    sums=("amount",),
)

SPECS = (
    Spec("hotline_12345", (CALLS,), lambda c: c.facts("hotline_12345"), after=_calls, sort_by="", profile=typists.BY_EAR),
    Spec("public_opinion", (TIPS,), lambda c: c.facts("public_opinion"), after=_tips, sort_by="", profile=typists.BY_EAR),
    Spec("petition", (PETITIONS,), lambda c: c.facts("petition"), after=_petitions, sort_by="", faults=(("event_date", "date"),)),
    Spec("self_report_app", (REPORTS,), lambda c: c.facts("self_report_app"), after=_reports, sort_by="", faults=(("event_date", "date"),)),
    Spec(
        "cadre_finding",
        (FINDINGS,),
        lambda c: c.facts("cadre_finding"),
        after=_findings,
        faults=(("problem", "code"),),
        profile=typists.NEIGHBOURS,
    ),
    Spec(
        "charity_aid", (AID,), lambda c: c.facts("charity_aid"), after=_donors, faults=(("amount", "amount"),), profile=typists.VOLUNTEERS
    ),
)
