"""Decisions of people win, this month and later, as long as the row says the same."""

from __future__ import annotations

import polars as pl
import pytest

from contracts.tables import ACCEPTED, HOUSEHOLD, LINK, REVIEW, conform
from delivery.desk import REVIEW_DECISION, Desk, open_desk
from matching.decide.remember import apply, ask, contents, recall, with_content

KEYS = ["feed", "row_id", "household_id", "person_id", "decision"]
HOUSEHOLDS = conform(pl.DataFrame({"household_id": ["H1", "H2"], "village_code": ["V1", "V2"]}), HOUSEHOLD)


def links(*rows: tuple[str, str, str | None, str | None]) -> pl.DataFrame:
    """row_id, status, household and person of each link of one list."""
    frame = pl.DataFrame(rows, schema=["row_id", "status", "household_id", "person_id"], orient="row")
    return conform(frame.with_columns(feed=pl.lit("list"), method=pl.lit("candidates")), LINK)


def queue(*rows: tuple[str, str, str]) -> pl.DataFrame:
    """row_id, household and person of each candidate, best first."""
    frame = pl.DataFrame(rows, schema=["row_id", "household_id", "person_id"], orient="row")
    ranked = frame.with_columns(feed=pl.lit("list"), rank=pl.int_range(1, pl.len() + 1).over("row_id"))
    return conform(ranked, REVIEW)


def decided(*rows: tuple[str, str, str | None, str]) -> pl.DataFrame:
    """row_id, household, person and word."""
    return pl.DataFrame([("list", *row) for row in rows], schema=dict.fromkeys(KEYS, pl.String), orient="row")


def answers(frame: pl.DataFrame) -> list[tuple[str | None, ...]]:
    return frame.select("row_id", "status", "household_id", "person_id").rows()


def test_decisions() -> None:
    computed = links(("r1", "review", None, None), ("r2", "linked", "H1", "P1"), ("r3", "linked", "H1", "P1"), ("r4", "review", None, None))
    told = apply(
        computed,
        decided(
            ("r1", "H2", "P7", "同一人"),
            ("r2", "H1", "P1", "不是"),
            ("r3", "H2", "P8", "不是"),  # about another household: says nothing about the link
            ("r4", "H2", "P9", "同户他人"),
            ("r9", "H2", "P9", "同一人"),  # a row that is not there
        ),
        HOUSEHOLDS,
    )
    assert answers(told) == [
        ("r1", "linked", "H2", "P7"),
        ("r2", "absent", None, None),
        ("r3", "linked", "H1", "P1"),
        ("r4", "linked", "H2", None),
    ]
    assert told["village_code"].to_list() == ["V2", None, None, "V2"]


def test_no_decisions_change_nothing() -> None:
    computed, asked = links(("r1", "review", None, None)), queue(("r1", "H1", "P1"))
    assert apply(computed, None, HOUSEHOLDS).equals(computed)
    assert ask(computed, asked, None) == (computed, asked)
    assert ask(computed, asked, decided())[1].equals(asked)


@pytest.mark.parametrize(
    ("said", "status", "offered"),
    [
        # candidates of r1: P1 and P2 of household H1, P3 of H2
        ([], "review", ["P1", "P2", "P3"]),
        ([("H1", "P1", "不是")], "review", ["P3"]),  # neither he nor another of his household
        ([("H1", "P1", "不是"), ("H2", "P3", "不是")], "absent", []),
        ([("H1", "P1", "无法判断")], "review", ["P1", "P2", "P3"]),  # somebody is left to be looked at
        ([("H1", "P1", "无法判断"), ("H1", "P2", "无法判断"), ("H2", "P3", "无法判断")], "review", []),
        ([("H1", "P1", "不是"), ("H2", "P3", "无法判断")], "review", []),
        ([("H9", "P9", "不是")], "review", ["P1", "P2", "P3"]),
    ],
)
def test_what_was_decided_is_not_asked_again(said: list[tuple[str, str, str]], status: str, offered: list[str]) -> None:
    asked = queue(("r1", "H1", "P1"), ("r1", "H1", "P2"), ("r1", "H2", "P3"), ("r2", "H1", "P1"))
    computed = links(("r1", "review", None, None), ("r2", "review", None, None))
    answered, left = ask(computed, asked, decided(*(("r1", *one) for one in said)))
    mine = left.filter(pl.col("row_id") == "r1")
    assert (answered["status"][0], mine["person_id"].to_list()) == (status, offered)
    assert mine["rank"].to_list() == list(range(1, len(offered) + 1))
    assert (answered["status"][1], left.filter(pl.col("row_id") == "r2").height) == ("review", 1)


def row(row_id: str, **cells: object) -> dict[str, object]:
    """A row about 杨小妹 of 大坪村, without number, unless said otherwise."""
    return {"row_id": row_id, "feed": "list", "person_name": "杨小妹", "village": "大坪村", **cells}


def mentions(*rows: dict[str, object]) -> pl.DataFrame:
    schema = {"feed": pl.String, **ACCEPTED}
    return pl.DataFrame([{name: one.get(name) for name in schema} for one in rows], schema=schema)


NEXT_MONTH = [
    # what stands in November's row, and whether October's answer is its answer
    ("the same row in another line", row("b#!9"), True),
    ("the same but for blanks and width", row("b#!9", person_name=" 杨 小妹", village="大坪村　"), True),
    ("another date and age of the fact", row("b#!9", event_date="2026-11-03", age=41), True),
    ("a name beside a text", row("b#!9", text="再次来电"), True),
    ("a number is given now", row("b#!9", id_number="522699199001011234"), False),
    ("another village", row("b#!9", village="小坪村"), False),
    ("another guardian", row("b#!9", guardian_name="杨正华"), False),
    ("another birth date: a namesake", row("b#!9", birth_date="2011-02-03"), False),
    ("somebody else in the very same line", row("a#!7", person_name="龙老三"), False),
    ("the same in another list", row("b#!9", feed="other"), False),
]


@pytest.mark.parametrize(("november", "remembered"), [case[1:] for case in NEXT_MONTH], ids=[case[0] for case in NEXT_MONTH])
def test_in_a_later_month(november: dict[str, object], remembered: bool, tmp_path) -> None:  # noqa: FBT001
    desk = october(tmp_path, ("a#!7", "H1", "P1", "同一人"))
    frame = mentions_of(november)
    recalled = recall(desk.review_decisions("2026-11"), frame, "2026-11")
    assert recalled.rows() == ([("list", november["row_id"], "H1", "P1", "同一人")] if remembered else [])


def mentions_of(*rows: dict[str, object]) -> pl.DataFrame:
    texts = [{**one, "event_date": None, "birth_date": None} for one in rows]
    dates = [pl.Series(name, [one.get(name) for one in rows], dtype=pl.String).str.to_date() for name in ("event_date", "birth_date")]
    return mentions(*texts).with_columns(dates)


def october(tmp_path, *decisions: tuple[str, str, str | None, str], rows: tuple[dict[str, object], ...] = ()) -> Desk:
    """A desk with decisions of October about row a#!7 (or `rows`)."""
    desk = open_desk(f"sqlite:///{tmp_path}/desk.sqlite")
    asked = contents(mentions(*(rows or (row("a#!7"),))))
    entries = decided(*decisions).join(asked, on=["feed", "row_id"]).with_columns(month=pl.lit("2026-10"))
    desk.decide(entries.select(list(REVIEW_DECISION)))
    return desk


def again(desk: Desk, word: str, month: str = "2026-10", household: str = "H1", row_id: str = "a#!7") -> None:
    entry = decided((row_id, household, "P1", word)).join(contents(mentions(row(row_id))), on=["feed", "row_id"])
    desk.decide(entry.with_columns(month=pl.lit(month)).select(list(REVIEW_DECISION)))


def test_revoked_in_between(tmp_path) -> None:
    desk = october(tmp_path, ("a#!7", "H1", "P1", "同一人"))
    again(desk, "撤销")
    assert recall(desk.review_decisions("2026-11"), mentions(row("b#!9")), "2026-11").is_empty()


def test_decided_otherwise_in_between(tmp_path) -> None:
    desk = october(tmp_path, ("a#!7", "H1", "P1", "同一人"))
    again(desk, "不是", month="2026-11", row_id="b#!9")
    rows = mentions(row("b#!9"))
    assert recall(desk.review_decisions("2026-11"), rows, "2026-11")["decision"].to_list() == ["不是"]
    later = recall(desk.review_decisions("2026-12"), mentions(row("c#!2")), "2026-12")
    assert later["decision"].to_list() == ["不是"]
    before = recall(desk.review_decisions("2026-10"), mentions(row("a#!7")), "2026-10")
    assert before["decision"].to_list() == ["同一人"], "October is made again as it was"


def test_a_refusal_and_a_doubt_hold_in_later_months_too(tmp_path) -> None:
    desk = october(tmp_path, ("a#!7", "H1", "P1", "不是"), ("a#!7", "H2", "P3", "无法判断"))
    recalled = recall(desk.review_decisions("2026-11"), mentions(row("b#!9")), "2026-11")
    answered, left = ask(links(("b#!9", "review", None, None)), queue(("b#!9", "H1", "P1"), ("b#!9", "H2", "P3")), recalled)
    assert (answered["status"].to_list(), left.height) == (["review"], 0)
    newcomer = queue(("b#!9", "H1", "P1"), ("b#!9", "H2", "P3"), ("b#!9", "H5", "P5"))
    assert ask(links(("b#!9", "review", None, None)), newcomer, recalled)[1]["person_id"].to_list() == ["P3", "P5"]


def test_a_household_that_is_gone_leaves_the_computed_answer(tmp_path) -> None:
    desk = october(tmp_path, ("a#!7", "H9", "P1", "同一人"))
    recalled = recall(desk.review_decisions("2026-11"), mentions(row("b#!9")), "2026-11")
    assert answers(apply(links(("b#!9", "linked", "H1", "P4")), recalled, HOUSEHOLDS)) == [("b#!9", "linked", "H1", "P4")]


def test_a_person_who_left_the_household_leaves_the_computed_answer() -> None:
    computed = links(("r1", "review", None, None), ("r2", "review", None, None))
    said = decided(("r1", "H1", "P1", "同一人"), ("r2", "H1", "P1", "同户他人"))
    moved = pl.DataFrame({"household_id": ["H2", "H1"], "person_id": ["P1", "P5"]})
    told = apply(computed, said, HOUSEHOLDS, moved)
    assert answers(told) == [("r1", "review", None, None), ("r2", "linked", "H1", None)]


def test_one_content_that_was_two_people_tells_neither(tmp_path) -> None:
    two = (row("a#!7"), row("a#!8"))
    desk = october(tmp_path, ("a#!7", "H1", "P1", "同一人"), ("a#!8", "H2", "P3", "同一人"), rows=two)
    assert recall(desk.review_decisions("2026-11"), mentions(row("b#!9")), "2026-11").is_empty()
    same_month = recall(desk.review_decisions("2026-10"), mentions(*two), "2026-10")
    assert same_month.select("row_id", "household_id").rows() == [("a#!7", "H1"), ("a#!8", "H2")]


def test_a_corrected_file_does_not_pass_the_answer_on_to_whoever_stands_in_that_line(tmp_path) -> None:
    desk = october(tmp_path, ("a#!7", "H1", "P1", "同一人"))
    corrected = mentions(row("a#!7", person_name="龙老三"), row("a#!8"))
    assert recall(desk.review_decisions("2026-10"), corrected, "2026-10")["row_id"].to_list() == ["a#!8"]


def test_an_entry_without_fingerprint_is_about_its_own_row_only(tmp_path) -> None:
    desk = open_desk(f"sqlite:///{tmp_path}/desk.sqlite")
    desk.decide(
        decided(("a#!7", "H1", "P1", "同一人")).select(pl.lit("2026-10").alias("month"), *KEYS[:4], content=None, decision="decision")
    )
    assert recall(desk.review_decisions(), mentions(row("a#!7")), "2026-10").height == 1
    assert recall(desk.review_decisions(), mentions(row("a#!7")), "2026-11").height == 0


def test_fingerprints() -> None:
    told = contents(mentions(row("1"), row("2", person_name=None, village=None), row("3", person_name=None, text="某某来电"), row("4")))
    first, empty, text, same = told["content"]
    assert first == same != text
    assert empty is None
    assert first == "5351c68f06e2dfd5674b276e4aa7494a", "entries on the desk outlive versions: this must never change"
    assert with_content(queue(("1", "H1", "P1")), mentions(row("1"), row("4")))["content"].to_list() == [first]
