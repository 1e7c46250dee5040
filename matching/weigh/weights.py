"""What each level of each field is worth: log of its share among true pairs over its share among strangers (Fellegi and Sunter 1969).

The shares among true pairs (m) are counted, list by list, on the rows whose ID number links them for certain; a list with few such rows
leans on all lists, and all lists on the prior of `matching.yml`. What a damaged number shares with the true one is counted on the rows that
everything else links. The shares among strangers (u) are those of `weigh.frequencies`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.compare import company, numbers
from matching.compare.names import DIMINUTIVES, DROPPED, ENDEARMENTS, LOOKALIKE, NEAR, ONE, PART, SURNAME
from matching.compare.vector import FIELDS
from matching.prepare.kinds import KINDS
from matching.prepare.vocabulary import CODES, HOLE, Vocabulary, key
from matching.settings import MatchingSettings
from matching.weigh.frequencies import ALIKE, Frequencies
from matching.weigh.namesakes import GAPS, UNSEEN, Floats
from standards import ids

Table = TypeVar("Table", npt.NDArray[np.float32], npt.NDArray[np.float64])

LOOK_ALIKES = 12.0  # characters that a given one is taken for, about (standards/lookalikes.txt has 22 on average, most of them no names)
NEAR_WAYS = 3.0  # ways in which a name may be near another one, about
CALLED = 4.0  # ways in which one person may be called, about
LETTERS = 2000.0  # characters that stand in names, about
SHOWN_AGREES = 0.95  # share of true pairs in which what a veiled name shows is the person's
LOST_AGAIN = 0.5  # chance that a character which the register has lost is lost in a list, too, about
MANY = 50  # people of a village, or of the county, whom a name may fit and who still are all candidates
LEAST_LOST = 1e-4  # share of names in which a character is lost, at least
SHOWN_SLIPS = 90  # ways in which one of ten digits beside a mask may differ
LEAST = 1e-3  # rarity of a character counts up to here
MEASURED_ROWS = 3000  # sure rows per list that are enough to know its habits
BORN = (numbers.EQUAL, numbers.REPAIRED, numbers.TAIL, numbers.SLIPS, numbers.SEQUENCE, numbers.BIRTH)  # levels that share the birth date
SHOWS_BIRTH = r"^.{6}[0-9]{8}"  # of a masked number
SURE_ENOUGH = 0.99  # probability without the number from which a row says what happens to numbers


@dataclass(frozen=True)
class Measured:
    """Shares of levels among true pairs.

    Attributes:
        fields: by field, one row per feed, one column per level.
        identity: shares of the levels of `id`, one row per code of `KINDS`.
        taken: by feed, the share of the register's people about whom the list has a certain row.
    """

    fields: dict[str, Floats]
    identity: Floats
    taken: Floats


def measure(vectors: pl.DataFrame, feeds: list[str], taken: Floats, settings: MatchingSettings) -> Measured:
    """Shares counted on `vectors`: comparisons of true pairs, with `feed` as its number."""
    measured: dict[str, Floats] = {}
    feed = vectors["feed"].to_numpy()
    for field, levels in FIELDS.items():
        if field == "id":
            continue
        prior = np.array(list(settings.prior.shares(field).values()))
        counts = np.zeros((len(feeds), len(levels)))
        level = vectors[field].to_numpy()
        seen = level >= 0
        np.add.at(counts, (feed[seen], level[seen]), 1.0)
        everywhere = counts.sum(axis=0) + settings.prior_rows * prior
        everywhere /= everywhere.sum()
        listed = counts + settings.prior_rows * everywhere
        measured[field] = listed / listed.sum(axis=1, keepdims=True)
    return Measured(measured, _identity_prior(settings), taken)


def _identity_prior(settings: MatchingSettings) -> Floats:
    """Assumed shares of the levels of `id` by what the row's number is worth."""
    shares = np.full((len(KINDS), len(numbers.LEVELS)), 1e-6)
    for kind, levels in settings.prior.id.items():
        shares[KINDS.index(kind)] = list(levels.values())
    whole: Floats = shares / shares.sum(axis=1, keepdims=True)
    return whole


def learn(measured: Measured, scored: pl.DataFrame, sure: Floats, settings: MatchingSettings) -> Measured:
    """`measured` with what the likely pairs add to it: one step of expectation and maximisation (Dempster, Laird and Rubin 1977).

    Lists of few sure rows learn their own habits from the pairs that are likely, each counting as much as it is probable. What damage
    does to numbers is counted on the pairs of all lists that are sure without their number and likely with it.

    Args:
        measured: what the sure rows say.
        scored: pairs of rows that count, with feed, kind, the levels, `probability`, and `bare`, the probability without the number.
        sure: rows linked for certain by feed.
        settings: prior and its weight.
    """
    feed, probability = scored["feed"].to_numpy(), scored["probability"].to_numpy()
    known = np.minimum(sure, MEASURED_ROWS) + settings.prior_rows
    fields: dict[str, Floats] = {}
    for field, shares in measured.fields.items():
        level = scored[field].to_numpy()
        seen = level >= 0
        code = feed[seen].astype(np.int64) * shares.shape[1] + level[seen]
        more = np.bincount(code, weights=probability[seen], minlength=shares.size).reshape(shares.shape)
        listed = shares * known[:, None] + more
        fields[field] = listed / listed.sum(axis=1, keepdims=True)
    return Measured(fields, _identity_shares(scored, settings), measured.taken)


def _identity_shares(scored: pl.DataFrame, settings: MatchingSettings) -> Floats:
    """Shares of the levels of `id` by what the row's number is worth."""
    prior = _identity_prior(settings)
    told = scored.filter((pl.col("bare") >= SURE_ENOUGH) & (pl.col("id") >= 0))
    counts = np.zeros_like(prior)
    np.add.at(counts, (told["kind"].to_numpy(), told["id"].to_numpy()), told["probability"].to_numpy())
    # What is said about valid numbers is said of all rows, most of which are linked already: it cannot be counted on the rest.
    counts[KINDS.index("valid")] = 0
    listed = counts + settings.prior_rows * prior
    shares: Floats = listed / listed.sum(axis=1, keepdims=True)
    return shares


@dataclass(frozen=True)
class Strangers:
    """Shares among strangers at the levels of pairs, where they differ from pair to pair: the same whatever is measured.

    Attributes:
        logs: logarithms of the u of number, name, place, town, group and company; 0 where there is no level.
        told: at which pairs one name is part of the other, or hides some of its characters, and their weights.
        born: pairs whose numbers hold the same birth date, or nearly: that they agree has counted it already.
    """

    logs: dict[str, Floats]
    told: tuple[npt.NDArray[np.int64], Floats]
    born: npt.NDArray[np.bool_]


def strangers(
    vectors: pl.DataFrame, attributes: pl.DataFrame, numbers_said: pl.Series, frequencies: Frequencies, vocabulary: Vocabulary
) -> Strangers:
    """What chance does for each pair.

    `attributes`, parallel to `vectors`: kind, company_u (share of households with such company), n and r_n (names of row and person);
    `numbers_said`: the number in each row.
    """
    person = vectors["p"].to_numpy()
    name, place, town, met = (vectors[field].to_numpy() for field in ("name", "place", "town", "company"))
    called = frequencies.names.called(person, name, place == 0)
    called = _exchanged(vectors, _by_letter(name, called, attributes, frequencies, vocabulary), attributes, frequencies, vocabulary)
    village = frequencies.village[person]
    in_village, in_town = (living / frequencies.people for living in (frequencies.villagers, frequencies.townspeople))
    places = np.stack([in_village, np.maximum(in_town - in_village, 1e-4), np.maximum(1 - in_town, 1e-4)], axis=1)
    logs = {
        "id": _log_identity(vectors, attributes["kind"].to_numpy(), numbers_said, frequencies),
        "name": np.where(name >= 0, np.log(called), 0.0),
        "place": _listed(np.log(places), village, place),
        "town": _listed(np.log(np.stack([in_town, 1 - in_town + 1e-4], axis=1)), village, town),
        "group": _log_group(vectors["group"].to_numpy(), frequencies.neighbours[person]),
        "company": _log_company(met, attributes["company_u"].to_numpy(), frequencies),
    }
    nicknames, veiled = (ways(vectors, attributes, frequencies, vocabulary) for ways in (_nicknames, _veiled))
    told = np.concatenate([nicknames[0], veiled[0]]), np.concatenate([nicknames[1], veiled[1]])
    return Strangers(logs, told, _born(vectors, numbers_said))


def _born(vectors: pl.DataFrame, numbers_said: pl.Series) -> npt.NDArray[np.bool_]:
    """`Strangers.born`: at the levels at which the birth dates of the numbers agree, of masks those that show it."""
    level = vectors["id"].to_numpy()
    born: npt.NDArray[np.bool_] = np.isin(level, BORN)
    masked = np.flatnonzero(level == numbers.MASKED)
    shown = numbers_said[vectors["m"].to_numpy()[masked]].str.contains(SHOWS_BIRTH).fill_null(value=False)
    born[masked] = shown.to_numpy()
    return born


def _log_group(level: npt.NDArray[np.int8], share: npt.NDArray[np.float32]) -> Floats:
    """Logarithm of the u of `group`. `share`: of the village that lives in the person's group."""
    logs: Floats = np.select([level == 0, level == 1], [np.log(share), np.log1p(-share)], default=0.0)
    return logs


def _log_company(level: npt.NDArray[np.int8], share: Floats, frequencies: Frequencies) -> Floats:
    """Logarithm of the u of `company`. `share`: of households with such company, for each pair."""
    logs = np.append(np.log(frequencies.levels["company"]), 0.0)[level]
    for of_level, ways in ((company.NAME, 1.0), (company.ALIKE, ALIKE)):
        at = np.flatnonzero(level == of_level)
        logs[at] = np.log(np.minimum(ways * np.minimum(share[at], 0.5), 0.5))
    return logs


def log_ratios(
    vectors: pl.DataFrame, attributes: pl.DataFrame, by_chance: Strangers, frequencies: Frequencies, measured: Measured
) -> pl.DataFrame:
    """Weight of each field for each pair (natural logarithms), 0 where it cannot be compared.

    `attributes`, parallel to `vectors`: feed (its number), kind, r_valid.
    """
    feed = attributes["feed"].to_numpy().astype(np.int32)
    kind = attributes["kind"].to_numpy()
    # A number that is broken in the register is compared as if the row's were.
    worth = np.where((kind == numbers.VALID) & ~attributes["r_valid"].to_numpy(), numbers.WRONG, kind).astype(np.int32)
    alike = frequencies.levels | {"again": np.stack([1 - measured.taken, measured.taken], axis=1)}
    levels = {field: vectors[field].to_numpy() for field in FIELDS}
    weights = {}
    for field, level in levels.items():
        shares, of = (measured.identity, worth) if field == "id" else (measured.fields[field], feed)
        if field in by_chance.logs:
            weights[field] = (_listed(np.log(shares), of, level) - by_chance.logs[field]).astype(np.float32)
        else:  # for all persons: one weight for each list and level
            ratios = np.log(shares / alike[field])
            # That somebody stands in the list already never speaks for him.
            ratios = np.minimum(ratios, 0.0) if field == "again" else ratios
            weights[field] = _listed(ratios.astype(np.float32), of, level)
    at, told = by_chance.told
    weights["name"][at] = told
    # A number that agrees says the birth date, the age and the sex already.
    whole = (levels["id"] >= 0) & (levels["id"] <= numbers.TAIL)
    for field, said in (("birth", by_chance.born), ("age", by_chance.born), ("sex", whole)):
        weights[field][said & (levels[field] == 0)] = 0.0
    return pl.DataFrame(weights)


def _listed(table: Table, row: npt.NDArray[np.int32], level: npt.NDArray[np.int8]) -> Table:
    """`table[row, level]`, 0 where there is no level."""
    width = table.shape[1] + 1
    padded = np.zeros((len(table), width), dtype=table.dtype)
    padded[:, 1:] = table
    listed: Table = padded.ravel().take(row * np.int32(width) + np.int32(1) + level)
    return listed


def _by_letter(
    level: npt.NDArray[np.int8], u: Floats, attributes: pl.DataFrame, frequencies: Frequencies, vocabulary: Vocabulary
) -> Floats:
    """`u` of names one character apart, by how common that character is.

    A stranger's name differs from the person's by a character in proportion to how many people have that character; a slip of eye or hand
    chooses among `LOOK_ALIKES` that look like the true one, or among all. 畅杏 is hardly anybody's name, and so likely a misread 杨杏.
    """
    asked = np.flatnonzero((level == LOOKALIKE) | (level == ONE) | (level == DROPPED))
    n, other = (attributes[column][asked].to_numpy() for column in ("n", "r_n"))
    known = ~(np.isnan(n) | np.isnan(other)) if n.dtype.kind == "f" else np.ones(len(asked), dtype=bool)
    asked, n, other = asked[known], n[known].astype(np.int64), other[known].astype(np.int64)
    ours, theirs = vocabulary.spelt(n), vocabulary.spelt(other)
    differs = ours != theirs
    at = differs.argmax(axis=1)
    letter = np.minimum(ours[np.arange(len(at)), at], CODES - 1)
    share = np.where(at == 0, frequencies.surnames[letter], frequencies.letters[letter]).astype(np.float64)
    longer = (ours > 0).sum(axis=1) > (theirs > 0).sum(axis=1)
    chosen = np.select(
        [level[asked] == LOOKALIKE, level[asked] == ONE], [1 / LOOK_ALIKES, 1 / LETTERS], default=np.where(longer, 1 / LOOK_ALIKES, 1.0)
    )
    told = u.copy()
    told[asked] = np.maximum(u[asked] * np.clip(share / chosen, LEAST, 1.0), 1e-9)
    return told


def _exchanged(vectors: pl.DataFrame, u: Floats, attributes: pl.DataFrame, frequencies: Frequencies, vocabulary: Vocabulary) -> Floats:
    """`u` of names of the same characters in another order: a stranger is called so as often as these characters come together by chance.

    What else is `NEAR` (a character lost, a foreign name spelt otherwise) shares the list's habit with it.
    """
    near = np.flatnonzero(vectors["name"].to_numpy() == NEAR)
    ours, theirs = (column.to_numpy() for column in attributes[["n", "r_n"]][near].fill_null(0))
    same = (np.sort(vocabulary.spelt(ours), axis=1) == np.sort(vocabulary.spelt(theirs), axis=1)).all(axis=1)
    at, theirs = near[same], theirs[same]
    person, here = vectors["p"].to_numpy()[at], vectors["place"].to_numpy()[at] == 0
    surname = frequencies.names.called(person, SURNAME, here)
    told = u.copy()
    told[at] = np.minimum(np.maximum(NEAR_WAYS * surname * frequencies.spelt[theirs], UNSEEN / frequencies.people), u[at])
    return told


def _nicknames(
    vectors: pl.DataFrame, attributes: pl.DataFrame, frequencies: Frequencies, vocabulary: Vocabulary
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Where the row's name is part of the person's, and its weight there: by how many people could be called so.

    Strangers are called by nicknames as often as the county's own people, so that only the nickname itself tells them apart.
    """
    part = np.flatnonzero(vectors["name"].to_numpy() == PART)
    names = attributes[["n", "r_n"]][part].with_row_index("at").drop_nulls("n").fill_null(0)
    spelt, whole = (vocabulary.spelt(names[column].to_numpy()) for column in ("n", "r_n"))
    length = (spelt > 0).sum(axis=1)
    shorter = np.flatnonzero(length < (whole > 0).sum(axis=1))
    at, spelt, length = part[names["at"].to_numpy()[shorter]], spelt[shorter], length[shorter]
    dear = (length == 2) & np.isin(spelt[:, 1], ENDEARMENTS)
    last = np.minimum(spelt[np.arange(len(at)), np.where(dear, 0, length - 1)], CODES - 1)
    one = frequencies.letters[last] * 2.0  # 小明, 明明: everybody with the character
    small = np.isin(spelt[:, 0], DIMINUTIVES) | (spelt[:, 0] == spelt[:, 1]) | (length == 1) | dear
    given = frequencies.given(key(spelt), vocabulary)  # 建国: everybody called so
    weight: Floats = -np.log(np.minimum(CALLED * np.where(small, one, np.maximum(given, 1.0 / frequencies.people)), 1.0))
    return at, weight


def _veiled(
    vectors: pl.DataFrame, attributes: pl.DataFrame, frequencies: Frequencies, vocabulary: Vocabulary
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Where names agree but for characters that one of them hides (杨*英), and the weight there: by how many people what is shown fits.

    That characters are hidden is known of the row, whoever it is about, and nearly all true pairs agree in the others. 杨**, 杨*, 杨师傅
    and 老杨 may be anybody of the surname.
    """
    level = vectors["name"].to_numpy()
    at = np.flatnonzero((level == NEAR) | (level == SURNAME))
    names = attributes[["n", "r_n"]][at].with_row_index("at").drop_nulls()
    n, other = (names[column].to_numpy() for column in ("n", "r_n"))
    hides = np.flatnonzero(_may_hide(n, vocabulary) | _may_hide(other, vocabulary))
    at, ours, theirs = at[names["at"].to_numpy()[hides]], vocabulary.spelt(n[hides]), vocabulary.spelt(other[hides])
    lengths = [(letters > 0).sum(axis=1) for letters in (ours, theirs)]
    holes = (ours == HOLE) | (theirs == HOLE)
    only = (holes | (ours == theirs)).all(axis=1) & holes.any(axis=1) & (lengths[0] == lengths[1])
    bare = (ours[:, 0] == theirs[:, 0]) & ((ours == HOLE).sum(axis=1) == lengths[0] - 1) & (lengths[0] > 1)
    bare |= (lengths[0] == 2) & np.isin(ours[:, 0], DIMINUTIVES) & (ours[:, 1] == theirs[:, 0]) & (level[at] == SURNAME)
    told = only | bare
    at, holes, bare = at[told], holes[told], bare[told]
    again = ((ours == HOLE) & (theirs == HOLE)).any(axis=1)[told]
    person, here = vectors["p"].to_numpy()[at], vectors["place"].to_numpy()[at] == 0
    first = holes.argmax(axis=1)
    gap = np.minimum(first, GAPS - 1)
    many = frequencies.names.but_for(gap, person, here)
    one = (many - 0.5) / np.where(here, frequencies.villagers[frequencies.village[person]], frequencies.people)
    fits = np.where((holes.sum(axis=1) > 1) | (first >= GAPS), frequencies.names.called(person, NEAR, here), one)
    # What one system loses, another loses, too: most characters are never lost. But of many whom it fits not all are candidates.
    lost = np.clip(frequencies.letters[HOLE], LEAST_LOST, LOST_AGAIN)
    shown = np.where(again & (many < MANY), SHOWN_AGREES * LOST_AGAIN / lost, SHOWN_AGREES)
    return at, np.log(shown / np.where(bare, frequencies.names.called(person, SURNAME, here), fits))


def _may_hide(names: npt.NDArray[np.integer], vocabulary: Vocabulary) -> npt.NDArray[np.bool_]:
    """Which of these names have a hidden character or begin like 老杨; or are long, or said by texts alone, and may do so, too."""
    known = np.minimum(names, len(vocabulary.length) - 1)
    first = vocabulary.letters.first.take(known, axis=0)
    may: npt.NDArray[np.bool_] = np.logical_or.reduce([first[:, 0] == letter for letter in DIMINUTIVES])
    may |= (vocabulary.length.take(known) > first.shape[1]) | (names > known)
    may[np.flatnonzero(first == HOLE) // first.shape[1]] = True
    return may


def _log_identity(vectors: pl.DataFrame, kind: npt.NDArray[np.int8], numbers_said: pl.Series, frequencies: Frequencies) -> Floats:
    """Logarithm of the share of strangers at the level of the number."""
    level, row, person = (vectors[name].to_numpy() for name in ("id", "m", "p"))
    logs: Floats = np.append(np.log(frequencies.identity), 0.0)[level]
    for of_level, ways in ((numbers.MASKED, 1), (numbers.SLIPS, SHOWN_SLIPS)):
        masked = np.flatnonzero((level == of_level) & (kind == numbers.MASKED_KIND))
        if len(masked):
            shown = _masked_u(numbers_said[row[masked]], person[masked], frequencies)
            logs[masked] = np.log(np.minimum(ways * shown, 1.0))
    hinted = np.flatnonzero(level == numbers.HINT)
    if len(hinted):
        logs[hinted] = np.log(_fitting(numbers_said[row[hinted]], frequencies))
    return logs


def _fitting(masks: pl.Series, frequencies: Frequencies) -> Floats:
    """Share of the register whose numbers have what each of these masks shows; half a person more fits, and half a one does not."""
    once = masks.unique()
    theirs, shown = (numbers.digits(each)[:, : ids.LENGTH].astype(np.int64) for each in (ids.written(pl.Series(frequencies.numbers)), once))
    shapes, fits = (shown == numbers.STAR) @ (1 << np.arange(ids.LENGTH)), np.zeros(len(once))
    for shape in np.unique(shapes):
        at = np.flatnonzero(shapes == shape)
        places = np.flatnonzero(shown[at[0]] != numbers.STAR)
        ours, known = (each[:, places] @ (1 << 4 * np.arange(len(places))) for each in (shown[at] - numbers.ZERO, theirs - numbers.ZERO))
        fits[at] = np.diff(np.searchsorted(np.sort(known), [ours, ours + 1]), axis=0)[0]
    share = pl.DataFrame({"mask": once, "share": (fits + 0.5) / (len(theirs) + 1)})
    shares: Floats = masks.to_frame("mask").join(share, on="mask", how="left", maintain_order="left")["share"].to_numpy()
    return shares


def _masked_u(number: pl.Series, person: npt.NDArray[np.uint32], frequencies: Frequencies) -> Floats:
    """Share of strangers in whose number the digits that a mask shows are the same."""
    shown = numbers.digits(number)
    length = (shown != numbers.BLANK).sum(axis=1)
    starred = shown == numbers.STAR
    before = np.where(starred.any(axis=1), starred.argmax(axis=1), 0)
    after = length - before - starred.sum(axis=1)
    logs = np.log(frequencies.places)
    ahead = np.concatenate([[0.0], np.cumsum(logs[6:])])[np.clip(before - 6, 0, 12)]
    area = np.log(frequencies.area[person] / frequencies.people) * np.clip(before, 0, 6) / 6
    behind = np.concatenate([[0.0], np.cumsum(logs[::-1])])[np.clip(after, 0, 18)]
    shares: Floats = np.maximum(np.exp(ahead + area + behind), 1.0 / frequencies.people**2)
    return shares
