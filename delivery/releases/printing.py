"""Printing: the villages' papers as PDF, of what a proposal keeps of them.

They are set when a person releases them, not at every run: a month is run again for each list that comes late, and setting thousands of
forms is a third of a large county's run and three quarters of its bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from contracts.tables import PAPER, empty
from delivery.beside import side_by_side
from delivery.releases.manifest import PAPERS, TABLES, Manifest, contents, fingerprint, read_table
from delivery.village.paper import Manuscript, print_paper
from delivery.village.typeface import rare

KIND = "village_forms"


def papers_of(proposal: Path, manifest: Manifest) -> pl.DataFrame:
    """`PAPER`: what is to be printed; nothing where an earlier version has printed it already. Raises `ReleaseError` as `read_table`."""
    return read_table(proposal, manifest, PAPERS) if f"{TABLES}/{PAPERS}.parquet" in contents(manifest) else empty(PAPER)


def print_papers(folder: Path, papers: pl.DataFrame) -> list[dict[str, Any]]:
    """Write the PDF of each of `papers` (`PAPER`) below `folder`; returns one row of `RELEASED_FILE` for each."""
    prepared = rare(papers["content"].to_list() + papers["parts"].to_list())
    manuscripts = [Manuscript(*row) for row in papers.select("content", "parts").iter_rows()]
    paths = [folder / path for path in papers["path"]]
    with side_by_side(int(papers["rows"].sum())) as over:
        printed = list(over(_printed, paths, manuscripts, [prepared] * len(paths)))
    rows = zip(papers.select("path", "audience", "rows").iter_rows(), printed, strict=True)
    return [{"path": path, "kind": KIND, "audience": audience, "rows": count, "sha256": sha256} for (path, audience, count), sha256 in rows]


def _printed(path: Path, manuscript: Manuscript, prepared: str) -> str:
    """Print one; returns its fingerprint."""
    print_paper(path, manuscript, prepared)
    return fingerprint(path.read_bytes())
