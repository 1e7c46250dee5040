"""Facts: the linked rows that rules look at, read from the lake month by month, each month's links once for all of its lists."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import polars.selectors as cs

from assets.lake import months_with, read
from contracts.county import Configuration
from contracts.home import Home
from contracts.month import Month
from contracts.rule import Rule
from contracts.tables import CONSERVATION, empty
from screening.measures import ROW, keyed
from screening.register import register_rows

WINDOW_MONTHS = 12
EVERY = pl.lit(value=True)
AT_ONCE = 2  # months that are read side by side: Polars reads outside Python's lock

Columns = Mapping[str, set[str]]  # by feed


def carried_lists(home: Home, month: Month) -> pl.DataFrame:
    """Which lists stood in for others in the months that a rule looks at: `feed`, `month`, `source` (the month that it is of)."""
    months = months_with(home, "conservation", upto=month, months=WINDOW_MONTHS)
    balances = [read(home, "conservation", each, CONSERVATION).with_columns(month=pl.lit(str(each))) for each in months]
    everything = pl.concat(balances, how="diagonal") if balances else empty({**CONSERVATION, "month": pl.String})
    return everything.filter(pl.col("carried_from").is_not_null()).select("feed", "month", source="carried_from")


def facts(
    home: Home,
    configuration: Configuration,
    month: Month,
    carried: pl.DataFrame,
    rules: Iterable[Rule] | None = None,
    lists_of: Callable[[Month], Mapping[str, pl.DataFrame]] | None = None,
    signed: pl.DataFrame | None = None,
) -> dict[str, pl.LazyFrame]:
    """Linked rows of every list that `rules` look at (by default all in force, and the bills), of this month and up to 11 before.

    They have ROW and the columns that the rules name. The register is one of them, with a row per household. A list that stood in for a
    later one is looked at once: in this month if it stands in now, else in its own. `lists_of` gives the lists of a month where they have
    been read before. Lists that only flags look at are read of the households in `signed` (household_id) alone, where it is given.
    """
    twice = {
        (feed, repeated)
        for feed, of_month, source in carried.iter_rows()
        for repeated in ([source] if of_month == str(month) else [of_month])
    }
    register, spending = configuration.register_feed.feed, configuration.county.spending
    looking = [rule for rule in configuration.rules.values() if rule.holds_in(month)] if rules is None else list(rules)
    reach, columns = _reach(looking), columns_of(looking)
    if rules is None:
        reach[spending.feed] = frozenset(range(WINDOW_MONTHS))
        columns.setdefault(spending.feed, set(ROW)).update((spending.column, spending.event_date))
    of_signed = EVERY if signed is None else pl.col("household_id").is_in(signed["household_id"].implode())
    only = ~pl.col("feed").is_in(_of_flags(looking) - {spending.feed}) | of_signed

    def lists(each: Month) -> dict[str, pl.DataFrame]:
        back = len(month.back_to(each)) - 1
        wanted = {feed: columns[feed] for feed in reach if back in reach[feed] and (feed, str(each)) not in twice}
        bureaus = {feed: names for feed, names in wanted.items() if feed != register}
        found = linked_rows(home, each, bureaus, only) if lists_of is None else {**lists_of(each)}
        if register in wanted and home.table("register/households", each).exists():
            found[register] = _registered(home, each, wanted[register])
        return {feed: rows for feed, rows in found.items() if feed in wanted}

    with ThreadPoolExecutor(AT_ONCE) as readers:
        months = list(readers.map(lists, month.back_to(month.plus(1 - WINDOW_MONTHS))))
    frames = {feed: [of_month[feed].lazy() for of_month in months if feed in of_month] for feed in sorted(reach)}
    return {feed: pl.concat(of_feed, how="diagonal_relaxed") for feed, of_feed in frames.items() if of_feed}


def columns_of(rules: Iterable[Rule]) -> dict[str, set[str]]:
    """The columns of each feed that the `rules` look at."""
    columns: dict[str, set[str]] = {}
    for rule in rules:
        columns.setdefault(rule.feed, set(ROW)).update(rule.columns)
        if rule.since is not None:
            columns.setdefault(rule.since.feed, set(ROW)).update(rule.since.columns)
    return columns


def linked_rows(home: Home, month: Month, columns: Columns, only: pl.Expr = EVERY) -> dict[str, pl.DataFrame]:
    """The accepted rows of a month's lists that are linked, with ROW: `columns` of each feed. `only` chooses among the links."""
    feeds = [feed for feed in sorted(columns) if home.table(f"accepted/{feed}", month).exists()]
    if not feeds or not home.table("links", month).exists():
        return {}
    links = (
        pl.scan_parquet(home.table("links", month))
        .filter(pl.col("status") == "linked", pl.col("feed").is_in(feeds), only)
        .select("feed", "row_id", "household_id", "person_id", "identity")
        .collect()
    )
    linked, rows = set(links["feed"].unique()), []
    for feed in feeds:
        accepted = pl.scan_parquet(home.table(f"accepted/{feed}", month)).select(cs.by_name(*sorted(columns[feed]), require_all=False))
        of_feed = links.lazy().filter(pl.col("feed") == feed).drop("feed")
        whole = accepted if feed in linked else accepted.clear()
        rows.append(keyed(whole.join(of_feed, on="row_id").with_columns(listed=pl.lit(month.end))))
    return dict(zip(feeds, pl.collect_all(rows), strict=True))


def _reach(rules: Iterable[Rule]) -> dict[str, frozenset[int]]:
    """Which lists of each feed the `rules` look at, in months back."""
    reach: dict[str, frozenset[int]] = {}
    for rule in rules:
        for feed in rule.feeds:
            reach[feed] = reach.get(feed, frozenset()) | rule.looks_back
    return reach


def _of_flags(rules: list[Rule]) -> set[str]:
    """The feeds that only flags look at."""
    feeds = {kind: {feed for rule in rules for feed in rule.feeds if (rule.kind == "flag") == kind} for kind in (True, False)}
    return feeds[True] - feeds[False]


def _registered(home: Home, month: Month, columns: set[str]) -> pl.DataFrame:
    tables = [pl.scan_parquet(home.table(f"register/{name}", month)) for name in ("households", "persons")]
    rows = keyed(register_rows(tables[0], tables[1], month))
    return rows.select(name for name in rows.collect_schema() if name in columns).collect()
