"""People whom the register does not list, in households that it does, known by their numbers from earlier months.

The child whom a list of births showed to live with its grandfather; the member who has died, whose hospital's bill comes when the register
has let him go already, and is his family's. Who has moved away is of no household.
"""

import polars as pl

from assets.facts import WINDOW_MONTHS
from assets.lake import months_with, read
from contracts.home import Home
from contracts.month import Month
from contracts.tables import Schema, conform, empty
from matching.decide.household import UNLISTED
from standards import ids

CHANGES, DIED, LEFT = "police_residence", "死亡注销", "迁出"  # the list of who was born, died or moved, and what it calls the latter two
CHANGE: Schema = {"id_number": pl.String, "change_kind": pl.String}


def unlisted(home: Home, month: Month, persons: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """`UNLISTED`: whom no row of `persons` has, by what the twelve months before `month` knew of him.

    `changes`: what the police's list of this month says (accepted rows), beside which those of earlier months count.
    """
    before = month.plus(-1)
    lists = months_with(home, f"accepted/{CHANGES}", upto=before, months=WINDOW_MONTHS)
    told = [read(home, f"accepted/{CHANGES}", each, CHANGE, only=True) for each in lists]
    gone = pl.concat([conform(changes, CHANGE), *told]).with_columns(_valid()).drop_nulls()
    died, left = (gone.filter(pl.col("change_kind") == kind)["id_number"].implode() for kind in (DIED, LEFT))
    registers = [home.table("register/persons", each) for each in months_with(home, "register/persons", upto=before, months=WINDOW_MONTHS)]
    lived = [pl.scan_parquet(path).select(*UNLISTED).filter(pl.col("id_number").is_in(died)) for path in registers]
    known = pl.concat([empty(UNLISTED), *pl.collect_all([*_shown(home, before), *lived])]).drop_nulls()
    away = pl.col("id_number").is_in(persons["id_number"].implode()) | pl.col("id_number").is_in(left)
    return known.filter(~away).unique("id_number", keep="last", maintain_order=True).sort("id_number")


def _shown(home: Home, before: Month) -> list[pl.LazyFrame]:
    """Household and number of each row that was linked to a household and to nobody of it, month by month, list by list."""
    frames = []
    for month in months_with(home, "links", upto=before, months=WINDOW_MONTHS):
        links = pl.scan_parquet(home.table("links", month)).filter(
            pl.col("status") == "linked", pl.col("method").is_in(["household", "decision"]), pl.col("person_id").is_null()
        )
        told = links.select("feed", "row_id", "household_id").collect()
        for (feed,), rows in sorted(told.partition_by("feed", as_dict=True).items()):
            accepted = pl.scan_parquet(home.table(f"accepted/{feed}", month)).select("row_id", "id_number")
            frames.append(accepted.join(rows.lazy(), on="row_id").select("household_id", _valid()))
    return frames


def _valid() -> pl.Expr:
    """The number in 18 characters, if it is valid."""
    number = ids.to18(pl.col("id_number"))
    return pl.when(ids.is_valid(number)).then(number).alias("id_number")
