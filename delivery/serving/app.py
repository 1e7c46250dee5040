"""The server put together: routes, what is said when something goes wrong, and the gate around them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from delivery.serving import api, portal
from delivery.serving.gate import Gate
from delivery.serving.pages import problem_response
from delivery.serving.problems import Problem, broken, not_allowed, not_found, not_understood
from delivery.serving.service import Service

THREADS = 16  # more only wait for each other
DESCRIPTION = """
按令牌的范围取本县监测预警名单。令牌写在请求头 `Authorization: Bearer …`。

- 每份名单带 `ETag`：再取时写 `If-None-Match`，没有变化就回 304。
- 断了可续：`Range` 加 `If-Range`。
- 范围之外与不存在，回答完全相同。
"""


def build_app(service: Service) -> Gate:
    """The ASGI application of `service`."""
    app = FastAPI(
        title=f"{service.county}防返贫监测预警取数接口",
        version="1",
        description=DESCRIPTION,
        openapi_url=f"{api.ROOT}/openapi.json",
        docs_url=None,  # these pages load scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
        openapi_tags=[{"name": "取数"}],
    )
    app.state.service = service
    app.include_router(api.router)
    app.include_router(portal.router)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(Exception, _broken)
    return Gate(app, service)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield
    app.state.service.log.close()


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - registered for it alone
    return problem_response(request.scope, error)


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    known = {404: not_found, 405: not_allowed}
    return problem_response(request.scope, known[status]() if status in known else not_understood("无法读懂请求的内容"))


async def _validation(request: Request, _error: Exception) -> Response:
    return problem_response(request.scope, not_understood("查询参数"))


async def _broken(request: Request, _error: Exception) -> Response:
    return problem_response(request.scope, broken())
