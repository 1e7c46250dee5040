"""From probabilities to answers: linked, review or absent, for every row exactly one.

The question is the household. Two persons of one household do not compete: their probabilities add up, and only the person stays
open. Place, age and telephone alone never link: a row needs a name or a number that speaks for the person, and something beside the
name unless the name is nearly certain by itself, or it is at most reviewed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.compare import births, company
from matching.compare.names import DIALECT, ONE, OTHER, SURNAME
from matching.compare.names import EQUAL as SAME
from matching.compare.numbers import BIRTH, DIFFERS, EQUAL, MASKED, RELATIVE, REPAIRED, SEQUENCE, SLIPS, TAIL, TAIL_KIND, VALID
from matching.pairs import among, fresh, houses, joint, together
from matching.settings import MatchingSettings

ASKED = ["m", "p", "h", "who", "lives", "place", "town", "weight", "probability"]  # of all pairs, before the best are known
SAME_PERSON = 0.8  # share of the household's probability that the best person must have to be named
SHOWN_FROM = 0.02
NEARLY_CERTAIN = 0.99
ANOTHER_YEAR = births.LEVELS.index("near_age")  # from this level on a birth date shares neither day nor year with the other
CONTRADICTED = -3.0  # one in twenty of a list's true pairs differ so, in natural logarithms
METHODS = ("id_and_name", "id_repaired", "id_tail", "id_masked", "id_relative")  # by the best levels of `id`


def one_household(scored: pl.DataFrame) -> pl.DataFrame:
    """`scored` in which a person whom the register lists in two households counts in one: that of the row's place, else where he lives.

    `who` is the same for rows of the register about one person, and null for people listed once. `at`: the place in `scored`.
    """
    numbered = scored.with_row_index("at")
    listed = numbered.filter(pl.col("who").is_not_null())
    twice = listed.filter(pl.len().over("m", "who") > 1).sort(
        "m", "who", pl.col("place") != 0, pl.col("town") != 0, "probability", pl.col("lives").not_(), "p",
        descending=[False, False, False, False, True, False, False],
    )  # fmt: skip
    if twice.is_empty():
        return numbered
    first = twice.with_columns(pl.col("probability").sum().over("m", "who")).unique(["m", "who"], keep="first", maintain_order=True)
    counted = numbered.with_columns(numbered["probability"].clone().scatter(first["at"], first["probability"]))
    return counted.filter(~among(counted["at"], twice["at"]) | among(counted["at"], first["at"]))


def _best_households(persons: pl.DataFrame, house: npt.NDArray[np.int32]) -> pl.DataFrame:
    """One row per m: `house`, the number of its likeliest household (the first of several), `household`, `second` and `serious`.

    `persons`: m, probability, in order of m and h; parallel to them `house`, the number of row and household. `household` and `second`:
    probabilities of the best and of the next household; `serious`: how many are worth showing.
    """
    if persons.is_empty():
        return pl.DataFrame(schema={"house": pl.Int64, "household": pl.Float64, "second": pl.Float64, "serious": pl.Int64})
    # The people of one household lie together, and so do the households of one row: what is asked of either is asked of a stretch.
    starts = np.flatnonzero(fresh(house))
    probability = np.add.reduceat(persons["probability"].to_numpy(), starts)
    first = fresh(persons["m"].to_numpy()[starts])
    stretches, row = np.flatnonzero(first), np.cumsum(first) - 1
    best = np.maximum.reduceat(probability, stretches)
    likeliest = np.flatnonzero(probability == best[row])
    likeliest = likeliest[fresh(row[likeliest])]
    serious = np.add.reduceat((probability >= SHOWN_FROM).astype(np.int64), stretches)
    probability[likeliest] = 0.0
    second = np.maximum.reduceat(probability, stretches)
    return pl.DataFrame({"house": likeliest, "household": best, "second": second, "serious": serious})


def decide(scored: pl.DataFrame, settings: MatchingSettings) -> pl.DataFrame:
    """One row per m: status, h, p, method, probability, margin, alone, and the best pair's vector.

    `alone`: the link rests on the name alone, or an age speaks against it; how often such links are right the month's test must say.
    `scored`: pairs in order of m, h and p with their probabilities, and with `rivals`, `unnamed` and `needless` (matching.texts.spoken).
    """
    persons = one_household(scored[ASKED])
    house = houses(persons)
    top = _best_households(persons, house)
    _, member = together(house, top["house"].to_numpy())
    likeliest = persons[["m", "weight", "p", "at", "probability"]][member].sort("m", "weight", "p", descending=[False, True, False])
    first = likeliest.unique("m", keep="first", maintain_order=True)  # as many as `top` has, in its order
    best = scored[first["at"]].with_columns(first["probability"], *top.drop("house"), margin=top["household"] - top["second"])
    # Whether a number under another name is nobody's relative's, and whether another house of the village, and of the group, has that name.
    doubted = best["m"].filter((best["id"] == EQUAL) & (best["name"] >= ONE))
    others = scored.filter(among(scored["m"], doubted) & scored["name"].is_between(0, ONE)).select(
        joint("m", "h"), "m", "name", "place", "group"
    )
    bearers = others.filter(pl.col("name") == SAME)
    namesakes = bearers["m"].filter((bearers["place"] == 0) & (bearers["group"] != 1))
    best = best.with_columns(
        stranger=~joint("m", "h").is_in(others["pair"].implode()),
        namesake=~joint("m", "h").is_in(bearers["pair"].implode()) & among(best["m"], namesakes),
    )
    same_number = pl.col("id") == EQUAL  # whoever has the number is worth a look, whatever the name says
    # Of several whom a text names, a rare name makes nobody the one in need; a telephone may.
    one_of_several = pl.col("rivals") & ~_telephone()
    clear = (pl.col("margin") >= settings.margin) & ~one_of_several & ~pl.col("needless")
    few = pl.col("serious") <= settings.review_candidates
    open_ = ((pl.col("household") >= settings.review_from) | same_number) & few & (~_namesake() | _of_this_house())
    status = (
        pl.when(clear & _named() & ~_two_people()).then(pl.lit("linked")).when(open_).then(pl.lit("review")).otherwise(pl.lit("absent"))
    )
    called_so = pl.col("name").is_between(0, ONE) | pl.col("id").is_between(0, REPAIRED)
    sure_person = called_so & (pl.col("probability") >= SAME_PERSON * pl.col("household"))
    method = pl.col("id").replace_strict(range(len(METHODS)), list(METHODS), default="candidates", return_dtype=pl.String)
    alone = ~_supported() | _another_age()
    return best.with_columns(status=status, sure_person=sure_person, alone=alone.fill_null(value=True)).with_columns(
        method=pl.when(pl.col("status") != "linked").then(pl.lit("none")).when("sure_person").then(method).otherwise(pl.lit("household"))
    )


def _telephone() -> pl.Expr:
    """The row's telephone is the person's or his household's."""
    return pl.col("phone").is_between(0, 1)


def _named() -> pl.Expr:
    """Something says who it is: a name, a number, a member's number, or a telephone with the surname or with the caller's own house."""
    called = (pl.col("name") == SURNAME) & _telephone() & (pl.col("place") <= 0)  # 杨先生, with the telephone of one
    kin = pl.col("company") == company.NUMBER  # the child of a member, whatever it is called by now
    at_home = pl.col("unnamed") & _telephone() & (pl.col("place") == 0)
    numbered = pl.col("id").is_between(0, REPAIRED)
    # All that is left of a number, and the surname in the village (肖前 is 肖建 to an ear) or the telephone.
    left = pl.col("id").is_between(TAIL, MASKED)
    numbered |= left & (((pl.col("name") == SURNAME) & (pl.col("place") == 0)) | _telephone())
    # A child goes by a pet name: who is named beside it, its age, and where it lives, are those of one house.
    beside = (pl.col("company") == company.NAME) & (pl.col("age") == 0)
    pet = beside & (_telephone() | ((pl.col("group") == 0) & (pl.col("place") == 0)))
    return pl.col("name").is_between(0, ONE) | called | at_home | kin | numbered | pet | (pl.col("known") >= 2)


def _supported() -> pl.Expr:
    """Something speaks for the person beside the name and the town."""
    elsewhere = (pl.col("place") == 2) | (pl.col("town") == 1)
    return (
        pl.col("id").is_between(0, RELATIVE)
        | (pl.col("place") == 0)
        | pl.col("birth").is_between(0, 3)
        | ((pl.col("age") == 0) & ~elsewhere)  # one in twenty is of an age that will do
        | _telephone()
        | pl.col("company").is_between(company.NUMBER, company.ALIKE)
    )


def _another_age() -> pl.Expr:
    """Fifty is not written for twelve, in a list whose ages are otherwise right."""
    differs = ((pl.col("w_age") + pl.col("w_birth")) < CONTRADICTED) & ~pl.col("id").is_between(0, RELATIVE)
    return differs & ~_corroborated()


def _corroborated() -> pl.Expr:
    """Two that differ in what parts people may be one only by what else they share; a birth date that both numbers hold is nothing else."""
    born = pl.col("birth").is_between(0, 3) & ~pl.col("id").is_in([SLIPS, SEQUENCE, BIRTH])
    return _telephone() | pl.col("company").is_between(company.NUMBER, company.NAME) | born


def _namesake() -> pl.Expr:
    """Two valid numbers that differ, or numbers that agree in the birth date only: somebody else of that name."""
    both_valid = (pl.col("kind") == VALID) & pl.col("r_valid")
    born_alike = (pl.col("id") == BIRTH) | ((pl.col("id") == SEQUENCE) & (pl.col("kind") == TAIL_KIND))
    differs = pl.when(pl.col("kind") == TAIL_KIND).then(born_alike).otherwise(both_valid & pl.col("id").is_in([BIRTH, DIFFERS]))
    return differs & ~_corroborated()


def _of_this_house() -> pl.Expr:
    """Name, village and birth date in common, or name, village and group: two people seldom have that, and one person seldom two numbers.

    What a number says of a birth is not his who gave a relative's.
    """
    born = (pl.col("id") == BIRTH) & pl.col("name").is_between(0, DIALECT)
    lives = (pl.col("id") == DIFFERS) & (pl.col("name") == SAME) & (pl.col("group") == 0)
    return (born | lives) & (pl.col("place") == 0)


def _two_people() -> pl.Expr:
    """What agrees may well be another's: not to be linked without a person."""
    both_valid = (pl.col("kind") == VALID) & pl.col("r_valid")
    # Numbers that nearly agree: namesakes of one county have such numbers, too.
    near = pl.col("id").is_in([SLIPS, SEQUENCE]) & (pl.col("place") != 0) & (both_valid | (pl.col("household") < NEARLY_CERTAIN))
    # Damage alters a number here and there, a mask hides; neither makes another number of it.
    another = pl.col("id").is_in([BIRTH, DIFFERS]) & ~both_valid & (pl.col("r_valid") | (pl.col("kind") == VALID))
    # A number alone, in whose household nobody is called so: a line that slipped, who helped to fill in the form.
    elsewhere = (pl.col("place") != 0) & (pl.col("w_name") < 0)  # 老杨 may be anybody of the name, wherever he lives
    of_none = (pl.col("name") >= SURNAME) & pl.col("stranger") & ((pl.col("name") == OTHER) | elsewhere)
    # One name, another's number: somebody else of the village is called exactly so.
    of_another = (pl.col("name") >= ONE) & pl.col("namesake")
    lone = (pl.col("id") == EQUAL) & (of_none | of_another)
    another_name = (pl.col("id") > SLIPS) & (pl.col("name") > DIALECT)  # a twin, a cousin
    # Another name and another day of birth, and no number that says otherwise: a cousin, whom the village calls nearly so.
    born_apart = (pl.col("birth") >= ANOTHER_YEAR) & (pl.col("name") > DIALECT) & ~pl.col("id").is_between(0, RELATIVE)
    return ((near | another | lone | born_apart) & ~_corroborated()) | another_name | _namesake()
