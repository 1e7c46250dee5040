"""The acceptance report 验收报告: one page of HTML a month that opens offline, for the people who talk to the bureaus.

What came of every list, which expectations held, and how the month compares with those before. Counts, shares and row numbers only: no
value of a cell ever reaches it. Everything is inline (styles, little charts as SVG), escaped by the template, and without a script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import polars as pl

from contracts.county import County
from contracts.month import Month
from delivery.tables import ReleaseTables

TEMPLATE = "report.html"
SHOWN_ROWS = 12  # row numbers named per problem; the correction list has them all
WIDTH, HEIGHT = 132, 30  # of a little chart, in pixels
STATE_CLASSES = {"已收": "good", "未报": "bad", "暂缓": "bad", "沿用": "warn", "不需报": "idle"}
SEVERITIES = {"set_aside": "退回", "warn": "存疑", "hold": "暂缓", "note": "说明"}
DRIFT_WORDS = {"rows": "行数", "filled": "填写率", "top": "同一个值占比"}


@dataclass(frozen=True)
class Spark:
    """A little chart of a number over the months, ready for SVG."""

    points: str
    x: float
    y: float
    label: str


def write_report(path: Path, tables: ReleaseTables, month: Month, county: County) -> int:
    """Write the month's report; returns its number of lists."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"count": _count, "share": _share}
    lists = _lists(tables, month)
    page = environment.get_template(TEMPLATE).render(
        county=county, month=month, lists=lists, absent=tables.absent, totals=_totals(tables.reception), states=STATE_CLASSES
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return len(lists)


def _count(number: float | None) -> str:
    return "—" if number is None else f"{number:,.0f}"


def _share(number: float | None) -> str:
    if number is None:
        return "—"
    return f"{number:.0%}" if number == 0 or 0.1 <= number <= 0.995 or number == 1 else f"{number:.1%}"


def _totals(reception: pl.DataFrame) -> dict[str, int]:
    states = dict(reception.group_by("state").len().iter_rows())
    sums = reception.select(pl.col("rows", "accepted", "set_aside", "warned").sum()).row(0, named=True)
    return {**{state: states.get(state, 0) for state in STATE_CLASSES}, **sums, "lists": reception.height}


def _lists(tables: ReleaseTables, month: Month) -> list[dict[str, Any]]:
    """One entry per list, in the order of `RECEPTION`; of each its failed expectations first."""
    observed = tables.observed
    expectations = _by_feed(
        observed.filter(pl.col("kind") == "expectation").sort(pl.col("failed") > 0, "severity", "code", descending=[True, False, False])
    )
    drifts = _by_feed(observed.filter(pl.col("kind") == "drift"))
    lists = []
    for row in tables.reception.iter_rows(named=True):
        name = row["feed"]
        checks = expectations.get(name, [])
        findings = tables.findings.get(name)
        lists.append(
            {
                **row,
                "checks": checks,
                "failed_checks": sum(check["failed"] > 0 for check in checks),
                "cadence_why": tables.feeds[name].cadence.why if name in tables.feeds else "",
                "drift": _drift(drifts.get(name, [])),
                "problems": _problems(findings) if findings is not None else [],
                "spark": _spark(tables.history, row, month),
            }
        )
    return lists


def _by_feed(frame: pl.DataFrame) -> Mapping[str, list[dict[str, Any]]]:
    return frame.rows_by_key("feed", named=True, include_key=True) if frame.height else {}


def _drift(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Columns side by side: fill and commonest value, each with its usual range; and why nothing was judged, where so."""
    judged = [row for row in rows if row["severity"] != "note"]
    columns: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["code"] in {"filled", "top"}:
            columns.setdefault(row["column"], {"header": row["reason"]})[row["code"]] = row
    return {
        "count": sum(row["failed"] for row in rows),
        "rows": next((row for row in rows if row["code"] == "rows"), None),
        "columns": list(columns.values()),
        "silent": "" if judged or not rows else next(iter({row["why"] for row in rows if row["code"] == "rows"}), ""),
    }


def _problems(findings: pl.DataFrame) -> list[dict[str, Any]]:
    """What was found, counted, with the first row numbers: set aside first, then the most frequent."""
    kept = findings.filter(pl.col("severity") != "note").with_columns(
        order=pl.col("severity").replace_strict({"hold": 0, "set_aside": 1}, default=2)
    )
    counted = (
        kept.sort("file", "sheet", "row_number", nulls_last=False)
        .group_by("order", "severity", "code", "column", "reason", maintain_order=True)
        .agg(
            pl.len(),
            numbers=pl.col("row_number").drop_nulls().unique(maintain_order=True).head(SHOWN_ROWS),
            files=pl.col("file").n_unique(),
        )
        .sort("order", "len", "code", descending=[False, True, False])
    )
    return [{**row, "word": SEVERITIES[row["severity"]]} for row in counted.iter_rows(named=True)]


def _spark(history: pl.DataFrame, row: Mapping[str, Any], month: Month) -> Spark | None:
    """Rows over the months, this one last; none with no month before."""
    past = history.filter((pl.col("feed") == row["feed"]) & (pl.col("code") == "rows") & (pl.col("value") > 0)).sort("month")
    values = [*past["value"], *([float(row["rows"])] if row["rows"] else [])]
    if len(values) < 2:
        return None
    top = max(values)
    step = (WIDTH - 8) / (len(values) - 1)
    places = [(4 + step * index, HEIGHT - 4 - (HEIGHT - 8) * value / top) for index, value in enumerate(values)]
    label = "、".join(f"{name} {value:,.0f}行" for name, value in zip([*past["month"], str(month)], values, strict=False))
    x, y = places[-1]
    return Spark(" ".join(f"{across:.1f},{down:.1f}" for across, down in places), round(x, 1), round(y, 1), label)
