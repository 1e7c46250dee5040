"""How well contracts are drafted from files alone: `python -m benchmarks.drafting --households 3000 --noise normal`.

Every list of a sample county is drafted without a look at its contract and then held against it. *Bounds* are right when the rows that
the draft reads from a file are exactly those that the sample says are there. A column's *meaning* is right when its name and type are
those of the contract for columns that the matcher uses, its type for all others, and its unit for money. A column that the contract
ignores and the draft takes for somebody's counts as wrong, too.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from connectors.database import read_query
from connectors.inbox import scan
from connectors.read import read_feed
from contracts.county import Configuration
from contracts.errors import HulianError
from contracts.feed import Column, Feed
from contracts.month import Month
from contracts.tables import ARRIVAL, LINKAGE
from drafting.draft import draft
from pipelines.defaults import SAMPLE_COUNTY
from samples.generate import generate
from standards.headers import Headings, unit_of

MONTHS = [Month(2026, 10), Month(2026, 11)]
WIDE = Column(name="person_name", type="name"), Column(name="id_number", type="id_number")
SUBTOTALS = ("file", "sheet", "row_number")


@dataclass
class Judged:
    """What became of one file: whether its bounds are right, how many meanings there are, and those that are wrong."""

    feed: str
    file: str
    bounds: bool = False
    meanings: int = 0
    wrong: list[str] = field(default_factory=list)
    questions: int = 0


def main() -> None:
    """Make the county, draft every list, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=3_000)
    parser.add_argument("--noise", choices=["clean", "normal", "dirty"], default="normal")
    parser.add_argument("--seed", type=int, default=2026)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        places = SAMPLE_COUNTY.parent / "places.csv"
        generate(home, households=arguments.households, months=MONTHS, seed=arguments.seed, noise=arguments.noise, places=places)
        judged = [judge for month in MONTHS for judge in judge_month(home, month)]
    show(judged, f"{arguments.households:,} households, {arguments.noise}")


def judge_month(home: Path, month: Month) -> list[Judged]:
    """Every file of a month, drafted and judged. The one list from a database is judged as the text file that a bureau would export."""
    configuration = Configuration.load(SAMPLE_COUNTY)
    inbox = home / "inbox" / str(month)
    truth = pl.read_parquet(home / "truth" / "rows.parquet").filter(month=str(month))
    known = scan(inbox, configuration.feeds).filter(status="recognised").sort("feed", "file")
    judged = [judge(inbox / file, configuration.feeds[feed], truth) for feed, file in known.select("feed", "file").iter_rows()]
    feed = next(feed for feed in configuration.feeds.values() if feed.source.database)
    url = configuration.county.databases[feed.source.database or ""].replace("{home}", str(home.resolve()))
    arrived = read_query(feed, url, month).rows
    exported = home / f"残疾人证发放{month}.csv"
    arrived.drop(ARRIVAL).write_csv(exported)
    own = pl.DataFrame({"file": exported.name, "sheet": "", "row_number": range(2, arrived.height + 2)})
    judged.append(judge(exported, feed, own))
    return judged


def judge(path: Path, feed: Feed, truth: pl.DataFrame) -> Judged:
    """One file: drafted as if nobody knew it, then compared with `feed`, its contract, and `truth`, its rows."""
    result = Judged(feed.feed, path.name)
    try:
        drafted = draft(path)
        rows = read_feed(drafted.feed, [path], root=path.parent).rows
    except HulianError as why:
        result.wrong = [str(why)]
        return result
    result.questions = drafted.questions
    expected = truth.filter(file=path.name).select("sheet", pl.col("row_number").cast(pl.Int32)).unique()
    result.bounds = rows.select("sheet", "row_number").sort(pl.all()).equals(expected.sort(pl.all()))
    right = meanings(feed, read_feed(feed, [path], root=path.parent).rows)
    mine = meanings(drafted.feed, rows)
    for header, column in right.items():
        said = mine.get(header)
        if column is None:
            if said is not None and said.name in LINKAGE:
                result.wrong.append(f"{header}: ignored, drafted {said.name}")
            continue
        result.meanings += 1
        if not _same(column, said):
            result.wrong.append(f"{header}: {column.name} {column.type}, drafted {f'{said.name} {said.type}' if said else 'nothing'}")
    return result


def meanings(feed: Feed, rows: pl.DataFrame) -> dict[str, Column | None]:
    """Header (without a unit that a reader has written behind it) -> the column that a contract gives it, none where it is not used."""
    headers = [name for name in rows.columns if name not in ARRIVAL]
    found = Headings(feed).match(headers)
    of = {header: feed.column(name) for name, header in found.columns.items()}
    of |= {
        header: WIDE[name == "id_number"].model_copy(update={"name": f"{name} {number}"}) for (name, number), header in found.wide.items()
    }
    return {_bare(header): _with_unit(of.get(header), header) for header in headers}


def _with_unit(column: Column | None, header: str) -> Column | None:
    """A column of money with the unit by which its cells are read."""
    if column is None or column.type != "money":
        return column
    unit = unit_of(header) or column.unit or "元"
    return column.model_copy(update={"unit": unit})


def _bare(header: str) -> str:
    unit = unit_of(header)
    return header.removesuffix(f"（{unit}）") if unit else header


def _same(right: Column, drafted: Column | None) -> bool:
    if drafted is None or drafted.type != right.type or drafted.unit != right.unit:
        return False
    is_linkage = right.name in LINKAGE or right.name.split(" ")[0] in {"person_name", "id_number"}
    return drafted.name == right.name if is_linkage else drafted.name not in LINKAGE


def show(judged: list[Judged], title: str) -> None:
    """One line per file, the totals, and what is wrong."""
    table = Table("feed", "file", "bounds", "meanings", "right", "questions", title=f"Drafting: {title}")
    for one in judged:
        table.add_row(
            one.feed, one.file, "yes" if one.bounds else "NO", str(one.meanings), str(one.meanings - len(one.wrong)), str(one.questions)
        )
    total, wrong = sum(one.meanings for one in judged), sum(len(one.wrong) for one in judged)
    bounds = sum(one.bounds for one in judged)
    feeds = len({one.feed for one in judged})
    table.add_section()
    table.add_row(
        f"{feeds} feeds", f"{len(judged)} files", f"{bounds}/{len(judged)}", str(total), f"{total - wrong} ({1 - wrong / total:.1%})"
    )
    console = Console(width=130)
    console.print(table)
    for one in judged:
        for fault in one.wrong:
            console.print(f"{one.feed}, {one.file}: {fault}", soft_wrap=True, markup=False)


if __name__ == "__main__":
    main()
