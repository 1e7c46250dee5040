"""A county of three households on which every test of screening is played."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from contracts.county import Configuration
from contracts.feed import Column, Feed
from contracts.month import Month
from contracts.pack import load_rules
from contracts.rule import Rule
from contracts.tables import HOUSEHOLD, PERSON, VERIFICATION, conform
from screening.measures import keyed
from screening.register import register_rows
from screening.screen import Earlier, Screened, screen
from screening.signals import Population, find_signals

CONFIG = Path(__file__).parents[3] / "config" / "county.yml"
VILLAGE = "522699101201"
DTYPES = {"date": pl.Date, "money": pl.Float64, "number": pl.Float64, "integer": pl.Int64}

# household_id, type, monitored kind, is_monitored, is_cleared, income
HOUSEHOLDS = [
    ("registered", "脱贫户", None, False, False, 9000.0),
    ("general", "一般农户", None, False, False, 7000.0),
    ("monitored", "一般农户", "边缘易致贫户", True, False, 7000.0),
]


@dataclass
class County:
    """Months of rows put in by hand; `screened` runs them one after the other, each seeing what the earlier ones sent."""

    configuration: Configuration
    rows: list[dict[str, Any]] = field(default_factory=list)
    verifications: list[dict[str, Any]] = field(default_factory=list)
    authorised: list[tuple[str, date]] = field(default_factory=list)
    households: pl.DataFrame = field(default_factory=lambda: households(HOUSEHOLDS))
    register_of: dict[str, pl.DataFrame] = field(default_factory=dict)

    def row(self, month: str, feed: str, household: str, *, person: str | None = "子", identity: str = "证件一致", **cells: Any) -> str:
        """One linked row; `person` 子 or 女 are members of every household, None links to the household only. Returns its row_id."""
        row_id = f"{month}/{feed}.xlsx#Sheet1!{len(self.rows) + 1}"
        person_id = f"{household}-{person}" if person else None
        self.rows.append(
            {
                "feed": feed,
                "row_id": row_id,
                "month": month,
                "household_id": household,
                "person_id": person_id,
                "identity": identity,
                **cells,
            }
        )
        return row_id

    def stay(self, month: str, household: str, self_paid: float, number: str = "1", day: str | None = None, **cells: Any) -> str:
        """One row of the inpatient list."""
        when = date.fromisoformat(day) if day else Month.parse(month).start.replace(day=10)
        return self.row(
            month, "medical_inpatient", household, visit_kind="住院", admission_no=number, self_paid=self_paid, event_date=when, **cells
        )

    def with_rules(self, *rules: Rule) -> None:
        """Let only these rules hold."""
        self.configuration = replace(self.configuration, rules={rule.rule: rule for rule in rules})

    def with_pack(self, name: str) -> None:
        """Let the rules of one shipped pack hold."""
        self.with_rules(*load_rules([CONFIG.parent / "rules" / f"{name}.yml"]).values())

    def with_feed(self, name: str, **columns: str) -> None:
        """Add an invented risk feed."""
        feed = Feed(
            feed=name,
            title=name,
            bureau=f"{name}局",
            role="risk",
            source={"files": ["*.csv"]},
            columns=[Column(name=column, headers=[column], type=kind) for column, kind in columns.items()],
        )
        self.configuration = replace(self.configuration, feeds={**self.configuration.feeds, name: feed})

    def facts(self, upto: str) -> dict[str, pl.LazyFrame]:
        """The linked rows of every feed up to a month, as the assets give them."""
        found: dict[str, pl.LazyFrame] = {}
        for name, feed in self.configuration.feeds.items():
            rows = [row for row in self.rows if row["feed"] == name and row["month"] <= upto]
            fixed = dict.fromkeys(("row_id", "month", "household_id", "person_id", "identity", "person_name"), pl.String)
            schema = {**fixed, **{column.name: DTYPES.get(column.type, pl.String) for column in feed.columns}}
            if name == "register":
                months = sorted({row["month"] for row in self.rows if row["month"] <= upto} | {upto})
                found[name] = pl.concat([self._register(month) for month in months], how="diagonal_relaxed")
            elif rows:
                frame = pl.DataFrame([{key: row.get(key) for key in schema} for row in rows], schema=schema)
                found[name] = keyed(frame.lazy().with_columns(listed=pl.col("month").str.to_date("%Y-%m").dt.month_end()))
        return found

    def _register(self, month: str) -> pl.LazyFrame:
        """The households as rows of `month`, as they stand or as `register_of` has them."""
        homes = self.register_of.get(month, self.households)
        return keyed(register_rows(homes.lazy(), persons(homes).lazy(), Month.parse(month)))

    def found(self, month: str) -> pl.DataFrame:
        """What all rules find in one month, with everybody's authorisation."""
        at = Month.parse(month)
        return find_signals(
            at,
            rules=self.configuration.rules_of(at),
            feeds=self.configuration.feeds,
            county=self.configuration.county,
            facts=self.facts(month),
            population=Population.of(self.households, persons(self.households), self.households.select("household_id")),
        )

    def screened(self, *months: str) -> Screened:
        """Screen the months in turn and return what the last one found."""
        earlier = Earlier(verifications=conform(pl.DataFrame(self.verifications), VERIFICATION))
        for month in months:
            result = screen(
                Month.parse(month),
                self.configuration,
                self.facts(month),
                self.households,
                persons(self.households),
                pl.DataFrame(self.authorised, schema={"household_id": pl.String, "signed_on": pl.Date}, orient="row"),
                earlier,
            )
            earlier = Earlier(
                pl.concat([earlier.signals, result.signals.with_columns(month=pl.lit(month))]),
                pl.concat([earlier.leads, result.leads]),
                pl.concat([earlier.suppressed, result.suppressed]),
                earlier.verifications,
            )
        return result


def households(rows: list[tuple[str, str, str | None, bool, bool, float | None]]) -> pl.DataFrame:
    columns = ["household_id", "household_type", "monitored_kind", "is_monitored", "is_cleared", "income_per_capita"]
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    place = {"town": "云岭镇", "village": "大寨村", "village_code": VILLAGE, "head_name": "杨大山"}
    return conform(frame.with_columns([pl.lit(text).alias(name) for name, text in place.items()], members=pl.lit(4)), HOUSEHOLD)


def persons(of: pl.DataFrame) -> pl.DataFrame:
    members = pl.DataFrame({"who": ["子", "女"], "person_name": ["杨小山", "杨小水"], "relation": ["之子", "之女"]})
    crossed = of.select("household_id").join(members, how="cross")
    return conform(crossed.with_columns(person_id=pl.concat_str("household_id", pl.lit("-"), "who")), PERSON)


@pytest.fixture(scope="session")
def configuration() -> Configuration:
    return Configuration.load(CONFIG)


@pytest.fixture
def county(configuration: Configuration) -> County:
    return County(configuration)


@pytest.fixture
def rule() -> Callable[..., Rule]:
    """Make a rule on the invented feed `bills` (event_date, amount)."""

    def make(name: str = "bills", **fields: Any) -> Rule:
        usual = {
            "rule": name,
            "title": name,
            "feed": "bills",
            "measure": {"aggregate": "sum", "column": "amount", "unit": "元"},
            "value": 1000,
            "valid_from": date(2021, 1, 1),
            "risk_type": "因病",
            "event_date": "event_date",
            "fact": "{name}累计{value}元",
            "village_fact": "{name}支出较大",
            "document": {"title": "文件", "paragraph": "一"},
        }
        return Rule.model_validate({**usual, **fields})

    return make
