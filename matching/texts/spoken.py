"""People of the register named in free text: who may be meant by a call, a petition or a tip without a column for names.

What may be a name in a text is found by `texts.stretches`; here it is said which of it are names, and whose. That who only calls about
somebody else is not meant is for `texts.speakers` to say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from matching.compare.company import TEXT
from matching.compare.names import DIALECT, EQUAL, HOMOPHONE, NEAR, ONE, OTHER, PART, SURNAME, name_levels
from matching.pairs import among, distinct, fresh, in_order, joint, parted
from matching.prepare.heard import TELEPHONES
from matching.prepare.tables import Register
from matching.prepare.vocabulary import Letters, Vocabulary, build
from matching.sieve import may_be
from matching.texts import numbers, speakers
from matching.texts.matters import DISTRESS, about_nobody
from matching.texts.speakers import ANOTHER, DENOUNCES, OWN
from matching.texts.stretches import COUNTY_LENGTH, SHORT, are_han, called_by_phone, found_in, stretches_of
from standards import names, places

LONGEST = 400  # characters of a text that are searched
BATCH = 8_000  # texts cut at once; bounds memory
AROUND = 24  # characters before and behind a stretch that are looked at: a village, a telephone in brackets
SOME = 3  # names that make a character one of given names
PAIRS = pl.Schema({"m": pl.UInt32, "p": pl.UInt32, "told": pl.Int8, "n": pl.UInt32})
CUE = r"(?:村民|居民|[组队]的?|户主|老人|叫|是|邻居|说|亲|[^\p{Han}]|^)$"  # what stands before a name of two characters
NICKNAMED = r"(?:村民|居民|户主|邻居|帮帮|小名|外号|绰号|叫|人称|自称)[“\"']?$"  # and before a nickname
LOST_IN_TEXT = r"(\p{Han})[?*×○〓▯☐\p{Co}\x{FFFD}]"  # a character of a name that a system lost, or somebody hid
AFTER = "^(?:[一家的在是因来反说患住为于和与之等也已称今现把被从向去]|老人|老汉|夫妇)"  # what may follow one without being part of it
OF_A_PLACE = r"^(?:村|社区|寨|屯|第?[0-9一二三四五六七八九十]{1,3}(?:村民|居民)?小?组)"  # what follows the name of a place: 杨林10组
OFTEN = 3  # villages or texts in which a stretch that is only heard as a name of two characters is a word
TITLES = (
    r"(?:先生|女士|某|老师|大爷|大妈|大娘|大叔|大姐|大哥|叔|婶|哥|嫂|姐|伯|奶奶|爷爷|师傅|老汉"
    r"|家(?:[的里中人住房屋境庭因被在很太孩老一两没缺无急生]|\P{Han}|$))"  # but 谢家云 is no house
)


@dataclass(frozen=True)
class Spoken:
    """Who is named in texts.

    `pairs`: m, p, told (level of the name in the text), n (what he is called there, where that is a name beyond doubt; numbered behind the
    vocabulary, in the order of `letters`, their characters); `company`: where a text names several, each for the others, callers included;
    `rivals`: the m of texts that name people of several households, none of whom is told from the others as the one in need; `unnamed`: the
    m of texts that name nobody and speak of the caller's own house; `needless`: the m of texts that name nobody but
    who calls, without a word of distress; `idle`: the m of rows with a text alone, in which nobody is in need; `numbers`: m, key, the ID
    numbers of those who are meant.
    """

    pairs: pl.DataFrame
    company: pl.DataFrame
    rivals: pl.Series
    unnamed: pl.Series
    needless: pl.Series
    idle: pl.Series
    numbers: pl.DataFrame
    letters: Letters | None = None


def find_spoken(rows: pl.DataFrame, register: Register, vocabulary: Vocabulary, cap: int) -> Spoken:
    """Who is named in the texts of those `rows` that have no name of their own."""
    texts, places = numbers.without_numbers(_joined(_texts(rows), register, vocabulary))
    idle = texts["m"].filter(texts.select(about_nobody()).to_series()) if texts.height else texts["m"]
    texts = texts.filter(~among(texts["m"], idle))
    idle = rows["m"].filter(among(rows["m"], idle) & rows["number"].is_null())
    if texts.is_empty():
        return Spoken(
            pl.DataFrame(schema=PAIRS),
            pl.DataFrame(schema={"m": pl.UInt32, "role": pl.String, "n": pl.UInt32, "key": pl.Int64, "heard": pl.Int64}),
            pl.Series(dtype=pl.UInt32),
            pl.Series(dtype=pl.UInt32),
            pl.Series(dtype=pl.UInt32),
            idle,
            pl.DataFrame(schema=numbers.TOLD),
        )
    people = _people(register, vocabulary)
    places = places.filter(among(places["m"], texts["m"]) & among(places["m"], rows["m"].filter(rows["number"].is_null())))
    owners = numbers.owners_of(places, people)
    phoned = pl.concat([called_by_phone(texts[["m", "phone", "phone_told"]], people), owners[["m", "p", "n"]]]).unique(maintain_order=True)
    phoned = phoned.with_columns(name=vocabulary.names["name"][phoned["n"]]).join(texts[["m", "text"]], on="m")
    signs = _in_names(people, vocabulary)
    hits, said = _hits(texts, people, phoned, places, owners, register, vocabulary, signs)
    named = speakers.without_officials(hits)
    hits = speakers.without_callers(named, texts)
    rivals, unheard = speakers.rivals(hits, people)
    needless = speakers.needless(hits, texts, signs[1])
    left_out = named.join(hits, on=["m", "p", "start"], how="anti")["m"]  # the telephone is theirs
    hits = hits.filter(~(hits["calls"] & among(hits["m"], unheard)))
    by_surname = _by_surname(phoned.filter(~among(phoned["m"], left_out)))
    spelt = hits
    hits = pl.concat([hits.select("m", "p", "told", "said", called=_called()), by_surname], how="diagonal")
    best = hits.sort("m", "p", "told", "called").unique(["m", "p"], keep="first", maintain_order=True)
    best = best.filter(pl.len().over("m", "told") <= cap)
    # Who is not named, and says nothing of need nor of himself, is not looked for by his telephone.
    silent = texts.filter(~pl.col("text").str.contains(rf"{DISTRESS}|{OWN}"), ~among(texts["m"], best["m"]))["m"]
    idle = pl.concat([idle, rows["m"].filter(among(rows["m"], silent) & rows["number"].is_null())]).sort()
    of_himself = pl.col("text").str.contains(OWN) & ~pl.col("text").str.contains(rf"{ANOTHER}|{DENOUNCES}")
    at_home = texts.filter(of_himself)["m"].cast(pl.UInt32)
    unnamed = at_home.filter(~among(at_home, best["m"]))
    nobody_left_out = texts[["m", "village"]].filter(among(texts["m"], unnamed) & ~among(texts["m"], left_out))
    told = numbers.of_the_one_meant(named, speakers.with_meant(spelt, texts, signs[1]), best, owners, people, nobody_left_out)
    n = pl.when(pl.col("called").is_not_null()).then(pl.col("said") + len(vocabulary.length))
    pairs = best.select("m", "p", "told", n=n).cast(PAIRS)
    letters = said.letters[np.arange(len(said.length))]
    return Spoken(pairs, _company(named, vocabulary), rivals, unnamed, needless, idle, told, letters)


def _hits(
    texts: pl.DataFrame,
    people: pl.DataFrame,
    phoned: pl.DataFrame,
    places: pl.DataFrame,
    owners: pl.DataFrame,
    register: Register,
    vocabulary: Vocabulary,
    signs: tuple[list[str], list[str]],
) -> tuple[pl.DataFrame, Vocabulary]:
    """What in the texts may be whose name: m, start, length, stretch, p, n, said, told, before, behind, key, numbered; and the names."""
    found = pl.concat(found_in(texts[at : at + BATCH], people, phoned, vocabulary) for at in range(0, texts.height, BATCH))
    if owners.height:
        at_number = numbers.named_at(owners, texts, pl.Series(vocabulary.length)[owners["n"]])
        found = pl.concat([found, at_number.cast(found.schema)[found.columns]]).unique(maintain_order=True)
    said = build([found["stretch"]])
    found = found.with_columns(n=register.persons["n"][found["p"]], said=said.number(found["stretch"]))
    found = found.with_columns(told=_levels(found, said, vocabulary))
    written = _owners_named(phoned).join(found, on=["m", "p", "start"], how="anti", maintain_order="left")
    hits = numbers.at_numbers(pl.concat([found, written], how="diagonal"), places, owners)
    # Most of what is longer than two characters is told from the names alone.
    named = (pl.col("told") <= ONE) | (pl.col("numbered") & (pl.col("told") <= SURNAME))
    long = _without_others(hits.filter((pl.col("length") > SHORT) & named), texts, register)
    short = _short_names(_worded(hits.filter(pl.col("length") == SHORT), texts), *signs)
    short = _without_others(short.filter(named), texts, register)
    return _without_words(pl.concat([_worded(long, texts), short]), texts, register), said


def _without_words(hits: pl.DataFrame, texts: pl.DataFrame, register: Register) -> pl.DataFrame:
    """Hits without words: names of places, and what is like a name only and stands in texts of several villages.

    大学学费 is about no 学学: the more people there are to be called so, the more words are like somebody's name.
    """
    called = register.places.select(stretch=places.core(places.normalise(pl.col("name")), "village"))["stretch"].unique()
    told = hits.join(texts[["m", "village"]], on="m", how="left", maintain_order="left")
    spread = pl.col("village").n_unique().over("stretch") >= OFTEN
    word = (pl.col("told") > EQUAL) & spread & ~pl.col("before").str.contains(NICKNAMED)
    place = pl.any_horizontal(pl.col("stretch").str.slice(at).is_in(called.implode()) for at in range(2))  # 乡光明, of 和山乡光明村
    word |= place & pl.col("behind").str.contains(OF_A_PLACE)
    return hits.filter(~told.select(word).to_series())


def _levels(hits: pl.DataFrame, said: Vocabulary, vocabulary: Vocabulary) -> pl.Series:
    """`told`: the level of what is said as the person's name. `hits`: said and n, their numbers in the two vocabularies."""
    one, n = (hits[name].cast(pl.Int64).fill_null(-1).to_numpy() for name in ("said", "n"))
    once, other = distinct(n)
    levels = name_levels(one, len(said.length) + other, said.beside(vocabulary, once))
    ours, theirs = (names.names["spelt"].to_numpy() for names in (said, vocabulary))
    at = np.flatnonzero((one >= 0) & ~said.holed[one])
    levels[at[ours[one[at]] == theirs[n[at]]]] = EQUAL
    return pl.Series("told", levels)


def _called() -> pl.Expr:
    """What a text calls somebody by, where it is a name beyond doubt: all his characters, or a nickname where one is said to stand."""
    word = pl.col("m").n_unique().over("stretch") >= OFTEN
    nickname = (pl.col("told") == PART) & pl.col("before").str.contains(NICKNAMED) & ~word
    return pl.when((pl.col("told") == NEAR) | nickname).then("stretch")


def named_beside(rows: pl.DataFrame, register: Register, vocabulary: Vocabulary) -> pl.DataFrame:
    """Company (role `text`) of rows that have a name of their own: names of three characters or more that stand in their texts."""
    texts = _texts(rows, named=True)
    found = []
    known = _names_of(register.persons, vocabulary) if texts.height else pl.DataFrame(schema={"n": pl.UInt32})
    spelt = known.with_columns(vocabulary.keys(known["n"], "spelt", "length"))
    for at in range(0, texts.height, BATCH):
        part = texts[at : at + BATCH]
        stretches = stretches_of(part["text"])
        long = np.flatnonzero(stretches.length >= COUNTY_LENGTH)
        told = pl.DataFrame({"m": part["m"][stretches.text[stretches.at[long]]], "length": stretches.length[long]})
        told = told.with_columns(spelt=pl.Series(stretches.keys(stretches.letters)[long]))
        met = spelt.filter(pl.Series(may_be(spelt["spelt"].to_numpy(), told["spelt"].to_numpy())))
        found.append(told.join(met, on=["spelt", "length"])[["m", "n"]])
    named = pl.concat(found).unique() if found else pl.DataFrame(schema={"m": pl.UInt32, "n": pl.UInt32})
    named = named.join(rows[["m", "n"]], on="m", suffix="_own").filter(pl.col("n") != pl.col("n_own")).sort("m", "n")
    heard = vocabulary.keys(named["n"], "heard") if named.height else pl.DataFrame(schema={"heard": pl.Int64})
    return named.select(pl.col("m").cast(pl.UInt32), role=pl.lit(TEXT), n="n", key=pl.lit(None, pl.Int64), heard=heard["heard"])


def _names_of(people: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """Numbers of the names that people bear, each once: n."""
    borne = np.zeros(vocabulary.names.height, dtype=bool)
    borne[people["n"].drop_nulls().to_numpy()] = True
    return pl.DataFrame({"n": np.flatnonzero(borne).astype(np.uint32)})


def told_pairs(pairs: pl.DataFrame, spoken: Spoken) -> pl.DataFrame:
    """`pairs` (m, p) and those of the texts, with `told`; whoever a text does not name though it names others has level `other`."""
    spelt, told = spoken.pairs.select(joint("m", "p"))["pair"].to_numpy(), spoken.pairs["told"].to_numpy()
    everybody = in_order(np.concatenate([pairs.select(joint("m", "p"))["pair"].to_numpy(), spelt]))
    everybody = everybody[fresh(everybody)]
    both = pl.DataFrame({"pair": everybody}).select(*parted("m", "p"))
    levels = np.full(len(everybody), -1, dtype=np.int8)
    levels[among(both["m"], spoken.pairs["m"]).to_numpy()] = OTHER
    levels[np.searchsorted(everybody, spelt)] = told
    level = pl.Series("told", levels)
    return both.with_columns(level.set(level < 0, None))


def _texts(rows: pl.DataFrame, *, named: bool = False) -> pl.DataFrame:
    """Rows with a text and no name (or one): m, text normalised like a name, village, town, phones."""
    told = ["m", "village", "town", "phone", "phone_told", "text"]
    texts = rows[["n", *told]].filter(pl.col("n").is_not_null() == named, pl.col("text").is_not_null())[told]
    if texts.is_empty():
        return texts
    text = pl.col("text").str.normalize("NFKC").str.replace_many(names.simplifications())
    text = text.str.replace_all(r"[·•・‧∙⋅●﹒˙]+", "")  # the dots of foreign names, as in the vocabulary, and what stands for them
    text = text.str.replace_all(r"(\p{Han})[-_—–■▪](\p{Han})", "${1}${2}").str.slice(0, LONGEST)
    text = text.str.replace_all(r"(^|\P{Han})(\p{Han})\s+(\p{Han})", "${1}${2}${3}")  # 杨 秀英: a blank that pads a name
    text = text.str.replace_all(LOST_IN_TEXT, rf"${{1}}{names.HOLE}")
    return texts.with_columns(text=text)


def _joined(texts: pl.DataFrame, register: Register, vocabulary: Vocabulary) -> pl.DataFrame:
    """`texts` without the blanks that pad names: those behind the character of a surname, and behind one that follows it."""
    if texts.is_empty():
        return texts
    borne = vocabulary.letters.first[_names_of(register.persons, vocabulary)["n"].to_numpy(), 0]
    heads = np.flatnonzero(np.bincount(borne)).astype(np.uint32)
    surnames = "".join(map(chr, heads[are_han(heads)]))
    padded = rf"([{surnames}])\s+(\p{{Han}})(?:\s+(\p{{Han}}))?"
    return texts.with_columns(pl.col("text").str.replace_all(padded, "${1}${2}${3}")) if surnames else texts


def _people(register: Register, vocabulary: Vocabulary) -> pl.DataFrame:
    """Persons with names of two characters or more."""
    persons = register.persons.select("p", "h", "n", "village", *TELEPHONES, "key", town=pl.col("village") // 1000).drop_nulls("n")
    return persons.filter(pl.Series(vocabulary.length[persons["n"].to_numpy()] >= SHORT))


def _worded(hits: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """`hits` with what stands in the text before and behind the stretch."""
    start = pl.col("start")
    text = hits[["m"]].join(texts[["m", "text"]], on="m", how="left", maintain_order="left")
    worded = hits.hstack([text["text"]]).with_columns(
        before=pl.col("text").str.slice((start - AROUND).clip(0), pl.min_horizontal(start, AROUND)),
        behind=pl.col("text").str.slice(start + pl.col("length"), AROUND),
    )
    return worded.drop("text")


def _without_others(hits: pl.DataFrame, texts: pl.DataFrame, register: Register) -> pl.DataFrame:
    """Hits without names that are neither written nor heard so, where somebody of the text's village is called just what is written."""
    stretch = (pl.col("m").cast(pl.Int64) * LONGEST + pl.col("start")) * LONGEST + pl.col("length")
    exact = hits.filter(pl.col("told") == EQUAL).select("m", "p", stretch=stretch).join(texts[["m", "village"]], on="m")
    here = exact.filter(exact["village"] == register.persons["village"][exact["p"]])["stretch"]
    return hits.filter((pl.col("told") <= DIALECT) | pl.col("numbered") | ~stretch.is_in(here.implode()))


def _in_names(people: pl.DataFrame, vocabulary: Vocabulary) -> tuple[list[str], list[str]]:
    """Characters that people's given names end with, and those that names begin with."""
    letters = vocabulary.letters.first[_names_of(people, vocabulary)["n"].to_numpy()]
    times = np.bincount(letters[:, 2])
    times[:1] = 0  # no third character
    return [chr(code) for code in np.flatnonzero(times >= SOME)], [chr(code) for code in np.flatnonzero(np.bincount(letters[:, 0]))]


def _short_names(hits: pl.DataFrame, endings: list[str], surnames: list[str]) -> pl.DataFrame:
    """Names of two characters are heard everywhere in a text (反映 is 樊英): they count where something says that they are names."""
    cued = pl.col("before").str.contains(CUE)
    followed = pl.col("behind").str.slice(0, 1)
    longer = followed.is_in(endings) & ~pl.col("behind").str.contains(AFTER)
    word = pl.col("m").n_unique().over("stretch") >= OFTEN
    word |= ~pl.col("stretch").str.slice(0, 1).is_in(surnames)  # a surname is misheard as another one: 住龙 is not 祝龙
    unsure = ~pl.col("numbered")
    hits = hits.filter(~(pl.col("told").is_between(HOMOPHONE, NEAR) & (word | ~cued | longer) & unsure))
    weak = (pl.col("told") == EQUAL) & longer & unsure
    return hits.with_columns(told=pl.when(weak).then(PART).otherwise("told").cast(pl.Int8))


def _owners_named(called: pl.DataFrame) -> pl.DataFrame:
    """Hits of people whose telephone a text gives (`called`: m, p, n, name, text) and who are named in it, wherever they may live."""
    named = called.filter(pl.col("text").str.contains(pl.col("name"), literal=True)).unique(["m", "p"], maintain_order=True)
    start = pl.col("text").str.split(pl.col("name")).list.first().str.len_chars().cast(pl.Int64)
    return named.select(
        "m", "p", "n", start=start, length=pl.col("name").str.len_chars().cast(pl.Int8), stretch="name", told=pl.lit(EQUAL, pl.Int8)
    )


def _by_surname(called: pl.DataFrame) -> pl.DataFrame:
    """m, p, told: people whose telephone a text gives and whom it calls by their surname. `called`: m, p, name, text."""
    called = called.with_columns(surname=pl.col("name").str.slice(0, 1))
    once = called[["m", "surname", "text"]].unique(["m", "surname"])
    once = once.filter(pl.col("text").str.contains(pl.col("surname"), literal=True))
    once = once.sort("surname")  # a pattern that follows itself is read once
    calling = pl.format("{}{}(?:来电|来信|来访|致电|打电话|反映)", "surname", pl.lit(TITLES))
    pattern = pl.format("{}{}|[老小姓]{}|{}姓", "surname", pl.lit(TITLES), "surname", "surname")
    once = once.filter(pl.col("text").str.contains(pattern))
    once = once.filter(~(pl.col("text").str.contains(ANOTHER) & pl.col("text").str.contains(calling)))
    told = called.join(once, on=["m", "surname"], how="semi")
    return told.select("m", "p", told=pl.lit(SURNAME, pl.Int8))


def _company(named: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """Where a text names several people of the register, each is the others' company; so is a caller, who may be of the family."""
    several = named.filter(pl.col("n").n_unique().over("m") > 1, pl.col("told") == EQUAL)[["m", "n"]].unique().sort("m", "n")
    heard = vocabulary.keys(several["n"], "heard")["heard"]
    return several.select(pl.col("m").cast(pl.UInt32), role=pl.lit(TEXT), n="n", key=pl.lit(None, pl.Int64), heard=heard)
