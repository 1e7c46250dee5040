"""What reviewers decided, on its way to the desk: reading workbooks back, taking decisions back, and saying what was understood."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from assets.lake import read
from contracts.errors import HulianError
from contracts.home import Home
from contracts.month import Month
from contracts.tables import ACCEPTED, REVIEW, conform
from delivery.county.returned import Returned, counts, months_in, read_lines, understand
from delivery.desk import CANDIDATE, REVIEW_DECISION, Desk
from delivery.words import REVOKED
from matching.decide import remember
from pipelines.rows import latest, named

SHOWN_PROBLEMS = 30


def hand_in(console: Console, files: list[Path], month: Month | None, home: Home, desk: Desk) -> bool:
    """Put the decisions of `files` on the desk and say what was understood; a file that cannot be used does not stop the others.

    Returns whether every file could be used.
    """
    whole, months = True, set()
    for path in files:
        try:
            returned, new = take(path, month, home, desk)
        except HulianError as error:
            console.print(Text(str(error), style="red"), soft_wrap=True)
            whole = False
            continue
        months.add(returned.month)
        _show(console, path, returned, new)
    for each in sorted(months):
        console.print(f"运行 hulian run --month {each} 使决定生效。", soft_wrap=True)
    return whole


def take(path: Path, month: Month | None, home: Home, desk: Desk) -> tuple[Returned, int]:
    """Put the decisions of one file on the desk; what it says, and how many were new. Raises `HulianError` where it cannot be used."""
    lines = read_lines(path)
    known = pl.concat([_known(home, desk, each) for each in months_in(lines)] or [pl.DataFrame(schema=dict(REVIEW_DECISION))])
    returned = understand(path, month, lines, known)
    return returned, desk.decide(returned.decisions)


def _known(home: Home, desk: Desk, month: Month) -> pl.DataFrame:
    """All that may be decided about `month`: what its queue asks, and what has been decided already. One row per candidate."""
    asked = read(home, "review_queue", month, REVIEW).with_columns(month=pl.lit(str(month)))
    decided = desk.review_decisions().filter(pl.col("month") == str(month))
    both = pl.concat([conform(frame, REVIEW_DECISION) for frame in (asked, decided)])
    if both.is_empty() and not home.table("review_queue", month).exists():
        raise HulianError(f"{month} 还没有运行过，没有可对照的复核清单。先运行: hulian run --month {month} --home {home.root}")
    return both.unique(CANDIDATE, keep="first", maintain_order=True)


def _show(console: Console, path: Path, returned: Returned, new: int) -> None:
    said = "，".join(f"{word} {number}" for word, number in counts(returned.decisions).items()) or "没有填写决定"
    read = f"{path.name}: {returned.month}，{returned.records} 条记录有决定（按候选计: {said}）。"
    console.print(read, soft_wrap=True, markup=False)
    console.print(f"  新记入 {new} 项，{returned.decisions.height - new} 项早已如此；还有 {returned.blank} 条记录没有填。", soft_wrap=True)
    if returned.problems:
        table = Table(box=box.SIMPLE_HEAD, title=f"没有采用的 {len(returned.problems)} 行")
        table.add_column("行号", justify="right")
        table.add_column("原因和办法")
        for line, message in returned.problems[:SHOWN_PROBLEMS]:
            table.add_row(str(line), message)
        if len(returned.problems) > SHOWN_PROBLEMS:
            table.add_row("…", f"另有 {len(returned.problems) - SHOWN_PROBLEMS} 行")
        console.print(table)


def revoke(console: Console, feed: str, row: str, month: Month | None, home: Home, desk: Desk) -> None:
    """Take back what was decided about one row: about that row of that month, or about any with the same content.

    Raises `HulianError` where nothing has been decided about it.
    """
    month = latest(home, month)
    standing = desk.review_decisions().filter(pl.col("feed") == feed)
    here = conform(read(home, f"accepted/{feed}", month, ACCEPTED), ACCEPTED).filter(named(row)).with_columns(feed=pl.lit(feed))
    contents = remember.contents(here)["content"].drop_nulls()
    rows = [row, *here["row_id"]]
    its = (pl.col("month") == str(month)) & pl.col("row_id").is_in(rows)
    found = standing.filter(its | pl.col("content").is_in(contents.implode()))
    if found.is_empty():
        raise HulianError(f"没有对清单 {feed} {month} 的这一行作过决定，无可撤销。hulian review 列出各月的决定；其他月份请加 --month。")
    entries = found.with_columns(decision=pl.lit(REVOKED))
    desk.decide(entries)
    months = "、".join(found["month"].unique().sort())
    console.print(
        f"已撤销 {found.height} 项决定（{months}），机器的判断重新有效。运行 hulian run --month {month} 使之生效。", soft_wrap=True
    )


def show_standing(console: Console, desk: Desk) -> None:
    """How many decisions stand, by month and list."""
    standing = desk.review_decisions()
    if standing.is_empty():
        console.print("还没有复核决定。填好 proposals/<期次>/县级/待复核_<期次>.xlsx 后: hulian review 该文件", soft_wrap=True)
        return
    table = Table(box=box.SIMPLE_HEAD, title="现行的复核决定（按候选计）")
    words = list(counts(standing))
    for heading in ("期次", "清单", *words):
        table.add_column(heading)
    by_list = standing.group_by("month", "feed").agg((pl.col("decision") == word).sum().alias(word) for word in words).sort("month", "feed")
    for cells in by_list.iter_rows():
        table.add_row(*(str(cell) for cell in cells))
    console.print(table)
