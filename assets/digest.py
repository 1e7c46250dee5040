"""The digest of a month: one number over everything that its proposal depends on.

Same digest, same proposal: a month whose proposal carries the digest of today's inputs need not run again. It covers the files of
the inbox, the rows of the bureaus' databases, the configuration, the code, what people decided, the month before as it was screened, and
what was handed out before.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl

from assets.county import CountyResource
from assets.lake import read
from connectors.database import read_query
from connectors.inbox import waiting
from contracts.errors import HeldFeed
from contracts.feed import Feed
from contracts.home import Home
from contracts.month import Month
from contracts.tables import ARRIVAL, INBOX
from delivery.desk import open_desk
from delivery.desk.issues import standing
from delivery.releases.manifest import MANIFEST

CODE = Path(__file__).resolve().parent.parent
PACKAGES = ("contracts", "standards", "connectors", "expectations", "matching", "screening", "delivery", "assets")

DIGEST_TAG = "hulian/inputs"  # of a run that was told the digest when it was started: what came later is not in its proposal


def digest_of_inputs(county: CountyResource, month: Month) -> str:
    """SHA-256 in hex over all that the proposal of `month` is made of."""
    configuration = county.configuration
    databases = {
        feed.feed: _of_query(feed, county.database_url(feed.source.database), month)
        for feed in configuration.feeds.values()
        if feed.source.database is not None
    }
    parts = {
        "files": _of_folder(county.home.inbox(month), "*"),
        "arriving": waiting(county.home.inbox(month), configuration.feeds),
        "databases": databases,
        "configuration": _of_configuration(county),
        "code": digest_of_code(*PACKAGES),
        "desk": _of_decisions(county, month),
        "month_before": proposed_digest(county.home, month.plus(-1)),
        "handed_out": handed_out_before(county, month),
    }
    return _of_facts(parts)


def made_of(county: CountyResource, month: Month) -> dict[str, Any]:
    """What stands in the manifest beside the digest, once `month` was read: fingerprints by part. Files go by their list, not their names.

    A list is every file that was read as it; the rows of a database are those of its arrivals.
    """
    home, feeds = county.home, county.configuration.feeds
    files = read(home, "inbox", month, INBOX).filter(pl.col("status") == "recognised").sort("feed", "sha256")
    queried = [name for name, feed in feeds.items() if feed.source.database is not None]
    return {
        "lists": {name: group["sha256"].to_list() for (name,), group in files.group_by("feed", maintain_order=True)},
        "queries": {name: _of_frame(read(home, f"arrivals/{name}", month, ARRIVAL)) for name in sorted(queried)},
        "configuration": _of_facts(_of_configuration(county)),
        "code": _of_facts(digest_of_code(*PACKAGES)),
        "decisions": _of_facts(_of_decisions(county, month)),
        "month_before": proposed_digest(home, month.plus(-1)),
        "handed_out": handed_out_before(county, month),
    }


def proposed_digest(home: Home, month: Month) -> str | None:
    """The digest that the proposal of `month` was made with; none when it has not been made."""
    manifest = home.proposal(month) / MANIFEST
    return str(json.loads(manifest.read_text(encoding="utf-8"))["digest"]) if manifest.exists() else None


def handed_out_before(county: CountyResource, month: Month) -> dict[str, str]:
    """The releases that stand of the 12 months before `month`: each by its manifest's fingerprint."""
    first, last = str(month.plus(-12)), str(month.plus(-1))
    return {of: issue.entry.manifest for of, issue in standing(open_desk(county.desk_url)).items() if first <= of <= last}


def _of_decisions(county: CountyResource, month: Month) -> list[str]:
    desk, assigned_on = open_desk(county.desk_url), county.configuration.county.assigned_on(month)
    return [
        _of_frame(frame) for frame in (desk.authorisations(assigned_on), desk.verifications(assigned_on), desk.review_decisions(str(month)))
    ]


def _of_configuration(county: CountyResource) -> dict[str, str]:
    root = county.configuration.root
    return _of_folder(root, "*.yml") | _of_folder(root, "*.csv")


def _of_facts(facts: object) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


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
