"""A village's papers as one PDF: the pages of its workbook, ruled for handwriting, every visit form with a code that names its lead only.

The font comes from a package and nothing is looked up on the machine; the date in the file is fixed, so that the same village gives the
same bytes. What stands on the pages comes from `delivery.page`, where it stands from `delivery.on_paper`; `paper.typ` sets the words.
"""

from __future__ import annotations

import json
from datetime import UTC
from functools import lru_cache
from pathlib import Path
from typing import Any

import manimgx_fonts_cjk
import zxingcpp
import typst

from contracts.county import County
from contracts.month import Month
from delivery.book import CREATED
from delivery.cover import cover_page
from delivery.form import form_page
from delivery.handout import Village
from delivery.on_paper import draw
from delivery.page import Cell, Line, Page
from delivery.village import COLUMNS, form_data, list_note, list_title
from delivery.words import CARE

TEMPLATE = Path(__file__).with_name("paper.typ")
FONT = "Noto Sans CJK SC"
POINTS = 72 / 25.4  # of a millimetre
WIDTH, HEIGHT = 210 * POINTS, 297 * POINTS
MARGIN, TOP, BOTTOM = 10.5 * POINTS, 8 * POINTS, 13 * POINTS


def write_paper(path: Path, village: Village, month: Month, county: County) -> int:
    """Write the papers of one village to `path`; returns its number of leads."""
    place = f"{village.town} {village.name}"
    sheets = [
        *_sheets(cover_page(village, month, county), place),
        *_sheets(_list_page(village, month), place, landscape=True, repeated=3),
    ]
    for lead in village.leads.iter_rows(named=True):
        sheets += _sheets(form_page(form_data(village, lead, county)), lead["lead_id"], marks=_marks(lead["lead_id"]))
    content = {
        "font": FONT,
        "title": f"{village.town}{village.name} {month} 预警线索",
        "author": county.office,
        "care": CARE,
        "width": WIDTH,
        "height": HEIGHT,
        "margin": MARGIN,
        "top": TOP,
        "sheets": sheets,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_compiled(json.dumps(content, ensure_ascii=False)))
    return village.leads.height


def _sheets(page: Page, foot: str, *, landscape: bool = False, repeated: int = 0, marks: str = "") -> list[dict[str, Any]]:
    """The sheets of a page with what stands at their foot, and the code in their upper corner."""
    wide, high = (HEIGHT, WIDTH) if landscape else (WIDTH, HEIGHT)
    unit = (wide - 2 * MARGIN) / sum(page.widths)
    sheets = draw(page, high - TOP - BOTTOM, unit, repeated=repeated)
    return [{**sheet, "landscape": landscape, "foot": foot, "marks": marks} for sheet in sheets]


def _list_page(village: Village, month: Month) -> Page:
    """The lead list of the workbook as a page."""
    whole = len(COLUMNS)
    lines = [
        Line((Cell(whole, list_title(village, month), "title"),), 30),
        Line((Cell(whole, list_note(village), "note"),), 18),
        Line(tuple(Cell(1, column.heading, "column") for column in COLUMNS), 38),
    ]
    for lead in village.leads.iter_rows(named=True):
        colour = "red" if lead["is_red"] else "amber"
        looks = {
            "number": f"number.{colour}", "grade_word": colour, "household": "name", "situation": "words", "ask_text": "words",
            "certainty": "doubt" if lead["is_doubtful"] else "known",
        }  # fmt: skip
        lines.append(Line(tuple(Cell(1, lead[column.name], looks.get(column.name, "known")) for column in COLUMNS), 34))
    return Page([column.width for column in COLUMNS], lines)


def _marks(code: str) -> str:
    """A QR code as an SVG picture."""
    drawn: str = zxingcpp.write_barcode_to_svg(zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.QRCode, ec_level="M"), add_quiet_zones=False)
    return drawn


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    """One a process, so that the font is read once."""
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(Path(manimgx_fonts_cjk.__file__).parent)]
    )
    return typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=fonts)


def _compiled(content: str) -> bytes:
    pdf = _compiler().compile(format="pdf", pdf_tags=False, sys_inputs={"content": content}, timestamp=CREATED.replace(tzinfo=UTC))
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no PDF")
    return pdf
