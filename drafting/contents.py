"""What the cells of a column look like, whatever its header says: shares of cells that are ID numbers, dates, names, places, amounts.

Each different value is looked at once and counts as often as it stands there. A share of 0.6 is enough to speak of a kind: the rest are
the slips of a bureau. The tests are those of `standards`, by which the cells are read later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

import polars as pl

from drafting.vocabulary import words
from standards import ids, names
from standards.dates import parse_date
from standards.money import parse_number
from standards.phones import parse_phone
from standards.relations import WORDS
from standards.text import clean, something

MOST = 0.6  # of the cells, to say what a column is
LONG = 15  # characters on average, from which a cell is a text and not a word
FEW = 24  # different values at most, of a column of codes
LOOKED_AT = 10_000  # rows from the top are enough to tell what a column is
MOST_BEFORE = 100_000  # rows that stood in sheets before
SEPARATORS = r"[、,;/|]"
_NAME = r"[\p{Han}□]{2,4}|[\p{Han}□]{1,8}(?:·[\p{Han}□]{1,8})+"
_TOWN = r"^\p{Han}{1,10}(?:镇|乡|街道|街道办|办事处)$"
_VILLAGE = r"^[\p{Han}()]{1,12}(?:村|社区|居委会|村委会|村民委员会|居民委员会)$"
_GROUP = r"^(?:[\p{Han}\d]{1,6}(?:组|寨|屯|湾|坪|冲|坡|自然村))$"
_ADDRESS = r"(?:县|镇|乡|街道).*(?:村|社区|居委会|组|号|寨)|(?:村|社区).*(?:组|号|寨)|小区.*(?:栋|号|室)"
NAUGHT = ["无", "没有"]  # which say that there is nothing, or are one of the values of a column of codes
SEXES = ["男", "女", "男性", "女性"]


@dataclass(frozen=True)
class Contents:
    """What stands in a column. `shares`: kind -> share of the filled cells that look like it."""

    rows: int
    filled: int
    different: int
    shares: dict[str, float] = field(default_factory=dict)
    mean_length: float = 0
    longest: int = 0
    median: float | None = None
    values: tuple[tuple[str, int], ...] = ()  # the commonest words, 无 among them, with how often they stand there
    words: int = 0  # how many different words there are

    @property
    def fill(self) -> float:
        """Share of the rows in which something stands."""
        return self.filled / self.rows if self.rows else 0.0

    @property
    def kind(self) -> str:
        """The kind that the cells alone tell, the most telling first; empty where they tell none."""
        if self.filled < 2:
            return ""
        return next((kind for kind in TELLING if self.shares.get(kind, 0) >= TELLING[kind]), "")

    @property
    def repeats(self) -> bool:
        """Whether few words come again and again, as in a column of codes."""
        return 2 <= self.words <= FEW and self.words * 3 <= sum(times for _, times in self.values) and self.longest <= 12


# The share from which a column is of a kind by its cells alone, in this order: an ID number is also a number.
TELLING = {
    "counted": 0.95, "ids": 0.05, "id_number": MOST, "phone": MOST, "date": MOST, "sex": 0.9, "number": 0.85, "relation": MOST,
    "address": MOST, "town": MOST, "village": MOST, "group": 0.8, "names": 0.05, "name": 0.8, "text": 1.0,
}  # fmt: skip


def look_at(column: pl.Series) -> Contents:
    """What stands in a text column."""
    column = column.head(LOOKED_AT)
    cells = column.to_frame("cell").select(something(pl.col("cell")))["cell"].drop_nulls()
    said = _counted(column.to_frame("cell").select(clean(pl.col("cell")))["cell"].drop_nulls())
    said = said.filter(pl.col("cell").is_in(NAUGHT) | pl.col("cell").str.contains(r"[\p{Han}\p{L}\d√×]"))
    if cells.is_empty():
        return Contents(len(column), 0, 0)
    counted = _counted(cells)
    # in steps: as one expression the number and its digits would be worked out again and again
    known = counted.with_columns(number=ids.normalise(pl.col("cell")), plain=_plain(pl.col("cell")), amount=parse_number(pl.col("cell")))
    may_be_number = pl.col("number").str.contains(r"^[\d*]{15,17}[\dX*]{0,5}$")
    known = known.with_columns(number=pl.when(may_be_number).then("number")).with_columns(full=ids.to18(pl.col("number")))
    tested = known.select("cell", "times", *_tests())
    times = pl.col("times")
    total = len(cells)
    kinds = [name for name in tested.columns if name not in {"cell", "times", "value"}]
    shares = tested.select((pl.col(kind).fill_null(value=False) * times).sum().alias(kind) / total for kind in kinds).row(0, named=True)
    length = pl.col("cell").str.len_chars()
    mean, longest = tested.select(mean=(length * times).sum() / total, longest=length.max()).row(0)
    shares["counted"] = float(_counts(column, tested))
    shares["text"] = float(mean >= LONG and counted.height * 2 > total)
    named = shares["names"] > 0 and shares["name"] + shares["names"] >= 0.8 * TELLING["name"]
    shares["names"] = shares["names"] if named else 0.0
    shares["ids"] = shares["ids"] if shares["ids"] + shares["id_number"] >= MOST else 0.0
    median = (
        tested.filter(pl.col("value").is_not_null()).select(pl.col("value").repeat_by("times").explode(empty_as_null=True).median()).item()
    )
    values = tuple((str(value), int(number)) for value, number in said.head(4 * FEW).iter_rows())
    return Contents(len(column), total, counted.height, shares, float(mean), int(longest), median, values, said.height)


def _counted(cells: pl.Series) -> pl.DataFrame:
    """cell, times: each different cell, the commonest first."""
    return cells.value_counts(name="times").sort("times", "cell", descending=[True, False])


def _tests() -> list[pl.Expr]:
    """One truth value per kind and different cell, and the number in it; from cell, number, full, plain, amount."""
    cell, number, value, plain = (pl.col(name) for name in ("cell", "number", "amount", "plain"))
    of_date = ids.birth_date(pl.col("full")).is_not_null()
    serial = cell.str.contains(r"^\d{4,5}(?:\.\d+)?$")
    date = parse_date(cell).is_not_null()
    several = rf"^(?:{_NAME})(?:\s*{SEPARATORS}\s*|\s+)(?:{_NAME})(?:(?:\s*{SEPARATORS}\s*|\s+)(?:{_NAME}))*$"
    return [
        (of_date | ids.is_masked(number) | ids.lost_tail(number)).alias("id_number"),
        cell.str.contains(r"[\dXx*]{15,}\s*[、,;/| ]\s*[\d*]{15,}").alias("ids"),
        (cell.str.len_chars().le(30) & parse_phone(cell).str.contains(r"^1[3-9]\d{9}$")).alias("phone"),
        (date & ~serial).alias("date"),
        (date & serial).alias("serial"),
        cell.is_in(SEXES).alias("sex"),
        (value.is_not_null() & cell.str.len_chars().le(15)).alias("number"),
        (value == value.round(0)).alias("integer"),
        cell.is_in(_relations()).alias("relation"),
        (plain.str.contains(rf"^(?:{_NAME})$") & _begins_as_name(plain)).alias("name"),
        (cell.str.contains(several) & _begins_as_name(cell)).alias("names"),
        cell.str.contains(_TOWN).alias("town"),
        cell.str.contains(_VILLAGE).alias("village"),
        cell.str.contains(_GROUP).alias("group"),
        (cell.str.contains(_ADDRESS) & ~cell.str.contains(r"[,。;!?]")).alias("address"),
        value.alias("value"),
    ]


def _plain(name: pl.Expr) -> pl.Expr:
    """A name without blanks, remarks in brackets and kinds of dots; signs that stand for lost characters as `□`."""
    text = name.str.replace_all(r"[\s\p{Cc}\p{Cf}]|\([^)]*\)?", "").str.replace_all(r"[•・.‧∙⋅●。﹒˙]+", "·")
    return text.str.replace_all(r"[?*\p{Co}\x{FFFD}〓囗■▯☐○]", names.HOLE)


def _begins_as_name(text: pl.Expr) -> pl.Expr:
    """Whether a text begins with a surname, or has the dot of a name from another language."""
    return text.str.slice(0, 1).is_in(_surnames()) | text.str.slice(0, 2).is_in(list(names.COMPOUND)) | text.str.contains("·", literal=True)


@cache
def _surnames() -> list[str]:
    return list(words().surnames)


@cache
def _relations() -> list[str]:
    """与户主关系 in words: one-character words and codes are left out, which are also other things."""
    said = {word for canonical, others in WORDS.items() for word in (canonical, *others)}
    return sorted(word for word in said if not word.isdigit() and word not in {"其他", "其它", "本人", "子", "孙", "夫"})


def _counts(column: pl.Series, tested: pl.DataFrame) -> bool:
    """Whether the column numbers its rows: 1, 2, 3, …, also where it begins anew in each sheet."""
    if tested.height < 3 or tested["value"].null_count() * 10 > tested.height:
        return False
    number = column.to_frame("cell").select(parse_number(pl.col("cell")))["cell"].drop_nulls()
    steps = number.diff().drop_nulls()
    begins_low = number.item(0) < len(column) + MOST_BEFORE if len(number) else False  # telephone numbers handed out in a row do not
    return len(steps) > 1 and begins_low and float((steps == 1).sum()) / len(steps) >= 0.9


def spelt_alike(values: Iterable[str]) -> dict[str, list[str]]:
    """Values by what is left without width, case and the words 级, 类, so that `C`, `c级` and `Ｃ` are one: the first -> all of them."""
    seen: dict[str, list[str]] = {}
    frame = pl.DataFrame({"value": list(values)}, schema={"value": pl.String})
    key = pl.col("value").str.normalize("NFKC").str.replace_all(r"\s", "").str.to_uppercase()
    for value, same in frame.with_columns(key=key.str.replace(r"(.)[级类]$", "${1}").str.replace(r"\.0$", "")).iter_rows():
        seen.setdefault(same, []).append(value)
    return {spellings[0]: spellings for spellings in seen.values()}
