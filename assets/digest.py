"""The digest of a month: one number over everything that its release depends on.

Same digest, same release: a month whose release carries the digest of today's inputs need not run again. It covers the files of
the inbox, the rows of the bureaus' databases, the configuration, the code, what people decided, and the month before.
"""

import hashlib
import json
from pathlib import Path

import polars as pl

from assets.county import CountyResource
from connectors.database import read_query
from connectors.inbox import waiting
from contracts.errors import HeldFeed
from contracts.feed import Feed
from contracts.home import Home
from contracts.month import Month
from delivery.desk import open_desk

CODE = Path(__file__).resolve().parent.parent
PACKAGES = ("contracts", "standards", "connectors", "expectations", "matching", "screening", "delivery", "assets")

DIGEST_TAG = "hulian/inputs"  # of a run that was told the digest when it was started: what came later is not in its release


def digest_of_inputs(county: CountyResource, month: Month) -> str:
    """SHA-256 in hex over all that the release of `month` is made of."""
    configuration = county.configuration
    desk, handed_out = open_desk(county.desk_url), configuration.county.assigned_on(month)
    databases = {
        feed.feed: _of_query(feed, county.database_url(feed.source.database), month)
        for feed in configuration.feeds.values()
        if feed.source.database is not None
    }
    parts = {
        "files": _of_folder(county.home.inbox(month), "*"),
        "arriving": waiting(county.home.inbox(month), configuration.feeds),
        "databases": databases,
        "configuration": _of_folder(configuration.root, "*.yml") | _of_folder(configuration.root, "*.csv"),
        "code": digest_of_code(*PACKAGES),
        "desk": [
            _of_frame(frame)
            for frame in (desk.authorisations(handed_out), desk.verifications(handed_out), desk.review_decisions(str(month)))
        ],
        "month_before": released_digest(county.home, month.plus(-1)),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def released_digest(home: Home, month: Month) -> str | None:
    """The digest that the release of `month` was made with; none when it has not been made."""
    manifest = home.release(month) / "manifest.json"
    return str(json.loads(manifest.read_text(encoding="utf-8"))["digest"]) if manifest.exists() else None


def _of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _of_folder(folder: Path, pattern: str) -> dict[str, str]:
    return {str(path.relative_to(folder)): _of_file(path) for path in sorted(folder.rglob(pattern)) if path.is_file()}


def _of_frame(frame: pl.DataFrame) -> str:
    return hashlib.sha256(frame.write_ndjson().encode()).hexdigest()


def digest_of_code(*packages: str) -> dict[str, str]:
    """The files of these packages, templates and tables among them, and their fingerprints."""
    files = {name: {path: mark for path, mark in _of_folder(CODE / name, "*").items() if not path.endswith(".pyc")} for name in packages}
    return {name: json.dumps(marks) for name, marks in files.items()}


def _of_query(feed: Feed, url: str, month: Month) -> str:
    """The rows of a bureau's database, or why there are none: one that does not answer holds its own feed and not the month."""
    try:
        return _of_frame(read_query(feed, url, month).rows)
    except HeldFeed as why:
        return str(why)
