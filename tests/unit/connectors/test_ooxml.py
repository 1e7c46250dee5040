"""What a workbook's XML says beside its cells."""

import io
import zipfile

import pytest

from connectors.ooxml import look_through

RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = {
    "xl/workbook.xml": f'<workbook xmlns:r="{RELATED}"><sheets><sheet name="S" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
}


@pytest.mark.parametrize(
    ("cell", "is_long"),
    [
        ("<c><v>5.22E+17</v></c>", True),
        ('<c r="B1" s="3"><v>5.22E17</v></c>', True),
        ('<c r="B1" t="n"><v>5.22E17</v></c>', True),
        ('<c t="str"><f>A1</f><v>5.22E+17</v></c>', True),  # to be looked at: text all the same
        ('<c t="str"><v>5.22E+17</v></c>', False),
        ("<c r='B1' s='3' t='str'><v>5.22E+17</v></c>", False),
        ('<c t="str"><v>5.22E+17</v></c><c><v>5.22E+17</v></c>', True),
        ('<c t="str"><v>522699198001011230</v></c><c><v>1</v></c>', False),
    ],
)
def test_long_numbers_are_those_of_cells_that_are_no_text(cell, is_long):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text)
        archive.writestr("xl/worksheets/sheet1.xml", f'<worksheet><sheetData><row r="1">{cell}</row></sheetData></worksheet>')
    assert look_through(content.getvalue()).sheets["S"].has_long_numbers == is_long
