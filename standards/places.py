"""Names of towns and villages, resolved to 12-digit codes through a table of all names that a place goes or went by.

A name is looked up whole, then without the words for its kind (村, 村委会, 社区, …), then searched in the running text of an address; a
village that is none is the one of its town that is read alike, if there is one (欣华村 is 新华村: names are typed by their sound).
Current names go before former, merged and short ones, those before hamlets. A name that still fits two places resolves to null:
unresolved places are a work list, never guessed (domain.md 9.4).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from contracts.tables import PLACE, conform
from standards import pinyin

KINDS = ("current", "former", "merged", "alias", "settlement", "natural")
_VILLAGE_WORDS = r"(?:村村民委员会|村村委会|社区居民委员会|社区居委会|村民委员会|居民委员会|村委会|居委会|行政村|社区|村)$"
_TOWN_WORDS = r"(?:街道办事处|办事处|人民政府|苗族乡|侗族乡|布依族乡|民族乡|街道|镇|乡)$"
_FITS_BADLY = 9


def load(path: Path) -> pl.DataFrame:
    """The table of place names (`contracts.tables.PLACE`) from a CSV file, by code and name."""
    frame = pl.read_csv(path, infer_schema=False, encoding="utf8")
    return conform(frame.with_columns(pl.col("valid_from", "valid_to").str.to_date()), PLACE).sort("code", "name", "kind")


def normalise(name: pl.Expr) -> pl.Expr:
    """A place name without blanks, width and punctuation; null when nothing is left."""
    text = name.str.normalize("NFKC").str.replace_all(r"[\s\p{C},，。、;；:：()\[\]-]", "")
    return pl.when(text != "").then(text)


def core(name: pl.Expr, level: str) -> pl.Expr:
    """A normalised name without the word for its kind, where something of two characters or more is left."""
    bare = name.str.replace(_VILLAGE_WORDS if level == "village" else _TOWN_WORDS, "")
    return pl.when(bare.str.len_chars() >= 2).then(bare).otherwise(name)


def resolve(
    frame: pl.DataFrame, places: pl.DataFrame, *, town: str = "town", village: str = "village", address: str = "address", on: date
) -> pl.DataFrame:
    """`frame` with `town_code`, `village_code` (12 digits) and `place_kind` (which kind of name was used), null where unclear.

    Columns that the frame has not are taken as empty. A name that was valid on the day `on` goes before one that was not.
    """
    once, at = answered(frame, places, town=town, village=village, address=address, on=on)
    return pl.concat([frame, once.select("town_code", "village_code", "place_kind")[at]], how="horizontal")


def answered(
    frame: pl.DataFrame, places: pl.DataFrame, *, town: str = "town", village: str = "village", address: str = "address", on: date
) -> tuple[pl.DataFrame, pl.Series]:
    """What `resolve` says of each different place in `frame`, beside its `address`; and for each row, which of these it is."""
    names = {"town": town, "village": village, "address": address}
    given = frame.select(
        (pl.col(column).cast(pl.String) if column in frame.columns else pl.lit(None, pl.String)).alias(f"{name}_given")
        for name, column in names.items()
    )
    cell = given.select(cell=pl.sum_horizontal(pl.col(column).hash(seed) for seed, column in enumerate(given.columns)))
    once = given.with_columns(cell).filter(cell["cell"].is_first_distinct())
    at = cell.join(once.select("cell").with_row_index("at"), on="cell", how="left", maintain_order="left")["at"]
    once = once.drop("cell").with_row_index("ask")
    once = once.with_columns(normalise(pl.col(f"{name}_given")).alias(name) for name in names)
    asked = once.filter(~pl.all_horizontal(pl.col(*names).is_null()))
    known = _known(places, on)
    looked_up = _lookup(asked, known, "town", "town")
    towns = _best(looked_up, _search(_unanswered(asked, looked_up), known, "town"))
    asked = asked.join(towns.select("ask", town_code="code"), on="ask", how="left")
    looked_up = _inside(asked, _lookup(asked, known, "village", "village"))
    best = _best(looked_up, _inside(asked, _search(_unanswered(asked, looked_up), known, "village")))
    best = pl.concat([best, _heard(_unanswered(asked, best), known)])
    found = _inside_town(best, asked)
    return once.select("ask", address="address_given").join(found, on="ask", how="left", maintain_order="left").drop("ask"), at


def _known(places: pl.DataFrame, on: date) -> pl.DataFrame:
    """Names as they are looked up: `level`, `key`, `code`, `kind`, `rank` (0 best), `parent` (town code of a village)."""
    towns = places.filter(pl.col("level") == "town").select("town", parent="code").unique("town")
    valid = pl.col("valid_from").fill_null(date.min).le(on) & pl.col("valid_to").fill_null(date.max).ge(on)
    kind = pl.col("kind").replace_strict(list(KINDS), range(len(KINDS)), default=_FITS_BADLY, return_dtype=pl.Int8)
    whole = places.join(towns, on="town", how="left").select(
        "level", normalise(pl.col("name")).alias("key"), "code", "kind", "parent", rank=kind * 4 + (~valid).cast(pl.Int8)
    )
    short = [
        whole.filter(pl.col("level") == level).with_columns(core(pl.col("key"), level).alias("key"), rank=pl.col("rank") + 2)
        for level in ("town", "village")
    ]
    # A database gives the code for the name; a town's with or without its three last zeros.
    coded = [whole.with_columns(key=pl.col("code").str.replace(r"000$", cut), rank=pl.lit(0, whole.schema["rank"])) for cut in ("", "000")]
    return (
        pl.concat([whole, *short, *coded]).sort("rank", "code", "key").unique(["level", "key", "code"], keep="first", maintain_order=True)
    )


def _lookup(asked: pl.DataFrame, known: pl.DataFrame, level: str, column: str) -> pl.DataFrame:
    """Answers by the whole text of a column, as it stands and without the word for its kind."""
    texts = pl.concat(
        [
            asked.select("ask", key=pl.col(column), loose=pl.lit(0, pl.Int8)),
            asked.select("ask", key=core(pl.col(column), level), loose=pl.lit(1, pl.Int8)),
        ]
    )
    hits = texts.join(known.filter(pl.col("level") == level), on="key")
    return hits.select("ask", "code", "kind", "parent", rank=pl.col("rank") + pl.col("loose"), length=pl.lit(0, pl.Int32))


def _search(asked: pl.DataFrame, known: pl.DataFrame, level: str) -> pl.DataFrame:
    """Answers by names found inside the texts of village and address; of names inside each other the longest counts."""
    text = pl.concat_str(pl.col("town"), pl.col("village"), pl.col("address"), separator=" ", ignore_nulls=True)
    if level == "town" and (elsewhere := _named_like_towns(known)):
        text = text.str.replace_many(elsewhere, ["|"] * len(elsewhere))
    # A code may stand in an ID number: it counts only where it is all that a cell holds.
    keys = known.filter((pl.col("level") == level) & (pl.col("key").str.len_chars() >= 2) & ~pl.col("key").str.contains(r"^\d+$"))
    patterns = keys["key"].unique().sort().implode()
    hits = (
        asked.select("ask", key=text.str.extract_many(patterns, overlapping=True))
        .explode("key", empty_as_null=True)
        .drop_nulls()
        .unique()
        .join(keys, on="key")
    )
    length = pl.col("key").str.len_chars().cast(pl.Int32)
    hits = hits.with_columns(length=length)
    if level == "village":
        hamlet = pl.col("kind") == "natural"
        hits = hits.filter(~hamlet | ~(~hamlet).any().over("ask"))
    return hits.filter(pl.col("length") == pl.col("length").max().over("ask")).select(
        "ask", "code", "kind", "parent", "rank", length="length"
    )


def _named_like_towns(known: pl.DataFrame) -> list[str]:
    """Whole names of villages that hold the name of a town in which no village is called so: 高坡村 does not lie in 高坡乡."""
    towns = known.filter(pl.col("level") == "town").select(town="key", in_="code")
    villages = known.filter((pl.col("level") == "village") & pl.col("key").str.contains("(?:村|社区)$")).select("key", "parent")
    within = villages.select("key").unique().join(towns, how="cross").filter(pl.col("key").str.contains(pl.col("town"), literal=True))
    return within.join(villages, left_on=["key", "in_"], right_on=["key", "parent"], how="anti")["key"].unique().sort().to_list()


def _heard(asked: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Answers by the sound of the village, inside the town asked for."""
    there = asked.filter(pl.all_horizontal(pl.col("town_code", "village").is_not_null()))
    bare = pl.col("key") == core(pl.col("key"), "village")
    villages = known.filter(bare & (pl.col("level") == "village") & (pl.col("kind") != "natural"))
    sounds = villages.select("code", "kind", "parent", "rank", sound=pinyin.read(pl.col("key")))
    told = there.select("ask", parent="town_code", sound=pinyin.read(core(pl.col("village"), "village")))
    return _best(told.join(sounds, on=["parent", "sound"]).select("ask", "code", "kind", "parent", "rank", length=pl.lit(0, pl.Int32)))


def _best(*answers: pl.DataFrame) -> pl.DataFrame:
    """The one code with the best rank per question; none where the best rank has two codes."""
    found = pl.concat(answers).filter(pl.col("rank") == pl.col("rank").min().over("ask"))
    return found.filter(pl.col("code").n_unique().over("ask") == 1).unique("ask", keep="first", maintain_order=True)


def _unanswered(asked: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Questions without any of these answers."""
    return asked.join(answers, on="ask", how="anti")


def _inside(asked: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Answers that lie in the town asked for; all of them where no town is known."""
    towns = asked.select("ask", "town_code")
    return answers.join(towns, on="ask").filter(pl.col("town_code").is_null() | (pl.col("parent") == pl.col("town_code"))).drop("town_code")


def _inside_town(found: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """`ask`, `town_code`, `village_code`, `place_kind`: the town is that of the village where only the village is known."""
    both = asked.select("ask", "town_code").join(found, on="ask", how="left")
    return both.select("ask", pl.coalesce("town_code", "parent").alias("town_code"), village_code="code", place_kind="kind")
