"""Windows, year's end, reversals, repeats within a sum, validity dates and groups."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.month import Month


def bill(county, month: str, day: str | None, amount: float, household: str = "general", **more) -> None:
    county.row(month, "bills", household, event_date=date.fromisoformat(day) if day else None, amount=amount, **more)


@pytest.fixture
def bills(county, rule):
    """A county with one rule on invented bills; call it with the rule's fields."""
    county.with_feed("bills", event_date="date", amount="money", kind="text")

    def set_rule(**fields):
        county.with_rules(rule(**fields))
        return county

    return set_rule


WINDOWS = [
    # window, rows (list of month, date, amount), months screened with the measure found (None: no signal)
    ("single", [("2026-11", "2026-11-03", 600), ("2026-11", "2026-11-04", 600)], {"2026-11": None}),
    ("month", [("2026-11", "2026-11-03", 600), ("2026-11", "2026-11-04", 600)], {"2026-11": 1200}),
    ("month", [("2026-10", "2026-10-31", 600), ("2026-11", "2026-11-01", 600)], {"2026-11": None}),
    ("month", [("2026-10", "2026-10-03", 600), ("2026-11", "2026-10-31", 600)], {"2026-10": None, "2026-11": 1200}),  # late row
    ("year_to_date", [("2026-01", "2026-01-01", 600), ("2026-12", "2026-12-31", 400)], {"2026-12": 1000}),
    ("year_to_date", [("2025-12", "2025-12-31", 600), ("2026-01", "2026-01-01", 600)], {"2026-01": None}),
    ("year_to_date", [("2026-01", "2025-12-31", 600), ("2026-01", "2026-01-01", 600)], {"2026-01": None}),  # dated, not listed
    ("year_to_date", [("2025-12", "2025-12-20", 600), ("2026-01", "2025-12-31", 600)], {"2026-01": 1200}),  # last year, late
    ("year_to_date", [("2025-12", None, 600), ("2026-01", None, 600)], {"2026-01": None}),  # undated: by the list's month
    ("rolling_12", [("2025-12", "2025-12-01", 600), ("2026-11", "2026-11-30", 600)], {"2026-11": 1200, "2026-12": None}),
    ("rolling_12", [("2025-12", "2025-11-30", 600), ("2026-11", "2026-11-30", 600)], {"2026-11": None}),
    ("rolling_12", [("2025-12", "2025-12-31", 600), ("2026-01", "2026-01-01", 600)], {"2026-01": 1200}),
]


@pytest.mark.parametrize(("window", "rows", "expected"), WINDOWS)
def test_windows(bills, window, rows, expected) -> None:
    county = bills(window=window)
    for month, day, amount in rows:
        bill(county, month, day, float(amount))
    for month, measure in expected.items():
        assert county.screened(month).signals["measure"].to_list() == ([] if measure is None else [measure]), month


def test_a_row_listed_twice_counts_once_but_two_equal_rows_of_one_list_are_two(bills) -> None:
    county = bills(window="year_to_date", value=1)
    for month in ("2026-10", "2026-11"):
        bill(county, month, "2026-10-05", 300.0)
        bill(county, month, "2026-10-05", 300.0)
    assert county.screened("2026-11").signals["measure"].to_list() == [600.0]


def test_persons_of_a_household_are_measured_apart_unless_the_rule_is_for_households(bills) -> None:
    for per, expected in [("person", []), ("household", [1200.0])]:
        county = bills(window="month", per=per)
        county.rows.clear()
        for person in ("子", "女"):
            bill(county, "2026-11", "2026-11-05", 600.0, person=person)
        assert county.screened("2026-11").signals["measure"].to_list() == expected


@pytest.mark.parametrize(
    ("aggregate", "column", "measure"), [("any", None, 1.0), ("rows", None, 2.0), ("sum", "amount", 30.0), ("max", "amount", 20.0)]
)
def test_aggregates(bills, aggregate, column, measure) -> None:
    county = bills(window="month", value=0.5, measure={"aggregate": aggregate, "column": column})
    bill(county, "2026-11", "2026-11-05", 10.0)
    bill(county, "2026-11", "2026-11-06", 20.0)
    assert county.screened("2026-11").signals["measure"].to_list() == [measure]


@pytest.mark.parametrize(("operator", "hits"), [(">=", [1000, 1001]), (">", [1001]), ("<", [999]), ("<=", [999, 1000]), ("=", [1000])])
def test_operators(bills, operator, hits) -> None:
    county = bills(operator=operator)
    for amount, person in [(999.0, "子"), (1000.0, "女"), (1001.0, None)]:
        bill(county, "2026-11", "2026-11-05", amount, person=person)
    assert sorted(county.screened("2026-11").signals["measure"].to_list()) == hits


@pytest.mark.parametrize(
    ("where", "hits"),
    [
        ({"column": "kind", "values": ["甲"]}, ["甲"]),
        ({"column": "kind", "values": ["甲"], "negate": True}, [None, "乙"]),
        ({"column": "amount", "min": 2000}, ["乙"]),
        ({"column": "amount", "max": 1500}, ["甲"]),
        ({"any_of": ["amount"], "min": 2000, "negate": True}, ["甲"]),
    ],
)
def test_conditions(bills, where, hits) -> None:
    county = bills(where=[where], measure={"aggregate": "any"}, value=1, fact="{kind}")
    bill(county, "2026-11", "2026-11-01", 1500.0, person="子", kind="甲")
    bill(county, "2026-11", "2026-11-02", 2000.0, person="女", kind="乙")
    if where.get("column") == "kind":
        bill(county, "2026-11", "2026-11-03", 1700.0, person=None, kind=None)
    facts = [None if fact == "（未填）" else fact for fact in county.screened("2026-11").signals["fact"]]
    assert sorted(facts, key=str) == sorted(hits, key=str)


STAYS = [
    # rows on the lists (month, number, amount), what the last month finds of admission 1
    ([("2026-11", "1", 5000), ("2026-11", "1", -5000)], []),
    ([("2026-11", "1", 5000), ("2026-11", "1", -5000), ("2026-11", "1", 4200)], [4200]),
    ([("2026-11", "1", 5000), ("2026-11", "2", -5000)], [5000]),
    ([("2026-11", "1", 3000), ("2026-11", "2", 3000)], []),
    ([("2026-10", "1", 3000), ("2026-11", "1", 1000)], [4000]),  # paid in two parts
    ([("2026-10", "1", 3000), ("2026-11", "1", 3000)], []),  # the same row again, not two parts
    ([("2026-10", "1", 5000), ("2026-11", "1", -1500)], []),
    ([("2025-12", "1", 5000), ("2026-01", "1", -5000)], []),
    ([("2026-10", "1", 5000), ("2026-10", "1", -5000), ("2026-11", "1", 4100)], [4100]),
]


@pytest.mark.parametrize(("rows", "expected"), STAYS)
def test_reversals_net_out_within_an_admission(county, rows, expected) -> None:
    for month, number, amount in rows:
        county.stay(month, "registered", float(amount), number, day=f"{rows[0][0]}-10")
    signals = county.screened(rows[-1][0]).signals
    assert signals["measure"].to_list() == expected
    if expected:
        assert set(signals["row_ids"].item()) == {row["row_id"] for row in county.rows if row["admission_no"] == "1"}


def test_validity_dates_on_their_day(rule) -> None:
    november = rule(valid_from=date(2026, 11, 30), valid_to=date(2026, 11, 30))
    assert [november.holds_in(Month(2026, number)) for number in (10, 11, 12)] == [False, True, False]
    assert not rule(valid_from=date(2026, 12, 1)).holds_in(Month(2026, 11))
    assert not rule(valid_from=date(2021, 1, 1), valid_to=date(2026, 11, 29)).holds_in(Month(2026, 11))


def test_a_rule_out_of_force_finds_nothing(bills) -> None:
    for valid_to, found in [(date(2026, 10, 31), 0), (date(2026, 11, 30), 1)]:
        county = bills(valid_to=valid_to)
        county.rows.clear()
        bill(county, "2026-11", "2026-11-05", 5000.0)
        assert county.screened("2026-11").signals.height == found


GROUPS = [
    (["registered"], ["registered"]),
    (["general"], ["general"]),
    (["monitored"], ["monitored"]),
    (["registered", "monitored"], ["monitored", "registered"]),
    ([], ["general", "monitored", "registered"]),
]


@pytest.mark.parametrize(("groups", "households"), GROUPS)
def test_groups(bills, groups, households) -> None:
    county = bills(groups=groups)
    for household in ("registered", "general", "monitored"):
        bill(county, "2026-11", "2026-11-05", 5000.0, household)
    assert sorted(county.screened("2026-11").signals["household_id"]) == households
