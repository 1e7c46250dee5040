"""Another key for what is sealed on the desk.

The new key is put before the old ones first, then everything is sealed anew in one transaction, and only then may old keys go: killed
anywhere, the desk can be read.
"""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from delivery.desk.base import Base, writing
from delivery.desk.desk import Desk
from delivery.desk.retention import SEALED_IN


def rotate(desk: Desk, *, forget: bool = False) -> int:
    """Seal all personal texts under a new key; returns how many. With `forget` the key file keeps no older one."""
    vault = desk.vault.with_new_key()
    count = 0
    with writing(desk.engine) as connection:
        for table in SEALED_IN.values():
            sealed = connection.execute(select(table.number, table.sealed).where(table.sealed.is_not(None))).all()
            kept = Base.metadata.tables[table.__tablename__]
            statement = update(kept).where(kept.c.number == bindparam("at")).values(sealed=bindparam("anew"))
            rows = [{"at": number, "anew": vault.reseal(text)} for number, text in sealed if text]
            if rows:
                connection.execute(statement, rows)
            count += len(rows)
    if forget:
        vault.forget_old_keys()
    return count
