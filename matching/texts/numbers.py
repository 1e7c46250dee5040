"""ID numbers that stand in texts: at whose name each stands, and which of them is that of the one who is meant.

A number is taken out of the text together with the words that introduce it, so that what stands around names is read as if it were
not there. At a name (杨光，身份证号…; 身份证号…的杨光) it is that one's, however misheard, and who is meant the words around the
name say; alone it speaks, as a caller's telephone does, for the household of whom the text names, and against nobody.
"""

from __future__ import annotations

import polars as pl

from matching.compare.names import SURNAME
from matching.compare.numbers import VALID
from matching.pairs import among
from matching.sieve import sieved
from standards import ids
from standards.names import HOLE

LABEL = r"(?:的|其|本人)?(?:公民|居民|二代)?(?:身份证件?|身份|证件)(?:号码|编号|证号|号)?[\s:是为,]*"
RUN, LABELLED_RUN = r"\d{17,}[Xx]?", r"[\dXx*]{6,}"
# In brackets, between commas, behind its label (which may have brackets of its own), or bare.
NUMBER = (
    rf"[(\[【]\s*(?:{LABEL})?({RUN})\s*[)\]】]|,\s*(?:{LABEL})?({RUN})\s*,"
    rf"|[\[【〔]{LABEL}[\]】〕][\s:]*({LABELLED_RUN})|,\s*{LABEL}({LABELLED_RUN})\s*,|[\s,、;:]*{LABEL}({LABELLED_RUN})|({RUN})"
)
LONGEST = 100  # more than a name has characters
BARE, LABELLED = "\ue000", "\ue001"  # stand before and behind a number that is cut out
TELEPHONE = r"1[3-9]\d{9}"
# What may stand between a name and its number: a title, sex, people, age, telephone.
BETWEEN = (
    r"(?:先生|女士|同志|老人)?(?:[\s,、;:(【\[]+(?:[男女]性?|\p{Han}{1,4}族|\d{1,3}岁|\d{4}年\d{1,2}月(?:\d{1,2}日)?出?生"
    r"|(?:联系)?(?:电话|手机|方式)(?:号码|号)?[:\]】\s]*[\d-]{7,13}))*[\s,、;:(]*"
)
BEHIND = r"^((?:[\s,、;]*[\[【]?(?:姓名|名叫|叫)[:\]】\s]*|的?(?:村民|居民)?))"
NO_NAME = r"(?:[村组镇乡县市区街社屯寨路人户民]|[\p{Han}]{0,2}(?:爱人|妻子|丈夫|父亲|母亲|儿子|女儿|孙子|孙女|家属|来电|反映|本人|老人))$"
PLACES = pl.Schema({"m": pl.UInt32, "key": pl.Int64, "at": pl.Int64, "end": pl.Int64, "start": pl.Int64})
TOLD = pl.Schema({"m": pl.UInt32, "key": pl.Int64})


def without_numbers(texts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`texts` (m, text) without ID numbers, and those that are sound (`PLACES`).

    `at`: where the number stood; `end`: where a name before it ends; `start`: where one behind it begins.
    """
    text = pl.col("text")
    some = texts.with_row_index("row").filter(text.str.contains(rf"{LABEL}[\[【】\]〕]*[\s:]*{LABELLED_RUN}|{RUN}"))
    if some.is_empty():
        return texts, pl.DataFrame(schema=PLACES)
    cut = (
        text.str.replace_all(rf"[{BARE}{LABELLED}]", HOLE)
        .str.replace_all(NUMBER, rf"{BARE}${{1}}${{2}}${{6}}{LABELLED}${{3}}${{4}}${{5}}{LABELLED}")
        .str.split(BARE)
    )
    parts = some.select("row", "m", part=cut).explode("part", empty_as_null=True)
    bare, labelled, rest = (pl.col("part").str.split(LABELLED).list.get(at, null_on_oob=True) for at in range(3))
    first = pl.int_range(pl.len()).over("row") == 0
    parts = parts.with_columns(
        said=pl.when(~first).then(pl.coalesce(pl.when(bare != "").then(bare), labelled)).str.to_uppercase(),
        bare=pl.when(~first).then(bare),
        rest=pl.when(first).then("part").otherwise(rest),
    )
    whole = pl.col("said").str.extract(rf"^(\d{{17}}[\dX])(?:{TELEPHONE})?$")
    parts = parts.with_columns(ids.read(parts.select(whole=whole)["whole"])["key"])
    kept = pl.when(pl.col("key").is_null()).then(pl.col("bare")).fill_null("")  # no number of a person: an order, a bank card
    parts = parts.with_columns(rest=pl.concat_str(kept, "rest"))
    at = pl.col("rest").str.len_chars().cast(pl.Int64).cum_sum().shift(fill_value=0).over("row")
    parts = parts.with_columns(at=at)
    read = parts.group_by("row", maintain_order=True).agg(pl.col("rest").str.join(""))
    texts = texts.with_columns(texts["text"].clone().scatter(read["row"], read["rest"]))
    places = parts.drop_nulls("key").select("row", "m", "key", "at")
    before = pl.col("text").str.slice(0, "at").str.extract(rf"\p{{Han}}({BETWEEN})$").str.len_chars().cast(pl.Int64)
    behind = pl.col("text").str.slice("at").str.extract(BEHIND).str.len_chars().cast(pl.Int64)
    places = places.with_columns(texts["text"][places["row"]])
    places = places.with_columns(end=pl.col("at") - before, start=pl.col("at") + behind)
    return texts, places.select(PLACES.names()).cast(PLACES)


def owners_of(places: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """m, key, p, h, n, village, end, start: who has the numbers."""
    known = people.select("p", "h", "n", "village", "key").filter(sieved(people["key"], places["key"]))
    return places.drop("at").join(known, on="key")


def named_at(owners: pl.DataFrame, texts: pl.DataFrame, lengths: pl.Series) -> pl.DataFrame:
    """m, start, length, stretch, p: what stands where the name of the number's owner should. `lengths`: of the owners' names."""
    asked = owners.select("m", "p", "end", "start", length=lengths.cast(pl.Int64)).join(texts.select("m", "text"), on="m")
    lengths_heard = [pl.col("length") + more for more in (0, -1, 1)]
    ways = [(start, length) for length in lengths_heard for start in (pl.col("end") - length, pl.col("start"))]
    stretches = pl.concat(asked.select("m", "p", "text", start=start, length=length) for start, length in ways)
    stretches = stretches.filter(pl.col("start") >= 0, pl.col("length") > 1)
    stretches = stretches.with_columns(stretch=pl.col("text").str.slice("start", "length"))
    whole = pl.col("stretch").str.contains(r"^[\p{Han}□]+$") & (pl.col("stretch").str.len_chars() == pl.col("length"))
    stretches = stretches.filter(whole & ~pl.col("stretch").str.contains(NO_NAME))
    return stretches.select("m", "start", pl.col("length").cast(pl.Int8), "stretch", pl.col("p").cast(pl.UInt32)).unique(
        maintain_order=True
    )


def at_numbers(hits: pl.DataFrame, places: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """`hits` (m, start, length, p, told) with `key`, the number that the name stands at, and whether it is his own (`numbered`).

    A name before a number comes before one behind it.
    """
    if places.is_empty():
        return hits.with_columns(key=pl.lit(None, pl.Int64), numbered=pl.lit(value=False))
    hits = hits.with_columns(end=pl.col("start") + pl.col("length"))
    before, behind = (
        places.select("m", pl.col(edge).cast(hits.schema[edge]), pl.col("key").alias(name)).drop_nulls().unique(["m", edge], keep="first")
        for edge, name in (("end", "before"), ("start", "behind"))
    )
    hits = hits.join(before, on=["m", "end"], how="left", maintain_order="left")
    hits = hits.join(behind, on=["m", "start"], how="left", maintain_order="left").drop("end")
    said = hits.filter(pl.col("told") <= SURNAME).select("m", key="before").drop_nulls().unique()
    free = hits.select("m", key="behind").with_row_index("hit").drop_nulls().join(said, on=["m", "key"], how="anti")["hit"]
    key = pl.coalesce("before", pl.when(pl.int_range(pl.len()).is_in(free.implode())).then("behind"))
    hits = hits.with_columns(key=key).drop("before", "behind")
    own = owners.select("m", "key", "p", numbered=pl.lit(value=True)).unique()
    hits = hits.join(own, on=["m", "key", "p"], how="left", maintain_order="left").with_columns(pl.col("numbered").fill_null(value=False))
    far = pl.col("told").cast(pl.Int32) * LONGEST - pl.col("length")  # 沈大海 is nearer than 书沈大海 or 大海
    return hits.filter(~pl.col("numbered") | (far == far.min().over("m", "key", "p")))


def of_the_one_meant(
    named: pl.DataFrame, hits: pl.DataFrame, best: pl.DataFrame, owners: pl.DataFrame, people: pl.DataFrame, at_home: pl.DataFrame
) -> pl.DataFrame:
    """m, key (`TOLD`): for each text the number of the one who is meant, where it gives one.

    Args:
        named: hits with those who only call, hold an office or are blamed; what stands at their names is theirs.
        hits: without them, with `meant`: no caller who may speak of somebody whom nobody knows.
        best: m, p, told of all whom the text may mean.
        owners: `owners_of` the numbers.
        people: p, h.
        at_home: m, village of texts that name nobody and speak of the caller's own house.
    """
    if named["key"].null_count() == named.height and owners.is_empty():
        return pl.DataFrame(schema=TOLD)
    houses = owners.group_by("m", "key").agg(h=pl.col("h").min())
    theirs = hits.drop_nulls("key").filter("meant").select("m", "key", "calls", "start").join(houses, on=["m", "key"], how="left")
    theirs = theirs.filter(pl.col("calls") == pl.col("calls").min().over("m"))
    alone = owners.join(named.select("m", "key").drop_nulls(), on=["m", "key"], how="anti", nulls_equal=False)
    alone = alone.filter(~among(alone["m"], theirs["m"]))
    spoken_of = (
        best.filter(pl.col("told") == pl.col("told").min().over("m")).join(people.select("p", "h"), on="p").select("m", "h").unique()
    )
    alone = pl.concat([alone.join(spoken_of, on=["m", "h"], how="semi"), alone.join(at_home, on=["m", "village"], how="semi")])
    alone = alone.filter((pl.col("key").n_unique().over("m") == 1) | (pl.col("h").n_unique().over("m") == 1))
    # Where those of several houses are meant, a person is asked (`speakers.rivals`).
    found = pl.concat([theirs.select("m", "key", "h", "start"), alone.select("m", "key", "h", "start")])
    found = found.sort("m", pl.col("h").is_null(), "start").unique("m", keep="first", maintain_order=True)
    return found.select(TOLD.names()).cast(TOLD)


def with_numbers(rows: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """`rows`, in order of m, with the numbers that their texts give (`TOLD`)."""
    if told.is_empty():
        return rows
    at = rows["m"].search_sorted(told["m"])
    given = told.select("key", number=ids.written(told["key"]), kind=pl.lit(VALID), valid=pl.lit(value=True))
    return rows.with_columns(rows[cells.name].clone().scatter(at, cells) for cells in given)
