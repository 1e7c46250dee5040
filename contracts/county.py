"""What a county sets for itself: its name and office, its lines and deadlines, which feeds, rules and databases it uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from contracts.errors import ConfigError
from contracts.feed import Feed, load_feeds
from contracts.load import Strict, check, read_yaml
from contracts.month import Month
from contracts.rule import Rule, load_rules


class MonitoringLine(Strict):
    """The income line per person and year below which a household is looked at, 元, from a date on."""

    valid_from: date
    value: float
    indicator: Literal["纯收入", "可支配收入"] = "纯收入"
    document: str


class Deadlines(Strict):
    """Working days of the Chinese calendar from assignment to the visit's report."""

    assign_day: int = Field(default=6, ge=1, le=28, description="day of the following month on which leads are handed out")
    normal: int = 5
    sudden: int = 2


class Suppression(Strict):
    """When a fact that was already sent may send the same door out again."""

    months: int = Field(default=6, description="after so many months an unchanged cumulative fact may be sent once more")
    step: float = Field(
        default=0.5, description="a cumulative measure fires again when it has grown by this share of its threshold or more"
    )
    same_event_days: int = Field(
        default=31, description="one kind of event of one household within so many days is one event, whoever reports it"
    )


class Alarms(Strict):
    """When a place raises an area alarm (规模性返贫风险)."""

    min_households: int = Field(default=3, description="fewer households of one risk type are never an alarm")
    false_alarms: float = Field(default=0.05, description="alarms a month and level that chance alone may raise in the whole county")


class Retention(Strict):
    """How long personal texts are kept, in months; null keeps them. What is older is erased by `hulian desk expire`."""

    visits_months: int | None = Field(default=36, ge=1, description="visitors' names and remarks, after the visit; conclusions stay")
    authorisations_months: int | None = Field(default=None, ge=1, description="signed 承诺授权, after the signature")
    returned_months: int | None = Field(default=12, ge=1, description="workbooks that villages handed in, after their month")


class County(Strict):
    """`config/county.yml`. Paths are relative to the file itself."""

    code: str = Field(pattern=r"^\d{6}$")
    name: str
    province: str
    office: str
    places: str = "places.csv"
    feeds: str = "feeds"
    rules: list[str]
    matching: str = "matching.yml"
    monitoring_lines: list[MonitoringLine]
    deadlines: Deadlines = Deadlines()
    suppression: Suppression = Suppression()
    alarms: Alarms = Alarms()
    retention: Retention = Retention()
    databases: dict[str, str] = Field(
        default={}, description="key -> SQLAlchemy URL; {home} is the data folder; the environment variable HULIAN_DB_<KEY> wins"
    )
    red_amount_factor: float = Field(default=2.0, description="a measure of so many thresholds makes a lead red")
    red_bureaus: int = Field(default=2, description="facts from so many bureaus make a lead red")

    def line(self, month: Month) -> MonitoringLine:
        """The monitoring line in force at the end of `month`; raises `ConfigError` when none is."""
        valid = [line for line in self.monitoring_lines if line.valid_from <= month.end]
        if not valid:
            raise ConfigError(f"county.yml: no monitoring line is valid in {month}. Add one under `monitoring_lines`.")
        return max(valid, key=lambda line: line.valid_from)

    def assigned_on(self, month: Month) -> date:
        """The day on which the leads of `month` are handed out, in the following month."""
        return month.plus(1).start.replace(day=self.deadlines.assign_day)


@dataclass(frozen=True)
class Configuration:
    """Everything under `config/`, read and checked once: the county, its feeds and its rules."""

    root: Path
    county: County
    feeds: dict[str, Feed]
    rules: dict[str, Rule]

    @classmethod
    def load(cls, path: Path) -> Configuration:
        """Read `county.yml` at `path` and all that it names. Raises `ConfigError`, also for rules on unknown feeds or columns."""
        root = path.resolve().parent
        county = check(County, read_yaml(path), str(path))
        feeds = load_feeds(root / county.feeds)
        rules = load_rules([root / name for name in county.rules])
        for rule in rules.values():
            if rule.feed not in feeds:
                raise ConfigError(f"rule {rule.rule!r}: there is no feed {rule.feed!r} under {county.feeds}/.")
            columns = {column.name for column in feeds[rule.feed].columns}
            if missing := sorted(rule.columns - columns):
                raise ConfigError(f"rule {rule.rule!r}: feed {rule.feed!r} has no column {', '.join(missing)}.")
            sensitive = {column.name for column in feeds[rule.feed].columns if column.sensitive}
            if shown := sorted(rule.village_columns & sensitive):
                raise ConfigError(f"rule {rule.rule!r}: `village_fact` shows {', '.join(shown)}, which feed {rule.feed!r} calls sensitive.")
        return cls(root, county, feeds, rules)

    @property
    def register_feed(self) -> Feed:
        """The feed that holds the households themselves."""
        return next(feed for feed in self.feeds.values() if feed.role == "register")

    @property
    def bureau_feeds(self) -> dict[str, Feed]:
        """All feeds but the register."""
        return {name: feed for name, feed in self.feeds.items() if feed.role != "register"}
