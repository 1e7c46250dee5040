"""The search for leaks finds what was put there to be found."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from benchmarks.privacy import leaks
from contracts.county import Configuration
from contracts.home import Home
from contracts.month import Month
from delivery.book import Book, put
from pipelines.defaults import SAMPLE_COUNTY

NOVEMBER = Month(2026, 11)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home in which a bureau has told of a disease."""
    home = Home(tmp_path)
    path = home.table("accepted/medical_inpatient", NOVEMBER)
    path.parent.mkdir(parents=True)
    pl.DataFrame({"disease": ["慢性 肾衰竭"], "hospital": [None]}, schema={"disease": pl.String, "hospital": pl.String}).write_parquet(path)
    return home


def written(path: Path, *cells: str) -> None:
    with Book(path, "x", "x") as book:
        sheet = book.sheet("表", landscape=False)
        for row, cell in enumerate(cells):
            put(sheet, row, 0, cell, book.style())


@pytest.mark.parametrize(
    ("file", "cell", "found"),
    [
        ("releases/2026-11/2/村级/甲镇/乙村.xlsx", "其妻慢性肾衰竭，住院", "medical_inpatient.disease"),
        ("releases/2026-11/2/县级/台账.xlsx", "其妻慢性肾衰竭，住院", None),
        ("releases/2026-11/2/县级/台账.xlsx", "522699198803121234", "a whole ID number"),
        ("releases/2026-11/2/纠错清单/医保局.xlsx", "证件52269919880312123X44", "a whole ID number"),
        ("releases/2026-11/2/村级/甲镇/乙村.xlsx", "522699********1234 5226991002000123", None),
        ("notices/2026-11/甲镇/乙村.xlsx", "电话13885512345", "a telephone in public"),
    ],
)
def test_planted_words_are_found_where_they_must_not_stand(home, file, cell, found):
    written(home.release(NOVEMBER, 2) / "县级/汇总表.xlsx", "线索不等于结论")
    written(home.root / file, "线索不等于结论", cell)
    seen = leaks(home, NOVEMBER, Configuration.load(SAMPLE_COUNTY))
    assert seen["what"].to_list() == ([found] if found else [])
