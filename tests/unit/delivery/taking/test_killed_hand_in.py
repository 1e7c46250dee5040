"""Killed at any moment of a hand-in, nothing is half done: a workbook's answers are on the desk whole or not at all, and come in again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from contracts.home import Home
from delivery.desk import open_desk
from delivery.desk.entries import HandIn
from delivery.desk.visits import held_answers
from delivery.releases.issuing import release
from delivery.releases.proposal import write
from delivery.words import CONCLUSIONS
from pipelines.taking import take_in
from tests.filling import fill, forms, saved
from tests.killing import killed
from tests.unit.delivery import frames

IMPORTS = "from pipelines.taking import take_in"
FILLED = "filled.xlsx"
HAND_IN = f"take_in((home.root / '{FILLED}').read_bytes(), '{FILLED}', home, desk)"
SAID = (CONCLUSIONS[0], CONCLUSIONS[4], CONCLUSIONS[8], CONCLUSIONS[2])
LATER = date(2027, 1, 1)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A month that was released, one answer to it, and its workbook filled in: one of its answers contradicts."""
    home = Home(tmp_path_factory.mktemp("released") / "home")
    write(frames.MONTH, frames.tables(villages=1, households=6), home.proposal(frames.MONTH), frames.COUNTY, "one")
    issued, _ = release(home, open_desk(home.desk_url), frames.MONTH, by="样例办公室")
    (workbook,) = issued.folder.rglob("*第0村*.xlsx")
    for name, said in {"first.xlsx": SAID[1:2], FILLED: SAID}.items():
        book = openpyxl.load_workbook(workbook)
        for form, conclusion in zip(forms(book), said, strict=False):
            fill(form, conclusion, day=f"{frames.MONTH}-20", signed="已签")
        (home.root / name).write_bytes(saved(book))
    take_in((home.root / "first.xlsx").read_bytes(), "first.xlsx", home, open_desk(home.desk_url))
    return home


def test_killed_at_twenty_moments(released: Home, tmp_path: Path) -> None:
    before = on_the_desk(released)
    homes = killed(released, tmp_path, IMPORTS, HAND_IN)
    _, undisturbed = next(homes)
    after = on_the_desk(undisturbed)
    stood = []
    for moment, home in homes:
        found = on_the_desk(home)
        assert found in (before, after), moment
        stood.append(found == after)

        written = take_in((home.root / FILLED).read_bytes(), FILLED, home, open_desk(home.desk_url)).written  # handed in again
        assert (written.new == 0) == (found == after), moment
        assert written.new + written.same + written.held == len(SAID), moment
        assert on_the_desk(home) == after, moment
    assert set(stood) == {True, False}


def on_the_desk(home: Home) -> list[list[tuple[object, ...]]]:
    """What stands about the leads, what waits for a person, who signed, and which files came."""
    desk = open_desk(home.desk_url)
    with desk.engine.connect() as connection:
        came = [tuple(row) for row in connection.execute(select(HandIn.name, HandIn.understood, HandIn.held)).all()]
    tables = (desk.verifications(LATER), held_answers(desk), desk.authorisations(LATER))
    return [*(sorted(table.rows(), key=repr) for table in tables), sorted(came)]
