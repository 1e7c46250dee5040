"""Pages: templates filled in on the server, with everything escaped, one style sheet, and no script."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from delivery.serving.lists import mark
from delivery.serving.problems import Problem

FOLDER = Path(__file__).parent / "templates"
STYLE = (FOLDER / "portal.css").read_text(encoding="utf-8")
STYLE_MARK = mark(STYLE)[:12]

_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_ENVIRONMENT.globals["style"] = f"/static/{STYLE_MARK}.css"


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page of HTML."""
    return HTMLResponse(_template(template).render(**values), status)


@lru_cache
def _template(name: str) -> jinja2.Template:
    return _ENVIRONMENT.get_template(name)


def problem_response(scope: Scope, problem: Problem) -> Response:
    """A problem as JSON under /api, elsewhere as a page."""
    if scope["path"].startswith("/api"):
        response = Response(problem.body.model_dump_json(), problem.status, media_type="application/json")
    else:
        response = page("problem.html", problem.status, problem=problem, about=None)
    response.headers.update(problem.headers or {})
    return response
