"""Acceptance as a whole, when every list has been judged: what came of each, and how the month differs from the months before."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.county import CountyResource, month_of
from assets.lake import months_with, read
from assets.tables import MONTHS, out, output, small_table
from contracts.feed import Feed
from contracts.home import Home
from contracts.month import Month
from contracts.observed import OBSERVED
from contracts.tables import empty
from expectations.drift import drift
from expectations.reception import reception

STATE_HEADINGS = {
    "title": "清单", "bureau": "部门", "state": "状态", "carried_from": "沿用", "rows": "行数", "accepted": "验收合格", "set_aside": "退回",
    "warned": "存疑",
}  # fmt: skip


def acceptance_asset(feeds: dict[str, Feed]) -> dg.AssetsDefinition:
    """What came of every list (`reception`), and what is unusual about it (`drift`, `drift_measured`)."""

    @dg.multi_asset(
        name="acceptance",
        partitions_def=MONTHS,
        deps=[dg.AssetKey(["observed", feed]) for feed in feeds],
        outs={name: out(name, "accepted") for name in ("reception", "drift", "drift_measured")},
        check_specs=[
            dg.AssetCheckSpec("all_lists_came", asset="reception", description="到期的清单都已收到"),
            dg.AssetCheckSpec("as_before", asset="drift", description="行数、各列填写率和取值与以往各月相近（Great Expectations）"),
        ],
    )
    def acceptance(context: dg.AssetExecutionContext, county: CountyResource) -> Iterator[dg.Output[pl.DataFrame] | dg.AssetCheckResult]:
        month = month_of(context)
        observed = pl.concat(read(county.home, f"observed/{feed}", month, OBSERVED) for feed in feeds)
        settings = county.configuration.county.drift
        findings, measured = drift(observed, history(county.home, month, feeds, settings.months), settings)
        received = reception(feeds, month, observed)
        missing = received.filter(pl.col("state").is_in(["未报", "暂缓", "沿用"]))
        yield output("reception", received, 收件=small_table(received.select(list(STATE_HEADINGS)).rename(STATE_HEADINGS)))
        yield output("drift", findings, 变化=small_table(findings.select("feed", "code", "reason")))
        yield output("drift_measured", measured)
        yield dg.AssetCheckResult(
            check_name="all_lists_came",
            asset_key="reception",
            passed=missing.is_empty(),
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"未收到": small_table(missing.select("bureau", "title", "state", "carried_from"))},
        )
        yield dg.AssetCheckResult(
            check_name="as_before",
            asset_key="drift",
            passed=findings.is_empty(),
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"变化": findings.height, "历史不足": int((measured["severity"] == "note").sum())},
        )

    return acceptance


def history(home: Home, month: Month, feeds: dict[str, Feed], months: int) -> pl.DataFrame:
    """What was counted of each list in up to `months` months before `month`: `OBSERVED` and `month`."""
    before = [
        pl.read_parquet(home.table(f"observed/{feed}", each)).filter(pl.col("kind") == "profile").with_columns(month=pl.lit(str(each)))
        for feed in feeds
        for each in months_with(home, f"observed/{feed}", upto=month.plus(-1), months=months)
    ]
    return pl.concat(before) if before else empty({**OBSERVED, "month": pl.String})
