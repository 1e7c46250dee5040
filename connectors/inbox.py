"""The inbox of a month: which file is which feed's, by file name; every file once by content; nothing passed over in silence.

A file inside an archive is a file of its own, called `<archive>/<name within>`. Extensions count for little: where no pattern fits a
name with its extension, patterns and names are compared without theirs.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

import polars as pl

from connectors.archives import Member, is_archive, members, read_file
from connectors.encoding import decode
from connectors.recognise import EMPTY_ZIP, REFUSED, ZIP, kind_of
from connectors.sheet import Unreadable
from contracts.feed import Feed
from contracts.tables import INBOX, conform, empty

Row = dict[str, object]
UNKNOWN = "不认识这个文件，未读。请按清单名称改文件名，或在 config/feeds/ 对应清单的 source.files 里加上文件名样式。"
REGISTER = "来文登记.csv"  # 文件名,报送人: who delivered which file, written by the office
REGISTRY = {"status": "register", "message": "来文登记：谁报送了哪个文件。不是清单。"}
LEFT = {"status": "unknown", "message": "临时文件或锁定文件，未读。请关闭打开的表格；不需要的请删除。"}
NO_FIT = (False, 0)
_EXTENSION = re.compile(r"\.[a-z*?]{1,6}$")
_CORRECTED = re.compile(  # at the end of a name; 补报 is no such word, for it adds and does not replace
    r"[\s_\-—（(【\[]*(?:已?(?:更正|改正|订正|修正|修订|修改)后?|重报|重新报送|最新|最终|终稿|定稿|[vV]\d{1,2})[版稿件]?[\s）)】\]]*$"
)
JOURNAL = "kept.jsonl"
LONGEST_NAME = 180  # bytes
MISNAMED = "文件名的文字编码不对，未读。请改用中文或英文重新命名。"
NOT_DATA = ("~$*", ".~*", "*.tmp", "*.part", "*.crdownload", ".*", "thumbs.db", "desktop.ini")


def scan(folder: Path, feeds: Mapping[str, Feed], *, clock: Callable[[], float] = time.time) -> pl.DataFrame:
    """One row per file below `folder` (columns of INBOX): its feed by the contract's patterns, its fingerprint, and what to do.

    A name that fits several feeds goes to the feed whose pattern is the longest; where two are equally long it is unknown, and the message
    names them. An archive is represented by its files, unless it cannot be opened. A recognised file may yet be `arriving` (changed less
    than the contract's `settle_seconds` ago), `duplicate` (the content of another of its feed, and a longer name) or `replaced` (another
    one has its name and a word like 更正 in it).
    """
    if not folder.is_dir():
        return empty(INBOX)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    if not paths:
        return empty(INBOX)
    rows = [row for path in paths for row in _looked_at(path, path.relative_to(folder).as_posix(), feeds)]
    files = conform(pl.DataFrame(rows, infer_schema_length=None), INBOX)
    times = {name: _on_disk(folder / name).stat() for name in files.filter(pl.col("status") == "recognised")["file"]}
    files = _told(files, "arriving", _arriving(files, feeds, times, clock()))
    # the shortest name is the original: copies are called `… - 副本` or `… (1)`
    files = files.sort(pl.col("file").str.len_chars(), "file")
    is_again = (pl.col("status") == "recognised") & ~pl.struct("feed", "sha256", "status").is_first_distinct()
    judged = files.with_columns(
        status=pl.when(is_again).then(pl.lit("duplicate")).otherwise(pl.col("status")),
        message=pl.when(is_again)
        .then(pl.concat_str(pl.lit("与 "), pl.col("file").first().over("feed", "sha256", "status"), pl.lit(" 内容完全相同，只读一次。")))
        .otherwise(pl.col("message")),
    )
    return _told(judged, "replaced", _replaced(judged, times)).sort("file")


def waiting(folder: Path, feeds: Mapping[str, Feed], *, clock: Callable[[], float] = time.time) -> list[str]:
    """The files below `folder` that would not be read now because they may still be growing."""
    if not any(feed.source.settle_seconds for feed in feeds.values()):
        return []
    return scan(folder, feeds, clock=clock).filter(pl.col("status") == "arriving")["file"].to_list()


def _told(files: pl.DataFrame, status: str, messages: Mapping[str, str]) -> pl.DataFrame:
    """`files` with this status and a message for those that have one."""
    message = pl.col("file").replace_strict(messages, default=None, return_dtype=pl.String) if messages else pl.lit(None, dtype=pl.String)
    return files.with_columns(
        status=pl.when(message.is_not_null()).then(pl.lit(status)).otherwise(pl.col("status")),
        message=pl.coalesce(message, "message"),
    )


def _arriving(files: pl.DataFrame, feeds: Mapping[str, Feed], times: Mapping[str, os.stat_result], now: float) -> dict[str, str]:
    """The files that may still be growing, with what is said about them.

    The time that no program can set back counts, too, for copying keeps the other one; a time to come is a wrong clock and tells nothing.
    """
    told: dict[str, str] = {}
    for name, feed in files.filter(pl.col("status") == "recognised").select("file", "feed").iter_rows():
        seconds = feeds[feed].source.settle_seconds
        changed = max((moment for moment in (times[name].st_mtime, times[name].st_ctime) if moment <= now), default=now - seconds)
        if now - changed < seconds:
            told[name] = f"文件可能还在传输（不到 {seconds:g} 秒前还有变化），这次没有读，下次运行时再读。"
    return told


def _replaced(files: pl.DataFrame, times: Mapping[str, os.stat_result]) -> dict[str, str]:
    """The files in whose place a corrected one has come, with what is said about them."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name, feed in files.filter(pl.col("status") == "recognised").select("file", "feed").iter_rows():
        groups.setdefault((feed, _CORRECTED.sub("", name.rsplit(".", 1)[0])), []).append(name)
    told: dict[str, str] = {}
    for names in groups.values():
        corrected = [name for name in names if _CORRECTED.search(name.rsplit(".", 1)[0])]
        if corrected:
            last = max(corrected, key=lambda name: (times[name].st_mtime, name))
            told |= {name: f"已由更正件 {last} 替代，没有读；原件保留在 originals/。" for name in names if name != last}
    return told


def keep_originals(files: pl.DataFrame, inbox: Path, originals: Path, *, clock: Callable[[], float] = time.time) -> None:
    """Copy every file of INBOX frame `files` to `originals/<sha256>-<name>`, unchanged and write-protected; a copy that is there stays.

    Of files inside an archive, the archive is kept. `kept.jsonl` says of every copy when it was first seen, under which name and by whom
    it was delivered (来文登记.csv, else the file's owner), so that of a file that was overwritten both versions are there with their times.
    The fingerprint is that of the copy, also when the file has changed since it was looked at.
    """
    originals.mkdir(parents=True, exist_ok=True)
    journal = originals / JOURNAL
    lines = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
    already, noted = len(lines), {json.loads(line)["copy"] for line in lines}
    fingerprints = dict(files.select("file", "sha256").iter_rows())
    registered = _registered(inbox)
    for path in sorted({_on_disk(inbox / name) for name in fingerprints}):
        if not path.exists():  # its name cannot be written down; it was not read either
            continue
        name = path.relative_to(inbox).as_posix()
        kept, sha256 = _kept(path, fingerprints.get(name) or _fingerprint(path), originals)
        if kept.name not in noted:
            noted.add(kept.name)
            moments = (clock(), path.stat().st_mtime)
            seen, changed = (datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds") for moment in moments)
            note = {"copy": kept.name, "file": name, "sha256": sha256, "bytes": kept.stat().st_size, "changed": changed, "seen": seen}
            note["delivered_by"] = registered.get(name) or registered.get(path.name) or _owner(path)
            lines.append(json.dumps(note, ensure_ascii=False))
    if len(lines) > already:
        beside = originals / f".{JOURNAL}.{os.getpid()}.part"
        beside.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        beside.replace(journal)


def _kept(path: Path, sha256: str, originals: Path) -> tuple[Path, str]:
    """The copy of a file, made if it is not there, and its fingerprint."""
    kept = originals / f"{sha256[:16]}-{_short(path.name)}"
    if not kept.exists():
        beside = originals / f".{kept.name}.{os.getpid()}.part"
        shutil.copyfile(path, beside)
        sha256 = _fingerprint(beside)
        kept = originals / f"{sha256[:16]}-{_short(path.name)}"
        beside.chmod(0o444)
        beside.replace(kept)
    return kept, sha256


def _registered(inbox: Path) -> dict[str, str]:
    """File name -> who delivered it, by the files called 来文登记.csv; a later line counts. What cannot be read tells nothing."""
    told: dict[str, str] = {}
    for path in sorted(inbox.rglob(REGISTER)):
        try:
            lines = csv.DictReader(decode(path.read_bytes()).content.decode().splitlines())
            told |= {(line.get("文件名") or "").strip(): (line.get("报送人") or "").strip() for line in lines}
        except (Unreadable, OSError, csv.Error):
            continue
    return {name: who for name, who in told.items() if name and who}


def _owner(path: Path) -> str | None:
    """The account that owns a file, where the system knows one."""
    try:
        return path.owner()
    except (KeyError, NotImplementedError):
        return None


def _short(name: str) -> str:
    """A file name that leaves room for a fingerprint before it: file systems allow 255 bytes, which are 85 Chinese characters."""
    stem, dot, extension = name.rpartition(".")
    while len(name.encode()) > LONGEST_NAME and stem:
        stem = stem[:-1]
        name = stem + dot + extension
    return name


def _on_disk(path: Path) -> Path:
    """The file itself, or the archive that it is in."""
    return next((parent for parent in path.parents if parent.is_file()), path)


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _looked_at(path: Path, name: str, feeds: Mapping[str, Feed]) -> list[Row]:
    """The row of one file, or the rows of the files in an archive, duplicates aside."""
    row: Row = {"file": name, "feed": None, "sha256": _fingerprint(path), "bytes": path.stat().st_size}
    if not name.isprintable():  # bytes that are no UTF-8 stand as lone surrogates in it
        return [row | {"file": os.fsencode(name).decode("gb18030", "replace"), "status": "unknown", "message": MISNAMED}]
    if path.name == REGISTER or _is_no_data(path.name):
        return [row | (REGISTRY if path.name == REGISTER else LEFT)]
    with path.open("rb") as file:
        may_be_archive = file.read(4) in {ZIP, EMPTY_ZIP}
    if not may_be_archive:
        return [row | _recognised(path.name, feeds, lambda: kind_of(_beginning(path)))]
    try:
        content = read_file(path)
        if is_archive(content):
            return [_member(name, path.name, member, feeds) for member in members(content)]
    except Unreadable as why:
        known = _recognised(path.name, feeds, lambda: "archive")  # if it is a feed's, reading it says why it is held
        return [row | (known if known["feed"] else known | {"message": f"{why.reason}{why.advice}"})]
    return [row | _recognised(path.name, feeds, lambda: kind_of(content))]


def _member(archive: str, archive_name: str, member: Member, feeds: Mapping[str, Feed]) -> Row:
    """The row of a file inside an archive: by its own name, else by the archive's."""
    row: Row = {
        "file": f"{archive}/{member.name}",
        "feed": None,
        "sha256": hashlib.sha256(member.content).hexdigest(),
        "bytes": len(member.content),
    }
    own_name = member.name.rsplit("/", 1)[-1]
    if _is_no_data(own_name):
        return row | LEFT
    known = _recognised(own_name, feeds, lambda: kind_of(member.content))
    by_archive = _recognised(archive_name, feeds, lambda: kind_of(member.content))
    return row | (by_archive if known["feed"] is None and by_archive["feed"] else known)


def _recognised(name: str, feeds: Mapping[str, Feed], kind: Callable[[], str]) -> Row:
    """feed, status and message for a file called `name`; its kind is asked for only where its name alone does not tell."""
    fits = {feed.feed: fit for feed in feeds.values() if (fit := _best_fit(name, feed)) > NO_FIT}
    best = [feed for feed, fit in fits.items() if fit == max(fits.values())]
    if not best:
        return {"feed": None, "status": "unknown", "message": UNKNOWN}
    if len(best) > 1:
        titles = "、".join(feeds[feed].title for feed in best)
        return {
            "feed": None,
            "status": "unknown",
            "message": f"文件名同时符合几种清单（{titles}），未读。请改文件名使其只符合一种。",
        }
    found = kind() if not fits[best[0]][0] else ""
    if found in REFUSED:  # a covering letter in PDF is called like the list that it covers
        return {"feed": None, "status": "unknown", "message": "未读。" + "".join(REFUSED[found])}
    return {"feed": best[0], "status": "recognised", "message": ""}


def _best_fit(name: str, feed: Feed) -> tuple[bool, int]:
    """Whether a pattern of the feed fits the whole file name, and the length of the longest that fits, at least without extension."""
    name = name.lower()
    stem = name.rsplit(".", 1)[0]
    whole = [(True, len(pattern)) for pattern in feed.source.files if fnmatch(name, pattern.lower())]
    without = [(False, len(pattern)) for pattern in feed.source.files if fnmatch(stem, _EXTENSION.sub("", pattern.lower()))]
    return max(whole + without, default=NO_FIT)


def _is_no_data(name: str) -> bool:
    return any(fnmatch(name.lower(), pattern) for pattern in NOT_DATA)


def _beginning(path: Path) -> bytes:
    """Enough of a file to tell its kind."""
    with path.open("rb") as file:
        return file.read(1 << 20)
