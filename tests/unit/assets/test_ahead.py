"""What is read ahead is what would have been read in its turn."""

from __future__ import annotations

import pytest

from assets.ahead import ReadAhead
from connectors.read import Arrived
from contracts.errors import HeldFeed
from contracts.tables import ARRIVAL, FINDING, empty


def arrived() -> Arrived:
    return Arrived(empty(ARRIVAL), empty(FINDING))


def not_again() -> Arrived:
    pytest.fail("read a second time")


def test_what_was_begun_is_taken_once() -> None:
    ahead, first, second = ReadAhead(), arrived(), arrived()
    ahead.begin("register", lambda: first)
    assert ahead.take("register", not_again) is first
    assert ahead.take("register", lambda: second) is second


def test_other_files_are_read_in_their_turn() -> None:
    ahead, now = ReadAhead(), arrived()
    ahead.begin(("register", "the files of yesterday"), arrived)
    assert ahead.take(("register", "the files of today"), lambda: now) is now


def test_a_held_feed_is_held_when_its_turn_comes() -> None:
    def held() -> Arrived:
        raise HeldFeed("文件里没有找到数据。")

    ahead = ReadAhead()
    ahead.begin("register", held)
    with pytest.raises(HeldFeed, match="没有找到数据"):
        ahead.take("register", not_again)
