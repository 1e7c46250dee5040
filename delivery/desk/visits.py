"""What visitors found: answers handed in, those that contradict what stands held for a person, and that person's word.

A file is written down whole or not at all, and the same answers a second time change nothing. 暂未联系上 concludes nothing, so any
answer may follow it; the same conclusion with another date, visitor or remark is a correction; another conclusion is a contradiction.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection, insert, select

from contracts.errors import HulianError
from contracts.tables import VERIFICATION, Schema, conform
from delivery.desk.base import Entry, writing
from delivery.desk.desk import Desk, add, known, last, read
from delivery.desk.entries import Authorisation, HandIn, HeldAnswer, Settlement, Verification
from delivery.desk.schemas import ANSWER, AUTHORISATION, HELD, SEALED
from delivery.desk.vault import Vault
from delivery.words import CONCLUSIONS, OPEN_CONCLUSION

KEPT: Schema = {"number": pl.Int64, **VERIFICATION, "origin": pl.String, "sealed": pl.String}
SAID = [name for name in ANSWER if name != "authorised_on"]  # the authorisation has a table of its own


@dataclass(frozen=True)
class HandedIn:
    """What became of the answers of one file: `new` ones count now, `same` were known, `held` wait for a person."""

    new: int
    same: int
    held: int


def hand_in(desk: Desk, answers: pl.DataFrame, *, name: str, origin: str, refused: int = 0) -> HandedIn:
    """Write down `answers` (`ANSWER`, one a lead) of the file `name`, whose SHA-256 is `origin`; `refused` others were not understood.

    Raises `HulianError` for a conclusion that is none, before anything is written.
    """
    known(answers, "conclusion", CONCLUSIONS)
    answers = conform(answers, ANSWER)
    with writing(desk.engine) as connection:
        about = answers.select("lead_id").unique()
        standing = _opened(read(connection, Verification, KEPT).join(about, on="lead_id", how="semi"), desk.vault)
        waiting = _opened(read(connection, HeldAnswer, KEPT).join(about, on="lead_id", how="semi"), desk.vault)
        unknown = _unknown(_unknown(answers, standing, origin), waiting, origin)
        stands = last(standing, ["lead_id"]).select("lead_id", stands="conclusion")
        contradicts = (pl.col("stands") != OPEN_CONCLUSION) & (pl.col("stands") != pl.col("conclusion"))
        judged = unknown.join(stands, on="lead_id", how="left").with_columns(held=contradicts.fill_null(value=False))
        held, new = judged.filter("held"), judged.filter(~pl.col("held"))
        _keep(connection, Verification, new, origin, desk.vault)
        _keep(connection, HeldAnswer, held, origin, desk.vault)
        signed = answers.filter(pl.col("authorised_on").is_not_null()).select("household_id", signed_on="authorised_on")
        add(connection, Authorisation, AUTHORISATION, signed, read(connection, Authorisation, AUTHORISATION))
        result = HandedIn(new.height, answers.height - unknown.height, held.height)
        _note(connection, HandIn(origin=origin, name=name[:200], understood=answers.height, refused=refused, held=held.height))
    return result


def _unknown(answers: pl.DataFrame, entries: pl.DataFrame, origin: str) -> pl.DataFrame:
    """Those of `answers` that are not among `entries`; of the same file its personal texts may have been erased since."""
    erased = entries.filter(pl.col("origin") == origin, pl.col("sealed").is_null())
    return answers.join(entries, on=SAID, how="anti", nulls_equal=True).join(erased, on=list(VERIFICATION), how="anti", nulls_equal=True)


def _note(connection: Connection, entry: HandIn) -> None:
    """Write down that a file was handed in, unless it was before with the same result."""
    columns = ("origin", "name", "understood", "refused", "held")
    values = {name: getattr(entry, name) for name in columns}
    before = select(HandIn.number).where(
        HandIn.origin == entry.origin, HandIn.understood == entry.understood, HandIn.refused == entry.refused
    )
    if connection.execute(before).first() is None or entry.held:
        connection.execute(insert(HandIn), [values])


def visits(desk: Desk) -> pl.DataFrame:
    """`ANSWER` without authorisations: the last word on each lead with its visitors and remark, opened. For the county only. By lead_id."""
    with desk.engine.connect() as connection:
        entries = last(read(connection, Verification, KEPT), ["lead_id"])
    return _opened(entries, desk.vault).select(SAID).sort("lead_id")


def held_answers(desk: Desk) -> pl.DataFrame:
    """`HELD`: answers that wait for a person, beside the conclusion that stands. By number."""
    with desk.engine.connect() as connection:
        settled = connection.execute(select(Settlement.answer)).scalars().all()
        waiting = read(connection, HeldAnswer, KEPT).filter(~pl.col("number").is_in(settled))
        standing = last(read(connection, Verification, KEPT), ["lead_id"])
    stands = standing.select("lead_id", stands="conclusion", stands_since="visited_on")
    return conform(_opened(waiting, desk.vault).join(stands, on="lead_id", how="left"), HELD).sort("number")


def settle(desk: Desk, number: int, *, is_taken: bool, by: str, why: str) -> None:
    """Let a held answer count, or what stood before it; who decided and why stays on the desk.

    Raises `HulianError` where no such answer waits, or nobody or no reason is named.
    """
    if not by.strip() or not why.strip():
        raise HulianError("A contradiction is settled by somebody and for a reason: name both (--by, --why).")
    with writing(desk.engine) as connection:
        held = read(connection, HeldAnswer, KEPT).filter(pl.col("number") == number)
        is_settled = connection.execute(select(Settlement.number).where(Settlement.answer == number)).first() is not None
        if held.is_empty() or is_settled:
            raise HulianError(f"No answer number {number} waits for a decision. `hulian take` lists those that do.")
        if is_taken:
            columns = [*VERIFICATION, "origin", "sealed"]
            connection.execute(insert(Verification), held.select(columns).rows(named=True))
        connection.execute(insert(Settlement), [{"answer": number, "is_taken": is_taken, "settled_by": by, "why": why}])


def _keep(connection: Connection, table: type[Entry], answers: pl.DataFrame, origin: str, vault: Vault) -> None:
    if answers.is_empty():
        return
    rows = [
        {**{name: row[name] for name in VERIFICATION}, "origin": origin, "sealed": vault.seal({name: row[name] for name in SEALED})}
        for row in answers.iter_rows(named=True)
    ]
    connection.execute(insert(table), rows)


def _opened(entries: pl.DataFrame, vault: Vault) -> pl.DataFrame:
    """`entries` with what was sealed in columns of its own; one value after the other, for each was sealed by itself."""
    opened = [vault.open(sealed) for sealed in entries["sealed"]]
    return entries.with_columns(pl.Series(name, [texts.get(name) for texts in opened], dtype=pl.String) for name in SEALED)
