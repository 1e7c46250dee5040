"""The columns that a careful user of a general linkage tool prepares: rows and persons in one form, with `standards/` as his library.

Both tables have the same columns, null where a side has none. Nothing of `matching/` is used.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from benchmarks.contestants.stopwatch import Tables
from standards import ids, names, places

KEPT = ("unique_id", "village_code", "town_code", "group", "phones")  # what a stand-in shares with its row
FEW = 8  # namesakes in the register among whom other evidence can still choose
NUMERALS = {numeral: str(number) for number, numeral in enumerate("一二三四五六七八九十", 1)}


def persons(tables: Tables) -> pl.DataFrame:
    """One row per person and household of the register, `unique_id` being the row's number."""
    houses = tables.households.select("household_id", house_phone="phone")
    people = (
        tables.persons.with_row_index("unique_id")
        .cast({"unique_id": pl.Int64})
        .join(houses, on="household_id", how="left", maintain_order="left")
    )
    people = people.with_columns(name=names.normalise(pl.col("person_name")), id18=_valid(pl.col("id_number")))
    members = people.select("household_id", "name", "id18", other="unique_id")
    company = people.select("unique_id", "household_id").join(members, on="household_id").filter(pl.col("unique_id") != pl.col("other"))
    return _prepared(
        people.join(_company(company), on="unique_id", how="left", maintain_order="left").with_columns(
            phones=pl.concat_list("phone", "house_phone").list.drop_nulls().list.unique(),
            town_code=pl.col("village_code").str.slice(0, 9) + "000",
            year=pl.lit(None, pl.Int32),
            name_few=pl.when(pl.len().over("name") <= FEW).then("name"),
        )
    )


def mentions(tables: Tables) -> pl.DataFrame:
    """One row per record, `unique_id` being the row's number; then their stand-ins. Who only names a head of household means the head.

    A stand-in is the same row about somebody else: the first other person whom it names (the family of a child that is not in the
    register yet), or each name of the register that stands in the text of a row without any name. Its `unique_id` is that of its row
    plus a multiple of the number of rows.
    """
    said = tables.mentions.with_row_index("unique_id").cast({"unique_id": pl.Int64})
    is_told = pl.all_horizontal(pl.col("person_name", "head_name", "id_number", "head_id").is_null())
    said = said.with_columns(told=pl.when(is_told).then("text")).with_columns(
        address=pl.coalesce("address", "told"),
        phone=pl.coalesce("phone", pl.col("told").str.extract(r"(?:^|\D)(1[3-9]\d{9})(?:\D|$)")),
        id_number=pl.coalesce("id_number", pl.when(pl.col("person_name").is_null()).then("head_id")),
        person_name=pl.coalesce("person_name", "head_name"),
    )
    latest = said["event_date"].max()
    said = places.resolve(said, tables.places, on=latest if isinstance(latest, date) else date.max)
    said = said.with_columns(
        name=names.normalise(pl.col("person_name")),
        id18=_valid(pl.col("id_number")),
        phones=pl.concat_list("phone").list.drop_nulls(),
        year=(pl.col("event_date").dt.year() - pl.col("age")).cast(pl.Int32),
        group=pl.coalesce("group", pl.col("address").str.extract(r"([0-9一二三四五六七八九十]{1,2}组)")),
    )
    others = _others(said)
    rows = said.join(_company(others), on="unique_id", how="left", maintain_order="left")
    everybody = pl.concat([rows, _first_others(rows, others), _told(rows, tables)], how="diagonal_relaxed")
    return _prepared(everybody.with_columns(name_few=pl.col("name")))


def _first_others(rows: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Rows about the first other person named in them, the row's own person being the other now."""
    first = others.drop_nulls("name").unique("unique_id", keep="first", maintain_order=True).with_columns(id_number="id18")
    base = rows.select(*KEPT, other_names=pl.concat_list("name").list.drop_nulls())
    return first.join(base, on="unique_id").with_columns(unique_id=pl.col("unique_id") + rows.height)


def _told(rows: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """Rows about each name of the register in a text, the longer name before the shorter. The phone is often only the caller's."""
    known = tables.persons.select(name=names.normalise(pl.col("person_name"))).unique().filter(pl.col("name").str.len_chars() >= 2)
    longest_first = known.sort(pl.col("name").str.len_chars(), "name", descending=True)["name"]
    phones = pl.concat([tables.persons["phone"], tables.households["phone"]]).drop_nulls().unique()
    told = rows.drop_nulls("told").select(
        *KEPT, "phone", name=pl.col("told").str.extract_many(longest_first.to_list(), leftmost=True).list.unique(maintain_order=True)
    )
    told = told.explode("name", empty_as_null=True).drop_nulls("name")
    return told.with_columns(
        unique_id=pl.col("unique_id") + rows.height * (2 + pl.int_range(pl.len()).over("unique_id")),
        phones=pl.concat_list(pl.when(pl.col("phone").is_in(phones.implode())).then("phone")).list.drop_nulls(),
    )


def _others(said: pl.DataFrame) -> pl.DataFrame:
    """Guardian, head and the other people named in a row: unique_id, name, id18; never the row's own person."""
    own = said.select("unique_id", own="name", own_id="id18")
    single = [said.select("unique_id", name=f"{role}_name", id18=f"{role}_id") for role in ("head", "guardian")]
    listed = said.filter(pl.col("co_names").list.len() > 0).select(
        "unique_id", name="co_names", id18=pl.when(pl.col("co_ids").list.len() == pl.col("co_names").list.len()).then("co_ids")
    )
    paired = listed.drop_nulls("id18").explode("name", "id18")
    loose = listed.filter(pl.col("id18").is_null()).explode("name").with_columns(id18=pl.lit(None, pl.String))
    everybody = pl.concat([*single, paired, loose]).with_columns(name=names.normalise(pl.col("name")), id18=_valid(pl.col("id18")))
    others = everybody.join(own, on="unique_id", maintain_order="left")
    himself = (pl.col("name") == pl.col("own")).fill_null(value=False) | (pl.col("id18") == pl.col("own_id")).fill_null(value=False)
    return others.filter(~himself, pl.col("name").is_not_null() | pl.col("id18").is_not_null()).select("unique_id", "name", "id18")


def _company(others: pl.DataFrame) -> pl.DataFrame:
    """Names and valid numbers of each row's other people as lists."""
    return others.group_by("unique_id").agg(
        other_names=pl.col("name").drop_nulls().unique(), other_ids=pl.col("id18").drop_nulls().unique()
    )


def _valid(number: pl.Expr) -> pl.Expr:
    """The eighteen characters of a valid number, else null."""
    full = ids.to18(ids.normalise(number))
    return pl.when(ids.is_valid(full)).then(full)


def _prepared(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that both sides share."""
    number = pl.col("number")
    written = ids.normalise(pl.col("id_number"))
    frame = frame.with_columns(number=pl.coalesce(ids.to18(written), written)).with_columns(
        number=pl.when(~number.str.starts_with(ids.PSEUDO)).then("number")
    )
    whole = number.str.len_chars() == 18
    birth = pl.coalesce(ids.birth_date(pl.col("id18")), "birth_date", ids.birth_date(number))
    group = pl.col("group").str.normalize("NFKC").str.replace_all(r"[\s第村民小组社号]", "").replace(NUMERALS)
    return frame.join(_sounds(frame), on="name", how="left", maintain_order="left").select(
        "unique_id", "name", "name_few", "pinyin", "sound", "sorted_sound", "given", "surname", "characters", "pairs",
        "number", "id18", "sex", "village_code", "town_code",
        dob=birth.dt.strftime("%Y%m%d"),
        birth_year=pl.coalesce(birth.dt.year(), "year").cast(pl.Int32),
        id_prefix=pl.when(whole).then(number.str.slice(0, 6)),
        id_birth=pl.when(whole).then(_visible(number.str.slice(6, 8))),
        id_tail=pl.when(whole).then(_visible(number.str.slice(14, 4))),
        id15=pl.when(whole).then(_visible(number.str.slice(0, 15))),
        group_no=pl.when(group != "").then(group),
        phones=_filled("phones"),
        other_names=_filled("other_names"),
        other_ids=_filled("other_ids"),
    )  # fmt: skip


def _sounds(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per name: how it sounds and what it is made of. `pairs` are its characters by two, in their order."""
    first, second, third = (pl.col("name").str.slice(place, 1) for place in range(3))
    third = pl.when(third != "").then(third)
    once = frame.select("name").unique().drop_nulls().with_columns(pinyin=names.pinyin(pl.col("name")))
    return once.with_columns(
        sound=names.dialect(pl.col("pinyin")),
        given=names.given(pl.col("name")),
        surname=names.dialect(names.pinyin(names.surname(pl.col("name")))),
        characters=pl.col("name").str.split(""),
        pairs=pl.concat_list(first + second, second + third, first + third).list.drop_nulls().list.unique(),
    ).with_columns(sorted_sound=pl.col("sound").str.split(" ").list.sort().list.join(" "))


def _visible(digits: pl.Expr) -> pl.Expr:
    """Null where any of them is hidden."""
    return pl.when(~digits.str.contains("*", literal=True)).then(digits)


def _filled(column: str) -> pl.Expr:
    """Null instead of an empty list."""
    return pl.when(pl.col(column).list.len() > 0).then(column)
