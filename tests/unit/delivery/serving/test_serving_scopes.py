"""No token sees a byte outside its scope.

The law that is tested is the strongest there is: for every scope, every answer of every route is byte for byte the answer of a county in
which nothing exists beside what the scope covers. So nothing outside can show, in a list, a count, an error text, a header or a length.
"""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from functools import cache
from itertools import product
from pathlib import Path

import httpx2
import pypdfium2
import pytest

from delivery.serving.scope import Scope
from delivery.serving.sessions import COOKIE
from tests.unit.delivery.serving.world import BUREAUS, FAR, FAR_TOWN, FIRST, SCOPES, SECOND, TOWN, World, make

MONTHS = ("2026-11", "2026-10")
CODES = (FIRST, FAR, TOWN, "522699999999")
ROOT = "/api/v1"
ASKED = (*SCOPES[1:], "village:522699999999", "bureau:教育局")  # the county sees all, so the law says nothing of it


def paths(world: World) -> list[str]:
    """Every route, with what exists, what existed and what does not in each place; every kind of list in every form that it may have."""
    found = [f"{ROOT}/me", f"{ROOT}/months", f"{ROOT}/nothing", f"{ROOT}/months/2026-09/releases", f"{ROOT}/months/nonsense/releases"]
    keys = sorted({file.key for month in MONTHS for issue in world.service.shelf.issues(month) for file in issue.files})
    for month in MONTHS:
        base = f"{ROOT}/months/{month}/releases"
        found += [base, f"{base}/current/files", f"{base}/2/files", f"{base}/1/files?audience=village:{FAR}"]
        found += [f"{base}/current/files/{key}.xlsx" for key in keys]
    base = f"{ROOT}/months/{MONTHS[0]}/releases/current"
    found += [f"{base}/files/{key}.json" for key in keys]
    found += [f"{base}/villages/{code}.{form}" for code, form in product(CODES, ("xlsx", "csv", "json", "pdf"))]
    found += [f"{base}/towns/{code}.{form}" for code, form in product((TOWN, FAR_TOWN, FIRST), ("xlsx", "csv", "json", "zip"))]
    found += [f"{base}/bureaus/{name}.{form}" for name, form in product((*BUREAUS, "教育局"), ("xlsx", "csv", "json"))]
    return found


def pages() -> list[str]:
    """The portal's pages likewise."""
    return [
        "/",
        "/hand-in",
        *(f"/months/{month}" for month in (*MONTHS, "2026-09")),
        *(f"/months/2026-11/villages/{code}" for code in CODES),
    ]


def test_the_addresses_cover_every_route(world: World) -> None:
    routes = {route.path for route in world.app.app.router.routes if "GET" in getattr(route, "methods", ())}  # type: ignore[attr-defined]
    included = {path for path in world.app.app.openapi()["paths"] if path != f"{ROOT}/hand-ins"}  # type: ignore[attr-defined]
    patterns = {re.compile(re.sub(r"\{\w+\}", "[^/]+", path).replace(".[^/]+", r"\.[^/]+")) for path in routes | included}
    asked = [path.partition("?")[0] for path in [*paths(world), *pages()]]
    never = {pattern.pattern for pattern in patterns if not any(pattern.fullmatch(path) for path in asked)}
    assert never <= {"/static/[^/]+", "/sign-in", "/api/v1/openapi\\.[^/]+", "/api/v1/openapi.json"}


@pytest.mark.parametrize("scope", ASKED)
def test_every_answer_is_that_of_a_county_without_the_rest(scope: str, world: World, tmp_path: Path) -> None:
    own = Scope.parse(scope)
    alone = make(
        tmp_path,
        sees=lambda code: own.covers(Scope("village", code)),
        bureaus=tuple(name for name in BUREAUS if own.covers(Scope("bureau", name))),
    )
    there, here = answers(world, scope), answers(alone, scope)
    assert {path: answer for path, answer in here.items() if there[path] != answer} == {}


@cache
def answers(world: World, scope: str) -> dict[str, tuple[object, ...]]:
    """Status, headers and body of every address, to the token and to the browser of a scope."""

    async def ask() -> dict[str, tuple[object, ...]]:
        async with world.caller(scope) as client:
            asked = {path: _answer(await client.get(path)) for path in paths(world)}
        async with world.caller(None, dict(world.browser(scope).cookies)) as browser:
            return asked | {path: _answer(await browser.get(path)) for path in pages()}

    return asyncio.run(ask())


def _answer(response: httpx2.Response) -> tuple[object, ...]:
    body = re.sub(rb'name="form_key" value="[^"]+"', b"", response.content)
    return response.status_code, sorted(response.headers.items()), body


@pytest.mark.parametrize("scope", ASKED)
def test_no_file_names_a_village_outside_the_scope(scope: str, world: World) -> None:
    own = Scope.parse(scope)
    codes = {FIRST, SECOND, FAR}
    outside = {code for code in codes if not own.covers(Scope("village", code))}
    for status, _, body in answers(world, scope).values():
        assert isinstance(body, bytes)
        text = "\n".join(_texts(body))
        assert not [code for code in outside if status == 200 and code in text]


def _texts(body: bytes) -> list[str]:
    """The texts in a body, also in the archives in it."""
    if body[:4] == b"%PDF":
        with pypdfium2.PdfDocument(body) as document:
            return [page.get_textpage().get_text_range() for page in document]
    if body[:2] != b"PK":
        return [body.decode()]
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return [text for name in archive.namelist() for text in [name, *_texts(archive.read(name))]]


def test_each_scope_sees_what_is_its_own(world: World) -> None:
    counts = {scope: len(world.client(scope).get(f"{ROOT}/months/2026-11/releases/1/files").json().get("files", [])) for scope in SCOPES}
    assert counts == dict(zip(SCOPES, (11, 4, 2, 2, 2, 1, 1), strict=True))


def test_outside_and_nowhere_are_the_same_answer(world: World) -> None:
    client = world.client(f"village:{FIRST}")
    outside = client.get(f"{ROOT}/months/2026-11/releases/1/villages/{FAR}.xlsx")
    nowhere = client.get(f"{ROOT}/months/2031-01/releases/7/villages/111111111111.xlsx")
    no_route = client.get(f"{ROOT}/elsewhere")
    assert outside.status_code == 404
    assert _answer(outside) == _answer(nowhere) == _answer(no_route)


@pytest.mark.parametrize("path", ["/", "/months/2026-11", f"{ROOT}/months", f"{ROOT}/months/2026-11/releases/1/villages/{FIRST}.xlsx"])
def test_nobody_sees_anything(path: str, world: World) -> None:
    told = [
        world.client().get(path),
        world.client().get(path, headers={"authorization": "Bearer hulian_" + "A" * 43}),
        world.client().get(path, headers={"cookie": f"{COOKIE}=guessed"}),
    ]
    assert all(answer.status_code in {401, 303} for answer in told)
    assert not any(word in answer.text for answer in told for word in (FIRST, "第0村", "台账"))
