"""The gate that every request goes through: limits, token, size, and the access log; on the way back, headers and a row in the log.

It is an ASGI application around the routes, so that no route can be reached beside it. An answer leaves when its row is stored.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from delivery.serving.access_log import Access
from delivery.serving.hand_in import MOST_BYTES
from delivery.serving.pages import problem_response
from delivery.serving.problems import Problem, no_log, too_large, too_often, unknown_token
from delivery.serving.service import Service
from delivery.serving.sessions import COOKIE
from delivery.serving.tokens import Token

SECURITY = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
LOG = logging.getLogger("hulian.serving")
MARGIN = 100_000  # what a form may add to its file


class Gate:
    """The ASGI application that a server runs."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app, self.service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection's message, as ASGI hands it over."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await _Passage(self, scope, receive, send).run()


@dataclass
class _Passage:
    """One request and its answer."""

    gate: Gate
    scope: Scope
    receive: Receive
    send: Send
    received: int = 0
    is_answered: bool = False
    is_silent: bool = False
    state: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.headers = Headers(scope=self.scope)
        self.method = self.scope["method"]
        self.address = self.scope["client"][0] if self.scope.get("client") else ""
        self.is_silent = self.method == "HEAD"
        self.scope = {**self.scope, "state": self.state, "method": "GET" if self.is_silent else self.method}

    async def run(self) -> None:
        """Let it through, or say why not. What breaks inside is logged by its kind and place, never by its text."""
        try:
            await self._admit()
            await self.gate.app(self.scope, self._receive, self._send)
        except Problem as problem:
            if not self.is_answered:
                await problem_response(self.scope, problem)(self.scope, self.receive, self._send)
        except Exception as error:  # noqa: BLE001 - it was answered with 500 inside
            places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-3:]]
            LOG.error("%s at %s", type(error).__name__, " < ".join(reversed(places)))  # noqa: TRY400 - its text may hold a value

    async def _admit(self) -> None:
        service = self.gate.service
        if seconds := service.limits.address.wait(self.address):
            raise too_often(seconds)
        token = await self._token()
        if token is not None:
            if seconds := service.limits.token.wait(token.fingerprint):
                raise too_often(seconds)
            self.state["token"] = token
        length = self.headers.get("content-length", "0")
        if length.isdigit() and int(length) > MOST_BYTES + MARGIN:
            raise too_large(MOST_BYTES)

    async def _token(self) -> Token | None:
        """The caller's token. A token that was given and does not hold is a refusal, and refusals are limited."""
        service = self.gate.service
        kind, _, secret = self.headers.get("authorization", "").partition(" ")
        if kind:
            token = await run_in_threadpool(service.tokens.find, secret.strip()) if kind.lower() == "bearer" else None
            if token is None:
                if seconds := service.limits.refused.wait(self.address):
                    raise too_often(seconds)
                raise unknown_token()
            return token
        name = cookie_parser(self.headers.get("cookie", "")).get(COOKIE, "")
        session = service.sessions.find(name) if name else None
        if session is None:
            return None
        self.state.update(session=session, session_name=name)
        return await run_in_threadpool(service.tokens.by_fingerprint, session.fingerprint)

    async def _receive(self) -> Message:
        message = await self.receive()
        self.received += len(message.get("body", b""))
        if self.received > MOST_BYTES + MARGIN:
            raise too_large(MOST_BYTES)
        return message

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if self.is_answered:
                return
            self.is_answered = True
            headers = MutableHeaders(scope=message)
            headers.update(SECURITY)
            headers.setdefault("cache-control", "no-store")
            try:
                await asyncio.wrap_future(self.gate.service.log.add(self._access(message["status"], headers)))
            except Exception as error:  # noqa: BLE001 - whatever it is, nothing leaves without its row
                LOG.error("access log: %s", type(error).__name__)  # noqa: TRY400 - its text may hold a value
                await problem_response(self.scope, no_log())(self.scope, self.receive, self.send)
                self.send = _nowhere
                return
        elif self.is_silent:
            message = {**message, "body": b""}
        await self.send(message)

    def _access(self, status: int, headers: MutableHeaders) -> Access:
        token = self.state.get("token")
        length = headers.get("content-length", "0")
        return Access(
            token_id=token.number if token else None,
            address=self.address[:60],
            method=self.method if self.method in {"GET", "HEAD", "POST"} else "other",
            path=getattr(self.scope.get("route"), "path", "")[:120],
            subject=self.state.get("subject", "")[:300],
            status=status,
            bytes=0 if self.is_silent or not length.isdigit() else int(length),
        )


async def _nowhere(_message: Message) -> None:
    """The rest of an answer that was replaced."""
