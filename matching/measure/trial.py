"""The month's own test of its matching: rows that are linked for certain, matched again as if their number were missing or damaged.

Copies run along with the month's rows and are answered like them. A list of which few rows are certain is tested with those of other lists,
cut down to what it says itself. Rows with a valid number that nobody in the register has are about people outside it, who have names, too:
without their number they show how often such people are taken for somebody of the register.
"""

from __future__ import annotations

import polars as pl

from matching.compare.numbers import MASKED_KIND, NONE, TAIL_KIND, WRONG
from matching.pairs import among
from matching.prepare.kinds import ends
from matching.prepare.tables import Mentions
from standards import ids

FEW = 30  # certain rows of a list below which other lists' rows are borrowed
HIDDEN, DAMAGED, BORROWED, OUTSIDE = "hidden", "damaged", "borrowed", "outside"
FEWER = 4  # certain rows of a list that are tested for each one about somebody outside the register
SAID = ("village", "town", "group", "sex", "phone", "birth", "birth_year", "relation")  # what a borrowed row says only where the list does


def with_copies(mentions: Mentions, sure: pl.DataFrame, outside: pl.Series, per_feed: int) -> tuple[Mentions, pl.DataFrame]:
    """`mentions` followed by copies of certain rows, up to `per_feed` of each list and kind; and what is known of the copies.

    `outside`: m of rows whose number is valid and nobody's. Of the copies: m, source, h, p, trial, and `times`: how many rows one stands
    for, where a hidden one of its list stands for one.

    Which rows are copied follows from their row_id, so that the same rows give the same test.
    """
    rows = mentions.rows
    certain = pl.concat([sure[["m", "h", "p"]], rows.select("feed_number", by=pl.col("row_id").hash(17))[sure["m"]]], how="horizontal")
    certain = certain.sort("by", maintain_order=True).drop("by")  # rows come by feed and row_id
    hidden = certain.filter(pl.int_range(pl.len()).over("feed_number") < per_feed).sort("feed_number", maintain_order=True)
    plans = [
        hidden.select("h", "p", source="m", trial=pl.lit(HIDDEN), like="m", feed_number="feed_number"),
        _damaged(hidden, rows, sure, per_feed),
        _borrowed(certain, mentions, per_feed),
        _outside(outside, certain, rows, per_feed),
    ]
    copies = pl.concat(plans, how="diagonal").with_columns(
        pl.col("times").fill_null(1.0), m=pl.int_range(rows.height, rows.height + pl.len(), dtype=pl.UInt32)
    )
    copied = _copied(rows, copies)
    company = mentions.company.join(copies.select(new="m", m="source"), on="m").with_columns(m="new").drop("new")
    alone = copies.filter(pl.col("trial") == BORROWED, ~among(copies["like"], mentions.company["m"]))
    company = company.join(alone, on="m", how="anti")
    return Mentions(pl.concat([rows, copied]), pl.concat([mentions.company, company])), copies.drop("like", "feed_number")


def _damaged(hidden: pl.DataFrame, rows: pl.DataFrame, sure: pl.DataFrame, per_feed: int) -> pl.DataFrame:
    """Copies whose number is damaged like that of another row of the list (`like`)."""
    broken = rows.select("feed_number", "kind", like="m")
    broken = broken.filter(pl.col("kind").is_in([WRONG, TAIL_KIND, MASKED_KIND]), ~among(broken["like"], sure["m"]))
    broken = broken.with_columns(nth=pl.int_range(pl.len()).over("feed_number"), many=pl.len().over("feed_number"))
    tested = hidden.with_columns(turn=pl.int_range(pl.len()).over("feed_number")).filter(pl.col("turn") < per_feed // 2)
    paired = tested.join(broken[["feed_number", "many"]].unique(), on="feed_number", maintain_order="left").with_columns(
        nth=pl.col("turn") % pl.col("many")
    )
    return paired.join(broken[["feed_number", "nth", "like"]], on=["feed_number", "nth"], maintain_order="left").select(
        "h", "p", source="m", trial=pl.lit(DAMAGED), like="like", feed_number="feed_number"
    )


def _borrowed(certain: pl.DataFrame, mentions: Mentions, per_feed: int) -> pl.DataFrame:
    """Copies of other lists' certain rows for lists that have few, each cut down to what a row of the list says (`like`).

    The row that is copied says all of that, or as much of it as any certain row does.
    """
    rows = mentions.rows
    counts = rows[["feed_number"]].unique().join(certain.group_by("feed_number").len("sure"), on="feed_number", how="left")
    needy = counts.filter(pl.col("sure").fill_null(0) < FEW)["feed_number"]
    says = _says(mentions)
    patterns = (
        rows.filter(pl.col("n").is_not_null(), among(rows["feed_number"], needy))
        .select("m", "feed_number", by=pl.col("row_id").hash(18))
        .sort("feed_number", "by", "m")
        .select("feed_number", like="m", turn=pl.int_range(pl.len()).over("feed_number"))
        .filter(pl.col("turn") < per_feed)
    )
    patterns = patterns.with_columns(wanted=says[patterns["like"]])
    lenders = certain.select("h", "p", source="m", says=says[certain["m"]])
    lenders = lenders.filter(pl.int_range(pl.len()).over("says") < per_feed)
    met = patterns[["wanted"]].unique().join(lenders[["says"]].unique(), how="cross")
    lacking = (pl.col("wanted") & ~pl.col("says")).bitwise_count_ones()
    met = met.filter(lacking == lacking.min().over("wanted"))
    pools = lenders.with_row_index("at").join(met, on="says").sort("wanted", "at")
    pools = pools.with_columns(nth=pl.int_range(pl.len()).over("wanted"), many=pl.len().over("wanted"))
    asked = patterns.join(pools[["wanted", "many"]].unique(), on="wanted", maintain_order="left")
    asked = asked.with_columns(nth=pl.col("turn") % pl.col("many"))
    return asked.join(pools[["wanted", "nth", "h", "p", "source"]], on=["wanted", "nth"], maintain_order="left").select(
        "h", "p", "source", trial=pl.lit(BORROWED), like="like", feed_number="feed_number"
    )


def _says(mentions: Mentions) -> pl.Series:
    """What each row says beside the name: one bit for each of `SAID`, and one for its company."""
    bits = [pl.col(name).is_not_null().cast(pl.UInt16) * (1 << at) for at, name in enumerate(SAID)]
    others = among(mentions.rows["m"], mentions.company["m"]).cast(pl.UInt16) * (1 << len(SAID))
    return mentions.rows.select(pl.sum_horizontal(*bits, others)).to_series()


def _outside(outside: pl.Series, certain: pl.DataFrame, rows: pl.DataFrame, per_feed: int) -> pl.DataFrame:
    """Copies of rows about people outside the register, each standing for as many as are left out beside the certain rows left out."""
    known = certain.group_by("feed_number").agg(one_of=pl.len() / pl.len().clip(upper_bound=per_feed))
    asked = rows.select("m", "feed_number", "n", by=pl.col("row_id").hash(21))[outside].drop_nulls("n")
    asked = asked.sort("by", maintain_order=True).with_columns(many=pl.len().over("feed_number"))
    asked = asked.filter(pl.int_range(pl.len()).over("feed_number") < max(per_feed // FEWER, 1)).join(
        known, on="feed_number", maintain_order="left"
    )
    return asked.sort("feed_number", maintain_order=True).select(
        "feed_number", source="m", trial=pl.lit(OUTSIDE), like="m", times=pl.col("many") / pl.len().over("feed_number") / pl.col("one_of")
    )


def _copied(rows: pl.DataFrame, copies: pl.DataFrame) -> pl.DataFrame:
    """The copies as rows."""
    copied = rows[copies["source"]].with_columns(copies["m"], copies["feed_number"], trial=copies["trial"])
    like = rows.select(pl.col("number", "kind", *SAID).name.prefix("like_"))[copies["like"]]
    wide = pl.concat([copied, like], how="horizontal")
    said = {name: pl.when((pl.col("trial") != BORROWED) | pl.col(f"like_{name}").is_not_null()).then(name) for name in SAID}
    at = (wide["trial"] == DAMAGED).arg_true()
    damaged = wide[["row_id", "number", "like_number", "like_kind"]][at].with_columns(ids.to18(pl.col("number")))
    damaged = damaged.with_columns(number=_like())
    number = pl.repeat(None, wide.height, dtype=pl.String, eager=True).scatter(at, damaged["number"])
    kind = pl.repeat(NONE, wide.height, dtype=pl.Int8, eager=True).scatter(at, damaged["like_kind"])
    wide = wide.with_columns(number=number, kind=kind, key=pl.lit(None, pl.Int64), valid=pl.lit(value=False), **said)
    # An age is told where there is neither date nor number; a number that is hidden hides no age.
    return wide.with_columns(born=pl.coalesce("birth", ids.birth_date(pl.col("number")))).select(rows.columns)


def _like() -> pl.Expr:
    """The row's number of eighteen characters, damaged as `like_number` is: the same mask, the same lost end, or one digit otherwise."""
    number, like = pl.col("number"), pl.col("like_number")
    front, back = (end.str.len_bytes().cast(pl.Int64) for end in ends(like))
    stars = pl.lit("*").repeat_by((ids.LENGTH - front - back).clip(0)).list.join("")
    masked = pl.concat_str(number.str.slice(0, front), stars, number.str.tail(back))
    place = (pl.col("row_id").hash(19) % 17).cast(pl.Int64)
    digit = (number.str.slice(place, 1).cast(pl.Int64, strict=False) + 1 + (pl.col("row_id").hash(20) % 9).cast(pl.Int64)) % 10
    wrong = pl.concat_str(number.str.slice(0, place), digit.cast(pl.String), number.str.slice(place + 1))
    return (
        pl.when(pl.col("like_kind") == MASKED_KIND)
        .then(masked)
        .when(pl.col("like_kind") == TAIL_KIND)
        .then(number.str.slice(0, 15) + "000")
        .otherwise(wrong)
    )
