"""Cells that hold more than their column says, less, or something else: several names, a number behind the name, digits that are lost.

Nothing is compared here; what is kept is what a person would read in the cell.
"""

from __future__ import annotations

import polars as pl

from standards import ids, relations
from standards.misplaced import PEOPLE, put_right
from standards.names import ALIAS
from standards.text import unless

AREALESS = 12  # characters of a number without its area
OLD = 15  # digits of an ID number of before 1999
BANK_CARD, DATED = r"^62[0-9]{17}$", r"^[0-9]{6,7}(?:19|20)[0-9]{2}[01]"  # nineteen digits, unless a date says that one is too many
CLASS = r"[1-7][1-4](?:B[0-9])?$"  # of the disability and its level, at the end of a certificate's number (domain.md 9.2)
CERTIFICATE = rf"^([0-9]{{17}}[0-9X]){CLASS}"
OLD_CERTIFICATE = r"^([0-9]{6}[2-9][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3})[1-7][1-4]$"
BETWEEN = r"\s*[、,，/;；]\s*"  # between the names in one cell
SEVERAL = rf"^\p{{Han}}[\p{{Han}}·]+(?:{BETWEEN}\p{{Han}}[\p{{Han}}·]+)+$"
GROUP_ALONE, VILLAGE_ALONE = r"^第?[\d一二三四五六七八九十]+\s*(?:村民)?小?组$", r"\p{Han}(?:村|社区|村委会|居委会)$"
AND = r"^(\p{Han}{2,4})\s*[和与及]\s*(\p{Han}{2,4})$"  # 杨光和吴秀英; 李和平 is one
ALSO = rf"(\p{{Han}}[\p{{Han}}·]+?)[(（\[【,，\s]*(?:{ALIAS})[:：为是]?\s*(\p{{Han}}[\p{{Han}}·]+)"
ELDER = r"^[大小老](\p{Han}{2,4})$"
TOWN_ALONE = r"\p{Han}(?:[乡镇]|街道)$"
FEW_HEADS = 0.8  # of a list's rows that name a head, where a household has one row that does
OF_THE_HOUSE = ("head_name", "head_id", "household_no", "town", "village", "group", "address")
LEAST_SEVERAL = 13  # bytes of two names of two characters and what stands between them
DOUBLED = (4, 6, 8)  # digits of a year, an area, a day of birth: what is typed or pasted twice
BIRTH_DIGITS = 8
TOO_LONG = r"^[0-9]{17}[0-9X][0-9]{3,7}[0-9X]$"
WITH_TELEPHONE = r"^([0-9]{17}[0-9X])[^0-9X*]*(?:1[3-9][0-9]{9}|0[0-9]{9,11})$"
NO_AREA = r"^((?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X])$"  # a number without what all have in common
BIRTH_ALONE = r"^(?:19|20)[0-9]{6}$"  # no end of a number, which would begin with a month


def placed(mentions: pl.DataFrame) -> pl.DataFrame:
    """`mentions` in which a number that stands with or in place of a name, or a village before one, is where it belongs.

    So are a group and a village that stand in each other's cell, and a village in the cell of the group where the line has slipped: its own
    cell is empty, or holds the town.
    """
    for name, number in PEOPLE:
        mentions = put_right(mentions, name, number, "village")
    village, group = mentions["village"], mentions["group"]
    at = group.str.contains(VILLAGE_ALONE).fill_null(value=False).arg_true()
    beside = village.gather(at)
    crossed, slipped = beside.str.contains(GROUP_ALONE), beside.str.contains(TOWN_ALONE)
    at = at.filter(crossed.fill_null(value=False) | slipped.fill_null(value=True))
    if not len(at):
        return mentions
    cell = pl.col("village")
    right = mentions.select("town", "village", "group")[at].select(
        town=pl.coalesce("town", pl.when(cell.str.contains(TOWN_ALONE)).then(cell)),
        village="group",
        group=pl.when(cell.str.contains(GROUP_ALONE)).then(cell),
    )
    return mentions.with_columns(mentions[cells.name].clone().scatter(at, cells) for cells in right)


def carried_down(mentions: pl.DataFrame) -> pl.DataFrame:
    """`mentions` in which what a household's first row says of house and place holds for its members' rows, in sheets that leave it out.

    A household begins with its head's row (in a list that tells no relations, with the row that names the head); the rows of his family
    follow without a gap and say nothing of where they live or whose house it is. A sheet of which fewer than half of such rows say
    nothing has no such habit, but gaps.
    """
    sheet, place = ("feed", "file", "sheet"), ("row_number", "part")
    bare = pl.all_horizontal(pl.col(*OF_THE_HOUSE, "guardian_name", "text").is_null()) & pl.col("person_name").is_not_null()
    used = mentions.select("feed", heads=pl.col("head_name").is_not_null(), related=pl.col("relation").is_not_null())
    lists = (
        used.with_columns(pl.col("feed").rle_id().alias("list"))
        .group_by("list")
        .agg(pl.col("feed").first(), pl.col("heads", "related").sum(), rows=pl.len())
    )
    lists = lists.group_by("feed").agg(pl.col("heads", "related", "rows").sum())
    unrelated = lists.filter(pl.col("related") == 0, pl.col("heads").is_between(1, FEW_HEADS * pl.col("rows")))["feed"]
    asked = used["related"] | used["feed"].is_in(unrelated.implode()) if len(unrelated) else used["related"]
    at = asked.arg_true().alias("at")
    rows = mentions.select(*sheet, *place, "relation", *OF_THE_HOUSE, "person_name", "guardian_name", "text")[at]
    rows = rows.select(*sheet, *place, "relation", bare=bare, named=pl.col("head_name").is_not_null(), at=at)
    rows = rows.join(rows.filter("bare").select(sheet).unique(), on=sheet, how="semi")
    if rows.is_empty():
        return mentions
    rows = rows.with_columns(relations.normalise(pl.col("relation")), of=pl.struct(sheet)).sort(*sheet, *place)
    begins = relations.is_head(pl.col("relation")) | (pl.col("relation").is_null() & pl.col("named"))
    behind = (pl.col("of") == pl.col("of").shift()) & (pl.col("row_number") - pl.col("row_number").shift() <= 1)
    follows = pl.col("bare") & ~begins & behind.fill_null(value=False)
    habit = 2 * (pl.col("bare") & ~begins).sum().over("of") >= (~begins).sum().over("of")
    rows = rows.with_columns(begins=begins, house=(~follows).cum_sum(), follows=follows & habit)
    first = rows.select(pl.col("at").first().over("house"), begun=pl.col("begins").first().over("house"))
    told = rows.select("at", first=first["at"]).filter(rows["follows"] & first["begun"])
    himself = (pl.col("head_name").fill_null(pl.col("person_name")) == pl.col("person_name")).fill_null(value=False)
    number = pl.coalesce("head_id", pl.when(himself).then("id_number"))
    head = {"head_name": pl.coalesce("head_name", "person_name"), "head_id": number}
    said = mentions[told["first"]].select(head.get(name, pl.col(name)).alias(name) for name in OF_THE_HOUSE)
    return mentions.with_columns(mentions[name].clone().scatter(told["at"], said[name]) for name in OF_THE_HOUSE)


def registered(mentions: pl.DataFrame, register: pl.Series) -> pl.DataFrame:
    """`mentions` in which of a name and what he was or is called besides, that of the `register` (its names) counts.

    So of 杨光(原名杨老五), and of 大杨光, as a village calls the elder of two.
    """
    for name in ("person_name", "head_name"):
        cells = mentions[name]
        at = (cells.str.len_bytes() >= LEAST_SEVERAL).fill_null(value=False) | _elder(cells)
        told = pl.DataFrame({"at": at.arg_true(), "both": cells.filter(at)}).filter(pl.col("both").str.contains(rf"{ALSO}|{ELDER}"))
        if told.is_empty():
            continue
        both = pl.col("both")
        told = told.with_columns(now=pl.coalesce(both.str.extract(ALSO, 1), both), also=both.str.extract(ALSO, 2))
        told = told.with_columns(pl.col("also").fill_null(both.str.extract(ELDER, 1)))
        known = register.filter(register.is_in(pl.concat([told["now"], told["also"]]).implode())).unique().implode()
        old = told.filter(~pl.col("now").is_in(known) & pl.col("also").is_in(known))
        mentions = mentions.with_columns(cells.clone().scatter(old["at"], old["also"]))
    return mentions


def _elder(names: pl.Series) -> pl.Series:
    """Names that begin as a village calls the elder and the younger of two."""
    called = [names.str.starts_with(sign) for sign in "大小老"]
    return (called[0] | called[1] | called[2]).fill_null(value=False)


def apart(mentions: pl.DataFrame, register: pl.Series) -> pl.DataFrame:
    """`mentions` in which of several names in one cell (`杨光、吴秀英`) the first is the person or head, the others are his company.

    What somebody of the `register` (its names) is called is one name: a Kazakh name may hold a 和.
    """
    names = pl.col("person_name", "head_name")
    long = mentions.select(pl.any_horizontal(names.str.len_bytes() >= LEAST_SEVERAL)).to_series().arg_true()
    rows = mentions[long].with_columns(at=long)
    joined = pl.concat(rows[name].filter(rows[name].str.contains(AND)) for name in ("person_name", "head_name"))
    whole = register.filter(register.is_in(joined.implode())) if len(joined) else joined
    rows = rows.with_columns(pl.when(names.is_in(whole.implode())).then(names).otherwise(names.str.replace(AND, "${1}、${2}")))
    rows = rows.filter(pl.any_horizontal(names.str.contains(SEVERAL)))
    if rows.is_empty():
        return mentions
    first = [pl.when(pl.col(name).str.contains(SEVERAL)).then(pl.col(name)) for name in ("person_name", "head_name")]
    rows = rows.with_columns(others=pl.coalesce(first).str.replace_all(BETWEEN, "、").str.split("、").list.slice(1))
    rows = rows.with_columns(
        names.str.replace(rf"{BETWEEN}.*$", ""),
        co_names=pl.concat_list(pl.col("co_names").fill_null([]), "others"),
        co_ids=pl.concat_list(pl.col("co_ids").fill_null([]), pl.col("others").list.eval(pl.lit(None, pl.String))),
    )
    kept = mentions.with_row_index("at").filter(~pl.col("at").is_in(rows["at"].implode()))
    return pl.concat([kept, rows.select(kept.columns)]).sort("at").drop("at")


def birth_alone(number: pl.Expr) -> pl.Expr:
    """The date of a cell for numbers that holds nothing but a birth date (19900512)."""
    written = pl.when(number.str.len_bytes() == BIRTH_DIGITS).then(number)
    return pl.when(written.str.contains(BIRTH_ALONE)).then(written).str.to_date("%Y%m%d", strict=False)


def without_class(sent: pl.Series, feeds: pl.Series) -> pl.Series:
    """Numbers as sent, without class and level of the disability in lists of certificates, also where a number is masked or lacks a digit.

    Twenty characters with stars may be a certificate, or eighteen with stars that nobody counted: the list's whole numbers tell.
    """
    longer = (sent.str.len_bytes() > ids.LENGTH).fill_null(value=False)
    if not longer.any():
        return sent
    cells = pl.DataFrame({"feed": feeds, "sent": sent, "longer": longer}).with_row_index("at")
    asked = cells.filter("longer").with_columns(whole=pl.col("sent").str.contains(CERTIFICATE))
    given = cells.group_by("feed").agg(given=pl.col("sent").count())
    lists = asked.group_by("feed").agg(whole=pl.col("whole").sum()).join(given, on="feed").filter(pl.col("whole") * 2 > pl.col("given"))
    broken = asked.filter(~pl.col("whole"), pl.col("feed").is_in(lists["feed"].implode()))
    return sent.scatter(broken["at"], broken["sent"].str.replace(CLASS, ""))


def whole_number(number: pl.Expr) -> pl.Expr:
    """A number without what a disability certificate adds to it; the first of two in one cell; lost digits as stars; no bank card."""
    return number.map_batches(_whole_number, return_dtype=pl.String, is_elementwise=True)


def _whole_number(numbers: pl.Series) -> pl.Series:
    """`whole_number` of a series; eighteen characters that do not end in zeros are all of a number."""
    length = numbers.str.len_bytes()
    plain = (length <= ids.LENGTH) & ~length.is_in([OLD + 2, AREALESS]) & ~numbers.str.ends_with("000")
    return unless(plain, numbers, _without_the_rest)


def _without_the_rest(numbers: pl.Series) -> pl.Series:
    """`whole_number` of cells with more than a number, or less."""
    number = pl.col("number")
    certificate = number.str.extract(CERTIFICATE)
    reissued = number.str.extract(r"^([0-9]{14,17}[0-9X])[1-7][1-4]B[0-9]$")
    # Fifteen digits of a certificate; not eighteen of which one of the first six or of the year was lost.
    old = pl.when(~number.str.contains(r"^[0-9]{5,6}(?:19|20)")).then(number.str.extract(OLD_CERTIFICATE))
    first = pl.coalesce(number.str.extract(r"^([0-9]{17}[0-9X])[^0-9X*]*[0-9]{14}"), number.str.extract(WITH_TELEPHONE))
    # 5.22699E+17 is all that a narrow column shows, its last digit rounded; and what was masked may have lost its end before.
    shown = number.str.extract(r"^([0-9]{3,11}?)[0-9]0{6,}$").str.pad_end(ids.LENGTH, "*")
    hidden = number.str.extract(r"^([0-9]*\*[0-9*]*)000$") + "***"
    arealess = "******" + number.str.extract(NO_AREA)
    card = (number.str.contains(BANK_CARD) & ~number.str.contains(DATED)).fill_null(value=False)
    whole = pl.when(~card).then(pl.coalesce(certificate, reissued, old, first, shown, hidden, arealess, number))
    return unless(~numbers.str.contains(TOO_LONG), numbers.to_frame("number").select(whole.alias(numbers.name))[numbers.name], _once)


def _once(numbers: pl.Series) -> pl.Series:
    """Numbers of which some digits were typed twice, once, where that makes a sound one."""
    number, ways = pl.col("number"), []
    for size in DOUBLED:
        for at in range(ids.LENGTH - size + 1):
            again = number.str.slice(at, size) == number.str.slice(at + size, size)
            kept = pl.concat_str(number.str.slice(0, at), number.str.slice(at + size))
            ways.append(pl.when(again & (number.str.len_bytes() == ids.LENGTH + size)).then(kept))
    told = numbers.to_frame("number").with_columns(way=pl.concat_list(ways).list.drop_nulls().list.unique(maintain_order=True))
    asked = told.with_row_index("at").explode("way", empty_as_null=True).filter(ids.is_valid(pl.col("way")))
    once = asked.unique("at", keep="first", maintain_order=True)
    return numbers.clone().scatter(once["at"], once["way"]) if once.height else numbers
