"""How answers are judged: what counts as right, which threshold is best, and what the hidden-ID test is held against."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from benchmarks import accuracy, judging
from contracts.home import Home

OWN, OTHER, DAMAGED = "110105194912310021", "110105194912310048", "110105194912310022"  # two valid numbers, one that fails its checksum
WHERE = {"file": "a.csv", "sheet": "", "part": 1}

# row, person and household of the truth, number carried, answer and its household -> is it right, is it hard, has it a number
CASES = [
    (1, "ann", "H1", OWN, "linked", "H1", True, False, True),
    (2, "ann", "H1", DAMAGED, "linked", "H2", False, True, True),
    (3, "ann", "H1", None, "review", None, False, True, False),
    (4, "ann", "H1", OTHER, "absent", None, False, True, True),
    (5, "twice", "H1", OWN, "linked", "H2", True, True, True),  # the register lists this person in H2 as well
    (6, "stranger", None, OTHER, "linked", "H1", False, False, True),
    (7, "ann", "H1", OWN, None, None, False, True, False),  # set aside before anything was linked
    (8, "gone", "H9", DAMAGED, "absent", None, False, True, True),  # died alone: the register has the household no more
]


@pytest.fixture
def judged(tmp_path: Path) -> pl.DataFrame:
    """`accuracy.judge` of the cases above."""
    truth = tmp_path / "truth"
    truth.mkdir()
    pl.DataFrame({"person_uid": ["ann", "twice"], "id18": [OWN, OTHER]}).write_parquet(truth / "persons.parquet")
    pl.DataFrame({"person_uid": ["stranger"], "id18": [OTHER]}).write_parquet(truth / "outsiders.parquet")
    register = [("register", "ann", "H1", 1), ("register", "twice", "H1", 2), ("register", "twice", "H2", 3)]
    rows = [("list", uid, household, row) for row, uid, household, *_ in CASES] + register
    schema = {"feed": pl.String, "person_uid": pl.String, "household_id": pl.String, "row_number": pl.Int32}
    truth_rows = pl.DataFrame(rows, schema=schema, orient="row").with_columns(month=pl.lit("2026-10"), errors=pl.lit([]), **_constants())
    truth_rows.write_parquet(truth / "rows.parquet")
    answered = [case for case in CASES if case[4] is not None]
    accepted = pl.DataFrame(
        {"row_number": [case[0] for case in answered], "id_number": [case[3] for case in answered]},
        schema_overrides={"row_number": pl.Int32},
    ).with_columns(feed=pl.lit("list"), month=pl.lit("2026-10"), row_id=pl.format("a.csv#!{}", "row_number"), **_constants())
    links = pl.DataFrame({"status": [case[4] for case in answered], "household_id": [case[5] for case in answered]})
    links = links.with_columns(accepted["feed"], accepted["month"], accepted["row_id"])
    return accuracy.judge(Home(tmp_path), accepted, links).sort("row_number")


def _constants() -> dict[str, pl.Expr]:
    return {name: pl.lit(value, pl.Int16 if name == "part" else pl.String) for name, value in WHERE.items()}


def test_what_is_right_and_what_is_hard(judged: pl.DataFrame) -> None:
    assert judged.select("row_number", "is_right", "is_hard", "has_id").rows() == [(case[0], *case[6:]) for case in CASES]
    assert judged.filter(pl.col("status") == "set_aside")["row_number"].to_list() == [7]
    assert judged.filter(~pl.col("is_in_register"))["row_number"].to_list() == [6, 8]
    assert judged.filter(~pl.col("is_linkable"))["row_number"].to_list() == [6, 8]


def test_precision_is_over_links_and_recall_over_households_in_the_register(judged: pl.DataFrame) -> None:
    whole = accuracy.link_scores(judged).row(0, named=True)
    assert [whole[name] for name in ("rows", "in_register", "linked", "wrong")] == [7, 5, 4, 2]
    assert [whole["precision"], whole["recall"], whole["review"]] == pytest.approx([2 / 4, 2 / 5, 1 / 7])


@pytest.mark.parametrize(
    ("scores", "right", "threshold"),
    [
        ([9.0, 8.0, 7.0, 6.0], [True, True, True, True], 6.0),
        ([9.0, 8.0, 7.0, 6.0], [True, True, False, False], 8.0),
        ([9.0, 8.0, 8.0, 6.0], [True, False, True, False], 8.0),  # equal scores stand or fall together
        ([9.0, 8.0, 7.0, 6.0], [False, True, True, True], 6.0),
    ],
)
def test_threshold_of_the_best_f1(scores: list[float], right: list[bool], threshold: float) -> None:
    rows = pl.DataFrame({"score": scores, "is_right": right}).with_columns(status=pl.lit("linked"), is_linkable=True)
    assert judging.best_threshold(rows) == threshold


def test_what_scores_below_the_threshold_is_not_linked() -> None:
    links = pl.DataFrame({"score": [3.0, 2.0, None], "status": ["linked", "linked", "absent"], "household_id": ["H1", "H2", None]})
    assert judging.cut(links, 2.5).select("status", "household_id").rows() == [("linked", "H1"), ("absent", None), ("absent", None)]


@pytest.mark.parametrize(
    ("right", "rows", "is_inside"),
    [
        (98, 100, [True]),
        (60, 100, [False]),
        (5, 5, []),  # too few rows to say anything
    ],
)
def test_hidden_test_beside_the_truth(right: int, rows: int, is_inside: list[bool]) -> None:
    judged = pl.DataFrame({"is_right": [place < right for place in range(rows)]}).with_columns(
        feed=pl.lit("a"),
        status=pl.lit("linked"),
        id_number=pl.lit(None, pl.String),
        has_id=pl.lit(value=False),
        is_in_register=pl.lit(value=True),
    )
    quality = pl.DataFrame({"feed": ["a"], "tested": [400], "recall": [0.98], "precision": [0.98]}).with_columns(
        **{f"{figure}_{end}": bound for figure in ("recall", "precision") for end, bound in (("low", 0.95), ("high", 1.0))}
    )
    for figure in ("precision", "recall"):
        assert judging.hidden_test(judged, quality).filter(pl.col("figure") == figure)["is_inside"].to_list() == is_inside


def test_costs_count_everything_between_tables_and_links_and_say_what_is_left_without_a_step() -> None:
    nothing = pl.DataFrame()
    lap = {"wall": 0.5, "cpu": 1.0}
    ours = judging.Answer("ours", nothing, {"read": lap, "link": {"wall": 2.0, "cpu": 4.0}}, judging.GIB, None)
    steps = {"read": lap, "prepare": {"wall": 3.0, "cpu": 6.0}, "train": {"wall": 1.0, "cpu": 2.0}, "link": {"wall": 4.0, "cpu": 8.0}}
    other = judging.Answer("other", nothing, steps, 2 * judging.GIB, None)
    told = judging.costs([ours, other], 800, "other").row(0, named=True)
    assert (told["cpu_s"], told["wall_s"], told["records_per_cpu_s"]) == (4.0, 2.0, 200.0)
    assert (told["times_as_fast"], told["when_trained"], told["when_prepared"]) == (4.0, 3.5, 2.5)
    assert told["share_of_memory"] == 0.5
