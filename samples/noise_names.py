"""What happens to names: sounds, looks, traditional forms, dots, blanks, nicknames, characters that a system does not have."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from samples import name_tables, variants
from samples.characters import WIDTH, join, replace_one, split
from samples.seeds import Bools, Rng, weighted

LABELS = (
    "name_homophone",
    "name_lookalike",
    "name_traditional",
    "name_dot",
    "name_space",
    "name_nickname",
    "name_swapped",
    "name_rare_lost",
)
RARE = "".join((name_tables.RARE_SURNAMES + name_tables.RARE_GIVEN).split())
_TABLES = {"name_homophone": variants.groups(variants.HOMOPHONES), "name_lookalike": variants.groups(variants.LOOKALIKES)}
_TRADITIONAL = variants.traditional()
HOLES = ("?", "□", "\ue0a5")  # the last is a private-use character (自造字)


def applicable(names: pl.Series, nicknames: pl.Series) -> dict[str, Bools]:
    """Label -> for which names it can happen; a blank comes into names of two characters or at either end of any."""
    frame = pl.DataFrame({"name": names, "nickname": nicknames})
    name = pl.col("name")
    plain = ~name.str.contains("·", literal=True)
    masks = frame.select(
        name_homophone=name.str.contains_any(list(_TABLES["name_homophone"])),
        name_lookalike=name.str.contains_any(list(_TABLES["name_lookalike"])),
        name_traditional=name.str.contains_any(list(_TRADITIONAL)),
        name_dot=~plain,
        name_space=name.str.len_chars() >= 2,
        name_nickname=pl.col("nickname").is_not_null() & plain & (pl.col("nickname") != name),
        name_swapped=(name.str.len_chars() == 3) & plain & (name.str.slice(1, 1) != name.str.slice(2, 1)),
        name_rare_lost=name.str.contains_any(list(RARE)),
    ).fill_null(value=False)
    return {label: masks[label].to_numpy() for label in LABELS}


def _dot(rng: Rng, names: pl.Series) -> pl.Series:
    """The middle dot is left out, or another of the many dots."""
    signs = pl.Series(np.array(("", "", ".", "•", "・", "‧", "．", " "))[rng.integers(0, 8, len(names))])
    frame = pl.DataFrame({"name": names, "sign": signs})
    return frame.select(
        pl.concat_str(pl.col("name").str.split("·").list.get(0), "sign", pl.col("name").str.split("·").list.get(1))
    ).to_series()


def _space(rng: Rng, names: pl.Series) -> pl.Series:
    """Blanks between two characters for the width of three, or at an end."""
    blank = pl.Series(np.array((" ", "  ", "\u3000"))[rng.integers(0, 3, len(names))])
    frame = pl.DataFrame({"name": names, "blank": blank, "front": rng.random(len(names)) < 0.3})
    name = pl.col("name")
    return frame.select(
        pl.when(name.str.len_chars() == 2)
        .then(name.str.slice(0, 1) + pl.col("blank") + name.str.slice(1))
        .when("front")
        .then(pl.col("blank") + name)
        .otherwise(name + pl.col("blank"))
    ).to_series()


def _rare_lost(rng: Rng, names: pl.Series) -> pl.Series:
    """Every character that the system does not have becomes a hole."""
    characters = split(names, WIDTH)
    lost = np.isin(characters, np.array(list(RARE)))
    hole = np.array(HOLES)[weighted(rng, (58, 32, 10), len(names))]
    return join(np.where(lost, hole[:, None], characters).astype("U1"))


SHAPES: dict[str, Callable[[Rng, pl.Series], pl.Series]] = {
    "name_homophone": lambda rng, names: replace_one(rng, names, _TABLES["name_homophone"]),
    "name_lookalike": lambda rng, names: replace_one(rng, names, _TABLES["name_lookalike"]),
    "name_traditional": lambda _, names: names.str.replace_many(_TRADITIONAL),
    "name_dot": _dot,
    "name_space": _space,
    "name_swapped": lambda _, names: names.str.slice(0, 1) + names.str.slice(2, 1) + names.str.slice(1, 1),
    "name_rare_lost": _rare_lost,
}


def apply(rng: Rng, label: str, names: pl.Series, nicknames: pl.Series) -> pl.Series:
    """`names` with the damage called `label`; all of them must be fit for it."""
    return nicknames if label == "name_nickname" else SHAPES[label](rng, names)
