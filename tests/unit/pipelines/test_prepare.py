"""What is made before the services begin: Dagster's tables and the desk's, by one process, so that no two make them at once."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy.engine import make_url

from contracts.home import Home
from delivery.desk.opening import HEAD, engine_of, revision_of
from pipelines.cli import cli


def test_prepared_twice_is_prepared_once(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    for _ in range(2):
        done = CliRunner().invoke(cli, ["prepare", "--home", str(home.root)])
        assert done.exit_code == 0, done.output

    assert (home.dagster / "dagster.yaml").exists()
    databases = sorted(home.dagster.rglob("*.db"))
    assert {"index.db", "runs.db", "schedules.db"} <= {path.name for path in databases}
    for path in databases:
        with sqlite3.connect(path) as connection:
            assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,), path.name
    assert revision_of(engine_of(make_url(home.desk_url))) == HEAD
