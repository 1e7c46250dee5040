"""What agrees is read from the evidence: a name that sounds the same is near, and nothing is called wrong that was not compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import openpyxl
import polars as pl
import pytest

from contracts.tables import FIELDS, REVIEW
from delivery.county.review import HEADINGS, TOP, write_review
from delivery.county.sides import AGREES, DIFFERS, NEAR, SEEN, pairs, strength
from matching.compare.vector import FIELDS as LEVELS
from matching.decide.explain import PHRASES
from tests.unit.delivery import frames


def test_every_level_of_every_field_is_green_amber_or_red() -> None:
    assert {field: set(levels) for field, levels in SEEN.items()} == {field: set(levels) for field, levels in LEVELS.items()}
    assert {word for levels in SEEN.values() for word in levels.values()} == {AGREES, NEAR, DIFFERS}


@pytest.mark.parametrize(
    ("bits", "word"),
    [(22.0, "很强"), (10.0, "很强"), (9.9, "较强"), (5.0, "较强"), (1.0, "一般"), (0.3, "很弱"), (-0.9, "很弱"), (-6.6, "相反")],
)  # fmt: skip
def test_strength_in_words(bits: float, word: str) -> None:
    frame = pl.DataFrame({"bits": [bits]}, schema={"bits": pl.Float64})
    assert frame.select(strength(pl.col("bits"))).item() == word


def asked(*codes: tuple[str, float], **cells: object):
    """The month with one record whose only candidate has this evidence (code, bits) and these cells."""
    evidence = [code for code, _ in codes]
    bits = {code.split(":")[0]: weight for code, weight in codes}
    row = {
        "feed": "medical_inpatient", "row_id": "住院.xlsx#Sheet1!9", "rank": 1, "household_id": "H0-0", "person_id": "P0-0-1",
        "probability": 0.8, "evidence": evidence, "phrases": [PHRASES[code.split(":")[0]][code.split(":")[1]] for code in evidence],
        "weights": {"prior": -11.0, **{field: bits.get(field) for field in FIELDS}}, "explanation": "",
    }  # fmt: skip
    base = frames.tables()
    record = base.accepted["medical_inpatient"].with_columns(pl.lit(value).alias(name) for name, value in cells.items())
    queue = pl.DataFrame([{name: row.get(name) for name in REVIEW}], schema=dict(REVIEW))
    return replace(base, review_queue=queue, accepted={**base.accepted, "medical_inpatient": record})


COLOURS = [
    # code, column of the sheet, what it is
    ("name:homophone", "name", NEAR),
    ("name:equal", "name", AGREES),
    ("name:other", "name", DIFFERS),
    ("id:repaired", "id_masked", NEAR),
    ("id:differs", "id_masked", DIFFERS),
    ("birth:lunar", "birth", NEAR),
    ("age:same", "birth", AGREES),
    ("place:town", "place", NEAR),
    ("town:same", "place", AGREES),
    ("phone:household", "phone", NEAR),
    ("company:name", "family", AGREES),
    ("head:other", "relation", DIFFERS),
    ("name:equal", "sex", None),  # not compared
]


@pytest.mark.parametrize(("code", "column", "seen"), COLOURS)
def test_the_colour_of_a_cell(code: str, column: str, seen: str | None) -> None:
    assert pairs(asked((code, 3.0)))[f"a_{column}"].to_list() == [seen]


def test_both_sides_in_the_same_columns() -> None:
    cells = {"phone": "13885512345", "guardian_name": "杨正华", "co_names": ["杨光荣"], "age": 12, "group": "一组"}
    told = pairs(asked(("name:homophone", 6.0), ("place:village", 4.0), ("id:differs", -7.0), ("sex:same", 1.0), **cells)).row(
        0, named=True
    )
    ours = {name: told[f"l_{name}"] for name in ("name", "id_masked", "birth", "place", "group", "phone", "family")}
    assert ours == {
        "name": "杨广华", "id_masked": "522699*****0000", "birth": "12岁", "place": "城关镇 第0村", "group": "一组", "phone": "138****2345",
        "family": "监护人 杨正华\n同行 杨光荣",
    }  # fmt: skip
    theirs = {name: told[f"r_{name}"] for name in ("name", "birth", "place", "group", "phone", "family", "relation")}
    assert theirs == {
        "name": "杨光华", "birth": str(date(1962, 1, 10)), "place": "城关镇 第0村", "group": "1组", "phone": "139****0000",
        "family": "户主 杨正华\n家人 杨光富、杨光贵", "relation": "配偶",
    }  # fmt: skip
    assert told["told"] == "证件号码不同（相反）\n姓名同音（较强）\n同村（一般）"
    assert told["source"] == "原件 住院.xlsx Sheet1 第9行"


def test_a_text_is_shown_cut_and_masked() -> None:
    text = "本人13885512345反映" + "屋漏" * 60
    source = pairs(asked(("name:equal", 6.0), text=text))["source"][0]
    assert "138****2345反映" in source
    assert source.endswith("屋…")
    assert len(source) < 120


def test_the_rows_stand_in_the_order_of_their_worth_and_say_so(tmp_path) -> None:
    tables = frames.in_review([(9, 1, "H0-0", "P0-0-0"), (10, 1, "H0-1", "P0-1-0"), (10, 2, "H0-2", "P0-2-0")])
    worth = tables.review_queue.with_columns(worth=pl.when(pl.col("row_id").str.ends_with("!10")).then(1900).otherwise(1200).cast(pl.Int32))
    ordered = worth.sort("worth", "row_id", "rank", descending=[True, False, False])
    assert write_review(tmp_path / "r.xlsx", replace(tables, review_queue=ordered), frames.MONTH, frames.COUNTY) == 2
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0]
    at = {name: HEADINGS.index(name) + 1 for name in HEADINGS}
    lines = [(sheet.cell(row, at["序号"]).value, sheet.cell(row, at["候选"]).value) for row in range(TOP + 1, sheet.max_row + 1)]
    assert lines == [(1, "部门记录"), (1, "候选 1"), (1, "候选 2"), (2, "部门记录"), (2, "候选 1")]
    assert sheet.cell(TOP + 1, at["来源行"]).value.endswith("!10")
    assert any("越靠前" in str(sheet.cell(row, 1).value) for row in range(1, TOP))


def test_only_hidden_columns_identify(tmp_path) -> None:
    write_review(tmp_path / "r.xlsx", frames.tables(), frames.MONTH, frames.COUNTY)
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0]
    hidden = [
        sheet.cell(TOP, cell).value
        for cell in range(1, sheet.max_column + 1)
        if sheet.column_dimensions[openpyxl.utils.get_column_letter(cell)].hidden
    ]
    assert hidden[:1] == ["期次"]
    assert HEADINGS[-5:] == ("期次", "清单代码", "来源行", "户编号", "人编号")
