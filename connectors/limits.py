"""How much a file may hold. A file beyond a limit is held with a message; it never fills the memory of the county's one computer.

Every figure stands far above what a county's lists reach: the largest known one, a register of 130,000 households, has 12 million
cells and 0.8 GiB of XML inside an .xlsx of 60 MiB.
"""

from __future__ import annotations

MIB, GIB = 2**20, 2**30

FILE_BYTES = 1 * GIB  # one file as it came, which is in memory while it is read; a million rows of forty columns as text are 0.4 GiB
UNPACKED_BYTES = 2 * GIB  # what may come out of one archive or workbook, counted while unpacking and not as the archive says
ARCHIVE_FILES = 500  # files in one archive: a county has at most 300 villages, and some bureaus send one file a village
CELLS = 60_000_000  # of one sheet's rectangle, empty ones included, for readers lay it out whole: 32 bytes each, 2 GB
MARKUP_BYTES = 200 * MIB  # HTML and XML as a tree take ten times their size
MARKUP_CELLS = 5_000_000  # of one page or XML sheet: what exports to these formats ends at 65,536 rows, as .xls does
