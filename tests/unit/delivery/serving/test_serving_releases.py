"""Of each month the release that stands is handed out, and none other."""

from __future__ import annotations

from pathlib import Path

from delivery.releases.issuing import release, withdraw
from delivery.releases.proposal import write
from tests.unit.delivery import frames
from tests.unit.delivery.serving.world import FIRST, NOVEMBER, World, make

ROOT = "/api/v1/months/2026-11/releases"


def numbers(world: World) -> list[tuple[int, str, bool]]:
    listed = world.client("county").get(ROOT).json()["releases"]
    return [(each["release"], each["state"], each["is_current"]) for each in listed]


def workbook(world: World, number: int | str) -> tuple[int, str]:
    """Status and validator of a village's workbook."""
    answer = world.client(f"village:{FIRST}").get(f"{ROOT}/{number}/villages/{FIRST}.xlsx")
    return answer.status_code, answer.headers.get("etag", "")


def test_a_superseded_release_is_listed_and_no_longer_given_out(tmp_path: Path) -> None:
    world = make(tmp_path)
    (_, first), _ = workbook(world, 1), workbook(world, "current")
    write(NOVEMBER, frames.tables(villages=1, households=5), world.home.proposal(NOVEMBER), frames.COUNTY, "again")
    assert workbook(world, "current") == (200, first), "a proposal is nobody's"
    release(world.home, world.desk, NOVEMBER, by="县农业农村局", why="补报")
    assert numbers(world) == [(2, "有效", True), (1, "已被取代", False)]
    assert workbook(world, 1)[0] == 404
    assert workbook(world, 2) == workbook(world, "current") != (200, first)
    assert "第 2 号发布" in world.browser("county").get("/months/2026-11").text


def test_a_withdrawn_month_is_not_handed_out(tmp_path: Path) -> None:
    world = make(tmp_path)
    withdraw(world.home, world.desk, NOVEMBER, by="县农业农村局", why="误发")
    assert numbers(world) == [(1, "已撤回", False)]
    assert [workbook(world, number)[0] for number in (1, "current")] == [404, 404]
    assert world.client("county").get("/api/v1/months").json()["months"] == ["2026-10"]
