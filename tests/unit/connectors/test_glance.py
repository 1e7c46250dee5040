"""A glance at a piece of XML leaves out nothing that is there, wherever the borders of its blocks fall."""

import pytest

from connectors.glance import BLOCK, Glance, column_number, glance

PIECES = {
    '<row r="7"><c r="A7"><v>3</v></c><c r="AB7"/></row>': Glance(7, 28),
    "<row r='9'><c r='C9'/></row><row r='12'/>": Glance(12, 3),
    '<c r="Z99999"/><c r="AA100000"/><c r="AZ3"/>': Glance(100_000, 52),
    '<c r="XFD1048576"/>': Glance(1_048_576, 16_384),
    '<c r="A1" t="s"/><row spans="1:10"/>': Glance(1, 1),
    '<row hidden="1">': Glance(hidden=True),
    '<mergeCell ref="A1:B2"/>': Glance(merged=True),
    '<c t="e"><v>#N/A</v>': Glance(errors=True),
    "<v>522699198001011230</v>": Glance(long_numbers=True),
    '<c r="B3" s="1"><v>522699198001011230</v>': Glance(3, 2, long_numbers=True),
    '<c r="B3" t="str" s="1"><v>522699198001011230</v>': Glance(3, 2, long_numbers=True),  # to be looked at: text all the same
    '<c r="B3" t="str"><v>522699198001011230</v>': Glance(3, 2),
    '<c r="B3" t="inlineStr"><is><t>522699198001011230</t>': Glance(3, 2),
    "<v>0.1234567890123456</v><v>123456789012345</v>": Glance(),
    "<v>5.22E+17</v>": Glance(scientific=True),
    "": Glance(),
}


@pytest.mark.parametrize(("text", "seen"), PIECES.items())
def test_what_stands_in_a_piece(text, seen):
    assert glance(text.encode()) == seen


@pytest.mark.parametrize(("text", "seen"), PIECES.items())
@pytest.mark.parametrize("before", [1, 2, 5, 12, 18])
def test_what_stands_across_the_border_of_two_blocks(text, seen, before):
    piece = b" " * (BLOCK - before) + text.encode()
    assert glance(piece) == seen


def test_columns_have_numbers():
    assert [column_number(letters) for letters in (b"", b"A", b"Z", b"AA", b"XFD")] == [0, 1, 26, 27, 16_384]
