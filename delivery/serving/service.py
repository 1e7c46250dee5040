"""What the routes share: the shelf, the tokens, the log, the limits, and the one function that finds a list for a caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import polars as pl
from starlette.requests import Request

from delivery.serving import lists
from delivery.serving.access_log import AccessLog
from delivery.serving.body import Body, Cache
from delivery.serving.hand_in import Take
from delivery.serving.limits import Limits
from delivery.serving.problems import changing, not_found, unknown_token
from delivery.serving.scope import Scope
from delivery.serving.sessions import Session, Sessions
from delivery.serving.shelf import Changing, Handout, Issue, Shelf
from delivery.serving.tokens import Token, Tokens

CURRENT = "current"
DERIVED = ("csv", "json")


@dataclass(frozen=True)
class Service:
    """One server on one county."""

    county: str
    office: str
    shelf: Shelf
    tokens: Tokens
    log: AccessLog
    take: Take
    answers: Callable[[], pl.DataFrame]  # lead_id, conclusion: the last word on each lead
    limits: Limits = field(default_factory=Limits)
    today: Callable[[], date] = date.today
    sessions: Sessions = field(default_factory=Sessions)
    cache: Cache = field(default_factory=Cache)

    def months(self, scope: Scope) -> list[str]:
        """Months in whose release something is addressed to `scope`, newest first."""
        return [issue.month for issue in self.shelf.current() if issue.within(scope)]

    def issues(self, month: str, scope: Scope) -> list[Issue]:
        """Releases of a month that hold something for `scope`. Raises `Problem` 404 where there is none."""
        found = [issue for issue in self.shelf.issues(month) if issue.within(scope)]
        if not found:
            raise not_found()
        return found

    def issue(self, month: str, release: str, scope: Scope) -> Issue:
        """The release that stands, by its number or as the current one. Raises `Problem` 404; others are not handed out any more."""
        for issue in self.issues(month, scope):
            if issue.is_current and release in {str(issue.number), CURRENT}:
                return issue
        raise not_found()

    def form(self, issue: Issue, file: Handout, wanted: str, sheet: str = "") -> Body:
        """A released file as it is, or its lists as CSV or JSON. Raises `Problem` 404 for a form that it has not."""
        name = file.name.rpartition(".")[0]
        if wanted == file.format:
            return Body(_read(file), wanted, file.sha256[:32], file.name)
        if wanted not in DERIVED or file.format != "xlsx":
            raise not_found()
        about = {"month": issue.month, "release": issue.number, "kind": file.kind, "audience": str(file.audience)}
        key = (file.sha256, wanted, sheet, issue.number)
        content = self.cache.get(key, lambda: _derived(file, wanted, sheet, about))
        return Body(content, wanted, lists.mark(file.sha256, sheet, str(issue.number)), f"{name}.{wanted}")

    def of_town(self, issue: Issue, town: Scope, wanted: str) -> Body:
        """All villages of a town: one list, or an archive of their workbooks. Raises `Problem` 404 where it has none."""
        files = [file for file in issue.within(town) if file.kind == "village_workbook"]
        if not files:
            raise not_found()
        mark = lists.mark(*(file.sha256 for file in files), str(issue.number))
        name = f"{town.name}_{issue.month}"
        if wanted not in {"zip", "xlsx", *DERIVED}:
            raise not_found()
        if wanted == "zip":
            return Body(lists.as_archive((file.path, _read(file)) for file in files), wanted, mark, f"{name}.zip")
        content = self.cache.get((mark, wanted), lambda: self._town_list(issue, town, files, wanted))
        return Body(content, wanted, mark, f"{name}.{wanted}")

    def _town_list(self, issue: Issue, town: Scope, files: list[Handout], wanted: str) -> bytes:
        listing = lists.together((file.audience.name, lists.listings(_read(file), file.kind)) for file in files)
        if wanted == "csv":
            return lists.as_csv(listing)
        if wanted == "json":
            about = {"month": issue.month, "release": issue.number, "kind": "town_list", "audience": str(town)}
            return lists.as_json(about, [listing])
        return lists.as_workbook(f"{self.county} {issue.month} 乡镇线索清单", self.office, listing)


def _read(file: Handout) -> bytes:
    try:
        return file.read()
    except Changing:
        raise changing() from None


def _derived(file: Handout, wanted: str, sheet: str, about: dict[str, object]) -> bytes:
    found = lists.listings(_read(file), file.kind)
    if wanted == "json":
        return lists.as_json(about, found)
    chosen = [each for each in found if sheet in {"", each.name}]
    if not chosen:
        raise not_found()
    return lists.as_csv(chosen[0])


def service_of(request: Request) -> Service:
    """The service that the app was built with."""
    service = request.app.state.service
    assert isinstance(service, Service)  # noqa: S101 - for the type checker
    return service


def caller_of(request: Request) -> Token:
    """Who asks. Raises `Problem` 401 for nobody."""
    token = request.scope["state"].get("token")
    if not isinstance(token, Token):
        raise unknown_token()
    return token


def session_of(request: Request) -> Session:
    """The browser that asks. Raises `Problem` 401 where nobody is signed in."""
    session = request.scope["state"].get("session")
    if not isinstance(session, Session):
        raise unknown_token()
    return session


def handed_out(request: Request, *words: object) -> None:
    """Say for the access log what this request is about."""
    request.scope["state"]["subject"] = " ".join(str(word) for word in words)
