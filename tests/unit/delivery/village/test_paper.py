"""The printed papers of a village: what its workbook says, a code on every form, the same bytes twice."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
import zxingcpp

from delivery.releases.manifest import check_code
from delivery.village.handout import villages_of
from delivery.village.on_paper import draw
from delivery.village.page import Cell, Line, Page
from delivery.village.pages import Pages
from delivery.village.paper import manuscript_of, print_paper
from delivery.village.typeface import rare
from delivery.village.workbook import write_village
from delivery.words import CARE, NOT_A_VERDICT
from tests.unit.delivery import frames

A4, A4_FLAT = (595, 842), (842, 595)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    village = villages_of(frames.tables(), frames.MONTH)[0]
    pages = Pages(village, frames.MONTH, frames.COUNTY)
    print_paper(folder / "village.pdf", manuscript_of(pages))
    assert write_village(folder / "village.xlsx", pages) == 3
    return folder


def said(pdf: Path) -> list[str]:
    """The text of each page, without blanks."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in document]


def test_cover_list_and_a_form_a_household(papers):
    with pypdfium2.PdfDocument(papers / "village.pdf") as document:
        sizes = [tuple(round(side) for side in page.get_size()) for page in document]
    assert sizes == [A4, A4_FLAT, A4, A4, A4]
    pages = said(papers / "village.pdf")
    for number, page in enumerate(pages, start=1):
        assert f"第{number}页共5页" in page
        assert NOT_A_VERDICT in page
        assert CARE in page
    assert ["入户核查表" in page for page in pages] == [False, False, True, True, True]


def test_paper_says_what_the_workbook_says(papers):
    on_paper = "".join(said(papers / "village.pdf"))
    for sheet in openpyxl.load_workbook(papers / "village.xlsx"):
        for row in sheet.iter_rows(max_col=12 if sheet.title == "线索清单" else 8):
            for value in (str(cell.value) for cell in row if cell.value is not None):
                words = re.sub(r"\s", "", value.removeprefix("'"))
                assert words in on_paper, (sheet.title, value)


def test_every_form_carries_the_number_of_its_lead_and_nothing_else(papers):
    with pypdfium2.PdfDocument(papers / "village.pdf") as document:
        codes = [[code.text for code in zxingcpp.read_barcodes(page.render(scale=2).to_numpy())] for page in document]
    assert codes == [[], [], ["2026-11-522699100200-01"], ["2026-11-522699100200-02"], ["2026-11-522699100200-03"]]


def test_the_same_village_gives_the_same_bytes(papers, tmp_path):
    village = villages_of(frames.tables(), frames.MONTH)[0]
    print_paper(tmp_path / "again.pdf", manuscript_of(Pages(village, frames.MONTH, frames.COUNTY)))
    assert (tmp_path / "again.pdf").read_bytes() == (papers / "village.pdf").read_bytes()


def test_every_page_tells_of_which_proposal_it_is(tmp_path):
    village = villages_of(frames.tables(), frames.MONTH)[0]
    code = check_code("digest of one proposal")
    assert len(code) == len("7K3-MQ2")
    assert code != check_code("digest of another")
    print_paper(tmp_path / "told.pdf", manuscript_of(Pages(village, frames.MONTH, frames.COUNTY, code)))
    assert all(f"核对码{code}" in page for page in said(tmp_path / "told.pdf"))


@pytest.mark.parametrize("is_prepared", [True, False])
def test_rare_characters_of_names_are_printed(tmp_path, is_prepared):
    """Whether they were cut out of the font with the release's others, or the whole font has to be asked."""
    names = "䶮㛃𬭩𡋾"
    tables = frames.tables(1, 1)
    village = villages_of(tables, frames.MONTH)[0]
    members = village.members["H0-0"]
    members[1]["person_name"] = names
    manuscript = manuscript_of(Pages(village, frames.MONTH, frames.COUNTY))
    assert rare(manuscript) == "".join(sorted(names))
    print_paper(tmp_path / "rare.pdf", manuscript, rare([names]) if is_prepared else "")
    assert names in said(tmp_path / "rare.pdf")[-1]


def page_of(*heights: float) -> Page:
    return Page((10.0, 10.0), [[Line((Cell(1, "问", "label"), Cell(1, None, "long_fill")), height) for height in heights]])


def test_a_page_that_is_too_long_comes_closer_and_then_goes_on():
    assert len(draw(page_of(*[30] * 10), 300, 5, closest=0.8, loose=0.9)) == 1
    assert len(draw(page_of(*[30] * 12), 300, 5, closest=0.8, loose=0.9)) == 1
    assert [len(sheet) for sheet in draw(page_of(*[30] * 13), 300, 5, closest=0.8, loose=0.9)] == [1, 1]


def test_a_part_is_not_cut_where_a_sheet_can_hold_it():
    page = page_of(*[30] * 8)
    sheets = draw(Page(page.widths, [*page.parts, *page.parts]), 300, 5, closest=1.0, loose=0.9)
    assert [[y for y, _ in sheet] for sheet in sheets] == [[0.0], [0.0]]


def test_headings_are_repeated_on_every_sheet():
    page = page_of(*[30] * 30)
    long = Page(page.widths, [page_of(30).parts[0], *page.parts])
    sheets = draw(long, 300, 5, closest=1.0, loose=0.9, repeated=1)
    assert len(sheets) == 3
    assert {sheet[0] for sheet in sheets} == {sheets[0][0]}
