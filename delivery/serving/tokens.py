"""Tokens: issued once, stored as a fingerprint only, valid until their day, revocable at once.

A token is 256 random bits, so its SHA-256 needs neither salt nor stretching: what cannot be guessed cannot be looked up either.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from contracts.errors import HulianError
from delivery.serving.entries import TokenEntry
from delivery.serving.scope import Scope

PREFIX = "hulian_"
_WRITTEN = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")
MOST_DAYS = 400


def utc_now() -> datetime:
    """This moment in UTC, without a zone, as the desk stores it."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class Token:
    """One token as the desk knows it; `number` is that of the entry that issued it."""

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
    now: Callable[[], datetime] = utc_now

    def issue(self, scope: Scope, days: int, label: str) -> str:
        """A new token for `scope`, shown this once. Raises `HulianError` for an impossible time or label."""
        if not 1 <= days <= MOST_DAYS:
            raise HulianError(f"A token lives from 1 to {MOST_DAYS} days, not {days}.")
        if not (0 < len(label) <= 80 and label.isprintable()):
            raise HulianError("A token needs a label of at most 80 characters: who holds it, for example an office. No personal data.")
        secret = PREFIX + secrets.token_urlsafe(32)
        entry = TokenEntry(
            fingerprint=fingerprint(secret),
            scope=str(scope),
            label=label,
            expires_at=self.now() + timedelta(days=days),
            is_revoked=False,
        )
        with Session(self.engine) as session, session.begin():
            session.add(entry)
        return secret

    def find(self, secret: str) -> Token | None:
        """The token that `secret` is, when it holds now."""
        return self.by_fingerprint(fingerprint(secret)) if _WRITTEN.fullmatch(secret) else None

    def by_fingerprint(self, known: str) -> Token | None:
        """The token of that fingerprint, when it holds now."""
        with Session(self.engine) as session:
            entries = session.scalars(select(TokenEntry).where(TokenEntry.fingerprint == known).order_by(TokenEntry.number)).all()
        token = _of(list(entries)) if entries else None
        return token if token is not None and token.holds(self.now()) else None

    def all(self) -> list[Token]:
        """Every token that was ever issued, oldest first."""
        with Session(self.engine) as session:
            entries = session.scalars(select(TokenEntry).order_by(TokenEntry.number)).all()
        by_fingerprint: dict[str, list[TokenEntry]] = {}
        for entry in entries:
            by_fingerprint.setdefault(entry.fingerprint, []).append(entry)
        return [_of(its) for its in by_fingerprint.values()]

    def revoke(self, number: int) -> Token:
        """Take back the token of that number, from this moment. Raises `HulianError` where there is none, or it does not hold."""
        token = next((each for each in self.all() if each.number == number), None)
        if token is None:
            raise HulianError(f"There is no token {number}. `hulian token list` shows them.")
        if token.is_revoked:
            raise HulianError(f"Token {number} has been revoked already.")
        entry = TokenEntry(
            fingerprint=token.fingerprint, scope=str(token.scope), label=token.label, expires_at=token.expires_at, is_revoked=True
        )
        with Session(self.engine) as session, session.begin():
            session.add(entry)
        return token


def fingerprint(secret: str) -> str:
    """What is stored in a token's stead."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _of(entries: list[TokenEntry]) -> Token:
    first, last = entries[0], entries[-1]
    return Token(first.number, first.fingerprint, Scope.parse(first.scope), first.label, first.expires_at, last.is_revoked)
