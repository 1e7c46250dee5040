"""No cell that is written begins as a formula, whatever a bureau's file or a name of the register holds."""

from __future__ import annotations

import zipfile
from dataclasses import fields, replace

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.book import HARMLESS, INVISIBLE, SIGNS, safe
from delivery.releases.proposal import ReleaseTables, write
from tests.unit.delivery import frames

# columns that lead from one table to the next, and words of our own that decide what is written
KEYS = {
    *(
        "feed",
        "row_id",
        "rule",
        "kind",
        "status",
        "state",
        "grade",
        "urgency",
        "severity",
        "bureau",
        "role",
        "month",
        "level",
        "code",
        "codes",
    ),
    *("household_id", "person_id", "lead_id", "signal_id", "signal_ids", "row_ids", "village_code", "earlier_lead_id", "earlier_month"),
    *(
        "monitored_kind",
        "household_type",
        "risk_type",
        "risk_types",
        "identity",
        "town",
        "operator",
        "window",
        "columns",
        "column",
        "rules",
    ),
}
ATTACK = '=HYPERLINK("http://x","y")'


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("+86", "+86"),
        ("-12,345.00", "-12,345.00"),
        ("-1+cmd", "'-1+cmd"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("\u3000＝1", "'\u3000＝1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("—", "—"),
        ("-", "-"),
        ("张三=李四", "张三=李四"),
        ("", ""),
    ],
)
def test_signs_that_begin_a_formula_get_an_apostrophe(text, written):
    assert safe(text) == written


@given(st.text(alphabet=st.sampled_from([*SIGNS, *INVISIBLE, "1", "a", "张", "'"]), max_size=6))
def test_nothing_begins_as_a_formula(text):
    written = safe(text)
    assert written.removeprefix("'") == text.removeprefix("'")
    assert written.lstrip(INVISIBLE)[:1] not in SIGNS or HARMLESS.fullmatch(written) or not written.strip(INVISIBLE)


def attacked(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with a formula before every text that is no key, and formulas for its own columns' names."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String and name not in KEYS]
    lists = [name for name, dtype in frame.schema.items() if dtype == pl.List(pl.String) and name not in KEYS]
    return frame.with_columns(
        *(pl.concat_str(pl.lit(ATTACK), pl.col(name)).alias(name) for name in texts),
        *(pl.col(name).list.eval(pl.concat_str(pl.lit(ATTACK), pl.element())) for name in lists),
    )


def test_no_writer_lets_a_formula_through(tmp_path):
    tables = frames.tables()
    changed = {}
    for field in fields(ReleaseTables):
        value = getattr(tables, field.name)
        if isinstance(value, pl.DataFrame):
            changed[field.name] = attacked(value)
        elif field.name in {"arrivals", "set_aside", "findings"}:
            changed[field.name] = {name: attacked(frame) for name, frame in value.items()}
    rows = changed["arrivals"]["medical_inpatient"]
    changed["arrivals"]["medical_inpatient"] = rows.with_columns(pl.lit(ATTACK).alias(ATTACK))
    files = write(frames.MONTH, replace(tables, **changed), tmp_path / "x", frames.COUNTY, "")
    seen = 0
    for path in files.filter(pl.col("path").str.ends_with(".xlsx"))["path"]:
        with zipfile.ZipFile(tmp_path / "x" / path) as book:
            assert not [name for name in book.namelist() if name.startswith("xl/worksheets/") and b"<f>" in book.read(name)]
        for sheet in openpyxl.load_workbook(tmp_path / "x" / path):
            values = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
            assert not [value for value in values if value.lstrip(INVISIBLE)[:1] in SIGNS and not HARMLESS.fullmatch(value)], path
            seen += sum(value.startswith("'=HYPERLINK") for value in values)
    assert seen > 50
