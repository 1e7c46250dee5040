"""Candidates: which persons of the register a row could be about. One block, one idea, one SELECT over numbers.

Narrow blocks are asked for every row without a sure link; wide ones only for rows that the narrow ones leave without a good candidate.
A block that gives one row more than `cap` persons is dropped for that row and counted: nobody could choose among so many.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from matching.compare.numbers import MASKED_KIND, TAIL_KIND, WRONG
from matching.pairs import joint
from matching.prepare import Mentions, Register
from matching.vocabulary import CODES, Vocabulary
from standards import ids

# Each gives a pair once, by DISTINCT where two ways may lead to it: the bits of the blocks are added up.
NARROW: dict[str, str] = {
    "number": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.key = p.key",
    "number_household": "SELECT DISTINCT r.m, p.p FROM rows r JOIN persons q ON r.key = q.key JOIN persons p ON p.h = q.h AND p.p <> q.p",
    "number_as_written": "SELECT r.m, p.p FROM wrong r JOIN broken p ON r.number = p.number",
    "repaired": "SELECT DISTINCT f.m, p.p FROM repairs f JOIN persons p ON f.key = p.key",
    "register_repaired": "SELECT DISTINCT r.m, f.p FROM rows r JOIN register_repairs f ON r.key = f.key",
    "tail": "SELECT DISTINCT s.m, p.p FROM stems s JOIN persons p ON s.stem = p.stem",
    "repaired_household": """
        SELECT DISTINCT f.m, p.p FROM repairs f JOIN persons q ON f.key = q.key JOIN rows r ON r.m = f.m
        JOIN persons p ON p.h = q.h AND (p.heard = r.heard OR p.surname = r.surname OR p.heard_given = r.heard_given)""",
    "tail_household": """
        SELECT DISTINCT s.m, p.p FROM stems s JOIN persons q ON s.stem = q.stem JOIN rows r ON r.m = s.m
        JOIN persons p ON p.h = q.h AND (p.heard = r.heard OR p.surname = r.surname OR p.heard_given = r.heard_given)""",
    "register_tail": "SELECT DISTINCT r.m, s.p FROM rows r JOIN register_stems s ON r.stem = s.stem",
    "name_birth": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.n = p.n AND r.born = p.birth",
    "heard_birth": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.heard = p.heard AND r.born = p.birth",
    "name_village": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.n = p.n AND r.village = p.village",
    "heard_village": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.heard = p.heard AND r.village = p.village",
    "birth_village": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.born = p.birth AND r.village = p.village",
    "birth_surname": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.born = p.birth AND r.surname = p.surname",
    "phone": "SELECT DISTINCT r.m, p.p FROM row_phones r JOIN phones p ON r.phone = p.phone",
    "company_number": "SELECT DISTINCT c.m, p.p FROM company c JOIN persons q ON c.key = q.key JOIN persons p ON p.h = q.h AND p.p <> q.p",
    "company_name": """
        SELECT DISTINCT c.m, p.p FROM company c JOIN rows r ON r.m = c.m
        JOIN persons q ON c.n = q.n
        JOIN persons p ON p.h = q.h AND p.p <> q.p AND (p.heard = r.heard OR p.birth = r.born)""",
    "company_village": """
        SELECT DISTINCT c.m, p.p FROM company c JOIN rows r ON r.m = c.m
        JOIN persons q ON c.heard = q.heard AND q.village = r.village
        JOIN persons p ON p.h = q.h AND p.p <> q.p""",
}

WIDE: dict[str, str] = {
    "birth_given": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.born = p.birth AND r.heard_given = p.heard_given",
    "letter_village": """
        SELECT DISTINCT r.m, p.p FROM row_letters r JOIN person_letters p ON r.letter = p.letter AND r.surname = p.surname""",
    "given_village": """
        SELECT r.m, p.p FROM rows r JOIN persons p ON r.village = p.village AND r.heard_given = p.heard_given""",
    "own_village": """
        SELECT r.m, p.p FROM rows r JOIN persons p ON r.village = p.village AND r.heard = p.heard_given WHERE p.letters > 2""",
    "phone_household": """
        SELECT DISTINCT r.m, p.p FROM row_phones r JOIN phones o ON r.phone = o.phone JOIN persons q ON q.p = o.p
        JOIN persons p ON p.h = q.h AND p.p <> q.p""",
    "name_town": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.heard = p.heard AND r.town = p.town",
    "letter_group": """
        SELECT DISTINCT r.m, p.p FROM row_letters r JOIN person_letters p ON r."group" = p."group" AND r.letter = p.letter""",
    "name": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.n = p.n",
    "heard": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.heard = p.heard WHERE r.village IS NULL",
}
PERSON = ("p", "h", "n", "heard", "surname", "heard_given", "birth", "village", "town", "key")
ROW = ("m", "n", "heard", "surname", "heard_given", "born", "village", "town", "key")
AREA = 6  # digits that say where a number was given
LEAST_SHOWN = 3  # digits behind these that a masked number must show beside a surname or a village


CAPPED = pl.Schema({"block": pl.String, "m": pl.UInt32})
PAIR = pl.Schema({"m": pl.UInt32, "p": pl.UInt32, "blocks": pl.UInt32})


@dataclass(frozen=True)
class Found:
    """`pairs`: m, p, each once, and `blocks` that gave it, a bit each in the order in which they were asked; `capped`: block, m."""

    pairs: pl.DataFrame
    capped: pl.DataFrame


class Blocks:
    """The register in an engine of its own, asked block by block for the candidates of some rows."""

    def __init__(self, register: Register, vocabulary: Vocabulary, cap: int) -> None:
        self._vocabulary, self._cap = vocabulary, cap
        self._persons = register.persons
        self._connection = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "1500MB", "preserve_insertion_order": False})
        persons = register.persons
        length = (
            pl.Series("letters", vocabulary.length)[persons["n"].fill_null(0)]
            if vocabulary.length.size
            else pl.Series("letters", [0] * persons.height)
        )
        self._keep("persons", persons.select(*PERSON, stem=pl.col("key") // 100).with_columns(length))
        self._keep("phones", pl.concat(persons.select("p", phone=name).drop_nulls() for name in ("phone", "household_phone")))
        broken = persons.filter(~pl.col("valid") & pl.col("number").is_not_null())
        self._keep("broken", broken.select("p", "number"))
        self._keep("register_repairs", broken.select("p", "number").join(repaired(broken["number"]), on="number").select("p", "key"))
        cut = broken.filter(ids.lost_tail(pl.col("number"))).select("p", stem=ids.tail_stems(pl.col("number")))
        self._keep("register_stems", cut.explode("stem", empty_as_null=True).with_columns(pl.col("stem").cast(pl.Int64)))

    def find(self, mentions: Mentions, which: dict[str, str]) -> Found:
        """Candidates of all rows of `mentions` by the given blocks."""
        self._offer(mentions, which)
        found = {block: self._connection.sql(query).pl() for block, query in which.items()}
        if which.keys() >= NARROW.keys():
            found |= self._masked(mentions.rows.filter(pl.col("kind") == MASKED_KIND))
        size = int(mentions.rows["m"].max() or 0) + 1  # type: ignore[arg-type]
        over, within = [], []
        for at, pairs in enumerate(found.values()):
            m, p = (pairs[side].to_numpy() for side in "mp")
            many = np.bincount(m, minlength=size) > self._cap
            over.append(np.flatnonzero(many).astype(np.uint32))
            kept = ~many[m]
            within.append(pl.DataFrame({"m": m[kept], "p": p[kept], "blocks": np.full(kept.sum(), 1 << at, dtype=np.uint64)}))
        met = pl.concat(within).with_columns(joint("m", "p")).sort("pair").with_columns(pl.col("blocks").cum_sum())
        met = met.filter(pl.col("pair").ne_missing(pl.col("pair").shift(-1)))  # the last of each pair
        capped = pl.DataFrame({"block": np.repeat(list(found), [len(m) for m in over]), "m": np.concatenate(over)}, schema=CAPPED)
        return Found(
            met.with_columns(pl.col("blocks") - pl.col("blocks").shift(fill_value=0)).select(PAIR.names()).cast(PAIR),
            capped.sort("block", "m"),
        )

    def _offer(self, mentions: Mentions, which: dict[str, str]) -> None:
        """The rows in the tables that the blocks join."""
        rows = mentions.rows
        self._keep("rows", rows.select(*ROW, stem=pl.col("key") // 100))
        self._keep("row_phones", pl.concat(rows.select("m", phone=name).drop_nulls() for name in ("phone", "phone_told")))
        if which.keys() & NARROW.keys():
            self._keep("company", mentions.company.select("m", "n", "key", "heard"))
            wrong = rows.filter(pl.col("kind") == WRONG).select("m", "number")
            self._keep("wrong", wrong)
            self._keep("repairs", wrong.join(repaired(wrong["number"]), on="number").select("m", "key"))
            tails = rows.filter(pl.col("kind") == TAIL_KIND).select("m", stem=ids.tail_stems(pl.col("number")))
            self._keep("stems", tails.explode("stem", empty_as_null=True).with_columns(pl.col("stem").cast(pl.Int64)))
        if which.keys() & WIDE.keys():
            here = rows.filter(pl.col("village").is_not_null() & pl.col("n").is_not_null())
            asked = letters(here, "m", self._vocabulary)
            near = self._persons.select("p", "n", "village", "group", "surname").drop_nulls("n")
            near = near.join(here.select("village"), on="village", how="semi")
            self._keep("row_letters", asked)
            self._keep("person_letters", letters(near, "p", self._vocabulary, among=asked.select("letter").unique()))

    def _masked(self, masked: pl.DataFrame) -> dict[str, pl.DataFrame]:
        """Candidates by the visible digits: who has the surname or lives in the village, and of his household there who is called so."""
        shapes = masked.with_columns(
            front=pl.col("number").str.extract(r"^(\d*)[*]").fill_null("").str.len_chars(),
            back=pl.col("number").str.extract(r"([\dX]*)$").str.len_chars(),
        ).filter((pl.col("front").cast(pl.Int64) - AREA).clip(0) + pl.col("back") >= LEAST_SHOWN)
        persons = self._persons.select("p", "h", "id18", "surname", "village").drop_nulls("id18")
        names, houses = [masked.select("m", p="m").clear()], [masked.select("m", p="m").clear()]
        for (front, back), rows in sorted(shapes.partition_by("front", "back", as_dict=True).items()):
            visible = (pl.col("id18").str.slice(0, int(front)), pl.col("id18").str.tail(int(back)))
            wanted = (pl.col("number").str.slice(0, int(front)), pl.col("number").str.tail(int(back)))
            asked = rows.select("m", "surname", "village", "heard", shown=pl.concat_str(*wanted, separator="*"))
            owners = persons.with_columns(shown=pl.concat_str(*visible, separator="*")).join(asked, on="shown", how="semi")
            names.append(asked.join(owners, on=["surname", "shown"]).select("m", "p"))
            kin = asked.drop_nulls("village").join(owners, on=["village", "shown"]).select("m", "h", "heard", owner="p")
            members = self._persons.select("p", "h", "heard").join(kin.select("h"), on="h", how="semi")
            met = kin.join(members, on=["h", "heard"])
            # the one whose number it is, too, whatever he is called: for the others of the household it is a relative's
            houses += [met.select("m", "p"), kin.select("m", p="owner")]
        return {"masked": pl.concat(names).unique(), "masked_household": pl.concat(houses).unique()}

    def _keep(self, name: str, frame: pl.DataFrame) -> None:
        """Copy a frame into the engine."""
        self._connection.register("incoming", frame.to_arrow())
        self._connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM incoming')
        self._connection.unregister("incoming")


def repaired(numbers: pl.Series) -> pl.DataFrame:
    """`number`, `key`: the valid numbers, as keys, that one slip of the hand may have turned into each of these."""
    return ids.repairs(numbers).select("number", key=pl.col("repaired").str.slice(0, 17).cast(pl.Int64))


def letters(frame: pl.DataFrame, key: str, vocabulary: Vocabulary, among: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row per character after the first of each name: key, group, the sound of the surname, and `letter`, the character in its village.

    Names of one or two characters give all of theirs: they may be nothing but a given name. `among`: letters that alone are of interest.
    """
    spelt = vocabulary.letters[frame["n"].to_numpy()][:, :5]
    spelt[:, 0] *= vocabulary.length[frame["n"].to_numpy()] <= 2
    found = []
    for column in spelt.T:
        letter = pl.Series("letter", column.astype(np.int64))
        there = frame.select(key, "group", "surname", letter=pl.col("village") * CODES + letter).filter(letter > 0)
        found.append(there if among is None else there.join(among, on="letter", how="semi"))
    return pl.concat(found)
