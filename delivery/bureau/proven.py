"""What matching proves about a bureau's row: the ID number or the name that must have been meant, and why.

Only rows that are linked to one person with high certainty count, and only where the register leaves one possibility. The bureau sees
what differs from what it sent, never a number that it did not nearly have, and of a relative only what he is to the head.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from contracts.feed import Feed
from contracts.tables import ACCEPTED, ARRIVAL, conform, empty
from contracts.told import PROVEN
from delivery.bureau.as_sent import PART, meanings
from delivery.privacy import mask_but_differences
from standards import ids

# The probability that is asked of a link, and its lead over the next household: far beyond what links a row (`link_from` in
# matching.yml, 0.85), for a bureau that is told something wrong about its own rows does not read the next list.
LEAST, LEAD = 0.99, 0.98


NUMBER, NAME = "id_number", "person_name"
METHODS = {"id_repaired": "repaired", "id_tail": "tail", "id_relative": "relative"}  # of a link, and the kind of doubt that it proves
OLD_LENGTH = 15  # of numbers from before 1999
ALIKE = {"name:homophone": "同音", "name:dialect": "方言同音", "name:lookalike": "形近"}
REASONS = {
    "repaired": "所填号码校验不符；只有一种改法（改一处）与底册中的人相符，而且姓名一致。",
    "tail": "所填号码的末尾被表格软件改掉；前面各位和姓名与底册中的一人一致，末尾可由底册补全。",
    "old": "所填是15位旧号码；补上世纪和校验码后与底册中的一人一致。",
}
ADVICE = {
    "repaired": "请核对后更正；*处与所填相同。",
    "tail": "请核对后更正，并把该列设为文本格式再填。",
    "old": "请核对后换成18位号码。",
    "relative": "请核对后改填本人的号码。",
    "name": "请与证件核对后更正；如证件上确是所填的字，请回复。",
}


def proven(
    feeds: Mapping[str, Feed],
    arrivals: Mapping[str, pl.DataFrame],
    accepted: Mapping[str, pl.DataFrame],
    links: pl.DataFrame,
    persons: pl.DataFrame,
) -> pl.DataFrame:
    """`PROVEN` of a month. Rows of an earlier month that stand in for a list that did not come were told of then, and are left out."""
    is_sure = (pl.col("status") == "linked") & (pl.col("probability") >= LEAST) & (pl.col("margin") >= LEAD)
    sure = links.filter(is_sure & pl.col("person_id").is_not_null())
    said = [_said(name, accepted[name], arrivals[name], sure) for name in sorted(feeds) if accepted[name].height]
    if not said:
        return empty(PROVEN)
    rows = pl.concat(said).with_columns(full=ids.to18(pl.col("number")))
    known = (
        persons.join(rows, on="person_id", how="semi", maintain_order="left")
        .unique("person_id", keep="first", maintain_order=True)
        .select("person_id", own=ids.to18(pl.col("id_number")), known_name="person_name", is_sound=ids.is_valid(pl.col("id_number")))
    )
    rows = rows.join(known, on="person_id")
    rows = rows.join(_owners(rows, persons), on=["household_id", "full"], how="left", maintain_order="left")
    doubts = pl.concat([_numbers(rows, persons), _names(rows)]).filter(pl.col("proposed").is_not_null())
    found = [
        _with_cell(feeds[name], of_feed, arrivals[name]) for (name,), of_feed in doubts.sort("feed").group_by("feed", maintain_order=True)
    ]
    return (
        conform(pl.concat(found), PROVEN).unique().sort("feed", "row_id", "kind", "column", "proposed", "person_id")
        if found
        else empty(PROVEN)
    )


def _said(name: str, accepted: pl.DataFrame, arrivals: pl.DataFrame, sure: pl.DataFrame) -> pl.DataFrame:
    """What those certain rows of a list say that may tell of a slip: row_id of the input row, name, number; person, method, evidence."""
    linked = sure.filter(pl.col("feed") == name).select("row_id", "person_id", "household_id", "method", "evidence")
    is_old = pl.col("number").str.len_chars() == OLD_LENGTH
    is_alike = pl.col("evidence").list.set_intersection(list(ALIKE)).list.len() > 0
    return (
        conform(accepted, ACCEPTED)
        .select("row_id", NAME, number=ids.normalise(pl.col(NUMBER)))
        .join(linked, on="row_id")
        .filter(pl.col("method").is_in(list(METHODS)) | is_old | is_alike)
        .with_columns(pl.col("row_id").str.replace(PART, ""))
        .join(arrivals.select("row_id"), on="row_id", how="semi")
        .select(pl.lit(name).alias("feed"), "row_id", NAME, "person_id", "household_id", "method", "evidence", "number")
    )


def _owners(rows: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """household_id, full, `owner`: what the member is to the head whose number was given."""
    relation = pl.col("relation").str.strip_prefix("之")
    of_head = pl.when("is_head").then(pl.lit("（户主）")).when(relation != "其他").then(pl.format("（户主的{}）", relation))
    return (
        persons.join(rows, on="household_id", how="semi", maintain_order="left")
        .with_columns(full=ids.to18(pl.col("id_number")), owner=of_head)
        .join(rows.select("household_id", "full").drop_nulls().unique(), on=["household_id", "full"], how="semi")
        .unique(["household_id", "full"], keep="first", maintain_order=True)
        .select("household_id", "full", "owner")
    )


def _numbers(rows: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Numbers that must have been meant: of rows whose name is that of the person."""
    named = rows.filter(pl.col("evidence").list.contains("name:equal") & pl.col("is_sound") & pl.col("number").is_not_null())
    is_old = (pl.col("number").str.len_chars() == OLD_LENGTH) & (pl.col("full") == pl.col("own"))
    kind = pl.coalesce(pl.col("method").replace_strict(METHODS, default=None, return_dtype=pl.String), pl.when(is_old).then(pl.lit("old")))
    doubted = named.with_columns(kind=kind).drop_nulls("kind")
    repaired = doubted.filter(pl.col("kind") == "repaired")
    ways = ids.repairs(repaired["number"]).join(persons.select(repaired=ids.to18(pl.col("id_number"))), on="repaired", how="semi")
    only = ways.filter(pl.len().over("number") == 1)
    unproven = repaired.join(only, left_on=["number", "own"], right_on=["number", "repaired"], how="anti").select(
        "feed", "row_id", "number"
    )
    is_relative = pl.col("kind") == "relative"
    others = pl.format("本人的号码（末四位{}）", pl.col("own").str.slice(-4))
    theirs = pl.format("所填号码是同户家人{}的；姓名等与该户另一成员一致。", pl.col("owner").fill_null(""))
    return doubted.join(unproven, on=["feed", "row_id", "number"], how="anti", maintain_order="left").select(
        "feed", "row_id", "person_id", "kind",
        meaning=pl.lit(NUMBER),
        value="number",
        proposed=pl.when(is_relative).then(others).otherwise(mask_but_differences(pl.col("own"), pl.col("number"))),
        reason=pl.when(is_relative).then(theirs).otherwise(pl.col("kind").replace_strict(REASONS, default=None, return_dtype=pl.String)),
        advice=pl.col("kind").replace_strict(ADVICE, return_dtype=pl.String),
    )  # fmt: skip


def _names(rows: pl.DataFrame) -> pl.DataFrame:
    """Names written with another character of the same sound or shape, the number being the person's."""
    how = pl.col("evidence").list.set_intersection(list(ALIKE)).list.first()
    alike = rows.filter(pl.col("evidence").list.contains("id:equal") & (pl.col("full") == pl.col("own")) & pl.col("is_sound")).with_columns(
        how=how
    )
    return alike.drop_nulls("how").select(
        "feed", "row_id", "person_id",
        kind=pl.lit("name"),
        meaning=pl.lit(NAME),
        value=NAME,
        proposed="known_name",
        reason=pl.format("证件号码与底册中的一人一致，姓名有{}字不同。", pl.col("how").replace_strict(ALIKE, return_dtype=pl.String)),
        advice=pl.lit(ADVICE["name"]),
    )  # fmt: skip


def _with_cell(feed: Feed, doubts: pl.DataFrame, arrivals: pl.DataFrame) -> pl.DataFrame:
    """`doubts` with `column`: the heading whose cell holds the value, first those by which the contract knows the column."""
    headers = [name for name in arrivals.columns if name not in ARRIVAL]
    meant = meanings(feed, headers)
    order = pl.DataFrame(
        [(meaning, header, meant.get(header) != meaning, at) for meaning in (NUMBER, NAME) for at, header in enumerate(headers)],
        schema={"meaning": pl.String, "header": pl.String, "is_other": pl.Boolean, "at": pl.Int64},
        orient="row",
    )
    cells = arrivals.join(doubts.select("row_id"), on="row_id", how="semi").unpivot(
        headers, index="row_id", variable_name="header", value_name="cell"
    )
    plain = pl.when(pl.col("meaning") == NUMBER).then(ids.normalise(pl.col("cell"))).otherwise(pl.col("cell").str.replace_all(r"\s", ""))
    keyed = doubts.with_row_index("doubt")
    held = keyed.join(cells.drop_nulls("cell"), on="row_id").filter(plain.str.contains(pl.col("value"), literal=True))
    first = held.join(order, on=["meaning", "header"]).sort("doubt", "is_other", "at").unique("doubt", keep="first", maintain_order=True)
    told = keyed.join(first.select("doubt", "header"), on="doubt", how="left", maintain_order="left")
    return told.with_columns(column=pl.coalesce("header", "meaning"))
