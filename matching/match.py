"""Rows of all lists to households of the register: the steps in their order (docs/matching.md).

Sure links first; on them each list's habits are measured. All other rows get candidates, comparisons, probabilities and an answer.
Copies of sure rows without their number run along and tell how good the month's matching is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from contracts.tables import LINK, QUALITY, REVIEW, empty
from matching import answers, remember
from matching.blocks import NARROW, WIDE, Blocks
from matching.compare.names import ONE
from matching.compare.vector import compare
from matching.decide import decide
from matching.household import by_company, stand_ins
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
        return Matched(answers.links(said, register, pl.DataFrame(schema={"m": pl.UInt32})), empty(REVIEW), empty(QUALITY))
    by_number = _by_number(said, register)
    sure = by_number.filter(pl.col("name") <= ONE)
    feeds = said.rows["feed"].unique().sort().to_list()
    known = _Known(
        register,
        Blocks(register),
        count_frequencies(register),
        measure(_sample(by_number, said, register), feeds, settings),
        np.bincount(said.rows["feed_number"][sure["m"]].to_numpy(), minlength=len(feeds)).astype(float),
        settings,
    )
    everything, copies = hide(said, sure.select("m", "h"), settings.test_rows)
    scored = _score(everything.rows.filter(~pl.col("m").is_in(sure["m"].implode())), everything, known, said.rows.height)
    decided = decide(scored, settings)
    real = decided.filter(pl.col("m") < said.rows.height)
    found = pl.concat([_sure_answers(sure), _with_households(real, said, sure, known)], how="diagonal_relaxed")
    linked = remember.apply(answers.links(said, register, found), decisions, households)
    totals = said.rows.group_by("feed").agg(records=pl.len())
    totals = totals.join(said.rows[sure["m"]].group_by("feed").agg(sure=pl.len()), on="feed", how="left")
    return Matched(
        linked,
        answers.review(scored, linked, said, register, settings),
        quality(answers.tested(copies, decided, said), totals.with_columns(pl.col("sure").fill_null(0)), settings.link_from),
    )


@dataclass(frozen=True)
class _Known:
    """What is known before a row is looked at: the register, the engine over it, shares among strangers and among true pairs."""

    register: Register
    blocks: Blocks
    frequencies: Frequencies
    measured: dict[str, Floats]
    sure: Floats  # rows linked for certain, by feed
    settings: MatchingSettings


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


def _sample(by_number: pl.DataFrame, said: Mentions, register: Register) -> pl.DataFrame:
    """Pairs on which the habits of a list are measured: those of its numbers, up to enough of them.

    Where the household has somebody of the row's name, the number is a relative's and the pair is no true one.
    """
    pairs = by_number.with_columns(feed=said.rows["feed_number"][by_number["m"]], written=said.rows["name"][by_number["m"]])
    relatives = pairs.filter(pl.col("name") > ONE).join(register.persons.select("h", written="name"), on=["h", "written"], how="semi")
    true = pairs.join(relatives.select("m"), on="m", how="anti", maintain_order="left")
    return true.filter(pl.int_range(pl.len()).over("feed") < MEASURED_ROWS)


def _score(rest: pl.DataFrame, everything: Mentions, known: _Known, counted: int) -> pl.DataFrame:
    """All candidates of the rows in `rest` with their probabilities: narrow blocks, then wide ones where those leave a row open.

    Rows from number `counted` on are tests and say nothing about how much of a list is in the register.
    """
    register, settings = known.register, known.settings
    spoken = find_spoken(Mentions(rest, everything.company), register)
    everything = _with_company_share(with_spoken_company(everything, spoken), register)
    counts = rest.select("m", feed="feed_number", counts=pl.col("m") < counted)

    def ask(rows: pl.DataFrame, which: dict[str, str]) -> pl.DataFrame:
        some = Mentions(rows, everything.company.join(rows.select("m"), on="m", how="semi"))
        named = spoken.join(rows.select("m"), on="m", how="semi")
        found = known.blocks.find(some, named, which, settings.block_cap).pairs
        pairs = told_levels(found, named, find_heard(some, register), register)
        return weigh(pairs, everything, register, known.frequencies, known.measured, settings)

    narrow = ask(rest, NARROW)
    first = probabilities(narrow, known.sure, counts, known.frequencies.people, settings)
    settled = first.group_by("m", "h").agg(pl.col("probability").sum()).filter(pl.col("probability") >= GOOD)["m"]
    wide = ask(rest.filter(~pl.col("m").is_in(settled.implode())), WIDE)
    both = pl.concat([narrow, wide]).unique(["m", "p"], keep="first", maintain_order=True).sort("m", "p")
    return probabilities(both, known.sure, counts, known.frequencies.people, settings)


def _with_households(real: pl.DataFrame, said: Mentions, sure: pl.DataFrame, known: _Known) -> pl.DataFrame:
    """Answers, and for rows without one the household of the head or the members that they name."""
    done = pl.concat([sure["m"], real.filter(pl.col("status") == "linked")["m"]])
    others, sources = stand_ins(said, said.rows.filter(~pl.col("m").is_in(done.implode())))
    if others.rows.is_empty():
        return real
    by_number = _by_number(others, known.register)
    sure_others = by_number.filter(pl.col("name") <= ONE)
    rest = others.rows.filter(~pl.col("m").is_in(sure_others["m"].implode()))
    scored = decide(_score(rest, others, known, 0), known.settings) if rest.height else real.clear()
    found = pl.concat([_sure_answers(sure_others), scored], how="diagonal_relaxed")
    households = by_company(found, sources, real, others.rows.select("m", "only_head"))
    return pl.concat([real.join(households, on="m", how="anti"), households], how="diagonal_relaxed")


def _sure_answers(sure: pl.DataFrame) -> pl.DataFrame:
    """Sure links in the form of answers."""
    return sure.with_columns(
        status=pl.lit("linked"), method=pl.lit("id_and_name"), household=pl.lit(1.0), margin=pl.lit(1.0), sure_person=pl.lit(value=True)
    )
