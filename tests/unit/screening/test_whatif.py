"""A rule tried on past months gives the doors that it would have given, and touches nothing."""

from __future__ import annotations

import polars as pl
import pytest

from assets.whatif import changes_of
from contracts.errors import ConfigError
from contracts.month import Month
from contracts.tables import VERIFICATION, empty
from screening.screen import Earlier
from screening.whatif import Past, try_rules

MONTHS = ["2026-09", "2026-10", "2026-11"]


@pytest.fixture
def bills(county, rule):
    """Three months of bills and of unsafe water for three households; bills are summed over the year."""
    county.with_feed("bills", event_date="date", amount="money")
    county.with_rules(rule(window="year_to_date", cumulative=True), county.configuration.rules["water.unsafe"])
    amounts = {"registered": (900.0, 200.0, 600.0), "general": (1500.0, 10.0, 10.0), "monitored": (10.0, 10.0, 10.0)}
    for number, month in enumerate(MONTHS):
        for household, paid in amounts.items():
            county.row(month, "bills", household, event_date=Month.parse(month).start, amount=paid[number])
    county.row("2026-10", "water_unsafe", "registered", event_date=Month.parse("2026-10").start)
    return county


def played(county, changed) -> dict[str, list[str]]:
    """The doors of every month as screening gives them with `changed` rules."""
    enacted, county.configuration = county.configuration, changed
    doors = {month: sorted(county.screened(*MONTHS[: number + 1]).leads["household_id"]) for number, month in enumerate(MONTHS)}
    county.configuration = enacted
    return doors


def tried(county, changed):
    screened = {month: county.screened(*MONTHS[: number + 1]) for number, month in enumerate(MONTHS)}
    people = pl.DataFrame(schema={"household_id": pl.String, "person_id": pl.String, "person_name": pl.String, "relation": pl.String})

    def past_of(month: Month) -> Past:
        at = screened[str(month)]
        return Past(month, county.facts(str(month)), county.households, people, at.signals, at.leads, empty(VERIFICATION))

    return try_rules([Month.parse(month) for month in MONTHS], past_of, Earlier(), county.configuration, changed)


VALUES = [500.0, 999.0, 1000.0, 1100.0, 1600.0, 5000.0]


@pytest.mark.parametrize("value", VALUES)
def test_a_trial_finds_the_doors_that_screening_would(bills, value) -> None:
    changed = bills.configuration.changed({"bills": {"value": value}})
    expected = {world: played(bills, rules) for world, rules in (("enacted", bills.configuration), ("changed", changed))}
    trial = tried(bills, changed)
    for month, enacted, new, gained, _villages, lost, _too in trial.by_month.iter_rows():
        before, after = set(expected["enacted"][month]), set(expected["changed"][month])
        assert (enacted, new, gained, lost) == (len(before), len(after), len(after - before), len(before - after)), month
    assert bills.configuration.rules["bills"].value == 1000


def test_a_rule_that_starts_later_loses_its_doors_before(bills) -> None:
    changed = bills.configuration.changed({"bills": {"valid_from": "2026-11-30"}})
    assert tried(bills, changed).moved.select("month", "household_id", "change").rows() == [
        ("2026-09", "general", "lost"),
        ("2026-11", "general", "gained"),
    ]


def test_changes_are_read_from_the_command_line() -> None:
    assert changes_of(["a.b=20000", "a.b:per=household", "c=0.5 × 监测线"]) == {
        "a.b": {"value": 20000, "per": "household"},
        "c": {"value": "0.5 × 监测线"},
    }
    for text in ("a.b", "=3", "a="):
        with pytest.raises(ConfigError, match="看不懂"):
            changes_of([text])


def test_a_change_that_fits_no_rule_is_refused(bills) -> None:
    with pytest.raises(ConfigError, match="没有规则 nothing"):
        bills.configuration.changed({"nothing": {"value": 1}})
    with pytest.raises(ConfigError, match="字段 window"):
        bills.configuration.changed({"bills": {"window": "fortnight"}})
