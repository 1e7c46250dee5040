"""Rows and persons in the one form in which they are compared: numbers in place of texts, numbered densely themselves.

`m` numbers mentions (records of lists), `p` persons of the register, `h` households, `n` names; all in the order of their own keys, so
that the order of the input means nothing. What is said about other people in a row (guardian, head, second owner, the rest of a
household) goes into a table of its own: the row's company.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from matching.pairs import fresh
from matching.prepare.cells import whole_number, without_class
from matching.prepare.kinds import with_kinds
from matching.prepare.vocabulary import Vocabulary, build
from standards import ids, places, relations

NUMERALS = {
    **dict(zip("一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾", 2 * [*range(1, 11)], strict=True)),
    **{f"十{one}": 10 + n for n, one in enumerate("一二三四五六七八九", 1)},
    **{f"二十{one}": 20 + n for n, one in enumerate(["", *"一二三四五六七八九"])},
}
GROUP_IN_TEXT = r"([0-9一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾]{1,3})(?:(?:村民|居民)?小?组|(?:生产)?队|社(?:[^区]|$))"
# 张三之妻, 张三的母亲, 张三儿媳: nobody's name yet. Words of one character need 之 or 的, for 夫, 母 and 子 stand in names, too.
KIN = (
    "妻子|丈夫|爱人|老婆|老公|媳妇|父亲|母亲|爸爸|妈妈|爷爷|奶奶|"
    "儿子|女儿|长子|次子|长女|次女|儿媳妇|儿媳|女婿|孙子|孙女|外孙|双胞胎|家属|家人"
)
OF_KIN = rf"^(.{{2,}}?)(?:[之的](?:妻|夫|父|母|子|女|婴|孙|媳|{KIN})|(?:{KIN}))(?:[一二12]|[（(].*)?$"
LEAST_OF_KIN = 4  # characters of what says so
PHONE_IN_TEXT = r"(?:^|\D)(?:86)?(1[3-9]\d{9})(?:\D|$)"  # no part of an ID number
OLDEST = 1880  # years: an age of so much is a year of birth
NEARLY_ALL = 0.9  # households of a village whose groups go by numbers, or by names
IS_NUMBER = pl.col("group").cast(pl.String).str.contains(r"^\d").alias("numbered")
NAME_KEYS = ("heard", "surname", "heard_given")  # of `Vocabulary.names`, by which blocks look
PERSON_SAID = (
    "household_id", "person_id", "row_id", "person_name", "id_number", "birth_date", "sex", "relation", "is_head", "phone",
    "village_code", "group",
)  # fmt: skip
MENTION_SAID = (
    "feed", "row_id", "person_name", "id_number", "head_name", "head_id", "guardian_name", "guardian_id", "household_no",
    "birth_date", "age", "text", "event_date",
)  # fmt: skip


@dataclass(frozen=True)
class Register:
    """The county's people.

    `persons`: p, h, n, numbers of comparison, keys of the name, `who` (the number of a person listed more than once); `broken`: p and
    number of those whose ID number is not valid; `households`: h and household_id; `places`: the county's names of places.
    """

    persons: pl.DataFrame
    broken: pl.DataFrame
    households: pl.DataFrame
    places: pl.DataFrame

    def written(self, who: pl.DataFrame) -> pl.Series:
        """The ID numbers of these people (p, key): of eighteen characters where they are valid, else as they were given."""
        number = ids.written(who["key"])
        odd = who["key"].is_null().arg_true()
        return number.scatter(
            odd, who.select(pl.col("p").gather(odd)).join(self.broken, on="p", how="left", maintain_order="left")["number"]
        )


@dataclass(frozen=True)
class Mentions:
    """`rows`: m, feed, row_id, n and numbers of comparison; `company`: m, n, key, role, one row per other person named."""

    rows: pl.DataFrame
    company: pl.DataFrame


def vocabulary_of(persons: pl.DataFrame, mentions: pl.DataFrame) -> Vocabulary:
    """All names in register and lists."""
    named = [_of_kin(mentions[name])["name"] for name in ("person_name", "head_name")]
    cells = [persons["person_name"], *(mentions[name] for name in ("person_name", "head_name", "guardian_name")), *named]
    return build([*cells, mentions["co_names"].explode(empty_as_null=True)])


def prepare_register(persons: pl.DataFrame, households: pl.DataFrame, places_known: pl.DataFrame, vocabulary: Vocabulary) -> Register:
    """Persons and households with numbers and comparable forms.

    A household or a person of it that is listed twice counts once; a household without a row of its own has its members, and who has no
    household has no door.
    """
    people = _each_once(persons.select(PERSON_SAID)).with_row_index("p")
    # People of one household follow each other: what is asked of a household is asked of the first of them.
    run = people["household_id"].rle_id()
    first = pl.Series(fresh(run.to_numpy()))
    houses, own = _houses(households, people.select("household_id").filter(first))
    house = own.select(pl.col("h", "household_phone").gather(run))
    told = ids.read_sent(people["id_number"]).rename({"birth": "written"})
    broken = people.select("p", number=told["number"]).filter(~told["valid"]).drop_nulls()
    people = people.with_columns(*house, *told, n=vocabulary.number(people["person_name"]))
    # A woman who married out stays a daughter of her parents' register for years; where she is a wife she lives.
    lives = pl.any_horizontal(pl.col("relation") == relation for relation in (relations.HEAD, "配偶", "之儿媳", "之女婿"))
    people = people.select(
        "p", "h", "household_id", "person_id", "n", "valid", "is_head", "household_phone", "key",
        village=pl.col("village_code").cast(pl.Int64, strict=False),
        group=group_of(pl.col("group")),
        sex=sex_of(pl.col("sex")),
        phone=phone_of(pl.col("phone")),
        phone_heard=pl.lit(None, pl.Int64),  # `prepare.heard`
        birth=pl.coalesce(pl.when("valid").then("written"), "birth_date"),
        lives=lives.fill_null(value=False),
    )  # fmt: skip
    people = _with_groups_of_one_kind(people)
    keys = people["key"].drop_nulls().sort()
    several = keys.filter(keys == keys.shift()).unique(maintain_order=True)  # numbers that the register has more than once
    twice = people["key"].is_in(several.implode()).fill_null(value=False).arg_true()
    who = several.search_sorted(people["key"].gather(twice)).cast(pl.UInt32)
    people = people.with_columns(who=pl.repeat(None, people.height, dtype=pl.UInt32, eager=True).scatter(twice, who))
    people = people.with_columns(vocabulary.keys(people["n"], *NAME_KEYS))
    # Two people of one household under one number: it is one's, and nobody can say whose.
    listed = people.select("p", "h", "who", "n").drop_nulls("who")
    shared = listed.filter(pl.struct("n").n_unique().over("h", "who") > 1)["p"]
    people = people.with_columns(shared=pl.col("p").is_in(shared.implode()))
    people = people.with_columns(people.select(pl.exclude("household_id", "person_id")).rechunk())  # asked for here and there, all the time
    return Register(people, broken, houses.select("h", "household_id"), places_known)


def _each_once(people: pl.DataFrame) -> pl.DataFrame:
    """People with a household in its order and theirs, each once in each: as registers mostly come."""
    keys = people["household_id"], people["person_id"]
    if not any(key.has_nulls() for key in keys) and keys[0].is_sorted() and (keys[1] > keys[1].shift()).all():
        return people
    people = people.drop_nulls("household_id").sort("household_id", "person_id", "row_id")
    again = pl.all_horizontal((pl.col(name) == pl.col(name).shift()).fill_null(value=False) for name in ("household_id", "person_id"))
    return people.filter(~again)


def _houses(households: pl.DataFrame, own: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """h, household_id, household_phone of all households; and of those that have members (`own`, in order), mostly all."""
    listed = households.select("household_id", "phone").drop_nulls("household_id").sort("household_id", "phone", nulls_last=True)
    listed = listed.filter(pl.col("household_id").ne_missing(pl.col("household_id").shift()))
    all_live = listed["household_id"].equals(own["household_id"])
    if not all_live:
        unlisted = own.join(listed, on="household_id", how="anti")
        listed = pl.concat([listed, unlisted], how="diagonal").sort("household_id")
    houses = listed.with_row_index("h").select("h", "household_id", household_phone=phone_of(pl.col("phone")))
    return houses, houses if all_live else own.join(houses, on="household_id", how="left", maintain_order="left")


def sex_of(sex: pl.Expr) -> pl.Expr:
    """1 for men, 0 for women, else null."""
    return pl.when(sex == "男").then(1).when(sex == "女").then(0).cast(pl.Int8)


def phone_of(phone: pl.Expr) -> pl.Expr:
    """Digits as an integer; null for what is too short to be one person's."""
    return pl.when(phone.str.len_bytes() >= 7).then(phone.cast(pl.Int64, strict=False))


def group_of(group: pl.Expr) -> pl.Expr:
    """组 as a number in digits where it has one, else its name; `第三村民组`, `3组` and `第三生产队` are one group."""
    return group.map_batches(_groups, return_dtype=pl.Categorical, is_elementwise=True)


def _groups(cells: pl.Series) -> pl.Series:
    """`group_of` of a series."""
    text = pl.col("cell").str.normalize("NFKC").str.replace_all(r"[\s第村民小组社号队]|生产|\.0$", "")
    text = text.replace(list(NUMERALS), [str(number) for number in NUMERALS.values()]).str.replace(r"^0+(\d)", "${1}")
    return _read_once(cells, pl.when(text != "").then(text).cast(pl.Categorical))


def _read_once(cells: pl.Series, read: pl.Expr) -> pl.Series:
    """`read` (of `cell`) of each distinct cell, where it stands; equal cells mostly follow each other."""
    run = cells.rle_id()
    told = cells.filter(pl.Series(fresh(run.to_numpy()))).alias("cell").to_frame()
    once = told.unique().with_columns(read=read)
    told = told.join(once, on="cell", how="left", maintain_order="left", nulls_equal=True)
    return told["read"].gather(run).rename(cells.name)


def prepare_mentions(mentions: pl.DataFrame, places_known: pl.DataFrame, vocabulary: Vocabulary) -> Mentions:
    """Records of all lists (feed + ACCEPTED) with numbers and comparable forms. A row that only names a head is about the head."""
    # Rows mostly come in stretches that are in order, of which only a stable sort makes use.
    order = mentions.select("feed", "row_id").with_row_index("at").sort("feed", "row_id", maintain_order=True)["at"]
    rows = pl.concat([mentions.select(MENTION_SAID), _in_numbers(mentions, places_known)], how="horizontal").rechunk()
    rows = rows.with_columns(_named(rows, vocabulary))
    of_head = rows["id_number"].is_null() & rows.select((is_head() & ~pl.col("unnamed")) | pl.col("beside")).to_series()
    at = of_head.arg_true()
    rows = rows.with_columns(
        only_head=pl.col("person_name").is_null() & pl.col("head_name").is_not_null() & ~pl.col("unnamed"),
        sent=rows["id_number"].clone().scatter(at, rows["head_id"].gather(at)),
    )
    sent = without_class(rows["sent"], rows["feed"])
    told = ids.read_sent(sent, lambda number: whole_number(ids.normalise(number))).rename({"birth": "written"})
    rows = with_kinds(rows.with_columns(told))
    m = np.empty(rows.height, dtype=np.uint32)
    m[order.to_numpy()] = np.arange(rows.height)
    company = _company(rows.with_columns(m=pl.Series(m)), mentions.select("co_names", "co_ids"), vocabulary)
    rows = rows.select(
        "feed", "row_id", "n", "only_head", "number", "valid", "kind", "text", "event_date", "household_no", "key",
        "village", "town", "elsewhere", "group", "sex", "phone", "phone_told", "relation",
        birth="birth_date",
        born=pl.coalesce("birth_date", "written"),
        birth_year=pl.when(pl.col("birth_date").is_null()).then(
            pl.when(pl.col("age") >= OLDEST).then("age").otherwise(pl.col("event_date").dt.year() - pl.col("age"))
        ),
    )  # fmt: skip
    rows = rows[order].with_row_index("m")  # now that texts are numbers
    return Mentions(rows.with_columns(vocabulary.keys(rows["n"], *NAME_KEYS)), company)


def _in_numbers(mentions: pl.DataFrame, places_known: pl.DataFrame) -> pl.DataFrame:
    """What follows from single cells, and the place, in numbers: village, town, elsewhere, group, sex, phone, phone_told, relation."""
    latest = mentions["event_date"].max()
    address = pl.coalesce("address", pl.when(nameless() | pl.col("village").is_null()).then("text"))
    located, at = places.answered(
        mentions.select("town", "village", address=address), places_known, on=latest if isinstance(latest, date) else date.max
    )
    located = located.select(
        village=pl.col("village_code").cast(pl.Int64, strict=False),
        town=pl.col("town_code").cast(pl.Int64, strict=False) // 1000,
        elsewhere=(pl.col("place_kind") == "settlement").fill_null(value=False),
        group=group_of(pl.col("address").str.extract(GROUP_IN_TEXT)),
    )[at]
    in_text = pl.when(pl.col("text").is_not_null()).then(pl.col("text").str.normalize("NFKC"))
    return located.with_columns(
        mentions.select(
            group=pl.coalesce(group_of(pl.col("group")), located["group"]),
            sex=sex_of(pl.col("sex")),
            phone=phone_of(pl.col("phone")),
            phone_told=in_text.str.extract(PHONE_IN_TEXT).cast(pl.Int64, strict=False),
            relation=_read_once(mentions["relation"], relations.normalise(pl.col("cell")).cast(pl.Categorical)),
        )
    )


def with_known_groups(rows: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """`rows` without groups that cannot be compared.

    They are names that nobody's group has, names in a village that numbers its groups, and numbers in one that names them.
    """
    groups, kinds = _groups_of_villages(persons)
    asked = rows.select("village", "group").drop_nulls("group").unique().with_columns(IS_NUMBER).join(kinds, on="village", how="left")
    unknown = ~pl.col("numbered") & ~pl.col("group").is_in(groups["group"].unique().implode())
    return _without_groups(rows, asked.filter(unknown | (pl.col("numbered") != pl.col("only"))))


def _with_groups_of_one_kind(persons: pl.DataFrame) -> pl.DataFrame:
    """`persons` without the few groups of a village that go by names where the others go by numbers, or by numbers among names.

    A hamlet is one of the groups whose numbers the lists give; nobody can say which.
    """
    groups, kinds = _groups_of_villages(persons)
    return _without_groups(persons, groups.join(kinds, on="village").filter(pl.col("numbered") != pl.col("only")))


def _groups_of_villages(persons: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """By the first of each household: village, group, houses, numbered; and of villages whether (nearly) `only` numbers, or names, do."""
    first = persons.select("village", "group").filter(persons["h"].ne_missing(persons["h"].shift())).drop_nulls()
    groups = first.group_by("village", "group").agg(houses=pl.len()).with_columns(IS_NUMBER)
    share = pl.col("houses").filter("numbered").sum() / pl.col("houses").sum()
    return groups, groups.group_by("village").agg(
        pl.when(share > NEARLY_ALL).then(True).when(share < 1 - NEARLY_ALL).then(False).alias("only")
    )


def _without_groups(frame: pl.DataFrame, strange: pl.DataFrame) -> pl.DataFrame:
    """`frame` without the groups that `strange` (village, group) holds."""
    if strange.is_empty():
        return frame
    told = frame.select("village", "group").with_row_index("at").drop_nulls("group")
    at = told.join(strange, on=["village", "group"], how="semi", nulls_equal=True)["at"]
    return frame.with_columns(frame["group"].clone().scatter(at, None))


def is_head() -> pl.Expr:
    """Rows that are about the head whose number they give; their relation is normalised."""
    return (
        pl.col("person_name").is_null()
        | (pl.col("person_name") == pl.col("head_name")).fill_null(value=False)
        | (pl.col("relation") == relations.HEAD).fill_null(value=False)
    )


def _named(rows: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """n, head_n and guardian_n of rows; `unnamed`: of whom a cell says no more than that he is somebody's child, husband or mother.

    `张三之子` is nobody's name yet, but that of a relative; such a row is not about its head either. Where the cell of the head says so
    (`beside`), the row is about somebody of the household of whom it names.
    """
    person, head, guardian = (vocabulary.number(rows[f"{role}_name"]) for role in ("person", "head", "guardian"))
    relative, beside = (_of_kin(rows[name]) for name in ("person_name", "head_name"))
    beside = beside.filter(rows["person_name"].gather(beside["at"]).is_null())
    ward = relative.filter(rows["guardian_name"].gather(relative["at"]).is_null())
    nobody = pl.repeat(value=False, n=rows.height, eager=True)
    told = pl.DataFrame(
        {
            "n": person.scatter(relative["at"], None),
            "head_n": head.scatter(beside["at"], vocabulary.number(beside["name"])),
            "guardian_n": guardian.scatter(ward["at"], vocabulary.number(ward["name"])),
            "unnamed": nobody.clone().scatter(pl.concat([relative["at"], beside["at"]]), values=True),
            "beside": nobody.scatter(beside["at"], values=True),
        }
    )
    return told.with_columns(n=pl.when(~pl.col("unnamed")).then(pl.coalesce("n", "head_n")))


def _of_kin(cells: pl.Series) -> pl.DataFrame:
    """at, name: of cells that are about a relative of whom they say no more, where they stand, and whose relative."""
    at = (cells.str.len_chars() >= LEAST_OF_KIN).arg_true()
    return pl.DataFrame({"at": at, "name": cells.gather(at).str.extract(OF_KIN)}).drop_nulls()


def nameless() -> pl.Expr:
    """Rows in which a person can only be named in the running text."""
    return pl.all_horizontal(pl.col("person_name", "head_name", "id_number", "head_id").is_null()) & pl.col("text").is_not_null()


def _company(rows: pl.DataFrame, members: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """Other people of each row: m, n, key (valid numbers only), role (guardian, head, co). Nobody keeps himself company.

    `members`: co_names and co_ids of these rows, parallel to them.
    """
    row = {"m": "m", "own": "n", "own_key": "key"}
    single = [
        rows.select(**row, role=pl.lit(role), n=f"{role}_n", other_id=f"{role}_id").filter(
            pl.col("n").is_not_null() | pl.col("other_id").is_not_null()
        )
        for role in ("guardian", "head")
    ]
    some = members["co_names"].list.len() > 0
    together = pl.concat([rows.select(**row).filter(some), members.filter(some)], how="horizontal")
    aligned = (pl.col("co_names").list.len() == pl.col("co_ids").list.len()).fill_null(value=False)
    paired = together.filter(aligned).explode("co_names", "co_ids", empty_as_null=True)
    loose = together.filter(~aligned).with_columns(co_ids=pl.lit(None, pl.String)).explode("co_names", empty_as_null=True)
    co = pl.concat([paired, loose])
    told = co.select(*row, role=pl.lit("co"), n=vocabulary.number(co["co_names"]), other_id="co_ids")
    everybody = pl.concat([told, *single], rechunk=True)
    others = everybody.drop("other_id").with_columns(ids.read_sent(everybody["other_id"])["key"])
    himself = (pl.col("n") == pl.col("own")).fill_null(value=False) | (pl.col("key") == pl.col("own_key")).fill_null(value=False)
    others = others.filter((pl.col("n").is_not_null() | pl.col("key").is_not_null()) & ~himself).select("m", "role", "n", "key")
    several = others.filter(pl.col("role") == "co").sort("m", "n", "key", maintain_order=True)  # of the others a row names one
    several = several.filter(pl.any_horizontal(pl.col("m", "n", "key").ne_missing(pl.col("m", "n", "key").shift())))
    others = pl.concat([several, others.filter(pl.col("role") != "co")]).sort("m", maintain_order=True)
    return others.with_columns(vocabulary.keys(others["n"], "heard"))
