"""The tables behind the pull interface: who may ask (tokens, hashed), and what was asked (an append-only log in a chain of hashes).

Only columns stand here. Hashing and checking belong to whoever hands out; entries are chained inside `base.writing`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from delivery.desk.base import Base, now


class Token(Base):
    """One right to pull lists: whose (`label`), what of (`scope_kind`: county | town | village | bureau, with its value), until when."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    hash: Mapped[str] = mapped_column(String(200), unique=True)
    label: Mapped[str] = mapped_column(String(200))
    scope_kind: Mapped[str] = mapped_column(String(20))
    scope_value: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Access(Base):
    """One request that was answered or refused; `hash` covers the entry and `previous_hash`, so that a later change shows."""

    __tablename__ = "accesses"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    token_id: Mapped[int | None] = mapped_column(index=True)  # null: nobody whom we know
    address: Mapped[str] = mapped_column(String(60))  # from where
    method: Mapped[str] = mapped_column(String(10))
    path: Mapped[str] = mapped_column(String(2000))  # the route's pattern, never what was typed
    subject: Mapped[str] = mapped_column(String(300))  # what was handed out or in; empty where nothing was
    status: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
