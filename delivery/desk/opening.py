"""Opening a desk: its file is made when it is missing, and its tables are brought to the newest revision.

The migrations are part of the package and need no network. A desk that is up to date costs one query and does not load Alembic. A desk
from before there were migrations is taken over as it stands.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, create_engine, inspect, text
from sqlalchemy.engine import URL, make_url

from contracts.errors import HulianError
from delivery.desk.base import take_turns, writing
from delivery.desk.desk import Desk
from delivery.desk.migrations import HEAD, VERSION_TABLE
from delivery.desk.vault import Vault

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def open_desk(url: str) -> Desk:
    """The desk at a SQLAlchemy URL, with its tables up to date; for SQLite its folder and file are made when they are missing.

    Raises `HulianError` for a desk that a newer version of the program has changed.
    """
    address = make_url(url)
    engine = engine_of(address)
    if revision_of(engine) != HEAD:
        upgrade(engine)
    return Desk(engine, Vault.of(address))


def engine_of(address: URL) -> Engine:
    """An engine on `address` whose writers take turns; connections are closed when done with, for desks are opened often."""
    if address.get_backend_name() != "sqlite":
        engine = create_engine(address, poolclass=NullPool)
    elif address.database in {None, "", ":memory:"}:
        engine = create_engine(address)
    else:
        path = Path(str(address.database))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        engine = create_engine(address, poolclass=NullPool, connect_args={"timeout": 30})
    take_turns(engine)
    return engine


def revision_of(engine: Engine) -> str | None:
    """The revision that a desk's tables have; none when it is new or from before there were revisions."""
    if not inspect(engine).has_table(VERSION_TABLE):
        return None
    with engine.connect() as connection:
        return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()


def upgrade(engine: Engine) -> None:
    """Bring the tables to the newest revision, in one transaction: a kill leaves them as they were. Raises as `upgrade_on`."""
    with writing(engine) as connection:
        upgrade_on(connection)


def upgrade_on(connection: Connection, revision: str = "head") -> None:
    """Bring the tables to a revision, within the transaction of `connection`. Raises `HulianError` for one that is not known."""
    from alembic import command  # noqa: PLC0415 - a desk that is up to date does without
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.attributes["connection"] = connection
    try:
        command.upgrade(settings, revision)
    except CommandError as unknown:
        raise HulianError(
            "The desk was changed by a newer version of the program. Install that version, or restore a backup from before."
        ) from unknown
