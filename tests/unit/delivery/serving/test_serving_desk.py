"""Tokens and the access log: what is stored, what ends, and what a later change of the log shows."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from contracts.errors import HulianError
from delivery.serving.access_log import Access, AccessLog, ChainBroken, Standing, newest, verify
from delivery.serving.scope import Scope, ScopeError
from tests.unit.delivery.serving.world import FIRST, NOW, make

ACCESS = Access(1, "127.0.0.1", "GET", "/api/v1/months", "", 200, 10)


@pytest.fixture
def world(tmp_path):
    return make(tmp_path)


def test_a_token_is_stored_as_a_fingerprint_only(world):
    secret = world.secrets["county"]
    desk = b"".join(path.read_bytes() for path in world.home.root.glob("desk.sqlite*"))
    assert secret.encode() not in desk
    assert secret.removeprefix("hulian_").encode() not in desk


def test_a_token_ends_on_its_day(tmp_path):
    clock = [NOW]
    world = make(tmp_path, now=lambda: clock[0])
    client, browser = world.client("county"), world.browser("county")
    clock[0] = NOW + timedelta(days=90, seconds=-1)
    assert client.get("/api/v1/months").status_code == 200
    clock[0] = NOW + timedelta(days=90)
    assert client.get("/api/v1/months").status_code == 401
    assert browser.get("/months/2026-11").status_code == 401


def test_a_revoked_token_ends_with_its_sessions(world):
    client, browser = world.client("county"), world.browser("county")
    assert browser.get("/months/2026-11").status_code == 200
    world.service.tokens.revoke(1)
    assert client.get("/api/v1/months").status_code == 401
    assert browser.get("/months/2026-11").status_code == 401
    with pytest.raises(HulianError, match="already"):
        world.service.tokens.revoke(1)
    with pytest.raises(HulianError, match="no token 99"):
        world.service.tokens.revoke(99)


@pytest.mark.parametrize("words", ["", "county:x", "village:1", "village:522699100000", "town:522699100200", "bureau:", "person:杨"])
def test_a_scope_that_is_none_is_refused(words):
    with pytest.raises(ScopeError, match="Write county"):
        Scope.parse(words)


@pytest.mark.parametrize(("days", "label"), [(0, "某村"), (401, "某村"), (90, ""), (90, "某\n村")])
def test_a_token_without_end_or_holder_is_not_issued(days, label, world):
    with pytest.raises(HulianError, match="A token"):
        world.service.tokens.issue(Scope("county"), days, label)


def test_every_answer_is_in_the_log_and_nothing_that_was_typed(world):
    client = world.client(f"village:{FIRST}")
    client.get(f"/api/v1/months/2026-11/releases/1/villages/{FIRST}.xlsx")
    client.get("/api/v1/months/2026-11/releases/1/bureaus/杨正华522699195001011234.xlsx?sheet=杨正华")
    world.client().get("/杨正华")
    rows = [access for _, access in newest(world.desk.engine, 10)]
    assert [(row.token_id is None, row.status) for row in rows] == [(False, 200), (False, 404), (True, 404)]
    assert rows[0].subject == f"2026-11 1 村级/城关镇/第0村_{FIRST}_2026-11.xlsx xlsx"
    assert rows[0].bytes > 1000
    assert not re.search("杨正华|1950", str(rows))
    assert verify(world.desk.engine).rows == 3


CHANGES = [
    ("UPDATE accesses SET status = 404 WHERE number = 3", "row 3 is not"),
    ("UPDATE accesses SET subject = 'nothing' WHERE number = 5", "row 5 is not"),
    ("UPDATE accesses SET at = '2026-12-11 09:00:00.000000' WHERE number = 1", "row 1 is not"),
    ("DELETE FROM accesses WHERE number = 4", "row 4 is missing"),
    ("DELETE FROM accesses WHERE number = 1", "row 1 is missing"),
    ("DELETE FROM accesses WHERE number > 4", "5 rows were noted, 4 are left"),
    ("DELETE FROM accesses", "5 rows were noted, 0 are left"),
]


@pytest.mark.parametrize(("change", "told"), CHANGES)
def test_a_change_of_the_log_shows(change, told, world):
    log = AccessLog(world.desk.engine)
    for future in [log.add(ACCESS) for _ in range(5)]:
        future.result()
    log.close()
    noted = verify(world.desk.engine)
    assert noted.rows == 5
    with world.desk.engine.begin() as connection:
        connection.execute(text(change))
    with pytest.raises(ChainBroken, match=told):
        verify(world.desk.engine, noted)


def test_a_log_that_was_written_anew_shows_against_what_was_noted(world):
    AccessLog(world.desk.engine).add(ACCESS).result()
    with pytest.raises(ChainBroken, match="another digest"):
        verify(world.desk.engine, Standing(1, "0" * 64))


def test_two_servers_write_one_chain(world):
    logs = [AccessLog(world.desk.engine) for _ in range(2)]
    for future in [log.add(ACCESS) for _ in range(40) for log in logs]:
        future.result()
    assert verify(world.desk.engine).rows == 80


def test_what_cannot_be_written_down_is_not_handed_out(world):
    with world.desk.engine.begin() as connection:
        connection.execute(text("DROP TABLE accesses"))
    answer = world.client("county").get(f"/api/v1/months/2026-11/releases/1/villages/{FIRST}.xlsx")
    assert (answer.status_code, answer.json()["code"]) == (503, "no_log")
    assert "PK" not in answer.text
