"""Answers on the desk: new, known, contradicting; sealed at rest; erased in time and not brought back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy.engine import make_url

from contracts.county import Retention
from contracts.errors import HulianError
from delivery.desk import ANSWER, Desk, open_desk
from delivery.desk.keys import rotate
from delivery.desk.retention import expire
from delivery.desk.vault import KEY, Vault
from delivery.desk.visits import HandedIn, hand_in, held_answers, settle, visits

VISITORS = ("石光明", "龙小妹")
TRUE, FALSE, OPEN = "属实-拟纳入", "不属实-数据有误", "暂未联系上"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(f"sqlite:///{tmp_path}/desk.sqlite")


def answer(conclusion: str, day: int, lead: str = "L1", note: str | None = "住院属实", signed: date | None = None) -> pl.DataFrame:
    row = (lead, f"H{lead[1:]}", conclusion, date(2026, 12, day), *VISITORS, note, signed)
    return pl.DataFrame([row], schema=dict(ANSWER), orient="row")


def give(desk: Desk, *answers: pl.DataFrame, origin: str = "a" * 64) -> HandedIn:
    return hand_in(desk, pl.concat(answers), name="石寨村.xlsx", origin=origin)


# What stood, what comes, and what becomes of it.
FOLLOWING = [
    (None, answer(TRUE, 8), HandedIn(1, 0, 0)),
    (answer(TRUE, 8), answer(TRUE, 8), HandedIn(0, 1, 0)),
    (answer(OPEN, 8), answer(TRUE, 9), HandedIn(1, 0, 0)),
    (answer(TRUE, 8), answer(TRUE, 9), HandedIn(1, 0, 0)),
    (answer(TRUE, 8), answer(FALSE, 9), HandedIn(0, 0, 1)),
    (answer(TRUE, 8), answer(OPEN, 9), HandedIn(0, 0, 1)),
]


@pytest.mark.parametrize(("stood", "comes", "becomes"), FOLLOWING)
def test_what_becomes_of_an_answer(stood: pl.DataFrame | None, comes: pl.DataFrame, becomes: HandedIn, desk: Desk):
    if stood is not None:
        give(desk, stood)
    assert give(desk, comes) == becomes
    assert give(desk, comes) == HandedIn(0, 1, 0), "and a second time nothing"


def test_a_contradiction_waits_for_a_person_and_his_word_counts(desk: Desk):
    give(desk, answer(TRUE, 8))
    give(desk, answer(FALSE, 9))
    assert held_answers(desk).select("lead_id", "conclusion", "stands").rows() == [("L1", FALSE, TRUE)]
    assert visits(desk)["conclusion"].to_list() == [TRUE]
    settle(desk, 1, is_taken=True, by="县办", why="再次入户核实")
    assert held_answers(desk).is_empty()
    assert desk.verifications(date.max)["conclusion"].to_list() == [FALSE]
    assert give(desk, answer(FALSE, 9)) == HandedIn(0, 1, 0)
    with pytest.raises(HulianError, match="No answer number 1"):
        settle(desk, 1, is_taken=False, by="县办", why="又改")


def test_what_a_person_did_not_take_is_not_asked_again(desk: Desk):
    give(desk, answer(TRUE, 8))
    give(desk, answer(FALSE, 9))
    settle(desk, 1, is_taken=False, by="县办", why="填错了户")
    assert give(desk, answer(FALSE, 9)) == HandedIn(0, 1, 0)
    assert desk.verifications(date.max)["conclusion"].to_list() == [TRUE]


def test_an_authorisation_that_was_handed_in_counts_from_its_day(desk: Desk):
    give(desk, answer(TRUE, 8, signed=date(2026, 12, 8)))
    assert desk.authorisations(date(2026, 12, 7)).is_empty()
    assert desk.authorisations(date(2026, 12, 8))["household_id"].to_list() == ["H1"]


def test_no_personal_text_can_be_read_in_the_files(desk: Desk, tmp_path: Path):
    give(desk, answer(TRUE, 8))
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert not [text for text in (*VISITORS, "住院属实") if text.encode() in stored]
    assert visits(desk).select("visitor_one", "visitor_two", "note").rows() == [(*VISITORS, "住院属实")]
    assert (tmp_path / "desk.key").stat().st_mode & 0o077 == 0


def test_another_key_opens_what_was_sealed_before_it(desk: Desk, tmp_path: Path):
    give(desk, answer(TRUE, 8))
    first = (tmp_path / "desk.key").read_text()
    assert rotate(desk) == 1
    assert (tmp_path / "desk.key").read_text().split()[1:] == first.split()
    assert rotate(open_desk(str(desk.engine.url)), forget=True) == 1
    assert len((tmp_path / "desk.key").read_text().split()) == 1
    assert visits(open_desk(str(desk.engine.url)))["visitor_one"].to_list() == [VISITORS[0]]


def test_a_wrong_key_is_told_without_what_was_sealed(desk: Desk, tmp_path: Path):
    give(desk, answer(TRUE, 8))
    (tmp_path / "desk.key").unlink()
    with pytest.raises(HulianError, match="does not open"):
        visits(open_desk(str(desk.engine.url)))


def test_the_environment_holds_the_key_where_it_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    address = make_url(f"sqlite:///{tmp_path}/other.sqlite")
    sealed = Vault.of(address).seal({"note": "a"})
    monkeypatch.setenv(KEY, f"{'A' * 43}=,{(tmp_path / 'desk.key').read_text().strip()}")
    vault = Vault.of(address)
    assert vault.open(sealed) == {"note": "a"}
    assert vault.open(vault.reseal(sealed or "")) == {"note": "a"}
    monkeypatch.setenv(KEY, "short")
    with pytest.raises(HulianError, match="32 bytes"):
        Vault.of(address).seal({"note": "a"})
    assert Vault.of(address).seal({"note": None}) is None, "nothing to seal, no key needed"


def test_what_is_past_its_time_is_erased_and_that_is_proven(desk: Desk, tmp_path: Path):
    give(desk, answer(TRUE, 8), answer(FALSE, 30, "L2", signed=date(2026, 12, 30)))
    give(desk, answer(FALSE, 8))
    for month in ("2026-10", "2026-12"):
        (tmp_path / "returned" / month).mkdir(parents=True)
        (tmp_path / "returned" / month / "石寨村.xlsx").touch()
    with desk.engine.connect() as connection:
        sealed = connection.exec_driver_sql("SELECT sealed FROM verifications ORDER BY number").scalars().all()
    rules = Retention(visits_months=12, authorisations_months=12, returned_months=13)
    counted = expire(desk.engine, tmp_path / "returned", rules, date(2028, 1, 5), dry_run=True)
    assert [(each.subject, each.before, each.erased, each.after) for each in counted] == [
        ("verifications.sealed", 2, 2, 2), ("held_answers.sealed", 1, 1, 1), ("authorisations", 1, 1, 1), ("returned", 2, 1, 2),
    ]  # fmt: skip
    expire(desk.engine, tmp_path / "returned", rules.model_copy(update={"visits_months": 13}), date(2028, 1, 5))
    assert visits(desk)["visitor_one"].to_list() == [*VISITORS[:1]] * 2, "December is not over 13 months before January"
    done = expire(desk.engine, tmp_path / "returned", rules, date(2028, 1, 5))
    assert [(each.erased, each.after) for each in done] == [(2, 0), (1, 0), (0, 0), (0, 1)]
    assert visits(desk).select("conclusion", "visitor_one", "note").rows() == [(TRUE, None, None), (FALSE, None, None)]
    assert not [text for text in sealed if any(text.encode() in path.read_bytes() for path in tmp_path.glob("desk.sqlite*"))]
    with desk.engine.connect() as connection:
        proof = connection.exec_driver_sql('SELECT subject, "before", erased, "after" FROM erasures ORDER BY number').all()
    assert [tuple(row) for row in proof] == [
        ("authorisations", 1, 1, 0), ("returned", 2, 1, 1), ("verifications.sealed", 2, 2, 0), ("held_answers.sealed", 1, 1, 0),
    ]  # fmt: skip
    assert give(desk, answer(TRUE, 8)) == HandedIn(0, 1, 0), "the same file does not bring back what was erased"
