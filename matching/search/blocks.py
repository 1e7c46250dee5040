"""Candidates: which persons of the register a row could be about. One block, one idea, one SELECT over numbers, after common steps.

Narrow blocks are asked for every row without a sure link; wide ones only for rows that the narrow ones leave without a good candidate.
A block that gives one row more than `cap` persons is dropped for that row and counted: nobody could choose among so many.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from matching.compare.numbers import MASKED_KIND, TAIL_KIND, WRONG
from matching.pairs import among, fresh, in_order
from matching.prepare.tables import Mentions, Register
from matching.prepare.vocabulary import CODES, Vocabulary
from matching.search.masked import masked_blocks
from matching.sieve import may_be, sieved
from standards import ids

# What several blocks begin with. Whoever has the same sound has the same surname, whoever has the same name has the same sound.
STEPS: dict[str, str] = {
    "keys": """
        SELECT 'number' AS way, m, key FROM rows
        UNION ALL SELECT 'repair', m, key FROM repairs UNION ALL SELECT 'company', m, key FROM company""",
    "owners": """
        SELECT k.way, k.m, p.p, p.h FROM persons p JOIN keys k ON k.key = p.key
        UNION ALL SELECT 'stem', s.m, p.p, p.h FROM persons p JOIN stems s ON s.stem = p.key // 100
        UNION ALL SELECT 'neighbour', c.m, p.p, p.h
        FROM persons p JOIN (SELECT c.m, c.heard, r.village FROM rows r JOIN company c ON c.m = r.m) c
        ON c.heard = p.heard AND c.village = p.village""",
    "households": """
        SELECT q.way, q.m, p.p FROM persons p JOIN (
            SELECT q.way, q.m, q.p, q.h, q.way IN ('repair', 'stem') AS damaged, r.surname, r.heard_given
            FROM owners q JOIN rows r ON r.m = q.m
        ) q ON p.h = q.h
        WHERE CASE WHEN q.damaged THEN p.surname = q.surname OR p.heard_given = q.heard_given ELSE p.p <> q.p END""",
    "phone_owners": """
        SELECT r.m, p.p, p.h FROM persons p JOIN row_phones r ON r.phone = p.phone
        UNION ALL SELECT r.m, p.p, p.h FROM persons p JOIN row_phones r ON r.phone = p.household_phone
        UNION ALL SELECT r.m, p.p, p.h FROM persons p JOIN row_phones r ON r.phone = p.phone_heard""",
    "born_alike": """
        SELECT r.m, p.p, r.n = p.n AS named, r.heard = p.heard AS sounding
        FROM persons p JOIN rows r ON r.born = p.birth AND r.surname = p.surname""",
    "neighbours": "SELECT r.m, p.p, r.n = p.n AS named FROM persons p JOIN rows r ON r.heard = p.heard AND r.village = p.village",
}

NARROW: dict[str, str] = {
    "number": "SELECT m, p FROM owners WHERE way = 'number'",
    "number_household": "SELECT m, p FROM households WHERE way = 'number'",
    "number_as_written": "SELECT r.m, p.p FROM wrong r JOIN broken p ON r.number = p.number",
    "repaired": "SELECT m, p FROM owners WHERE way = 'repair'",
    "register_repaired": "SELECT r.m, f.p FROM register_repairs f JOIN rows r ON r.key = f.key",
    "tail": "SELECT m, p FROM owners WHERE way = 'stem'",
    "repaired_household": "SELECT m, p FROM households WHERE way = 'repair'",
    "tail_household": "SELECT m, p FROM households WHERE way = 'stem'",
    "register_tail": "SELECT r.m, s.p FROM rows r JOIN register_stems s ON r.stem = s.stem",
    "register_repaired_tail": "SELECT s.m, f.p FROM register_repairs f JOIN stems s ON s.stem = f.key // 100",
    "name_birth": "SELECT m, p FROM born_alike WHERE named",
    "heard_birth": "SELECT m, p FROM born_alike WHERE sounding",
    "name_village": "SELECT m, p FROM neighbours WHERE named",
    "heard_village": "SELECT m, p FROM neighbours",
    "birth_village": "SELECT r.m, p.p FROM persons p JOIN rows r ON r.born = p.birth AND r.village = p.village",
    "birth_surname": "SELECT m, p FROM born_alike",
    "phone": "SELECT m, p FROM phone_owners",
    "company_number": "SELECT m, p FROM households WHERE way = 'company'",
    "company_name": """
        SELECT c.m, p.p FROM persons p JOIN (
            SELECT c.m, q.p, q.h, r.heard, r.born FROM persons q JOIN company c ON c.n = q.n JOIN rows r ON r.m = c.m
        ) c ON p.h = c.h AND p.p <> c.p AND (p.heard = c.heard OR p.birth = c.born)""",
    "company_village": "SELECT m, p FROM households WHERE way = 'neighbour'",
}

# Namesakes of the town or county under two sound numbers are two people; what else they may share is for the narrow blocks.
ONE_UNKNOWN = "(r.key IS NULL OR NOT p.sound)"

WIDE: dict[str, str] = {
    "birth_given": "SELECT r.m, p.p FROM persons p JOIN rows r ON r.born = p.birth AND r.heard_given = p.heard_given",
    "letter_village": "SELECT r.m, p.p FROM person_letters p JOIN row_letters r ON r.letter = p.letter AND r.surname = p.surname",
    "given_village": "SELECT r.m, p.p FROM persons p JOIN rows r ON r.village = p.village AND r.heard_given = p.heard_given",
    "own_village": """
        SELECT r.m, p.p FROM persons p JOIN rows r ON r.village = p.village AND r.heard = p.heard_given WHERE p.letters > 2""",
    "phone_household": "SELECT q.m, p.p FROM persons p JOIN phone_owners q ON p.h = q.h AND p.p <> q.p",
    "name_town": f"SELECT r.m, p.p FROM persons p JOIN rows r ON r.heard = p.heard AND r.town = p.village // 1000 WHERE {ONE_UNKNOWN}",
    "letter_group": """SELECT r.m, p.p FROM person_letters p JOIN row_letters r ON r."group" = p."group" AND r.letter = p.letter""",
    "name": f"SELECT r.m, p.p FROM persons p JOIN rows r ON r.n = p.n WHERE {ONE_UNKNOWN}",
    "heard": f"SELECT r.m, p.p FROM persons p JOIN rows r ON r.heard = p.heard AND r.anywhere WHERE {ONE_UNKNOWN}",
}
# Tables are read where they lie, so that the engine knows little about them: joins are done as they are written, the right side hashed.
ENGINE: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "1500MB",
    "preserve_insertion_order": False,
    "disabled_optimizers": "join_order,build_side_probe_side",
}
PERSON = ("p", "h", "n", "heard", "surname", "heard_given", "birth", "village", "key", "phone", "household_phone", "phone_heard")
ROW = ("m", "n", "heard", "surname", "heard_given", "born", "village", "town", "key")
PLACES = 5  # characters of a name that are looked for one by one
BLOCK, ROWS, PEOPLE = 5, 28, 30  # bits of a block, a row and a person in one integer


CAPPED = pl.Schema({"block": pl.String, "m": pl.UInt32})
PAIR = pl.Schema({"m": pl.UInt32, "p": pl.UInt32, "blocks": pl.UInt32})

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Found:
    """`pairs`: m, p, in order, and the `blocks` that gave each, a bit a block in the order in which they were asked; `capped`: block, m."""

    pairs: pl.DataFrame
    capped: pl.DataFrame


class Blocks:
    """The register in an engine of its own, asked block by block for the candidates of some rows."""

    def __init__(self, register: Register, vocabulary: Vocabulary, cap: int) -> None:
        self._vocabulary, self._cap = vocabulary, cap
        self._persons, self._register = register.persons, register
        self._connection = duckdb.connect(":memory:", config=ENGINE)
        persons = register.persons
        length = (
            pl.Series("letters", vocabulary.length)[persons["n"].fill_null(0)]
            if vocabulary.length.size
            else pl.Series("letters", [0] * persons.height)
        )
        self._show("persons", persons.select(*PERSON, length, sound=pl.col("valid") & pl.col("key").is_not_null() & ~pl.col("shared")))
        broken = register.broken
        self._show("broken", broken)
        self._show("register_repairs", _repairs(broken, "p"))
        self._show("register_stems", _stems(broken.filter(ids.lost_tail(pl.col("number"))), "p"))

    def find(self, mentions: Mentions, which: dict[str, str]) -> Found:
        """Candidates of all rows of `mentions` by the given blocks."""
        common = self._common(mentions.rows) if "heard" in which else mentions.rows["m"].clear()
        self._offer(mentions, which, common)
        steps = ", ".join(f'"{name}" AS MATERIALIZED ({query})' for name, query in STEPS.items())
        blocks = " UNION ALL ".join(f"SELECT {at}::UTINYINT AS block, m, p FROM ({query})" for at, query in enumerate(which.values()))
        names, found = [*which], [pl.DataFrame(self._connection.execute(f"WITH {steps} {blocks}").fetchnumpy())]
        self._connection.execute("SET memory_limit = $limit", {"limit": ENGINE["memory_limit"]})  # has the engine give back what it freed
        if which.keys() >= NARROW.keys():
            for name, pairs in masked_blocks(mentions.rows.filter(pl.col("kind") == MASKED_KIND), self._register).items():
                found.append(pairs.select(pl.lit(len(names), pl.UInt8).alias("block"), "m", "p"))
                names.append(name)
        merged = _merged(pl.concat(found), names, self._cap)
        known = pl.DataFrame({"block": "heard", "m": common}, schema=CAPPED)
        return Found(merged.pairs, pl.concat([merged.capped, known]).sort("block", "m"))

    def _common(self, rows: pl.DataFrame) -> pl.Series:
        """Those of `rows` (m) without a village whose name sounds like those of more people than the block `heard` may give."""
        asked = rows[["m", "heard", "village"]].filter(pl.col("village").is_null(), pl.col("heard").is_not_null())
        heard = self._persons["heard"]
        times = heard.filter(sieved(heard, asked["heard"])).value_counts().filter(pl.col("count") > self._cap)
        return asked.join(times, on="heard", how="semi", maintain_order="left")["m"]

    def _offer(self, mentions: Mentions, which: dict[str, str], common: pl.Series) -> None:
        """The rows in the tables that the blocks join. `common`: those of which it is known that the block `heard` gives too many."""
        rows = mentions.rows
        anywhere = pl.col("village").is_null() & ~among(rows["m"], common)
        self._show("rows", rows.select(*ROW, anywhere=anywhere, stem=pl.col("key") // 100))
        phones = [pl.DataFrame({"m": rows["m"], "phone": rows[name]}) for name in ("phone", "phone_told")]
        self._show("row_phones", pl.concat(phones).drop_nulls("phone"))
        if which.keys() & NARROW.keys():
            self._show("company", mentions.company[["m", "n", "key", "heard"]])
            wrong = rows.filter(pl.col("kind") == WRONG)
            self._show("wrong", wrong[["m", "number"]])
            self._show("repairs", _repairs(wrong, "m"))
            self._show("stems", _stems(rows.filter(pl.col("kind") == TAIL_KIND), "m"))
        if which.keys() & WIDE.keys():
            here = rows.filter(pl.col("village").is_not_null() & pl.col("n").is_not_null())
            asked = letters(here, "m", self._vocabulary)
            near = self._persons[["p", "n", "village", "group", "surname"]]
            near = near.filter(pl.col("n").is_not_null(), sieved(near["village"], here["village"]))
            self._show("row_letters", asked)
            self._show("person_letters", letters(near, "p", self._vocabulary, among=asked["letter"].unique()))

    def _show(self, name: str, frame: pl.DataFrame) -> None:
        """Let the engine read a frame where it lies."""
        self._connection.register(name, frame.to_arrow())


def _merged(found: pl.DataFrame, names: list[str], cap: int) -> Found:
    """What blocks gave (`block`, its place in `names`, m and p), pairs once each. Sorting integers costs a third of sorting frames."""
    given = found["block"].to_numpy().astype(np.int64)
    for bits, name in ((ROWS, "m"), (PEOPLE, "p")):
        given <<= bits
        given |= found[name].to_numpy()
    given = in_order(given)
    given = given[fresh(given)]
    asked = given >> PEOPLE
    first = np.flatnonzero(fresh(asked))
    times = np.diff(first, append=len(given))
    over = asked[first[times > cap]]
    if len(over):
        given = given[np.repeat(times <= cap, times)]
    met = (given & (1 << ROWS + PEOPLE) - 1) << BLOCK
    met |= given >> ROWS + PEOPLE
    met = in_order(met)
    pair = met >> BLOCK
    first = np.flatnonzero(fresh(pair))
    pair, bit = pair[first], np.uint32(1) << (met & (1 << BLOCK) - 1).astype(np.uint32)
    blocks = np.bitwise_or.reduceat(bit, first) if len(first) else bit
    pairs = pl.DataFrame({"m": pair >> PEOPLE, "p": pair & (1 << PEOPLE) - 1, "blocks": blocks}, schema=PAIR)
    capped = pl.DataFrame({"block": np.array(names)[over >> ROWS], "m": over & (1 << ROWS) - 1}, schema=CAPPED)
    return Found(pairs, capped)


def _repairs(wrong: pl.DataFrame, whose: str) -> pl.DataFrame:
    """`whose` (a column of `wrong`), `key`: the numbers that one slip of the hand may have turned into theirs."""
    found = ids.repair_keys(wrong["number"])
    return pl.DataFrame({whose: wrong[whose][found["at"]], "key": found["key"]})


def _stems(cut: pl.DataFrame, whose: str) -> pl.DataFrame:
    """`whose` (a column of `cut`), `stem`: the first fifteen digits that their number may have had before it lost its tail."""
    return cut.select(whose, stem=ids.tail_stems(pl.col("number")).cast(pl.List(pl.Int64))).explode("stem", empty_as_null=True)


def letters(frame: pl.DataFrame, key: str, vocabulary: Vocabulary, among: pl.Series | None = None) -> pl.DataFrame:
    """One row per character after the first of each name: key, group, the sound of the surname, and `letter`, the character in its village.

    Names of one or two characters give all of theirs: they may be nothing but a given name. `among`: letters that alone are of interest.
    """
    n, first = frame["n"].to_numpy(), frame["village"].to_numpy() * CODES
    found = []
    for place in range(PLACES):
        character = vocabulary.letters.at(place).take(n)
        letter = first + character
        there = character > 0
        if place == 0:
            there &= vocabulary.length.take(n) <= 2
        if among is not None:
            there &= may_be(letter, among.to_numpy())
        at = np.flatnonzero(there)
        found.append(pl.DataFrame({"at": at, "letter": letter[at]}))
    given = pl.concat(found)
    if among is not None:
        given = given.filter(pl.col("letter").is_in(among.implode()))
    return frame[[key, "group", "surname"]][given["at"]].with_columns(pl.col("group").cast(pl.String), given["letter"])
