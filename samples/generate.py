"""A whole sample county: what the bureaus left in the inbox, a bureau's database, and the truth about every row.

Written beside and renamed into place; the stamp comes last, so that a county without stamp is made anew and one with the same
stamp is left as it is.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl

from contracts.month import Month
from contracts.tables import PLACE
from samples import writers
from samples.alerts import first_sent
from samples.change import advance
from samples.draw import Facts
from samples.events import happen
from samples.feeds.base import Built, Context, build
from samples.feeds.catalogue import SPECS
from samples.feeds.layout import File
from samples.feeds.living import issued_by
from samples.feeds.register import register_files
from samples.noise import Level
from samples.population import build_population
from samples.seeds import generator
from samples.stocks import hold
from samples.tables import Population

STAMP = "sample.json"
DATABASE = "disability_severe"
UNKNOWN = "会议通知.xlsx"
LOCK = "~$交通事故伤亡人员情况.xlsx"
ROW_ORDER = ("feed", "month", "file", "sheet", "row_number", "part")


def generate(home: Path, *, households: int, months: Sequence[Month], seed: int, noise: Level, places: Path) -> None:
    """Write the sample county into `home`: inbox/<month>/, bureaus/, truth/. The same parameters again change nothing."""
    stamp = _stamp(households, months, seed, noise, places)
    if (home / STAMP).exists() and (home / STAMP).read_text(encoding="utf-8") == stamp:
        return
    beside = home / ".sample"
    shutil.rmtree(beside, ignore_errors=True)
    (beside / "truth").mkdir(parents=True)
    (beside / "bureaus").mkdir()
    (home / STAMP).unlink(missing_ok=True)
    contexts = list(_contexts(households, sorted(months), seed, noise, places))
    _write(beside, contexts)
    for made in [beside / "truth", beside / "bureaus", *sorted((beside / "inbox").iterdir())]:
        _replace(made, home / made.relative_to(beside))
    shutil.rmtree(beside)
    (home / f"{STAMP}.part").write_text(stamp, encoding="utf-8")
    (home / f"{STAMP}.part").rename(home / STAMP)


def _stamp(households: int, months: Sequence[Month], seed: int, noise: Level, places: Path) -> str:
    """What the county was made from: the parameters, the places and the generator itself."""
    made_by = hashlib.sha256(places.read_bytes())
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        made_by.update(source.read_bytes())
    parameters = {"households": households, "months": [str(month) for month in sorted(months)], "seed": seed, "noise": noise}
    return json.dumps({**parameters, "made_by": made_by.hexdigest()}, indent=1) + "\n"


def _replace(made: Path, target: Path) -> None:
    """Put a new folder where the old one is."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        shutil.rmtree(target)
    made.rename(target)


def read_places(path: Path) -> pl.DataFrame:
    """`config/places.csv` as a PLACE frame."""
    return pl.read_csv(path, schema=dict(PLACE))


def _contexts(households: int, months: Sequence[Month], seed: int, noise: Level, places: Path) -> Iterator[Context]:
    """One context a month, the county moving on from one to the next."""
    population = build_population(households, seed, read_places(places))
    stocks: Facts = {}
    earlier: Facts = {}
    for index, month in enumerate(months):
        population = advance(population, month, seed)
        if not index:
            stocks = hold(population, month, seed)
        new = happen(population, month, seed, first=index == 0)
        yield Context(population, month, index, new, dict(earlier), stocks, noise, seed)
        for feed, frame in new.items():
            earlier[feed] = pl.concat([earlier[feed], frame], how="diagonal_relaxed") if feed in earlier else frame


def _write(folder: Path, contexts: Sequence[Context]) -> None:
    """All files of all months and the truth tables."""
    truths: list[pl.DataFrame] = []
    events: list[pl.DataFrame] = []
    for context in contexts:
        inbox = folder / "inbox" / str(context.month)
        inbox.mkdir(parents=True)
        with ThreadPoolExecutor(2) as pool:
            register = pool.submit(register_files, context, inbox)
            for built in pool.map(lambda feed, at=context, to=inbox: _bureau(feed, at, to), [feed for feed in SPECS if feed != DATABASE]):
                truths.append(built.truth)
                events.append(built.events)
            truths.append(register.result())
        if context.index == 1:
            _nuisances(inbox, context.month)
    for built in _database(folder, contexts):
        truths.append(built.truth)
        events.append(built.events)
    lines = pl.concat(truths, how="diagonal_relaxed").sort(ROW_ORDER)
    is_sum = pl.col("errors").list.contains("subtotal")
    lines.filter(~is_sum).write_parquet(folder / "truth" / "rows.parquet")
    lines.filter(is_sum).select(ROW_ORDER[:-1]).write_parquet(folder / "truth" / "subtotals.parquet")
    first_sent(pl.concat(events, how="diagonal_relaxed")).sort("month", "feed", "event_id", "person_id").write_parquet(
        folder / "truth" / "events.parquet"
    )
    population = contexts[-1].population
    population.persons.write_parquet(folder / "truth" / "persons.parquet")
    population.outsiders.write_parquet(folder / "truth" / "outsiders.parquet")
    population.households.write_parquet(folder / "truth" / "households.parquet")
    _authorisations(population, contexts[0]).write_parquet(folder / "truth" / "authorisations.parquet")


def _bureau(feed: str, context: Context, inbox: Path) -> Built:
    """One list written into the inbox."""
    built = build(SPECS[feed], context)
    for file in built.laid.files:
        _file(file, inbox)
    return built


def _file(file: File, inbox: Path) -> None:
    """One file in its format."""
    path = inbox / file.name
    match file.layout.kind:
        case "csv":
            writers.write_csv(path, file.sheets[0].grid, file.layout.encoding)
        case "xls":
            writers.write_xls(path, file.sheets)
        case _:
            writers.write_workbook(path, file.sheets)


def _database(folder: Path, contexts: Sequence[Context]) -> list[Built]:
    """The one table of a bureau's own database, and what its query gives month by month."""
    whole = build(SPECS[DATABASE], contexts[0])
    (file,) = whole.laid.files
    grid = file.sheets[0].grid
    named = grid.rename({f"c{number}": column.header for number, column in enumerate(file.layout.columns)})
    writers.write_database(
        folder / "bureaus" / "disabled_federation.sqlite", "cjr_jbxx", named.with_columns(zxrq=pl.lit(None, dtype=pl.String))
    )
    return [issued_by(whole, context.month) for context in contexts]


def _nuisances(inbox: Path, month: Month) -> None:
    """What lies in every inbox: a file that is no list, a list sent twice, and the lock file of somebody's open workbook."""
    notice = [["关于召开防返贫动态监测工作调度会的通知", None], [None, None], ["时间", f"{month.plus(1)}-08"], ["地点", "县政府三楼会议室"]]
    grid = pl.DataFrame(notice, schema={"c0": pl.String, "c1": pl.String}, orient="row")
    writers.write_xlsx(inbox / UNKNOWN, [writers.Sheet("Sheet1", grid, head=1, titles=1)])
    (inbox / LOCK).write_bytes(b"\x03admin" + b" " * 49 + b"\x05\x00a\x00d\x00m\x00i\x00n" + b" \x00" * 50)
    first = min(inbox.glob("返乡*.csv"))
    shutil.copyfile(first, first.with_stem(f"{first.stem}（副本）"))


def _authorisations(population: Population, context: Context) -> pl.DataFrame:
    """Households that signed the 承诺授权书: most of the monitored ones, a few others."""
    rng = generator(context.seed, "authorisations")
    households = population.households.sort("household_id")
    luck = pl.Series(rng.random(households.height))
    ago = pl.Series("ago", rng.integers(20, 700, households.height))
    monitored = pl.col("monitored_kind").is_not_null()
    signed = households.with_columns(ago).filter((monitored & (luck < 0.85)) | (luck < 0.03))
    return signed.select("household_id", signed_on=pl.lit(context.month.start) - pl.duration(days="ago"))
