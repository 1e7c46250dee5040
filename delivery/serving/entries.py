"""Two tables of the desk: tokens, and accesses. Like all of the desk's, their rows are added and never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from delivery.desk import Entry


class TokenEntry(Entry):
    """A token that was issued, or (`is_revoked`) taken back: the last entry of a fingerprint counts."""

    __tablename__ = "tokens"

    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    scope: Mapped[str] = mapped_column(String(80))
    label: Mapped[str] = mapped_column(String(80))
    expires_at: Mapped[datetime]
    is_revoked: Mapped[bool]


class AccessEntry(Entry):
    """One request that was answered. `digest` is over the row and the digest of the row before it."""

    __tablename__ = "accesses"

    token: Mapped[int]  # number of the token's first entry; 0: none, or none that holds
    scope: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(60))
    method: Mapped[str] = mapped_column(String(10))
    route: Mapped[str] = mapped_column(String(120))  # the pattern, never what was typed
    subject: Mapped[str] = mapped_column(String(300))  # what was handed out or handed in; empty where nothing was
    status: Mapped[int]
    bytes: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
