"""What was handed out, as the server sees it: the releases that the desk knows, and the files that their manifests name.

A release is on the shelf while its manifest has the hash that the desk wrote down, a file is given out only while its bytes have the
manifest's. To whom it is addressed follows from the manifest's `audience`; an audience that is no village and no bureau is the county's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import Any

from contracts.errors import ConfigError
from contracts.home import Home
from contracts.month import Month
from delivery.desk import Desk
from delivery.desk.issues import STANDS
from delivery.errors import ReleaseError
from delivery.releases.issuing import Release, releases
from delivery.releases.manifest import fingerprint
from delivery.serving.scope import Scope, ScopeError

BUREAU_KINDS = frozenset({"correction_list", "bureau_feedback"})


class Changing(Exception):
    """The bytes on the disk are not those of the manifest: somebody is at the files, or has been."""


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
        return fingerprint(self.path.encode())[:12]

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
        if fingerprint(content) != self.sha256:
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
        return self.state == STANDS

    def within(self, scope: Scope) -> list[Handout]:
        """Its files that `scope` covers, by path."""
        return [file for file in self.files if scope.covers(file.audience)]


class Shelf:
    """The releases of a county. A manifest is read once, for it never changes."""

    def __init__(self, home: Home, desk: Desk) -> None:
        self._home, self._desk = home, desk
        self._read: dict[str, list[Handout]] = {}
        self._lock = Lock()

    def current(self) -> list[Issue]:
        """The release that stands of each month, newest month first."""
        return self._issues([release for release in releases(self._home, self._desk) if release.stands])

    def issues(self, month: str) -> list[Issue]:
        """The releases of a month, newest first; empty for what is no month."""
        known = _month(month)
        return self._issues(releases(self._home, self._desk, known)) if known else []

    def _issues(self, found: Sequence[Release]) -> list[Issue]:
        issues = []
        for release in reversed(found):
            files = self._files(release)
            if files is not None:
                issues.append(Issue(release.issue.month, release.issue.number, release.issue.state, files))
        return issues

    def _files(self, release: Release) -> list[Handout] | None:
        """The files of a release; None where its folder is lost or is another's."""
        with self._lock:
            known = self._read.get(release.issue.entry.manifest)
        if known is None:
            try:
                known = [_handout(file, release.folder) for file in release.manifest()["files"]]
            except ReleaseError:
                return None
            with self._lock:
                self._read[release.issue.entry.manifest] = known
        return known


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
