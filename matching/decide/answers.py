"""Answers as the tables that leave the room: LINK, REVIEW, and what the hidden-ID test counts."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import polars as pl

from contracts.tables import LINK, REVIEW, conform
from matching.compare.vector import FIELDS
from matching.decide.decision import SHOWN_FROM
from matching.decide.explain import SENTENCES, evidence, meanings, packed
from matching.measure.trial import OUTSIDE
from matching.pairs import among, fresh
from matching.prepare.tables import Mentions, Register
from matching.settings import MatchingSettings
from matching.weigh.score import WEIGHTS

BITS = 1 / math.log(2)  # from natural logarithms
# Where there is nobody to compare with: what leads to the household alone (`decide.household`), and nothing at all.
TOLD = {
    "beside": "底册中没有本人，同行所填的户主、家人或户编号在该户",
    "elsewhere": "底册中没有本人，本月另一份清单中同一人的户主或家人在该户",
    "before": "底册中没有本人，此前月份查明本人在该户",
    "number": "底册中没有该证件号码，本月另一份清单中同号同姓的人在该户",
}
IDLE = "idle"  # what is told of rows in which nobody is in need (`texts.matters`)
ALONE = (
    *(f"{shown}，按户关联。" for shown in TOLD.values()),
    "来文是咨询、投诉、致谢等，没有反映谁有困难，未按人查找。",
    "底册中没有相近的人。",
)


def written(said: Mentions, register: Register) -> tuple[Mentions, Register]:
    """Of rows and persons what is written about them, when all that is compared is no longer wanted."""
    persons = register.persons[["p", "h", "person_id", "household_id", "village"]]
    return replace(said, rows=said.rows[["m", "feed", "row_id"]]), replace(register, persons=persons)


def idle(rows: pl.Series) -> pl.DataFrame:
    """Answers for rows (m) in which nobody is in need, and therefore nobody was looked for."""
    return pl.DataFrame({"m": rows}).with_columns(status=pl.lit("absent"), told=pl.lit(IDLE))


def links(said: Mentions, register: Register, found: pl.DataFrame) -> pl.DataFrame:
    """`LINK`: one row per record. `found` has at most one row per m: status, h, p, method, household, margin, and a comparison."""
    wanted = ["m", "status", "h", "p", "method", "household", "margin", "sure_person", "told", "prior", *FIELDS, *WEIGHTS]
    lacking = [pl.lit(None).alias(name) for name in wanted if name not in found.columns]
    keyed = found.select(*(name for name in wanted if name in found.columns), *lacking)
    keyed = keyed.with_columns(pl.col(*FIELDS).cast(pl.Int8)).with_columns(packed=packed())
    vectors = meanings(keyed)
    vector = keyed[["packed"]].join(vectors[["packed"]].with_row_index("vector"), on="packed", how="left", maintain_order="left")
    answers = keyed.select(
        pl.col("h", "p").cast(pl.UInt32), "status", "method", "household", "margin", "sure_person", "told",
        weights=weights(), vector=vector["vector"],
    )  # fmt: skip
    nobody = pl.DataFrame({"status": ["absent"], "vector": [vectors.height]}, schema_overrides={"vector": pl.UInt32})
    answers = pl.concat([answers, nobody], how="diagonal_relaxed", rechunk=True)
    at = pl.repeat(keyed.height, said.rows.height, dtype=pl.UInt32, eager=True).scatter(keyed["m"], pl.int_range(keyed.height, eager=True))
    told = said.rows[["feed", "row_id"]].hstack(answers[at])
    # Texts are gathered once it is known whether they are wanted: what is no link has neither household nor person.
    linked = pl.col("status") == "linked"
    where = told.select(
        household=pl.when(linked).then("h"),
        person=pl.when(linked & pl.col("sure_person")).then("p"),
        sentence=_sentence(vectors.height),
    )
    no_evidence = pl.Series([[]], dtype=pl.List(pl.String))
    sentences = pl.concat([*(vectors[name] for name in SENTENCES), pl.Series(ALONE)], rechunk=True)
    told = told.with_columns(
        household_id=register.households["household_id"][where["household"]],
        person_id=register.persons["person_id"].rechunk()[where["person"]],
        village_code=_villages(register)[where["household"]],
        identity=vectors["identity"][told.select(pl.when(linked).then("vector")).to_series()],
        method=pl.when(linked).then("method").otherwise(pl.lit("none")),
        probability=pl.col("household").fill_null(0.0).round(6),
        margin=pl.col("margin").fill_null(0.0).round(6),
        evidence=pl.concat([vectors["evidence"], no_evidence], rechunk=True)[told["vector"]],
        explanation=sentences[where["sentence"]],
    )
    return conform(told, LINK)


def _villages(register: Register) -> pl.Series:
    """Code of the village of each household, as a text."""
    first = np.flatnonzero(fresh(register.persons["h"].to_numpy()))
    h, village = (register.persons[name][first] for name in ("h", "village"))
    return pl.repeat(None, register.households.height, dtype=pl.Int64, eager=True).scatter(h, village).cast(pl.String)


def weights() -> pl.Expr:
    """What each field says for the pair, in bits: `prior` (the odds beforehand), then the fields; null where not compared."""
    fields = [pl.when(pl.col(field) >= 0).then(pl.col(f"w_{field}") * BITS).cast(pl.Float32).alias(field) for field in FIELDS]
    return pl.struct((pl.col("prior") * BITS).cast(pl.Float32).alias("prior"), *fields)


def _sentence(vectors: int) -> pl.Expr:
    """Place of the sentence that says what was made of the comparison: `SENTENCES` for each of so many `vectors`, then those `ALONE`."""
    because, unsure, unlike = (begin * vectors + pl.col("vector") for begin in range(len(SENTENCES)))
    alone = len(SENTENCES) * vectors
    no_person = alone + pl.coalesce(*(pl.when(pl.col("told") == name).then(at) for at, name in enumerate(TOLD)), 0)
    nobody = pl.when(pl.col("told") == IDLE).then(alone + len(TOLD)).otherwise(alone + len(TOLD) + 1)
    known, linked = pl.col("p").is_not_null(), pl.col("status") == "linked"
    place = pl.when(linked & known).then(because).when(linked).then(no_person)
    return place.when(pl.col("status") == "review").then(unsure).when(known).then(unlike).otherwise(nobody)


def review(scored: pl.DataFrame, linked: pl.DataFrame, said: Mentions, register: Register, settings: MatchingSettings) -> pl.DataFrame:
    """`REVIEW`: the candidates of the rows that a person shall decide, best first. `linked`: as from `links`, a row for each of `said`."""
    waiting = said.rows.select("m", "row_id", feed_name="feed")[(linked["status"] == "review").arg_true()]
    best = pl.col("probability") == pl.col("probability").max().over("m")
    shown = scored.join(waiting, on="m").filter((pl.col("probability") >= SHOWN_FROM) | best)
    shown = shown.sort("m", "probability", "p", descending=[False, True, False])
    ranked = shown.with_columns(rank=pl.int_range(1, pl.len() + 1).over("m")).filter(pl.col("rank") <= settings.review_candidates)
    people = register.persons[["person_id", "household_id"]][ranked["p"]]
    told = evidence(ranked).with_columns(
        *people, weights=weights(), feed="feed_name", explanation="because", probability=pl.col("probability").round(6)
    )
    return conform(told, REVIEW).sort("feed", "row_id", "rank")


def tested(copies: pl.DataFrame, found: pl.DataFrame, everything: Mentions, feeds: list[str]) -> pl.DataFrame:
    """feed, trial, status, household (probability), alone, times and right of each row that was matched again.

    Without those which stand for people outside the register and are, with their number, not told from somebody in it. `feeds`: by number.
    """
    doubted = found["m"].filter(found["status"] != "absent")
    copies = copies.filter((pl.col("trial") != OUTSIDE) | ~among(copies["source"], doubted))
    told = copies.join(found.select("m", "status", "household", "alone", found="h"), on="m", how="left", maintain_order="left")
    feed = pl.Series("feed", feeds, pl.String)[everything.rows["feed_number"][told["m"]]]
    return told.select(
        feed,
        "trial",
        pl.col("status").fill_null("absent"),
        pl.col("household").fill_null(0.0),
        pl.col("alone").fill_null(value=False),
        "times",
        right=(pl.col("found") == pl.col("h")).fill_null(value=False),
    )
