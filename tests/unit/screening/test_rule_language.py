"""What a rule can say: small sums, indices of a year, changes between lists, events to count from, and what a county sets otherwise."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from contracts.county import Configuration, MonitoringLine
from contracts.errors import ConfigError
from contracts.expression import Named, parse
from contracts.month import Month
from contracts.pack import Index, Override, load_rules, overridden, threshold

CONFIG = Path(__file__).parents[3] / "config" / "county.yml"

SUMS = [
    ("2 + 3 × 4", 14.0),
    ("(2＋3) ÷ 2 - 1", 1.5),
    ("-2", -2.0),
    ("50% × 收入（上年）", 500.0),
    ("50%的收入(上年)", 500.0),
    ("1.5 * 收入", 1650.0),
    ("收入（-2）", 900.0),
]
INCOME = {0: 1100.0, -1: 1000.0, -2: 900.0}


@pytest.mark.parametrize(("text", "value"), SUMS)
def test_sums(text, value) -> None:
    def meaning(named: Named) -> float:
        assert named.name == "收入"
        return INCOME[named.years]

    assert parse(text).evaluate(meaning) == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["", "2 ** 9", "open('x')", "a.b", "a[0]", "f(1)", "a(去年的)", "lambda: 1", "1 if a else 2", "a, b", "True", "1" * 300]
)
def test_nothing_but_sums_is_let_through(text) -> None:
    with pytest.raises(ValueError, match="看不懂"):
        parse(text)


PUBLISHED = [(2025, "某省", 16000.0), (2025, "某县", 15000.0), (2024, "某省", 14000.0)]
VALUES = [{"year": year, "place": place, "value": value, "document": "公报"} for year, place, value in PUBLISHED]
INDEX = {"收入": Index(name="收入", values=VALUES)}


def test_a_value_follows_the_index_of_its_year_and_place(rule) -> None:
    half = rule(value="0.5 × 收入（上年）")
    assert threshold(half, Month(2026, 1), INDEX, ["某县", "某省"], 0.0) == 7500.0
    assert threshold(half, Month(2025, 12), INDEX, ["某县", "某省"], 0.0) == 7000.0
    assert threshold(rule(value="1.5 × 监测线"), Month(2026, 1), {}, [], 6000.0) == 9000.0
    with pytest.raises(ConfigError, match="规则 bills 在 2024-12 要用 某县或某省 2023 年的“收入”"):
        threshold(half, Month(2024, 12), INDEX, ["某县", "某省"], 0.0)


def test_an_indexed_value_is_compared_at_below_and_above(county) -> None:
    county.with_pack("income_share_2022")
    for number, paid in enumerate([8249.99, 8250.0, 8250.01]):  # 50 % of 16,500, the sample's income of 2025; 超过 excludes the number
        county.stay("2026-11", "registered", paid, str(number), person=("子", "女", None)[number])
    for number, paid in enumerate([16500.0, 16500.01]):
        county.stay("2026-11", "general", paid, f"g{number}", person=("子", "女")[number])
    signals = county.screened("2026-11").signals.sort("rule")
    assert signals.select("rule", "measure", "threshold").rows() == [
        ("income_share.general", 16500.01, 16500.0),
        ("income_share.registered", 8250.01, 8250.0),
    ]


@pytest.fixture
def bills(county, rule):
    county.with_feed("bills", event_date="date", amount="money", other="money")
    county.with_feed("accidents", event_date="date", outcome="text")

    def play(rows, **fields):
        county.rows.clear()
        county.with_rules(rule(**fields))
        for feed, month, day, cells in rows:
            county.row(month, feed, "general", event_date=date.fromisoformat(day), **cells)
        return county

    return play


def test_columns_are_added_up_and_an_empty_cell_is_nothing(bills) -> None:
    for column, other, expected in [
        ("amount + other", 400.0, [1000.0]),
        ("amount + other", None, []),
        ("amount - other", -400.0, [1000.0]),
    ]:
        rows = [("bills", "2026-11", "2026-11-03", {"amount": 600.0, "other": other})]
        assert bills(rows, measure={"aggregate": "sum", "column": column}).screened("2026-11").signals["measure"].to_list() == expected


@pytest.mark.parametrize(
    ("months", "day", "found"),
    [(3, "2026-09-01", True), (3, "2026-08-31", False), (1, "2026-10-31", False), (11, "2026-01-01", True), (11, "2025-12-31", False)],
)
def test_rolling_windows_end_where_they_say(bills, months, day, found) -> None:
    rows = [("bills", day[:7], day, {"amount": 600.0}), ("bills", "2026-11", "2026-11-30", {"amount": 400.0})]
    assert bills(rows, window=f"rolling_{months}").screened("2026-11").signals.height == found


DECEMBER = ("2025-12", "2025-12-20")
EARLY, LATE = ("2025-12", "2025-12-19", 900), ("2026-01", "2026-01-03", 400)
SINCE = [
    # accidents (list, day), bills (list, day, amount), what is found in January
    ([DECEMBER], [EARLY, ("2025-12", "2025-12-20", 600), LATE], [1000.0]),
    ([DECEMBER], [EARLY, LATE], []),
    ([DECEMBER, ("2026-01", "2026-01-02")], [("2025-12", "2025-12-21", 600), LATE], []),  # the newest accident counts
    ([("2025-01", "2025-01-20")], [("2026-01", "2026-01-03", 1000)], []),  # a year ago, on no list of the last 12 months
    ([], [("2026-01", "2026-01-03", 1000)], []),
]


@pytest.mark.parametrize(("accidents", "paid", "found"), SINCE)
def test_a_window_since_an_event_crosses_the_year(bills, accidents, paid, found) -> None:
    rows = [("accidents", month, day, {}) for month, day in accidents]
    rows += [("bills", month, day, {"amount": float(amount)}) for month, day, amount in paid]
    county = bills(rows, window="since_event", since={"feed": "accidents"})
    county.row("2025-12", "accidents", "registered", event_date=date(2025, 12, 1))  # somebody else's accident
    assert county.screened("2026-01").signals["measure"].to_list() == found


def test_a_change_compares_two_lists(bills) -> None:
    """Three tenths less is found at and below, not above; who is on one list only has no change."""
    measure = {"aggregate": "change", "column": "amount", "months_back": 2, "relative": True}
    for before, after, found in [
        (1000.0, 700.0, [-0.3]),
        (1000.0, 699.0, [-0.301]),
        (1000.0, 701.0, []),
        (None, 100.0, []),
        (0.0, 100.0, []),
    ]:
        rows = [("bills", "2026-11", "2026-11-05", {"amount": after})]
        rows += [] if before is None else [("bills", "2026-09", "2026-09-05", {"amount": before})]
        county = bills(rows, measure=measure, operator="<=", value=-0.3)
        assert county.screened("2026-11").signals["measure"].to_list() == found, (before, after)


def test_newly_listed_is_who_was_on_no_list_before(bills) -> None:
    new = {"measure": {"aggregate": "newly_listed", "months_back": 2}, "value": 1}
    listed = [("bills", "2026-11", "2026-11-05", {"person": person}) for person in ("子", "女")]
    before = [("bills", "2026-10", "2026-10-05", {"person": "女"})]
    assert bills([*listed, *before], **new).screened("2026-11").signals["person_name"].to_list() == ["杨小山"]
    assert bills(listed, **new).screened("2026-11").signals.is_empty()  # the first list ever: nobody is known to be new


def test_a_list_of_before_counts_whoever_stood_on_it(bills) -> None:
    new = {"measure": {"aggregate": "newly_listed", "months_back": 2}, "value": 1, "groups": ["general"]}
    county = bills([("bills", "2026-11", "2026-11-05", {"person": "子"})], **new)
    county.row("2026-10", "bills", "registered", event_date=date(2026, 10, 5))
    assert county.screened("2026-11").signals["household_id"].to_list() == ["general"]


TIERS = [("基本医保", 6000.0), ("大病保险", 4500.0), ("医疗救助", 3000.0)]


@pytest.mark.parametrize(("after", "left"), TIERS)
@pytest.mark.parametrize(("care", "kinds"), [("住院", 1), ("门诊", 1), ("住院和门诊", 3)])
def test_the_scope_of_medical_bills(county, rule, after, left, care, kinds) -> None:
    county.with_rules(rule(feed="medical_inpatient", measure={}, scope={"care": care, "after": after}, window="month", value=1))
    for kind in ("住院", "门诊", "门特"):
        county.row(
            "2026-11",
            "medical_inpatient",
            "general",
            visit_kind=kind,
            event_date=date(2026, 11, 3),
            self_paid=3000.0,
            relief_paid=1500.0,
            serious_paid=1500.0,
        )
    assert county.screened("2026-11").signals["measure"].to_list() == [kinds * left]


GROUPS = [("cleared", ["cleared"]), ("low_income", ["low"]), ("general", ["cleared", "low", "plain"])]


@pytest.mark.parametrize(("group", "households"), GROUPS)
def test_further_groups(county, rule, group, households) -> None:
    county.with_feed("bills", event_date="date", amount="money")
    county.with_rules(rule(groups=[group]))
    homes = county.households.filter(pl.col("household_id") == "general")
    county.households = pl.concat(
        [
            homes.with_columns(household_id=pl.lit("cleared"), is_cleared=pl.lit(value=True)),
            homes.with_columns(household_id=pl.lit("low"), tags=pl.lit(["残疾人补贴", "低保"])),
            homes.with_columns(household_id=pl.lit("plain")),
        ]
    )
    for household in county.households["household_id"]:
        county.row("2026-11", "bills", household, event_date=date(2026, 11, 3), amount=5000.0)
    assert sorted(county.screened("2026-11").signals["household_id"]) == households


def test_a_county_sets_a_value_otherwise_or_a_rule_off(rule) -> None:
    rules = {"a": rule("a"), "b": rule("b")}
    document = {"title": "县文件", "paragraph": "二"}
    changed = overridden(
        rules, {"a": Override(value="2 × 监测线", document=document), "b": Override(off=True, document=document)}, "county.yml"
    )
    assert list(changed) == ["a"]
    assert changed["a"].value == "2 × 监测线"
    assert changed["a"].document.title == "县文件"
    with pytest.raises(ConfigError, match="没有规则 c"):
        overridden(rules, {"c": Override(off=True, document=document)}, "county.yml")
    with pytest.raises(ConfigError, match=r"county\.yml，overrides → a：.*\n.*operator"):
        overridden(rules, {"a": Override(operator="≥", document=document)}, "county.yml")


def test_the_campaign_looks_at_income_below_its_line_while_it_lasts(county) -> None:
    county.with_pack("campaign_2021")
    line = MonitoringLine(valid_from=date(2021, 1, 1), value=7000, document="d", income_from=date(2020, 6, 1), income_to=date(2021, 5, 31))
    county.configuration.county.monitoring_lines.insert(0, line)
    try:
        assert line.income_window(Month(2021, 6)) == (date(2020, 6, 1), date(2021, 5, 31))
        county.households = county.households.with_columns(income_per_capita=pl.Series([6999.99, 7000.0, 100.0]))
        found = {month: county.screened(month).leads["household_id"].to_list() for month in ("2021-04", "2021-05", "2021-06", "2021-07")}
    finally:
        county.configuration.county.monitoring_lines.remove(line)
    assert found == {"2021-04": [], "2021-05": ["registered"], "2021-06": ["registered"], "2021-07": []}


COLOURS = [
    # household, income, row on a list, colour
    ("registered", 4999.99, None, "red"),
    ("registered", 5000.0, None, "yellow"),
    ("registered", 9999.99, None, "yellow"),
    ("registered", 10000.0, None, "green"),
    ("registered", 20000.0, "water_unsafe", "red"),
    ("general", 4999.99, None, "red"),
    ("general", 5000.0, None, None),
    ("general", 12000.0, None, None),
    ("monitored", 12000.0, None, "red"),
]


@pytest.mark.parametrize(("household", "income", "feed", "colour"), COLOURS)
def test_colours(county, household, income, feed, colour) -> None:
    county.with_pack("colours_2020")
    county.households = county.households.filter(pl.col("household_id") == household).with_columns(income_per_capita=pl.lit(income))
    if feed:
        county.row("2026-11", feed, household, event_date=date(2026, 11, 3))
    screened = county.screened("2026-11")
    assert screened.colours["colour"].to_list() == ([colour] if colour else [])
    assert screened.leads.is_empty()
    assert screened.signals.is_empty()


PACKS = [
    # pack, rows of medical_inpatient (household, kind, paid, number), rules raised
    ("year_to_date_2021", [("registered", "住院", 4999.99, "1")], []),
    ("year_to_date_2021", [("registered", "住院", 3000.0, "1"), ("registered", "住院", 2000.0, "2")], ["ytd.inpatient.registered"]),
    ("year_to_date_2021", [("general", "住院", 19999.99, "1")], []),
    ("year_to_date_2021", [("general", "住院", 20000.0, "1")], ["ytd.inpatient.general"]),
    ("year_to_date_2021", [("general", "门诊", 300.0, "1"), ("general", "门特", 199.99, "2")], []),
    ("year_to_date_2021", [("general", "门诊", 300.0, "1"), ("general", "门特", 200.0, "2")], ["ytd.outpatient.month"]),
    ("three_tiers_2025", [("general", "住院", 10000.0, "1")], []),
    ("three_tiers_2025", [("general", "住院", 10000.01, "1")], ["tiers.civil.others"]),
    ("three_tiers_2025", [("monitored", "住院", 6000.0, "1")], []),
    ("three_tiers_2025", [("monitored", "住院", 6000.01, "1")], ["tiers.civil.monitored"]),
    ("three_tiers_2025", [("registered", "门诊", 10000.0, "1")], []),
    ("three_tiers_2025", [("registered", "门诊", 10000.01, "1")], ["tiers.xian.low_income"]),
    ("three_tiers_2025", [("general", "门诊", 20000.01, "1")], ["tiers.yantai"]),
    ("three_tiers_2025", [("general", "门诊", 26000.01, "1")], ["tiers.xian.general", "tiers.yantai"]),
    ("prevention_2026", [("general", "门诊", 8799.99, "1")], []),
    ("prevention_2026", [("general", "门诊", 8800.0, "1")], ["prevention.medical.quarter", "prevention.medical.year"]),
    ("prevention_2026", [("registered", "住院", 8800.0, "1")], ["prevention.medical.quarter", "prevention.medical.year"]),
]


@pytest.mark.parametrize(("pack", "rows", "rules"), PACKS)
def test_thresholds_of_the_other_packs(county, pack, rows, rules) -> None:
    county.with_pack(pack)
    for household, kind, paid, number in rows:
        county.row(
            "2026-11", "medical_inpatient", household, visit_kind=kind, admission_no=number, self_paid=paid, event_date=date(2026, 11, 9)
        )
    assert sorted(county.screened("2026-11").signals["rule"]) == rules


def test_every_pack_gives_its_source_and_what_to_ask() -> None:
    for rule in load_rules(sorted((CONFIG.parent / "rules").glob("*.yml"))).values():
        assert rule.document.title and rule.document.text, rule.rule  # noqa: PT018 - one sentence about one rule
        assert (rule.kind != "risk") or rule.ask, rule.rule


def test_the_province_s_line_is_taken_where_the_county_has_none() -> None:
    county = Configuration.load(CONFIG).county.model_copy(update={"province": "云南省", "name": "某县"})
    others = county.model_copy(update={"monitoring_lines": [line for line in county.monitoring_lines if line.place]})
    assert others.line(Month(2026, 11)).value == 8700
    assert others.line(Month(2023, 12)).value == 6000  # the nation's, before the province has one
