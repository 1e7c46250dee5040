"""The inbox of a month: which file is which feed's, by file name; every file once by content; nothing passed over in silence."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path

import polars as pl

from contracts.feed import Feed
from contracts.tables import INBOX, conform, empty

NOT_DATA = ("~$*", ".~*", "*.tmp", "*.part", "*.crdownload", ".*", "thumbs.db", "desktop.ini")


def scan(folder: Path, feeds: Mapping[str, Feed]) -> pl.DataFrame:
    """One row per file below `folder` (columns of INBOX): its feed by the contract's patterns, its fingerprint, and what to do.

    A file with the content of another of the same feed, and a longer name, is a duplicate. A name that fits several feeds goes to the feed
    whose pattern is the longest; where two are equally long it is unknown, and the message names them.
    """
    if not folder.is_dir():
        return empty(INBOX)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    if not paths:
        return empty(INBOX)
    rows = [_looked_at(path, path.relative_to(folder).as_posix(), feeds) for path in paths]
    files = conform(pl.DataFrame(rows, infer_schema_length=None), INBOX)
    # the shortest name is the original: copies are called `… - 副本` or `… (1)`
    files = files.sort(pl.col("file").str.len_chars(), "file")
    is_again = (pl.col("status") == "recognised") & ~pl.struct("feed", "sha256").is_first_distinct()
    judged = files.with_columns(
        status=pl.when(is_again).then(pl.lit("duplicate")).otherwise(pl.col("status")),
        message=pl.when(is_again)
        .then(pl.concat_str(pl.lit("与 "), pl.col("file").first().over("feed", "sha256"), pl.lit(" 内容完全相同，只读一次。")))
        .otherwise(pl.col("message")),
    )
    return judged.sort("file")


def keep_originals(files: pl.DataFrame, inbox: Path, originals: Path) -> None:
    """Copy every file of INBOX frame `files` to `originals/<sha256>-<name>`, unchanged; a copy that is there is left alone."""
    originals.mkdir(parents=True, exist_ok=True)
    for name, sha256 in files.select("file", "sha256").iter_rows():
        kept = originals / f"{sha256[:16]}-{Path(name).name}"
        if not kept.exists():
            beside = originals / f".{kept.name}.{os.getpid()}.part"
            shutil.copyfile(inbox / name, beside)
            beside.replace(kept)


def _looked_at(path: Path, name: str, feeds: Mapping[str, Feed]) -> dict[str, object]:
    """The row of one file, duplicates aside."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    row: dict[str, object] = {"file": name, "feed": None, "sha256": sha256, "bytes": path.stat().st_size}
    if any(fnmatch(path.name.lower(), pattern) for pattern in NOT_DATA):
        return row | {"status": "unknown", "message": "临时文件或锁定文件，未读。请关闭打开的表格；不需要的请删除。"}
    fits = {feed.feed: length for feed in feeds.values() if (length := _longest_fit(path.name, feed)) > 0}
    best = [feed for feed, length in fits.items() if length == max(fits.values())]
    if len(best) == 1:
        return row | {"feed": best[0], "status": "recognised", "message": ""}
    if best:
        titles = "、".join(feeds[feed].title for feed in best)
        return row | {"status": "unknown", "message": f"文件名同时符合几种清单（{titles}），未读。请改文件名使其只符合一种。"}
    return row | {
        "status": "unknown",
        "message": "不认识这个文件，未读。请按清单名称改文件名，或在 config/feeds/ 对应清单的 source.files 里加上文件名样式。",
    }


def _longest_fit(name: str, feed: Feed) -> int:
    """Length of the longest pattern of the feed that fits a file name; 0 when none does. Case does not count."""
    return max((len(pattern) for pattern in feed.source.files if fnmatch(name.lower(), pattern.lower())), default=0)
