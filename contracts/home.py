"""Where a county's data lies: one folder, the home, with one place for each thing.

`inbox/<month>/` is what bureaus left, `originals/` what was read, `lake/` the tables (the truth), `memory/` what spares the matcher
work, `warehouse.duckdb` a copy of the tables for analysts, `desk.sqlite` what people decided and `desk.key` the key to what is sealed
there, `proposals/<month>/` what screening proposes to hand out, `releases/<month>/<number>/` what a person has released,
`returned/<month>/` what came back, `dagster/` the run history.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from contracts.month import Month


@dataclass(frozen=True)
class Home:
    """The layout of a home folder; nothing is created by asking for a path."""

    root: Path

    def inbox(self, month: Month) -> Path:
        """Where bureaus leave the files of `month`."""
        return self.root / "inbox" / str(month)

    def originals(self, month: Month) -> Path:
        """Files of `month` kept as they came, named by their fingerprint."""
        return self.root / "originals" / str(month)

    @property
    def returned(self) -> Path:
        """Where filled-in village workbooks are left: `<month>/<file>`."""
        return self.root / "returned"

    @property
    def lake(self) -> Path:
        """One Parquet file per table and month: `<layer>/<table>/<month>.parquet`."""
        return self.root / "lake"

    def table(self, key: str, month: Month) -> Path:
        """The Parquet file of table `key`, such as `accepted/housing_danger`, for `month`."""
        return self.lake / key / f"{month}.parquet"

    def memory(self, month: Month) -> Path:
        """What the matcher found out about rows of `month`, for the next run; may be deleted."""
        return self.root / "memory" / str(month)

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that analysts open read-only."""
        return self.root / "warehouse.duckdb"

    @property
    def desk_url(self) -> str:
        """SQLAlchemy URL of the desk unless the county names another."""
        return f"sqlite:///{self.root / 'desk.sqlite'}"

    def proposal(self, month: Month) -> Path:
        """The files that the last run of `month` proposes to hand out; the next run replaces them."""
        return self.root / "proposals" / str(month)

    def releases(self, month: Month) -> Path:
        """Where the numbered releases of `month` lie."""
        return self.root / "releases" / str(month)

    def release(self, month: Month, number: int) -> Path:
        """The files of one release; never changed."""
        return self.releases(month) / str(number)

    @property
    def dagster(self) -> Path:
        """Dagster's own folder (its DAGSTER_HOME)."""
        return self.root / "dagster"
