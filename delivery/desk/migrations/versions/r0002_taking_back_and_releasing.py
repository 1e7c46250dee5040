"""What comes back from villages and what is handed out: visitors sealed, answers held, files handed in, numbered releases, erasures.

The remark that verifications had a column for was never written by any command; what is remarked is sealed now.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables and columns; nothing that stands is changed."""
    op.add_column("verifications", sa.Column("origin", sa.String(64)))
    op.add_column("verifications", sa.Column("sealed", sa.Text))
    op.drop_column("verifications", "note")
    op.create_index("ix_verifications_origin", "verifications", ["origin"])
    for column in (("serial", sa.Integer), ("action", sa.String(20)), ("manifest", sa.String(64)), ("released_by", sa.String(80))):
        op.add_column("releases", sa.Column(*column))
    op.add_column("releases", sa.Column("why", sa.String(400)))
    _table(
        "held_answers",
        _kept("lead_id", sa.String(60)),
        _kept("household_id", sa.String(40)),
        _kept("conclusion", sa.String(40)),
        _kept("visited_on", sa.Date),
        sa.Column("origin", sa.String(64)),
        sa.Column("sealed", sa.Text),
        indexed=("lead_id", "household_id", "origin"),
    )
    _table(
        "settlements",
        _kept("answer", sa.Integer),
        _kept("is_taken", sa.Boolean),
        _kept("settled_by", sa.String(80)),
        _kept("why", sa.String(400)),
        indexed=("answer",),
    )
    counts = [_kept(name, sa.Integer) for name in ("understood", "refused", "held")]
    _table("hand_ins", _kept("origin", sa.String(64)), _kept("name", sa.String(200)), *counts, indexed=("origin",))
    counts = [_kept(name, sa.Integer) for name in ("before", "erased", "after")]
    _table("erasures", _kept("subject", sa.String(40)), _kept("older_than", sa.Date), *counts)


def _kept(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _table(name: str, *columns: sa.Column[Any], indexed: tuple[str, ...] = ()) -> None:
    number = sa.Column("number", sa.Integer, primary_key=True, autoincrement=True)
    op.create_table(name, number, _kept("recorded_at", sa.DateTime), *columns)
    for column in indexed:
        op.create_index(f"ix_{name}_{column}", name, [column])
