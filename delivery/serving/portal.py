"""The portal: the same lists for people. Sign in, see the month, fetch workbooks, hand in filled-in ones.

Pages need neither script nor a new browser. Every form carries a key that only its own pages know; the cookie is for this site alone.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse

from delivery.serving import pages
from delivery.serving.api import ROOT
from delivery.serving.glance import glance, leads_within
from delivery.serving.hand_in import MOST_BYTES
from delivery.serving.hand_in import receive as receive_file
from delivery.serving.problems import Problem, changing, not_found, not_understood, too_often
from delivery.serving.scope import KIND_WORDS, Scope
from delivery.serving.service import CURRENT, Service, caller_of, handed_out, service_of, session_of
from delivery.serving.sessions import COOKIE, FORM_COOKIE, LIFETIME
from delivery.serving.shelf import Changing, Handout, Issue

router = APIRouter(include_in_schema=False)
KIND_NAMES = {
    "village_workbook": "预警线索工作簿",
    "village_forms": "入户核查表（打印）",
    "ledger": "线索台账",
    "summary": "月度汇总表",
    "review_queue": "待复核",
    "changes": "走访户变动",
    "correction_list": "纠错清单",
    "bureau_feedback": "核查结果反馈",
}
SHOWN = 200  # lines of what was understood


@dataclass(frozen=True)
class About:
    """What stands around every page: the county, who is signed in, the key for its forms, and which part is open."""

    county: str
    office: str
    label: str
    scope: str
    form_key: str
    here: str
    is_bureau: bool


@router.get("/")
def start(request: Request) -> Response:
    """The newest month, or the way in."""
    if "session" not in request.scope["state"]:
        return RedirectResponse("/sign-in", 303)
    service, token = service_of(request), caller_of(request)
    months = service.months(token.scope)
    if not months:
        return pages.page("empty.html", about=_about(request, "month"))
    return RedirectResponse(f"/months/{months[0]}", 303)


@router.get("/months/{month}")
def month_page(request: Request, month: str) -> Response:
    """A month at a glance, and its files."""
    service, token = service_of(request), caller_of(request)
    issue = service.issue(month, CURRENT, token.scope)
    leads = _leads(service, issue, token.scope)
    files = issue.within(token.scope)
    village_files = {file.audience.name: file for file in files if file.kind == "village_workbook"}
    handed_out(request, month, "page")
    return pages.page(
        "month.html",
        about=_about(request, "month"),
        month=month,
        number=issue.number,
        months=service.months(token.scope),
        seen=glance(leads) if leads.height else None,
        village_files=village_files,
        files=[(_kind_name(file), file) for file in files if file.audience.kind != "village"],
        address=_address(issue),
        today=service.today(),
        may_fetch_towns=token.scope.kind in {"county", "town"},
    )


@router.get("/months/{month}/villages/{code}")
def village_page(request: Request, month: str, code: str) -> Response:
    """One village: its leads by number, how they stand, and its files."""
    service, token = service_of(request), caller_of(request)
    issue = service.issue(month, CURRENT, token.scope)
    own = [file for file in issue.within(token.scope) if str(file.audience) == f"village:{code}"]
    if not own:
        raise not_found()
    leads = _leads(service, issue, own[0].audience)
    seen = glance(leads) if leads.height else None
    handed_out(request, month, own[0].audience, "page")
    return pages.page(
        "village.html",
        about=_about(request, "month"),
        month=month,
        code=code,
        place=seen.towns[0].parts[0] if seen else None,
        town=seen.towns[0].name if seen else "",
        leads=leads.to_dicts(),
        files=[(_kind_name(file), file) for file in own],
        address=_address(issue),
    )


@router.get("/hand-in")
def hand_in_page(request: Request) -> Response:
    """The form for a filled-in workbook."""
    caller_of(request)
    return pages.page("hand_in.html", about=_about(request, "hand-in"), most=MOST_BYTES // 1_000_000, problem=None)


@router.post("/hand-in")
async def hand_in(request: Request) -> Response:
    """Take a filled-in workbook, and say what was understood and what not."""
    service, token = service_of(request), caller_of(request)
    async with request.form(max_files=1, max_fields=4) as form:
        _own_form(request, form)
        file = form.get("file")
        name, content = (file.filename or "", await file.read()) if isinstance(file, UploadFile) else ("", b"")
    try:
        taken = await run_in_threadpool(receive_file, content, name, token.scope, service.take)
    except Problem as problem:
        about = _about(request, "hand-in")
        return pages.page("hand_in.html", problem.status, about=about, most=MOST_BYTES // 1_000_000, problem=problem)
    handed_out(request, "hand-in", taken.new, taken.known, len(taken.problems))
    return pages.page("taken.html", about=_about(request, "hand-in"), taken=taken, shown=SHOWN)


@router.get("/sign-in")
def sign_in_page(request: Request) -> Response:
    """The way in. A random key stands in the form and in a cookie, so that no other site can fill it in."""
    return _sign_in(request, 200, None)


def _sign_in(request: Request, status: int, problem: Problem | None) -> Response:
    service, key = service_of(request), secrets.token_urlsafe(24)
    response = pages.page("sign_in.html", status, county=service.county, office=service.office, form_key=key, problem=problem, about=None)
    response.set_cookie(FORM_COOKIE, key, max_age=3600, **_cookie(request))
    return response


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Open a session for a token that holds."""
    service = service_of(request)
    async with request.form(max_files=0, max_fields=4) as form:
        key, secret = str(form.get("form_key", "")), str(form.get("token", "")).strip()
    if not key or not hmac.compare_digest(key.encode(), request.cookies.get(FORM_COOKIE, "").encode()):
        return _sign_in(request, 403, Problem(403, "form_too_old", "这个页面放得太久，或浏览器没有保存 Cookie。", "请再登录一次。"))
    token = await run_in_threadpool(service.tokens.find, secret)
    if token is None:
        address = request.client.host if request.client else ""
        if seconds := service.limits.refused.wait(address):
            raise too_often(seconds)
        way_out = "请核对是否完整粘贴；遗失或到期，请向县级管理员申领新的。"
        return _sign_in(request, 401, Problem(401, "no_token", "令牌不对、已过期或已停用。", way_out))
    response = RedirectResponse("/", 303)
    response.set_cookie(COOKIE, service.sessions.begin(token.fingerprint), max_age=LIFETIME, **_cookie(request))
    response.delete_cookie(FORM_COOKIE, **_cookie(request))
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session."""
    async with request.form(max_files=0, max_fields=2) as form:
        _own_form(request, form)
    service_of(request).sessions.end(request.scope["state"]["session_name"])
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(COOKIE, **_cookie(request))
    return response


@router.get("/static/{name}")
def static(name: str) -> Response:
    """The style sheet; its name changes with it, so it may be kept for good."""
    if name != f"{pages.STYLE_MARK}.css":
        raise not_found()
    return Response(pages.STYLE, media_type="text/css", headers={"cache-control": "public, max-age=31536000, immutable"})


def _cookie(request: Request) -> dict[str, Any]:
    return {"httponly": True, "samesite": "strict", "secure": request.url.scheme == "https", "path": "/"}


def _own_form(request: Request, form: FormData) -> None:
    """Raise `Problem` unless the form was made by this session."""
    if not session_of(request).is_own(str(form.get("form_key", ""))):
        raise not_understood("表单不是从本站页面提交的，请回到页面重新提交")


def _about(request: Request, here: str) -> About:
    service, token, session = service_of(request), caller_of(request), session_of(request)
    scope = f"{KIND_WORDS[token.scope.kind]} {token.scope.name}".strip()
    return About(service.county, service.office, token.label, scope, session.form_key, here, token.scope.kind == "bureau")


def _leads(service: Service, issue: Issue, scope: Scope) -> Any:
    try:
        return leads_within(issue, scope, service.answers(), service.today())
    except Changing:
        raise changing() from None


def _address(issue: Issue) -> str:
    return f"{ROOT}/months/{issue.month}/releases/{issue.number}"


def _kind_name(file: Handout) -> str:
    name = KIND_NAMES.get(file.kind, file.kind)
    return f"{file.audience.name} {name}" if file.audience.kind == "bureau" else name
