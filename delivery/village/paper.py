"""A village's papers as one PDF: the pages of its workbook, ruled for handwriting, every visit form with a code that names its lead only.

First a manuscript, which says every word and its place; typst sets it when it is to be printed. The font comes from a package and nothing
is looked up on the machine; the date in the file is fixed, so that the same manuscript gives the same bytes. What stands on the pages
comes from `page`, where it stands from `on_paper`; `paper.typ` sets the words.
"""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from typing import Any, NamedTuple

import typst
import zxingcpp

from delivery.book import CREATED
from delivery.village.on_paper import draw
from delivery.village.page import Cell, Line, Page
from delivery.village.pages import Pages
from delivery.village.typeface import FAMILY, fonts_for
from delivery.village.workbook import COLUMNS, list_note
from delivery.words import CARE

TEMPLATE = Path(__file__).with_name("paper.typ")
POINTS = 72 / 25.4  # of a millimetre
WIDTH, HEIGHT = 210 * POINTS, 297 * POINTS
MARGIN, TOP, BOTTOM = 10.5 * POINTS, 8 * POINTS, 13 * POINTS
CLOSEST, LOOSE, LIST_CLOSEST = 0.66, 0.9, 0.8  # how close lines may come on paper, whose letters are smaller than the screen's


class Manuscript(NamedTuple):
    """What typst is given, as JSON: the sheets with what stands at their foot, and the parts that they are made of."""

    content: str
    parts: str


def manuscript_of(pages: Pages) -> Manuscript:
    """The papers of one village."""
    village, paper = pages.village, Paper()
    place = f"{village.town} {village.name}"
    sheets = [*paper.sheets(pages.cover, place), *paper.sheets(_list_page(pages), place, landscape=True, repeated=1)]
    for code, form in zip(village.leads["lead_id"], pages.forms, strict=True):
        sheets += paper.sheets(form, code, marks=_marks(code))
    return paper.manuscript(sheets, title=pages.title, author=pages.county.office, care=CARE, told=pages.told)


def print_paper(path: Path, manuscript: Manuscript, prepared: str = "") -> None:
    """Write `manuscript` to `path` as a PDF. `prepared`: rare characters that are likely to stand on it (delivery.village.typeface)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_compiled(manuscript, prepared))


class Paper:
    """A manuscript that grows by sheets. A part that is the same on several sheets is set once."""

    def __init__(self) -> None:
        self._parts: dict[str, int] = {}

    def sheets(self, page: Page, foot: str, *, landscape: bool = False, repeated: int = 0, marks: str = "") -> list[dict[str, Any]]:
        """The sheets of a page with what stands at their foot, and the code in their corner."""
        wide, high = (HEIGHT, WIDTH) if landscape else (WIDTH, HEIGHT)
        unit = (wide - 2 * MARGIN) / sum(page.widths)
        closest, loose = (LIST_CLOSEST, LIST_CLOSEST) if landscape else (CLOSEST, LOOSE)
        drawn = draw(page, high - TOP - BOTTOM, unit, closest=closest, loose=loose, repeated=repeated)
        placed = [[(y, self._parts.setdefault(part, len(self._parts))) for y, part in sheet] for sheet in drawn]
        return [{"parts": sheet, "landscape": landscape, "foot": foot, "marks": marks} for sheet in placed]

    def manuscript(self, sheets: list[dict[str, Any]], *, title: str, author: str, care: str, told: str = "") -> Manuscript:
        """All of it; `care` is what stands at the foot of each of the `sheets`, `told` at its head."""
        settings = {"font": FAMILY, "width": WIDTH, "height": HEIGHT, "margin": MARGIN, "top": TOP, "bottom": BOTTOM}
        content = {**settings, "title": title, "author": author, "care": care, "told": told, "sheets": sheets}
        return Manuscript(json.dumps(content, ensure_ascii=False), f"[{','.join(self._parts)}]")


def _list_page(pages: Pages) -> Page:
    """The lead list of the workbook as a page."""
    village, whole = pages.village, len(COLUMNS)
    head = [
        Line((Cell(whole, pages.list_title, "title"),), 30),
        Line((Cell(whole, list_note(village), "note"),), 18),
        Line(tuple(Cell(1, column.heading, "column") for column in COLUMNS), 38),
    ]
    rows = []
    for lead in village.leads.iter_rows(named=True):
        colour = "red" if lead["is_red"] else "amber"
        looks = {
            "number": f"number.{colour}", "grade_word": colour, "household": "name", "situation": "told", "ask_text": "told",
            "certainty": "doubt" if lead["is_doubtful"] else "item",
        }  # fmt: skip
        rows.append(Line(tuple(Cell(1, lead[column.name], looks.get(column.name, "item")) for column in COLUMNS), 34))
    return Page([column.width for column in COLUMNS], [head, *([row] for row in rows)])


def _marks(code: str) -> str:
    """A QR code as an SVG picture."""
    marks = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return str(zxingcpp.write_barcode_to_svg(marks, add_quiet_zones=False))


def _compiled(manuscript: Manuscript, prepared: str) -> bytes:
    """The PDF. What a file has in common with the one before, typst knows already: it is given as files, not as inputs, for that."""
    files: Any = {
        "main.typ": TEMPLATE.read_bytes(),
        "content.json": manuscript.content.encode(),
        "parts.json": manuscript.parts.encode(),
    }
    fonts = fonts_for(manuscript, prepared)
    made = typst.compile(files, format="pdf", pdf_tags=False, font_paths=fonts, timestamp=CREATED.replace(tzinfo=UTC))
    if not isinstance(made, bytes):
        raise TypeError("typst gave no PDF")
    return made
