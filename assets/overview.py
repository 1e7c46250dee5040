"""The start page: the month on one screen, for whoever opens Dagster on the 6th.

What came, what is missing, how good it is, how many doors, and what is to be done now. Counts and places only.
"""

from collections.abc import Iterator, Mapping

import dagster as dg
import polars as pl

from assets.county import CountyResource, month_of
from assets.lake import read
from assets.tables import DESCRIPTIONS, MONTHS, output, small_table
from contracts.feed import Feed
from contracts.tables import AREA_ALARM, FINDING, OVERDUE, OVERVIEW, QUALITY, REVIEW, SUPPRESSED, conform
from delivery.charts import PALETTE, stacked, tiles
from delivery.pictures import ABSENT, LINKED, REVIEWED, as_markdown

BECAME = {"linked": ("已关联", LINKED), "review": ("待复核", REVIEWED), "absent": ("不在册", ABSENT), "set_aside": ("退回", "#B5473C")}
STATES = ("已收", "未报", "暂缓", "沿用", "不需报")
REST = "其余"  # kinds that are too rare to be drawn apart
WORDS = {
    "lost_tail": "证件尾数丢失", "masked": "证件有星号", "checksum": "证件校验不符", "fifteen": "15位旧证件", "birth": "证件出生日期不对",
    "length": "证件位数不对", "readable": "写法读不出", "present": "漏填", "any_present": "漏填", "not_after_month": "日期晚于当月",
}  # fmt: skip


def overview_asset(feeds: Mapping[str, Feed]) -> dg.AssetsDefinition:
    """One row per figure of the month, and the pictures of it."""

    @dg.asset(
        name="overview",
        group_name="release",
        description=DESCRIPTIONS["overview"],
        partitions_def=MONTHS,
        io_manager_key="lake",
        kinds={"polars", "parquet"},
        ins={name: dg.AssetIn(name, dagster_type=dg.Any) for name in ("reception", "conservation", "leads")},
        deps=["release", "overdue", "review_queue", "matching_quality", "suppressed", "area_alarms"],
    )
    def overview(
        context: dg.AssetExecutionContext,
        county: CountyResource,
        reception: pl.DataFrame,
        conservation: pl.DataFrame,
        leads: pl.DataFrame,
    ) -> Iterator[dg.Output[pl.DataFrame]]:
        month, home = month_of(context), county.home
        findings = pl.concat([read(home, f"findings/{feed}", month, FINDING) for feed in sorted(feeds)])
        quality = read(home, "matching_quality", month, QUALITY)
        made = int(quality["right"].sum()) + int(quality["wrong"].sum())
        figures: dict[str, float | None] = {
            **{f"{state}的清单": int((reception["state"] == state).sum()) for state in STATES},
            "读入行": int(conservation["rows_read"].sum()),
            "人次": int(conservation["records"].sum()),
            "已关联": int(conservation["linked"].sum()),
            "待复核": int(conservation["review"].sum()),
            "不在册": int(conservation["absent"].sum()),
            "退回": int(conservation["set_aside"].sum()),
            "遮证自测准确率（%）": round(100 * int(quality["right"].sum()) / made, 2) if made else None,
            "线索（户）": leads.height,
            "其中红色": int((leads["grade"] == "red").sum()),
            "涉及村": leads["village_code"].n_unique(),
            "重复抑制": read(home, "suppressed", month, SUPPRESSED).height,
            "区域预警": read(home, "area_alarms", month, AREA_ALARM).height,
            "超期未核实": read(home, "overdue", month, OVERDUE).height,
        }
        table = conform(
            pl.DataFrame({"figure": list(figures), "value": [None if v is None else float(v) for v in figures.values()]}), OVERVIEW
        )
        yield output(
            "result",
            table,
            现在要办=dg.MarkdownMetadataValue(
                "\n".join(f"- {line}" for line in to_do(reception, read(home, "review_queue", month, REVIEW), figures))
            ),
            本月一览=small_table(table.rename({"figure": "项目", "value": "数量"})),
            各清单去向=picture("各清单去向", stacked("各清单去向", _by_list(conservation), BECAME, "单位：人次。")),
            各部门问题=picture("各部门清单的问题", _faults(findings, feeds)),
            各乡镇线索=picture("各乡镇线索", _towns(leads)),
            各村户数=picture("各村要走访的户数", tiles("各村要走访的户数", _villages(leads), "颜色越深，户数越多。只列有线索的村。")),
        )

    return overview


def to_do(reception: pl.DataFrame, review: pl.DataFrame, figures: Mapping[str, float | None]) -> list[str]:
    """What somebody should do now, most urgent first; never empty."""
    told = []
    for state, advice in (("未报", "催报：{}"), ("沿用", "催报（暂用以前月份的）：{}"), ("暂缓", "退回重报：{}")):
        lists = reception.filter(pl.col("state") == state).sort("bureau", "title")
        if lists.height:
            told.append(advice.format("、".join(f"{bureau}《{title}》" for bureau, title in lists.select("bureau", "title").iter_rows())))
    rows = review.select("feed", "row_id").n_unique()
    if rows:
        told.append(f"复核 {rows} 条拿不准的记录：县级/待复核工作簿，填好后 hulian review 交回")
    for name, advice in (
        ("超期未核实", "催办 {:.0f} 条超期未核实的线索"),
        ("区域预警", "会商 {:.0f} 条区域预警"),
        ("线索（户）", "核对草稿后发布：{:.0f} 户"),
    ):
        if figures[name]:
            told.append(advice.format(figures[name]))
    return told or ["没有要办的事"]


def picture(words: str, svg: str) -> dg.MarkdownMetadataValue:
    """An SVG as it shows in Dagster's pages."""
    return dg.MarkdownMetadataValue(as_markdown(svg, words))


def _by_list(conservation: pl.DataFrame) -> pl.DataFrame:
    return conservation.sort("records", "feed", descending=[True, False]).select("title", *BECAME).rename({"title": "label"})


def _faults(findings: pl.DataFrame, feeds: Mapping[str, Feed]) -> str:
    """Findings by bureau and kind of fault."""
    bureaus = pl.DataFrame({"feed": list(feeds), "label": [feed.bureau for feed in feeds.values()]})
    told = findings.filter(pl.col("code").str.contains(":")).join(bureaus, on="feed")
    kinds = told.select("label", kind=pl.col("code").str.extract(r"([^:]+)$").replace(WORDS))
    return by_kind("各部门清单的问题", kinds, "单位：处。一行可有几处。")


def _towns(leads: pl.DataFrame) -> str:
    """Households with leads by town and the first of their risks."""
    return by_kind(
        "各乡镇线索", leads.select(label="town", kind=pl.col("risk_types").list.first()), "单位：户；一户有几类风险的，按第一类。"
    )


def by_kind(title: str, told: pl.DataFrame, note: str) -> str:
    """A bar for each `label`, divided by the commonest of `kind`; the rest stands together."""
    common = told["kind"].drop_nulls().value_counts().sort("count", "kind", descending=[True, False])["kind"].head(len(PALETTE) - 1)
    kinds = [*common, REST]
    counted = (
        told.with_columns(pl.when(pl.col("kind").is_in(common.implode())).then("kind").otherwise(pl.lit(REST)))
        .group_by("label")
        .agg((pl.col("kind") == kind).sum().alias(kind) for kind in kinds)
        .sort(pl.sum_horizontal(kinds), "label", descending=[True, False])
    )
    parts = {kind: (kind, colour) for kind, colour in zip(kinds, PALETTE, strict=False) if counted[kind].sum()}
    return stacked(title, counted, parts, note)


def _villages(leads: pl.DataFrame) -> pl.DataFrame:
    return leads.group_by("town", "village").agg(doors=pl.len())
