"""The pull interface: months, releases, and the lists of a town, a village, a bureau or the county, as xlsx, csv and json.

Every route asks first who is there and answers from what is addressed to him, so that nothing else can be seen, not even in a count.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from delivery.serving.body import MEDIA, Body, respond
from delivery.serving.hand_in import receive
from delivery.serving.lists import mark
from delivery.serving.problems import ProblemBody, not_found
from delivery.serving.scope import KIND_WORDS, Scope, ScopeError
from delivery.serving.service import Service, caller_of, handed_out, service_of
from delivery.serving.shelf import Handout, Issue

ROOT = "/api/v1"
DERIVED_TOO = {"xlsx": ["xlsx", "csv", "json"]}
FORMATS = {"content": {MEDIA[name].split(";")[0]: {} for name in ("xlsx", "csv", "json", "pdf", "zip")}, "description": "名单"}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": ProblemBody, "description": "没有有效的令牌"},
    404: {"model": ProblemBody, "description": "不存在，或不在权限范围内（两者回答相同）"},
    422: {"model": ProblemBody, "description": "写法不对"},
    429: {"model": ProblemBody, "description": "请求太频繁，见 Retry-After"},
    503: {"model": ProblemBody, "description": "正在更新，见 Retry-After"},
}
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "没有变化（If-None-Match）"}}
FILE: dict[int | str, dict[str, Any]] = {
    200: FORMATS,
    206: {**FORMATS, "description": "一段（Range）"},
    416: {"description": "Range 超出文件"},
    **UNCHANGED,
}

Month = Annotated[str, Path(description="期次，YYYY-MM", examples=["2026-11"])]
Release = Annotated[str, Path(description="现行发布的编号，或 current", examples=["current"])]
Format = Annotated[str, Path(description="xlsx、csv、json；有的另有 pdf、zip", examples=["json"])]
Sheet = Annotated[str, Query(description="csv 取哪一张表；不写取第一张", max_length=60)]

router = APIRouter(prefix=ROOT, responses=PROBLEMS, tags=["取数"])


class Me(BaseModel):
    """Whose token this is."""

    scope: str = Field(examples=["village:522699001201"])
    scope_kind: str = Field(examples=["行政村"])
    label: str
    expires_at: str = Field(description="UTC")


class Months(BaseModel):
    """Months with something for the caller."""

    months: list[str] = Field(examples=[["2026-11", "2026-10"]])


class ReleaseBody(BaseModel):
    """One release of a month; `files` counts what is addressed to the caller."""

    release: int
    state: str = Field(description="有效、已被取代或已撤回")
    is_current: bool
    files: int


class Releases(BaseModel):
    """The releases of a month, newest first."""

    month: str
    releases: list[ReleaseBody]


class FileBody(BaseModel):
    """One file."""

    id: str
    name: str
    kind: str = Field(examples=["village_workbook"])
    audience: str = Field(description="发给谁", examples=["village:522699001201"])
    rows: int
    sha256: str
    formats: list[str]
    address: str = Field(description="下载地址，{format} 换成 formats 之一")


class Files(BaseModel):
    """The files of a release that are addressed to the caller."""

    month: str
    release: int
    files: list[FileBody]


class LineBody(BaseModel):
    """Where, and what is said of it."""

    place: str
    said: str


class TakenBody(BaseModel):
    """What was understood of a workbook that was handed in."""

    title: str
    new: int
    known: int
    understood: list[LineBody]
    problems: list[LineBody]


@router.get("/me", response_model=Me, summary="令牌的范围和期限")
def me(request: Request) -> Response:
    """Scope and expiry of the token."""
    token = caller_of(request)
    expires = token.expires_at.isoformat(timespec="seconds")
    return _json(request, Me(scope=str(token.scope), scope_kind=KIND_WORDS[token.scope.kind], label=token.label, expires_at=expires))


@router.get("/months", response_model=Months, responses=UNCHANGED, summary="有名单的期次")
def months(request: Request) -> Response:
    """Months, newest first."""
    return _json(request, Months(months=service_of(request).months(caller_of(request).scope)))


@router.get("/months/{month}/releases", response_model=Releases, responses=UNCHANGED, summary="一期的各次发布")
def releases(request: Request, month: Month) -> Response:
    """Releases of a month, newest first."""
    scope = caller_of(request).scope
    found = [
        ReleaseBody(release=issue.number, state=issue.state, is_current=issue.is_current, files=len(issue.within(scope)))
        for issue in service_of(request).issues(month, scope)
    ]
    return _json(request, Releases(month=month, releases=found))


@router.get("/months/{month}/releases/{release}/files", response_model=Files, responses=UNCHANGED, summary="一次发布的文件")
def files(
    request: Request,
    month: Month,
    release: Release,
    kind: Annotated[str, Query(description="只列这一种", max_length=60)] = "",
    audience: Annotated[str, Query(description="只列发给它的，如 town:522699001000", max_length=80)] = "",
) -> Response:
    """Files of a release, by path."""
    _, issue = _issue(request, month, release)
    found = [file for file in issue.within(caller_of(request).scope) if kind in {"", file.kind} and _is_for(file, audience)]
    listed = [_file(issue, file) for file in found]
    return _json(request, Files(month=issue.month, release=issue.number, files=listed))


@router.get("/months/{month}/releases/{release}/files/{file_id}.{form}", responses=FILE, response_class=Response, summary="一个文件")
def one_file(request: Request, month: Month, release: Release, file_id: str, form: Format, sheet: Sheet = "") -> Response:
    """A file by its id, as it was released or as csv or json."""
    service, issue = _issue(request, month, release)
    file = next((each for each in issue.within(caller_of(request).scope) if each.key == file_id), None)
    return _send(request, service, issue, file, form, sheet)


@router.get("/months/{month}/releases/{release}/villages/{code}.{form}", responses=FILE, response_class=Response, summary="一个村的名单")
def village(request: Request, month: Month, release: Release, code: str, form: Format) -> Response:
    """The lead list of a village."""
    return _addressed(request, (month, release), f"village:{code}", form)


@router.get("/months/{month}/releases/{release}/bureaus/{name}.{form}", responses=FILE, response_class=Response, summary="一个部门的清单")
def bureau(request: Request, month: Month, release: Release, name: str, form: Format, sheet: Sheet = "") -> Response:
    """The correction list of a bureau."""
    return _addressed(request, (month, release), f"bureau:{name}", form, sheet)


@router.get("/months/{month}/releases/{release}/towns/{code}.{form}", responses=FILE, response_class=Response, summary="一个乡镇各村的名单")
def town(request: Request, month: Month, release: Release, code: str, form: Format) -> Response:
    """The lead lists of a town's villages as one list, or (zip) their workbooks."""
    service, issue = _issue(request, month, release)
    wanted = _scope(f"town:{code}")
    if not caller_of(request).scope.covers(wanted):
        raise not_found()
    body = service.of_town(issue, wanted, form)
    handed_out(request, month, issue.number, wanted, form)
    return respond(request, body, service.cache)


@router.post(
    "/hand-ins",
    response_model=TakenBody,
    summary="交回填好的工作簿",
    responses={413: {"model": ProblemBody, "description": "文件太大"}},
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
    },
)
async def hand_in(request: Request, name: Annotated[str, Query(description="文件名", max_length=200)] = "工作簿.xlsx") -> Response:
    """Hand in a filled-in workbook as the request's body. The same one twice changes nothing."""
    token, service = caller_of(request), service_of(request)
    if "session" in request.scope["state"]:
        raise not_found()  # a browser hands in by the portal's form, which knows its own
    taken = await run_in_threadpool(receive, await request.body(), name, token.scope, service.take)
    handed_out(request, "hand-in", taken.new, taken.known, len(taken.problems))
    understood, problems = ([LineBody(place=place, said=said) for place, said in lines] for lines in (taken.understood, taken.problems))
    body = TakenBody(title=taken.title, new=taken.new, known=taken.known, understood=understood, problems=problems)
    return Response(body.model_dump_json(), media_type=MEDIA["json"])


def _json(request: Request, body: BaseModel) -> Response:
    content = body.model_dump_json().encode()
    return respond(request, Body(content, "json", mark(content.decode())), service_of(request).cache)


def _scope(text: str) -> Scope:
    try:
        return Scope.parse(text)
    except ScopeError:
        raise not_found() from None


def _issue(request: Request, month: str, release: str) -> tuple[Service, Issue]:
    service = service_of(request)
    return service, service.issue(month, release, caller_of(request).scope)


def _is_for(file: Handout, audience: str) -> bool:
    try:
        return not audience or Scope.parse(audience).covers(file.audience)
    except ScopeError:
        return False


def _addressed(request: Request, of: tuple[str, str], audience: str, form: str, sheet: str = "") -> Response:
    """The file of one addressee in the form that is wanted: the first whose own form it is, else the first workbook."""
    service, issue = _issue(request, *of)
    wanted = _scope(audience)
    own = [file for file in issue.within(caller_of(request).scope) if file.audience == wanted]
    own.sort(key=lambda file: (file.format != form, file.kind not in {"village_workbook", "correction_list"}, file.path))
    return _send(request, service, issue, own[0] if own else None, form, sheet)


def _send(request: Request, service: Service, issue: Issue, file: Handout | None, form: str, sheet: str) -> Response:
    if file is None:
        raise not_found()
    body = service.form(issue, file, form, sheet)
    handed_out(request, issue.month, issue.number, file.path, form)
    return respond(request, body, service.cache)


def _file(issue: Issue, file: Handout) -> FileBody:
    return FileBody(
        id=file.key,
        name=file.name,
        kind=file.kind,
        audience=str(file.audience),
        rows=file.rows,
        sha256=file.sha256,
        formats=DERIVED_TOO.get(file.format, [file.format]),
        address=f"{ROOT}/months/{issue.month}/releases/{issue.number}/files/{file.key}.{{format}}",
    )
