"""Who lives in a household: three generations with their sexes, ages and relations, for all households at once.

A household has sixteen places (head, spouse, parents, five children, a child's spouse, three grandchildren, …). Each place is an
array over households; most stay empty. Days are days since 1970-01-01.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from samples.seeds import Bools, Floats, Ints, Texts, by_age, weighted

YEAR = 365.2425
HEAD, SPOUSE, FATHER, MOTHER, CHILD, IN_LAW, GRANDCHILD, SIBLING, NEPHEW, GRANDMOTHER = 0, 1, 2, 3, 4, 9, 10, 13, 14, 15
PLACES = 16
CHILDREN, GRANDCHILDREN = 5, 3


@dataclass
class Families:
    """Arrays of shape (households, PLACES)."""

    present: Bools
    male: Bools
    born: Ints  # day
    relation: Texts
    blood: Bools  # carries the household's surname
    local: Bools  # born in the county
    generation: Ints  # 0 the head's, 1 the children's, -1 the parents'
    twin_of: Ints  # place of the twin, -1
    guardian: Ints  # place of the person who signs for him, -1
    stem: Ints = field(default_factory=lambda: np.empty(0, np.int64))  # the child who stays with the parents, place or -1

    @classmethod
    def empty(cls, count: int) -> Families:
        """No places taken yet."""
        shape = (count, PLACES)
        return cls(
            present=np.zeros(shape, np.bool_),
            male=np.zeros(shape, np.bool_),
            born=np.zeros(shape, np.int64),
            relation=np.full(shape, "", dtype=object),
            blood=np.zeros(shape, np.bool_),
            local=np.ones(shape, np.bool_),
            generation=np.zeros(shape, np.int64),
            twin_of=np.full(shape, -1, np.int64),
            guardian=np.full(shape, -1, np.int64),
            stem=np.full(count, -1, np.int64),
        )

    def place(
        self, place: int, present: Bools, male: Bools, born: Ints | Floats, relation: Texts, *, blood: Bools, local: Bools, generation: int
    ) -> None:
        """Take a place of every household."""
        self.present[:, place], self.male[:, place], self.born[:, place] = present, male, np.asarray(born).astype(np.int64)
        self.relation[:, place], self.blood[:, place], self.local[:, place] = relation, blood, local
        self.generation[:, place] = generation


def grow(rng: np.random.Generator, count: int, today: int) -> Families:
    """`count` households as they stand on day `today`; 3.85 people each on average."""
    families = Families.empty(count)
    _couple(rng, families, today)
    _elders(rng, families, today)
    _children(rng, families, today)
    _third_generation(rng, families, today)
    _others(rng, families, today)
    oldest = today - 90 * YEAR - rng.exponential(2.5 * YEAR, (count, PLACES - 1))
    families.present[:, 1:] &= families.born[:, 1:] > oldest
    return families


def _age(today: int, born: Ints) -> Ints:
    return np.floor((today - born) / YEAR).astype(np.int64)


def _not_after(rng: np.random.Generator, born: Floats | Ints, limit: float) -> Floats:
    """Who would be too young is born in the four years before `limit` instead."""
    return np.where(born > limit, limit - rng.uniform(0, 4 * YEAR, len(born)), born)


def _words(male: Bools, word: str, female_word: str) -> Texts:
    return np.where(male, word, female_word).astype(object)


def _couple(rng: np.random.Generator, families: Families, today: int) -> None:
    count = len(families.present)
    always = np.ones(count, np.bool_)
    male = rng.random(count) < 0.86
    age = np.clip(rng.normal(53, 13, count), 20, 92)
    head = (today - age * YEAR - rng.uniform(0, YEAR, count)).astype(np.int64)
    families.place(
        HEAD, always, male, head, _words(male, "户主", "户主"), blood=male, local=male | (rng.random(count) < 0.68), generation=0
    )
    married = np.where(male, by_age(age.astype(np.int64), (20, 30, 60, 75), (0.55, 0.86, 0.76, 0.45)), 0.3)
    spouse = head + np.where(male, 1, -1) * rng.normal(2.2 * YEAR, 3 * YEAR, count)
    spouse = _not_after(rng, spouse, today - 19 * YEAR)
    local = ~male | (rng.random(count) < 0.66)
    families.place(SPOUSE, rng.random(count) < married, ~male, spouse, _words(male, "配偶", "配偶"), blood=~male, local=local, generation=0)


def _elders(rng: np.random.Generator, families: Families, today: int) -> None:
    count = len(families.present)
    head, male = families.born[:, HEAD], families.male[:, HEAD]
    father = head - np.clip(rng.normal(27, 5, count), 18, 48) * YEAR
    mother = head - np.clip(rng.normal(25, 4, count), 17, 42) * YEAR
    for place, born, is_father in ((FATHER, father, True), (MOTHER, mother, False)):
        share = by_age(_age(today, born.astype(np.int64)), (40, 60, 72, 80, 86, 92), (0.40, 0.44, 0.36, 0.26, 0.14, 0.05))
        present = rng.random(count) < share * (0.86 if is_father else 1.15)
        sex = np.full(count, is_father)
        words = _words(male, "之父", "之公公") if is_father else _words(male, "之母", "之婆婆")
        local = sex | (rng.random(count) < 0.75)
        families.place(place, present, sex, born, words, blood=sex, local=local, generation=-1)


def _children(rng: np.random.Generator, families: Families, today: int) -> None:
    count = len(families.present)
    male_head = families.male[:, HEAD]
    mother = np.where(male_head, families.born[:, SPOUSE], families.born[:, HEAD])
    mother_year = 1970 + mother / YEAR
    expected = np.interp(mother_year, [1935, 1950, 1960, 1975, 1990, 2005], [3.6, 3.3, 2.6, 2.25, 1.95, 0.9])
    alone = ~families.present[:, SPOUSE] & male_head
    number = np.minimum(rng.poisson(np.where(alone, expected * 0.45, expected)), CHILDREN)
    born = mother + np.clip(rng.normal(23.3, 3.2, count), 17, 38) * YEAR
    one_stays = rng.integers(0, CHILDREN, count)
    for nth in range(CHILDREN):
        if nth:
            twin = (rng.random(count) < 0.011) & (families.twin_of[:, CHILD + nth - 2] < 0 if nth > 1 else np.ones(count, np.bool_))
            born = np.where(twin, families.born[:, CHILD + nth - 1], born + rng.gamma(3.0, 1.0, count) * YEAR + 300)
        else:
            twin = np.zeros(count, np.bool_)
        male = rng.random(count) < 0.53
        age = _age(today, born.astype(np.int64))
        stays = np.where(
            male, by_age(age, (0, 22, 28, 35), (0.98, 0.78, 0.42, 0.18)), by_age(age, (0, 22, 26, 30), (0.98, 0.64, 0.3, 0.06))
        )
        stays = np.where(male & (nth == one_stays % np.maximum(number, 1)), np.maximum(stays, 0.8), stays)
        in_time = (born <= today) & (born - mother < 47 * YEAR)
        present = (nth < number) & in_time & (rng.random(count) < stays)
        families.place(
            CHILD + nth, present, male, born, _words(male, "之子", "之女"), blood=np.ones(count, np.bool_), local=rng.random(count) < 0.93,
            generation=1,
        )  # fmt: skip
        families.twin_of[:, CHILD + nth] = np.where(twin & present & (families.present[:, CHILD + nth - 1]), CHILD + nth - 1, -1)
        signs = np.where(families.present[:, SPOUSE] & (rng.random(count) < 0.4), SPOUSE, HEAD)
        families.guardian[:, CHILD + nth] = np.where(age < 25, signs, -1)
        adult = present & (age >= 23) & (families.stem < 0) & (male | (rng.random(count) < 0.06))
        families.stem = np.where(adult, CHILD + nth, families.stem)


def _third_generation(rng: np.random.Generator, families: Families, today: int) -> None:
    count = len(families.present)
    rows = np.arange(count)
    stem = np.maximum(families.stem, CHILD)
    child, son = families.born[rows, stem], families.male[rows, stem]
    age = _age(today, child)
    married = (families.stem >= 0) & (rng.random(count) < by_age(age, (23, 26, 30, 40), (0.25, 0.55, 0.72, 0.7)))
    in_law = _not_after(rng, child + rng.normal(1.2 * YEAR, 2.6 * YEAR, count), today - 20 * YEAR)
    here = married & (rng.random(count) < 0.86)  # some went away again
    families.place(
        IN_LAW,
        here,
        ~son,
        in_law,
        _words(~son, "之女婿", "之儿媳"),
        blood=np.zeros(count, np.bool_),
        local=rng.random(count) < 0.55,
        generation=1,
    )
    mother = np.where(son, in_law, child)
    born = mother + np.clip(rng.normal(23.5, 2.8, count), 18, 36) * YEAR
    number = np.where(married, rng.choice(4, count, p=(0.12, 0.34, 0.42, 0.12)), 0)
    for nth in range(GRANDCHILDREN):
        twin = (rng.random(count) < 0.012) & (nth == 1)
        if nth:
            born = np.where(twin, families.born[:, GRANDCHILD + nth - 1], born + rng.gamma(3.2, 1.0, count) * YEAR + 300)
        male = rng.random(count) < 0.53
        present = (nth < number) & (born <= today) & (rng.random(count) < 0.97)
        words = np.where(son, _words(male, "之孙子", "之孙女"), _words(male, "之外孙子", "之外孙女"))
        families.place(GRANDCHILD + nth, present, male, born, words, blood=son, local=rng.random(count) < 0.9, generation=2)
        both = present & (families.present[:, GRANDCHILD + nth - 1] if nth else np.zeros(count, np.bool_))
        families.twin_of[:, GRANDCHILD + nth] = np.where(twin & both, GRANDCHILD + nth - 1, -1)
        parent = np.where(here & (rng.random(count) < 0.4), IN_LAW, stem)
        families.guardian[:, GRANDCHILD + nth] = np.where(rng.random(count) < 0.35, HEAD, parent)  # left with the grandparents


def _others(rng: np.random.Generator, families: Families, today: int) -> None:
    count = len(families.present)
    head = families.born[:, HEAD]
    yes = np.ones(count, np.bool_)
    brother = rng.random(count) < 0.8
    sibling = _not_after(rng, head + rng.normal(0, 5 * YEAR, count), today - 16 * YEAR)
    relation = weighted(rng, (0.978, 0.022), count) == 1
    families.place(
        SIBLING, relation, brother, sibling, _words(yes, "之兄弟姐妹", ""), blood=families.male[:, HEAD], local=yes, generation=0
    )
    male = rng.random(count) < 0.55
    nephew = _not_after(rng, head + rng.normal(27, 6, count) * YEAR, today - 2 * YEAR)
    families.place(
        NEPHEW,
        rng.random(count) < 0.008,
        male,
        nephew,
        _words(male, "之侄儿", "之侄女"),
        blood=families.male[:, HEAD],
        local=yes,
        generation=1,
    )
    families.guardian[:, NEPHEW] = HEAD
    old = head - np.clip(rng.normal(50, 5, count), 40, 62) * YEAR
    present = (rng.random(count) < 0.07) & (_age(today, old.astype(np.int64)) < 98) & families.male[:, HEAD]
    families.place(GRANDMOTHER, present, ~yes, old, _words(yes, "之祖母", ""), blood=~yes, local=rng.random(count) < 0.8, generation=-2)
