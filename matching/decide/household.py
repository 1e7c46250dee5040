"""Rows about people who are not in the register, in households that are: the new-born, the bride, the one taken off too early.

Such a row names the head of the household, or stands in one line with its members, or gives the telephone of a small child's parents.
These others are matched in the row's stead; where they are found, the row is linked to their household and to no person. So is every other
row of the month that is about the same person and names nobody: the bill of the child whose birth the police tell. Whom earlier months have
shown to live in a household is known by his number; and so is he whose number the register has wrong or not at all, once another list of
the month has found him by all else that it says.
"""

from __future__ import annotations

import polars as pl

from contracts.tables import Schema
from matching.compare.numbers import NONE, VALID
from matching.pairs import among
from matching.prepare import house_numbers
from matching.prepare.tables import NAME_KEYS, Mentions, Register
from matching.prepare.vocabulary import Vocabulary
from standards import ids

ROLES = ("head", "co", house_numbers.ROLE)
TELEPHONE, PHONES = "telephone", ("phone", "phone_told")
UNLISTED: Schema = {"household_id": pl.String, "id_number": pl.String}  # numbers of people whom the register does not list
LINKED = ["m", "h", "household", "margin"]
OF_NOBODY = {"status": pl.lit("linked"), "method": pl.lit("household"), "sure_person": pl.lit(value=False)}
SAME = ["n", "key", "kind", "village", "group", "born", "sex"]  # of a row, by which the person is known again
CHILD = 7  # years up to which a child that is not in the register lives where its guardian does


def stand_ins(said: Mentions, waiting: pl.DataFrame, vocabulary: Vocabulary) -> tuple[Mentions, pl.DataFrame]:
    """Rows about the heads and members named in the rows `waiting`, and a table m (of the stand-in), source (of the row), surname, enough.

    `surname`: the sound that somebody of the household must have for his surname, where nothing but a telephone leads to it. `enough`: the
    head and the parent need nobody beside them.
    """
    small = waiting.filter(
        pl.col("n").is_null() | (pl.col("event_date").dt.year() - pl.coalesce(pl.col("born").dt.year(), "birth_year") <= CHILD)
    )
    called = small.filter(pl.all_horizontal(pl.col("n", "village").is_not_null()) & pl.any_horizontal(pl.col(PHONES).is_not_null()))
    unsaid = {name: pl.lit(None, dtype) for name, dtype in said.company.schema.items() if name not in {"m", "role"}}
    speaking = [
        said.company.filter(pl.col("role").is_in(ROLES), among(said.company["m"], waiting["m"])),
        said.company.filter(pl.col("role") == "guardian", among(said.company["m"], small["m"])),
        called.select("m", role=pl.lit(TELEPHONE), **unsaid),
    ]
    # Who is named once as the head and once with a number has that number in either place.
    numbers = pl.col("key").drop_nulls().unique().over("m", "n", mapping_strategy="join")
    others = pl.concat(speaking, how="diagonal").with_columns(
        key=pl.when(pl.col("n").is_null() | (numbers.list.len() != 1)).then("key").otherwise(numbers.list.first())
    )
    others = others.sort("m", "n", "key", pl.col("role") == "co").unique(["m", "n", "key"], keep="first", maintain_order=True)
    nothing = {"text": pl.String, "relation": pl.Categorical, "sex": pl.Int8, "birth": pl.Date, "born": pl.Date}
    nothing |= {"birth_year": pl.Int32}
    theirs, numbered = others["role"] == TELEPHONE, others["key"].is_not_null()
    rows = said.rows[others["m"]].with_columns(
        pl.int_range(others.height, dtype=pl.UInt32, eager=True).alias("m"),
        others["n"],
        others["key"],
        number=ids.written(others["key"]),
        valid=numbered,
        kind=pl.when(numbered).then(VALID).otherwise(NONE).cast(pl.Int8),
        only_head=others["role"] == "head",
        **{name: pl.lit(None, dtype) for name, dtype in nothing.items()},
        **{name: pl.when(theirs).then(name) for name in PHONES},
    )
    rows = rows.with_columns(vocabulary.keys(rows["n"], *NAME_KEYS))[said.rows.columns]
    surname = said.rows["surname"][others["m"]].zip_with(theirs, pl.Series([None], dtype=said.rows.schema["surname"]))
    sources = pl.DataFrame({"m": rows["m"], "source": others["m"], "surname": surname, "enough": others["role"] != "co"})
    return Mentions(rows, said.company.clear()), sources


def called_like(others: pl.DataFrame, strangers: pl.DataFrame) -> pl.Series:
    """Whether each of `others` is called like one of `strangers` of his village, who may be the one that is meant. Both: n, village."""
    known = strangers.select("n", "village", known=pl.lit(value=True)).drop_nulls().unique()
    return others[["n", "village"]].join(known, on=["n", "village"], how="left", maintain_order="left")["known"].fill_null(value=False)


def by_company(found: pl.DataFrame, sources: pl.DataFrame, answers: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Answers for the rows whose stand-ins all lie in one household: m, h, status, household, margin.

    One head, or the parent of a small child, is enough; of others named beside a person (who may be a second owner only) two must be
    of the household. Who is found by number says more than who is found by name, whom somebody else may be called like.

    A row for which a person of another household is under review stays there.
    """
    linked = found.filter(pl.col("status") == "linked").select(*LINKED, numbered=pl.col("method") == "id_and_name").join(sources, on="m")
    called = linked.filter(pl.col("surname").is_not_null())
    members = persons[["h", "surname"]].filter(pl.col("h").is_in(called["h"].implode()))
    linked = pl.concat([linked.filter(pl.col("surname").is_null()), called.join(members, on=["h", "surname"], how="semi")])
    by_number = pl.col("h").filter("numbered")
    linked = linked.filter((by_number.len().over("source") == 0) | pl.col("h").is_in(by_number.implode().over("source")))
    one = (
        linked.group_by(m="source")
        .agg(
            pl.col("h").first(),
            pl.col("household").max(),
            pl.col("margin").max(),
            houses=pl.col("h").n_unique(),
            others=pl.len(),
            enough=pl.col("enough").any(),
        )
        .filter((pl.col("houses") == 1) & (pl.col("enough") | (pl.col("others") >= 2)))
    )
    asked = answers.filter(pl.col("status") == "review").select("m", asked="h")
    free = one.join(asked, on="m", how="left").filter(pl.col("asked").is_null() | (pl.col("asked") == pl.col("h")))
    return free.select(*LINKED, **OF_NOBODY, told=pl.lit("beside"))


def by_number(waiting: pl.DataFrame, unlisted: pl.DataFrame, register: Register) -> pl.DataFrame:
    """Answers, as `by_company` gives, for rows in `waiting` whose valid number is that of somebody in `unlisted` (`UNLISTED`)."""
    known = unlisted.select("household_id", ids.read(unlisted["id_number"])["key"]).drop_nulls().unique("key", keep="none")
    found = waiting[["m", "key"]].drop_nulls("key").join(known, on="key").join(register.households, on="household_id").sort("m")
    return found.select("m", "h", household=pl.lit(1.0), margin=pl.lit(1.0), **OF_NOBODY, told=pl.lit("before"))


def by_same_number(certain: pl.DataFrame, rows: pl.DataFrame, waiting: pl.DataFrame) -> pl.DataFrame:
    """Answers for rows in `waiting` whose number another row of the month has, as `by_company` gives; of both it is one that nobody has.

    `certain`: m, h, household, margin of those other rows. Both are called by one surname, or one of them by none: else a number
    stands in a form that is not its owner's. Known in two households, he is found in neither.
    """
    known = pl.concat([certain[LINKED], rows["key", "surname"][certain["m"]]], how="horizontal")
    met = waiting.select("m", "key", "surname").join(known.drop("m"), on="key")
    met = met.filter(pl.col("surname").eq(pl.col("surname_right")).fill_null(value=True))
    return _in_one(met, "number")


def by_another_list(households: pl.DataFrame, rows: pl.DataFrame, waiting: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Answers for rows in `waiting` about somebody whom another row of the month has shown to live in a household, as `by_company` gives.

    `households`: m, h, household, margin of those other rows. The person is the same where the name, the village and the date or year of
    birth are, unless the sex differs; where a row says nothing of an age, the group and the sex. Known in two households, he is found in
    neither.
    """
    known = pl.concat([households[LINKED], rows[SAME][households["m"]]], how="horizontal").drop("m", "village")
    houses = persons[["h", "village"]].filter(pl.col("h").ne_missing(pl.col("h").shift()))
    known = known.join(houses, on="h", how="left", maintain_order="left").with_columns(year=pl.col("born").dt.year())
    asked = waiting.select("m", *SAME, year=pl.coalesce(pl.col("born").dt.year(), "birth_year"))
    named = asked.filter(pl.col("key").is_null() | (pl.col("kind") != VALID)).drop_nulls(["n", "village"])
    named = named.join(known.drop_nulls(["n", "village"]), on=["n", "village"])
    born = (pl.col("born") == pl.col("born_right")) | (pl.col("born").is_null() & ((pl.col("year") - pl.col("year_right")).abs() <= 1))
    ageless = pl.col("year").is_null() & (pl.col("group") == pl.col("group_right")) & (pl.col("sex") == pl.col("sex_right"))
    named = named.filter(born | ageless, (pl.col("sex") == pl.col("sex_right")).fill_null(value=True))
    return _in_one(named, "elsewhere")


def _in_one(met: pl.DataFrame, told: str) -> pl.DataFrame:
    """Of `met` (m, h, household, margin) the answers for the rows that all theirs show in one household."""
    met = met[LINKED].sort("m", "h", "household", descending=[False, False, True])
    one = met.unique("m", keep="first", maintain_order=True).join(met.group_by("m").agg(pl.col("h").n_unique().alias("houses")), on="m")
    return one.filter(pl.col("houses") == 1).select(*LINKED, **OF_NOBODY, told=pl.lit(told))
