"""What a release must not tell, looked for in every cell: `python -m benchmarks.privacy --home HOME --month YYYY-MM`.

Every text of every workbook and every page of every PDF is read. In no file of the release an ID number may stand whole; in what villages
get (and in the public notices, where some were written) no value of a column that a feed's contract calls sensitive: diseases, texts of
petitions, offences, assets. Only counts and column names are printed.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
import polars as pl
import pypdfium2

from contracts.county import Configuration
from contracts.home import Home
from contracts.month import Month
from pipelines.options import COUNTY_OPTION, HOME_OPTION, MonthType

BIRTH = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
NUMBER = r"(?:^|[^\d.])(\d{14,22}[Xx]?(?:\d{2}|\d{4})?)"  # not the places of a fraction
HASH = r"[0-9a-f]{32,}"
WHOLE_ID = rf"^(?:\d{{6}}(?:18|19|20)\d{{2}}{BIRTH}\d{{3}}[\dXx]|\d{{8}}{BIRTH}\d{{3}})(?:\d{{2}}|\d{{4}})?$"
PHONE = r"(?:^|\D)1[3-9]\d{9}(?:\D|$)"
SHORTEST = 3  # characters of a sensitive value that is looked for: shorter ones are words such as 健康
VILLAGES, PUBLIC = "村级", "notices"
TEXTS = {"file": pl.String, "place": pl.String, "text": pl.String}


def texts(folder: Path) -> pl.DataFrame:
    """Every text of the files below `folder`: `file`, `place` (the sheet's part or the page), `text`."""
    found = [(str(path.relative_to(folder)), place, text) for path in sorted(folder.rglob("*.*")) for place, text in _texts(path)]
    return pl.DataFrame(found, schema=TEXTS, orient="row")


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            for name in (name for name in book.namelist() if name.endswith(".xml")):
                part = book.read(name).decode()
                yield from ((name, html.unescape(text)) for text in re.findall(r"<(?:v|t|f)(?: [^>]*)?>([^<]+)</", part))
    elif path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            yield from ((f"page {number}", page.get_textpage().get_text_range()) for number, page in enumerate(document, start=1))
    elif path.suffix in {".html", ".json", ".csv"}:
        yield "", path.read_text(encoding="utf-8")


def sensitive(home: Home, month: Month, configuration: Configuration) -> pl.DataFrame:
    """The values of sensitive columns of the month's accepted rows: `what` (feed.column) and `value`, each once.

    Words that the county's own rules say (因务工就业不稳, 公益性岗位) are no secret, whoever writes them into a column.
    """
    own = "".join(str(rule.model_dump()) for rule in configuration.rules.values())
    found = [pl.DataFrame(schema={"what": pl.String, "value": pl.String})]
    for name, feed in configuration.feeds.items():
        path = home.table(f"accepted/{name}", month)
        columns = [column.name for column in feed.columns if column.sensitive]
        if columns and path.exists():
            rows = pl.read_parquet(path)
            for column in (column for column in columns if rows.schema.get(column) == pl.String):
                values = rows.select(what=pl.lit(f"{name}.{column}"), value=pl.col(column).str.replace_all(r"\s", "")).drop_nulls()
                found.append(values.filter(pl.col("value").str.len_chars() >= SHORTEST))
    values = pl.concat(found).unique("value", keep="first", maintain_order=True)
    return values.filter([value not in own for value in values["value"]])


def _keys(home: Home, month: Month) -> pl.DataFrame:
    """人编号 of the register, which have 18 digits, too, and by chance a day among them."""
    path = home.table("register/persons", month)
    persons = pl.read_parquet(path, columns=["person_id"]) if path.exists() else pl.DataFrame(schema={"person_id": pl.String})
    return persons.select(number="person_id")


def last_release(home: Home, month: Month) -> Path:
    """The folder of the last release of `month`."""
    return max(home.releases(month).glob("[0-9]*"), key=lambda folder: int(folder.name))


def leaks(home: Home, month: Month, configuration: Configuration) -> pl.DataFrame:
    """What stands where it must not: one row per `what` and `file`, with the number of cells. Empty when all is well."""
    release = texts(last_release(home, month))
    public = texts(home.root / PUBLIC / str(month))
    village = pl.concat([release.filter(pl.col("file").str.starts_with(VILLAGES)), public])
    secrets = sensitive(home, month, configuration)
    plain = village.with_columns(text=pl.col("text").str.replace_all(r"\s", ""))
    values = secrets["value"].to_list()
    named = plain.with_columns(value=pl.col("text").str.extract_many(values)).explode("value").join(secrets, on="value")
    numbers = (
        pl.concat([release, public])
        .with_columns(number=pl.col("text").str.replace_all(HASH, "").str.extract_all(NUMBER))
        .explode("number")
        .with_columns(pl.col("number").str.replace(r"^[^\d]", ""))
        .filter(pl.col("number").str.contains(WHOLE_ID))
        .join(_keys(home, month), on="number", how="anti")
        .with_columns(what=pl.lit("a whole ID number"))
    )
    phones = public.filter(pl.col("text").str.contains(PHONE)).with_columns(what=pl.lit("a telephone in public"))
    found = pl.concat([frame.select("what", "file") for frame in (named, numbers, phones)])
    return found.group_by("what", "file").len("cells").sort("what", "file")


@click.command()
@click.option("--month", type=MonthType(), required=True)
@COUNTY_OPTION
@HOME_OPTION
def main(month: Month, county_file: Path, home_folder: Path) -> None:
    """Look through a month's last release and print what leaks."""
    home, configuration = Home(home_folder), Configuration.load(county_file)
    read = texts(last_release(home, month))
    secrets = sensitive(home, month, configuration)
    print(f"{month}: {read['file'].n_unique():,} files, {read.height:,} texts, {secrets.height:,} sensitive values looked for")
    found = leaks(home, month, configuration)
    print("nothing leaks" if found.is_empty() else found.group_by("what").agg(files=pl.len(), cells=pl.col("cells").sum()))


if __name__ == "__main__":
    main()
