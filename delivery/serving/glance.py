"""A month at a glance: doors, what has been answered, what is late, by town and village, of what lies within a scope.

Leads come from the released ledger, of which only number, grade, place and deadline are kept; answers come from the desk. No name of a
person is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import polars as pl

from delivery.serving.lists import listings
from delivery.serving.scope import TOWN_DIGITS, Scope
from delivery.serving.shelf import Handout, Issue
from delivery.words import GRADES, OPEN_CONCLUSION

LEDGER, LEDGER_SHEET = "ledger", "线索台账"
COLUMNS = {"线索编号": "lead_id", "等级": "grade", "乡镇": "town", "行政村": "village", "办理时限": "due_on"}
RED = GRADES["red"]
UNPLACED = "未定"


@dataclass(frozen=True)
class Figures:
    """Counts of leads: all, red, answered, and past their deadline without an answer."""

    leads: int
    red: int
    answered: int
    late: int

    @property
    def state(self) -> str:
        """`late`, `done` or `open`: the first that holds."""
        return "late" if self.late else "done" if self.answered == self.leads else "open"

    @property
    def share(self) -> int:
        """Answered leads in whole percent; 100 only when all are."""
        return 100 * self.answered // self.leads if self.leads else 100


@dataclass(frozen=True)
class Place:
    """A village or a town with its figures; a town's villages are its `parts`."""

    code: str
    name: str
    figures: Figures
    parts: Sequence[Place] = ()


@dataclass(frozen=True)
class Glance:
    """What a scope sees of a month: everything together, by town, and the nearest deadline that is still open."""

    figures: Figures
    towns: Sequence[Place]
    next_due: date | None


@lru_cache(maxsize=36)
def _leads(ledger: Handout) -> pl.DataFrame:
    """One row per lead of a ledger: lead_id, grade, town, village, due_on, village_code (null where it has none). By lead_id."""
    found = listings(ledger.read(), ledger.kind, only=(LEDGER_SHEET,))
    rows = [[cells.get(heading) for heading in COLUMNS] for cells in (found[0].cells() if found else [])]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS.values(), pl.String), orient="row")
    return frame.with_columns(
        pl.col("due_on").str.to_date("%Y-%m-%d", strict=False),
        village_code=pl.col("lead_id").str.extract(r"^\d{4}-\d{2}-(\d{12})-"),
    ).sort("lead_id")


def leads_within(issue: Issue, scope: Scope, answers: pl.DataFrame, today: date) -> pl.DataFrame:
    """The leads of a release that `scope` covers, with `conclusion` (null: none), `is_answered` and `days_late` (null: not late).

    `answers`: lead_id and conclusion, the last word on each lead. Raises `Changing` while the release is being replaced.
    """
    ledger = next((file for file in issue.files if file.kind == LEDGER), None)
    if ledger is None or scope.kind == "bureau":
        return pl.DataFrame(schema={"lead_id": pl.String})
    frame = _leads(ledger).filter(_covers(scope)).join(answers.select("lead_id", "conclusion"), on="lead_id", how="left")
    is_answered = pl.col("conclusion").is_not_null() & (pl.col("conclusion") != OPEN_CONCLUSION)
    late = pl.lit(today).sub(pl.col("due_on")).dt.total_days()
    return (
        frame.with_columns(is_answered=is_answered)
        .with_columns(days_late=pl.when(~pl.col("is_answered") & (late > 0)).then(late))
        .sort("lead_id")
    )


def _covers(scope: Scope) -> pl.Expr:
    code = pl.col("village_code")
    if scope.kind == "town":
        return code.str.slice(0, TOWN_DIGITS) == scope.name[:TOWN_DIGITS]
    return code == scope.name if scope.kind == "village" else pl.lit(True)


def glance(leads: pl.DataFrame) -> Glance | None:
    """Figures of `leads_within`, by town and village in the order of their codes; null where there are no leads."""
    if leads.is_empty():
        return None
    counted = (
        leads.group_by("village_code", "town", "village")
        .agg(
            leads=pl.len(),
            red=(pl.col("grade") == RED).sum(),
            answered=pl.col("is_answered").sum(),
            late=pl.col("days_late").is_not_null().sum(),
        )
        .sort("village_code", "town", "village", nulls_last=True)
    )
    villages: dict[tuple[str, str], list[Place]] = {}
    for code, town, village, *counts in counted.iter_rows():
        key = (f"{code[:TOWN_DIGITS]}000" if code else "", town or f"{UNPLACED}乡镇")
        villages.setdefault(key, []).append(Place(code or "", village or f"{UNPLACED}行政村", Figures(*counts)))
    towns = [Place(code, name, _sum(parts), parts) for (code, name), parts in villages.items()]
    open_dates = leads.filter(~pl.col("is_answered"))["due_on"].drop_nulls()
    return Glance(_sum(towns), towns, open_dates.min() if open_dates.len() else None)  # type: ignore[arg-type]


def _sum(places: Sequence[Place]) -> Figures:
    every = [place.figures for place in places]
    return Figures(*(sum(getattr(each, name) for each in every) for name in ("leads", "red", "answered", "late")))
