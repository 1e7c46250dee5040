"""Zip archives: what is in them, unpacked in memory, counted while unpacking. Nothing is ever written under a name from an archive.

Names made on Chinese Windows are GBK without saying so; those of a Mac are UTF-8 without saying so.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from connectors.encoding import NOT_CHINESE
from connectors.limits import ARCHIVE_FILES, FILE_BYTES, UNPACKED_BYTES
from connectors.recognise import REFUSED, kind_of
from connectors.sheet import Unreadable

# all that the standard library raises on damaged archives
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    ValueError,
    OSError,
    EOFError,
    KeyError,
    IndexError,
    OverflowError,
)
LITTER = ("__macosx/*", "*.ds_store", "*thumbs.db", "*desktop.ini", "~$*", "*/~$*", ".~*", "*/.~*")
PIECE = 2**20  # bytes unpacked at a time
ENCRYPTED = 0x1  # flag bit of an entry


@dataclass(frozen=True)
class Member:
    """One file of an archive under its cleaned name."""

    name: str
    content: bytes


def read_file(path: Path) -> bytes:
    """The content of a file, or of a file inside an archive when `path` is `…/archive.zip/<name within>`. Raises `Unreadable`."""
    archive = next((parent for parent in path.parents if parent.is_file()), None)
    if archive is not None:
        return _opened(read_file(archive), path.relative_to(archive).as_posix())
    if (size := path.stat().st_size) > FILE_BYTES:
        raise Unreadable(f"文件有 {size >> 20} MB，超过单个文件的上限 {FILE_BYTES >> 20} MB。", "请按乡镇或月份拆成几个文件报送。")
    return path.read_bytes()


def members(content: bytes) -> Iterator[Member]:
    """The files of an archive in its order, one at a time. Raises `Unreadable` on damage, passwords and bombs, wherever it meets them."""
    left = UNPACKED_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name, info in _entries(archive).items():
                unpacked = b"".join(stream(archive, info, left))
                left -= len(unpacked)
                yield Member(name, unpacked)
    except BROKEN as broken:
        raise Unreadable(*REFUSED["broken_archive"]) from broken


def _opened(content: bytes, name: str) -> bytes:
    """The one file of an archive that is called `name`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = _entries(archive)
            if name in entries:
                return b"".join(stream(archive, entries[name], UNPACKED_BYTES))
    except BROKEN as broken:
        raise Unreadable(*REFUSED["broken_archive"]) from broken
    raise Unreadable("压缩包里没有这个文件了。", "请重新报送压缩包。")


def _entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files of an archive by name, a name that comes again numbered. Raises `Unreadable` when there are none or too many."""
    entries: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        name = _name(info)
        if info.is_dir() or any(fnmatch(name.lower(), pattern) for pattern in LITTER):
            continue
        unique = PurePosixPath(name)
        number = 2
        while str(unique) in entries:
            unique, number = PurePosixPath(name).with_stem(f"{PurePosixPath(name).stem} ({number})"), number + 1
        entries[str(unique)] = info
    if not entries:
        raise Unreadable("压缩包里没有文件。", "请重新压缩后报送。")
    if len(entries) > ARCHIVE_FILES:
        raise Unreadable(f"压缩包里有 {len(entries)} 个文件，超过上限 {ARCHIVE_FILES} 个。", "请只压缩要报送的表格，或分几个压缩包。")
    return entries


def stream(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> Iterator[bytes]:
    """One entry piece by piece, or `Unreadable` when it is locked or gives more than `limit` bytes."""
    if info.flag_bits & ENCRYPTED:
        raise Unreadable("压缩包设了密码，解不开。", "请去掉密码重新压缩后报送。")
    if info.file_size > limit:  # what it says of itself; what it gives is counted below
        raise _bomb()
    taken = 0
    with archive.open(info) as entry:
        while piece := entry.read(PIECE):
            taken += len(piece)
            if taken > limit:
                raise _bomb()
            yield piece


def is_archive(content: bytes) -> bool:
    """Whether the content is an archive of files, broken or not, and no workbook."""
    return kind_of(content) in {"archive", "broken_archive"}


def _bomb() -> Unreadable:
    return Unreadable(
        f"文件解压后超过上限 {UNPACKED_BYTES >> 20} MB，没有继续解压。",
        "正常的清单不会这么大，请检查文件来源；确实有这么多数据的，请按乡镇拆开报送。",
    )


def _name(info: zipfile.ZipInfo) -> str:
    """The name of an entry as its sender saw it, without anything that could lead out of a folder."""
    name = info.filename
    if not info.flag_bits & 0x800:  # not declared as UTF-8: zipfile took it for cp437
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            raw = name.encode("utf-8", "replace")
        name = next((text for encoding in ("utf-8", "gb18030") if (text := _decoded(raw, encoding))), name)
    parts = ["".join(letter for letter in part if letter.isprintable()).strip() for part in name.replace("\\", "/").split("/")]
    return "/".join(part for part in parts if part not in {"", ".", ".."}) or "（无名）"


def _decoded(raw: bytes, encoding: str) -> str | None:
    """A name in an encoding, unless it is not in it: 住院 in GBK is valid UTF-8, too, but of Hebrew letters."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if encoding == "utf-8" and NOT_CHINESE.search(text) else text
