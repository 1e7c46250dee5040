"""What the office is told when something is wrong: a cause, a title and a few lines, in Chinese and without personal data.

What belongs here: from tables to messages. How a message is posted is `delivery.post`; when one is looked for is Dagster's affair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from contracts.feed import Feed
from contracts.month import Month

MOST = 12  # lines of one message: it is read on a telephone


@dataclass(frozen=True)
class Alert:
    """One message. `cause` is what it is about: the same cause is told once a day. `place` is a page of the analysts' interface."""

    cause: str
    title: str
    lines: tuple[str, ...]
    place: str = "/"

    def text(self, link: str) -> str:
        """The message as plain text."""
        return "\n".join([self.title, *self.lines, f"查看：{link.rstrip('/')}{self.place}"])


def late(month: Month, feeds: Mapping[str, Feed], missing: Mapping[str, date]) -> list[Alert]:
    """Lists that should have come by now; `missing` says by feed since which day."""
    if not missing:
        return []
    named = [
        f"{feeds[name].bureau}《{feeds[name].title}》（{day.month}月{day.day}日到期）"
        for name, day in sorted(missing.items(), key=lambda each: (each[1], each[0]))
    ]
    return [Alert(f"late:{month}", f"{_month(month)}有{len(named)}张清单过期未到", _shortened(named), "/assets")]


def held(month: Month, feeds: Mapping[str, Feed], findings: Mapping[str, pl.DataFrame]) -> list[Alert]:
    """Lists that came but cannot be used; the other ones go on without them."""
    stopped = [name for name, frame in sorted(findings.items()) if "hold" in frame["severity"]]
    if not stopped:
        return []
    named = [f"{feeds[name].bureau}《{feeds[name].title}》" for name in stopped]
    return [Alert(f"held:{month}", f"{_month(month)}有{len(named)}张清单不能使用，请退回部门重报", _shortened(named), "/assets")]


def inaccurate(month: Month, feeds: Mapping[str, Feed], over: Sequence[str], limit: float) -> list[Alert]:
    """Lists whose automatic links are wrong more often than `limit` for certain."""
    if not over:
        return []
    named = [f"{feeds[name].bureau}《{feeds[name].title}》" for name in over]
    lines = (*_shortened(named), f"上限：每 {round(1 / limit):,} 条自动关联最多错 1 条")
    return [Alert(f"accuracy:{month}", f"{_month(month)}有{len(named)}张清单自动关联的差错超过上限", lines, "/assets/matching_quality")]


def area(month: Month, alarms: pl.DataFrame) -> list[Alert]:
    """Places with more households of one risk than chance explains (规模性返贫风险)."""
    if alarms.is_empty():
        return []
    named = [
        f"{each['town']}{each['village'] or ''}：{each['risk_type']} {each['households']} 户（平常约 {each['expected']:.1f} 户）"
        for each in alarms.sort("p_value", "code", "risk_type").iter_rows(named=True)
    ]
    return [Alert(f"area:{month}", f"{_month(month)}有{len(named)}条区域预警", _shortened(named), "/assets/area_alarms")]


def overdue(month: Month, leads: pl.DataFrame) -> list[Alert]:
    """Visits past their deadline."""
    if leads.is_empty():
        return []
    longest = leads["days_overdue"].sort(descending=True)[0]
    lines = (f"涉及 {leads['village_code'].n_unique()} 个村，最长超期 {longest} 天",)
    return [Alert(f"overdue:{month}", f"截至{_month(month)}有{leads.height}条线索超期未核实", lines, "/assets/overdue")]


def failed(runs: Mapping[str, str]) -> list[Alert]:
    """Runs that ended with an error; `runs` says by their number what was run."""
    return [
        Alert(
            f"failed:{what}", f"运行失败：{what}", ("已完成的部分都保留着，排除原因后重新运行即可，见 docs/runbook.md",), f"/runs/{number}"
        )
        for number, what in sorted(runs.items())
    ]


def _month(month: Month) -> str:
    return f"{month.year}年{month.number}月"


def _shortened(lines: Sequence[str]) -> tuple[str, ...]:
    """`lines`, the later ones as a number where there are too many."""
    return tuple(lines) if len(lines) <= MOST else (*lines[:MOST], f"……共 {len(lines)} 条")
