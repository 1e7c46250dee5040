"""Candidates of rows and how they compare: narrow blocks first, wide ones for rows that those leave open.

A row that was seen before keeps what was found out about it, but for persons of households that have changed (`search.memory`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from matching.compare import company as others
from matching.compare.names import DIALECT, ONE
from matching.compare.numbers import MASKED
from matching.compare.vector import compare
from matching.pairs import among, joint
from matching.prepare.tables import Mentions, Register
from matching.prepare.vocabulary import Vocabulary
from matching.search.blocks import CAPPED, NARROW, WIDE, Blocks, Found
from matching.search.blocks import PAIR as BLOCK_PAIR
from matching.search.memory import CODES, HOUSEHOLDS, PAIRS, PRINTS, ROWS, Memory, each_once, person_prints, row_prints
from matching.texts.spoken import Spoken, told_pairs

VECTOR = ["m", "p", "h", *CODES]
OLD = pl.Schema([*((name, pl.UInt32) for name in ("m", "p", "h", "blocks")), *((code, PAIRS[code]) for code in CODES)])


@dataclass(frozen=True)
class Candidates:
    """`vectors`: m, p, h, one code per field, known; `capped`: block, m, where a block gave too many; `memory` for the next run."""

    vectors: pl.DataFrame
    capped: pl.DataFrame
    memory: Memory


class Search:
    """The register, ready to be searched, and what an earlier run remembers about it; None where nothing shall be remembered."""

    def __init__(self, register: Register, vocabulary: Vocabulary, cap: int, memory: Memory | None) -> None:
        self.register, self.vocabulary, self._cap, self._remembers = register, vocabulary, cap, memory is not None
        self._memory = memory or Memory.nothing()
        self._prints = person_prints(register, vocabulary) if self._remembers else pl.DataFrame(schema=PRINTS)

    @cached_property
    def _everybody(self) -> Blocks:
        return Blocks(self.register, self.vocabulary, self._cap)

    @cached_property
    def _changed(self) -> Blocks | None:
        """Those whose household was not in the register of the earlier run as it is now."""
        changed = self._prints.join(self._memory.households, on="household", how="anti")
        if changed.is_empty():
            return None
        parts = self.register.persons, self.register.broken
        persons, broken = (part.join(changed.select("p"), on="p", how="semi", maintain_order="left") for part in parts)
        return Blocks(replace(self.register, persons=persons, broken=broken), self.vocabulary, self._cap)

    def find(self, rows: pl.DataFrame, mentions: Mentions, spoken: Spoken) -> Candidates:
        """Everybody whom one of `rows` could be about. `mentions` holds these rows and their company."""
        printed = Mentions(rows, mentions.company.filter(among(mentions.company["m"], rows["m"])))
        prints = rows.select("m", row=pl.lit(None, pl.UInt64))
        if self._remembers:
            prints = prints.with_columns(row_prints(printed, self.register, self.vocabulary))
        narrow = self._stage("narrow", prints, printed)
        asked = told_pairs(narrow.new, spoken)
        vectors = pl.concat([narrow.old[VECTOR], compare(asked, mentions, self.register, self.vocabulary)[VECTOR]])
        settled = vectors["m"].filter(vectors.select(good=_good())["good"])
        open_ = prints.filter(~among(prints["m"], settled))
        wide = self._stage("wide", open_, _some(printed, open_))
        met = vectors[["m", "p"]].filter(among(vectors["m"], open_["m"])).select(joint("m", "p"))
        new, old = (found.with_columns(joint("m", "p")).join(met, on="pair", how="anti") for found in (wide.new, wide.old))
        more = compare(new.select("m", "p", told=pl.lit(None, pl.Int8)), mentions, self.register, self.vocabulary)
        vectors = pl.concat([vectors, old[VECTOR], more[VECTOR]])
        vectors = vectors[vectors.select(joint("m", "p").arg_sort())["pair"]]
        memory = self._remember(vectors, prints, narrow, wide) if self._remembers else Memory.nothing()
        return Candidates(vectors, pl.concat([narrow.capped, wide.capped]), memory)

    def _stage(self, stage: str, prints: pl.DataFrame, mentions: Mentions) -> _Stage:
        """Pairs of narrow or wide blocks: those remembered, and those to be compared."""
        which = NARROW if stage == "narrow" else WIDE
        if self._memory.rows.is_empty():
            fresh = self._everybody.find(mentions, which) if prints.height else _nothing()
            return _Stage(prints["m"], pl.DataFrame(schema=OLD), fresh.pairs, fresh.capped)
        known = self._memory.rows.filter(stage)
        kept = prints.join(known, on="row", how="semi", maintain_order="left")
        old = kept.join(self._memory.pairs.filter(pl.col(stage) > 0).with_columns(blocks=stage), on="row")
        old = old.join(self._prints.select("p", "person"), on="person").join(self.register.persons.select("p", "h"), on="p", how="left")
        added = self._changed.find(_some(mentions, kept), which) if kept.height and self._changed else _nothing()
        both = pl.concat([old.select("m", "p", "blocks"), added.pairs])
        over = pl.concat([_too_many(both, len(which) + 2, self._cap), added.capped["m"]])
        kept = kept.filter(~pl.col("m").is_in(over.implode()))
        rest = prints.join(kept, on="m", how="anti", maintain_order="left")
        fresh = self._everybody.find(_some(mentions, rest), which) if rest.height else _nothing()
        stays = pl.col("m").is_in(kept["m"].implode())
        return _Stage(prints["m"], old.filter(stays), pl.concat([added.pairs.filter(stays), fresh.pairs]).sort("m", "p"), fresh.capped)

    def _remember(self, vectors: pl.DataFrame, prints: pl.DataFrame, narrow: _Stage, wide: _Stage) -> Memory:
        """What this search leaves for the next."""
        told = prints.drop_nulls("row")
        rows = told.select(
            "row",
            narrow=~pl.col("m").is_in(narrow.capped["m"].unique().implode()),
            wide=pl.col("m").is_in(wide.rows.implode()) & ~pl.col("m").is_in(wide.capped["m"].unique().implode()),
        ).unique("row")
        pairs = vectors.join(told, on="m").join(self._prints.select("p", "person"), on="p").with_columns(joint("m", "p"))
        for stage, found in (("narrow", narrow), ("wide", wide)):
            given = pl.concat([found.old.select(joint("m", "p"), blocks="blocks"), found.new.select(joint("m", "p"), blocks="blocks")])
            pairs = pairs.join(given.rename({"blocks": stage}), on="pair", how="left")
        pairs = pairs.with_columns(pl.col("narrow", "wide").fill_null(0)).select(PAIRS.names()).cast(PAIRS).sort("row", "person")
        households = self._prints.select("household").unique().sort("household").cast(HOUSEHOLDS)
        return Memory(rows.cast(ROWS).sort("row"), each_once(pairs), households)


@dataclass(frozen=True)
class _Stage:
    """`rows`: m asked; `old`: m, p, h, blocks, codes; `new`: m, p, blocks; `capped`: block, m."""

    rows: pl.Series
    old: pl.DataFrame
    new: pl.DataFrame
    capped: pl.DataFrame


def _some(mentions: Mentions, rows: pl.DataFrame) -> Mentions:
    """Those of `mentions` whose m is in `rows`."""
    return Mentions(*(part.filter(among(part["m"], rows["m"])) for part in (mentions.rows, mentions.company)))


def _nothing() -> Found:
    return Found(pl.DataFrame(schema=BLOCK_PAIR), pl.DataFrame(schema=CAPPED))


def _too_many(pairs: pl.DataFrame, blocks: int, cap: int) -> pl.Series:
    """Rows to which one block gives more than `cap` persons."""
    over = [pairs.filter((pl.col("blocks") & (1 << at)) > 0).group_by("m").len().filter(pl.col("len") > cap)["m"] for at in range(blocks)]
    return pl.concat(over).unique()


def _good() -> pl.Expr:
    """Candidates that make the wide blocks unnecessary for their row."""
    by_number = pl.col("id").is_between(0, MASKED) & (pl.col("name") <= ONE)
    beside = (
        (pl.col("place") == 0)
        | (pl.col("birth") == 0)
        | pl.col("phone").is_between(0, 1)
        | pl.col("company").is_between(others.NUMBER, others.NAME)
    )
    return by_number | (pl.col("name").is_between(0, DIALECT) & beside)
