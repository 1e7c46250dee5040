"""The font of the papers: Noto Sans CJK from a package, of which only the characters that a release shows are given to the typesetter.

The package's font holds 65,535 characters in every weight at once, and typst turns what it needs of it into a font of one weight for each
file anew. Cut out beforehand in the two weights that papers have, a file takes half the time and two thirds of the bytes.
"""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

import manimgx_fonts_cjk
import typst
import uharfbuzz as hb

FOLDER = Path(manimgx_fonts_cjk.__file__).parent
FILE, SIMPLIFIED = FOLDER / "NotoSansCJK-VF.otf.ttc", 2  # and which of the faces in it has the simplified shapes
FAMILY = "Noto Sans CJK SC"
WEIGHTS = (400, 700)
UNUSED = ("BASE", "GDEF", "GPOS", "GSUB", "STAT", "VORG", "vhea", "vmtx")  # for vertical lines and for kerning of Latin words
HOW = hb.SubsetFlags.DOWNGRADE_CFF2 | hb.SubsetFlags.NOTDEF_OUTLINE | hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.DESUBROUTINIZE
DOUBLE_BYTES = bytes(byte for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF) for byte in (row, cell))
COMMON = frozenset([*map(chr, range(0x20, 0x7F)), *DOUBLE_BYTES.decode("gb18030"), *"\u200b\n"])  # ASCII and GB 2312-1980


def rare(words: Iterable[str]) -> str:
    """The characters of some words that are not common, in order."""
    return "".join(sorted(set().union(*words) - COMMON))


def fonts_for(words: Iterable[str], prepared: str = "") -> typst.Fonts:
    """Fonts that can show `words`: common characters and those `prepared` (as from `rare`), or all that there are."""
    return _cut(prepared) if set(rare(words)) <= set(prepared) else _whole()


@lru_cache(maxsize=1)
def _whole() -> typst.Fonts:
    return _fonts(FOLDER)


@lru_cache(maxsize=1)
def _cut(prepared: str) -> typst.Fonts:
    """Half a second. typst reads a font when it first needs it, so that the files stay as long as the process."""
    folder = Path(mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for weight in WEIGHTS:
        (folder / f"{weight}.otf").write_bytes(_face(COMMON.union(prepared), weight))
    return _fonts(folder)


def _face(characters: Iterable[str], weight: int) -> bytes:
    face = hb.Face(hb.Blob.from_file_path(str(FILE)), SIMPLIFIED)
    what = hb.SubsetInput()
    what.unicode_set.update(map(ord, characters))
    what.drop_table_tag_set.update(int.from_bytes(tag.encode()) for tag in UNUSED)
    what.pin_axis_location(face, "wght", weight)
    what.flags = HOW
    font: bytes = hb.subset(face, what).blob.data
    return font


def _fonts(folder: Path) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
