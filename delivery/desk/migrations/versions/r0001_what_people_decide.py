"""What people decide, as desks had it before there were revisions, and the pull interface's tokens and access log.

A desk from that time has some or all of the first four tables; they are kept as they stand and get the columns they lack.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _entry(name: str, *columns: sa.Column[Any]) -> tuple[str, list[sa.Column[Any]]]:
    number = sa.Column("number", sa.Integer, primary_key=True, autoincrement=True)
    return name, [number, sa.Column("recorded_at", sa.DateTime, nullable=False), *columns]


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def upgrade() -> None:
    """Make what is not there."""
    there = sa.inspect(op.get_bind())
    for name, columns, indexed in (*_decisions(), *_access()):
        if not there.has_table(name):
            op.create_table(name, *columns)
        present = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(name)}
        for column in columns:
            if column.name not in present:
                op.add_column(name, column)
        indexes = {index["name"] for index in sa.inspect(op.get_bind()).get_indexes(name)}
        for column_name in indexed:
            if f"ix_{name}_{column_name}" not in indexes:
                op.create_index(f"ix_{name}_{column_name}", name, [column_name])


def _decisions() -> list[tuple[str, list[sa.Column[Any]], list[str]]]:
    household = _text("household_id", 40)
    return [
        (*_entry("authorisations", household, sa.Column("signed_on", sa.Date, nullable=False)), ["household_id"]),
        (
            *_entry(
                "review_decisions",
                _text("month", 7),
                _text("feed", 80),
                _text("row_id", 400),
                _text("household_id", 40, nullable=True),
                _text("person_id", 40, nullable=True),
                _text("content", 32, nullable=True),
                _text("decision", 20),
            ),
            ["month", "row_id", "content"],
        ),
        (
            *_entry(
                "verifications",
                _text("lead_id", 60),
                _text("household_id", 40),
                _text("conclusion", 40),
                sa.Column("visited_on", sa.Date, nullable=False),
                _text("note", 2000, nullable=True),
            ),
            ["lead_id", "household_id"],
        ),
        (
            *_entry(
                "releases",
                _text("month", 7),
                _text("digest", 64),
                sa.Column("files", sa.Integer, nullable=False),
                sa.Column("leads", sa.Integer, nullable=False),
            ),
            ["month"],
        ),
    ]


def _access() -> list[tuple[str, list[sa.Column[Any]], list[str]]]:
    tokens: list[sa.Column[Any]] = [
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("hash", sa.String(200), nullable=False, unique=True),
        _text("label", 200),
        _text("scope_kind", 20),
        _text("scope_value", 80, nullable=True),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime),
        sa.Column("revoked_at", sa.DateTime),
    ]
    accesses: list[sa.Column[Any]] = [
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("token_id", sa.Integer),
        _text("address", 60),
        _text("method", 10),
        _text("path", 2000),
        _text("subject", 300),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        _text("previous_hash", 64),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
    ]
    return [("tokens", tokens, []), ("accesses", accesses, ["at", "token_id"])]
