"""The two sides of a question: what the bureau wrote, and the people of the register whom it may mean, in the same columns.

What agrees and what does not is read from the codes of the evidence, never from equal text: a name that sounds the same is near, not wrong.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from contracts.tables import ACCEPTED, FIELDS, conform
from delivery.privacy import mask_id, mask_ids_in_text, mask_phone
from delivery.tables import ReleaseTables
from standards import ids

AGREES, NEAR, DIFFERS = "相符", "相近", "不符"
CANDIDATES = 5
EXCERPT = 90  # characters of a text that are shown

# By field, what its levels are to the eye. A field says nothing where its code is not given.
SEEN: Mapping[str, Mapping[str, str]] = {
    "id": {
        "equal": AGREES, "repaired": NEAR, "tail": NEAR, "masked": NEAR, "relative": NEAR, "hint": NEAR, "slips": NEAR, "sequence": NEAR,
        "birth": DIFFERS, "another": DIFFERS, "differs": DIFFERS,
    },
    "name": {
        "equal": AGREES, "homophone": NEAR, "dialect": NEAR, "lookalike": NEAR, "near": NEAR, "dropped": NEAR, "part": NEAR, "one": NEAR,
        "surname": DIFFERS, "other": DIFFERS,
    },
    "birth": {
        "equal": AGREES, "exchanged": NEAR, "lunar": NEAR, "slip": NEAR, "year": NEAR, "near_age": NEAR, "other": DIFFERS,
    },
    "age": {"same": AGREES, "near": NEAR, "far": DIFFERS},
    "sex": {"same": AGREES, "other": DIFFERS},
    "place": {"village": AGREES, "town": NEAR, "other": DIFFERS},
    "town": {"same": AGREES, "other": DIFFERS},
    "group": {"same": AGREES, "other": DIFFERS},
    "phone": {"same": AGREES, "household": NEAR, "other": DIFFERS},
    "company": {"number": AGREES, "name": AGREES, "alike": NEAR, "other": DIFFERS},
    "head": {"head": AGREES, "other": DIFFERS},
    "again": {"free": AGREES, "taken": DIFFERS},
}  # fmt: skip

# What a field's bits are called: 10 bits are a thousand to one.
STRENGTHS = ((10.0, "很强"), (5.0, "较强"), (1.0, "一般"), (-1.0, "很弱"))
AGAINST = "相反"

# Column of the sheet -> fields whose codes colour it, the first that is given counts.
COLOURED: Mapping[str, tuple[str, ...]] = {
    "name": ("name",), "sex": ("sex",), "birth": ("birth", "age"), "id_masked": ("id",), "place": ("place", "town"), "group": ("group",),
    "phone": ("phone",), "family": ("company",), "relation": ("head",),
}  # fmt: skip


def strength(bits: pl.Expr) -> pl.Expr:
    """很强, 较强, 一般, 很弱 or 相反 for so many bits of evidence; null for none."""
    word = pl.lit(AGAINST)
    for least, name in reversed(STRENGTHS):
        word = pl.when(bits >= least).then(pl.lit(name)).otherwise(word)
    return pl.when(bits.is_not_null()).then(word)


def pairs(tables: ReleaseTables) -> pl.DataFrame:
    """One row per record in the queue and candidate, in the queue's order: both sides' texts, how each column agrees, the evidence.

    feed, row_id, rank, household_id, person_id, worth, probability; title of the list; number of the record in the queue, from 1;
    l_ (the bureau's) and r_ (the register's) with name, sex, birth, id_masked, place, group, phone, family, relation; a_ with 相符, 相近,
    不符 or null for each of them; `told`, the evidence in words, one line per field; `source`, where the bureau's row stands, and its text.
    """
    queue = tables.review_queue.filter(pl.col("rank") <= CANDIDATES)
    titles = pl.DataFrame(
        [(name, feed.title) for name, feed in tables.feeds.items()], schema={"feed": pl.String, "title": pl.String}, orient="row"
    )
    joined = (
        queue.join(titles, on="feed", how="left", maintain_order="left")
        .join(_records(tables, queue), on=["feed", "row_id"], how="left", maintain_order="left")
        .join(_candidates(tables, queue), on=["household_id", "person_id"], how="left", maintain_order="left")
    )
    judged = joined.with_columns(**{f"a_{column}": _seen(fields) for column, fields in COLOURED.items()})
    return _with_words(judged.with_columns(number=pl.struct("feed", "row_id").is_first_distinct().cum_sum()))


def _records(tables: ReleaseTables, queue: pl.DataFrame) -> pl.DataFrame:
    """The bureau's side of every record of the queue."""
    waiting = queue.select("feed", "row_id").unique()
    frames = [
        conform(frame, ACCEPTED).with_columns(feed=pl.lit(name)).join(waiting, on=["feed", "row_id"], how="semi")
        for name, frame in sorted(tables.accepted.items())
    ]
    age = pl.col("age").cast(pl.String) + "岁"
    others = [_titled("户主", "head_name"), _titled("监护人", "guardian_name"), _titled("同行", pl.col("co_names").list.join("、"))]
    return pl.concat(frames).select(
        "feed", "row_id",
        l_name=mask_ids_in_text(pl.col("person_name")),
        l_sex="sex",
        l_birth=pl.coalesce(pl.col("birth_date").cast(pl.String), age),
        l_id_masked=mask_id(pl.col("id_number")),
        l_place=pl.coalesce(_words("town", "village"), "address"),
        l_group="group",
        l_phone=mask_phone(pl.col("phone")),
        l_family=mask_ids_in_text(_lines(others)),
        l_relation="relation",
        source=_lines([_place_of_origin(), _excerpt(pl.col("text"))]),
    )  # fmt: skip


def _candidates(tables: ReleaseTables, queue: pl.DataFrame) -> pl.DataFrame:
    """The register's side: the people of the queue's households, each with the head and the other members."""
    persons = tables.persons.join(queue.select("household_id").unique(), on="household_id", how="semi").unique(
        ["household_id", "person_id"], keep="first", maintain_order=True
    )
    houses = tables.households.select(
        "household_id", "head_name", house_phone="phone", r_place=_words("town", "village"), house_group="group"
    )
    people = persons.sort("household_id", "person_id").group_by("household_id", maintain_order=True).agg(members="person_name")
    told = persons.join(houses, on="household_id", how="left").join(people, on="household_id", how="left")
    rest = pl.col("members").list.set_difference(pl.concat_list("person_name", "head_name")).list.sort().list.join("、")
    return told.select(
        "household_id", "person_id", "r_place",
        r_name="person_name",
        r_sex="sex",
        r_birth=pl.coalesce("birth_date", ids.birth_date(ids.to18(ids.normalise(pl.col("id_number"))))).cast(pl.String),
        r_id_masked=mask_id(pl.col("id_number")),
        r_group=pl.coalesce("group", "house_group"),
        r_phone=mask_phone(pl.coalesce("phone", "house_phone")),
        r_family=_lines([_titled("户主", "head_name"), _titled("家人", rest)]),
        r_relation="relation",
    )  # fmt: skip


def _place_of_origin() -> pl.Expr:
    """File, sheet and row, to look it up."""
    sheet = pl.when(pl.col("sheet") != "").then(pl.concat_str(pl.lit(" "), "sheet")).otherwise(pl.lit(""))
    return pl.concat_str(pl.lit("原件 "), pl.col("file").str.split("/").list.last(), sheet, pl.lit(" 第"), "row_number", pl.lit("行"))


def _excerpt(text: pl.Expr) -> pl.Expr:
    """The beginning of a text in which somebody is named: without it nobody could say who is meant."""
    clean = mask_phone(mask_ids_in_text(text.str.replace_all(r"\s+", " ")))
    return pl.when(clean.str.len_chars() > EXCERPT).then(pl.concat_str(clean.str.slice(0, EXCERPT), pl.lit("…"))).otherwise(clean)


def _titled(title: str, words: str | pl.Expr) -> pl.Expr:
    text = pl.col(words) if isinstance(words, str) else words
    return pl.when(text.is_not_null() & (text != "")).then(pl.concat_str(pl.lit(f"{title} "), text))


def _words(*names: str) -> pl.Expr:
    """The texts of several columns side by side; null where there is none."""
    joined = pl.concat_str([pl.col(name) for name in names], separator=" ", ignore_nulls=True)
    return pl.when(pl.any_horizontal(pl.col(names).is_not_null())).then(joined)


def _lines(texts: list[pl.Expr]) -> pl.Expr:
    joined = pl.concat_str(texts, separator="\n", ignore_nulls=True)
    return pl.when(joined != "").then(joined)


def _seen(fields: tuple[str, ...]) -> pl.Expr:
    """相符, 相近 or 不符 by the code of the first of `fields` that the evidence has."""
    seen = []
    for field in fields:
        levels = SEEN[field]
        code = pl.col("evidence").list.filter(pl.element().str.starts_with(f"{field}:")).list.first().str.slice(len(field) + 1)
        seen.append(code.replace_strict(list(levels), list(levels.values()), default=None, return_dtype=pl.String))
    return pl.coalesce(seen)


def _with_words(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with `told`: one line per field, strongest first, each with the strength of its evidence."""
    lines = (
        frame.select("feed", "row_id", "rank", "evidence", "phrases", "weights")
        .explode("evidence", "phrases", empty_as_null=True)
        .filter(pl.col("phrases").fill_null("") != "")
        .with_columns(bits=_bits())
        .sort("feed", "row_id", "rank", pl.col("bits").abs(), "evidence", descending=[False, False, False, True, False], nulls_last=True)
        .with_columns(
            line=pl.concat_str(pl.col("phrases"), pl.concat_str(pl.lit("（"), strength(pl.col("bits")), pl.lit("）")).fill_null(""))
        )
    )
    told = lines.group_by("feed", "row_id", "rank", maintain_order=True).agg(told=pl.col("line").str.join("\n"))
    joined = frame.join(told, on=["feed", "row_id", "rank"], how="left", maintain_order="left")
    return joined.with_columns(told=pl.coalesce("told", "explanation"))


def _bits() -> pl.Expr:
    """The bits of the field that a code is about."""
    field = pl.col("evidence").str.split(":").list.first()
    return pl.coalesce(pl.when(field == name).then(pl.col("weights").struct.field(name)) for name in FIELDS).cast(pl.Float64)
