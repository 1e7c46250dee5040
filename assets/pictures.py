"""What the check of the hidden-ID test shows: pictures, and which lists cannot do without a reviewer, in words."""

from collections.abc import Mapping

import dagster as dg
import polars as pl

from contracts.feed import Feed
from delivery.pictures import accuracy, as_markdown, calibration
from matching.match import Matched

TITLE = "遮住证件再匹配一次"
BELIEVED = "程序说的把握有多准"
COUNTS = ("linked", "review", "absent")


def judged(quality: pl.DataFrame, limit: float) -> dict[str, list[str]]:
    """Lists by how their wrong links stand to the limit: `over` for certain, `doubtful` (measured above it, too few rows to be sure)."""
    made = pl.col("right") + pl.col("wrong")
    over = pl.col("precision_high") < 1 - limit
    above = (pl.col("wrong") > limit * made) & ~over
    return {name: quality.filter(condition)["feed"].to_list() for name, condition in (("over", over), ("doubtful", above))}


def quality_metadata(matched: Matched, feeds: Mapping[str, Feed], limit: float) -> dict[str, dg.MarkdownMetadataValue | str]:
    """Pictures and words for `hidden_id`. Titles of lists and counts only."""
    quality = matched.quality
    lists = _lists(quality, matched.links, feeds)
    kinds = judged(quality, limit)
    return {
        "图": dg.MarkdownMetadataValue(as_markdown(accuracy(lists, limit, TITLE), f"{TITLE}：各清单的准确率、找回率和去向")),
        "把握图": dg.MarkdownMetadataValue(as_markdown(calibration(matched.calibration, BELIEVED), f"{BELIEVED}：预期与实测")),
        "把握图说明": "自测的行都是底册里的人；平时的行还可能不在册，程序已把这种可能算进去，所以实测一般比预期好。",
        "不能自动达标的清单": _names(kinds["over"], feeds) or "没有",
        "提高了门槛、多交人工的清单": _names(quality.filter("is_cut")["feed"].to_list(), feeds) or "没有",
        "可能超出、样本还少的清单": _names(kinds["doubtful"], feeds) or "没有",
        "上限": f"每 {round(1 / limit):,} 条自动关联最多错 1 条（config/matching.yml 的 max_wrong_links）",
    }


def _names(names: list[str], feeds: Mapping[str, Feed]) -> str:
    return "、".join(f"{feeds[name].bureau}《{feeds[name].title}》" for name in names)


def _lists(quality: pl.DataFrame, links: pl.DataFrame, feeds: Mapping[str, Feed]) -> pl.DataFrame:
    """The rows of the picture, by title."""
    titles = pl.DataFrame(
        [(name, feed.title) for name, feed in feeds.items()], schema={"feed": pl.String, "title": pl.String}, orient="row"
    )
    became = links.group_by("feed").agg((pl.col("status") == status).sum().alias(status) for status in COUNTS)
    named = quality.join(titles, on="feed").join(became, on="feed", how="left")
    return named.with_columns(pl.col(COUNTS).fill_null(0)).sort("title", "feed")
