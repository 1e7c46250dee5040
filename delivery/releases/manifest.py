"""The manifest of a folder that is handed out: what is in it, by hash, and what it was made of.

What belongs here: reading a folder only as its manifest describes it. A file of another hash is never read; one that is not named is a
fault.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import polars.selectors as cs

from delivery.errors import ReleaseError

MANIFEST = "manifest.json"
TABLES = "tables"  # the folder of the tables that later months count, kept with the files that say the same in words
PAPERS = "papers"  # the table of what is printed when they are released
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: none looks like another
Manifest = Mapping[str, Any]


def fingerprint(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def check_code(digest: str) -> str:
    """核对码: by what a paper tells of which proposal it is, and `hulian releases` of which release. Made of `digest`, like `7K3-MQ2`.

    The number of a release cannot stand there: workbooks are made, and looked at, before a person releases them.
    """
    number = int(fingerprint(digest.encode())[:8], 16)
    signs = "".join(SIGNS[number >> place & 31] for place in range(25, -1, -5))
    return f"{signs[:3]}-{signs[3:]}"


def write_manifest(folder: Path, manifest: Manifest) -> str:
    """Write the manifest of `folder`; returns its fingerprint."""
    content = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
    (folder / MANIFEST).write_bytes(content)
    return fingerprint(content)


def read_manifest(folder: Path, sha256: str | None = None) -> Manifest:
    """The manifest of `folder`; where `sha256` is given, only that one. Raises `ReleaseError` where there is none or another."""
    try:
        content = (folder / MANIFEST).read_bytes()
        manifest = json.loads(content)
    except (OSError, ValueError) as unusable:
        raise ReleaseError(f"{folder} 没有读得出的清单（manifest.json）。请从备份恢复这个文件夹。") from unusable
    if sha256 is not None and fingerprint(content) != sha256:
        raise _changed(folder, MANIFEST)
    return dict(manifest)


def read_table(folder: Path, manifest: Manifest, name: str, only: Sequence[str] | None = None) -> pl.DataFrame:
    """A table that lies in `folder`, or those of its columns that are in `only`. Raises `ReleaseError` where it is not the manifest's."""
    table = pl.scan_parquet(io.BytesIO(read_file(folder, manifest, f"{TABLES}/{name}.parquet")))
    return table.select(pl.all() if only is None else cs.by_name(*only, require_all=False)).collect()


def read_file(folder: Path, manifest: Manifest, path: str) -> bytes:
    """The bytes of one file. Raises `ReleaseError` where they are not the manifest's."""
    try:
        content = (folder / path).read_bytes()
    except OSError as gone:
        raise _changed(folder, path) from gone
    if fingerprint(content) != contents(manifest).get(path):
        raise _changed(folder, path)
    return content


def contents(manifest: Manifest) -> dict[str, str]:
    """Every file by its path, with its fingerprint."""
    return {entry["path"]: entry["sha256"] for entry in (*manifest["files"], *manifest.get(TABLES, ()))}


def faults(folder: Path, sha256: str | None = None) -> dict[str, int]:
    """How many files are missing, changed, or not of the manifest (of that with `sha256`), by fault; empty when all is as it should be."""
    try:
        wanted = contents(read_manifest(folder, sha256))
    except ReleaseError:
        return {"manifest": 1}
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    changed = [path for path in there & wanted.keys() if fingerprint((folder / path).read_bytes()) != wanted[path]]
    counted = {"missing": len(wanted.keys() - there), "changed": len(changed), "unknown": len(there - wanted.keys())}
    return {fault: count for fault, count in counted.items() if count}


def _changed(folder: Path, path: str) -> ReleaseError:
    return ReleaseError(f"{folder / path} 与清单不一致：被改动或丢失。请从备份恢复。")
