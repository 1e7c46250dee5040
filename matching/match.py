"""Rows of all lists to households of the register: the steps in their order (docs/matching.md).

Sure links first; on them each list's habits are measured. All other rows get candidates, comparisons, probabilities and an answer.
Copies of sure rows without their number run along and tell how good the month's matching is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from contracts.tables import LINK, QUALITY, REVIEW, conform, empty
from matching import remember
from matching.blocks import NARROW, WIDE, Blocks
from matching.compare.names import ONE
from matching.compare.vector import compare
from matching.decide import SHOWN_FROM, decide
from matching.explain import evidence, identity
from matching.prepare import Mentions, Register, prepare_mentions, prepare_register
from matching.quality import hide, quality
from matching.score import probabilities, weigh
from matching.settings import MatchingSettings
from matching.spoken import find_heard, find_spoken, told_levels, with_spoken_company
from matching.weights import HOUSEHOLD, Floats, Frequencies, count_frequencies, measure

GOOD = 0.9  # a narrow candidate this probable makes the wide blocks unnecessary
MEASURED_ROWS = 3000  # sure rows per list that are enough to know its habits


@dataclass(frozen=True)
class Matched:
    """`links`: LINK, one row per record; `review`: REVIEW; `quality`: QUALITY (contracts.tables)."""

    links: pl.DataFrame
    review: pl.DataFrame
    quality: pl.DataFrame


def match(
    mentions: pl.DataFrame,
    persons: pl.DataFrame,
    households: pl.DataFrame,
    places: pl.DataFrame,
    settings: MatchingSettings,
    decisions: pl.DataFrame | None = None,
) -> Matched:
    """Link every record of `mentions` (feed, then ACCEPTED) to a household, send it to review, or call it absent.

    `decisions` are what reviewers said about records of this month (feed, row_id, household_id, person_id, decision). Neither the
    order of rows nor that of persons changes anything.
    """
    if mentions.is_empty():
        return Matched(empty(LINK), empty(REVIEW), empty(QUALITY))
    register = prepare_register(persons, households, places)
    said = _with_feed_numbers(prepare_mentions(mentions, places))
    if register.persons.is_empty():
        return Matched(_links(said, register, _none(said.rows["m"])), empty(REVIEW), empty(QUALITY))
    frequencies = count_frequencies(register)
    by_number = _by_number(said, register)
    sure = by_number.filter(pl.col("name") <= ONE)
    feeds = said.rows["feed"].unique().sort().to_list()
    measured = measure(_sample(by_number, said), feeds, settings)
    everything, copies = hide(said, sure.select("m", "h"), settings.test_rows)
    rest = everything.rows.filter(~pl.col("m").is_in(sure["m"].implode()))
    sure_by_feed = np.bincount(said.rows["feed_number"][sure["m"]].to_numpy(), minlength=len(feeds)).astype(float)
    scored = _score(rest, everything, register, frequencies, measured, settings, sure_by_feed)
    answers = decide(scored, settings)
    real = answers.filter(pl.col("m") < said.rows.height)
    found = pl.concat([_sure_answers(sure), real], how="diagonal_relaxed")
    links = remember.apply(_links(said, register, found), decisions, households)
    tested = _tested(copies, answers, said)
    totals = (
        said.rows.group_by("feed")
        .agg(records=pl.len())
        .join(said.rows[sure["m"]].group_by("feed").agg(sure=pl.len()), on="feed", how="left")
    )
    return Matched(
        links,
        _review(scored, links, said, register, settings),
        quality(tested, totals.with_columns(pl.col("sure").fill_null(0)), settings.link_from),
    )


def _with_feed_numbers(said: Mentions) -> Mentions:
    """Rows with the number of their list in alphabetical order."""
    return Mentions(said.rows.with_columns(feed_number=(pl.col("feed").rank("dense") - 1).cast(pl.Int32)), said.company)


def _with_company_share(said: Mentions, register: Register) -> Mentions:
    """Rows with the share of strangers' households in which somebody of the row's company would be found by name alone."""
    people = register.persons.height
    share = register.persons.group_by("name").agg(share=pl.len() * HOUSEHOLD / max(people, 1))
    named = said.company.join(share, on="name", how="left").with_columns(pl.col("share").fill_null(1 / max(people, 1)))
    by_row = named.group_by("m").agg(company_u=pl.col("share").sum())
    rows = said.rows.join(by_row, on="m", how="left", maintain_order="left").with_columns(pl.col("company_u").fill_null(1.0))
    return Mentions(rows, said.company)


def _by_number(said: Mentions, register: Register) -> pl.DataFrame:
    """Comparisons of each row with a valid number with the person who has it; of several the one of its village, then where he lives."""
    owners = register.persons.filter("valid").select("p", "id18", "lives")
    pairs = said.rows.filter("valid").select("m", "id18").join(owners, on="id18")
    vectors = compare(pairs.select("m", "p", told=pl.lit(None, pl.Int8)), said, register)
    ranked = vectors.with_columns(pairs["lives"]).sort(
        "m", pl.col("name").clip(0, ONE + 1), pl.col("place").replace(-1, 1), pl.col("company").replace(-1, 2), pl.col("lives").not_(), "p"
    )
    return ranked.unique("m", keep="first", maintain_order=True)


def _sample(by_number: pl.DataFrame, said: Mentions) -> pl.DataFrame:
    """Pairs on which the habits of a list are measured: those of its numbers, up to enough of them."""
    pairs = by_number.with_columns(feed=said.rows["feed_number"][by_number["m"]])
    return pairs.filter((pl.int_range(pl.len()).over("feed") < MEASURED_ROWS) & (pl.col("name") <= ONE + 1))


def _score(
    rest: pl.DataFrame,
    everything: Mentions,
    register: Register,
    frequencies: Frequencies,
    measured: dict[str, Floats],
    settings: MatchingSettings,
    sure: Floats,
) -> pl.DataFrame:
    """All candidates of the rows in `rest` with their probabilities: narrow blocks, then wide ones where those leave a row open."""
    blocks = Blocks(register)
    spoken = find_spoken(Mentions(rest, everything.company), register)
    everything = _with_company_share(with_spoken_company(everything, spoken), register)
    counts = rest.select("m", feed="feed_number", counts=pl.col("m") < everything.rows.height)
    company = everything.company

    def ask(rows: pl.DataFrame, which: dict[str, str]) -> pl.DataFrame:
        some = Mentions(rows, company.join(rows.select("m"), on="m", how="semi"))
        found = blocks.find(some, spoken.join(rows.select("m"), on="m", how="semi"), which, settings.block_cap).pairs
        pairs = told_levels(found, spoken.join(rows.select("m"), on="m", how="semi"), find_heard(some, register), register)
        return weigh(pairs, everything, register, frequencies, measured, settings)

    narrow = ask(rest, NARROW)
    first = probabilities(narrow, sure, counts, frequencies.people, settings)
    settled = first.group_by("m", "h").agg(pl.col("probability").sum()).filter(pl.col("probability") >= GOOD)["m"]
    wide = ask(rest.filter(~pl.col("m").is_in(settled.implode())), WIDE)
    both = pl.concat([narrow, wide]).unique(["m", "p"], keep="first", maintain_order=True).sort("m", "p")
    return probabilities(both, sure, counts, frequencies.people, settings)


def _sure_answers(sure: pl.DataFrame) -> pl.DataFrame:
    """Sure links in the form of answers."""
    return sure.with_columns(
        status=pl.lit("linked"), method=pl.lit("id_and_name"), household=pl.lit(1.0), margin=pl.lit(1.0), sure_person=pl.lit(value=True)
    )


def _none(m: pl.Series) -> pl.DataFrame:
    """Answers for rows when there is no register to find anybody in."""
    del m
    return pl.DataFrame(schema={"m": pl.UInt32, "status": pl.String})


def _links(said: Mentions, register: Register, found: pl.DataFrame) -> pl.DataFrame:
    """`LINK`: one row per record, whatever was found."""
    fields = ["id", "name", "birth", "age", "sex", "place", "town", "group", "phone", "company", "head"]
    wanted = ["m", "status", "h", "p", "method", "household", "margin", "sure_person", *fields]
    lacking = [pl.lit(None, pl.Int8).alias(name) for name in wanted if name not in found.columns]
    told = evidence(found.with_columns(lacking).select(wanted))
    houses = register.households.select("h", "household_id")
    people = register.persons.select("p", "person_id", "village_code")
    linked = pl.col("status") == "linked"
    joined = (
        said.rows.select("m", "feed", "row_id")
        .join(told.drop("group"), on="m", how="left", maintain_order="left")
        .with_columns(pl.col("status").fill_null("absent"))
        .join(houses.with_columns(pl.col("h").cast(pl.UInt32)), on="h", how="left", maintain_order="left")
        .join(people, on="p", how="left", maintain_order="left")
    )
    sentence = (
        pl.when(linked)
        .then(pl.col("because") + "。")
        .when(pl.col("status") == "review")
        .then(pl.lit("有相近的人但不能确定：") + pl.col("because") + "。")
        .when(pl.col("because").is_not_null())
        .then(pl.lit("底册中没有足够相符的人；最相近的一位：") + pl.col("because") + "。")
        .otherwise(pl.lit("底册中没有相近的人。"))
    )
    links = joined.with_columns(
        household_id=pl.when(linked).then("household_id"),
        person_id=pl.when(linked & pl.col("sure_person")).then("person_id"),
        village_code=pl.when(linked).then("village_code"),
        identity=pl.when(linked).then(identity()),
        method=pl.when(linked).then("method").otherwise(pl.lit("none")),
        probability=pl.col("household").fill_null(0.0).round(6),
        margin=pl.col("margin").fill_null(0.0).round(6),
        evidence=pl.col("evidence").fill_null(pl.lit([], pl.List(pl.String))),
        explanation=sentence,
    )
    return conform(links, LINK).sort("feed", "row_id")


def _review(scored: pl.DataFrame, links: pl.DataFrame, said: Mentions, register: Register, settings: MatchingSettings) -> pl.DataFrame:
    """`REVIEW`: the candidates of the rows that a person shall decide, best first."""
    waiting = said.rows.select("m", "feed", "row_id").join(
        links.filter(pl.col("status") == "review").select("feed", "row_id"), on=["feed", "row_id"]
    )
    shown = (
        scored.join(waiting, on="m")
        .filter(pl.col("probability") >= SHOWN_FROM)
        .sort("feed", "row_id", "probability", "p", descending=[False, False, True, False])
    )
    ranked = shown.with_columns(rank=pl.int_range(1, pl.len() + 1).over("feed", "row_id")).filter(
        pl.col("rank") <= settings.review_candidates
    )
    told = evidence(ranked)
    people = register.persons.select("p", "person_id", "household_id")
    told = told.join(people, on="p", maintain_order="left").with_columns(
        explanation=pl.col("because") + "。", probability=pl.col("probability").round(6)
    )
    return conform(told, REVIEW).sort("feed", "row_id", "rank")


def _tested(copies: pl.DataFrame, answers: pl.DataFrame, said: Mentions) -> pl.DataFrame:
    """feed, status and right of each row that was matched again without its number."""
    told = copies.join(answers.select("m", "status", found="h"), on="m", how="left")
    return told.select(
        said.rows["feed"][told["source"]],
        pl.col("status").fill_null("absent"),
        right=(pl.col("found") == pl.col("h")).fill_null(value=False),
    )
