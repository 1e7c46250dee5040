"""A filled-in workbook on its way in: what is checked before anybody reads it, and what its sender hears afterwards.

Reading the answers is not done here: the server is given a function for it. It gets the sender's scope and must leave alone what lies
outside.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from delivery.serving.problems import Problem
from delivery.serving.scope import Scope

MOST_BYTES = 10_000_000
MOST_UNPACKED = 200_000_000
MOST_PARTS = 2_000
ZIP = b"PK"


@dataclass(frozen=True)
class Taken:
    """What was understood of a workbook.

    Attributes:
        title: what the workbook is, in one line.
        new: answers that were written down now.
        known: answers that stood there already.
        understood: where (sheet, row or lead), and what was read there.
        problems: where, and what could not be read and how to mend it. Neither repeats free text of a cell.
    """

    title: str
    new: int
    known: int
    understood: Sequence[tuple[str, str]]
    problems: Sequence[tuple[str, str]]


class Refused(Exception):
    """The file as a whole cannot be used; the text says why and what to do, in Chinese."""


Take = Callable[[bytes, str, Scope], Taken]  # may raise `Refused`


def take_nothing(_content: bytes, _name: str, _scope: Scope) -> Taken:
    """For a server that only hands out. Raises `Refused`."""
    raise Refused("本服务只提供下载，不接收填报。请把填好的工作簿交给县级管理员。")


def receive(content: bytes, name: str, scope: Scope, take: Take) -> Taken:
    """Give a file to `take` unless it is empty or a trap. Raises `Problem` with the reason where it is not used."""
    try:
        _check(content)
        return take(content, name, scope)
    except Refused as refused:
        raise Problem(422, "not_taken", str(refused), "改好后再交一次；同一份交两次不会重复记录。") from refused


def _check(content: bytes) -> None:
    """Raise `Refused` for an empty file and for a workbook that would unpack to more than a workbook's size."""
    if not content:
        raise Refused("没有收到文件。请先选择填好的工作簿（.xlsx）。")
    if not content.startswith(ZIP):
        return  # a table of text (CSV, JSON), or nothing that can be read, which its reader says
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as broken:
        raise Refused("这个工作簿已损坏。请用原来的工作簿填写，另存时选“Excel 工作簿（.xlsx）”。") from broken
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refused("这个工作簿展开后太大，没有读取。请在原来的工作簿里填写，不要插入照片或粘贴整表。")
