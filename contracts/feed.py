"""What a feed is: one bureau's list, described well enough that the program can read, check and link it.

One YAML file under `config/feeds/` is one `Feed`. Columns are named by the meaning that the pipeline knows
(`contracts.tables.LINKAGE`) or by a name of the feed's own (a measure); headers are found by name, never by position.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from contracts.errors import ConfigError
from contracts.load import Strict, check, read_yaml
from contracts.month import Month

ColumnType = Literal[
    "text",  # trimmed text
    "name",  # a person's name
    "names",  # several names in one cell, split at 、，,;；/ and blanks: one part per name
    "id_number",  # 15, 18, 20 or 22 characters, possibly damaged or masked; kept as sent but for width and blanks
    "ids",  # several ID numbers in one cell, split like `names` and paired with them by position
    "place",  # town, village, group or address text
    "phone",
    "sex",
    "date",  # any of the styles of `standards.dates`
    "money",  # turned into 元
    "number",
    "integer",
    "code",  # one of `values`
    "relation",
]


class Column(Strict):
    """One column of a feed: what it means, which headers it goes by, how its cells are read."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="canonical name: a linkage column or a measure of this feed")
    headers: list[str] = Field(
        default=[], description="headers it goes by, the usual one first; blanks, width and units in brackets do not count"
    )
    type: ColumnType = "text"
    required: bool = Field(default=False, description="a sheet without this column is held")
    unit: Literal["元", "万元"] | None = Field(default=None, description="for money: unit when neither header nor unit row names one")
    values: dict[str, list[str]] = Field(default={}, description="for code: canonical value -> spellings; an unknown spelling is a finding")
    sensitive: bool = Field(default=False, description="never shown outside the county office (health, petition text, assets)")


class Wide(Strict):
    """A household in one row: numbered groups of member columns across, unpivoted into one record per member.

    `name` and `id_number` are header patterns with `{n}`; repeated headers arrive numbered (`姓名`, `姓名_2`, `姓名_3`, …), and
    `{n}` = 1 also matches the header without number.
    """

    name: list[str]
    id_number: list[str]
    count: int = Field(ge=1, le=20)


class Source(Strict):
    """Where a feed comes from: files that match, or a query on a bureau's database."""

    files: list[str] = Field(default=[], description="glob patterns on the file name, for example '*住院*.xlsx'")
    sheets: list[str] = Field(default=["*"], description="glob patterns on sheet names; the others are reported as not read")
    settle_seconds: float = Field(
        default=0, ge=0, description="a file that changed less than so many seconds ago may still be growing and waits for the next run"
    )
    database: str | None = Field(default=None, description="key of county.yml `databases`")
    query: str | None = Field(
        default=None,
        description="SELECT with the parameters :month (YYYY-MM), :first_day, :last_day, :next_first_day (of the month after; YYYY-MM-DD)",
    )
    timeout_seconds: int = Field(default=600, ge=1, description="how long a query may take on the bureau's server")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if bool(self.files) == bool(self.database):
            raise ValueError("give either `files` or `database`")
        if bool(self.database) != bool(self.query):
            raise ValueError("`database` and `query` belong together")
        return self


class Expect(Strict):
    """One expectation on the accepted rows, and what follows where a row breaks it.

    `set_aside` refuses the row; `warn` keeps it and tells the bureau. `reason` is what the bureau reads, in its own words; `why`
    says where the bound comes from.
    """

    column: str
    check: Literal[
        "present",
        "readable",
        "between",
        "one_of",
        "matches",
        "not_after_month",
        "not_before",
        "valid_id",
        "unique",
        "any_present",
        "adds_up",  # `column` is the sum of `columns`, less those of `minus`
        "agrees_with_id",  # a sex or a birth date is the one written in the ID number
        "agrees_with_certificate",  # a class or level is the one at the end of the disability certificate's number
    ]
    columns: list[str] = Field(
        default=[],
        description="the columns looked at together with `column`: any_present, unique, adds_up (its parts), agrees_with_… (the ID)",
    )
    minus: list[str] = Field(default=[], description="for adds_up: parts that are taken off")
    tolerance: float = Field(default=1.0, ge=0, description="for adds_up: how far the sum may be off, in the column's unit (元)")
    min: float | None = None
    max: float | None = None
    values: list[str] = []
    pattern: str | None = None
    days: int | None = Field(default=None, description="for not_before: how many days before the month's first day are still plausible")
    on_failure: Literal["set_aside", "warn"] = "set_aside"
    reason: str
    advice: str = ""
    why: str = ""


class Rows(Strict):
    """Plausible number of rows in a month; outside it the feed is warned about, and below `hold_below` it is held."""

    min: int = 0
    max: int | None = None
    hold_below: int = 0
    per_1000_households: tuple[float, float] | None = Field(default=None, description="plausible rows per 1,000 households of the register")
    why: str = ""


class Carry(Strict):
    """For how many months the last accepted list may stand in for one that did not come, and why that does no harm."""

    months: int = Field(ge=1, le=24, description="greatest age of what is carried forward: 1 is the list of the month before")
    why: str


class Cadence(Strict):
    """When the feed is expected: every month or every ten days by a day, in some months only, or whenever something happens."""

    every: Literal["month", "ten_days", "half_year", "event"] = "month"
    due_day: int = Field(default=5, ge=1, le=28, description="day of the following month")
    months: list[int] = Field(default=[], description="months of the year in which it is expected, for half_year (spring and autumn)")
    why: str = Field(default="", description="where the cadence comes from")
    carry: Carry | None = Field(default=None, description="whether the last accepted list may be carried forward when none comes")

    @model_validator(mode="after")
    def _months_of_the_year(self) -> Self:
        if (self.every == "half_year") != bool(self.months):
            raise ValueError("`months` belongs to half_year, and only to it: give the months in which the list is expected, such as [3, 9]")
        if any(not 1 <= number <= 12 for number in self.months):
            raise ValueError("`months` are numbers from 1 to 12")
        return self

    def expects(self, month: Month) -> bool:
        """Whether a list of `month` must come; what comes on event is never missed."""
        return self.every in {"month", "ten_days"} or month.number in self.months

    def due_on(self, month: Month) -> date:
        """The day by which the list of `month` is due."""
        return month.plus(1).start.replace(day=self.due_day)


class Feed(Strict):
    """A bureau's list. `role`: `register` (the households themselves), `risk` (raises leads), `verify` (enriches), `asset` (flags)."""

    feed: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    bureau: str
    role: Literal["register", "risk", "verify", "asset"]
    description: str = ""
    cadence: Cadence = Cadence()
    source: Source
    shape: Literal["person", "household", "wide", "several", "text"] = "person"
    wide: Wide | None = None
    columns: list[Column]
    ignore: list[str] = Field(default=[], description="headers that are known and not needed (序号, 备注)")
    expectations: list[Expect] = []
    rows: Rows = Rows()
    needs_authorisation: bool = Field(default=False, description="facts may be shown only for households whose 承诺授权 is on record")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [column.name for column in self.columns]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"column(s) given twice: {', '.join(twice)}")
        if (self.shape == "wide") != (self.wide is not None):
            raise ValueError("`wide` belongs to shape 'wide', and only to it")
        known = {*names, "person_name", "id_number"} if self.shape == "wide" else set(names)
        for expect in self.expectations:
            unknown = [name for name in (expect.column, *expect.columns, *expect.minus) if name not in known]
            if unknown:
                raise ValueError(f"expectation on unknown column(s): {', '.join(unknown)}")
        for column in self.columns:
            if column.type == "code" and not column.values:
                raise ValueError(f"column {column.name!r} is a code and needs `values`")
        return self

    def column(self, name: str) -> Column:
        """The column called `name`; raises `KeyError` when the feed has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def load_feeds(folder: Path) -> dict[str, Feed]:
    """All feeds of a folder by name, in alphabetical order. Raises `ConfigError` on a broken or misnamed file."""
    feeds: dict[str, Feed] = {}
    for path in sorted(folder.glob("*.yml")):
        feed = check(Feed, read_yaml(path), str(path))
        if feed.feed != path.stem:
            raise ConfigError(f"{path}: it describes feed {feed.feed!r}; rename the file to {feed.feed}.yml.")
        feeds[feed.feed] = feed
    if sum(feed.role == "register" for feed in feeds.values()) != 1:
        raise ConfigError(f"{folder}: exactly one feed must have the role 'register'.")
    return feeds
