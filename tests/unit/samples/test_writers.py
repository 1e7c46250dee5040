"""Files that bureaus send: what is written is what a reader finds, formulas stay text, the same grid gives the same bytes."""

from pathlib import Path

import fastexcel
import openpyxl
import polars as pl
import pytest
from sqlalchemy import create_engine, text

from samples import writers

GRID = pl.DataFrame(
    [
        ("名单", None, None),
        ("人员", None, "金额"),
        ("姓名", "备注", None),
        ("张<三>&“四”", "=1+1", "12.5"),
        ("𠮷囗吴", "-2+3", "-350"),
        (None, "@sum(a1)", "待核"),
        ("李四", "+86", None),
    ],
    schema=["c0", "c1", "c2"],
    orient="row",
)
SHEET = writers.Sheet("名单一", GRID, head=3, titles=1, merges=((0, 0, 0, 2), (1, 0, 1, 1)), numeric=frozenset({2}))
WORKBOOKS = {"xlsx": writers.write_xlsx, "big.xlsx": writers.write_big_xlsx, "xls": writers.write_xls}


def cells(path: Path, sheet: str = "名单一") -> list[tuple[str | None, ...]]:
    return fastexcel.read_excel(path).load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars().rows()


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_a_reader_finds_what_was_written(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    WORKBOOKS[kind](path, [SHEET])
    assert cells(path) == GRID.rows()


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_the_same_grid_gives_the_same_bytes(tmp_path: Path, kind: str) -> None:
    first, second = tmp_path / f"a.{kind}", tmp_path / f"b.{kind}"
    WORKBOOKS[kind](first, [SHEET])
    WORKBOOKS[kind](second, [SHEET])
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("kind", ["xlsx", "big.xlsx"])
def test_nothing_is_a_formula_and_numbers_are_numbers(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    WORKBOOKS[kind](path, [SHEET])
    page = openpyxl.load_workbook(path)["名单一"]
    assert page["B4"].value == "=1+1"
    assert page["B4"].data_type != "f"
    assert (page["C4"].value, page["C5"].value, page["C6"].value) == (12.5, -350, "待核")
    assert {str(merged) for merged in page.merged_cells.ranges} == {"A1:C1", "A2:B2"}


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_a_day_is_a_date_to_the_spreadsheet(tmp_path: Path, kind: str) -> None:
    grid = pl.DataFrame({"c0": ["日期", "2026-11-05", "近日", None]})
    path = tmp_path / f"a.{kind}"
    WORKBOOKS[kind](path, [writers.Sheet("名单一", grid, dates=frozenset({0}))])
    assert [str(row[0]) for row in cells(path)] == ["日期", "2026-11-05 00:00:00", "近日"]


def test_old_workbooks_are_split_before_their_format_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "XLS_ROWS", 5)
    path = tmp_path / "a.xls"
    writers.write_xls(path, [SHEET])
    assert fastexcel.read_excel(path).sheet_names == ["名单一", "名单一_2"]
    assert cells(path, "名单一_2") == [*GRID.head(3).rows(), *GRID.tail(2).rows()]


@pytest.mark.parametrize(
    ("encoding", "start"), [("gb18030", "名单".encode("gb18030")), ("utf-8-sig", b"\xef\xbb\xbf"), ("utf-8", b"\xe5\x90\x8d")]
)
def test_text_files_have_their_encoding(tmp_path: Path, encoding: str, start: bytes) -> None:
    path = tmp_path / "a.csv"
    writers.write_csv(path, GRID, encoding)
    assert path.read_bytes().startswith(start)
    lines = path.read_bytes().decode(encoding).split("\r\n")
    assert lines[4] == "𠮷囗吴,-2+3,-350"


def test_a_table_is_read_with_a_query(tmp_path: Path) -> None:
    writers.write_database(tmp_path / "a.sqlite", "people", pl.DataFrame({"xm": ["张三", None], "fzrq": ["2026-10-01", ""]}))
    engine = create_engine(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id, xm, fzrq FROM people ORDER BY id")).all() == [(1, "张三", "2026-10-01"), (2, None, "")]
    engine.dispose()
