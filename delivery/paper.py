"""A village's papers as one PDF, ruled for handwriting: the pages of its workbook, and on every visit form a code that names the lead only.

`paper.typ` draws what `delivery.page` describes. The font comes from a package, nothing is looked up on the machine, and the date in the
file is fixed, so that the same village gives the same bytes.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import manimgx_fonts_cjk
import segno
import typst

from contracts.county import County
from contracts.month import Month
from delivery.book import CREATED
from delivery.cover import cover_page
from delivery.form import form_page
from delivery.handout import Village
from delivery.page import Page
from delivery.village import COLUMNS, form_data, list_note, list_title
from delivery.words import CARE

TEMPLATE = Path(__file__).with_name("paper.typ")
FONT = "Noto Sans CJK SC"
MOST_SHOWN = 3  # of these, choices are printed in the box to be ticked; longer ones are printed above it or written


def write_paper(path: Path, village: Village, month: Month, county: County) -> int:
    """Write the papers of one village to `path`; returns its number of leads."""
    leads = village.leads
    content = {
        "font": FONT,
        "title": f"{village.town}{village.name} {month} 预警线索",
        "author": county.office,
        "care": CARE,
        "place": f"{village.town} {village.name}",
        "cover": _drawn(cover_page(village, month, county)),
        "list": {
            "title": list_title(village, month),
            "note": list_note(village),
            "widths": [column.width for column in COLUMNS],
            "headings": [column.heading for column in COLUMNS],
            "rows": [[_text(value) for value in row] for row in leads.select(column.name for column in COLUMNS).iter_rows()],
            "red": leads["is_red"].to_list(),
            "doubtful": leads["is_doubtful"].to_list(),
        },
        "forms": [
            {"code": lead["lead_id"], "marks": _marks(lead["lead_id"]), **_drawn(form_page(form_data(village, lead, county)))}
            for lead in leads.iter_rows(named=True)
        ],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_compiled(json.dumps(content, ensure_ascii=False)))
    return leads.height


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _drawn(page: Page) -> dict[str, Any]:
    return {
        "widths": list(page.widths),
        "heights": page.heights,
        "lines": [
            [[cell.span, cell.text, cell.look, list(cell.choices) if len(cell.choices) <= MOST_SHOWN else []] for cell in line.cells]
            for line in page.lines
        ],
    }


def _marks(code: str) -> str:
    """A QR code as one SVG picture."""
    return segno.make(code, error="m", micro=False).svg_inline(border=0, omitsize=True)


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    """One a process, so that the font is read once."""
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(Path(manimgx_fonts_cjk.__file__).parent)]
    )
    return typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=fonts)


def _compiled(content: str) -> bytes:
    pdf = _compiler().compile(format="pdf", sys_inputs={"content": content}, timestamp=CREATED.replace(tzinfo=UTC))
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no PDF")
    return pdf
