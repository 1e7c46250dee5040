"""What was handed out, as the server sees it: the one place that knows how releases lie on the disk.

A file is on the shelf when a release's manifest names it, and it is given out only while its bytes have the manifest's hash. To whom it
is addressed follows from the manifest's `audience`; an audience that is no village and no bureau is the county's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import Any

from contracts.errors import ConfigError
from contracts.home import Home
from contracts.month import Month
from delivery.release import MANIFEST
from delivery.serving.scope import Scope, ScopeError

BUREAU_KINDS = frozenset({"correction_list", "bureau_feedback"})


class Changing(Exception):
    """The bytes on the disk are not those of the manifest: a release is being replaced at this moment."""


@dataclass(frozen=True)
class Handout:
    """One file of a release.

    Attributes:
        path: below the release's folder, with forward slashes.
        kind: as the manifest says: village_workbook, ledger, ….
        audience: to whom it is addressed.
        rows: as the manifest counts them.
        sha256: of its bytes.
        folder: where the release lies.
    """

    path: str
    kind: str
    audience: Scope
    rows: int
    sha256: str
    folder: Path

    @property
    def key(self) -> str:
        """A short name for addresses; the same in every release of the month."""
        return hashlib.sha256(self.path.encode()).hexdigest()[:12]

    @property
    def name(self) -> str:
        """Its file name."""
        return PurePosixPath(self.path).name

    @property
    def format(self) -> str:
        """Its extension: `xlsx` or `pdf`."""
        return PurePosixPath(self.path).suffix[1:].lower()

    def read(self) -> bytes:
        """Its bytes. Raises `Changing` where they are not those of the manifest."""
        try:
            content = (self.folder / self.path).read_bytes()
        except OSError as gone:
            raise Changing from gone
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise Changing
        return content


@dataclass(frozen=True)
class Issue:
    """One release of a month. `is_current`: the one that holds; `state`: 有效, 已被取代 or 已撤回."""

    month: str
    number: int
    state: str
    files: Sequence[Handout]

    @property
    def is_current(self) -> bool:
        """Whether it holds."""
        return self.state == "有效"

    def within(self, scope: Scope) -> list[Handout]:
        """Its files that `scope` covers, by path."""
        return [file for file in self.files if scope.covers(file.audience)]


class Shelf:
    """The releases of a home folder. A manifest is read again only when it has changed."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._read: dict[Path, tuple[tuple[int, int], Issue]] = {}
        self._lock = Lock()

    def months(self) -> list[str]:
        """Months with a release, newest first."""
        folder = self._home.root / "releases"
        names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        return sorted((name for name in names if _month(name) and self.issues(name)), reverse=True)

    def issues(self, month: str) -> list[Issue]:
        """The releases of a month, newest first; empty for what is no month."""
        known = _month(month)
        folder = self._home.release(known) if known else None
        issue = self._issue(month, 1, folder) if folder else None
        return [issue] if issue else []

    def _issue(self, month: str, number: int, folder: Path) -> Issue | None:
        try:
            stat = (folder / MANIFEST).stat()
            mark = (stat.st_mtime_ns, stat.st_ino)
            with self._lock:
                known = self._read.get(folder)
            if known and known[0] == mark:
                return known[1]
            content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        issue = Issue(month, number, "有效", [_handout(file, folder) for file in content["files"]])
        with self._lock:
            self._read[folder] = (mark, issue)
        return issue


def _month(text: str) -> Month | None:
    try:
        return Month.parse(text)
    except ConfigError:
        return None


def _handout(file: dict[str, Any], folder: Path) -> Handout:
    return Handout(file["path"], file["kind"], _addressee(file["kind"], file["audience"]), file["rows"], file["sha256"], folder)


def _addressee(kind: str, audience: str) -> Scope:
    """The scope that a file is addressed to."""
    if kind in BUREAU_KINDS:
        return Scope("bureau", audience)
    try:
        return Scope.parse(f"village:{audience}")
    except ScopeError:
        return Scope("county")
