"""Rows and persons in the one form in which they are compared, numbered densely so that everything else works on numbers.

`m` numbers mentions (records of lists), `p` persons of the register, `h` households; all in the order of their own keys, so that the
order of the input means nothing. What is said about other people in a row (guardian, head, second owner, the rest of a household) goes
into a table of its own: the row's company.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from standards import ids, names, places, relations

NUMERALS = {
    **dict(zip("一二三四五六七八九十", range(1, 11), strict=True)),
    **{f"十{one}": 10 + n for n, one in enumerate("一二三四五六七八九", 1)},
    **{f"二十{one}": 20 + n for n, one in enumerate(["", *"一二三四五六七八九"])},
}


@dataclass(frozen=True)
class Register:
    """`persons`: p, h, keys and forms of comparison; `households`: h and household_id; `places`: the county's names of places."""

    persons: pl.DataFrame
    households: pl.DataFrame
    places: pl.DataFrame


@dataclass(frozen=True)
class Mentions:
    """`rows`: m, feed, row_id and forms of comparison; `company`: m, name, pinyin, id18, role, one row per other person named."""

    rows: pl.DataFrame
    company: pl.DataFrame


def prepare_register(persons: pl.DataFrame, households: pl.DataFrame, places_known: pl.DataFrame) -> Register:
    """Persons and households with numbers and comparable forms."""
    houses = households.sort("household_id").with_row_index("h").select("h", "household_id", household_phone=pl.col("phone"))
    people = persons.sort("household_id", "person_id", "row_id").with_row_index("p").join(houses, on="household_id", maintain_order="left")
    number = ids.normalise(pl.col("id_number"))
    people = people.select(
        "p", "h", "household_id", "person_id", "village_code", "sex", "is_head", "phone", "household_phone", "relation",
        name=names.normalise(pl.col("person_name")),
        number=number,
        id18=ids.to18(number),
        group=group_of(pl.col("group")),
        town_code=pl.col("village_code").str.slice(0, 9) + "000",
        listed_birth=pl.col("birth_date"),
    )  # fmt: skip
    people = people.with_columns(
        valid=ids.is_valid(pl.col("id18")),
        # Two people of one household under one number: it is one's, and nobody can say whose.
        shared=pl.col("id18").is_not_null() & (pl.col("name").n_unique().over("h", "id18") > 1),
    )
    birth = pl.coalesce(pl.when("valid").then(ids.birth_date(pl.col("id18"))), "listed_birth")
    # A woman who married out stays a daughter of her parents' register for years; where she is a wife she lives.
    lives = pl.col("relation").is_in([relations.HEAD, "配偶", "之儿媳", "之女婿"]).fill_null(value=False)
    people = with_sounds(people.with_columns(birth=birth, lives=lives).drop("listed_birth"))
    return Register(people, houses.drop("household_phone"), places_known)


def with_sounds(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with `pinyin` and `sound` (dialect) of its `name`, worked out once per name."""
    once = frame.select("name").unique().drop_nulls()
    once = once.with_columns(pinyin=names.pinyin(pl.col("name")))
    once = once.with_columns(
        sound=names.dialect(pl.col("pinyin")), surname=names.surname(pl.col("name")), given=names.given(pl.col("name"))
    )
    return frame.join(once, on="name", how="left", maintain_order="left")


def group_of(group: pl.Expr) -> pl.Expr:
    """组 as a number in digits where it has one, else its name; `第三村民组` and `3组` are one group."""
    text = group.str.normalize("NFKC").str.replace_all(r"[\s第村民小组社号]", "")
    text = text.replace(list(NUMERALS), [str(number) for number in NUMERALS.values()]).str.replace(r"^0+(\d)", "${1}")
    return pl.when(text != "").then(text)


def prepare_mentions(mentions: pl.DataFrame, places_known: pl.DataFrame) -> Mentions:
    """Records of all lists (feed + ACCEPTED) with numbers and comparable forms. A row that only names a head is about the head."""
    latest = mentions["event_date"].max()
    rows = mentions.sort("feed", "row_id").with_row_index("m")
    rows = rows.with_columns(address=pl.coalesce("address", pl.when(nameless()).then("text")))
    rows = places.resolve(rows, places_known, on=latest if isinstance(latest, date) else date.max)
    number = ids.normalise(pl.coalesce("id_number", pl.when(pl.col("person_name").is_null()).then("head_id")))
    rows = rows.with_columns(
        name=names.normalise(pl.coalesce("person_name", "head_name")),
        only_head=pl.col("person_name").is_null() & pl.col("head_name").is_not_null(),
        number=number,
        id18=ids.to18(number),
        group=pl.coalesce(group_of(pl.col("group")), group_of(pl.col("address").str.extract(r"([0-9一二三四五六七八九十]{1,3}组)"))),
        phone=pl.coalesce(pl.when(nameless()).then(pl.col("text").str.extract(r"(?:^|\D)(1[3-9]\d{9})(?:\D|$)")), "phone"),
        relation=relations.normalise(pl.col("relation")),
    )
    rows = rows.with_columns(valid=ids.is_valid(pl.col("id18")))
    rows = rows.with_columns(id_kind=id_kind())
    by_number = pl.when("valid").then(ids.birth_date(pl.col("id18")))
    rows = rows.select(
        "m", "feed", "row_id", "name", "only_head", "number", "id18", "valid", "id_kind", "group", "relation",
        "town_code", "village_code", "place_kind", "phone", "text", "event_date",
        "guardian_name", "guardian_id", "head_name", "head_id", "co_names", "co_ids",
        said_birth="birth_date",
        birth=pl.coalesce("birth_date", by_number),
        birth_year=pl.when(pl.col("birth_date").is_null() & ~pl.col("valid")).then(pl.col("event_date").dt.year() - pl.col("age")),
        sex=pl.when(pl.col("sex").is_in(["男", "女"])).then("sex"),
    )  # fmt: skip
    company = _company(rows)
    rows = rows.drop("guardian_name", "guardian_id", "head_name", "head_id", "co_names", "co_ids")
    return Mentions(with_sounds(rows), company)


def nameless() -> pl.Expr:
    """Rows in which a person can only be named in the running text."""
    return pl.all_horizontal(pl.col("person_name", "head_name", "id_number", "head_id").is_null()) & pl.col("text").is_not_null()


def id_kind() -> pl.Expr:
    """What a row's number is worth: valid, tail (a spreadsheet took its end), masked, wrong, or null for none."""
    number = pl.col("number")
    return (
        pl.when(number.is_null())
        .then(None)
        .when(ids.is_masked(number))
        .then(pl.lit("masked"))
        .when(ids.lost_tail(number) & ids.birth_date(number).is_not_null())
        .then(pl.lit("tail"))
        .when(number.str.starts_with(ids.PSEUDO))
        .then(None)
        .when(pl.col("valid"))
        .then(pl.lit("valid"))
        .when(number.str.len_chars() >= 14)
        .then(pl.lit("wrong"))
    )


def _company(rows: pl.DataFrame) -> pl.DataFrame:
    """Other people of each row: m, name, id18 (valid ones only), role (guardian, head, co). Nobody keeps himself company."""
    single = [
        rows.select("m", other=pl.col(f"{role}_name"), other_id=pl.col(f"{role}_id"), role=pl.lit(role)) for role in ("guardian", "head")
    ]
    together = rows.filter(pl.col("co_names").list.len() > 0)
    aligned = pl.col("co_names").list.len() == pl.col("co_ids").list.len()
    paired = together.filter(aligned).select("m", other="co_names", other_id="co_ids", role=pl.lit("co"))
    loose = together.filter(aligned.not_().fill_null(value=True)).select(
        "m", other="co_names", other_id=pl.lit(None, pl.String), role=pl.lit("co")
    )
    everybody = pl.concat([*single, paired.explode("other", "other_id"), loose.explode("other")], rechunk=True)
    number = ids.to18(ids.normalise(pl.col("other_id")))
    named = everybody.select("m", "role", name=names.normalise(pl.col("other")), id18=pl.when(ids.is_valid(number)).then(number))
    own = rows.select("m", own="name", own_id="id18")
    others = named.filter(pl.col("name").is_not_null() | pl.col("id18").is_not_null()).join(own, on="m", maintain_order="left")
    himself = (pl.col("name") == pl.col("own")).fill_null(value=False) | (pl.col("id18") == pl.col("own_id")).fill_null(value=False)
    return with_sounds(others.filter(~himself).select("m", "role", "name", "id18").unique(maintain_order=True))
