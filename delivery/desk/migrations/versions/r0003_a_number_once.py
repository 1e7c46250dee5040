"""A number of a month is released once, and taken back once.

Entries without a number are of the time when every run handed out; they stay, and nothing reads them.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two releases of the same number are refused by the database itself."""
    op.create_index("ix_releases_once", "releases", ["month", "serial", "action"], unique=True)
