"""Alembic's way in: it runs the revisions on the connection that `delivery.desk.opening` hands over, inside that transaction."""

from alembic import context

from delivery.desk import access_entries, entries
from delivery.desk.base import Base

__all__ = ["access_entries", "entries"]

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, transactional_ddl=False)
context.run_migrations()
