"""Tokens: issued once, stored as a fingerprint only, valid until their day, revocable at once.

A token is 256 random bits, so its SHA-256 needs neither salt nor stretching: what cannot be guessed cannot be looked up either.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, QueuePool, create_engine, insert, select, true, update

from contracts.errors import HulianError
from delivery.desk.access_entries import Token as TokenEntry
from delivery.desk.base import now, take_turns, writing
from delivery.serving.scope import Scope

PREFIX = "hulian_"
_WRITTEN = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")
MOST_DAYS = 400


@dataclass(frozen=True)
class Token:
    """One token as the desk knows it, without its secret."""

    number: int
    fingerprint: str
    scope: Scope
    label: str
    expires_at: datetime
    is_revoked: bool

    def holds(self, at: datetime) -> bool:
        """Whether it opens anything at that moment."""
        return not self.is_revoked and at < self.expires_at


@dataclass(frozen=True)
class Tokens:
    """Issuing, finding and taking back."""

    engine: Engine
    now: Callable[[], datetime] = now

    def issue(self, scope: Scope, days: int, label: str) -> str:
        """A new token for `scope`, shown this once. Raises `HulianError` for an impossible time or label."""
        if not 1 <= days <= MOST_DAYS:
            raise HulianError(f"A token lives from 1 to {MOST_DAYS} days, not {days}.")
        if not (0 < len(label) <= 80 and label.isprintable()):
            raise HulianError("A token needs a label of at most 80 characters: which office holds it. No person's name.")
        secret = PREFIX + secrets.token_urlsafe(32)
        moment = self.now()
        values = {
            "hash": fingerprint(secret),
            "label": label,
            "scope_kind": scope.kind,
            "scope_value": scope.name or None,
            "created_at": moment,
            "expires_at": moment + timedelta(days=days),
        }
        with writing(self.engine) as connection:
            connection.execute(insert(TokenEntry).values(values))
        return secret

    def find(self, secret: str) -> Token | None:
        """The token that `secret` is, when it holds now."""
        return self.by_fingerprint(fingerprint(secret)) if _WRITTEN.fullmatch(secret) else None

    def by_fingerprint(self, known: str) -> Token | None:
        """The token of that fingerprint, when it holds now."""
        token = next(iter(self._where(TokenEntry.hash == known)), None)
        return token if token is not None and token.holds(self.now()) else None

    def all(self) -> list[Token]:
        """Every token that was ever issued, oldest first."""
        return self._where(true())

    def revoke(self, number: int) -> Token:
        """Take back the token of that number, from this moment. Raises `HulianError` where there is none, or it was taken back before."""
        token = next(iter(self._where(TokenEntry.id == number)), None)
        if token is None:
            raise HulianError(f"There is no token {number}. `hulian token list` shows them.")
        if token.is_revoked:
            raise HulianError(f"Token {number} has been revoked already.")
        with writing(self.engine) as connection:
            connection.execute(update(TokenEntry).where(TokenEntry.id == number).values(revoked_at=self.now()))
        return token

    def _where(self, condition: ColumnElement[bool]) -> list[Token]:
        with self.engine.connect() as connection:
            rows = connection.execute(select(*_COLUMNS).where(condition).order_by(TokenEntry.id)).all()
        return [_token(*row) for row in rows]


def pooled(engine: Engine) -> Engine:
    """The desk of `engine` with connections that stay open: a server asks it at every request. Other than SQLite keeps them anyway."""
    if engine.dialect.name != "sqlite":
        return engine
    lasting = create_engine(
        engine.url, poolclass=QueuePool, pool_size=20, max_overflow=40, connect_args={"timeout": 30, "check_same_thread": False}
    )
    take_turns(lasting)
    return lasting


def fingerprint(secret: str) -> str:
    """What is stored in a token's stead."""
    return hashlib.sha256(secret.encode()).hexdigest()


_COLUMNS = (
    TokenEntry.id,
    TokenEntry.hash,
    TokenEntry.scope_kind,
    TokenEntry.scope_value,
    TokenEntry.label,
    TokenEntry.expires_at,
    TokenEntry.revoked_at,
)


def _token(
    number: int, known: str, kind: str, value: str | None, label: str, expires_at: datetime | None, revoked_at: datetime | None
) -> Token:
    scope = Scope.parse(f"{kind}:{value}" if value else kind)
    return Token(number, known, scope, label, expires_at or datetime.min, revoked_at is not None)  # noqa: DTZ901 - the desk has no zones
