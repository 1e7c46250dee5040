"""A person releases: what screening proposed becomes the next numbered release of its month, and nothing changes it afterwards.

The folder is made whole beside its place, the villages' papers are printed, all is write-protected, then the desk says that it is
released, then it is renamed into its place. Killed before the desk's word, nothing was released; killed after it, the next command that
looks at releases does the renaming. The desk decides what was released, and the manifest's hash on the desk which files those are.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import polars as pl

from contracts.home import Home
from contracts.month import Month
from delivery.desk import Desk
from delivery.desk.issues import STANDS, Entry, Issue, issues, record_release, record_withdrawal, standing, taken
from delivery.errors import ReleaseError
from delivery.releases.manifest import MANIFEST, Manifest, contents, faults, read_file, read_manifest, read_table, write_manifest
from delivery.releases.printing import KIND, papers_of, print_papers

READ_ONLY = 0o444
DISCARDED = ".discarded"


@dataclass(frozen=True)
class Release:
    """One numbered release: what the desk says of it, and where its files lie."""

    issue: Issue
    folder: Path

    @property
    def stands(self) -> bool:
        """Whether it is the one that holds for its month."""
        return self.issue.state == STANDS

    def manifest(self) -> Manifest:
        """Its manifest. Raises `ReleaseError` where it is not the one that was released."""
        return read_manifest(self.folder, self.issue.entry.manifest)

    def table(self, name: str, only: Sequence[str] | None = None) -> pl.DataFrame:
        """One of its tables, of the columns in `only`. Raises `ReleaseError` where it is not the one that was released."""
        return read_table(self.folder, self.manifest(), name, only)

    def faults(self) -> dict[str, int]:
        """How many of its files are missing, changed or not of it."""
        return faults(self.folder, self.issue.entry.manifest)


def releases(home: Home, desk: Desk, month: Month | None = None) -> list[Release]:
    """All releases, or those of a month, each in its place; by month and number."""
    found = [_placed(home, issue) for issue in issues(desk, str(month) if month else None)]
    for release in found:
        _finish(release)
    return found


def handed_out(home: Home, desk: Desk) -> dict[Month, Release]:
    """The release that stands, by month: what villages have in their hands."""
    return {Month.parse(month): _finish(_placed(home, issue)) for month, issue in standing(desk).items()}


def proposed(home: Home, month: Month) -> Manifest:
    """The manifest of what the last run of `month` proposes. Raises `ReleaseError` where there was none."""
    if not (home.proposal(month) / MANIFEST).exists():
        raise ReleaseError(f"{month} 还没有草稿。先运行: hulian run --month {month}")
    return read_manifest(home.proposal(month))


def release(home: Home, desk: Desk, month: Month, *, by: str, why: str = "") -> tuple[Release, bool]:
    """Release the proposal of `month`; returns the release, and whether it is new: a proposal that stands already is not released twice.

    Raises:
        ReleaseError: where there is no proposal or its files are not those of its manifest, where nobody is named, where a second release
            of a month has no reason, or where somebody else releases the month at the same moment. Nothing is released then.
    """
    proposal, manifest = home.proposal(month), proposed(home, month)
    if not by.strip():
        raise ReleaseError("发布须由人经办，请写明姓名（--by）。")
    before = releases(home, desk, month)
    last = before[-1] if before else None
    if last and last.stands and _same(manifest, last.manifest()):
        return last, False
    if last and not why.strip():
        raise ReleaseError(f"{month} 已发布过 {last.issue} 号；再次发布将取代它，请写明原因（--reason）。")
    number = len(before) + 1
    if home.release(month, number).exists():
        where = home.release(month, number)
        raise ReleaseError(f"{where} 里有一次发布，登记里却没有（恢复过旧的备份？）。请恢复较新的备份，或把这个文件夹移走，再发布。")
    beside = home.releases(month) / f".{number}.{uuid4().hex}.part"
    numbered = {"release": number, "supersedes": last.issue.number if last else None, **manifest}
    try:
        files, fingerprint = _make(proposal, manifest, numbered, beside)
        os.sync()  # the desk's word is on the disk when it is given, so its files must be before
        entry = Entry(str(manifest["digest"]), fingerprint, files, int(manifest["counts"]["leads"]))
        record_release(desk, str(month), number, entry, by=by.strip(), why=why.strip())
    except FileNotFoundError as tidied:
        raise taken(month) from tidied
    except BaseException:
        _discard(beside)
        raise
    made = releases(home, desk, month)[-1]
    _tidy(home.releases(month), number)
    return made, True


def withdraw(home: Home, desk: Desk, month: Month, *, by: str, why: str) -> Release:
    """Take back the release of `month` that stands; its files are kept. Raises `ReleaseError` where none does, or nobody says why."""
    if not by.strip() or not why.strip():
        raise ReleaseError("撤回须写明经办人和原因（--by、--reason）。")
    releases(home, desk, month)
    withdrawn = record_withdrawal(desk, str(month), by=by.strip(), why=why.strip())
    return _placed(home, withdrawn)


def _placed(home: Home, issue: Issue) -> Release:
    return Release(issue, home.release(Month.parse(issue.month), issue.number))


def _finish(release: Release) -> Release:
    """Put a release that the desk knows into its place, where a kill has left it beside."""
    if not release.folder.exists():
        for beside in _left_over(release.folder.parent, (release.issue.number,)):
            with suppress(OSError):  # somebody else is doing the same
                if not faults(beside, release.issue.entry.manifest):
                    beside.rename(release.folder)
    return release


def _make(proposal: Path, manifest: Manifest, numbered: Manifest, beside: Path) -> tuple[int, str]:
    """Copy the proposal as its manifest describes it and print its papers; returns how many files there are, and the new fingerprint."""
    for path in contents(manifest):
        target = beside / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(read_file(proposal, manifest, path))
    printed = print_papers(beside, papers_of(beside, manifest))
    for made in (made for made in beside.rglob("*") if made.is_file()):
        made.chmod(READ_ONLY)
    files = sorted([*manifest["files"], *printed], key=lambda file: str(file["path"]))
    fingerprint = write_manifest(beside, {**numbered, "files": files})  # last: with it the folder is whole
    (beside / MANIFEST).chmod(READ_ONLY)
    return len(files), fingerprint


def _same(proposed: Manifest, released: Manifest) -> bool:
    """Whether a release was made of just these files and inputs."""
    one, other = ({**each, "files": [file for file in each["files"] if file["kind"] != KIND]} for each in (proposed, released))
    return all(one[name] == other.get(name) for name in one)


def _left_over(folder: Path, numbers: Sequence[int]) -> list[Path]:
    return [path for number in numbers for path in sorted(folder.glob(f".{number}.*.part"))]


def _tidy(folder: Path, number: int) -> None:
    """Remove what killed attempts at numbers that are taken now have left."""
    for beside in (*_left_over(folder, range(1, number + 1)), *folder.glob(f".*{DISCARDED}")):
        shutil.rmtree(beside, ignore_errors=True)


def _discard(beside: Path) -> None:
    """Remove what was made in vain. Under another name: of two who released the same, a third may be putting it into its place just now."""
    discarded = beside.with_suffix(DISCARDED)
    with suppress(FileNotFoundError):
        beside.rename(discarded)
        shutil.rmtree(discarded, ignore_errors=True)
