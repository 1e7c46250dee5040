"""Content of a file -> its sheets, by what the content is and not by what the file is called."""

from __future__ import annotations

from collections.abc import Callable

from connectors import delimited, dumps, markup, spreadsheets
from connectors.encoding import Text, decode
from connectors.recognise import LOOK_AT, kind_of, kind_of_text, refusal, wrong_extension
from connectors.sheet import Remark, Sheet

READERS: dict[str, Callable[[Text], list[Sheet]]] = {
    "text": lambda text: [delimited.read_sheet(text)],
    "html": markup.read_html,
    "mhtml": markup.read_mhtml,
    "xml": markup.read_spreadsheetml,
}


def read_sheets(content: bytes, name: str) -> tuple[list[Sheet], tuple[Remark, ...]]:
    """The sheets of the file called `name`, and what is to be said about the file. Raises `Unreadable`; archives are not opened here."""
    kind = kind_of(content)
    if kind == "text":
        kind, sheets = _text(decode(content))
    elif kind == "xlsx":
        sheets = spreadsheets.read_xlsx(content)
    elif kind == "xls":
        sheets = spreadsheets.read_xls(content)
    else:
        raise refusal(kind)
    return sheets, wrong_extension(name, kind)


def _text(text: Text) -> tuple[str, list[Sheet]]:
    """Which kind of text it is, and its sheets."""
    kind = kind_of_text(text.content[: 4 * LOOK_AT].decode("utf-8", "ignore"))
    if kind == "dump" or (kind == "inserts" and dumps.has_rows(text)):
        return "dump", dumps.read_sheets(text)
    if kind not in READERS:
        raise refusal(kind)
    return kind, READERS[kind](text)
