"""Acceptance: arrived rows in, sound records, refused rows and findings out.

Every refusal is the result of an expectation. A row is refused as a whole or kept as a whole: a row that names several people is
refused when each of its records fails; when only one fails, the row is kept and the bureau is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from contracts.errors import HeldFeed
from contracts.feed import Feed
from contracts.month import Month
from contracts.observed import OBSERVED
from contracts.tables import ACCEPTED, FINDING, SET_ASIDE, conform, empty
from expectations.canonical import Canonical, canonical, measures_of
from expectations.derived import batch
from expectations.profile import counted, judged, profile
from expectations.suite import PROBLEM, ROW, checks_of
from expectations.validate import Outcome, validate

ID_PROBLEMS = {  # what is wrong with an ID -> what the bureau reads
    "masked": "有几位被遮挡。",
    "lost_tail": "末尾几位被表格软件改掉了（显示为000或科学计数）。",
    "fifteen": "是15位旧号码。",
    "length": "位数不对。",
    "checksum": "校验位不符，至少有一位打错。",
    "birth": "里的出生日期不存在。",
}


@dataclass(frozen=True)
class Accepted:
    """`rows`: ACCEPTED and the feed's measures; `set_aside`: SET_ASIDE and the bureau's own columns; then FINDING and OBSERVED."""

    rows: pl.DataFrame
    set_aside: pl.DataFrame
    findings: pl.DataFrame
    observed: pl.DataFrame = field(default_factory=lambda: empty(OBSERVED))


def accept(feed: Feed, arrived_rows: pl.DataFrame, month: Month, *, households: int | None = None) -> Accepted:
    """Judge the arrived rows (ARRIVAL, then raw columns) of `feed` for `month`.

    Every arrived row is in `rows` (under its row_id, or with `/<part>` for the second person and later) or in `set_aside`, never in both.
    `households` is the size of the register, where known, for bounds on the number of rows. Raises `HeldFeed` when there are fewer rows
    than the contract's `hold_below`.
    """
    schema = {**ACCEPTED, **measures_of(feed)}
    if arrived_rows.is_empty():
        _hold_when_few(feed, 0)
        return Accepted(empty(schema), conform(arrived_rows, SET_ASIDE, keep_others=True), empty(FINDING))
    made = canonical(feed, arrived_rows)
    records = made.records.with_row_index(ROW)
    checks = checks_of(feed, month, households=households)
    looked_at = batch(feed, records, checks)
    outcomes = validate(looked_at, checks)
    if any(not outcome.passed and outcome.check.expect.column == "hold_below" for outcome in outcomes):
        _hold_when_few(feed, arrived_rows.height)
    failures = _failures(records, looked_at, outcomes)
    refused = _refused_lines(records, failures)
    findings = pl.concat([made.findings, _about_rows(feed, made, failures, refused), _about_table(feed, outcomes)])
    rows = conform(records.join(refused, on="line", how="anti", maintain_order="left"), schema)
    unknown = findings.filter(pl.col("code") == "unknown_column")["column"].unique().sort()
    numbers = {
        "rows": arrived_rows.height,
        "records": records.height,
        "accepted": rows.height,
        "set_aside": refused.height,
        "warned": findings.filter(pl.col("severity") == "warn")["row_id"].drop_nulls().str.replace(r"/\d+$", "").n_unique(),
    }
    return Accepted(
        rows=rows,
        set_aside=_set_aside(arrived_rows, failures.join(refused, on="line", how="semi")),
        findings=findings.sort("file", "sheet", "row_number", "code", nulls_last=False, maintain_order=True),
        observed=pl.concat(
            [judged(feed, outcomes, made.headers), counted(feed, numbers), profile(feed, records, made.headers, unknown.to_list())]
        ),
    )


def held(feed: Feed, reason: str) -> Accepted:
    """What a feed gives that is held as a whole: tables of its own columns without rows, and the reason as a finding."""
    finding = pl.DataFrame({"feed": [feed.feed], "code": ["feed_held"], "severity": ["hold"], "reason": [reason]})
    observed = counted(feed, {"held": 1})
    return Accepted(empty({**ACCEPTED, **measures_of(feed)}), empty(SET_ASIDE), conform(finding, FINDING), observed=observed)


def _hold_when_few(feed: Feed, rows: int) -> None:
    if rows < feed.rows.hold_below:
        raise HeldFeed(
            f"{feed.title}：本月只有{rows}行，少于最低的{feed.rows.hold_below}行。{feed.rows.why}"
            f"请核对是否漏报；标准见 config/feeds/{feed.feed}.yml 的 rows。"
        )


def _failures(records: pl.DataFrame, looked_at: pl.DataFrame, outcomes: Sequence[Outcome]) -> pl.DataFrame:
    """One row per failing record and check: record number, line, part, what failed, and what to tell."""
    told = {"code": pl.String, "column": pl.String, "check": pl.String, "on_failure": pl.String, "reason": pl.String, "advice": pl.String}
    found = [empty({ROW: pl.Int64, **told})]
    for outcome in outcomes:
        expect = outcome.check.expect
        values = (outcome.check.code, expect.column, expect.check, expect.on_failure, expect.reason, expect.advice)
        failing = outcome.failing.to_frame().with_columns(pl.lit(value).alias(name) for name, value in zip(told, values, strict=True))
        if expect.check == "valid_id" and failing.height:
            failing = _which_problem(looked_at, failing)
        found.append(failing)
    place = records.select(pl.col(ROW).cast(pl.Int64), "line", "row_id", "file", "sheet", "row_number")
    return pl.concat(found).join(place, on=ROW, how="left", maintain_order="left")


def _which_problem(looked_at: pl.DataFrame, failing: pl.DataFrame) -> pl.DataFrame:
    """Failures of an ID number with what exactly is wrong with it, in code and words."""
    column = failing.item(0, "column")
    problems = looked_at.select(ROW, pl.col(column + PROBLEM).alias("problem"))
    named = failing.join(problems, on=ROW, how="left", maintain_order="left")
    subject = {"head_id": "户主证件号码", "guardian_id": "监护人证件号码"}.get(column, "证件号码")
    words = pl.concat_str(pl.lit(subject), pl.col("problem").replace_strict(ID_PROBLEMS, default="不是有效的18位号码。"))
    return named.with_columns(code=pl.concat_str("code", pl.lit(":"), "problem"), reason=words).drop("problem")


def _refused_lines(records: pl.DataFrame, failures: pl.DataFrame) -> pl.DataFrame:
    """The arrived rows all of whose records fail an expectation that sets aside."""
    failing = failures.filter(on_failure="set_aside").select("line", ROW).unique().group_by("line").len("failing")
    parts = records.group_by("line").len("parts")
    return parts.join(failing, on="line").filter(pl.col("failing") == pl.col("parts")).select("line").sort("line")


def _set_aside(arrived: pl.DataFrame, failures: pl.DataFrame) -> pl.DataFrame:
    """The refused rows as they came, each with its reasons, said once even when several of its records give the same one."""
    once = failures.filter(on_failure="set_aside").unique(["line", "code"], maintain_order=True)
    why = once.group_by("line", maintain_order=True).agg(codes="code", columns="column", reasons="reason", advice="advice")
    rows = arrived.with_row_index("line").join(why, on="line", how="inner", maintain_order="left").drop("line")
    return conform(rows, SET_ASIDE, keep_others=True)


def _about_rows(feed: Feed, made: Canonical, failures: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """One finding per failing record and check; a record that fails in a row that is kept is warned about."""
    headers = pl.DataFrame(list(made.headers.items()), schema={"column": pl.String, "header": pl.String}, orient="row")
    is_refused = pl.col("line").is_in(refused["line"].implode())
    masked = pl.col("code").str.ends_with(":masked")
    # a bureau that masks its numbers on principle has made no mistake
    on_principle = masked & (masked.sum().over("column") * 2 > made.records.height)
    told = failures.join(headers, on="column", how="left", maintain_order="left").with_columns(
        feed=pl.lit(feed.feed),
        column=pl.when(pl.col("check") != "any_present").then("header"),
        severity=pl.when((pl.col("on_failure") == "set_aside") & is_refused)
        .then(pl.lit("set_aside"))
        .when(on_principle)
        .then(pl.lit("note"))
        .otherwise(pl.lit("warn")),
    )
    return conform(told, FINDING)


def _about_table(feed: Feed, outcomes: Sequence[Outcome]) -> pl.DataFrame:
    """Findings on the feed as a whole: how many rows came."""
    broken = [outcome.check.expect for outcome in outcomes if not outcome.passed and outcome.failing.is_empty()]
    rows = [(feed.feed, expect.column, "warn", expect.reason, expect.advice) for expect in broken]
    columns = dict.fromkeys(("feed", "code", "severity", "reason", "advice"), pl.String)
    return conform(pl.DataFrame(rows, schema=columns, orient="row"), FINDING)
