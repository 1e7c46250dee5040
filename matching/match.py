"""Rows of all lists to households of the register: the steps in their order (docs/matching.md).

Sure links first; on them each list's habits are measured. All other rows get candidates, comparisons, probabilities and an answer.
Copies of sure rows without their number run along and tell how good the month's matching is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from contracts.tables import LINK, QUALITY, REVIEW, empty
from matching.compare.numbers import HINT_KIND, NONE
from matching.compare.vector import FIELDS, with_relatives
from matching.decide import answers, numbered, remember
from matching.decide.decision import NEARLY_CERTAIN, decide
from matching.decide.household import UNLISTED, by_another_list, by_company, by_number, by_same_number, called_like, stand_ins
from matching.decide.limits import Calibration, calibrate, errors, kept, thresholds
from matching.measure.quality import calibration, quality
from matching.measure.trial import with_copies
from matching.pairs import among, joint
from matching.prepare.cells import apart, carried_down, placed, registered
from matching.prepare.heard import told_elsewhere, with_heard
from matching.prepare.house_numbers import with_house_numbers
from matching.prepare.tables import Mentions, Register, prepare_mentions, prepare_register, vocabulary_of, with_known_groups
from matching.prepare.vocabulary import Vocabulary
from matching.search.candidates import Candidates, Search
from matching.search.memory import Memory
from matching.settings import MatchingSettings
from matching.sieve import sieved
from matching.texts.numbers import with_numbers
from matching.texts.speakers import spoken_for
from matching.texts.spoken import Spoken, find_spoken, named_beside
from matching.weigh.frequencies import HOUSEHOLD, Frequencies, count_frequencies
from matching.weigh.namesakes import Floats
from matching.weigh.owned import Owned, owned
from matching.weigh.score import WEIGHTS, Pairs, by_stratum, log_prior, probabilities, strata, weigh, with_chance
from matching.weigh.weights import Measured, learn, measure

LARGE = 31 << 20  # bytes; blocks from 32 MB on teach glibc nothing
CAPPED = pl.Schema({"block": pl.String, "rows": pl.UInt32})


@dataclass(frozen=True)
class Matched:
    """`links`: LINK, one row per record; `review`: REVIEW; `quality`: QUALITY (contracts.tables); what else is worth knowing.

    `calibration`: `measure.quality.calibration`. `capped`: block, rows: how many rows a block gave more persons than anybody could choose
    among. `memory`: for the next run.
    """

    links: pl.DataFrame
    review: pl.DataFrame
    quality: pl.DataFrame
    calibration: pl.DataFrame = field(
        default_factory=lambda: calibration(pl.DataFrame(schema={"household": pl.Float64, "right": pl.Boolean}))
    )
    capped: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CAPPED))
    memory: Memory = field(default_factory=Memory.nothing)


def match(
    mentions: pl.DataFrame,
    persons: pl.DataFrame,
    households: pl.DataFrame,
    places: pl.DataFrame,
    settings: MatchingSettings,
    decisions: pl.DataFrame | None = None,
    memory: Memory | None = None,
    unlisted: pl.DataFrame | None = None,
) -> Matched:
    """Link every record of `mentions` (feed, then ACCEPTED) to a household, send it to review, or call it absent.

    `decisions` are what reviewers said about these records (`remember.recall`). `memory` is what an earlier run left: with it the same
    answers take less time; without one, no memory is left for the next. `unlisted` (`household.UNLISTED`) are people whom the register does
    not list, as earlier months have shown. Neither the order of rows nor that of persons changes anything.
    """
    if mentions.is_empty():
        return Matched(empty(LINK), empty(REVIEW), empty(QUALITY))
    _keep_freed()
    said, register, vocabulary = _prepared(mentions, persons, households, places)
    if register.persons.is_empty():
        return Matched(answers.links(said, register, pl.DataFrame(schema={"m": pl.UInt32})), empty(REVIEW), empty(QUALITY))
    found = _answered(said, register, vocabulary, settings, memory, empty(UNLISTED) if unlisted is None else unlisted)
    said, register = answers.written(said, register)
    del vocabulary  # nothing is compared any more
    linked = remember.apply(answers.links(said, register, found.answers), decisions, households, persons)
    linked, asked = remember.ask(linked, answers.review(found.doubtful, linked, said, register, settings), decisions)
    return Matched(linked, asked, quality(found.tested, found.totals, found.limits), calibration(found.tested), found.capped, found.memory)


def _keep_freed() -> None:
    """Have the C library keep freed memory for the next array, which else is handed back and asked for again, page by page.

    glibc takes the largest block that was freed for its measure (mallopt(3), M_MMAP_THRESHOLD); elsewhere this does nothing.
    """
    np.empty(LARGE, dtype=np.uint8)


def _prepared(
    mentions: pl.DataFrame, persons: pl.DataFrame, households: pl.DataFrame, places: pl.DataFrame
) -> tuple[Mentions, Register, Vocabulary]:
    """Rows and persons in the one form in which they are compared, and their names."""
    told = carried_down(spoken_for(placed(mentions)))
    told = apart(registered(told, persons["person_name"]), persons["person_name"])
    vocabulary = vocabulary_of(persons, told)
    register = prepare_register(persons, households, places, vocabulary)
    said = with_house_numbers(prepare_mentions(told, places, vocabulary), register)
    said = Mentions(with_known_groups(said.rows, register.persons), said.company)
    return _with_feed_numbers(said), register, vocabulary.read()


@dataclass(frozen=True)
class _Answered:
    """What is written: `answers`, one row at most per record (`answers.links`); `doubtful`: pairs of the rows under review; the test.

    `tested`: `answers.tested`; `totals`: feed, records, sure, numberless; `limits`: `decide.limits`; `capped`, `memory`: as in `Matched`.
    """

    answers: pl.DataFrame
    doubtful: pl.DataFrame
    tested: pl.DataFrame
    totals: pl.DataFrame
    limits: pl.DataFrame
    capped: pl.DataFrame
    memory: Memory


def _answered(
    said: Mentions,
    register: Register,
    vocabulary: Vocabulary,
    settings: MatchingSettings,
    memory: Memory | None,
    unlisted: pl.DataFrame,
) -> _Answered:
    """Everything between preparing and writing; what is held for it (the engine, all pairs) is let go at its end."""
    by_number = numbered.owners(said, register, vocabulary)
    disputed = numbered.disputed(by_number, said, register)
    sure = numbered.sure(by_number, disputed)
    feeds = said.rows["feed"].unique().sort().to_list()
    taken = owned(sure, len(feeds), register.persons.height)
    sample = numbered.sample(by_number, disputed)
    nobodys = numbered.nobodys(said, by_number)
    everything, copies = with_copies(said, numbered.certain(by_number, disputed), nobodys, settings.test_rows)
    everything = told_elsewhere(everything, by_number["m"], copies["source"])
    register = with_heard(register, everything.rows, sure, copies["source"])
    known = _Known(
        vocabulary, register,
        Search(register, vocabulary, settings.block_cap, memory),
        count_frequencies(register, vocabulary),
        measure(taken.judge(sample.with_columns(own=True)), feeds, taken.shares, settings),
        by_stratum(said.rows[sure["m"]], len(feeds)),
        taken, settings,
    )  # fmt: skip
    scored, found, idle = _score(_without(everything.rows, sure["m"]).rechunk(), everything, known, said.rows.height, copies)
    decided = decide(scored, settings)
    tested = answers.tested(copies, decided, everything, feeds)
    factors = calibrate(tested.filter(pl.col("status") == "linked"))
    totals = said.rows.group_by("feed").agg(records=pl.len(), numberless=pl.col("kind").is_in([NONE, HINT_KIND]).sum())
    totals = totals.join(said.rows[["feed"]][sure["m"]].group_by("feed").agg(sure=pl.len()), on="feed", how="left")
    totals = totals.with_columns(pl.col("sure").fill_null(0))
    real, instead = _with_households(decided.filter(pl.col("m") < said.rows.height), said, sure, nobodys, known, unlisted, factors)
    real = real.with_columns(_alone(), feed=said.rows["feed"][real["m"]])
    linked = real.select("feed", errors(real, factors)).filter(real["status"] == "linked")
    limits = thresholds(linked, totals, settings)
    real, tested = kept(real, factors, limits).drop("feed"), kept(tested, factors, limits)
    under_review = real["m"].filter(real["status"] == "review")
    capped = found.capped.filter(pl.col("m") < said.rows.height).group_by("block").agg(rows=pl.len()).sort("block").cast(CAPPED)
    return _Answered(
        pl.concat([_sure_answers(sure, said, known), real, answers.idle(idle)], how="diagonal_relaxed"),
        scored.filter(among(scored["m"], under_review)),
        tested, totals, limits, capped,
        found.memory if instead is None else found.memory.and_(instead),
    )  # fmt: skip


@dataclass(frozen=True)
class _Known:
    """What is known before a row is looked at: the register, the engine over it, shares among strangers and among true pairs."""

    vocabulary: Vocabulary
    register: Register
    search: Search
    frequencies: Frequencies
    measured: Measured
    sure: Floats  # rows linked for certain, by feed and stratum
    owned: Owned
    settings: MatchingSettings


def _with_feed_numbers(said: Mentions) -> Mentions:
    """Rows with the number of their list in alphabetical order."""
    return Mentions(said.rows.with_columns(feed_number=pl.col("feed").rle_id().cast(pl.Int32)), said.company)


def _without(rows: pl.DataFrame, done: pl.Series) -> pl.DataFrame:
    """`rows` but those numbered in `done`."""
    return rows.filter(~among(rows["m"], done))


def _with_company_share(said: Mentions, frequencies: Frequencies) -> Mentions:
    """Rows with the share of strangers' households in which somebody of the row's company would be found by the sound of the name."""
    if said.company.is_empty():
        return Mentions(said.rows.with_columns(company_u=pl.lit(1.0)), said.company)
    least = 1 / max(frequencies.people, 1)
    known = frequencies.heard.filter(sieved(frequencies.heard["heard"], said.company["heard"]))
    shares = said.company[["heard"]].join(known, on="heard", how="left", maintain_order="left")["share"]
    met = np.bincount(said.company["m"].to_numpy(), weights=shares.fill_null(least).to_numpy() * HOUSEHOLD, minlength=said.rows.height)
    named = np.zeros(said.rows.height, dtype=bool)
    named[said.company["m"].to_numpy()] = True
    return Mentions(said.rows.with_columns(company_u=pl.Series(np.where(named, met, 1.0))), said.company)


def _score(
    rest: pl.DataFrame, everything: Mentions, known: _Known, counted: int, copies: pl.DataFrame, strangers: Floats | None = None
) -> tuple[pl.DataFrame, Candidates, pl.Series]:
    """All candidates of the rows in `rest` with their probabilities; and the rows (m) in which nobody is in need.

    Rows from number `counted` on are tests: they say nothing about how much of a list is in the register. `strangers`: the rows stand in
    for people whom the register does not list; by list and stratum, how many such have their house there for certain.
    """
    register, settings = known.register, known.settings
    spoken = find_spoken(rest, register, known.vocabulary, settings.block_cap)
    rest, rows = (with_numbers(rows, spoken.numbers) for rows in (_without(rest, spoken.idle), everything.rows))
    company = pl.concat(
        [everything.company, named_beside(rest, register, known.vocabulary), spoken.company[everything.company.columns]],
        rechunk=True,
    )
    everything = _with_company_share(Mentions(rows, company), known.frequencies)
    found = known.search.find(rest, everything, spoken)
    own = joint("m", "p").is_in(copies.select(joint("m", "p").implode())["pair"])
    vectors = with_relatives(found.vectors).with_columns(feed=everything.rows["feed_number"][found.vectors["m"]], own=own)
    # Who stands in for a stranger has a row of his own as often as not.
    judged = known.owned.judge(vectors) if strangers is None else vectors.with_columns(again=pl.lit(-1, pl.Int8))
    vectors = judged.drop("feed", "own")
    counts = rest.select("m", strata(rest), counts=pl.col("m") < counted)
    scored = _weighed(vectors, everything, counts, known, spoken, strangers)
    no_name = rest.filter(pl.col("n").is_null() & pl.col("text").is_null())["m"]
    said_in_text = {"rivals": spoken.rivals, "unnamed": pl.concat([spoken.unnamed, no_name]), "needless": spoken.needless}
    return scored.with_columns(**{name: pl.col("m").is_in(rows.implode()) for name, rows in said_in_text.items()}), found, spoken.idle


def _weighed(
    vectors: pl.DataFrame, everything: Mentions, counts: pl.DataFrame, known: _Known, spoken: Spoken, strangers: Floats | None
) -> pl.DataFrame:
    """`vectors` with weights and `probability`, in two rounds: the likely pairs of the first teach the second.

    What rows of `strangers` say of others teaches nothing, and how many of their houses are in the register is asked of them alone.
    """
    people, settings = known.frequencies.people, known.settings
    vocabulary = replace(known.vocabulary, said=spoken.letters)
    pairs = with_chance(vectors, everything, known.register, known.frequencies, vocabulary, spoken.pairs)
    scored = weigh(pairs, known.frequencies, _learned(pairs, counts, known) if strangers is None else known.measured)
    del pairs  # what chance does takes five numbers for each
    told = probabilities(scored, known.sure if strangers is None else strangers, counts, people, settings)
    return pl.concat([scored, told], how="horizontal")


def _learned(pairs: Pairs, counts: pl.DataFrame, known: _Known) -> Measured:
    """What is known from the sure rows, with what the likely ones of `pairs` add to it."""
    people, settings = known.frequencies.people, known.settings
    first = weigh(pairs, known.frequencies, known.measured).select(
        "m", "feed", "kind", *FIELDS, "weight", "named", bare=pl.col("weight") - pl.col("w_id")
    )
    bare = probabilities(first, known.sure, counts, people, settings, weight="bare")["probability"]
    likely = probabilities(first, known.sure, counts, people, settings)["probability"]
    counted = among(first["m"], counts["m"].filter(counts["counts"]))
    first = first.with_columns(likely, bare=bare, name=pl.when("named").then("name").otherwise(-1).cast(pl.Int8))
    return learn(known.measured, first.filter(counted), known.sure.sum(axis=1), settings)


def _with_households(
    real: pl.DataFrame,
    said: Mentions,
    sure: pl.DataFrame,
    nobodys: pl.Series,
    known: _Known,
    unlisted: pl.DataFrame,
    factors: Calibration,
) -> tuple[pl.DataFrame, Memory | None]:
    """Answers, and for rows about people whom the register does not list their households (`decide.household`); and the memory of it.

    `nobodys`: rows (m) with a valid number that the register does not have.
    """
    stands = 1 - errors(real.with_columns(_alone(), feed=said.rows["feed"][real["m"]]), factors) >= known.settings.link_from
    # A link that is not certain enough to stand is a question until the people named in the row have answered it.
    told = real.with_columns(status=pl.when(stands | (pl.col("status") != "linked")).then("status").otherwise(pl.lit("review")))
    in_review = told["m"].filter(told["status"] == "review")
    waiting = _without(said.rows, pl.concat([sure["m"], told["m"].filter(told["status"] == "linked")]))
    strangers = waiting.filter(among(waiting["m"], nobodys))
    beside, memory = _by_company(told, said, waiting, strangers, known, factors)
    waiting = _without(waiting, beside["m"])
    found = pl.concat([beside, by_number(_without(waiting, in_review), unlisted, known.register)])
    certain = pl.concat([found, told.filter(told["status"] == "linked", told["household"] >= NEARLY_CERTAIN)], how="diagonal_relaxed")
    asked = _without(waiting, found["m"])
    certain, asked = (part.filter(among(part["m"], nobodys)) for part in (certain, asked))
    found = pl.concat([found, by_same_number(certain, said.rows, asked)])
    elsewhere = by_another_list(found, said.rows, _without(waiting, pl.concat([found["m"], in_review])), known.register.persons)
    households = pl.concat([found, elsewhere])
    return pl.concat([_without(real, households["m"]), households], how="diagonal_relaxed"), memory


def _alone() -> pl.Expr:
    """`alone` of answers, also of those that were not weighed."""
    return pl.col("alone").fill_null(value=False)


def _by_company(
    real: pl.DataFrame, said: Mentions, waiting: pl.DataFrame, strangers: pl.DataFrame, known: _Known, factors: Calibration
) -> tuple[pl.DataFrame, Memory | None]:
    """For rows in `waiting` the household of the head or the members that they name (`by_company`); and the memory of looking for these.

    `strangers`: rows about people whom the register does not know by number, and who were taken for none of its people.
    """
    others_named, sources = stand_ins(said, waiting, known.vocabulary)
    by_their_number = numbered.owners(others_named, known.register, known.vocabulary)
    sure_others = numbered.sure(by_their_number, numbered.disputed(by_their_number, others_named, known.register))
    rest = _without(others_named.rows, sure_others["m"])
    nobody = pl.DataFrame(schema={"m": pl.UInt32, "p": pl.UInt32})
    decided, memory = real.clear(), None
    if rest.height:
        certain_houses = by_stratum(others_named.rows[sure_others["m"]], len(known.sure))
        scored, candidates, _ = _score(rest, others_named, known, others_named.rows.height, nobody, certain_houses)
        told = decide(scored, known.settings)
        certain = 1 - errors(told.with_columns(feed=others_named.rows["feed"][told["m"]]), factors) >= known.settings.link_from
        # A head's name is borne elsewhere, too, and nothing else says that this person, whom the register does not know, is of his house.
        near = pl.col("place").is_between(0, 1) | (pl.col("town") == 0)
        another = rest["m"].filter(called_like(rest, strangers))
        # Where most strangers live in houses that the register does not list either, their heads are of its clans and have namesakes here.
        unlikely = (told["prior"] < log_prior(np.array([0.5]), known.frequencies.people)[0]) & (told["household"] < NEARLY_CERTAIN)
        decided = told.filter(certain & ~unlikely, near | ~pl.col("alone"), ~among(told["m"], another))
        memory = candidates.memory
    found = pl.concat([_sure_answers(sure_others, others_named, known), decided], how="diagonal_relaxed")
    return by_company(found, sources, real, known.register.persons), memory


def _sure_answers(sure: pl.DataFrame, said: Mentions, known: _Known) -> pl.DataFrame:
    """Sure links in the form of answers, with the weights of their evidence."""
    certain, few = known.sure.sum(axis=1), known.settings.prior_rows
    share = (certain + few * known.settings.prior.in_register) / (certain + few)
    prior = pl.Series("prior", log_prior(np.clip(share, 0.05, 0.995), known.frequencies.people))[sure["feed"]]
    everything = _with_company_share(said, known.frequencies)
    pairs = with_chance(sure.drop("feed"), everything, known.register, known.frequencies, known.vocabulary)
    told = weigh(pairs, known.frequencies, known.measured)
    return told.select(
        "m", "p", "h", prior, *(name for name in sure.columns if name not in {"m", "p", "h", "feed"}), *WEIGHTS,
        status=pl.lit("linked"), method=pl.lit("id_and_name"), household=pl.lit(1.0), margin=pl.lit(1.0), sure_person=pl.lit(value=True),
    )  # fmt: skip
