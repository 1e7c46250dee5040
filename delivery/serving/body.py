"""Bytes to a caller, the way that saves the line: unchanged ones not again, broken off ones from where they broke, texts compressed.

Validators are strong and follow from content, never from file times (RFC 9110, 8.8). A compressed text is a representation of its own
with its own validator; ranges are of the plain one. What is compressed already is left alone.
"""

from __future__ import annotations

import gzip
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "zip": "application/zip",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
COMPRESSED = frozenset({"csv", "json"})
WORTH_COMPRESSING = 1_000  # bytes
RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
KEEP = "private, no-cache"  # may be kept by the caller's own program, and is asked about before it is used again


@dataclass(frozen=True)
class Body:
    """What is sent: bytes, their format, a mark of their content, and the name to save them under (none: shown, not saved)."""

    content: bytes
    format: str
    mark: str
    name: str = ""


class Cache:
    """What was worked out lately, by a key, up to so many bytes; the longest unused goes first."""

    def __init__(self, most: int = 64_000_000) -> None:
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._most, self._bytes, self._lock = most, 0, Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The bytes under `key`, made where they are not there."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        content = make()
        with self._lock:
            if key not in self._kept and len(content) <= self._most // 4:
                self._kept[key] = content
                self._bytes += len(content)
            while self._bytes > self._most:
                self._bytes -= len(self._kept.popitem(last=False)[1])
        return content


def respond(request: Request, body: Body, cache: Cache) -> Response:
    """200, 206, 304 or 416, as the request asks."""
    plain, packed = f'"{body.mark}-{body.format}"', f'"{body.mark}-{body.format}-gz"'
    headers = {"cache-control": KEEP, "vary": "accept-encoding, authorization, cookie", "accept-ranges": "bytes"}
    if body.name:
        headers["content-disposition"] = f"attachment; filename*=utf-8''{quote(body.name, safe='')}"
    may_pack = body.format in COMPRESSED and len(body.content) >= WORTH_COMPRESSING and "range" not in request.headers
    is_packed = may_pack and _accepts_gzip(request.headers.get("accept-encoding", ""))
    tag = packed if is_packed else plain
    if _is_known(request.headers.get("if-none-match", ""), {plain, packed}):
        return Response(status_code=304, headers={**headers, "etag": tag})
    media = MEDIA.get(body.format, "application/octet-stream")
    headers["etag"] = tag
    if is_packed:
        content = cache.get((body.mark, body.format, "gzip"), lambda: gzip.compress(body.content, 6, mtime=0))
        return Response(content, headers={**headers, "content-encoding": "gzip"}, media_type=media)
    found = RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if found is None or not _is_range(found[1], found[2]) or request.headers.get("if-range", plain) != plain:
        return Response(body.content, headers=headers, media_type=media)
    return _part(body.content, found[1], found[2], headers, media)


def _is_range(first: str, last: str) -> bool:
    return bool(first or last) and not (first and last and int(first) > int(last))


def _part(content: bytes, first: str, last: str, headers: dict[str, str], media: str) -> Response:
    size = len(content)
    start = int(first) if first else max(0, size - int(last))
    end = min(size - 1, int(last)) if first and last else size - 1
    if start > end:
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{size}"})
    headers = {**headers, "content-range": f"bytes {start}-{end}/{size}"}
    return Response(content[start : end + 1], status_code=206, headers=headers, media_type=media)


def _accepts_gzip(header: str) -> bool:
    """Whether gzip, or anything, is named with a weight above 0 (RFC 9110, 12.5.3)."""
    weights = {}
    for part in header.lower().replace(" ", "").split(","):
        coding, _, weight = part.partition(";q=")
        weights[coding] = weight
    chosen = weights.get("gzip", weights.get("*"))
    return chosen is not None and not re.fullmatch(r"0(\.0*)?", chosen)


def _is_known(header: str, tags: set[str]) -> bool:
    named = {part.strip().removeprefix("W/") for part in header.split(",")}
    return "*" in named or bool(named & tags)
