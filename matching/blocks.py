"""Candidates: which persons of the register a row could be about. One block, one idea, one SELECT.

Narrow blocks are asked for every row without a sure link; wide ones only for rows that the narrow ones leave without a good candidate.
A block that gives one row more than `cap` persons is dropped for that row and counted: nobody could choose among so many.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import polars as pl

from matching.prepare import Mentions, Register
from standards import ids

NARROW: dict[str, str] = {
    "number": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.id18 = p.id18",
    "number_household": """
        SELECT r.m, p.p FROM rows r JOIN persons q ON r.id18 = q.id18 AND r.valid JOIN persons p ON p.h = q.h""",
    "number_as_written": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.number = p.number WHERE NOT r.valid",
    "repaired": "SELECT f.m, p.p FROM repairs f JOIN persons p ON f.id18 = p.id18",
    "register_repaired": "SELECT r.m, f.p FROM rows r JOIN register_repairs f ON r.id18 = f.id18 WHERE r.valid",
    "tail": "SELECT s.m, p.p FROM stems s JOIN persons p ON s.stem = p.stem",
    "register_tail": "SELECT r.m, s.p FROM rows r JOIN register_stems s ON r.stem = s.stem WHERE r.valid",
    "name_birth": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.name = p.name AND r.birth = p.birth",
    "sound_birth": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.sound = p.sound AND r.birth = p.birth",
    "name_village": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.name = p.name AND r.village_code = p.village_code",
    "sound_village": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.sound = p.sound AND r.village_code = p.village_code",
    "phone": "SELECT r.m, p.p FROM rows r JOIN phones p ON r.phone = p.phone",
    "company_number": """
        SELECT c.m, p.p FROM company c
        JOIN persons q ON c.id18 = q.id18
        JOIN persons p ON p.h = q.h AND p.p <> q.p""",
    "company_name": """
        SELECT c.m, p.p FROM company c JOIN rows r ON r.m = c.m
        JOIN persons q ON c.name = q.name
        JOIN persons p ON p.h = q.h AND p.p <> q.p AND p.sound = r.sound""",
    "company_village": """
        SELECT c.m, p.p FROM company c JOIN rows r ON r.m = c.m
        JOIN persons q ON c.name = q.name AND q.village_code = r.village_code
        JOIN persons p ON p.h = q.h AND p.p <> q.p""",
    "spoken_village": """
        SELECT s.m, p.p FROM spoken s JOIN persons p ON s.name = p.name AND s.village_code = p.village_code""",
    "spoken_town": """
        SELECT s.m, p.p FROM spoken s JOIN persons p ON s.name = p.name AND s.town_code = p.town_code""",
    "spoken_company": """
        SELECT s.m, p.p FROM spoken s JOIN spoken t ON s.m = t.m AND s.name <> t.name
        JOIN persons p ON s.name = p.name JOIN persons q ON q.h = p.h AND q.name = t.name""",
}

WIDE: dict[str, str] = {
    "birth_village": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.birth = p.birth AND r.village_code = p.village_code",
    "birth_surname": """
        SELECT r.m, p.p FROM rows r JOIN persons p ON r.birth = p.birth AND split_part(r.sound, ' ', 1) = split_part(p.sound, ' ', 1)""",
    "character_village": """
        SELECT r.m, p.p FROM row_characters r JOIN person_characters p
        ON r.village_code = p.village_code AND r.surname = p.surname AND r.character = p.character""",
    "given_village": """
        SELECT r.m, p.p FROM rows r JOIN persons p ON r.village_code = p.village_code AND (r.given = p.given OR r.name = p.given)
        WHERE length(p.given) >= 2""",
    "name_town": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.name = p.name AND r.town_code = p.town_code",
    "name": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.name = p.name",
    "sound": "SELECT r.m, p.p FROM rows r JOIN persons p ON r.sound = p.sound",
    "spoken": "SELECT s.m, p.p FROM spoken s JOIN persons p ON s.name = p.name",
}


@dataclass(frozen=True)
class Found:
    """`pairs`: m, p, each once; `capped`: block and how many rows it was dropped for."""

    pairs: pl.DataFrame
    capped: dict[str, int]


class Blocks:
    """The register in an engine of its own, asked block by block for the candidates of some rows."""

    def __init__(self, register: Register) -> None:
        columns = ["p", "h", "name", "sound", "surname", "given", "birth", "village_code", "town_code", "id18", "number"]
        stem = pl.when("valid").then(pl.col("id18").str.slice(0, 15)).alias("stem")
        self._persons = register.persons.select(*columns, "valid", stem)
        self._connection = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "1200MB", "preserve_insertion_order": False})
        phone = register.persons.select("p", phone=pl.concat_list("phone", "household_phone"))
        self._keep("persons", self._persons)
        self._keep("phones", phone.explode("phone").drop_nulls().unique())
        broken = register.persons.filter(~pl.col("valid") & pl.col("number").is_not_null())
        fixed = ids.repairs(broken["number"])
        self._keep("register_repairs", broken.select("p", "number").join(fixed, on="number").select("p", id18="repaired"))
        cut = broken.filter(ids.lost_tail(pl.col("number"))).select("p", stem=ids.tail_stems(pl.col("number")))
        self._keep("register_stems", cut.explode("stem", empty_as_null=True))
        self._keep("person_characters", characters(self._persons, "p"))

    def find(self, mentions: Mentions, spoken: pl.DataFrame, which: dict[str, str], cap: int) -> Found:
        """Candidates of all rows of `mentions` by the given blocks. `spoken`: m, name, village_code, town_code found in texts."""
        columns = ["m", "name", "sound", "surname", "given", "birth", "village_code", "town_code", "phone", "id18", "number", "valid"]
        stem = pl.when("valid").then(pl.col("id18").str.slice(0, 15)).alias("stem")
        rows = mentions.rows.select(*columns, stem)
        kinds = mentions.rows.select("m", "number", "id_kind", "sound")
        wrong = kinds.filter(pl.col("id_kind") == "wrong")
        fixed = ids.repairs(wrong["number"])
        self._keep("rows", rows)
        self._keep("company", mentions.company.select("m", "name", "id18"))
        self._keep("spoken", spoken)
        self._keep("repairs", wrong.join(fixed, on="number").select("m", id18="repaired"))
        tails = kinds.filter(pl.col("id_kind") == "tail").select("m", stem=ids.tail_stems(pl.col("number")))
        self._keep("stems", tails.explode("stem", empty_as_null=True))
        self._keep("row_characters", characters(rows, "m"))
        found: list[pl.DataFrame] = []
        capped: dict[str, int] = {}
        for block, query in which.items():
            pairs = self._ask(block, query, cap, capped)
            found.append(pairs)
        if which is NARROW:
            found.append(self._masked(kinds.filter(pl.col("id_kind") == "masked"), cap))
        return Found(pl.concat(found).unique().sort("m", "p"), capped)

    def _ask(self, block: str, query: str, cap: int, capped: dict[str, int]) -> pl.DataFrame:
        """Pairs of one block, without the rows for which it gives too many."""
        pairs: pl.DataFrame = self._connection.sql(f"SELECT DISTINCT m, p FROM ({query})").pl()
        pairs = pairs.with_columns(size=pl.len().over("m"))
        over = pairs.filter(pl.col("size") > cap)["m"].n_unique()
        if over:
            capped[block] = over
        return pairs.filter(pl.col("size") <= cap).select(pl.col("m").cast(pl.UInt32), pl.col("p").cast(pl.UInt32))

    def _masked(self, masked: pl.DataFrame, cap: int) -> pl.DataFrame:
        """Candidates by the visible digits and the sound of the surname, one join per shape of mask."""
        shapes = masked.with_columns(
            front=pl.col("number").str.extract(r"^(\d*)").str.len_chars(),
            back=pl.col("number").str.extract(r"([\dX]*)$").str.len_chars(),
            heard=pl.col("sound").str.split(" ").list.first(),
        ).filter(pl.col("front") + pl.col("back") >= 4)
        persons = self._persons.select("p", "id18", heard=pl.col("sound").str.split(" ").list.first()).drop_nulls()
        found = [pl.DataFrame(schema={"m": pl.UInt32, "p": pl.UInt32})]
        for (front, back), rows in sorted(shapes.partition_by("front", "back", as_dict=True).items()):
            visible = (pl.col("id18").str.slice(0, int(front)), pl.col("id18").str.tail(int(back)))
            keyed = persons.select("p", "heard", key=pl.concat_str(*visible, separator="*"))
            wanted = (pl.col("number").str.slice(0, int(front)), pl.col("number").str.tail(int(back)))
            hits = rows.select("m", "heard", key=pl.concat_str(*wanted, separator="*")).join(keyed, on=["heard", "key"])
            found.append(hits.filter(pl.len().over("m") <= cap).select("m", "p"))
        return pl.concat(found)

    def _keep(self, name: str, frame: pl.DataFrame) -> None:
        """Copy a frame into the engine."""
        self._connection.register("incoming", frame.to_arrow())
        self._connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM incoming')
        self._connection.unregister("incoming")


def characters(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """One row per character of each given name, with key, village and the sound of the surname; for damaged and short names."""
    heard = pl.col("sound").str.split(" ").list.first()
    given = frame.filter(pl.col("village_code").is_not_null() & pl.col("given").is_not_null())
    listed = given.select(key, "village_code", surname=heard, character=pl.col("given").str.split(""))
    return listed.explode("character", empty_as_null=True).filter(pl.col("character").str.contains(r"\p{Han}")).unique()
