"""Answers as the tables that leave the room: LINK, REVIEW, and what the hidden-ID test counts."""

from __future__ import annotations

import math
from dataclasses import replace

import polars as pl

from contracts.tables import LINK, REVIEW, conform
from matching.compare.vector import FIELDS
from matching.decide import SHOWN_FROM
from matching.explain import evidence, identity, meanings, packed
from matching.prepare import Mentions, Register
from matching.score import WEIGHTS
from matching.settings import MatchingSettings
from matching.trial import OUTSIDE

# What leads to the household of somebody whom the register does not list (`matching.household`).
TOLD = {"beside": "同行所填的户主或家人", "elsewhere": "本月另一份清单中同一人的户主或家人", "before": "此前月份查明本人"}
BITS = 1 / math.log(2)  # from natural logarithms


def written(said: Mentions, register: Register) -> tuple[Mentions, Register]:
    """Of rows and persons what is written about them, when all that is compared is no longer wanted."""
    persons = register.persons.select("p", "h", "person_id", "household_id", "village")
    return replace(said, rows=said.rows.select("m", "feed", "row_id")), replace(register, persons=persons)


def links(said: Mentions, register: Register, found: pl.DataFrame) -> pl.DataFrame:
    """`LINK`: one row per record. `found` has at most one row per m: status, h, p, method, household, margin, and a comparison."""
    wanted = ["m", "status", "h", "p", "method", "household", "margin", "sure_person", "told", "prior", *FIELDS, *WEIGHTS]
    lacking = [pl.lit(None).alias(name) for name in wanted if name not in found.columns]
    keyed = found.with_columns(lacking).with_columns(pl.col(*FIELDS).cast(pl.Int8)).select(*wanted, packed=packed())
    told = keyed.with_columns(pl.col("h", "p").cast(pl.UInt32), weights=weights(), identity=identity()).drop(*FIELDS, *WEIGHTS, "prior")
    persons = register.persons.select("h", "person_id", "village")
    first = persons.select("h", "village").filter(pl.col("h").ne_missing(pl.col("h").shift()))
    houses = register.households.join(first, on="h", how="left", maintain_order="left")
    houses = houses.select("household_id", village_code=pl.col("village").cast(pl.String))
    at = pl.repeat(None, said.rows.height, dtype=pl.UInt32, eager=True).scatter(told["m"], pl.int_range(told.height, eager=True))
    joined = (
        said.rows.select("feed", "row_id")
        .with_columns(told.select(pl.all().exclude("m").gather(at)))
        .join(meanings(keyed).drop("phrases"), on="packed", how="left", maintain_order="left")
        .with_columns(pl.col("status").fill_null("absent"), pl.col("sure_person").fill_null(value=False))
    )
    joined = joined.with_columns(persons["person_id"].gather(joined["p"]), *houses.select(pl.all().gather(joined["h"])))
    linked = pl.col("status") == "linked"
    told_all = joined.with_columns(
        household_id=pl.when(linked).then("household_id"),
        person_id=pl.when(linked & pl.col("sure_person")).then("person_id"),
        village_code=pl.when(linked).then("village_code"),
        identity=pl.when(linked).then("identity"),
        method=pl.when(linked).then("method").otherwise(pl.lit("none")),
        probability=pl.col("household").fill_null(0.0).round(6),
        margin=pl.col("margin").fill_null(0.0).round(6),
        evidence=pl.col("evidence").fill_null(pl.lit([], pl.List(pl.String))),
        explanation=_sentence(),
    )
    return conform(told_all, LINK)


def weights() -> pl.Expr:
    """What each field says for the pair, in bits: `prior` (the odds beforehand), then the fields; null where not compared."""
    fields = [pl.when(pl.col(field) >= 0).then(pl.col(f"w_{field}") * BITS).cast(pl.Float32).alias(field) for field in FIELDS]
    return pl.struct((pl.col("prior") * BITS).cast(pl.Float32).alias("prior"), *fields)


def _sentence() -> pl.Expr:
    """The comparison as a sentence, by what was made of it."""
    known = pl.col("p").is_not_null()
    told = pl.col("told").cast(pl.String).replace_strict(TOLD, default=TOLD["beside"])
    return (
        pl.when((pl.col("status") == "linked") & known)
        .then("because")
        .when(pl.col("status") == "linked")
        .then(pl.format("底册中没有本人，{}在该户，按户关联。", told))
        .when(pl.col("status") == "review")
        .then("unsure")
        .when(known)
        .then("unlike")
        .otherwise(pl.lit("底册中没有相近的人。"))
    )


def review(scored: pl.DataFrame, linked: pl.DataFrame, said: Mentions, register: Register, settings: MatchingSettings) -> pl.DataFrame:
    """`REVIEW`: the candidates of the rows that a person shall decide, best first."""
    asked = linked.filter(pl.col("status") == "review").select("feed", "row_id")
    waiting = said.rows.select("m", feed_name="feed", row_id="row_id").join(
        asked, left_on=["feed_name", "row_id"], right_on=["feed", "row_id"]
    )
    shown = scored.join(waiting, on="m").with_columns(best=pl.col("probability") == pl.col("probability").max().over("m"))
    shown = shown.filter((pl.col("probability") >= SHOWN_FROM) | pl.col("best"))
    shown = shown.sort("m", "probability", "p", descending=[False, True, False])
    ranked = shown.with_columns(rank=pl.int_range(1, pl.len() + 1).over("m")).filter(pl.col("rank") <= settings.review_candidates)
    people = register.persons.select("p", "person_id", "household_id")
    told = (
        evidence(ranked)
        .with_columns(weights=weights())
        .join(people, on="p", how="left", maintain_order="left")
        .with_columns(feed="feed_name", explanation="because", probability=pl.col("probability").round(6))
    )
    return conform(told, REVIEW).sort("feed", "row_id", "rank")


def tested(copies: pl.DataFrame, found: pl.DataFrame, everything: Mentions) -> pl.DataFrame:
    """feed, trial, status, household (probability), alone, times and right of each row that was matched again.

    Without those which stand for people outside the register and are, with their number, not told from somebody in it.
    """
    doubted = found.filter(pl.col("status") != "absent")["m"]
    copies = copies.filter((pl.col("trial") != OUTSIDE) | ~pl.col("source").is_in(doubted.implode()))
    told = copies.join(found.select("m", "status", "household", "alone", found="h"), on="m", how="left", maintain_order="left")
    feeds = everything.rows.select("feed_number", "feed").filter(pl.col("feed_number").ne_missing(pl.col("feed_number").shift()))
    feeds = feeds.unique("feed_number", keep="first", maintain_order=True)
    numbered = told.with_columns(feed_number=everything.rows["feed_number"][told["m"]])
    return numbered.join(feeds, on="feed_number", how="left", maintain_order="left").select(
        "feed",
        "trial",
        pl.col("status").fill_null("absent"),
        pl.col("household").fill_null(0.0),
        pl.col("alone").fill_null(value=False),
        "times",
        right=(pl.col("found") == pl.col("h")).fill_null(value=False),
    )
