"""What-if over the lake: past months as screening left them, and the job that plays a change on them. Nothing in the lake is touched."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import dagster as dg
import polars as pl
import yaml

from assets.county import CountyResource
from assets.facts import carried_lists, columns_of, facts, linked_rows
from assets.lake import months_with, read
from assets.release import leads_handed_out
from assets.screening import earlier
from assets.tables import small_table
from contracts.county import Configuration
from contracts.errors import ConfigError
from contracts.home import Home
from contracts.month import Month
from contracts.tables import HOUSEHOLD, LEAD, PERSON, SIGNAL, conform, empty
from delivery import outcome
from delivery.desk import Desk, open_desk
from delivery.releases.issuing import handed_out
from matching.measure.quality import wilson
from screening.earlier import settled
from screening.signals import OF_HOUSEHOLD, OF_PERSON
from screening.suppression import WORDS
from screening.whatif import Past, Tried, try_rules


def changes_of(texts: list[str]) -> dict[str, dict[str, Any]]:
    """`rule=value` and `rule:field=value` by rule: a number or a sum for the value, anything YAML for a field.

    Raises `ConfigError` for a text that is neither.
    """
    changes: dict[str, dict[str, Any]] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not name or not value:
            raise ConfigError(
                f"“{text}”看不懂。写法：规则=数值，例如 medical.single.general=20000；或 规则:字段=值，例如 charity.aid:per=household。"
            )
        rule, _, field = name.partition(":")
        changes.setdefault(rule, {})[field or "value"] = yaml.safe_load(value)
    return changes


def try_changes(home: Home, configuration: Configuration, desk: Desk, changes: dict[str, dict[str, Any]], count: int) -> Tried:
    """The change played on the last `count` months that were screened.

    Raises `ConfigError` where no month was, or where the change does not fit.
    """
    last = max((Month.parse(path.stem) for path in home.lake.glob("signals/*.parquet")), default=None)
    if last is None:
        raise ConfigError(f"{home.root} 还没有筛查过的月份。先运行: hulian run --month YYYY-MM --home {home.root}")
    months = months_with(home, "signals", upto=last, months=count)
    changed = configuration.changed(changes)
    before = earlier(home, desk, months[0], configuration.county.assigned_on(months[0]))

    rules = [changed.rules[name] for name in changes]
    columns = columns_of(rules)

    @cache
    def lists_of(month: Month) -> Mapping[str, pl.DataFrame]:
        return linked_rows(home, month, columns)

    def past_of(month: Month) -> Past:
        return Past(
            month,
            facts(home, changed, month, carried_lists(home, month), rules, lists_of),
            read(home, "register/households", month, {name: HOUSEHOLD[name] for name in ("household_id", *OF_HOUSEHOLD)}, only=True),
            read(home, "register/persons", month, {name: PERSON[name] for name in OF_PERSON}, only=True),
            conform(pl.scan_parquet(home.table("signals", month)).drop(WORDS, strict=False).collect(), SIGNAL),
            read(home, "leads", month, {"household_id": pl.String}, only=True),
            desk.verifications(before=configuration.county.assigned_on(month)),
        )

    return try_rules(months, past_of, before, configuration, changed)


def yields_of(home: Home, configuration: Configuration, desk: Desk) -> pl.DataFrame:
    """Each rule against what visits found: YIELD, with a 95 % Wilson interval of each rate (`true_low`, `true_high`, …). By rule."""
    last = max(handed_out(home, desk), default=None)
    leads = empty(LEAD) if last is None else leads_handed_out(home, desk, upto=last)
    day = date.max if last is None else configuration.county.assigned_on(last.plus(12))
    found = outcome.yields(leads, settled(leads, desk.verifications(before=day)))
    made = found["verified"].to_numpy()
    bounds = {
        f"{name}_{end}": pl.Series(values)
        for name in ("true", "included")
        for end, values in zip(("low", "high"), wilson(found[name].to_numpy(), made), strict=True)
    }
    return found.with_columns(**{name: pl.when(pl.col("verified") > 0).then(bound) for name, bound in bounds.items()})


class TryConfig(dg.Config):
    """What to try: changes such as `medical.single.general=20000`, on so many of the last months."""

    change: list[str]
    months: int = 6


@dg.op(description="规则试算：过去几个月按改动后的规则重算一遍，看各村多几户、少几户；不改动任何结果。")
def try_rules_op(context: dg.OpExecutionContext, config: TryConfig, county: CountyResource) -> None:
    """Play the change and log what it does, month by month and for the villages that move most."""
    tried = try_changes(county.home, county.configuration, open_desk(county.desk_url), changes_of(config.change), config.months)
    context.log_event(
        dg.AssetMaterialization(
            asset_key="rules_tried",
            description="；".join(config.change),
            metadata={"按月": small_table(tried.by_month), "按村": small_table(tried.by_village.head(40))},
        )
    )


@dg.job(name="try_rules", description="规则试算：某条规则改动后各月、各村的线索户数增减。")
def try_rules_job() -> None:
    """What if a rule were otherwise."""
    try_rules_op()
