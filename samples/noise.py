"""Damage as bureaus do it: clean rows in, the same rows with labelled errors out.

Each field suffers at most one error a row, drawn among those that can happen to its value; fields suffer independently. Rates are
shares of the rows to which an error can happen at all (a dot can only be lost where there is one).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl

from samples import lunar, noise_ids, noise_names, noise_places
from samples.seeds import Bools, Ints, Rng, generator

Level = Literal["clean", "normal", "dirty"]

# Label -> share of the fit rows at `normal`. About five numbers of a hundred are not as they should be, as in the counties' own
# counts of corrected data (domain.md 6: 8 % of updates in Leye; 9.2, 9.3 for the kinds).
NORMAL: Mapping[str, float] = {
    "id_substitution": 0.006,
    "id_transposition": 0.005,
    "id_lost_digit": 0.003,
    "id_added_digit": 0.002,
    "id_excel_tail": 0.004,
    "id_15": 0.004,
    "id_relative": 0.006,
    "id_missing": 0.010,
    "id_typing": 0.012,
    "name_homophone": 0.012,
    "name_lookalike": 0.005,
    "name_traditional": 0.004,
    "name_dot": 0.25,
    "name_space": 0.012,
    "name_nickname": 0.002,
    "name_swapped": 0.003,
    "name_rare_lost": 0.20,
    "place_former": 0.05,
    "place_merged": 0.06,
    "place_natural": 0.02,
    "place_style": 0.06,
    "place_wrong": 0.004,
    "place_missing": 0.012,
    "town_former": 0.03,
    "group_wrong": 0.01,
    "birth_lunar": 0.006,
    "birth_day_month": 0.004,
    "birth_year": 0.003,
    "phone_wrong": 0.008,
    "phone_missing": 0.06,
    "sex_wrong": 0.002,
    "head_id_wrong": 0.02,
    "guardian_id_wrong": 0.02,
    "head_name_wrong": 0.015,
    "guardian_name_wrong": 0.015,
}
FACTOR: Mapping[Level, float] = {"clean": 0.0, "normal": 1.0, "dirty": 4.0}
HIGHEST = 0.6  # no error befalls more of the rows that it can happen to
OUTSIDE = {"O": "not_in_register", "T": "namesake_trap"}


@dataclass(frozen=True)
class Profile:
    """How one bureau differs from the usual rates: `factors` multiply the rate of a label, `rates` replace it at every level but clean."""

    factors: Mapping[str, float] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)

    def rate(self, label: str, level: Level) -> float:
        """Share of the fit rows that suffer `label`."""
        if level == "clean":
            return 0.0
        usual = NORMAL[label] * FACTOR[level] * self.factors.get(label, 1.0)
        return min(self.rates.get(label, usual), HIGHEST)


@dataclass
class _Desk:
    """The rows under damage, what befell them so far, and the dice."""

    rows: pl.DataFrame
    level: Level
    profile: Profile
    seed: int
    marks: list[tuple[str, Ints]] = field(default_factory=list)

    def rng(self, field_name: str) -> Rng:
        return generator(self.seed, "noise", field_name)

    def column(self, name: str) -> pl.Series:
        """A column of the rows as text, all null when they have none."""
        if name in self.rows.columns:
            return self.rows[name].cast(pl.String)
        return pl.Series(name, [None], dtype=pl.String).new_from_index(0, self.rows.height)

    def choose(self, rng: Rng, labels: Sequence[str], fit: Mapping[str, Bools]) -> Ints:
        """For each row the position of the label that befalls it, or -1."""
        shares = np.stack([fit[label] * self.profile.rate(label, self.level) for label in labels], axis=1)
        edges = np.cumsum(shares, axis=1)
        edges /= np.maximum(edges[:, -1:], 1.0)
        luck = rng.random(self.rows.height)[:, None]
        return np.where(luck[:, 0] < edges[:, -1], (luck >= edges).sum(axis=1), -1)

    def strike(self, name: str, labels: Sequence[str], fit: Mapping[str, Bools], apply: Callable[[Rng, str, Ints], pl.Series]) -> None:
        """Damage column `name`: `apply` gives the new values of the rows numbered for a label. Only what changed is marked."""
        rng = self.rng(name)
        chosen = self.choose(rng, labels, fit)
        old = self.rows[name]
        values, height, source = [old], old.len(), np.arange(old.len())
        for nth, label in enumerate(labels):
            at = np.flatnonzero(chosen == nth)
            if not len(at):
                continue
            new = apply(rng, label, at).cast(old.dtype).alias(name)
            changed = _at(old, at).ne_missing(new).to_numpy()
            source[at[changed]] = height + np.flatnonzero(changed)
            values.append(new)
            height += new.len()
            self.marks.append((label, at[changed]))
        self.rows = self.rows.with_columns(pl.concat(values).gather(pl.Series(source)))


def damage(
    rows: pl.DataFrame, level: Level, seed: int, *, profile: Profile | None = None, places: pl.DataFrame | None = None
) -> pl.DataFrame:
    """`rows` with errors at the rates of `level`, and a column `errors` of labels.

    Looks at the columns person_name, id_number, sex, birth_date, phone, town, village, group, head_name, head_id, guardian_name,
    guardian_id, and for help at person_uid, village_code, nickname and relative_id, whichever are there; others pass through.
    Without `places` the names of places stay as they are. Labels not_in_register and namesake_trap say who an outsider is, at
    every level.
    """
    desk = _Desk(rows, level, profile or Profile(), seed)
    if level != "clean" and rows.height:
        _numbers(desk)
        _names(desk)
        if places is not None and {"village", "village_code"} <= set(rows.columns):
            _villages(desk, places)
        if places is not None and "town" in rows.columns:
            _towns(desk, places)
        _facts(desk)
    if "person_uid" in rows.columns:
        for letter, label in OUTSIDE.items():
            desk.marks.append((label, np.flatnonzero(rows["person_uid"].str.starts_with(letter).fill_null(value=False).to_numpy())))
    return desk.rows.with_columns(errors=_labels(desk))


def _labels(desk: _Desk) -> pl.Series:
    """The labels of each row, in the order in which they befell it."""
    marks = pl.concat(
        [pl.DataFrame({"row": [], "label": []}, schema={"row": pl.Int64, "label": pl.String})]
        + [pl.DataFrame({"row": at, "label": [label] * len(at)}, schema={"row": pl.Int64, "label": pl.String}) for label, at in desk.marks]
    )
    every = pl.DataFrame({"row": np.arange(desk.rows.height)}, schema={"row": pl.Int64})
    by_row = marks.group_by("row", maintain_order=True).agg("label")
    return every.join(by_row, on="row", how="left", maintain_order="left")["label"].fill_null(pl.Series([[]], dtype=pl.List(pl.String)))


def _numbers(desk: _Desk) -> None:
    """The person's own number in every way; those of head and guardian by a wrong digit only."""
    if "id_number" in desk.rows.columns:
        numbers, relative = desk.column("id_number"), _relative(desk)

        def of_person(rng: Rng, label: str, at: Ints) -> pl.Series:
            return noise_ids.apply(rng, label, _at(numbers, at), _at(relative, at))

        desk.strike("id_number", noise_ids.LABELS, noise_ids.applicable(numbers, relative), of_person)
    for role in ("head", "guardian"):
        if f"{role}_id" in desk.rows.columns:
            others = desk.column(f"{role}_id")
            whole = (others.str.len_chars() == noise_ids.LENGTH).fill_null(value=False).to_numpy()
            _wrong(desk, f"{role}_id", whole, noise_ids.substitution)


def _wrong(desk: _Desk, name: str, fit: Bools, change: Callable[[Rng, pl.Series], pl.Series]) -> None:
    """The one damage of a field that has only one, labelled `<field>_wrong`."""
    values, label = desk.column(name), f"{name}_wrong"
    desk.strike(name, (label,), {label: fit}, lambda rng, _, at: change(rng, _at(values, at)))


def _relative(desk: _Desk) -> pl.Series:
    """The number that may be given in place of one's own, from the rows themselves."""
    frame = pl.DataFrame({name: desk.column(name) for name in ("relative_id", "guardian_id", "head_id")})
    return frame.select(pl.coalesce(pl.all())).to_series()


def _at(values: pl.Series, at: Ints) -> pl.Series:
    return values.gather(pl.Series(at))


def _names(desk: _Desk) -> None:
    """The person's own name in every way; those of head and guardian by their sound."""
    if "person_name" in desk.rows.columns:
        names, nicknames = desk.column("person_name"), desk.column("nickname")

        def of_person(rng: Rng, label: str, at: Ints) -> pl.Series:
            return noise_names.apply(rng, label, _at(names, at), _at(nicknames, at))

        desk.strike("person_name", noise_names.LABELS, noise_names.applicable(names, nicknames), of_person)
    for role in ("head", "guardian"):
        if f"{role}_name" in desk.rows.columns:
            others = desk.column(f"{role}_name")
            _wrong(desk, f"{role}_name", noise_names.applicable(others, others)["name_homophone"], noise_names.SHAPES["name_homophone"])


def _villages(desk: _Desk, places: pl.DataFrame) -> None:
    options = noise_places.with_options(desk.rng("village-options"), desk.rows, places)
    fit = noise_places.applicable(desk.rows, options)
    desk.strike("village", noise_places.LABELS, fit, lambda _, kind, at: _at(options[kind], at))
    if "group" in desk.rows.columns:
        _wrong(desk, "group", desk.column("group").is_not_null().to_numpy(), noise_places.shift_group)


def _towns(desk: _Desk, places: pl.DataFrame) -> None:
    former = (
        places.filter(level="town", kind="former").sort("town", "name").group_by("town", maintain_order=True).agg(pl.col("name").last())
    )
    old = desk.column("town").replace_strict(former["town"], former["name"], default=None, return_dtype=pl.String)
    desk.strike("town", ("town_former",), {"town_former": old.is_not_null().to_numpy()}, lambda _, __, at: _at(old, at))


def _facts(desk: _Desk) -> None:
    """Birth dates, telephone numbers, sexes."""
    here = set(desk.rows.columns)
    if "birth_date" in here and desk.rows["birth_date"].dtype == pl.Date:
        births = _births(desk.rng("birth-options"), desk.rows["birth_date"])
        fit = {label: births[label].is_not_null().to_numpy() for label in births.columns}
        desk.strike("birth_date", births.columns, fit, lambda _, kind, at: _at(births[kind], at))
    if "phone" in here:
        phones = desk.column("phone")
        some = phones.is_not_null().to_numpy()

        def of_phone(rng: Rng, label: str, at: Ints) -> pl.Series:
            return _phone(rng, label, _at(phones, at))

        desk.strike("phone", ("phone_wrong", "phone_missing"), {"phone_wrong": some, "phone_missing": some}, of_phone)
    if "sex" in here:
        _wrong(desk, "sex", desk.column("sex").is_not_null().to_numpy(), lambda _, sexes: sexes.replace({"男": "女", "女": "男"}))


def _births(rng: Rng, born: pl.Series) -> pl.DataFrame:
    """For each birth date what may stand instead: the lunar date, day and month swapped, a year beside it; null where there is none."""
    frame = pl.DataFrame(
        {"born": born, "lunar": lunar.written_as_solar(born), "years": np.array((-10, -1, 1, 10))[rng.integers(0, 4, len(born))]}
    )
    day = pl.col("born")
    swapped = pl.when((day.dt.day() <= 12) & (day.dt.day() != day.dt.month())).then(pl.date(day.dt.year(), day.dt.day(), day.dt.month()))
    years = day.dt.offset_by(pl.format("{}y", "years"))
    return frame.select(birth_lunar="lunar", birth_day_month=swapped, birth_year=years)


def _phone(rng: Rng, kind: str, phones: pl.Series) -> pl.Series:
    """One of the last eight digits is another one, or there is no number."""
    if kind == "phone_missing":
        return pl.Series([None], dtype=pl.String).new_from_index(0, len(phones))
    frame = pl.DataFrame({"phone": phones, "at": rng.integers(3, 11, len(phones)), "digit": rng.integers(0, 10, len(phones))})
    return frame.select(
        pl.col("phone").str.slice(0, pl.col("at")) + pl.col("digit").cast(pl.String) + pl.col("phone").str.slice(pl.col("at") + 1)
    ).to_series()
