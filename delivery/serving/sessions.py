"""Who is signed in at the portal: a random name in a cookie, and behind it the fingerprint of a token.

Kept in memory only: after a restart one signs in again. The token itself is in no cookie and in no page. Whether the token still holds
is asked at every request, so that revoking it ends its sessions, too.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

COOKIE = "hulian_session"
FORM_COOKIE = "hulian_form"
LIFETIME = 8 * 3600  # seconds: a working day
MOST = 5_000


@dataclass(frozen=True)
class Session:
    """One browser that is signed in. `form_key` must come back with every form (CSRF)."""

    fingerprint: str
    form_key: str
    until: float

    def is_own(self, form_key: str) -> bool:
        """Whether a form was made by this session."""
        return hmac.compare_digest(self.form_key.encode(), form_key.encode())


class Sessions:
    """The sessions of one server."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._open: OrderedDict[str, Session] = OrderedDict()
        self._lock = Lock()

    def begin(self, fingerprint: str) -> str:
        """A new session; returns its name."""
        name = secrets.token_urlsafe(32)
        with self._lock:
            self._open[name] = Session(fingerprint, secrets.token_urlsafe(32), self._clock() + LIFETIME)
            while len(self._open) > MOST:
                self._open.popitem(last=False)
        return name

    def find(self, name: str) -> Session | None:
        """The session of that name, while it lasts."""
        with self._lock:
            session = self._open.get(name)
            if session is not None and session.until <= self._clock():
                del self._open[name]
                return None
        return session

    def end(self, name: str) -> None:
        """Sign out."""
        with self._lock:
            self._open.pop(name, None)
