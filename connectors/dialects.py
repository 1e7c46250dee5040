"""What differs between databases: the driver, how a session is made read-only and given a time limit, what an error means.

What belongs here: tables by kind of database and driver. No query. An error is told by its code where the driver gives one, and the
driver's own words never leave this module, for they may hold an address or a value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError

CONNECT_SECONDS = 15


class Relative(PGDialect_psycopg):
    """人大金仓 and openGauss: PostgreSQL's protocol and catalogue under a version text of their own."""

    supports_statement_cache = True

    def _get_server_version_info(self, connection: Connection) -> tuple[int, ...]:
        """The version of PostgreSQL that it says it is of, else 9.2, from which openGauss comes."""
        told = re.search(r"(?:PostgreSQL|EnterpriseDB) (\d+)\.?(\d+)?", str(connection.exec_driver_sql("SELECT version()").scalar()))
        return tuple(int(part) for part in told.groups() if part) if told else (9, 2)


for _name in ("kingbase", "opengauss"):
    registry.register(_name, __name__, "Relative")
    registry.register(f"{_name}.psycopg", __name__, "Relative")


@dataclass(frozen=True)
class Kind:
    """A kind of database: how it is called, our driver, the extra of pyproject.toml that brings it, and how a session begins."""

    title: str
    driver: str
    extra: str
    begin: tuple[str, ...] = ()  # `{seconds}` is the time limit of a query
    connect: dict[str, Any] = field(default_factory=dict)


_POSTGRESQL = ("SET TRANSACTION READ ONLY", "SET LOCAL statement_timeout = '{seconds}s'", "SET LOCAL DateStyle = 'ISO, YMD'")
_KEEP_ALIVE = {"connect_timeout": CONNECT_SECONDS, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
_ISO_DAYS = "ALTER SESSION SET NLS_DATE_FORMAT = 'YYYY-MM-DD'"  # so that :first_day compares with a DATE
_MYSQL_BEGIN = "SET SESSION TRANSACTION READ ONLY"
_MYSQL: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, "charset": "utf8mb4"}
KINDS = {
    "sqlite": Kind("SQLite", "pysqlite", "", ("PRAGMA query_only = ON",), {"timeout": CONNECT_SECONDS}),
    "postgresql": Kind("PostgreSQL", "psycopg", "postgresql", _POSTGRESQL, _KEEP_ALIVE),
    "kingbase": Kind("人大金仓", "psycopg", "kingbase", _POSTGRESQL, _KEEP_ALIVE),
    "opengauss": Kind("openGauss", "psycopg", "opengauss", _POSTGRESQL, _KEEP_ALIVE),
    # of the session, for DROP ends a transaction that was begun as read-only and then drops all the same (tried with MariaDB)
    "mysql": Kind("MySQL", "pymysql", "mysql", ("SET SESSION max_execution_time = {seconds}000", _MYSQL_BEGIN), _MYSQL),
    "mariadb": Kind("MariaDB", "pymysql", "mysql", ("SET SESSION max_statement_time = {seconds}", _MYSQL_BEGIN), _MYSQL),
    # knows no read-only transaction: nothing is ever committed, and the account should only read
    "mssql": Kind("SQL Server", "pymssql", "sqlserver", ("SET DATEFORMAT ymd",), {"login_timeout": CONNECT_SECONDS, "timeout": 0}),
    "oracle": Kind("Oracle", "oracledb", "oracle", (_ISO_DAYS, "SET TRANSACTION READ ONLY"), {"tcp_connect_timeout": CONNECT_SECONDS}),
    "dm": Kind("达梦", "dmPython", "dameng", ("SET TRANSACTION READ ONLY",)),
}


def address(url: str) -> URL:
    """`url` with our driver where it names none. SQLite opens a file that is there, and only to read. Raises `ArgumentError`."""
    parsed = make_url(url)
    kind = KINDS.get(parsed.get_backend_name())
    if kind is not None and "+" not in parsed.drivername:
        parsed = parsed.set(drivername=f"{parsed.drivername}+{kind.driver}")
    if parsed.get_backend_name() == "sqlite" and parsed.database and not parsed.database.startswith("file:"):
        file = quote(str(Path(parsed.database).resolve()))
        parsed = parsed.set(database=f"file:{file}").update_query_dict({"mode": "ro", "uri": "true"})
    return parsed


def with_password(url: str, password: str | None) -> str:
    """`url` with a password that stands elsewhere; as it is where there is none."""
    return make_url(url).set(password=password).render_as_string(hide_password=False) if password else url


def begin(connection: Connection, seconds: int) -> None:
    """Make the session and its transaction read-only and give its statements a time limit, as far as the database knows how."""
    dialect = connection.dialect
    name = "mariadb" if getattr(dialect, "is_mariadb", False) else dialect.name
    if name == "oracle":
        connection.connection.driver_connection.call_timeout = seconds * 1000  # type: ignore[union-attr]
    if dialect.driver == "pymssql":
        connection.connection.driver_connection._conn.query_timeout = seconds  # type: ignore[union-attr]  # noqa: SLF001 - has no other door
    for command in KINDS[name].begin if name in KINDS else ():
        connection.exec_driver_sql(command.format(seconds=seconds))


# cause -> SQLSTATEs, drivers' numbers, words of drivers that give neither, for instance before a connection stands
_CAUSES: dict[str, tuple[set[str], set[int], str]] = {
    "password": (
        {"28P01", "28000", "0P000"},
        {1045, 1698, 18456, 1017, -2501},
        "password authentication failed|no password supplied|authentication failed|role .* does not exist",
    ),
    "no_database": ({"3D000"}, {1049, 4060, 12514}, "database .* does not exist|unable to open database file|file is not a database"),
    "permission": ({"42501"}, {1044, 1142, 1143, 229, 230, 1031, -5504}, "permission denied|not authorized"),
    "writes": ({"25006"}, {1792, 1456}, "readonly database|read-only transaction"),
    "no_table": ({"42P01", "3F000"}, {1146, 208, 942, -2106}, "no such table"),
    "no_column": ({"42703"}, {1054, 207, 904, -2111}, "no such column"),
    "timeout": ({"57014", "55P03"}, {3024, 1969, 1205, 1013, 20003, 4024}, "statement timeout|call timeout|database is locked"),
    "lost": (
        {"57P01", "57P02", "08003", "08006", "08007"},
        {2006, 2013, 1053, 1927, 20047, 3113, 3114, 28, 4011},
        "server closed the connection|terminating connection|connection (?:is|was|has been) (?:lost|closed)|unexpected EOF",
    ),
    "unreachable": (
        {"08001", "08004", "57P03", "53300"},
        {2002, 2003, 2005, 20009, 12541, 12170, 12545, 6005, 6001, -70028, -6010},
        "could not connect|connection refused|timeout expired|resolve host|name resolution|No route|No such file or directory|failed: ",
    ),
    "syntax": ({"42601"}, {1064, 102, 156, 933, 936, -2007}, "syntax error"),
}
_NAMED = re.compile(r"""["'`:]\s?([\w$.]+)|column ([\w$.]+) does""")
_NUMBER = re.compile(r"\b(?:ORA|DPY|DPI)-(\d{4,5})\b")


def cause_of(error: BaseException) -> str:
    """Why a database refused: a key of `_CAUSES`, or `other`."""
    driver: Any = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    state = getattr(driver, "sqlstate", None) or getattr(driver, "pgcode", None)
    words = str(driver)
    numbers = {value for value in (*getattr(driver, "args", ()), getattr(driver, "code", None)) if isinstance(value, int)}
    numbers |= {int(number) for number in _NUMBER.findall(words)}
    for cause, (states, known, _) in _CAUSES.items():
        if state in states or numbers & known:
            return cause
    for cause, (_, _, pattern) in _CAUSES.items():
        if re.search(pattern, words, re.IGNORECASE):
            return cause
    return "lost" if isinstance(error, DBAPIError) and error.connection_invalidated else "other"


def named_in(error: BaseException, query: str) -> str:
    """The table or column that the driver complains about, if the query names it; nothing else of its words is ever told."""
    asked = {word.lower() for word in re.findall(r"\w+", query)}
    for one, other in _NAMED.findall(str(getattr(error, "orig", error))):
        name: str = (one or other).rsplit(".", 1)[-1]
        if name.lower() in asked - {"select"}:
            return name
    return ""
