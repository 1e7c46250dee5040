"""What a county sets for itself: its name and office, its lines and deadlines, which feeds, rules and databases it uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from contracts.errors import ConfigError
from contracts.feed import Feed, load_feeds
from contracts.load import Strict, check, read_yaml
from contracts.month import Month
from contracts.pack import LINE, Index, Override, load_indices, load_rules, overridden, threshold, with_changes
from contracts.rule import Rule
from contracts.tables import HOUSEHOLD

NATION = "全国"


class MonitoringLine(Strict):
    """The income line per person and year below which a household is looked at, 元, from a date on.

    Income counts over the 12 months before the month's end, or over fixed dates where a campaign says so (篇二: 2020-06-01 to 2021-05-31).
    """

    valid_from: date
    place: str | None = Field(default=None, description="province or county that it holds for; none: this county")
    value: float
    indicator: Literal["纯收入", "可支配收入"] = "纯收入"
    income_from: date | None = None
    income_to: date | None = None
    document: str

    @model_validator(mode="after")
    def _both_ends(self) -> Self:
        if (self.income_from is None) != (self.income_to is None):
            raise ValueError("give both `income_from` and `income_to`, or neither")
        return self

    def income_window(self, month: Month) -> tuple[date, date]:
        """First and last day of the income that is compared with the line in `month`."""
        if self.income_from is not None and self.income_to is not None:
            return self.income_from, self.income_to
        return month.plus(-11).start, month.end


class Lines(Strict):
    """`config/lines.yml`: lines as published, each with its place."""

    lines: list[MonitoringLine]


class Deadlines(Strict):
    """Working days of the Chinese calendar from assignment to the visit's report."""

    assign_day: int = Field(default=6, ge=1, le=28, description="day of the following month on which leads are handed out")
    early_day: int = Field(default=3, ge=1, le=28, description="day on which the month is screened once to see what is still missing")
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
    visited_months: int = Field(
        default=0,
        description="a yellow fact from before a visit of the last so many months, of a risk found true on it, sends nobody; 0: off",
    )


class Alarms(Strict):
    """When a place raises an area alarm (规模性返贫风险)."""

    min_households: int = Field(default=3, description="fewer households of one risk type are never an alarm")
    false_alarms: float = Field(default=0.05, description="alarms a month and level that chance alone may raise in the whole county")


class Clearing(Strict):
    """When a monitored household may be proposed for 风险消除."""

    months: int = Field(default=6, ge=1, description="since identification, and without a new risk (国家质量规则 2_11: 不少于6个月)")


class Drift(Strict):
    """When a list is told that its month differs from its own months before."""

    months: int = Field(default=12, ge=1, description="how many months back are looked at")
    least_months: int = Field(default=3, ge=2, description="with fewer months of history nothing is said")
    least_rows: int = Field(default=20, description="of shorter lists, and of smaller differences in rows, nothing is said")
    spreads: float = Field(default=4.0, description="so many robust standard deviations from the middle are unusual")
    rows_factor: float = Field(default=2.0, gt=1, description="and rows at least so many times more or less")
    fill_drop: float = Field(default=0.15, description="and a column filled less by at least this share of the rows")
    top_rise: float = Field(default=0.25, description="and one value in at least this share of the rows more")


class RegisterSize(Strict):
    """When a register is too small to be the county's: a wrong export would empty the villages' lists without a word."""

    least_share: float = Field(
        default=0.8, gt=0, le=1, description="of the households of the month before; with fewer the month stops and asks"
    )
    confirmed: list[str] = Field(default=[], description="months (YYYY-MM) whose smaller register is right, as somebody has made sure")


class Mail(Strict):
    """The mail account that alerts are sent from; its password is in the environment variable HULIAN_SMTP_PASSWORD."""

    host: str
    port: int = 465
    security: Literal["tls", "starttls", "none"] = Field(default="tls", description="none: only on the office's own network")
    sender: str
    recipients: list[str] = Field(min_length=1)
    user: str | None = Field(default=None, description="absent: the server asks for no login")


class Robot(Strict):
    """A group robot; its address, with the key in it, is in the environment variable HULIAN_ROBOT_<KEY>, a signing secret in …_SECRET."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: Literal["wecom", "dingtalk"] = Field(description="企业微信 or 钉钉")


class Alerts(Strict):
    """Who is told when something is wrong: one message a cause and day, without personal data."""

    link: str = Field(default="http://127.0.0.1:3000", description="address of the analysts' pages, which each message ends with")
    mail: Mail | None = None
    robots: list[Robot] = []


class Priority(Strict):
    """What makes one door more pressing than another; factors that are multiplied. They order the leads and drop none."""

    sudden: float = Field(default=3.0, description="sudden events, against 1 for a yellow lead")
    irreversible: float = Field(default=2.5, description="what cannot be undone: D级, drop-out")
    red: float = Field(default=2.0, description="red by two bureaus or by the amount")
    amount: float = Field(default=0.25, description="more for each further threshold that the amount reaches, at most three")
    bureau: float = Field(default=0.25, description="more for each further bureau")
    reason: float = Field(default=0.1, description="more for each further fact")
    identity: dict[str, float] = Field(
        default={"证件一致": 1.0, "姓名异": 0.8, "需核身份": 0.6}, description="how sure it is that this is the household"
    )
    prior_visits: float = Field(default=4.0, description="a rule without visits counts as if so many visits had been made")
    prior_true: float = Field(default=2.0, description="and so many of them had proved true")
    recent_months: int = Field(default=3, description="a visit of fewer months ago is recent")
    recent: float = 0.8
    never: float = Field(default=1.2, description="nobody was there in a year")


class Spending(Strict):
    """Which list holds what households had to pay themselves; it is taken off the income that is shown beside the line."""

    feed: str = "medical_inpatient"
    column: str = "self_paid"
    event_date: str = "event_date"


class Notice(Strict):
    """The public notice of proposals: how long it hangs (at least 5 days, as the guide of 2023 asks), and where objections are heard."""

    days: int = Field(default=5, ge=5)
    telephone: str | None = Field(default=None, pattern=r"^[0-9-]{3,14}$", description="the office's own; none: no number is printed")


class Retention(Strict):
    """How long things are kept, in months; null keeps them. Personal texts that are older are erased by `hulian desk expire`."""

    visits_months: int | None = Field(default=36, ge=1, description="visitors' names and remarks, after the visit; conclusions stay")
    authorisations_months: int | None = Field(default=None, ge=1, description="signed 承诺授权, after the signature")
    returned_months: int | None = Field(default=12, ge=1, description="workbooks that villages handed in, after their month")
    history_months: int | None = Field(
        default=3, ge=1, description="Dagster's record of runs that a later one of their month has superseded"
    )


class County(Strict):
    """`config/county.yml`. Paths are relative to the file itself."""

    code: str = Field(pattern=r"^\d{6}$")
    name: str
    province: str
    office: str
    places: str = "places.csv"
    feeds: str = "feeds"
    contradictions: str = "contradictions.yml"
    rules: list[str] = Field(description="the rule packs that the county follows")
    overrides: dict[str, Override] = Field(default={}, description="rule -> what this county sets otherwise in it, and by which document")
    indices: str = "indices.yml"
    lines: str = "lines.yml"
    matching: str = "matching.yml"
    monitoring_lines: list[MonitoringLine] = Field(default=[], description="the county's own lines; before those of `lines`")
    quality: str = Field(default="quality.yml", description="checks of the register against itself and the bureaus' lists")
    door_budget: int | None = Field(
        default=None, ge=1, description="most new yellow leads a village and month; the rest is carried over to the next month"
    )
    deadlines: Deadlines = Deadlines()
    suppression: Suppression = Suppression()
    priority: Priority = Priority()
    clearing: Clearing = Clearing()
    spending: Spending = Spending()
    alarms: Alarms = Alarms()
    drift: Drift = Drift()
    alerts: Alerts = Alerts()
    register_size: RegisterSize = RegisterSize()
    retention: Retention = Retention()
    notice: Notice = Notice()
    databases: dict[str, str] = Field(
        default={},
        description="key -> SQLAlchemy URL without password, which HULIAN_DB_<KEY>_PASSWORD gives; {home} is the data folder; "
        "the environment variable HULIAN_DB_<KEY> wins",
    )
    red_amount_factor: float = Field(default=2.0, description="a measure of so many thresholds makes a lead red")
    red_bureaus: int = Field(default=2, description="facts from so many bureaus make a lead red")

    @field_validator("databases")
    @classmethod
    def _no_password(cls, databases: dict[str, str]) -> dict[str, str]:
        for key, url in databases.items():
            if re.match(r"[^/]*://[^/@]*:[^@]*@", url) or re.search(r"[?&](?:password|pwd)=", url, re.IGNORECASE):
                raise ValueError(f"the address of {key!r} holds a password; take it out and set HULIAN_DB_{key.upper()}_PASSWORD instead")
        return databases

    def line(self, month: Month) -> MonitoringLine:
        """The monitoring line in force at the end of `month`: the county's own, else the province's, else the nation's.

        Raises `ConfigError` when none is.
        """
        for place in (None, self.name, self.province, NATION):
            valid = [line for line in self.monitoring_lines if line.place == place and line.valid_from <= month.end]
            if valid:
                return max(valid, key=lambda line: line.valid_from)
        raise ConfigError(f"county.yml: no monitoring line is valid in {month}. Add one under `monitoring_lines`.")

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
    indices: dict[str, Index] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Configuration:
        """Read `county.yml` at `path` and all that it names. Raises `ConfigError`, also for rules on unknown feeds or columns."""
        root = path.resolve().parent
        county = check(County, read_yaml(path), str(path))
        if (root / county.lines).exists():
            published = check(Lines, read_yaml(root / county.lines), str(root / county.lines)).lines
            county = county.model_copy(update={"monitoring_lines": [*county.monitoring_lines, *published]})
        feeds = load_feeds(root / county.feeds)
        rules = overridden(load_rules([root / name for name in county.rules]), county.overrides, str(path))
        configuration = cls(root, county, feeds, rules, load_indices(root / county.indices))
        configuration.check_rules()
        return configuration

    def check_rules(self) -> None:
        """Raise `ConfigError` for a rule that names a feed, column or index that is not there, or that shows a village too much."""
        for rule in self.rules.values():
            for name in rule.feeds:
                if name not in self.feeds:
                    raise ConfigError(f"规则 {rule.rule}：没有清单 {name}（{self.county.feeds}/ 下没有 {name}.yml）。请改正 feed。")
            if missing := sorted(rule.columns - self.columns_of(rule.feed)):
                has = "、".join(sorted(self.columns_of(rule.feed)))
                raise ConfigError(f"规则 {rule.rule}：清单 {rule.feed} 没有列 {'、'.join(missing)}。可用的列：{has}。")
            if rule.feed == self.register_feed.feed and rule.per != "household":
                raise ConfigError(f"规则 {rule.rule}：底册规则按户计，请写 per: household。")
            sensitive = {column.name for column in self.feeds[rule.feed].columns if column.sensitive}
            if shown := sorted(rule.village_columns & sensitive):
                raise ConfigError(
                    f"规则 {rule.rule}：village_fact 会让村里看到 {'、'.join(shown)}，"
                    f"清单 {rule.feed} 把它列为敏感。请从 village_fact 里去掉。"
                )
            if unknown := sorted(set(rule.index_names) - set(self.indices) - {LINE}):
                raise ConfigError(
                    f"规则 {rule.rule}：value 里的指数 {'、'.join(unknown)} 不在 {self.county.indices} 里。请补上或改正名称。"
                )

    def columns_of(self, feed: str) -> set[str]:
        """The columns that a rule may name: those of the feed, or of the households where the feed is the register."""
        return set(HOUSEHOLD) if feed == self.register_feed.feed else {column.name for column in self.feeds[feed].columns}

    def rules_of(self, month: Month) -> dict[str, Rule]:
        """All rules, those in force in `month` with their numbers. Raises `ConfigError` where an index has no figure."""
        return {name: self._resolved(rule, month) if rule.holds_in(month) else rule for name, rule in self.rules.items()}

    def _resolved(self, rule: Rule, month: Month) -> Rule:
        if not isinstance(rule.value, str):
            return rule
        places = [self.county.name, self.county.province]
        return rule.model_copy(update={"value": threshold(rule, month, self.indices, places, self.county.line(month).value)})

    def changed(self, changes: Mapping[str, Mapping[str, object]]) -> Configuration:
        """The configuration with fields of some rules changed. Raises `ConfigError` for an unknown rule or a field that does not fit."""
        unknown = sorted(set(changes) - set(self.rules))
        if unknown:
            raise ConfigError(f"没有规则 {'、'.join(unknown)}。`hulian rules list` 列出全部规则名称。")
        rules = {
            name: with_changes(rule, changes[name], f"规则 {name} 的改动") if name in changes else rule for name, rule in self.rules.items()
        }
        configuration = replace(self, rules=rules)
        configuration.check_rules()
        return configuration

    @property
    def register_feed(self) -> Feed:
        """The feed that holds the households themselves."""
        return next(feed for feed in self.feeds.values() if feed.role == "register")

    @property
    def bureau_feeds(self) -> dict[str, Feed]:
        """All feeds but the register."""
        return {name: feed for name, feed in self.feeds.items() if feed.role != "register"}
