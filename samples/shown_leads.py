"""The page docs/leads.md: a lead of each risk type as its village sees it, made by screening and delivery as in a real month.

`python -m samples.shown_leads` writes the page anew. Households and people are invented; the words are those of the shipped rules.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl

from contracts.county import Configuration
from contracts.month import Month
from contracts.rule import RISK_TYPES
from contracts.tables import (
    CONSERVATION,
    HOUSEHOLD,
    LINK,
    PERSON,
    QUALITY,
    REVIEW,
    VERIFICATION,
    conform,
    empty,
)
from delivery.tables import ReleaseTables
from delivery.village.handout import villages_of
from delivery.village.pages import Pages
from delivery.village.workbook import write_village
from screening.measures import keyed
from screening.screen import Earlier, Screened, screen

PROJECT = Path(__file__).resolve().parents[1]
PAGE = PROJECT / "docs" / "leads.md"
BEFORE, MONTH = Month(2026, 10), Month(2026, 11)
DTYPES = {"date": pl.Date, "money": pl.Float64, "number": pl.Float64, "integer": pl.Int64}
PLACE = {"town": "云岭镇", "village": "大寨村", "village_code": "522699101201"}
DAY = date(2026, 11, 12)


@dataclass(frozen=True)
class Case:
    """One household of the page: what the bureaus said of its child, what kind of household it is, and what is to be seen in it."""

    why: str
    facts: Mapping[str, Mapping[str, Any]]
    home: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # what October's lists said
    visited: str = ""  # what October's visit concluded
    identity: str = "证件一致"


STAY = {"visit_kind": "住院", "disease": "肺炎", "hospital": "州人民医院"}
CASES = {
    "因病": Case(
        "An amount twice the threshold: red. The illness stays at the county.",
        {"medical_inpatient": {**STAY, "admission_no": "1", "self_paid": 23_640.5}},
    ),
    "因学": Case(
        "Fees of one student, just above the threshold: yellow.",
        {"education_tuition": {"stage": "本科", "in_province": "省内", "is_private_or_coastal": "否", "self_paid": 10_400.0}},
        {"household_type": "脱贫户"},
    ),
    "因残": Case(
        "A household that is monitored already: the visit adds to what is known.",
        {"disability_severe": {"disability_level": "1", "disability_class": "肢体"}},
        {"household_type": "脱贫户", "monitored_kind": "脱贫不稳定户", "is_monitored": True},
    ),
    "因灾": Case(
        "A sudden event: green channel, two working days.",
        {"emergency_disaster": {"disaster_kind": "洪涝", "casualty": "无", "rooms_collapsed": 2, "rooms_damaged": 1}},
    ),
    "因意外事故": Case(
        "Two bureaus tell of one household: one visit for both, red.",
        {
            "police_traffic_accident": {"outcome": "重伤致残", "liability": "无责"},
            "medical_inpatient": {**STAY, "admission_no": "2", "self_paid": 12_800.0},
        },
        identity="姓名异",
    ),
    "因产业项目失败": Case(
        "October's lead is still open: it grows, and one visit settles both.",
        {"agriculture_failed_project": {"project": "云岭镇辣椒订单种植项目", "loss": 18_000.0, "outcome": "绝收"}},
        before={"water_unsafe": {"problem": "水量", "members_affected": 4}},
    ),
    "因务工就业不稳": Case(
        "Nobody has asked yet why he came back.",
        {"labour_returned": {"job_status": "未就业", "event_date": date(2026, 9, 20), "worked_at": "广东省"}},
    ),
    "缺劳动力": Case(
        "The village is told that labour was lost, not by what crime.",
        {"police_crime_victim": {"consequence": "丧失劳动能力"}},
    ),
    "因疫情": Case("A public health event.", {"health_public_event": {"event_kind": "传染病疫情"}}),
    "因安全住房": Case(
        "A house rated D cannot wait: red by the rule itself.",
        {"housing_danger": {"house_grade": "D", "is_only_house": "是"}},
    ),
    "因安全饮水": Case(
        "A household whose risk had been cleared has a new problem.",
        {"water_unsafe": {"problem": "水质", "members_affected": 3}},
        {"household_type": "脱贫户", "monitored_kind": "脱贫不稳定户", "is_cleared": True},
    ),
    "其他": Case(
        "October's lead was visited; this is another fact.",
        {"civil_temporary_relief": {"amount": 3_000.0, "relief_reason": "因病"}},
        before={"water_unsafe": {"problem": "水量", "members_affected": 4}},
        visited="属实-能自行应对",
    ),
}
SURNAMES = "杨龙吴潘石田罗张李王陈刘"


def households() -> pl.DataFrame:
    """The register: one household for each risk type."""
    rows = [
        {
            "household_id": f"5226990012010{number:03d}",
            "head_name": f"{SURNAMES[number]}大山",
            "head_id": f"5226991968{number % 12 + 1:02d}15{number + 10:02d}1X",
            "phone": "13800000000",
            "group": f"{number % 6 + 1}组",
            "members": 3,
            "household_type": "一般农户",
            "is_monitored": False,
            "is_cleared": False,
            "income_per_capita": 13_200.0,
            "tags": [],
            **PLACE,
            **case.home,
        }
        for number, case in enumerate(CASES.values())
    ]
    return pl.DataFrame(rows, schema=dict(HOUSEHOLD))


def persons(homes: pl.DataFrame) -> pl.DataFrame:
    """Head, wife and son of each household."""
    surname = pl.col("head_name").str.head(1)
    kin = pl.DataFrame(
        {
            "number": ["01", "02", "03"],
            "given": ["大山", "桂花", "小山"],
            "sex": ["男", "女", "男"],
            "relation": ["户主", "配偶", "之子"],
            "birth_date": [date(1968, 5, 15), date(1970, 3, 2), date(2005, 9, 1)],
            "labour": ["普通劳动力", "普通劳动力", "普通劳动力"],
        }
    )
    everybody = homes.select("household_id", "head_name", "village_code", "group").join(kin, how="cross")
    return conform(
        everybody.with_columns(
            person_id=pl.col("household_id") + pl.col("number"),
            person_name=surname + pl.col("given"),
            is_head=pl.col("relation") == "户主",
            is_student=pl.lit(value=False),
            id_number=pl.format("522699{}00{}X", pl.col("birth_date").dt.strftime("%Y%m%d"), "number"),
        ),
        PERSON,
    )


def _rows(configuration: Configuration, homes: pl.DataFrame) -> dict[str, pl.LazyFrame]:
    """The linked rows of both months by list; each fact is about the son."""
    found: dict[str, list[dict[str, Any]]] = {}
    for home, case in zip(homes.iter_rows(named=True), CASES.values(), strict=True):
        for month, facts in ((BEFORE, case.before), (MONTH, case.facts)):
            for feed, cells in facts.items():
                usual = {
                    "event_date": DAY if month == MONTH else date(2026, 10, 12),
                    "identity": case.identity if month == MONTH else "证件一致",
                }
                who = {
                    "household_id": home["household_id"],
                    "person_id": f"{home['household_id']}03",
                    "person_name": f"{home['head_name'][0]}小山",
                }
                row = {"row_id": f"{feed}#{home['household_id']}", "listed": month.end, **who, **usual, **cells}
                found.setdefault(feed, []).append(row)
    fixed = {**dict.fromkeys(("row_id", "household_id", "person_id", "identity", "person_name"), pl.String), "listed": pl.Date}
    return {
        feed: keyed(pl.LazyFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema))
        for feed, rows in sorted(found.items())
        for schema in [{**fixed, **{column.name: DTYPES.get(column.type, pl.String) for column in configuration.feeds[feed].columns}}]
    }


def _screened(configuration: Configuration, homes: pl.DataFrame, people: pl.DataFrame) -> Screened:
    """November, after October and the visits that followed."""
    rows, nobody = _rows(configuration, homes), pl.DataFrame(schema={"household_id": pl.String, "signed_on": pl.Date})
    october = screen(
        BEFORE,
        configuration,
        {feed: frame.filter(pl.col("listed") == BEFORE.end) for feed, frame in rows.items()},
        homes,
        people,
        nobody,
        Earlier(),
    )
    said = {home: case.visited for home, case in zip(homes["household_id"], CASES.values(), strict=True) if case.visited}
    visits = october.leads.filter(pl.col("household_id").is_in(list(said))).with_columns(
        conclusion=pl.col("household_id").replace_strict(said, return_dtype=pl.String), visited_on=pl.lit(date(2026, 11, 11))
    )
    earlier = Earlier(
        october.signals.with_columns(month=pl.lit(str(BEFORE))), october.leads, october.suppressed, conform(visits, VERIFICATION)
    )
    return screen(MONTH, configuration, rows, homes, people, nobody, earlier)


def workbook(folder: Path) -> Path:
    """The village's workbook of the month."""
    configuration = Configuration.load(PROJECT / "config" / "county.yml")
    homes = households()
    people = persons(homes)
    screened = _screened(configuration, homes, people)
    tables = ReleaseTables(
        leads=screened.leads,
        signals=screened.signals,
        suppressed=screened.suppressed,
        flags=screened.flags,
        area_alarms=screened.area_alarms,
        links=empty(LINK),
        review_queue=empty(REVIEW),
        matching_quality=empty(QUALITY),
        conservation=empty(CONSERVATION),
        households=homes,
        persons=people,
        feeds=configuration.feeds,
        arrivals={},
        accepted={},
        set_aside={},
        findings={},
    )
    (village,) = villages_of(tables, MONTH)
    path = folder / "大寨村.xlsx"
    write_village(path, Pages(village, MONTH, configuration.county))
    return path


def page() -> str:
    """The page in Markdown, read back from the workbook."""
    with tempfile.TemporaryDirectory() as folder:
        book = fastexcel.read_excel(workbook(Path(folder)))
        sheets = {name: book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars() for name in book.sheet_names}
    listed = _listed(sheets["线索清单"])
    forms = {frame.row(1)[1]: frame for name, frame in sheets.items() if name not in {"封面", "线索清单"}}
    parts = [HEAD]
    for risk in RISK_TYPES:
        row = next(row for row in listed if row["户编号"] == households()["household_id"][list(CASES).index(risk)])
        parts.append(f"## {risk}\n\n{CASES[risk].why}\n\n{_table(row)}\n\n{_form(forms[row['线索编号']])}")
    return "\n\n".join(parts) + "\n"


HEAD = """# What a village sees of a lead

One lead of each risk type of the work plan, as the village's workbook shows it: first its line on the list (线索清单), then what
the visit form (入户核查表) says besides. A county officer who asks *why this door?* finds the answer here: what was reported, by
whom and when, against which standard of which document, what makes it red or yellow, until when somebody must go, what to ask,
and what was found before. Illness, petition text, the kind of crime and assets stand in the county's ledger only.

All people are invented. The page is made from the shipped rules by the code that makes a release: `python -m samples.shown_leads`
writes it anew, and a test fails while it says something else than the workbook."""


def _listed(sheet: pl.DataFrame) -> list[dict[str, str]]:
    """The lines of the list by their headings."""
    lines = [[str(cell or "").strip() for cell in row] for row in sheet.iter_rows()]
    at = next(number for number, line in enumerate(lines) if line[0] == "编号")
    return [dict(zip(lines[at], line, strict=True)) for line in lines[at + 1 :] if line[0]]


def _table(row: Mapping[str, str]) -> str:
    """One line of the list, a heading a row."""
    shown = [(heading.replace("\n", "、"), cell.replace("\n", "<br>")) for heading, cell in row.items() if heading and heading != "责任人"]
    return "\n".join(["| 线索清单 | |", "|---|---|", *(f"| {heading} | {cell} |" for heading, cell in shown)])


def _form(sheet: pl.DataFrame) -> str:
    """The sections of the form that say what was reported and what to ask."""
    lines = [[str(cell).strip().replace("\n", "，") for cell in row if cell not in (None, "")] for row in sheet.iter_rows()]
    begins = {line[0][:2]: number for number, line in enumerate(lines) if line and line[0][1:2] == "、"}
    graded = [line for line in lines[: begins["一、"]] if line and line[0] == "定级理由"]
    told = [line for line in lines[begins["三、"] + 2 : begins["四、"]] if line]
    asked = [line for line in lines[begins["四、"] + 1 : begins["五、"]] if line]
    proposed = lines[begins["七、"]][1:]
    words = [
        *(f"定级理由：{line[1]}" for line in graded),
        *(f"逐条核实：{line[0]}（{line[1]}）" for line in told),
        *(f"入户要问：{line[0]}" for line in asked),
        *proposed,
    ]
    return "\n".join(["入户核查表：", "", *(f"- {each}" for each in words)])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
