"""The county as a Dagster resource: where its data lies and what its configuration says."""

import os
from functools import cached_property
from pathlib import Path

import dagster as dg

from assets.ahead import Ahead
from connectors.dialects import with_password
from contracts.county import Configuration
from contracts.errors import ConfigError
from contracts.home import Home
from contracts.month import Month


class CountyResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Home folder and `county.yml` of the county that this Dagster works for."""

    home_folder: str
    county_file: str

    @property
    def home(self) -> Home:
        """The layout of the data folder."""
        return Home(Path(self.home_folder))

    @cached_property
    def configuration(self) -> Configuration:
        """Feeds, rules and settings, read once per process."""
        return Configuration.load(Path(self.county_file))

    @cached_property
    def ahead(self) -> Ahead:
        """Lists that are read and accepted before their turn."""
        return Ahead()

    @property
    def desk_url(self) -> str:
        """SQLAlchemy URL of the desk: HULIAN_DESK_URL, else a SQLite file in the home folder."""
        return os.environ.get("HULIAN_DESK_URL") or self.home.desk_url

    def database_url(self, key: str) -> str:
        """URL of a bureau's database: HULIAN_DB_<KEY>, else county.yml with `{home}` and HULIAN_DB_<KEY>_PASSWORD filled in.

        Raises `ConfigError` for an unknown key.
        """
        variable = f"HULIAN_DB_{key.upper()}"
        url = os.environ.get(variable) or self.configuration.county.databases.get(key)
        if url is None:
            raise ConfigError(f"No address for database {key!r}. Set {variable}, or add it under `databases` in county.yml.")
        return with_password(url.replace("{home}", str(self.home.root.resolve())), os.environ.get(f"{variable}_PASSWORD"))


def month_of(context: dg.AssetExecutionContext) -> Month:
    """The month that this run works on."""
    return Month.parse(context.partition_key)
