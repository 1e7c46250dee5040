"""What reviewers have decided wins over what was computed, this month and later.

A decision is about what a record says, not about a line of a file: a row that says the same next month is the same question and has its
answer already; one that says something else is asked anew. Last month's line 7 is somebody else today, so line numbers carry nothing over.
"""

from __future__ import annotations

import duckdb
import polars as pl

SAME, OTHER_MEMBER, NOT, UNKNOWN = "同一人", "同户他人", "不是", "无法判断"
YES = (SAME, OTHER_MEMBER)
ROW = ("feed", "row_id")
CANDIDATE = (*ROW, "household_id", "person_id")
# What a record says about who it is about. Its own dates, amounts and ages change from month to month and are left out; the text counts
# only where nobody is named, for a second call about a neighbour is another story, and a second bill of a patient is not.
CONTENT = (
    "person_name", "id_number", "birth_date", "sex", "phone", "town", "village", "group", "address", "household_no", "head_name", "head_id",
    "guardian_name", "guardian_id",
)  # fmt: skip
KEY_LENGTH = 32  # hexadecimal digits of SHA-256 that are kept: 128 bits


def contents(mentions: pl.DataFrame) -> pl.DataFrame:
    """feed, row_id and `content`: the fingerprint of what each record (feed, then ACCEPTED) says about its person, null for nothing.

    Width, blanks and case do not count. The fingerprint is SHA-256, the same on every machine and in every version. It keeps names out
    of the desk, but whoever has the lake could work it out again: it lies where the lake lies, and goes nowhere else.
    """
    cells = [_plain(name) for name in CONTENT]
    unnamed = pl.col("person_name").is_null() & pl.col("id_number").is_null()
    said = pl.concat_str([*cells, pl.when(unnamed).then(_plain("text")).otherwise(pl.lit(""))], separator="\x1f")
    texts = mentions.select(*ROW, said=pl.when(said.str.contains("[^\x1f]")).then(said))
    with duckdb.connect() as engine:
        engine.register("texts", texts.to_arrow())
        query = 'SELECT "feed", "row_id", left(sha256("said"), ?) AS "content" FROM "texts" ORDER BY "feed", "row_id"'
        found: pl.DataFrame = engine.sql(query, params=[KEY_LENGTH]).pl()
        return found


def _plain(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).fill_null("").str.normalize("NFKC").str.replace_all(r"[\s\x1f]", "").str.to_uppercase()


def with_content(review: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """`review` (REVIEW) with the fingerprint of each record, by which its answer is found again."""
    asked = mentions.join(review.select(ROW).unique(), on=ROW, how="semi")
    return review.drop("content").join(contents(asked), on=ROW, how="left", maintain_order="left").select(review.columns)


def recall(decisions: pl.DataFrame, mentions: pl.DataFrame, month: str) -> pl.DataFrame:
    """What has been decided, up to `month` (YYYY-MM), about each of its records: feed, row_id, household_id, person_id, decision.

    `decisions`: month and `content` beside those (delivery.desk.REVIEW_DECISION). What was said of the row itself counts before what was
    said of others with the same content, and what was said later before what was said earlier. Where the same content was once found to
    be people of two households, it tells neither.
    """
    told = decisions.filter(pl.col("month") <= month)
    here = contents(mentions.filter(pl.col("feed").is_in(told["feed"].unique().implode())))
    alike = here.join(told.rename({"row_id": "said_of"}), on=["feed", "content"], how="inner")
    # an entry without fingerprint is about that month's row and nothing else
    bare = here.join(told.filter(pl.col("content").is_null(), pl.col("month") == month).drop("content"), on=ROW, how="inner")
    every = pl.concat([alike, bare.with_columns(said_of="row_id")], how="diagonal")
    own = (pl.col("said_of") == pl.col("row_id")) & (pl.col("month") == month)
    every = every.with_columns(own=own).sort(*ROW, "own", "month", "said_of", descending=[False, False, True, True, True])
    last = every.unique(CANDIDATE, keep="first", maintain_order=True)
    yes = last.filter(pl.col("decision").is_in(YES))
    source = pl.struct("own", "month")
    yes = yes.filter(source == source.first().over(ROW)).filter(pl.col("household_id").n_unique().over(ROW) == 1)
    kept = pl.concat([yes.unique(ROW, keep="first", maintain_order=True), last.filter(~pl.col("decision").is_in(YES))])
    return kept.select(*CANDIDATE, "decision").sort(CANDIDATE)


def apply(
    links: pl.DataFrame, decisions: pl.DataFrame | None, households: pl.DataFrame, persons: pl.DataFrame | None = None
) -> pl.DataFrame:
    """`links` (LINK) with the decisions about their records (as `recall` gives them) put in their place.

    同一人 and 同户他人 link the record to the household (the latter to no person); 不是 takes away a link to that household;
    无法判断 changes nothing. A household that is no longer in the register, or (where `persons` are given) no longer has the person, is not
    linked: the computed answer stands.
    """
    if decisions is None or decisions.is_empty():
        return links
    villages = households.select("household_id", decided_village="village_code").unique("household_id", keep="first", maintain_order=True)
    yes = decisions.filter(pl.col("decision").is_in(YES)).unique(ROW, keep="last", maintain_order=True)
    if persons is not None:
        there = yes.join(persons.select("household_id", "person_id"), on=["household_id", "person_id"], how="semi")
        yes = pl.concat([there, yes.filter(pl.col("decision") == OTHER_MEMBER)]).unique(ROW, maintain_order=True)
    yes = yes.select(*ROW, decided="household_id", decided_person=pl.when(pl.col("decision") == SAME).then("person_id"))
    yes = yes.join(villages, left_on="decided", right_on="household_id")
    told = links.join(yes, on=ROW, how="left", maintain_order="left").join(
        _refused(decisions), on=[*ROW, "household_id"], how="left", maintain_order="left"
    )
    linked, refused = pl.col("decided").is_not_null(), pl.col("refused").fill_null(value=False)
    gone = refused & ~linked
    return told.with_columns(
        status=pl.when(linked).then(pl.lit("linked")).when(gone).then(pl.lit("absent")).otherwise("status"),
        household_id=pl.when(linked).then("decided").when(~gone).then("household_id"),
        person_id=pl.when(linked).then("decided_person").when(~gone).then("person_id"),
        method=pl.when(linked | gone).then(pl.lit("decision")).otherwise("method"),
        identity=pl.when(linked).then(pl.lit("需核身份")).when(~gone).then("identity"),
        village_code=pl.when(linked).then("decided_village").when(~gone).then("village_code"),
        explanation=pl.when(linked)
        .then(pl.lit("经人工复核确认。"))
        .when(gone)
        .then(pl.lit("经人工复核，不是该户的人。"))
        .otherwise("explanation"),
    ).select(links.columns)


def ask(links: pl.DataFrame, review: pl.DataFrame, decisions: pl.DataFrame | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`links` and `review` (LINK, REVIEW) without what need not be asked again.

    A household that was refused (不是) is not offered again; a record with no other is absent. A record that nobody could decide (无法判断)
    stays in review, for nobody knows whose it is, but is asked again only when somebody new comes into question.
    """
    if decisions is None or decisions.is_empty():
        return links, review
    refused = _refused(decisions)
    offered = review.join(refused, on=[*ROW, "household_id"], how="anti", maintain_order="left")
    unknown = decisions.filter(pl.col("decision") == UNKNOWN)
    fresh = offered.join(unknown, on=CANDIDATE, how="anti", nulls_equal=True).select(ROW).unique()
    asked = offered.join(fresh, on=ROW, how="semi", maintain_order="left")
    asked = asked.with_columns(rank=pl.int_range(1, pl.len() + 1).over(ROW).cast(pl.Int16)).select(review.columns)
    marks = [
        (refused.select(ROW).unique().join(offered, on=ROW, how="anti"), "nobody"),
        (offered.join(fresh, on=ROW, how="anti").select(ROW).unique(), "seen"),
    ]
    told = links
    for rows, name in marks:
        told = told.join(rows.with_columns(pl.lit(value=True).alias(name)), on=ROW, how="left", maintain_order="left")
    waiting = pl.col("status") == "review"
    nobody, seen = (waiting & pl.col(name).fill_null(value=False) for _, name in marks)
    answered = told.with_columns(
        status=pl.when(nobody).then(pl.lit("absent")).otherwise("status"),
        method=pl.when(nobody).then(pl.lit("decision")).otherwise("method"),
        explanation=pl.when(nobody)
        .then(pl.lit("经人工复核，不是所列各户的人。"))
        .when(seen)
        .then(pl.lit("人工看过，无法判断；记录内容变化或出现新的候选时再问。"))
        .otherwise("explanation"),
    )
    return answered.select(links.columns), asked


def _refused(decisions: pl.DataFrame) -> pl.DataFrame:
    """feed, row_id and household_id of households that are refused: 不是 means neither the person nor another member."""
    no = decisions.filter(pl.col("decision") == NOT).select(*ROW, "household_id", refused=pl.lit(value=True)).unique()
    yes = decisions.filter(pl.col("decision").is_in(YES))
    return no.join(yes, on=[*ROW, "household_id"], how="anti")
