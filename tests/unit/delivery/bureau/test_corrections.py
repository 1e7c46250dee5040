"""What bureaus are told beside their refused rows: proven corrections, visitors' conclusions, and what became of last month's rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import openpyxl
import polars as pl
import pytest

from contracts.feed import Feed
from contracts.tables import ACCEPTED, ARRIVAL, LEAD, LINK, PERSON, SET_ASIDE, SIGNAL, VERIFICATION, conform
from contracts.told import PROVEN, RESENT
from delivery.bureau.corrections import bureaus_to_correct, write_corrections
from delivery.bureau.feedback import feedback
from delivery.bureau.proven import proven
from delivery.bureau.resent import Sent, resent
from delivery.privacy import mask_but_differences
from delivery.tables import Told
from standards import ids
from tests.unit.delivery import frames


def whole(body: str) -> str:
    return body + str(pl.select(ids.check_digit(pl.lit(body))).item())


OWN, WIFE, SON = whole("52269919880312123"), whole("52269919900101124"), whole("52269920140506125")
OLD = OWN[:6] + OWN[8:17]
WRONG = OWN[:9] + "1" + OWN[10:]  # born in 1981 instead of 1988
TAIL = OWN[14:]
FIXED, ENDS = f"522699***8****{TAIL}", f"本人的号码（末四位{TAIL}）"
FEED = Feed.model_validate(
    {
        "feed": "aid",
        "title": "救助名单",
        "bureau": "民政局",
        "role": "risk",
        "source": {"files": ["*救助*.xlsx"]},
        "columns": [
            {"name": "person_name", "headers": ["姓名"], "type": "name"},
            {"name": "id_number", "headers": ["证件号码"], "type": "id_number"},
            {"name": "village", "headers": ["村"], "type": "place"},
            {"name": "event_date", "headers": ["日期"], "type": "date"},
            {"name": "amount", "headers": ["金额"], "type": "money"},
            {"name": "disease", "headers": ["病种"], "sensitive": True},
        ],
        "ignore": ["序号"],
        "expectations": [{"column": "person_name", "check": "any_present", "columns": ["id_number"], "reason": "没有姓名也没有证件号码"}],
    }
)
CELLS = ("序号", "人员信息_姓名", "人员信息_证件号码", "村", "日期", "金额", "就诊_病种")
PERSONS = conform(
    pl.DataFrame(
        [
            ("P1", "H1", "杨正华", OWN, "户主", True),
            ("P2", "H1", "龙秀英", WIFE, "配偶", False),
            ("P3", "H1", "杨小波", SON, "之子", False),
        ],
        schema=["person_id", "household_id", "person_name", "id_number", "relation", "is_head"],
        orient="row",
    ),
    PERSON,
)


def arrived(*rows: tuple[str | None, ...]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(CELLS, pl.String), orient="row")
    number = pl.int_range(2, pl.len() + 2)
    placed = frame.with_columns(
        row_id=pl.format("救助.xlsx#表!{}", number), file=pl.lit("救助.xlsx"), sheet=pl.lit("表"), row_number=number
    )
    return conform(placed, ARRIVAL, keep_others=True)


def accepted(arrivals: pl.DataFrame) -> pl.DataFrame:
    named = arrivals.with_columns(part=1, person_name="人员信息_姓名", id_number=ids.normalise(pl.col("人员信息_证件号码")))
    return conform(named, ACCEPTED)


def linked(arrivals: pl.DataFrame, *answers: tuple[str | None, str, str, str]) -> pl.DataFrame:
    """LINK of the first rows: person, method, level of id, level of name."""
    told = pl.DataFrame(
        [
            ("linked", "H1", person, method, 1.0, 1.0, [f"id:{number}", f"name:{name}"])
            for person, method, number, name in answers
        ],
        schema=["status", "household_id", "person_id", "method", "probability", "margin", "evidence"],
        orient="row",
    )  # fmt: skip
    rows = arrivals.head(told.height).select("row_id", feed=pl.lit("aid"))
    return conform(pl.concat([rows, told], how="horizontal"), LINK)


def found(arrivals: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    return proven({"aid": FEED}, {"aid": arrivals}, {"aid": accepted(arrivals)}, links, PERSONS)


def row(name: str | None, number: str | None, day: str = "2026-10-02", amount: str = "800", at: str = "1") -> tuple[str | None, ...]:
    return (at, name, number, "杉木村", day, amount, frames.DISEASE)


NUMBER, NAME = "人员信息_证件号码", "人员信息_姓名"
CASES = {
    # name, number, person, method, level of id, level of name -> kind, cell, proposed
    "one wrong digit": ("杨正华", WRONG, "P1", "id_repaired", "repaired", "equal", ("repaired", NUMBER, FIXED)),
    "a lost tail": ("杨正华", OWN[:15] + "000", "P1", "id_tail", "tail", "equal", ("tail", NUMBER, f"522699********{TAIL}")),
    "an old number": ("杨正华", OLD, "P1", "id_and_name", "equal", "equal", ("old", NUMBER, f"52269919******{TAIL}")),
    "the wife's number": ("杨正华", WIFE, "P1", "id_relative", "relative", "equal", ("relative", NUMBER, ENDS)),
    "a homophone": ("杨振华", OWN, "P1", "id_and_name", "equal", "homophone", ("name", NAME, "杨正华")),
    "a look-alike": ("杨正毕", OWN, "P1", "id_and_name", "equal", "lookalike", ("name", NAME, "杨正华")),
    "all right": ("杨正华", OWN, "P1", "id_and_name", "equal", "equal", None),
    "another name": ("吴老四", OWN, "P1", "id_and_name", "equal", "other", None),
    "one wrong digit and another name": ("杨振华", WRONG, "P1", "id_repaired", "repaired", "homophone", None),
    "the household only": ("杨正华", WRONG, None, "household", "repaired", "equal", None),
    "masked on purpose": ("杨正华", "522699********" + TAIL, "P1", "id_masked", "masked", "equal", None),
    "a repair of another number": ("龙秀英", WRONG, "P2", "id_repaired", "repaired", "equal", None),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_matching_proves(case):
    name, number, person, method, level, name_level, expected = CASES[case]
    arrivals = arrived(row(name, number))
    told = found(arrivals, linked(arrivals, (person, method, level, name_level)))
    assert told.schema == dict(PROVEN)
    assert told.select("kind", "column", "proposed").rows() == ([expected] if expected else [])


@pytest.mark.parametrize(("column", "value"), [("probability", 0.985), ("margin", 0.97), ("status", "review")])
def test_doubtful_links_prove_nothing(column, value):
    arrivals = arrived(row("杨正华", WRONG))
    links = linked(arrivals, ("P1", "id_repaired", "repaired", "equal")).with_columns(pl.lit(value).alias(column))
    assert found(arrivals, links).is_empty()


def test_two_numbers_of_the_register_that_one_slip_explains_prove_nothing():
    arrivals = arrived(row("杨正华", WRONG))
    other = ids.repairs(pl.Series([WRONG])).filter(pl.col("repaired") != OWN).item(0, "repaired")
    namesake = PERSONS.head(1).with_columns(person_id=pl.lit("P9"), household_id=pl.lit("H9"), id_number=pl.lit(other))
    links = linked(arrivals, ("P1", "id_repaired", "repaired", "equal"))
    tables = ({"aid": FEED}, {"aid": arrivals}, {"aid": accepted(arrivals)}, links)
    assert proven(*tables, PERSONS).height == 1
    assert proven(*tables, pl.concat([PERSONS, namesake])).is_empty()


def test_a_relative_is_told_by_what_he_is_and_not_by_name():
    arrivals = arrived(row("杨正华", WIFE), row("龙秀英", OWN), row("杨正华", SON))
    answers = [(person, "id_relative", "relative", "equal") for person in ("P1", "P2", "P1")]
    told = found(arrivals, linked(arrivals, *answers)).sort("row_id")
    assert [reason.split("；")[0] for reason in told["reason"]] == [
        "所填号码是同户家人（户主的配偶）的", "所填号码是同户家人（户主）的", "所填号码是同户家人（户主的子）的",
    ]  # fmt: skip
    assert not any(name in text for name in PERSONS["person_name"] for text in told["reason"])


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (OWN, f"522699********{TAIL}"),
        (OWN[:11] + OWN[12] + OWN[11] + OWN[13:], f"522699*****31*{TAIL}"),  # 0132 for 0312
        (OWN[:11] + OWN[12:], f"522699*****3**{TAIL}"),  # one lost
        (OWN[:8] + OWN[9:], f"522699**8*****{TAIL}"),  # one of two equal ones lost
        (OWN[:12] + "7" + OWN[12:], f"522699********{TAIL}"),  # one too many
        (OLD, f"52269919******{TAIL}"),
        (WIFE, None),  # another number is not told through its differences
        ("5226", None),
    ],
)
def test_only_what_differs_is_opened(sent, shown):
    assert pl.select(mask_but_differences(pl.lit(OWN), pl.lit(sent, pl.String))).item() == shown


def sent(*rows: tuple[tuple[str | None, ...], str | None], answers: tuple[tuple[str | None, str, str, str], ...] = ()) -> Sent:
    """A month: each row and the column for which it was refused; `answers`: links of the first rows."""
    arrivals = arrived(*(cells for cells, _ in rows))
    why = pl.Series([[column] if column else None for _, column in rows], dtype=pl.List(pl.String))
    sound = arrivals.filter(why.is_null()).select("row_id", feed=pl.lit("aid"), status=pl.lit("absent"))
    known = linked(arrivals, *answers) if answers else conform(pl.DataFrame(), LINK).clear()
    links = pl.concat([known, conform(sound.join(known, on="row_id", how="anti"), LINK)])
    return Sent(
        arrivals=arrivals,
        set_aside=conform(arrivals.with_columns(columns=why).filter(why.is_not_null()), SET_ASIDE),
        proven=found(arrivals, links),
        links=links,
    )


GOOD, BAD, OTHER = row("杨正华", OWN), row("杨正华", OWN, day="32日"), row("吴老四", WIFE, amount="3")
SURE, REPAIRED = ("P1", "id_and_name", "equal", "equal"), ("P1", "id_repaired", "repaired", "equal")
MONTHS = {
    # before, now -> asked, corrected, still, gone
    "nothing was given back": (sent((GOOD, None)), sent((GOOD, None)), None),
    "the list has not come": (sent((BAD, "event_date")), sent(), None),
    "the list is held as a whole": (sent((BAD, "event_date")), replace(sent((GOOD, None)), links=sent().links), None),
    "corrected": (sent((BAD, "event_date")), sent((GOOD, None)), (1, 1, 0, 0)),
    "corrected and numbered anew": (sent((BAD, "event_date")), sent((row("杨正华", OWN, at="9"), None)), (1, 1, 0, 0)),
    "sent again as it was": (sent((BAD, "event_date")), sent((BAD, "event_date"), (OTHER, None)), (1, 0, 1, 0)),
    "wrong otherwise": (sent((BAD, "event_date")), sent((row("杨正华", OWN, day="十月"), "event_date"), (OTHER, None)), (1, 0, 1, 0)),
    "not sent again": (sent((BAD, "event_date")), sent((row("吴老四", WIFE), None)), (1, 0, 0, 1)),
    "another amount is another row": (sent((BAD, "event_date")), sent((row("杨正华", OWN, amount="12"), None)), (1, 0, 0, 1)),
    "nameless, then named": (sent((row(None, None), "person_name")), sent((row("杨正华", OWN), None)), (1, 1, 0, 0)),
    "three rows, three fates": (
        sent((BAD, "event_date"), (row("龙秀英", WIFE, amount="x"), "amount"), (row("杨小波", SON, amount="y"), "amount")),
        sent((GOOD, None), (row("龙秀英", WIFE, amount="x"), "amount")),
        (3, 1, 1, 1),
    ),
    "the number was put right": (
        sent((row("杨正华", WRONG), None), answers=(REPAIRED,)), sent((GOOD, None), answers=(SURE,)), (1, 1, 0, 0),
    ),
    "known by the person, next month's amount": (
        sent((row("杨正华", WRONG), None), answers=(REPAIRED,)),
        sent((row("杨正华", OWN, day="2026-11-03", amount="950"), None), answers=(SURE,)),
        (1, 1, 0, 0),
    ),
    "the number is as wrong as before": (
        sent((row("杨正华", WRONG), None), answers=(REPAIRED,)),
        sent((row("杨正华", WRONG, amount="950"), None), answers=(REPAIRED,)),
        (1, 0, 1, 0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MONTHS)
def test_corrected_rows_are_known_again(case):
    before, now, expected = MONTHS[case]
    told = resent(FEED, before, now)
    assert told.schema == dict(RESENT)
    assert told.select("asked", "corrected", "still", "gone").rows() == ([expected] if expected else [])


def visited(conclusion: str, household: str = "H1") -> pl.DataFrame:
    """What the bureau is told of a lead of H1 after a visit; its row is linked to `household`."""
    arrivals = arrived(row("杨正华", OWN))
    lead = {"lead_id": "L1", "month": "2026-10", "household_id": "H1", "signal_ids": ["S1"]}
    signal = {"signal_id": "S1", "kind": "risk", "feed": "aid", "household_id": "H1", "row_ids": ["救助.xlsx#表!2", "旧.xlsx#表!2"]}
    said = {"lead_id": "L1", "conclusion": conclusion, "visited_on": date(2026, 11, 9), "note": "邻居说的"}
    frame = (conform(pl.DataFrame([values]), schema) for values, schema in ((said, VERIFICATION), (lead, LEAD), (signal, SIGNAL)))
    links = linked(arrivals, SURE).with_columns(household_id=pl.lit(household))
    return feedback(*frame, links, accepted(arrivals).with_columns(feed=pl.lit("aid")))


@pytest.mark.parametrize(
    ("conclusion", "household", "rows"),
    [
        ("查无此人或非本村", "H1", 1),
        ("不属实-数据有误", "H1", 1),
        ("已死亡或迁出", "H1", 1),
        ("属实-拟纳入", "H1", 0),
        ("重复线索", "H1", 0),
        ("暂未联系上", "H1", 0),
        ("查无此人或非本村", "H2", 0),  # a row of the same place in another file
    ],
)
def test_conclusions_that_a_row_is_wrong_go_back_to_its_bureau(conclusion, household, rows):
    told = visited(conclusion, household)
    assert (
        told.select("month", "row_number", "person_name", "id_number", "conclusion").rows()
        == [("2026-10", 2, "杨正华", f"522699********{TAIL}", conclusion)] * rows
    )


def test_the_workbook_of_a_bureau_tells_all_of_it(tmp_path):
    arrivals = arrived(row("杨正华", WRONG), row("杨振华", OWN))
    links = linked(arrivals, REPAIRED, ("P1", "id_and_name", "equal", "homophone"))
    counts = pl.DataFrame([("aid", "救助名单", "民政局", 5, 2, 1, 2)], schema=RESENT, orient="row")
    tables = replace(
        frames.tables(),
        feeds={"aid": FEED},
        arrivals={"aid": arrivals},
        findings={"aid": frames.tables().findings["medical_inpatient"].clear()},
        set_aside={"aid": conform(pl.DataFrame(), SET_ASIDE).clear()},
        tell=lambda: Told(proven=found(arrivals, links), feedback=visited("查无此人或非本村"), resent=counts),
    )
    assert bureaus_to_correct(tables) == ["民政局"]
    assert write_corrections(tmp_path / "a.xlsx", "民政局", tables, frames.MONTH, frames.COUNTY) == 3
    write_corrections(tmp_path / "b.xlsx", "民政局", tables, frames.MONTH, frames.COUNTY)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["汇总", "可更正 救助名单", "入户反馈"]
    assert "《救助名单》上月退回（含可更正）5 行，本月改正 2 行，仍未改正 1 行，另有2行本月没有再报。" in book["汇总"]["A2"].value
    rows = list(book["可更正 救助名单"].iter_rows(min_row=3))
    assert [[cell.value for cell in cells[2:5]] for cells in rows] == [
        [2, NUMBER, f"522699***8****{TAIL}"], [3, NAME, "杨正华"],
    ]  # fmt: skip
    assert [[cell.column for cell in cells if cell.fill.fgColor.rgb == "FFFBE9E7"] for cells in rows] == [[10], [9]]
    text = [str(cell.value) for sheet in book for cells in sheet.iter_rows() for cell in cells]
    assert not [value for value in text if OWN in value or WRONG in value or frames.DISEASE in value or "邻居" in value]
