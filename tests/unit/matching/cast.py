"""A small county for tests: a crowd that gives names their frequencies, and the people whom a test is about."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import polars as pl

from contracts.month import Month
from contracts.tables import ACCEPTED, conform
from matching.match import Matched, match
from matching.prepare.register import build_register
from matching.search.memory import Memory
from matching.settings import MatchingSettings
from standards import places

ROOT = Path(__file__).parents[3]
SETTINGS = MatchingSettings.load(ROOT / "config" / "matching.yml")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
VILLAGES = [f"{name}村" for name in ("杉木", "石板", "清水", "龙塘", "白岩", "枫香", "大寨", "小寨", "河口", "岩脚")]
PLACES = places.conform(
    pl.DataFrame(
        [{"code": "522699100000", "level": "town", "town": "云山镇", "name": "云山镇", "kind": "current"}]
        + [
            {"code": f"52269910020{n}", "level": "village", "town": "云山镇", "village": village, "name": village, "kind": "current"}
            for n, village in enumerate(VILLAGES)
        ]
        + [{"code": "522699100201", "level": "village", "town": "云山镇", "village": "石板村", "name": "老屋村", "kind": "merged"}]
    ),
    places.PLACE,
)


def number(birth: str, sequence: int, area: str = "522699") -> str:
    """A valid ID number."""
    id17 = f"{area}{birth}{sequence:03d}"
    return id17 + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(id17, WEIGHTS, strict=True)) % 11]


@cache
def crowd() -> list[dict[str, object]]:
    """600 households of three in ten villages; names repeat as they do in a county."""
    surnames, first, second = "杨吴龙潘石罗陆王李张刘陈", "国建文明光永正学应秀", "华平军林芳英兰珍强勇波梅"
    rows: list[dict[str, object]] = []
    for n in range(1800):
        household = n // 3
        birth = date(1940, 1, 1) + timedelta(days=n * 17 % 29000)
        surname = surnames[(household * 7 + household // 12) % 12]
        rows.append(
            {
                "household_id": f"H{household:04d}",
                "person_id": f"H{household:04d}-{n % 3}",
                "person_name": surname + first[n * 3 % 10] + second[(n * 5 + n // 10) % 12],
                "id_number": number(birth.strftime("%Y%m%d"), n % 900 + 50),
                "sex": "男" if (n % 900 + 50) % 2 else "女",
                "relation": ("户主", "配偶", "之子")[n % 3],
                "village": VILLAGES[household % 10],
                "group": f"{household // 10 % 5 + 1}组",
            }
        )
    return rows


def county(*people: dict[str, object]) -> list[dict[str, object]]:
    """The crowd and the people of a test; each needs household_id, person_name, and what the test is about."""
    named = [
        {"person_id": f"{person['household_id']}-{n}", "village": "杉木村", "group": "1组", "relation": "之子", **person}
        for n, person in enumerate(people)
    ]
    return [*crowd(), *named]


def accepted(rows: list[dict[str, object]], feed: str) -> pl.DataFrame:
    """Rows as the expectations hand them over."""
    numbered = [{"file": f"{feed}.xlsx", "sheet": "", "row_number": n, "part": 1, "town": "云山镇", **row} for n, row in enumerate(rows, 2)]
    frame = pl.DataFrame(numbered, infer_schema_length=None)
    frame = frame.with_columns(row_id=pl.format("{}#!{}", "file", "row_number") if "row_id" not in frame.columns else pl.col("row_id"))
    return conform(frame, ACCEPTED, keep_others=True)


def link(
    register: list[dict[str, object]],
    mentions: list[dict[str, object]],
    *,
    crowd_rows: int = 200,
    memory: Memory | None = None,
    settings: MatchingSettings = SETTINGS,
    unlisted: pl.DataFrame | None = None,
) -> Matched:
    """Links of `mentions` (feed `list` unless said), beside a list of the crowd in which everything is right."""
    built = build_register(accepted(register, "register"), PLACES, Month(2026, 11))
    good = [{**row, "feed": "good"} for row in crowd()[:: max(1, 1800 // crowd_rows)]]
    frames = []
    for feed in sorted({str(row.get("feed", "list")) for row in mentions} | {"good"}):
        rows = good if feed == "good" else [row for row in mentions if row.get("feed", "list") == feed]
        kept = [{key: value for key, value in row.items() if key not in {"feed", "household_id", "person_id"}} for row in rows]
        frames.append(conform(accepted(kept, feed), ACCEPTED).select(pl.lit(feed).alias("feed"), pl.all()))
    return match(pl.concat(frames), built.persons, built.households, PLACES, settings, memory=memory, unlisted=unlisted)


def found(matched: Matched, feed: str = "list") -> list[str | None]:
    """The household of each row of a list in order, `review`, or None for absent."""
    links = matched.links.filter(pl.col("feed") == feed).with_columns(n=pl.col("row_id").str.extract(r"!(\d+)").cast(pl.Int32)).sort("n")
    answer = pl.when(pl.col("status") == "linked").then("household_id").when(pl.col("status") == "review").then(pl.lit("review"))
    return links.select(answer.alias("answer"))["answer"].to_list()
