"""What the month's own test counts, and where it draws the line."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.decide.limits import NEVER, STEPS, calibrate, errors, kept, thresholds
from matching.measure.quality import calibration, foreseen, quality, wilson
from tests.unit.matching.cast import SETTINGS


def records(**sure: int) -> pl.DataFrame:
    return pl.DataFrame([{"feed": feed, "records": many + 10, "sure": many, "numberless": 10} for feed, many in sure.items()])


def test_counts_and_shares() -> None:
    tested = pl.DataFrame(
        [
            ("a", "hidden", "linked", 0.99, True), ("a", "hidden", "linked", 0.97, True), ("a", "hidden", "linked", 0.9, False),
            ("a", "hidden", "review", 0.5, False), ("a", "damaged", "linked", 0.999, True), ("b", "borrowed", "absent", 0.0, False),
        ],
        schema=["feed", "trial", "status", "household", "right"], orient="row",
    )  # fmt: skip
    limits = pl.DataFrame({"feed": ["a", "b", "c"], "threshold": 0.85, "hard": 1, "expected_share": 0.0, "is_cut": False})
    measured = {row["feed"]: row for row in quality(tested, records(a=4, b=1, c=0), limits).iter_rows(named=True)}
    assert (measured["a"]["tested"], measured["a"]["right"], measured["a"]["wrong"], measured["a"]["undecided"]) == (4, 2, 1, 1)
    assert (measured["a"]["damaged_tested"], measured["a"]["damaged_right"]) == (1, 1)
    assert measured["a"]["recall"] == 0.5
    assert measured["a"]["precision"] == pytest.approx(2 / 3)
    assert measured["a"]["expected_wrong"] == pytest.approx(0.14)
    assert (measured["b"]["is_borrowed"], measured["b"]["precision"]) == (True, None)
    assert (measured["c"]["tested"], measured["c"]["recall"]) == (0, None)


@pytest.mark.parametrize(
    ("right", "tested", "rows", "low", "high"),
    [
        (400, 400, 400, 0.9925, 1.0),
        (400, 400, 20, 1.0, 1.0),  # a wrong one among twenty would be a surprise
        (380, 400, 20, 0.85, 1.0),  # three wrong ones among twenty would not
        (380, 400, 100_000, 0.9253, 0.9682),  # so many are as good as the list's habit, which four hundred rows tell so far
        (0, 10, 10, 0.0, 0.3),
    ],
)
def test_what_is_foreseen_of_others(right: int, tested: int, rows: int, low: float, high: float) -> None:
    told = foreseen(np.array([right]), np.array([tested]), np.array([rows]))
    assert [float(bound[0]) for bound in told] == pytest.approx([low, high], abs=1e-4)


def test_nothing_is_foreseen_without_a_test_or_without_rows() -> None:
    assert np.isnan(foreseen(np.array([0, 5]), np.array([0, 5]), np.array([9, 0]))).all()


@pytest.mark.parametrize("share", [0.6, 0.95, 0.995])
@pytest.mark.parametrize("rows", [25, 300])
def test_nineteen_of_twenty_times_it_comes_as_foreseen(share: float, rows: int) -> None:
    chance = np.random.default_rng(20)
    right, others = chance.binomial(400, share, 2000), chance.binomial(rows, share, 2000) / rows
    low, high = foreseen(right, np.full(2000, 400), np.full(2000, rows))
    assert ((others >= low) & (others <= high)).mean() >= 0.94


def test_wilson_stays_inside_and_is_wide_for_few() -> None:
    low, high = wilson(np.array([10, 1000]), np.array([10, 1000]))
    assert low[0] == pytest.approx(0.722, abs=1e-3)
    assert low[1] == pytest.approx(0.9962, abs=1e-4)
    assert high == pytest.approx(1.0)


STRICT = SETTINGS.model_copy(update={"max_wrong_links": 0.005})


def linked(*rows: tuple[str, float]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=["feed", "certainty"], orient="row")
    return frame.select("feed", error=1 - pl.col("certainty"))


@pytest.mark.parametrize(
    ("rows", "sure", "threshold", "is_cut"),
    [
        ([("a", 0.999), ("a", 0.9)], 1000, SETTINGS.link_from, False),  # a list full of numbers can afford one doubtful link
        ([("a", 0.999)] * 200 + [("a", 0.86)] * 20, 0, 0.999, True),  # a list without numbers cannot afford twenty
        ([("a", 0.9)] * 50, 0, NEVER, True),  # nothing of it can be linked without a person
        ([("a", 0.9)] * 9, 3, SETTINGS.link_from, False),  # nine tenths of a door are no door
        ([("a", 0.999)] * 9 + [("a", 0.8)], 300, SETTINGS.link_from, False),  # what is not certain enough by itself does not count
        ([], 50, SETTINGS.link_from, False),
    ],
)
def test_thresholds(rows: list[tuple[str, float]], sure: int, threshold: float, *, is_cut: bool) -> None:
    frame = linked(*rows) if rows else linked(("b", 0.9)).clear()
    told = thresholds(frame, records(a=sure), STRICT).row(0, named=True)
    assert (told["threshold"], told["is_cut"]) == (threshold, is_cut)


@given(st.lists(st.floats(0.85, 1.0), min_size=1, max_size=60), st.integers(0, 50))
def test_no_list_is_linked_beyond_the_limit(probabilities: list[float], sure: int) -> None:
    frame = linked(*(("a", probability) for probability in probabilities))
    told = thresholds(frame, records(a=sure), STRICT).row(0, named=True)
    certain = frame.filter(1 - pl.col("error") >= told["threshold"])
    assert certain["error"].sum() <= max(STRICT.max_wrong_links * (certain.height + sure), 1) + 1e-9


def test_links_less_certain_than_their_lists_threshold_are_left_to_a_person() -> None:
    """What is told is the certainty that the test leaves of a probability: 0.9 is none where half of such links were wrong."""
    limits = pl.DataFrame({"feed": ["a", "b"], "threshold": [0.85, 0.97]})
    asked = pl.DataFrame(
        [("a", "linked", 0.9, False), ("a", "linked", 0.9, True), ("b", "linked", 0.9, False), ("b", "absent", 0.9, False)],
        schema=["feed", "status", "household", "alone"], orient="row",
    )  # fmt: skip
    tested = pl.concat([answers(90, 10, household=0.9), answers(50, 50, household=0.9, alone=True)])
    assert kept(asked, calibrate(tested), limits)["status"].to_list() == ["linked", "review", "review", "absent"]


def answers(right: int, wrong: int, *, feed: str = "a", household: float = 0.96, alone: bool = False, times: float = 1.0) -> pl.DataFrame:
    told = pl.DataFrame({"right": [True] * right + [False] * wrong})
    return told.with_columns(feed=pl.lit(feed), household=household, alone=alone, times=times)


def asked(*links: tuple[str, float, bool]) -> pl.DataFrame:
    return pl.DataFrame(links, schema=["feed", "household", "alone"], orient="row")


def test_a_test_that_finds_more_wrong_makes_every_link_of_its_kind_less_certain() -> None:
    links = asked(("a", 0.96, False), ("a", 0.9995, False))
    calm, alarmed = (errors(links, calibrate(answers(100 - wrong, wrong))) for wrong in (4, 40))
    assert calm[0] == pytest.approx(0.04)
    assert alarmed[0] > 5 * calm[0]
    assert alarmed[1] == calm[1]  # other probabilities were not tested
    assert len(calibrate(answers(96, 4)).by_step) == len(STEPS) + 1


def test_links_by_the_name_alone_are_as_certain_as_their_list_shows() -> None:
    """In the list of vehicles most people are townsmen: of fourteen found by their names ten are namesakes. Elsewhere none is."""
    townsmen = answers(0, 10, feed="vehicles", alone=True)
    neighbours = [answers(96, 4), answers(4, 0, feed="vehicles", alone=True), answers(50, 2, feed="relief", alone=True)]
    tested = pl.concat([*neighbours, townsmen])
    links = asked(("relief", 0.96, False), ("relief", 0.96, True), ("unknown", 0.96, True), ("vehicles", 0.96, True))
    beside, relief, unknown, vehicles = errors(links, calibrate(tested))
    assert beside == pytest.approx(0.04)
    assert relief < unknown < vehicles
    assert vehicles > 1 - SETTINGS.link_from
    often = pl.concat([*neighbours, townsmen.with_columns(times=3.0)])
    assert errors(links, calibrate(often))[3] > vehicles  # each of them stands for three of the list


def test_probabilities_are_held_against_what_came_of_them() -> None:
    said = pl.DataFrame({"household": [0.96] * 10 + [0.9995] * 90 + [0.0], "right": [True] * 9 + [False] + [True] * 90 + [False]})
    steps = calibration(said)
    assert steps.select("low", "high", "rows").rows() == [(0.95, 0.98, 10), (0.999, 1.0, 90)]
    assert steps["expected"].round(4).to_list() == [0.96, 0.9995]
    assert steps["right"].to_list() == [0.9, 1.0]
    assert steps["right_low"][0] < 0.96 < steps["right_high"][0]
